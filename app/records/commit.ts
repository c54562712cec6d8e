/**
 * Group commit: work that comes while a commit is running shares the next commit. Each piece of work has its own
 * savepoint, so that one refusal does not undo its neighbours.
 */
import { StationError } from '../contract/errors.ts';
import type { Sql } from './sql.ts';

export type GroupCommit = {
  /** Resolves with the result of `work` once it is committed. Rejects when `work` throws or the commit fails. */
  submit<T>(work: (sql: Sql) => T): Promise<T>;
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

/**
 * `later` delays the next group until the answered callers have asked again; after a slow commit it waits `graceMs`.
 */
export function createGroupCommit(sql: Sql, later: (flush: () => void, ms: number) => void = after): GroupCommit {
  let waiting: Waiting[] = [];
  let wasSlow = false;
  const flush = () => {
    const group = waiting;
    waiting = [];
    if (group.length === 0) return;
    const began = performance.now();
    commitGroup(sql, group);
    wasSlow = performance.now() - began >= slowMs;
  };
  return {
    submit: (work) =>
      new Promise((resolve, reject) => {
        waiting.push({ work, resolve: resolve as (value: unknown) => void, reject });
        if (waiting.length === 1) later(flush, wasSlow ? graceMs : 0);
      }),
    flush,
  };
}

function after(flush: () => void, ms: number): void {
  if (ms > 0) setTimeout(flush, ms);
  else setImmediate(flush);
}

function commitGroup(sql: Sql, group: Waiting[]): void {
  let settled: Settled[];
  try {
    sql.exec('BEGIN IMMEDIATE');
    settled = group.map((item) => attempt(sql, item));
    sql.exec('COMMIT');
  } catch (thrown) {
    if (sql.inTransaction()) sql.exec('ROLLBACK');
    for (const { reject } of group) reject(thrown);
    return;
  }
  for (const settle of settled) settle();
}

/** @throws only errors that end the whole group */
function attempt(sql: Sql, { work, resolve, reject }: Waiting): Settled {
  sql.exec('SAVEPOINT work');
  try {
    const value = work(sql);
    sql.exec('RELEASE work');
    return () => resolve(value);
  } catch (thrown) {
    if (!sql.inTransaction() || (thrown instanceof StationError && fatal.has(thrown.code))) throw thrown;
    sql.exec('ROLLBACK TO work');
    sql.exec('RELEASE work');
    return () => reject(thrown);
  }
}
