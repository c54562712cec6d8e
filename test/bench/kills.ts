/** SIGKILL at random moments while eight slots work: what is found after each, and whether all is well in the end. */
import { runKills } from '../crash/kills.ts';

/** With the usual 200 kills about ten minutes. */
export async function benchKills(rounds = 200): Promise<void> {
  const seed = Date.now() % 1_000_000;
  const began = performance.now();
  const report = await runKills(rounds, seed);
  const { units, passed, attempts, certificates, openAtKill, notYetInstalled, wrong } = report;
  console.log(
    `\nKills: SIGKILL at a random moment, 8 slots at work, two of each driver; ${rounds} rounds, seed ${seed}`,
  );
  console.log(`  units ${units}, passed ${passed}; attempts ${attempts}; certificates signed ${certificates}`);
  console.log(`  open when killed: ${openAtKill} attempts; on record and not yet on the device: ${notYetInstalled}`);
  console.log(
    `  certificate serials twice, certificates that the records lack, gaps in journal or audit: ${wrong.length}`,
  );
  for (const each of wrong) console.log(`  WRONG ${each}`);
  console.log(`  ${((performance.now() - began) / 1000).toFixed(0)} s in all`);
  if (wrong.length > 0) process.exitCode = 1;
}
