/** SIGKILL while the records are written: whether all that was acknowledged is there, and the log goes on as it was. */
import { runLogKills } from '../crash/logkills.ts';

/** With the usual 500 kills about ten minutes. */
export async function benchLogKills(count = 500): Promise<void> {
  const seed = Date.now() % 1_000_000;
  const began = performance.now();
  const { kills, acknowledged, leaves, wrong } = await runLogKills(count, seed);
  console.log(`\nKills of the log: SIGKILL at a random moment, 8 chains of writes; ${kills} kills, seed ${seed}`);
  console.log(`  ${acknowledged} acknowledged units and entries, ${leaves} leaves; lost or wrong: ${wrong.length}`);
  for (const each of wrong) console.log(`  WRONG ${each}`);
  console.log(`  ${((performance.now() - began) / 1000).toFixed(0)} s in all`);
  if (wrong.length > 0) process.exitCode = 1;
}
