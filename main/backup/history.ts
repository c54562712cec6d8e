/** `backups.json` in the data folder: how the last tries to make a backup ended, by the station and by commands. */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type BackupTry, backupTry } from '../../app/contract/backups.ts';

const mostTries = 50;
const historyFile = z.object({ tries: z.array(backupTry) });
const pathOf = (dir: string): string => join(dir, 'backups.json');

/** The tries, the latest last. A file that cannot be read says nothing, and the next try writes it again. */
export function readHistory(dir: string): BackupTry[] {
  try {
    return historyFile.parse(JSON.parse(readFileSync(pathOf(dir), 'utf8'))).tries;
  } catch {
    return [];
  }
}

/** Adds a try. The last good one stays, however many tries failed since. The caller holds the lock of backups. */
export function addToHistory(dir: string, tried: BackupTry): void {
  const before = readHistory(dir);
  const good = before.findLast(({ name }) => name !== null);
  const last = before.slice(1 - mostTries);
  const tries = [...(good && !last.includes(good) ? [good] : []), ...last, tried];
  const file = pathOf(dir);
  try {
    const handle = openSync(`${file}.new`, 'w', 0o644);
    try {
      writeSync(handle, `${JSON.stringify({ tries }, null, 2)}\n`);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(`${file}.new`, file);
  } catch {
    // The disk of the data folder is full or read-only. The backup itself counts.
  }
}
