/** Batches in two targets with faults at any call and deaths between: that each unit has its one end. */
import { openStorms } from '../registration/storm.ts';

const usualRuns = 500;

/** With `first`, that seed alone: what a failed run named. Some minutes. */
export async function benchStorms(first?: number): Promise<void> {
  const seeds = first === undefined ? Array.from({ length: usualRuns }, (_, at) => at + 1) : [first];
  const began = performance.now();
  const storms = await openStorms();
  const [ends, wrong]: [Awaited<ReturnType<typeof storms.run>>, string[]] = [[], []];
  for (const seed of seeds) {
    try {
      ends.push(...(await storms.run(seed)));
    } catch (thrown) {
      wrong.push((thrown as Error).message);
    }
  }
  await storms.close();
  const total = (pick: (one: (typeof ends)[number]) => number) => ends.reduce((sum, one) => sum + pick(one), 0);
  console.log(`\nStorms: ${seeds.length} batches in two targets; ${((performance.now() - began) / 1000).toFixed(0)} s`);
  console.log(
    `  ${total(({ faults }) => faults.length)} faults, of which ${total(({ faults }) => faults.filter((fault) => fault.startsWith('kill')).length)} deaths; ${total(({ lives }) => lives)} lives, ${total(({ rests }) => rests)} rests`,
  );
  console.log(`  ${wrong.length} wrong`);
  for (const message of wrong.slice(0, 20)) console.log(`  WRONG ${message}`);
  if (wrong.length > 0) process.exitCode = 1;
}
