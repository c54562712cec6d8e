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
/** A host stays, except for one that is just closing. */
const hostWaitMs = 10_000;

type Waiting = {
  waitMs: number;
  /** How long a host is waited for, in ms; 10 s at most without it. */
  hostWaitMs?: number | undefined;
};

/**
 * Takes the folder, and waits up to `waitMs` for its holder. The lock is on `lock.db`, which no other code opens: POSIX
 * drops a process's locks when the process closes any handle on the file. `lock.json` tells people who has it.
 * @throws `records.inUse` – with the holder's pid and kind
 */
export async function lockFolder(dir: string, kind: LockKind, options: Waiting): Promise<FolderLock> {
  const words = join(dir, 'lock.json');
  const lock = await take(join(dir, 'lock.db'), words, options);
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

async function take(file: string, words: string, waiting: Waiting): Promise<FolderLock> {
  const began = performance.now();
  const limits = { command: waiting.waitMs, host: Math.min(waiting.waitMs, waiting.hostWaitMs ?? hostWaitMs) };
  for (;;) {
    try {
      return lockSqlite(file);
    } catch (thrown) {
      if (!(thrown instanceof StationError) || thrown.code !== 'records.inUse') throw thrown;
      const waited = performance.now() - began;
      if (waited >= limits.command) throw inUse(await holderIn(words), thrown);
      if (waited >= limits.host) {
        const holder = await holderIn(words);
        if (holder?.kind === 'host') throw inUse(holder, thrown);
      }
    }
    await wait(retryMs);
  }
}

/** Undefined: the holder has just come and has not written its name yet, or has just left. */
async function holderIn(words: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(words, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

function inUse(holder: Holder | undefined, cause: unknown): StationError {
  if (holder === undefined)
    return new StationError('records.inUse', 'another process has this folder open: try again', { cause });
  const { pid, kind } = holder;
  const next = kind === 'host' ? 'use its screens, or end it first' : 'try again when it has ended';
  return new StationError('records.inUse', `process ${pid} (${kind}) has this folder open: ${next}`, {
    data: { pid, kind },
    cause,
  });
}
