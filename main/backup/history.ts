/** `backups.json` in the data folder: how the last tries to make and to send a backup ended, by the station and by commands. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type BackupSent, type BackupTry, backupSent, backupTry } from '../../app/contract/backups.ts';
import { replaceSynced } from '../../app/files/index.ts';

const most = 50;
const historyFile = z.object({ tries: z.array(backupTry), sent: z.array(backupSent).default([]) });
export type BackupHistory = z.infer<typeof historyFile>;

const pathOf = (dir: string): string => join(dir, 'backups.json');

/** The tries, the latest last. A file that cannot be read says nothing, and the next try writes it again. */
export function readHistory(dir: string): BackupHistory {
  try {
    return historyFile.parse(JSON.parse(readFileSync(pathOf(dir), 'utf8')));
  } catch {
    return { tries: [], sent: [] };
  }
}

/** Adds a try to make one. The caller holds the lock of backups. */
export function addTry(dir: string, tried: BackupTry): void {
  const { tries, sent } = readHistory(dir);
  write(dir, { tries: [...kept(tries, ({ name }) => name !== null), tried], sent });
}

/** Adds a try to send one. The caller holds the lock of backups. */
export function addSent(dir: string, one: BackupSent): void {
  const { tries, sent } = readHistory(dir);
  write(dir, { tries, sent: [...kept(sent, ({ code }) => code === undefined), one] });
}

/** The last ones. The last good one stays, however many tries failed since. */
function kept<T>(all: readonly T[], isGood: (one: T) => boolean): T[] {
  const good = all.findLast(isGood);
  const last = all.slice(1 - most);
  return [...(good && !last.includes(good) ? [good] : []), ...last];
}

function write(dir: string, history: BackupHistory): void {
  const file = pathOf(dir);
  try {
    replaceSynced(file, `${JSON.stringify(history, null, 2)}\n`, 0o644);
  } catch {
    // The disk of the data folder is full or read-only. The backup itself counts.
  }
}
