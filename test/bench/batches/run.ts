/** One batch from its units to its results, with the clock running, in a station whose eight slots are at work. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { batchLine } from '../../../app/registration/batchfile.ts';
import { createAwsCloud, reconcileReports } from '../../../app/registration/index.ts';
import { createRecording } from '../../../app/registration/recording.ts';
import { batchFilePath } from '../../../app/station/batches/files.ts';
import { createMaking } from '../../../app/station/batches/making.ts';
import { batchStore, fileMembers } from '../../../app/station/batches/store.ts';
import { createBatchTemplates } from '../../../app/station/batches/templates.ts';
import { createLog, paths, type StationHandle } from '../../../app/station/index.ts';
import { systemClock } from '../../../main/clock.ts';
import { runShift } from '../line/shift.ts';
import { since, threadTimes, total } from '../line/threads.ts';
import { median } from '../stats.ts';
import { caPem } from './ca.ts';
import { type Felt, feelings, type Phase, phase } from './feel.ts';
import { runProgram, withProgram } from './processes.ts';
import { writeReports } from './reports.ts';

export type BatchBench = {
  /** Seconds: the same rows read, the same bytes written; and the same bytes sent once. */
  plain: number;
  sent: number;
  /** Processor seconds of the plain program, and of the practice AWS while it took the file. */
  plainCpu: number;
  awsCpu: number;
  make: Phase;
  upload: Phase;
  dry: Phase;
  reconcile: Phase;
  bytes: number;
  felt: Felt;
  /** Median ms of a unit on the line, before the batch and beside it. */
  units: { before: number; beside: number };
};

/** A unit of FreeRTOS takes three seconds and some, so eight slots make two or three units a second. */
const slots = 8;
const line = {
  slots,
  units: Number.POSITIVE_INFINITY,
  driver: () => 'freertos' as const,
  baud: 115_200,
  computeMs: 20,
};

export async function benchBatch(units: number): Promise<BatchBench> {
  let result: Omit<BatchBench, 'units'> | undefined;
  let unitsBefore = 0;
  const warm = Promise.withResolvers<void>();
  const { dir, unitMs } = await runShift({
    ...line,
    spreadMs: 3000,
    async seed(dir) {
      await runProgram(new URL('./seedprocess.ts', import.meta.url), [paths(dir).records, String(units)]);
    },
    onUnit: (done) => done >= 2 * slots && warm.resolve(),
    async meanwhile(station, dir) {
      await warm.promise;
      unitsBefore = 2 * slots;
      result = await measure(station, dir, units);
    },
  });
  await rm(join(dir, '..'), { recursive: true, force: true });
  const [before, beside] = [unitMs.slice(slots, unitsBefore), unitMs.slice(unitsBefore)];
  return { ...result!, units: { before: median(before), beside: median(beside) } };
}

async function measure({ parts: { ledger } }: StationHandle, dir: string, units: number) {
  const { batches, records } = paths(dir);
  const making = createMaking({
    ...{ ledger, batches, clock: systemClock, log: createLog(), issuerPem: () => caPem },
    templates: createBatchTemplates({ ledger, cloudLink: { target: () => null } }),
    onProgress: () => {},
    onChange: () => {},
  });
  globalThis.gc?.();
  const feel = feelings(ledger);
  const [make, row] = await phase(async () => (await making.begin({ actor: 'bench' })).done);
  // The line has made some more, which were ready when the batch began.
  if (row.count < units) throw new Error(`the batch has ${row.count} of ${units} units`);
  const { batchId } = row;
  const { objectKey: key, digest } = await ledger.batchHead(batchId);
  const path = batchFilePath(batches, key);
  const { upload, awsCpu } = await withProgram<
    Parameters<typeof createAwsCloud>[0] & { pid: number },
    { upload: Phase; awsCpu: number }
  >(new URL('./awsprocess.ts', import.meta.url), [], async ({ pid, ...target }) => {
    const cloud = await createAwsCloud(target);
    const before = threadTimes(pid);
    const [upload] = await phase(() => cloud.uploadBatch({ file: path, key, digest }));
    const awsCpu = total(since(before, threadTimes(pid))).cpuMs / 1000;
    cloud.close();
    return { upload, awsCpu };
  });
  const [dry] = await phase(async () => {
    for await (const page of fileMembers(ledger, batchId, () => caPem)) page.forEach(batchLine);
  });
  await writeReports(ledger, batchId, path);
  for (const state of ['uploading', 'uploaded', 'starting', 'running', 'reconciling'] as const)
    await ledger.advanceBatch({ batchId, state });
  const cloud = { target: { name: 'main', region: 'us-east-1', bucket: 'bench' } } as never;
  const store = batchStore({ ledger, batches, issuerPem: () => caPem, cloud, actor: 'bench' });
  const [reconcile] = await phase(async () => {
    const recording = createRecording((page) => store.recordResults(batchId, page));
    const found = await reconcileReports(path, store.members(batchId), recording);
    if (found.registered + found.rejected !== row.count) throw new Error('the reports were not understood');
  });
  const felt = feel.end();
  const copy = join(dir, 'plain');
  const plainly = await withProgram<{ url: string }, Pick<BatchBench, 'plain' | 'plainCpu' | 'sent'>>(
    new URL('./sink.ts', import.meta.url),
    [join(dir, 'sunk')],
    ({ url }) => runProgram(new URL('./plain.ts', import.meta.url), [records, batchId, copy, url]),
  );
  const copied = createHash('sha256');
  for await (const chunk of createReadStream(copy)) copied.update(chunk);
  if (copied.digest('hex') !== digest) throw new Error('the plain bytes are others');
  return { ...plainly, awsCpu, make, upload, dry, reconcile, bytes: (await stat(path)).size, felt };
}
