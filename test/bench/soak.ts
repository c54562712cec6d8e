/** A shift of many units over thirty-two slots without a pause: whether memory, files and the event loop stay as they were. */
import { loadavg } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { judgeRecords } from './line/judge.ts';
import { fileSizes, runShift } from './line/shift.ts';
import { driverNames } from './line/units.ts';
import { median } from './stats.ts';

const slots = 32;
const samples = 25;
const mebi = 1024 * 1024;

type Sample = { units: number; atMs: number; heap: number; rss: number; records: number; log: number };

/** 10,000 units as fast as they go, what a shift of eight hours makes at one unit in 2.9 s. It ends with the last unit. */
export async function benchSoak(units = 10_000): Promise<void> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const every = Math.max(1, Math.floor(units / samples));
  const taken: Sample[] = [];
  const began = performance.now();
  let dir = '';
  const take = (done: number) => {
    if (done % every !== 0) return;
    collect();
    const { heapUsed: heap, rss } = process.memoryUsage();
    const { records, wal, log } = fileSizes(dir);
    taken.push({ units: done, atMs: performance.now() - began, heap, rss, records: records! + wal!, log: log! });
  };
  const shift = await runShift({
    ...{ slots, units, baud: 0, computeMs: 1 },
    driver: (slotId) => driverNames[slotId % driverNames.length]!,
    prepare: (station) => {
      dir = station.parts.dir;
    },
    onUnit: take,
  });
  const found = judgeRecords(dir);
  const { passed, failures, wallMs, loop, cpuShare, files } = shift;
  console.log(
    `\nSoak: ${units} units, ${slots} slots, all drivers, as fast as they go; load ${loadavg()[0]!.toFixed(1)}`,
  );
  console.log(`  passed ${passed}, other results ${failures.length}; ${found.problems.length} problems in the records`);
  console.log(`  ${(wallMs / 1000).toFixed(0)} s, ${((1000 * units) / wallMs).toFixed(1)} units a second`);
  console.log('  units    heap after gc   rss        records and WAL   units/s since');
  for (const [at, { units: done, atMs, heap, rss, records }] of taken.entries()) {
    const before = taken[at - 1] ?? { units: 0, atMs: 0 };
    const rate = (1000 * (done - before.units)) / (atMs - before.atMs);
    const [h, r, d] = [heap, rss, records].map((bytes) => `${(bytes / mebi).toFixed(1)} MiB`);
    console.log(`  ${String(done).padEnd(8)} ${h!.padEnd(15)} ${r!.padEnd(10)} ${d!.padEnd(17)} ${rate.toFixed(1)}`);
  }
  // What the code and the caches take at first is no leak.
  const settled = taken.slice(Math.floor(taken.length / 5));
  const slope = (of: (sample: Sample) => number) => slopeOf(settled.map((sample) => [sample.units, of(sample)]));
  console.log(
    `  heap grows ${slope(({ heap }) => heap).toFixed(0)} bytes a unit, rss ${slope(({ rss }) => rss).toFixed(0)}`,
  );
  const perUnit = (bytes: number) => `${(bytes / units / 1024).toFixed(1)} KiB`;
  console.log(`  on disk a unit takes ${perUnit(files.records!)} in the records, ${perUnit(files.log!)} in the log`);
  console.log(
    `  event loop p50 ${loop.p50.toFixed(1)} ms, p99 ${loop.p99.toFixed(1)} ms, longest ${loop.max.toFixed(0)} ms`,
  );
  console.log(
    `  a unit takes ${median(shift.unitMs).toFixed(0)} ms; the station ${(100 * cpuShare).toFixed(0)} % of a core`,
  );
  for (const problem of found.problems.slice(0, 20)) console.log(`  WRONG ${problem}`);
  if (found.problems.length > 0) process.exitCode = 1;
}

/** Least squares. */
function slopeOf(points: readonly (readonly [number, number])[]): number {
  const mean = (at: 0 | 1) => points.reduce((sum, point) => sum + point[at], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const over = points.reduce((sum, [a, b]) => sum + (a - x) * (b - y), 0);
  return over / points.reduce((sum, [a]) => sum + (a - x) ** 2, 0);
}
