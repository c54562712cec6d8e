/** Exports of many entries: how long, how much memory, and whether the main thread stays free. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { openDatabaseHere } from '../../main/threads/database.ts';
import { openExports } from '../../main/threads/exports.ts';
import { fillLedger } from './desk/fill.ts';

const seed = 13;
const sampleMs = 20;
const mib = 1024 * 1024;

/** `count`: how many entries. */
export async function benchExport(count = 100_000): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'birthmark-bench-export-'));
  try {
    const file = join(dir, 'records.db');
    fillLedger(file, Math.ceil(count / 10), seed);
    const began = performance.now();
    const database = openDatabaseHere(file);
    await database.close();
    console.log(`export: ${count} entries, seed ${seed}; taken into the log in ${seconds(began)} s`);
    const exports = openExports(file);
    for (const [format, scope] of [
      ['jsonl', {}],
      ['csv', {}],
      ['bundle', {}],
      ['bundle', { orderId: 'WO-00000' }],
    ] as const) {
      const out = join(dir, `out.${format}`);
      globalThis.gc?.();
      const before = process.memoryUsage.rss();
      let most = before;
      const delay = monitorEventLoopDelay({ resolution: 5 });
      delay.enable();
      const sampling = setInterval(() => {
        most = Math.max(most, process.memoryUsage.rss());
      }, sampleMs);
      const from = performance.now();
      const { entries } = await exports.run({ format, scope }, out, () => {});
      clearInterval(sampling);
      delay.disable();
      const what = Object.keys(scope).length === 0 ? 'all' : 'an order';
      console.log(
        `export: ${format}, ${what}: ${entries} entries in ${seconds(from)} s, ${(statSync(out).size / mib).toFixed(1)} MiB, RSS +${Math.round((most - before) / mib)} MiB, main thread p99 ${(delay.percentile(99) / 1e6).toFixed(1)} ms`,
      );
    }
    exports.close();
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const seconds = (from: number): string => ((performance.now() - from) / 1000).toFixed(1);
