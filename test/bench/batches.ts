/** A batch of many units beside a line that works: making, uploading and reconciling it, and what the station feels of it. */
import { availableParallelism, loadavg } from 'node:os';
import { type BatchBench, benchBatch } from './batches/run.ts';
import { median } from './stats.ts';

const usualUnits = 20_000;
const rounds = 3;

/** `batches:1000000` is the size that is promised; it takes about ten minutes and four gigabytes of disk. */
export async function benchBatches(units = usualUnits): Promise<void> {
  const load = loadavg()[0]!.toFixed(1);
  console.log(`\nBatches: ${units} units; ${availableParallelism()} cores, load ${load}`);
  const results: BatchBench[] = [];
  for (let round = 0; round < (units > 100_000 ? 1 : rounds); round += 1) results.push(await benchBatch(units));
  const rate = (pick: (one: BatchBench) => number) => median(results.map((one) => units / pick(one)));
  const of = (pick: (one: BatchBench) => number) => median(results.map(pick));
  const told = (name: string, seconds: (one: BatchBench) => number, beside = '') =>
    console.log(
      `  ${name.padEnd(44)} ${of(seconds).toFixed(2).padStart(8)} s  ${Math.round(rate(seconds)).toString().padStart(8)} units/s  ${beside}`,
    );
  const share = (pick: (one: BatchBench) => number) =>
    `${Math.round(100 * of((one) => one.plain / pick(one)))} % of the plain rate`;
  told(
    'plain: read the rows, write the bytes',
    ({ plain }) => plain,
    `${(of(({ bytes }) => bytes) / 1e6).toFixed(0)} MB`,
  );
  told(
    'make: members on record, file on disk',
    ({ make }) => make,
    share(({ make }) => make),
  );
  told('upload to a practice S3', ({ upload }) => upload);
  told(
    'make and upload',
    ({ make, upload }) => make + upload,
    share(({ make, upload }) => make + upload),
  );
  told('dry run: each line checked', ({ dry }) => dry);
  told('reconcile: reports on disk to results on record', ({ reconcile }) => reconcile);
  console.log(
    `  event loop of the station: p99 ${of(({ loop }) => loop.p99).toFixed(1)} ms, at worst ${of(({ loop }) => loop.max).toFixed(1)} ms`,
  );
  console.log(
    `  a write of the line meanwhile: median ${of(({ write }) => write.p50).toFixed(1)} ms, p99 ${of(({ write }) => write.p99).toFixed(1)} ms`,
  );
  console.log(`  memory over idle: ${of(({ memoryMb }) => memoryMb).toFixed(0)} MB at the most`);
}
