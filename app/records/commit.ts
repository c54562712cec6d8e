/**
 * Group commit: work that comes while a commit is running shares the next commit. One refusal does not undo its
 * neighbours; for that, work may run twice, and the first time is undone. Work that can wait, of a batch of many units, comes after
 * all other work, and a commit takes no more of it when it has become long: the line waits for one page, not for all.
 */
import { StationError } from '../contract/errors.ts';
import type { LogWriter } from './log/seal.ts';
import type { Sql } from './sql.ts';

export type GroupCommit = {
  /**
   * Resolves with the result of `work` once it is committed. Rejects when `work` throws or the commit fails. Patient work
   * keeps its order among itself.
   */
  submit<T>(work: (sql: Sql) => T, isPatient?: boolean): Promise<T>;
  /** Commits all waiting work now. */
  flush(): void;
};

type Waiting = { work: (sql: Sql) => unknown; resolve: (value: unknown) => void; reject: (reason: unknown) => void };
type Settled = () => void;

/** Failures of the file, not of the work. Nothing of the group may be reported as done. */
const fatal = new Set(['records.diskFull', 'records.damaged', 'records.failed', 'records.inUse']);

/**
 * A unit's next write often follows at once after the answer to its last one (reserve, sign, record). On a slow disk,
 * without this short wait, that write would have to wait for two commits.
 */
const graceMs = 2;
const slowMs = 8;
/** A group that has worked for so long takes no more patient work. */
const longMs = 10;

/**
 * `later` delays the next group until the answered callers have asked again; after a slow commit it waits `graceMs`. What a
 * group wrote goes into `log` before it is committed.
 */
export function createGroupCommit(
  sql: Sql,
  later: (flush: () => void, ms: number) => void = after,
  log?: LogWriter,
): GroupCommit {
  let urgent: Waiting[] = [];
  const patient: Waiting[] = [];
  let wasSlow = false;
  let isPlanned = false;
  const plan = () => {
    if (isPlanned) return;
    isPlanned = true;
    later(turn, wasSlow ? graceMs : 0);
  };
  const turn = () => {
    isPlanned = false;
    if (urgent.length + patient.length === 0) return;
    const began = performance.now();
    const group = urgent;
    urgent = [];
    let taken = 0;
    const commitMs = commitGroup(sql, log, group, () => {
      taken += 1;
      return taken === 1 || performance.now() - began < longMs ? patient.shift() : undefined;
    });
    wasSlow = commitMs >= slowMs;
    if (patient.length > 0) plan();
  };
  return {
    submit: (work, isPatient = false) =>
      new Promise((resolve, reject) => {
        (isPatient ? patient : urgent).push({ work, resolve: resolve as (value: unknown) => void, reject });
        plan();
      }),
    flush: () => {
      while (urgent.length + patient.length > 0) turn();
    },
  };
}

function after(flush: () => void, ms: number): void {
  if (ms > 0) setTimeout(flush, ms);
  else setImmediate(flush);
}

/** A refusal in a group that has no savepoints. */
class Refused extends Error {}

/**
 * A savepoint keeps a copy of each page that its work changes, and hardly any work is refused. So the group runs without
 * them; after a refusal all of it is undone and done once more, each piece in its savepoint.
 *
 * @param more what else the commit takes, asked when the rest is done
 * @returns how long the commit itself took, in ms
 */
function commitGroup(
  sql: Sql,
  log: LogWriter | undefined,
  given: readonly Waiting[],
  more: () => Waiting | undefined,
): number {
  const group = [...given];
  let settled: Settled[] = [];
  const commit = (add: (item: Waiting) => Settled): number => {
    settled = [];
    sql.exec('BEGIN IMMEDIATE');
    log?.begin();
    for (const item of group) settled.push(add(item));
    for (let item = more(); item; item = more()) {
      group.push(item);
      settled.push(add(item));
    }
    log?.seal();
    const began = performance.now();
    sql.exec('COMMIT');
    return performance.now() - began;
  };
  let tookMs = 0;
  try {
    try {
      tookMs = commit((item) => unguarded(sql, item));
    } catch (thrown) {
      if (!(thrown instanceof Refused)) throw thrown;
      sql.exec('ROLLBACK');
      tookMs = commit((item) => guarded(sql, item));
    }
  } catch (thrown) {
    if (sql.inTransaction()) sql.exec('ROLLBACK');
    for (const { reject } of group) reject(thrown);
    return tookMs;
  }
  for (const settle of settled) settle();
  return tookMs;
}

/** Whether an error ends the whole group. */
const isFatal = (sql: Sql, thrown: unknown): boolean =>
  !sql.inTransaction() || (thrown instanceof StationError && fatal.has(thrown.code));

/** @throws Refused, and errors that end the whole group */
function unguarded(sql: Sql, { work, resolve }: Waiting): Settled {
  try {
    const value = work(sql);
    return () => resolve(value);
  } catch (thrown) {
    throw isFatal(sql, thrown) ? thrown : new Refused();
  }
}

/** @throws only errors that end the whole group */
function guarded(sql: Sql, { work, resolve, reject }: Waiting): Settled {
  sql.exec('SAVEPOINT work');
  try {
    const value = work(sql);
    sql.exec('RELEASE work');
    return () => resolve(value);
  } catch (thrown) {
    if (isFatal(sql, thrown)) throw thrown;
    sql.exec('ROLLBACK TO work');
    sql.exec('RELEASE work');
    return () => reject(thrown);
  }
}
