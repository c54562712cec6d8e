/** Many units over all slots of a station, by the bench as its screens see it; the units are in a process of their own. */
import { statSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Slot } from '../../../app/contract/index.ts';
import { paths } from '../../../app/station/index.ts';
import { type OpenOptions, openStation } from '../../../main/openstation.ts';
import { makeStation, passphrase } from '../../support.ts';
import { signedIn, work } from './operator.ts';
import { type BadUnit, portOf, startUnits } from './remote.ts';
import { since, type ThreadTimes, threadTimes } from './threads.ts';
import type { DriverName } from './units.ts';

export type ShiftOptions = {
  slots: number;
  /** `Infinity`: until `meanwhile` is over. */
  units: number;
  /** Driver of the slot. */
  driver: (slotId: number) => DriverName;
  baud: number;
  computeMs: number;
  /** Over how long the slots get their first units, one after the other as hands do it; all at once by default. */
  spreadMs?: number;
  /** Slots that hold nothing good; what is made there is beside the count, and goes on until the others are done. */
  bad?: (slotId: number) => BadUnit | undefined;
  /** Before the station is opened: what its folder holds from earlier. */
  seed?: (dir: string) => Promise<void>;
  /** Work of the station beside the slots, from the moment when the first is plugged. The shift ends with it. */
  meanwhile?: (station: Awaited<ReturnType<typeof openStation>>, dir: string) => Promise<void>;
  /** Of the station, e.g. records on a slow disk. */
  open?: Partial<OpenOptions>;
  /** After the CA is unlocked, before anything is plugged. */
  prepare?: (station: Awaited<ReturnType<typeof openStation>>) => void;
  /** After each unit that ended. */
  onUnit?: (done: number) => void;
};

export type ShiftResult = {
  dir: string;
  passed: number;
  /** Error codes of results that were not a pass, of good units. */
  failures: string[];
  /** Of the bad ones, and what they ended in. */
  badEnds: { bad: BadUnit; end: string }[];
  /** From label to result, by the slot's own clock, in the order they ended. */
  unitMs: number[];
  wallMs: number;
  /** While every slot had work: from the end of the first round to the beginning of the last. */
  unitsPerSecond: number;
  /** Delay of the station's event loop, in ms. */
  loop: { p50: number; p99: number; max: number };
  /** Of one core, all threads of the station together. */
  cpuShare: number;
  /** Of the station, and of the process its units are in; empty where the system does not count them. */
  threads: { station: ThreadTimes; devices: ThreadTimes };
  /** Sizes of the station's files when it was closed. */
  files: Record<string, number>;
};

