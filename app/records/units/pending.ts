/** What an attempt has done and learned since its last commit: on record with the next one, in order, or not at all. */
import type { StepData, StepName } from '../../contract/model.ts';
import { audit } from '../audit/audit.ts';
import { type Write, write } from '../call.ts';
import { keepCsr } from '../certificates/keys.ts';
import type { Sql } from '../sql.ts';
import { type AttemptKey, append } from './journal.ts';

/** `at` is when it was so, in ISO 8601 UTC. Nothing here can be refused: what an attempt ended with must go on record. */
export type PendingEntry = AttemptKey & { actor: string; at: string } & (
    | { kind: 'step'; step: StepName; ms: number; data: StepData }
    /** The CSR's original bytes, also when its key turns out to be another unit's. */
    | { kind: 'csr'; csrDer: Uint8Array; spkiSha256: string }
    /** Step 5: audit `csr.accepted`. */
    | { kind: 'decision'; notes: string[] }
  );
export type WithPending = { pending?: readonly PendingEntry[] | undefined };

type Decision = AttemptKey & { notes: string[]; actor: string };

/** Step 5: audit `csr.accepted`. `notes`: what the policy looked at, for people. */
export const recordDecision = write((sql, { unitSerial, attempt, notes, actor }: Decision, at): void => {
  audit(sql, { at, entry: 'csr.accepted', actor, subject: unitSerial, data: { attempt, notes } });
});

/** What no other write is to carry. The other writes of an attempt take `pending` along: recorded before them, in their commit. */
export const recordPending = write((sql, { pending = [] }: WithPending): void => {
  for (const entry of pending) keep(sql, entry);
});

function keep(sql: Sql, pending: PendingEntry): void {
  const { unitSerial, attempt, actor, at } = pending;
  switch (pending.kind) {
    case 'step': {
      const { step, ms, data } = pending;
      append(sql, { unitSerial, attempt, actor, at, entry: 'step.done', step, ms, data });
      break;
    }
    case 'csr': {
      const { csrDer, spkiSha256 } = pending;
      keepCsr(sql, { unitSerial, attempt, actor, at, csrDer, spkiSha256 });
      break;
    }
    case 'decision':
      recordDecision(sql, { unitSerial, attempt, actor, notes: pending.notes }, at);
      break;
  }
}

/** The same write, after what goes along with it. One savepoint: neither is there without the other. */
export const writeWithPending = <P, R>(act: (sql: Sql, params: P, at: string) => R): Write<P & WithPending, R> =>
  write((sql, { pending, ...params }: P & WithPending, at) => {
    recordPending(sql, { pending }, at);
    return act(sql, params as P, at);
  });
