/** First connections of many devices at once by each way, with an AWS that dies twice meanwhile. */
import { loadavg } from 'node:os';
import { runStorm } from './firststorm/storm.ts';
import { ways } from './firststorm/ways.ts';

/** `firststorm:1000` sends a thousand devices by each way. */
export async function benchFirstStorm(count = 1000): Promise<void> {
  console.log(`first storm: ${count} devices at once by each way; AWS dies at a third and at two thirds`);
  const seconds = (ms: number) => (ms / 1000).toFixed(1).padStart(6);
  for (const way of ways) {
    const shape = { count, deaths: [1 / 3, 2 / 3], tries: 60, unlistedTries: 8, firstMs: 500, mostMs: 8_000 };
    const { ends, wrong, ...took } = await runStorm(way, shape);
    const inside = ends.filter(({ certificatePem }) => certificatePem !== undefined).length;
    const tries = ends.reduce((sum, end) => sum + end.tries, 0) / ends.length;
    console.log(
      `${way.padEnd(12)} ${inside} in, ${count - inside} refused with a reason, ${wrong.length} wrong; ` +
        `half in after ${seconds(took.p50)} s, 99 % ${seconds(took.p99)}, all ${seconds(took.ms)}, of it dead ${seconds(took.deadMs)}; ` +
        `${tries.toFixed(1)} tries a device; load ${loadavg()[0]?.toFixed(1)}`,
    );
    for (const words of wrong.slice(0, 20)) console.log(`  WRONG ${words}`);
    if (wrong.length > 0) process.exitCode = 1;
  }
}
