/** Allows one station for each data folder. The operating system holds the lock, so the lock ends with its process. */
import { rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { StationError } from '../../app/contract/errors.ts';
import { createTemporary, hands, unwritten } from '../../app/files/index.ts';
import { lockSqlite } from '../../native/sqlite.ts';

/** A host stays. A command ends after a moment. */
export type LockKind = 'host' | 'command';
export type FolderLock = { release(): void };

type Holder = { pid: number; kind: LockKind; since: string };

const retryMs = 50;

/**
 * Takes the folder, and waits up to `waitMs` for its holder. The lock is on `lock.db`, which no other code opens: POSIX
 * drops a process's locks when the process closes any handle on the file. `lock.json` tells people who has it.
 * @throws `records.inUse` – with the holder's pid and kind
 */
export async function lockFolder(dir: string, kind: LockKind, options: { waitMs: number }): Promise<FolderLock> {
  const words = join(dir, 'lock.json');
  const lock = await take(join(dir, 'lock.db'), words, options.waitMs);
  const release = () => {
    try {
      rmSync(words, { force: true });
    } catch {
      // A virus scanner holds the file for a moment. It only names the holder, and nothing reads it while there is
      // none.
    }
    lock.release();
  };
  try {
    const holder: Holder = { pid: process.pid, kind, since: new Date().toISOString() };
    await write(words, `${JSON.stringify(holder)}\n`);
  } catch (cause) {
    release();
    throw unwritten(words, cause);
  }
  return { release };
}

/** This file is for people, who can do without it after a power cut. So it is not synced. */
async function write(file: string, text: string): Promise<void> {
  const { temporary, handle } = await createTemporary(file, 0o644);
  try {
    await handle.writeFile(text);
  } finally {
    await handle.close();
  }
  await hands.rename(temporary, file);
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
    // The holder has just come and has not written its name yet, or has just left.
    return new StationError('records.inUse', 'another process has this folder open', { cause });
  }
}
