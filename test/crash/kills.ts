/** Stations killed at any moment with eight slots at work; the units live on, and are looked into after each kill. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createRandom } from '../../app/practice/devices/faults.ts';
import { systemClock } from '../../main/clock.ts';
import { judgeRecords } from '../bench/line/judge.ts';
import { hostUnits, linkTo, portOf } from '../bench/line/remote.ts';
import { type DriverName, driverNames, lookInto, makeUnit, type SimulatedUnit } from '../bench/line/units.ts';
import { makeStation } from '../support.ts';
import type { Seating, Told } from './slotschild.ts';

const slotCount = 8;
const seats = Array.from({ length: slotCount }, (_, at) => at + 1);
const driverOf = (slot: number): DriverName => driverNames[slot % driverNames.length]!;
/** Longer than a slow start, a recovery and eight units take together on a busy machine. */
const patienceMs = 60_000;

export type KillReport = {
  rounds: number;
  units: number;
  passed: number;
  /** Attempts that were open when the station was killed, over all rounds. */
  openAtKill: number;
  /** Certificates that were on record at a kill and not yet on their device. */
  notYetInstalled: number;
  certificates: number;
  attempts: number;
  /** What must not be; empty when all is well. */
  wrong: string[];
};

type Made = { label: string; driver: DriverName; device: SimulatedUnit; passed: boolean };

/** `seed` chooses the moments; what stands where at them is the machine's. */
export async function runKills(rounds: number, seed: number): Promise<KillReport> {
  const dir = await makeStation(
    seats.map((slot) => ({ slotId: slot, name: `Slot ${slot}`, port: portOf(slot), driver: driverOf(slot) })),
  );
  const random = createRandom(seed);
  const made: Made[] = [];
  const inSlot = new Map<number, Made>();
  const wrong: string[] = [];
  const report: KillReport = {
    ...{ rounds, units: 0, passed: 0, openAtKill: 0, notYetInstalled: 0, certificates: 0, attempts: 0 },
    wrong,
  };
  const plugNew = (slot: number): Made => {
    const driver = driverOf(slot);
    const number = made.length + 1;
    const device = makeUnit(driver, { clock: systemClock, seed: number, baud: 0, computeMs: 2 });
    const unit = { label: `KILL-${String(number).padStart(5, '0')}`, driver, device, passed: false };
    made.push(unit);
    inSlot.set(slot, unit);
    return unit;
  };
  for (const slot of seats) plugNew(slot);

  /** One life of a station. `last`: nothing new is plugged, and it is closed when all that is there has passed. */
  const life = async (name: string, last: boolean): Promise<void> => {
    const child = fork(fileURLToPath(new URL('./slotschild.ts', import.meta.url)), [dir], {
      serialization: 'advanced',
    });
    const exited = once(child, 'exit') as Promise<[number | null, string | null]>;
    const host = hostUnits(linkTo(child), (slot) => inSlot.get(slot)?.device);
    const seat = (slot: number, label: string | null) => linkSeat(child, { seat: slot, label });
    for (const slot of seats) seat(slot, inSlot.get(slot)?.label ?? null);
    let began = () => {};
    const working = new Promise<void>((resolve) => {
      began = resolve;
    });
    let finished = () => {};
    const done = new Promise<void>((resolve) => {
      finished = resolve;
    });
    child.on('message', (told: Told | object) => {
      if ('began' in told) return began();
      if (!('ended' in told)) return;
      const { slotId, label, ended } = told;
      const unit = inSlot.get(slotId);
      // It had passed, and the news of it died with the station.
      const isOver = ended === 'PASS' || ended === 'unit.alreadyPassed';
      if (!isOver || unit?.label !== label) return void wrong.push(`${name}: slot ${slotId}, ${label} ended ${ended}`);
      unit.passed = true;
      seat(slotId, null);
      inSlot.delete(slotId);
      if (!last) seat(slotId, plugNew(slotId).label);
      else if (inSlot.size === 0) finished();
    });
    const ended = exited.then(([code, signal]) => {
      throw new Error(`${name}: the station ended by itself (${code ?? signal})`);
    });
    const give = (what: string) => late(`${name}: ${what}`);
    try {
      await Promise.race([working, ended, give('nothing was scanned')]);
      if (last) await Promise.race([done, ended, give(`${inSlot.size} units did not pass`)]);
      else await Promise.race([new Promise((resolve) => setTimeout(resolve, random() * 1200)), ended]);
    } finally {
      ended.catch(() => {});
      if (last) child.disconnect();
      else child.kill('SIGKILL');
      await exited;
      // The end of the process is the end of its cables.
      host.pullAll();
    }
  };

  const judge = (name: string) => {
    const { problems, known, open, attempts, certificates } = judgeRecords(dir, { openMay: true });
    wrong.push(...problems.map((problem) => `${name}: ${problem}`));
    report.openAtKill += open.length;
    Object.assign(report, { attempts, certificates });
    const installed = new Set<string>();
    for (const { label, driver, device } of made)
      for (const id of lookInto(driver, device, known.caDer).signedIds) {
        installed.add(id);
        if (known.owners.get(id) !== label) wrong.push(`${name}: ${label} holds ${id}, which the records lack`);
      }
    report.notYetInstalled += [...known.owners].filter(([id, owner]) => owner && !installed.has(id)).length;
    return known;
  };

  for (let round = 1; round <= rounds && wrong.length === 0; round += 1) {
    await life(`round ${round}`, false);
    judge(`round ${round}`);
  }
  if (wrong.length === 0) await life('the end', true);
  const known = judge('the end');
  for (const { label, driver, device, passed } of made) {
    const live = known.live.get(label);
    const { certificateId } = lookInto(driver, device, known.caDer);
    if (!passed) wrong.push(`${label} has not passed`);
    else if (live === undefined || live !== certificateId)
      wrong.push(`${label}: on record ${live}, on the device ${certificateId}`);
  }
  for (const { device } of made) device.powerOff();
  report.units = made.length;
  report.passed = made.filter(({ passed }) => passed).length;
  return report;
}

const linkSeat = (child: ChildProcess, seating: Seating) =>
  void (child.connected && child.send(seating, undefined, {}, () => {}));

const late = (what: string): Promise<never> =>
  new Promise((_, reject) => {
    setTimeout(() => reject(new Error(`${what} within ${patienceMs / 1000} s`)), patienceMs).unref();
  });
