/** What a verification of the log finds, and the types that its parts share. */

/** What was found. `what` is its kind. */
export const problemKinds = [
  'schema',
  'file',
  'noLog',
  'entryChanged',
  'entryMissing',
  'entryAdded',
  'rowChanged',
  'rowMissing',
  'rowAdded',
  'derived',
  'tree',
  'signature',
  'checkpoint',
  'rolledBack',
] as const;
export type LogProblem = {
  what: (typeof problemKinds)[number];
  /** The place, e.g. `audit 17` or `orders ["WO-1"]`. */
  where: string;
  /** What it means, in English. */
  meaning: string;
};

export type LogVerdict = {
  ok: boolean;
  /** Entries of the audit log and of the journals that the log holds. */
  entries: number;
  /** Leaves of the log. */
  size: number;
  /** Base64; null without a log. */
  root: string | null;
  firstBad?: LogProblem;
  /** Restores from a backup that the log declares; absent without one. `lost` counts leaves, at least; null when unknown. */
  restores?: { at: string; madeAt: string; size: number; lost: number | null }[];
  /** Sizes that witnesses name and did not prove, which the log had not reached then; absent without one. */
  claims?: { at: string; witness: string; held: number; size: number }[];
  /** The first problems that were found. */
  problems: LogProblem[];
};

export type Progress = { done: number; of: number };
export type NamedCheckpoint = {
  name: string;
  note: string;
  /** It comes from where others may write, too: it counts only where this station's key signed it. */
  fromAnyone?: true;
};

export type SchemaRow = { type: string; name: string; sql: string };

export type Say = (what: LogProblem['what'], where: string, meaning: string) => void;
/** A root that the log must have had at this size. */
export type WantedRoot = { name: string; size: number; root: Uint8Array };
