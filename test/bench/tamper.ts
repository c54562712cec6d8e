/** Random tamperings with the files of a station: which of them `audit verify` finds, and whether it blames an untouched file. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTampering } from './tamper/run.ts';
import { hasShell } from './tamper/shell.ts';

/** One of 18 is an untouched file. With the usual 10,000 about fifteen minutes. */
export async function benchTamper(count = 10_000): Promise<void> {
  const seed = Date.now() % 1_000_000;
  const dir = mkdtempSync(join(tmpdir(), 'birthmark-bench-tamper-'));
  try {
    const began = performance.now();
    let told = 0;
    const { kinds, missed, blamed } = await runTampering(dir, count, seed, (number, { missed, blamed }) => {
      // At once, so that a run that is ended early has said what it found.
      for (const one of missed.slice(told)) console.error(`  MISSED ${one.kind}, seed ${one.seed}: ${one.told}`);
      told = missed.length;
      if (number % 500 > 0 || number === 0) return;
      console.error(`  ${number} of ${count} from seed ${seed} on: ${missed.length} missed, ${blamed.length} blamed`);
    });
    const tool = hasShell ? "SQLite's own shell" : 'better-sqlite3, for the package sqlite3 is not installed';
    console.log(`\nTampering: ${count} from seed ${seed} on, by ${tool}`);
    console.log(
      `  ${['', 'made', 'found', 'equal', 'unbound', 'missed'].map((word, at) => (at === 0 ? word.padEnd(32) : word.padStart(8))).join('')}`,
    );
    for (const [kind, { done, found, equal, unbound }] of Object.entries(kinds)) {
      const lost = missed.filter((one) => one.kind === kind).length;
      console.log(
        `  ${kind.padEnd(32)}${[done, found, equal, unbound, lost].map((n) => String(n).padStart(8)).join('')}`,
      );
    }
    for (const one of blamed)
      console.log(`  BLAMED ${one.kind}, seed ${one.seed}: ${one.told}: ${one.problem.where}: ${one.problem.meaning}`);
    console.log(`  ${((performance.now() - began) / 1000).toFixed(0)} s in all`);
    if (missed.length + blamed.length > 0) process.exitCode = 1;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
