/** What an attempt has done and learned since its last commit: on record with the next one, in order, or not at all. */
import type { StepName } from '../../contract/model.ts';
import { recordCsr } from '../certificates/keys.ts';
import type { Sql } from '../sql.ts';
import { recordDecision } from './attempts.ts';
import { append } from './journal.ts';

/** `at` is when it was so, in ISO 8601 UTC. Nothing here can be refused: what an attempt ended with must go on record. */
export type Note = { unitSerial: string; attempt: number; actor: string; at: string } & (
  | { kind: 'step'; step: StepName; ms: number; data: Record<string, unknown> }
  /** The CSR's original bytes, also when its key turns out to be another unit's. */
  | { kind: 'csr'; csrDer: Uint8Array; spkiSha256: string }
  /** Step 5: audit `csr.accepted`. */
  | { kind: 'decision'; notes: string[] }
);
export type WithNotes = { notes?: readonly Note[] | undefined };

export function keepNotes(sql: Sql, { notes = [] }: WithNotes): void {
  for (const note of notes) keep(sql, note);
}

function keep(sql: Sql, note: Note): void {
  const { unitSerial, attempt, actor, at } = note;
  switch (note.kind) {
    case 'step': {
      const { step, ms, data } = note;
      append(sql, { unitSerial, attempt, actor, at, entry: 'step.done', step, ms, data });
      break;
    }
    case 'csr': {
      const { csrDer, spkiSha256 } = note;
      recordCsr(sql, { unitSerial, attempt, actor, at, csrDer, spkiSha256 });
      break;
    }
    case 'decision':
      recordDecision(sql, { unitSerial, attempt, actor, at, notes: note.notes });
      break;
  }
}

/** The same write, after what goes along with it. One savepoint: neither is there without the other. */
export const noted =
  <P, R>(write: (sql: Sql, params: P) => R) =>
  (sql: Sql, { notes, ...params }: P & WithNotes): R => {
    keepNotes(sql, { notes });
    return write(sql, params as P);
  };
