/** One station for each data folder. The operating system holds the lock, so that it goes with its process. */
import { rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { StationError } from '../../app/contract/errors.ts';
import { hands } from '../../app/files/index.ts';
import { lockSqlite } from '../../native/sqlite.ts';

/** A host stays; a command is done in a moment. */
export type LockKind = 'host' | 'command';
export type FolderLock = { release(): void };

type Holder = { pid: number; kind: LockKind; since: string };

const retryMs = 50;

/**
 * Takes the folder, waiting up to `waitMs` for whoever has it. Refuses `records.inUse` with the holder's pid and kind.
 * The lock is on `lock.db`, which nobody else opens: POSIX drops a process's locks when it closes any handle on the
 * file. `lock.json` says who has it, for people.
 */
export async function lockFolder(dir: string, kind: LockKind, options: { waitMs: number }): Promise<FolderLock> {
  const words = join(dir, 'lock.json');
  const lock = await take(join(dir, 'lock.db'), words, options.waitMs);
  const release = () => {
    try {
      rmSync(words, { force: true });
    } catch {
      // Held by a virus scanner for a moment. It says who had the folder, and nobody asks while nobody has it.
    }
    lock.release();
  };
  try {
    const holder: Holder = { pid: process.pid, kind, since: new Date().toISOString() };
    await hands.patiently(words, () => writeFile(words, `${JSON.stringify(holder)}\n`));
  } catch (cause) {
    release();
    throw new StationError('records.failed', `could not write ${words}`, { cause });
  }
  return { release };
}

async function take(file: string, words: string, waitMs: number): Promise<FolderLock> {
  const lastTry = performance.now() + waitMs;
  for (;;) {
    try {
      return lockSqlite(file);
    } catch (thrown) {
      if (!(thrown instanceof StationError) || thrown.code !== 'records.inUse') throw thrown;
      if (performance.now() >= lastTry) throw await inUse(words, thrown);
    }
    await wait(retryMs);
  }
}

async function inUse(words: string, cause: unknown): Promise<StationError> {
  try {
    const { pid, kind } = JSON.parse(await readFile(words, 'utf8')) as Holder;
    return new StationError('records.inUse', `process ${pid} (${kind}) has this folder open`, {
      data: { pid, kind },
      cause,
    });
  } catch {
    // The holder has it for so short a time that it has not written down who it is, or has just left.
    return new StationError('records.inUse', 'another process has this folder open', { cause });
  }
}
