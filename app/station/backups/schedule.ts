/** When a backup is to be made or sent: pure, from the settings and from how the last tries ended. */
import type { BackupConfig, BackupSent, BackupTry } from '../../contract/model.ts';

const hourMs = 3_600_000;
/** After a try that failed: 5 minutes, then twice as long each time, an hour at most. */
const firstRetryMs = 300_000;
const retryMs = (failures: number): number => Math.min(firstRetryMs * 2 ** (failures - 1), hourMs);

/** A clock that was set back must not put it off. */
const after = (last: string, waitMs: number, now: Date): Date => {
  const lastAt = Date.parse(last);
  return lastAt > now.getTime() ? now : new Date(lastAt + waitMs);
};

/** How many of the last tries failed one after the other. */
const failuresAtEnd = <T>(tries: readonly T[], isGood: (one: T) => boolean): number =>
  tries.length - 1 - tries.findLastIndex(isGood);
const isMade = ({ name }: BackupTry): boolean => name !== null;
/** Whether a try to send one ended with the backup whole in the bucket. */
export const isThere = ({ code }: BackupSent): boolean => code === undefined;

/** When the next backup is to be made; null without a folder. A change of the folder makes one due at once. */
export function nextBackupAt(
  tries: readonly BackupTry[],
  { folder, everyHours }: Pick<BackupConfig, 'folder' | 'everyHours'>,
  now: Date,
): Date | null {
  if (folder === null) return null;
  const there = tries.filter((one) => one.folder === folder);
  const last = there.at(-1);
  if (last === undefined) return now;
  const failures = failuresAtEnd(there, isMade);
  return after(last.at, failures === 0 ? everyHours * hourMs : retryMs(failures), now);
}

/** The last try that made a backup; null when none did. */
export const lastGoodOf = (tries: readonly BackupTry[]): BackupTry | null => tries.findLast(isMade) ?? null;

/** Whether the last good backup is too old, or there is none although a folder was set so long ago. */
export const isOverdue = (
  tries: readonly BackupTry[],
  { folder, overdueHours }: Pick<BackupConfig, 'folder' | 'overdueHours'>,
  now: Date,
): boolean => {
  if (folder === null) return false;
  const since = lastGoodOf(tries)?.at ?? tries[0]?.at;
  return since !== undefined && now.getTime() - Date.parse(since) > overdueHours * hourMs;
};

/**
 * The last good backup in the folder that the bucket does not have yet, and when the next try to send it comes.
 *
 * @param sent the tries of this bucket, the latest last
 */
export function nextSending(
  tries: readonly BackupTry[],
  folder: string | null,
  sent: readonly BackupSent[],
  now: Date,
): { name: string; at: Date } | null {
  const name = lastGoodOf(tries.filter((one) => one.folder === folder))?.name;
  if (name === undefined || name === null || sent.some((one) => one.name === name && isThere(one))) return null;
  const failures = failuresAtEnd(sent, isThere);
  const last = sent.at(-1);
  return { name, at: last === undefined || failures === 0 ? now : after(last.at, retryMs(failures), now) };
}
