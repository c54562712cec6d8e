/**
 * Keeps the folding of a large write-ahead log off the writer's thread. As long as a reader holds one state of the file (a
 * verification, an export, a backup), nothing after that state can be folded in, and the log grows. Left to itself, SQLite
 * folds all of it in with the first commit after the reader's end, and the line would wait: 3 s for 835 MB.
 */
import { setTimeout as rest } from 'node:timers/promises';
import type { Sql } from '../../app/records/sql.ts';
import { besides, startThread } from './thread.ts';

/** From here on SQLite folds the log in with a commit: its own default, 4 MB of the usual page size. */
const usualFrames = 1000;
/** So many frames wait only when SQLite could not fold them in. */
const manyFrames = 4 * usualFrames;
const lookEveryMs = 250;
/** After a thread that could not work. SQLite folds with commits meanwhile. */
const retryAfterMs = 10_000;
/** SQLite brings the file to the disk with a pass in which nothing was written. A short pass is such a one sooner or later. */
const shortPasses = 3;

type Frames = { log: number; checkpointed: number };
const waiting = ({ log, checkpointed }: Frames): number => log - checkpointed;

/** Frames that are not folded in yet, also those that no reader lets go. */
export const framesWaiting = (sql: Sql): number => waiting(sql.get<Frames>('PRAGMA wal_checkpoint(NOOP)')!);

/**
 * Folds in what it can and neither waits for a reader nor holds up the writer (sqlite.org/pragma.html#pragma_wal_checkpoint).
 *
 * @returns the frames that were left
 */
export const foldPassively = (sql: Sql): number => waiting(sql.get<Frames>('PRAGMA wal_checkpoint(PASSIVE)')!);

export type WalCare = {
  /** Ends what is under way, which may take as long as one pass over the log. The rest is for who closes the file last. */
  close(): Promise<void>;
};

/** @param writer the connection that writes `file`, of this thread */
export function careForWal(writer: Sql, file: string): WalCare {
  const ending = new AbortController();
  let folding: Promise<void> | undefined;
  let notBefore = 0;
  const looking = setInterval(() => {
    if (folding !== undefined || performance.now() < notBefore) return;
    folding = foldIfLarge(writer, file, ending.signal)
      .catch(() => {
        notBefore = performance.now() + retryAfterMs;
      })
      .finally(() => {
        folding = undefined;
      });
  }, lookEveryMs);
  return {
    async close() {
      clearInterval(looking);
      ending.abort();
      await folding;
    },
  };
}

/** @throws what the disk or the thread says; it must not end the writer, whose own commits say it better */
async function foldIfLarge(writer: Sql, file: string, ending: AbortSignal): Promise<void> {
  if (framesWaiting(writer) < manyFrames) return;
  writer.exec('PRAGMA wal_autocheckpoint = 0');
  try {
    const thread = await startThread(besides('walfold'), 'walfold', { file, create: false });
    try {
      for (let short = 0; short < shortPasses && !ending.aborted; ) {
        const left = (await thread.ask('fold', undefined)) as number;
        short = left < usualFrames ? short + 1 : 0;
        if (short === 0) await rest(lookEveryMs, undefined, { signal: ending }).catch(() => {});
      }
    } finally {
      await thread.close();
    }
  } finally {
    // The few last frames go with the next commit, and the one after it begins the log at its front.
    writer.exec(`PRAGMA wal_autocheckpoint = ${usualFrames}`);
  }
}
