/** A unit's journal, and where the unit stands by it. */
import type { Outcome } from '../../contract/errors.ts';
import type { JournalEntry, StepName, UnitState } from '../../contract/model.ts';
import type { Sql } from '../sql.ts';

export type NewJournalEntry = {
  unitSerial: string;
  at: string;
  attempt: number;
  entry: string;
  step?: StepName | null | undefined;
  actor: string;
  ms?: number | null | undefined;
  data?: Record<string, unknown> | undefined;
  /** The state this entry puts the unit in; absent where it moves nothing. */
  state?: UnitState | undefined;
};

/** What is needed of an entry to tell where its unit stands. */
export type JournalFact = Pick<JournalEntry, 'attempt' | 'entry' | 'data' | 'step'> & { state: UnitState | null };

export type Position = {
  /** null for a unit without entries. */
  state: UnitState | null;
  attempts: number;
  /** The attempt that has begun and not ended. */
  open: { attempt: number; lastEntry: string; step: StepName | null } | null;
  /** Whether the unit has passed and its certificate was not revoked since, whatever became of its registration. */
  passed: boolean;
  keySpkiSha256: string | null;
};

export const stateOfOutcome = {
  PASS: 'passed',
  FAIL: 'failed',
  ERROR: 'error',
  ABORTED: 'aborted',
} as const satisfies Record<Outcome, UnitState>;

/** Where a unit stands: computed from its journal, oldest entry first. */
export function positionOf(journal: readonly JournalFact[]): Position {
  const position: Position = { state: null, attempts: 0, open: null, passed: false, keySpkiSha256: null };
  for (const { attempt, entry, data, step, state } of journal) {
    position.attempts = Math.max(position.attempts, attempt);
    if (state !== null) position.state = state;
    if (state === 'passed') position.passed = true;
    // What it passed with is gone: it may come back to the bench for another certificate.
    if (entry === 'certificate.revoked') position.passed = false;
    // The journal's own list of states has no word for it: nothing comes after.
    if (entry === 'unit.scrapped') position.state = 'scrapped';
    if (entry === 'csr.recorded') position.keySpkiSha256 = String(data.spkiSha256);
    if (entry === 'attempt.ended' && position.open?.attempt === attempt) position.open = null;
    else if (entry === 'attempt.started') position.open = { attempt, lastEntry: entry, step: null };
    else if (position.open?.attempt === attempt) {
      position.open = { attempt, lastEntry: entry, step: (step as StepName | null) ?? position.open.step };
    }
  }
  return position;
}

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
      data: JSON.stringify(added.data ?? {}),
      state: added.state ?? null,
    },
  );
}

type Row = Omit<JournalEntry, 'data'> & { data: string; state: UnitState | null };

/** The whole journal of a unit, oldest entry first. */
export function journalOf(sql: Sql, unitSerial: string): (JournalEntry & JournalFact)[] {
  return sql
    .all<Row>(
      `SELECT entryId, at, attempt, entry, step, actor, ms, data, state FROM journal
       WHERE unitSerial = @unitSerial ORDER BY position`,
      { unitSerial },
    )
    .map((row) => ({ ...row, data: JSON.parse(row.data) as Record<string, unknown> }));
}
