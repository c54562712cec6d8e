/** A batch of many units beside eight slots at work: making, uploading and reconciling it, and what the line feels of it. */
import { availableParallelism, loadavg } from 'node:os';
import type { Phase } from './batches/feel.ts';
import { benchBatch } from './batches/run.ts';

const usualUnits = 20_000;

/** `batches:1000000` is the size that is promised; it takes about ten minutes and six gigabytes of disk. */
export async function benchBatches(units = usualUnits): Promise<void> {
  const load = loadavg()[0]!.toFixed(1);
  console.log(`\nBatches: ${units} units beside 8 slots at work; ${availableParallelism()} cores, load ${load}`);
  const found = await benchBatch(units);
  const { plain, sent, make, upload, bytes, felt } = found;
  const told = (name: string, seconds: number, beside = '') =>
    console.log(
      `  ${name.padEnd(50)} ${seconds.toFixed(2).padStart(8)} s  ${Math.round(units / seconds)
        .toString()
        .padStart(8)} units/s  ${beside}`,
    );
  const micros = (seconds: number) => ((seconds * 1e6) / units).toFixed(1);
  const cpu = ({ cpu }: Phase) =>
    `processor µs a unit: ${Object.entries(cpu)
      .map(([name, s]) => `${name} ${micros(s)}`)
      .join(', ')}`;
  const both = make.seconds + upload.seconds;
  const share = (of: number) => `${Math.round((100 * of) / both)} % of its rate`;
  told(
    'plain: read the rows, write the bytes',
    plain,
    `${(bytes / 1e6).toFixed(0)} MB; processor µs a unit: ${micros(found.plainCpu)}`,
  );
  told('plain, and the bytes sent once', plain + sent);
  told('make: members on record, file on disk', make.seconds, cpu(make));
  told('upload to a practice S3', upload.seconds, `${cpu(upload)}; the practice S3 itself ${micros(found.awsCpu)}`);
  told('make and upload', both, `plain: ${share(plain)}; plain and sent: ${share(plain + sent)}`);
  told('dry run: each line checked', found.dry.seconds, cpu(found.dry));
  told('reconcile: reports on disk to results on record', found.reconcile.seconds, cpu(found.reconcile));
  console.log(
    `  event loop of the station: p99 ${felt.loop.p99.toFixed(1)} ms, at worst ${felt.loop.max.toFixed(1)} ms`,
  );
  console.log(
    `  a write of the line meanwhile: median ${felt.write.p50.toFixed(1)} ms, p99 ${felt.write.p99.toFixed(1)} ms`,
  );
  console.log(
    `  a unit on the line: median ${found.units.before.toFixed(0)} ms before, ${found.units.beside.toFixed(0)} ms beside it`,
  );
  console.log(`  memory over idle: ${felt.memoryMb.toFixed(0)} MB at the most`);
}
