/** A unit's journal, and the position of the unit that follows from it. */
import {
  isNamed,
  type JournalEntry,
  type JournalFact,
  journalEntryOf,
  type StepName,
  stateAfter,
  type UnitState,
} from '../../contract/model.ts';
import { canonical } from '../log/leaves.ts';
import type { Sql } from '../sql.ts';

/** One attempt on one unit. Attempt 0 is a CSR that came as a file, without a device. */
export type AttemptKey = { unitSerial: string; attempt: number };

export type NewJournalEntry = JournalFact & {
  unitSerial: string;
  at: string;
  attempt: number;
  step?: StepName | null | undefined;
  actor: string;
  ms?: number | null | undefined;
};

/**
 * An entry with the state that it put its unit in, as the journal's column has it; null when the state did not move.
 */
export type JournalRow = JournalEntry & { state: UnitState | null };

export type Position = {
  /** null for a unit without entries. */
  state: UnitState | null;
  attempts: number;
  /** The attempt that has begun and not ended. */
  open: { attempt: number; lastEntry: string; step: StepName | null } | null;
  /** Whether the unit has passed and its certificate was not revoked since. Registration does not change it. */
  passed: boolean;
  keySpkiSha256: string | null;
};

/** The position of a unit, computed from its journal. The oldest entry comes first. */
export function positionOf(journal: readonly JournalRow[]): Position {
  const position: Position = { state: null, attempts: 0, open: null, passed: false, keySpkiSha256: null };
  for (const row of journal) {
    const { attempt, entry, step, state } = row;
    position.attempts = Math.max(position.attempts, attempt);
    if (state !== null) position.state = state;
    if (state === 'passed') position.passed = true;
    // The unit's certificate is gone. The unit may come back to the bench for another one.
    if (isNamed(row, 'certificate.revoked')) position.passed = false;
    // See `columnOf`. No entry follows this one.
    if (isNamed(row, 'unit.scrapped')) position.state = 'scrapped';
    position.keySpkiSha256 = journalEntryOf(row, 'csr.recorded')?.data.spkiSha256 ?? position.keySpkiSha256;
    if (isNamed(row, 'attempt.ended') && position.open?.attempt === attempt) position.open = null;
    else if (isNamed(row, 'attempt.started')) position.open = { attempt, lastEntry: entry, step: null };
    else if (position.open?.attempt === attempt) {
      position.open = { attempt, lastEntry: entry, step: (step as StepName | null) ?? position.open.step };
    }
  }
  return position;
}

/** The column's list of states has no word for `scrapped`. A row of `scraps` says it. */
const columnOf = (state: UnitState | undefined) => (state === undefined || state === 'scrapped' ? null : state);

/** Adds an entry to a unit's journal. The entry decides the unit's new state. */
export function append(sql: Sql, added: NewJournalEntry): void {
  sql.run(
    `INSERT INTO journal (unitSerial, position, at, attempt, entry, step, actor, ms, data, state)
     VALUES (@unitSerial, (SELECT coalesce(max(position), 0) + 1 FROM journal WHERE unitSerial = @unitSerial),
       @at, @attempt, @entry, @step, @actor, @ms, @data, @state)`,
    {
      unitSerial: added.unitSerial,
      at: added.at,
      attempt: added.attempt,
      entry: added.entry,
      step: added.step ?? null,
      actor: added.actor,
      ms: added.ms ?? null,
      data: canonical(added.data),
      state: columnOf(stateAfter(added)),
    },
  );
}

type Row = Omit<JournalRow, 'data'> & { data: string };

/** The whole journal of a unit, oldest entry first. */
export function journalOf(sql: Sql, unitSerial: string): JournalRow[] {
  return sql
    .all<Row>(
      `SELECT entryId, at, attempt, entry, step, actor, ms, data, state FROM journal
       WHERE unitSerial = @unitSerial ORDER BY position`,
      { unitSerial },
    )
    .map((row) => ({ ...row, data: JSON.parse(row.data) as Record<string, unknown> }));
}
