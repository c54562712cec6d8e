/** Many devices that connect for the first time at once, to an AWS that dies meanwhile, before a station that watches and dies too. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failedPhase, type PhaseResult } from '../../../app/contract/connecting.ts';
import { connectPatiently } from '../../../app/practice/devices/net/connect.ts';
import { systemClock } from '../../../main/clock.ts';
import { createForge } from '../practice/forge.ts';
import { type StormAccount, startStormAws } from './aws.ts';
import { judge } from './judge.ts';
import { judgeWatch } from './judgewatch.ts';
import { makeUnits, type Unit } from './units.ts';
import { type Known, type StormStation, startStormStation } from './watched.ts';
import { accountsOf, prepare, type Way } from './ways.ts';

/**
 * How a device ended, at one account. `certificatePem` is what it is connected with; `reason` is the last that it saw.
 */
export type End = { unit: Unit; certificatePem?: string; tries: number; reason?: string };
export type Storm = {
  /** Of each account, the ends of all devices. */
  ends: End[][];
  /** Milliseconds until the last listed device was in, with the deaths. */
  ms: number;
  /** Milliseconds for which AWS was dead. */
  deadMs: number;
  /** Milliseconds until the middle one, and all but one in a hundred, were in. */
  p50: number;
  p99: number;
  /** Connections that the watch knew of by itself, and those that it knew when their devices had come once more. */
  known: { byItself: number; later: number };
  /** Milliseconds from the last device's connection until the watch knew all that it came to know by itself. */
  knownMs: number;
  /** Devices against the registry, the log and the watch; empty when all is well. */
  wrong: string[];
};
type Shape = {
  count: number;
  /** AWS dies when so many of all devices (0 to 1) are in; and so does the station that watches. */
  deaths: readonly number[];
  watchDeaths: readonly number[];
  /** Milliseconds that the watch has to learn something new. */
  watchMs: number;
  /** How often a device tries, at most; one that is on no list gives up sooner. */
  tries: number;
  unlistedTries: number;
  firstMs: number;
  mostMs: number;
};

export async function runStorm(way: Way, shape: Shape): Promise<Storm> {
  const { count, deaths, watchDeaths, watchMs, unlistedTries, ...usual } = shape;
  const folder = await mkdtemp(join(tmpdir(), 'birthmark-storm-'));
  const aws = await startStormAws(folder, accountsOf(way));
  let station: StormStation | undefined;
  try {
    const { accounts } = aws;
    const forge = createForge();
    const units = makeUnits(count, forge, way === 'jitp');
    const identify = await prepare(way, aws, forge, units);
    const watch = await startStormStation(folder, { way, units, ca: forge.ca, accounts });
    station = watch;
    while (!watch.listens()) await new Promise((resolve) => setTimeout(resolve, 50));
    const { gatewayPort: port, rootFile } = accounts[0]!.place;
    const rootPem = await readFile(rootFile, 'utf8');
    const came: number[] = [];
    const dying: Promise<void>[] = [];
    let deadMs = 0;
    const began = performance.now();
    const whole = count * accounts.length;
    const isIn = () => {
      came.push(performance.now() - began);
      const isTime = (share: number) => came.length === Math.ceil(share * whole);
      if (watchDeaths.some(isTime)) dying.push(watch.kill());
      if (!deaths.some(isTime)) return;
      const died = performance.now();
      dying.push(
        aws.kill().then(() => {
          deadMs += performance.now() - died;
        }),
      );
    };
    const howOf = ({ name }: Unit, { serverName }: StormAccount) => ({
      gateway: { host: 'localhost', port, rootPem, serverName },
      options: { clock: systemClock, clientId: name, publish: { topic: `devices/${name}/hello`, payload: '{}' } },
    });
    const travel = async (unit: Unit, account: StormAccount): Promise<End> => {
      let [tries, seen]: [number, PhaseResult[]] = [0, []];
      const onTry = (phases: PhaseResult[]) => {
        tries += 1;
        if (failedPhase(phases)) seen = phases;
      };
      const patience = { ...usual, onTry, ...(!unit.isListed && { tries: unlistedTries }) };
      const { gateway, options } = howOf(unit, account);
      const identity = await identify(unit, { gateway, options, patience });
      const { phases } = identity ? await connectPatiently(identity, gateway, options, patience) : { phases: seen };
      const failed = failedPhase(phases);
      if (failed) return { unit, tries, reason: failed.reason ?? failed.phase };
      isIn();
      return { unit, tries, certificatePem: identity?.certificatePem ?? '' };
    };
    const ends = await Promise.all(accounts.map((account) => Promise.all(units.map((one) => travel(one, account)))));
    await Promise.all(dying);
    const endedMs = performance.now();
    // Whom the function of just-in-time registration refused is in the registry.
    const failed = way === 'jitr' ? ends.flat().length - came.length : 0;
    const isAll = (now: Known) => now.made === came.length && now.failed === failed;
    const { made: byItself, atMs } = await settled(watch, watchMs, isAll);
    // A message that came while the watch was dead is lost. Where the registry does not say the same, the device says it
    // when it comes again on another day.
    if (byItself < came.length)
      for (const [at, account] of accounts.entries())
        await Promise.all(
          ends[at]!.map(async ({ unit, certificatePem }) => {
            if (certificatePem === undefined) return;
            const { gateway, options } = howOf(unit, account);
            await connectPatiently({ certificatePem, key: unit.key }, gateway, options, usual);
          }),
        );
    const { made: later } = byItself < came.length ? await settled(watch, watchMs, isAll) : { made: byItself };
    await watch.end();
    await aws.end();
    const at = (share: number) => came[Math.min(came.length - 1, Math.floor(share * came.length))] ?? 0;
    const wrong = await judge(ends, aws);
    wrong.push(...judgeWatch(ends, accounts, await watch.told()));
    const died = deaths.length + watchDeaths.length;
    if (dying.length !== died) wrong.push(`there were ${dying.length} deaths and not ${died}`);
    const known = { byItself, later: later - byItself };
    return { ends, ms: at(1), deadMs, p50: at(0.5), p99: at(0.99), known, knownMs: atMs - endedMs, wrong };
  } finally {
    await station?.end();
    station?.close();
    await aws.end();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Waits until the watch knows all, or has learnt nothing for a while. */
async function settled(watch: StormStation, watchMs: number, isAll: (now: Known) => boolean) {
  let [last, atMs] = ['', performance.now()];
  for (;;) {
    const now = watch.known();
    const text = JSON.stringify(now);
    // A process that starts on a busy machine has its time after that.
    if (text !== last || !watch.listens()) [last, atMs] = [text, performance.now()];
    if (isAll(now) || performance.now() - atMs > watchMs) return { made: now.made, atMs };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
