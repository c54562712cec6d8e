/**
 * The steps and facts of an attempt since its last commit. They go on record with the next commit, in order, or not at
 * all.
 */
import type { HomeCall, StepData, StepName } from '../../contract/model.ts';
import { audit } from '../audit/audit.ts';
import { type Write, write } from '../call.ts';
import { keepCsr } from '../certificates/keys.ts';
import type { Sql } from '../sql.ts';
import { type AttemptKey, append } from './journal.ts';

/**
 * `at` is the time of the step or fact, ISO 8601 UTC. None of these can be refused, because the end of an attempt must
 * go on record.
 */
export type PendingEntry = AttemptKey & { actor: string; at: string } & (
    | { kind: 'step'; step: StepName; ms: number; data: StepData }
    /** The original bytes of the CSR, even when its key belongs to another unit. */
    | { kind: 'csr'; csrDer: Uint8Array; spkiSha256: string }
    /** Step 5: audit `csr.accepted`. */
    | { kind: 'decision'; notes: string[] }
    /** How far the device came when it connected, whatever becomes of the unit. */
    | { kind: 'homeCall'; data: HomeCall }
  );
export type WithPending = { pending?: readonly PendingEntry[] | undefined };

type Decision = AttemptKey & { notes: string[]; actor: string };

/** Step 5. Records the decision, audit `csr.accepted`. `notes` says for people what the policy checked. */
export const recordDecision = write((sql, { unitSerial, attempt, notes, actor }: Decision, at): void => {
  audit(sql, { at, entry: 'csr.accepted', actor, subject: unitSerial, data: { attempt, notes } });
});

/**
 * Records the pending entries that no other write carries. The other writes of an attempt take `pending` with them and
 * record it first, in the same commit.
 */
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
    case 'homeCall':
      append(sql, { unitSerial, attempt, actor, at, entry: 'device.calledHome', step: 'connect', data: pending.data });
      break;
    case 'decision':
      recordDecision(sql, { unitSerial, attempt, actor, notes: pending.notes }, at);
      break;
  }
}

/**
 * The same write, with the pending entries before it. Both are one work of a commit, so neither is there without the other.
 */
export const writeWithPending = <P, R>(act: (sql: Sql, params: P, at: string) => R): Write<P & WithPending, R> =>
  write((sql, { pending, ...params }: P & WithPending, at) => {
    recordPending(sql, { pending }, at);
    return act(sql, params as P, at);
  });
