/** Many devices that connect for the first time at once, to an AWS that dies meanwhile. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failedPhase, type PhaseResult } from '../../../app/contract/connecting.ts';
import { connectPatiently } from '../../../app/practice/devices/net/connect.ts';
import { systemClock } from '../../../main/clock.ts';
import { createForge } from '../practice/forge.ts';
import { startStormAws } from './aws.ts';
import { judge } from './judge.ts';
import { makeUnits, type Unit } from './units.ts';
import { prepare, type Way } from './ways.ts';

/** How a device ended. `certificatePem` is what it is connected with; `reason` is the last that it saw. */
export type End = { unit: Unit; certificatePem?: string; tries: number; reason?: string };
export type Storm = {
  ends: End[];
  /** Milliseconds until the last listed device was in, with the deaths. */
  ms: number;
  /** Milliseconds for which AWS was dead. */
  deadMs: number;
  /** Milliseconds until the middle one, and all but one in a hundred, were in. */
  p50: number;
  p99: number;
  /** Against the registry and the log; empty when all is well. */
  wrong: string[];
};
type Shape = {
  count: number;
  /** AWS dies when so many of all devices (0 to 1) are in. */
  deaths: readonly number[];
  /** How often a device tries, at most; one that is on no list gives up sooner. */
  tries: number;
  unlistedTries: number;
  firstMs: number;
  mostMs: number;
};

export async function runStorm(way: Way, { count, deaths, unlistedTries, ...usual }: Shape): Promise<Storm> {
  const folder = await mkdtemp(join(tmpdir(), 'birthmark-storm-'));
  const aws = await startStormAws(folder);
  try {
    const forge = createForge();
    const units = makeUnits(count, forge, way === 'jitp');
    const identify = await prepare(way, aws, forge, units);
    const rootPem = await readFile(aws.place.rootFile, 'utf8');
    const gateway = { host: 'localhost', port: aws.place.gatewayPort, rootPem };
    const came: number[] = [];
    const dying: Promise<void>[] = [];
    let deadMs = 0;
    const began = performance.now();
    const isIn = () => {
      came.push(performance.now() - began);
      if (!deaths.some((share) => came.length === Math.ceil(share * count))) return;
      const died = performance.now();
      const dead = aws.kill();
      dying.push(
        dead.then(() => {
          deadMs += performance.now() - died;
        }),
      );
    };
    const travel = async (unit: Unit): Promise<End> => {
      let [tries, seen]: [number, PhaseResult[]] = [0, []];
      const onTry = (phases: PhaseResult[]) => {
        tries += 1;
        if (failedPhase(phases)) seen = phases;
      };
      const patience = { ...usual, onTry, ...(!unit.isListed && { tries: unlistedTries }) };
      const publish = { topic: `devices/${unit.name}/hello`, payload: '{}' };
      const how = {
        gateway,
        options: { clock: systemClock, clientId: unit.name, publish },
        patience,
      };
      const identity = await identify(unit, how);
      const { phases } = identity
        ? await connectPatiently(identity, gateway, how.options, how.patience)
        : { phases: seen };
      const failed = failedPhase(phases);
      if (failed) return { unit, tries, reason: failed.reason ?? failed.phase };
      isIn();
      return { unit, tries, certificatePem: identity?.certificatePem ?? '' };
    };
    const ends = await Promise.all(units.map(travel));
    await Promise.all(dying);
    await aws.end();
    const at = (share: number) => came[Math.min(came.length - 1, Math.floor(share * came.length))] ?? 0;
    const wrong = await judge(ends, aws);
    if (dying.length !== deaths.length) wrong.push(`AWS died ${dying.length} times and not ${deaths.length}`);
    return { ends, ms: at(1), deadMs, p50: at(0.5), p99: at(0.99), wrong };
  } finally {
    await aws.end();
    await rm(folder, { recursive: true, force: true });
  }
}
