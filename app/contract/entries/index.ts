/**
 * The one catalogue of what can happen. Each entry of a unit's journal and of the audit log is a member of it. Writers
 * can write no other, and readers take their names from here. Records of older and newer versions may hold other names
 * and other data. `journalEntryOf` and `auditEntryOf` recognise the known ones, and the others are shown as they are.
 */
import type { z } from 'zod';
import type { JournalEntry, UnitState } from '../units.ts';
import { allowListEntries } from './allowlists.ts';
import { authorityEntries } from './authorities.ts';
import { backupEntries } from './backups.ts';
import { batchEntries } from './batches.ts';
import { checkpointEntries } from './checkpoints.ts';
import { claimEntries } from './claims.ts';
import { connectionEntries } from './connections.ts';
import { deskEntries } from './desk.ts';
import type { EntrySpec } from './entry.ts';
import { issuingEntries } from './issuing.ts';
import { plantEntries } from './plant.ts';
import { stationEntries } from './station.ts';
import { unitEntries } from './units.ts';

export { causes, type EntrySpec } from './entry.ts';
export { type StepData, type StepDataOf, stepData } from './steps.ts';

export const entries = {
  ...unitEntries,
  ...issuingEntries,
  ...allowListEntries,
  ...claimEntries,
  ...authorityEntries,
  ...backupEntries,
  ...checkpointEntries,
  ...batchEntries,
  ...connectionEntries,
  ...stationEntries,
  ...plantEntries,
  ...deskEntries,
} as const;

type Entries = typeof entries;
export type EntryName = keyof Entries;
/** The names of entries in journals, and of entries in the audit log. */
export type JournalName = { [N in EntryName]: Entries[N] extends { journal: unknown } ? N : never }[EntryName];
export type AuditName = { [N in EntryName]: Entries[N] extends { audit: unknown } ? N : never }[EntryName];

type DataOf<S> = S extends z.ZodType ? z.output<S> : never;
export type JournalData<N extends JournalName> = DataOf<Entries[N]['journal' & keyof Entries[N]]>;
export type AuditData<N extends AuditName> = DataOf<Entries[N]['audit' & keyof Entries[N]]>;

/** An entry for a journal: its name and its data. `stays` leaves the unit in its state, for entries that allow it. */
export type JournalFact = {
  [N in JournalName]: { entry: N; data: JournalData<N> } & (Entries[N] extends { mayStay: true }
    ? { stays?: boolean | undefined }
    : { stays?: undefined });
}[JournalName];

/** An entry for the audit log: its name and its data. */
export type AuditFact = { [N in AuditName]: { entry: N; data: AuditData<N> } }[AuditName];
/** The same with its actor and its subject. */
export type AuditWrite = AuditFact & { actor: string; subject: string };

/** An entry of the audit log as it is on record, from any version. */
export type AuditEntry = {
  seq: number;
  at: string;
  entry: string;
  actor: string;
  subject: string;
  data: Record<string, unknown>;
};

/** Entries that this version knows, with data of their schema. */
export type JournalEntryOf<N extends JournalName> = { [K in N]: JournalEntry & { entry: K; data: JournalData<K> } }[N];
export type AuditEntryOf<N extends AuditName> = { [K in N]: AuditEntry & { entry: K; data: AuditData<K> } }[N];

const specs: Record<string, EntrySpec> = entries;
const specOf = (name: string): EntrySpec | undefined => (Object.hasOwn(specs, name) ? specs[name] : undefined);

export const entryNames = Object.keys(entries) as EntryName[];
export const isJournalName = (name: string): name is JournalName => specOf(name)?.journal !== undefined;

/** Whether an entry has one of these names. Its data may be another version's. */
export const isNamed = <N extends EntryName>(row: { entry: string }, ...names: N[]): row is { entry: N } =>
  (names as string[]).includes(row.entry);

/** The unit's state after an entry; undefined when the entry moves nothing. */
export function stateAfter({ entry, data, stays }: JournalFact): UnitState | undefined {
  const { state } = entries[entry] as EntrySpec;
  if (stays) return undefined;
  return typeof state === 'function' ? state(data as never) : state;
}

/** The entry with its data, if it has this name and this version's form of data. */
export function journalEntryOf<N extends JournalName>(row: JournalEntry, name: N): JournalEntryOf<N> | undefined {
  return row.entry === name && specOf(name)?.journal?.safeParse(row.data).success
    ? (row as JournalEntryOf<N>)
    : undefined;
}

/** As `journalEntryOf`, for the audit log. */
export function auditEntryOf<N extends AuditName>(row: AuditEntry, name: N): AuditEntryOf<N> | undefined {
  return row.entry === name && specOf(name)?.audit?.safeParse(row.data).success ? (row as AuditEntryOf<N>) : undefined;
}
