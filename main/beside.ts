/**
 * Folders that are made beside their place and renamed when they are whole. One that is being made holds a lock, which ends
 * with its process: what a killed run left is known by that, and the next run for the same place removes it.
 */
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { unwritten } from '../app/files/index.ts';
import type { Beside } from '../app/station/index.ts';
import { lockSqlite } from '../native/sqlite.ts';

const lockName = 'half.lock';

/** The name of a folder that is being made for `place`: what for, and six signs of `mkdtemp`. */
const prefixOf = (place: string, what: Making): string => `.${basename(place)}.${what}-`;
const halves = { making: true, restoring: true, fetching: true, checking: true };
type Making = keyof typeof halves;

/** As `openBeside`. @throws records.failed, records.diskFull – it cannot be made */
export function makeBeside(place: string, what: Making): Beside {
  try {
    return openBeside(place, what);
  } catch (thrown) {
    throw unwritten(dirname(place), thrown);
  }
}

/**
 * A new folder beside `place`, for its owner only. Its name cannot be guessed, so that no other user can have made it before.
 * Throws the error of the system.
 *
 * @param lockFile a test may give another function
 */
export function openBeside(place: string, what: Making, lockFile: typeof lockSqlite = lockSqlite): Beside {
  const above = dirname(place);
  mkdirSync(above, { recursive: true });
  sweepBeside(place);
  const folder = mkdtempSync(join(above, prefixOf(place, what)));
  let lock: { release(): void } | undefined;
  try {
    lock = lockFile(join(folder, lockName));
  } catch {
    // A network drive may have no locks. No other run can take one there either, and so none removes this folder.
  }
  const release = () => {
    lock?.release();
    lock = undefined;
    rmSync(join(folder, lockName), { force: true });
  };
  return { folder, release };
}

/** Removes what killed runs left. A folder of another user stays, and so does one that cannot be removed. */
function sweepBeside(place: string): void {
  const above = dirname(place);
  const prefixes = Object.keys(halves).map((what) => prefixOf(place, what as Making));
  for (const name of readdirSync(above)) {
    const prefix = prefixes.find((one) => name.startsWith(one));
    if (prefix === undefined || !/^[A-Za-z0-9]{6}(\.gone)?$/.test(name.slice(prefix.length))) continue;
    try {
      removeHalf(join(above, name));
    } catch {
      // Another run makes it right now, or this user may not remove it. It is in the way of nothing.
    }
  }
}

/** @throws records.inUse – a run is making it */
function removeHalf(folder: string): void {
  const found = lstatSync(folder);
  if (!found.isDirectory() || (process.geteuid !== undefined && found.uid !== process.geteuid())) return;
  lockSqlite(join(folder, lockName)).release();
  // Renamed first: a run that ends at this moment finds its folder whole, or not at all.
  const gone = folder.endsWith('.gone') ? folder : `${folder}.gone`;
  renameSync(folder, gone);
  rmSync(gone, { recursive: true, force: true });
}
