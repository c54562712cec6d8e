/** All contenders in turns, so that a busy machine is unfair to none. */
import { rm } from 'node:fs/promises';
import { openBounds } from './bounds.ts';
import { openCfssl } from './cfssl.ts';
import type { Absent, Contender, Open, Opened } from './contender.ts';
import { openForge } from './forge.ts';
import { type KeyKind, type Material, makeMaterial, requestCount } from './material.ts';
import { openOpenssl } from './openssl.ts';
import { openOurs } from './ours.ts';
import { openPeculiar } from './peculiar.ts';

const all: readonly Open[] = [openBounds, openOurs, openCfssl, openOpenssl, openPeculiar, openForge];

/** Certificates a second, one figure a round. */
export type Lane = Contender & { rates: number[] };

export async function openAll(material: Material): Promise<Opened[]> {
  const opened: Opened[] = [];
  for (const open of all) opened.push(...(await open(material)));
  return opened;
}

export const isThere = (one: Opened): one is Contender => !('cannot' in one);

/** One round more is run first, to warm everything up, and is not counted. */
export async function race(kind: KeyKind, rounds: number): Promise<{ lanes: Lane[]; absent: Absent[] }> {
  const material = await makeMaterial(kind, requestCount(kind));
  const opened = await openAll(material);
  const lanes = opened.filter(isThere).map((contender): Lane => ({ ...contender, rates: [] }));
  try {
    for (let round = 0; round <= rounds; round++) {
      for (const lane of lanes) {
        const rate = await turn(lane, material);
        if (round > 0) lane.rates.push(rate);
        else if (lane.latenciesMs) lane.latenciesMs.length = 0;
      }
    }
  } finally {
    for (const { close } of lanes) await close?.();
    await rm(material.folder, { recursive: true, force: true });
  }
  return { lanes, absent: opened.filter((one): one is Absent => !isThere(one)) };
}

async function turn({ issue, ready, atMost, name }: Contender, { requests }: Material): Promise<number> {
  const asked = requests.slice(0, atMost);
  await ready?.();
  const began = performance.now();
  const made = await issue(asked);
  const seconds = (performance.now() - began) / 1000;
  if (made.length !== asked.length) throw new Error(`${name} made ${made.length} of ${asked.length} certificates`);
  return made.length / seconds;
}