/** Every slot gets units as soon as it is empty, until there are no more; a unit that fails is tried again, three times. */
export async function runShift(options: ShiftOptions): Promise<ShiftResult> {
  const { slots, units, driver, baud, computeMs, spreadMs = 0, bad = () => undefined } = options;
  const dir = await makeStation(
    Array.from({ length: slots }, (_, at) => ({
      slotId: at + 1,
      name: `Slot ${at + 1}`,
      port: portOf(at + 1),
      driver: driver(at + 1),
    })),
  );
  await options.seed?.(dir);
  const remote = await startUnits();
  const station = await openStation({ dir, kind: 'host', ports: remote.ports, ...options.open });
  const labels = new Map<number, string>();
  const failures: string[] = [];
  const badEnds: ShiftResult['badEnds'] = [];
  const unitMs: number[] = [];
  const endedAt: number[] = [];
  const tries = new Map<number, number>();
  let plugged = 0;
  let badOnes = 0;
  let passed = 0;
  const delay = monitorEventLoopDelay({ resolution: 1 });
  try {
    await station.parts.authority.unlock(passphrase);
    options.prepare?.(station);
    const operator = await signedIn(station);
    const timers = new Map<number, NodeJS.Timeout>();
    const later = (slotId: number, ms: number) => {
      if (!timers.has(slotId)) timers.set(slotId, setTimeout(plug, ms, slotId));
    };
    const plug = (slotId: number) => {
      const kind = bad(slotId);
      if (labels.has(slotId) || (plugged >= units && !kind)) return;
      const dueInMs = began + ((slotId - 1) * spreadMs) / slots - performance.now();
      if (dueInMs > 0) return later(slotId, dueInMs);
      const number = kind ? ++badOnes : ++plugged;
      labels.set(slotId, `${kind ? 'BAD' : 'SHIFT'}-${String(number).padStart(6, '0')}`);
      remote.plug({ plug: slotId, driver: driver(slotId), seed: number, baud, computeMs, bad: kind });
    };
    const began = performance.now();
    const cpuBefore = process.cpuUsage();
    const threadsNow = () => ({ station: threadTimes(process.pid), devices: threadTimes(remote.pid ?? 0) });
    const threadsBefore = threadsNow();
    delay.enable();
    await new Promise<void>((resolve, reject) => {
      // What a slot still holds is cut when the station closes, which is no result of a unit.
      const over = () => {
        stop();
        resolve();
      };
      const take = (slotId: number) => {
        labels.delete(slotId);
        tries.delete(slotId);
        remote.unplug(slotId);
        options.onUnit?.(unitMs.length);
        if (unitMs.length >= units) return over();
        plug(slotId);
      };

      const onResult = (slot: Slot): 'retry' | 'leave' => {
        const { slotId } = slot;
        const kind = bad(slotId);
        if (kind) {
          badEnds.push({ bad: kind, end: slot.error?.code ?? slot.state });
          take(slotId);
          return 'leave';
        }
        if (slot.state !== 'PASS') failures.push(slot.error?.code ?? slot.state);
        else passed += 1;
        const tried = (tries.get(slotId) ?? 0) + 1;
        tries.set(slotId, tried);
        // After a failure of the station an operator is offered no second try.
        if (slot.state === 'FAIL' && tried < 3) return 'retry';
        unitMs.push(slot.elapsedMs ?? Number.NaN);
        endedAt.push(performance.now());
        take(slotId);
        return 'leave';
      };
      const stop = work(operator, {
        labelIn: (slotId) => labels.get(slotId),
        onEmpty: plug,
        onResult,
        onRefused: (slotId, error) => {
          stop();
          reject(new Error(`slot ${slotId} was refused: ${error.message}`));
        },
        onLocked: (reason) => {
          stop();
          reject(new Error(`the bench locked: ${reason}; before that: ${failures.join(', ')}`));
        },
      });
      options.meanwhile?.(station, dir).then(over, reject);
    });
    const wallMs = performance.now() - began;
    delay.disable();
    const { user, system } = process.cpuUsage(cpuBefore);
    const threads = threadsNow();
    const ms = (nanoseconds: number) => nanoseconds / 1e6;
    return {
      ...{ dir, passed, failures, badEnds, unitMs, wallMs },
      unitsPerSecond: rateOf(endedAt, slots),
      loop: { p50: ms(delay.percentile(50)), p99: ms(delay.percentile(99)), max: ms(delay.max) },
      cpuShare: (user + system) / 1000 / wallMs,
      threads: {
        station: since(threadsBefore.station, threads.station),
        devices: since(threadsBefore.devices, threads.devices),
      },
      files: fileSizes(dir),
    };
  } finally {
    await station.close();
    await remote.stop();
  }
}

/** The first unit of each slot begins in an idle station, and the last has fewer and fewer neighbours. NaN for two rounds or less. */
function rateOf(endedAt: readonly number[], slots: number): number {
  const [first, last] = [slots - 1, endedAt.length - slots];
  return last <= first ? Number.NaN : ((last - first) * 1000) / (endedAt[last]! - endedAt[first]!);
}

/** Of the records (with their write-ahead log) and the log. */
export function fileSizes(dir: string): Record<string, number> {
  const size = (file: string) => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  const { records, log } = paths(dir);
  return { records: size(records), wal: size(`${records}-wal`), log: size(log) };
}
