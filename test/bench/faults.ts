/** Units of every driver through one station while something breaks: what they end in, and that nothing is wrong after. */
import { openStormBed, type StormResult } from './line/storm.ts';
import { driverNames } from './line/units.ts';
import { spread } from './stats.ts';

const usualRuns = 10_000;
const atOnce = 8;

/** With `first`, that seed alone: what a failed run named. About a quarter of an hour. */
export async function benchFaults(first?: number): Promise<void> {
  const seeds = first === undefined ? Array.from({ length: usualRuns }, (_, at) => at + 1) : [first];
  const began = performance.now();
  const { results, wrong } = await runSeeds(seeds);
  console.log(`\nFaults: ${seeds.length} units with real keys, real records, a real CA; seconds are the machine's own`);
  console.log('  driver      passed at once / after the fault was gone / never   the damaged attempt ended in');
  for (const driver of driverNames) {
    const mine = results.filter((result) => result.driver === driver);
    const ends: Record<string, number> = {};
    for (const { outcomes } of mine) ends[outcomes[0]!] = (ends[outcomes[0]!] ?? 0) + 1;
    const atFirst = mine.filter(({ outcomes }) => outcomes.length === 1).length;
    const later = mine.length - atFirst;
    const never = wrong.filter(({ driver: name }) => name === driver).length;
    const told = Object.entries(ends).sort(([, a], [, b]) => b - a);
    console.log(
      `  ${driver.padEnd(10)}  ${`${atFirst} / ${later} / ${never}`.padEnd(52)} ${told.map(([code, count]) => `${code} ${count}`).join(', ')}`,
    );
  }
  const slowest = [...results].sort((a, b) => b.ms - a.ms).slice(0, 3);
  for (const { seed, driver, damage, ms } of slowest)
    console.log(`  slowest: ${(ms / 1000).toFixed(2)} s, ${driver}, ${damage}, seed ${seed}`);
  const most = Math.max(...results.map(({ outcomes }) => outcomes.length));
  console.log(
    `  a run takes ${spread(
      results.map(({ ms }) => ms),
      0,
    )} ms; at most ${most} attempts`,
  );
  console.log(`  ${wrong.length} wrong; ${((performance.now() - began) / 1000).toFixed(0)} s in all`);
  for (const { message } of wrong.slice(0, 20)) console.log(`  WRONG ${message}`);
  if (wrong.length > 0) process.exitCode = 1;
}

type Wrong = { driver: string | undefined; message: string };

/** All seeds over one station; rejects where its records are not as they must be at the end. */
export async function runSeeds(seeds: readonly number[]): Promise<{ results: StormResult[]; wrong: Wrong[] }> {
  const bed = await openStormBed();
  const left = [...seeds];
  const results: StormResult[] = [];
  const wrong: Wrong[] = [];
  const worker = async () => {
    for (let seed = left.shift(); seed !== undefined; seed = left.shift()) {
      try {
        results.push(await bed.run(seed));
      } catch (thrown) {
        wrong.push({ driver: driverNames[seed % driverNames.length], message: (thrown as Error).message });
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  await bed.close();
  return { results, wrong };
}
