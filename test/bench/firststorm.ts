/** First connections of many devices at once by each way, with an AWS that dies twice meanwhile and a station that watches and dies. */
import { loadavg } from 'node:os';
import { runStorm } from './firststorm/storm.ts';
import { ways } from './firststorm/ways.ts';

/** `firststorm:1000` sends a thousand devices by each way. `STORM_WAYS=jitp,claim` leaves the other ways out. */
export async function benchFirstStorm(count = 1000): Promise<void> {
  console.log(
    `first storm: ${count} devices at once by each way; AWS dies at a third and at two thirds, the watch at a half`,
  );
  const seconds = (ms: number) => (ms / 1000).toFixed(1);
  const wanted = process.env.STORM_WAYS?.split(',') ?? ways;
  for (const way of ways.filter((one) => wanted.includes(one))) {
    const shape = { count, deaths: [1 / 3, 2 / 3], watchDeaths: [0.5], watchMs: 75_000 };
    const patience = { tries: 60, unlistedTries: 8, firstMs: 500, mostMs: 8_000 };
    const { ends, wrong, known, ...took } = await runStorm(way, { ...shape, ...patience });
    const all = ends.flat();
    const inside = all.filter(({ certificatePem }) => certificatePem !== undefined).length;
    const tries = all.reduce((sum, end) => sum + end.tries, 0) / all.length;
    console.log(
      `${way.padEnd(13)} ${inside} in, ${all.length - inside} refused with a reason, ${wrong.length} wrong; half in after ` +
        `${seconds(took.p50)} s, 99 % ${seconds(took.p99)}, all ${seconds(took.ms)}, of it dead ${seconds(took.deadMs)}; ` +
        `${tries.toFixed(1)} tries a device; the watch knew ${known.byItself} after ${seconds(took.knownMs)} s more, ` +
        `${known.later} when they came again; load ${loadavg()[0]?.toFixed(1)}`,
    );
    for (const words of wrong.slice(0, 20)) console.log(`  WRONG ${words}`);
    if (wrong.length > 0) process.exitCode = 1;
  }
}
