/** Asks the system where a data folder really lies. */
import { readdir, readFile, realpath } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { StationError } from '../../app/contract/errors.ts';
import { type Place, placeOf } from '../../app/files/index.ts';
import { type Ask, ask } from './ask.ts';

export type PlaceMachine = {
  platform: NodeJS.Platform;
  mountInfo: string;
  ask: Ask;
};

const thisMachine: PlaceMachine = { platform: process.platform, mountInfo: '/proc/self/mountinfo', ask };

/** The nearest existing folder, by the system's own name: `realpath` turns mapped drives into `\\server\share`. */
async function realOf(dir: string): Promise<string> {
  for (let at = resolve(dir); ; at = dirname(at)) {
    const found = await realpath(at).catch(() => undefined);
    if (found !== undefined || dirname(at) === at) return found ?? at;
  }
}

/** The hidden names beside each folder above the path: synchronising programs leave their marks there. */
async function marksAbove(path: string): Promise<string[]> {
  const found: string[] = [];
  for (let at = path; dirname(at) !== at; at = dirname(at))
    for (const name of await readdir(at).catch(() => [])) if (name.startsWith('.')) found.push(join(at, name));
  return found;
}

/** Never rejects. A folder of unknown kind counts as local. */
export async function lookUpPlace(dir: string, machine: PlaceMachine = thisMachine): Promise<Place> {
  const { platform } = machine;
  const path = await realOf(dir);
  const mounts =
    platform === 'linux'
      ? await readFile(machine.mountInfo, 'utf8').catch(() => '')
      : platform === 'darwin'
        ? ((await machine.ask('/sbin/mount')) ?? '')
        : '';
  return placeOf({ platform, path, mounts, marks: await marksAbove(path) });
}

/** @throws `records.networkFolder` – when the folder is on a network drive */
export function assertNotNetwork(dir: string, place: Place): void {
  if (place.kind !== 'network') return;
  const { fileSystem, mount } = place;
  throw new StationError(
    'records.networkFolder',
    `${dir} lies on a network drive (${fileSystem} at ${mount}), where the records cannot be kept: choose a folder on a disk of this PC`,
    { data: { folder: dir, fileSystem, mount } },
  );
}

/** One line for the terminal. */
export const syncedWords = (dir: string, by: string): string =>
  `${dir} is synchronised by ${by}: it may copy half-written records and bring old ones back. Move the data folder out of it.`;
