/** One batch from its units to its results, with the clock running. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { createLedger, type Ledger } from '../../../app/records/index.ts';
import { batchLine } from '../../../app/registration/batchfile.ts';
import { createAwsCloud, reconcileReports, reportFile } from '../../../app/registration/index.ts';
import { batchFilePath } from '../../../app/station/batches/files.ts';
import { createMaking } from '../../../app/station/batches/making.ts';
import { batchStore, fileMembers } from '../../../app/station/batches/store.ts';
import { createBatchTemplates } from '../../../app/station/batches/templates.ts';
import { createLog } from '../../../app/station/index.ts';
import { systemClock } from '../../../main/clock.ts';
import { openDatabase } from '../../../main/threads/database.ts';
import { openSqlite } from '../../../native/sqlite.ts';
import { fillStation, model, orderId } from '../../records/support.ts';
import { quantile } from '../stats.ts';
import { seedUnits } from './seed.ts';

export type BatchBench = {
  /** Seconds each. */
  plain: number;
  make: number;
  upload: number;
  dry: number;
  reconcile: number;
  bytes: number;
  loop: { p99: number; max: number };
  write: { p50: number; p99: number };
  memoryMb: number;
};

const caPem = `-----BEGIN CERTIFICATE-----\n${'A'.repeat(640)}\n-----END CERTIFICATE-----\n`;
/** Eight slots write about so often: a unit of three seconds has a dozen writes. */
const lineWriteMs = 30;

/** Everything is made in a folder of its own, which goes at the end. */
export async function benchBatch(units: number): Promise<BatchBench> {
  const folder = await mkdtemp(join(tmpdir(), 'birthmark-batches-'));
  try {
    const file = join(folder, 'records.db');
    const first = await openDatabase(file, { create: true });
    const { issuerId } = await fillStation(createLedger(first, systemClock), 10);
    await first.close();
    seedUnits(file, { orderId, issuerId, model }, units);
    const database = await openDatabase(file);
    try {
      return await measure(createLedger(database, systemClock), folder, file, units);
    } finally {
      await database.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(ledger: Ledger, folder: string, records: string, units: number): Promise<BatchBench> {
  const batches = join(folder, 'batches');
  const making = createMaking({
    ...{ ledger, batches, clock: systemClock, log: createLog(), issuerPem: () => caPem },
    templates: createBatchTemplates({ ledger, cloudLink: { target: () => null } }),
    onProgress: () => {},
    onChange: () => {},
  });
  globalThis.gc?.();
  const feel = feelings(ledger);
  const [make, row] = await timed(async () => (await making.begin({ actor: 'bench' })).done);
  if (row.count !== units) throw new Error(`the batch has ${row.count} of ${units} units`);
  const { batchId } = row;
  const { objectKey: key, digest } = await ledger.batchHead(batchId);
  const path = batchFilePath(batches, key);
  const upload = await withPracticeAws(async (target) => {
    const cloud = await createAwsCloud(target);
    const [seconds] = await timed(() => cloud.uploadBatch({ file: path, key, digest }));
    cloud.close();
    return seconds;
  });
  const [dry] = await timed(async () => {
    for await (const member of fileMembers(ledger, batchId, () => caPem)) batchLine(member);
  });
  await writeReports(ledger, batchId, path);
  for (const state of ['uploading', 'uploaded', 'starting', 'running', 'reconciling'] as const)
    await ledger.advanceBatch({ batchId, state });
  const cloud = { target: { name: 'main', region: 'us-east-1', bucket: 'bench' } } as never;
  const store = batchStore({ ledger, batches, issuerPem: () => caPem, cloud, actor: 'bench' });
  const [reconcile] = await timed(async () => {
    const found = await reconcileReports(path, store.members(batchId));
    const recording: Promise<void>[] = [];
    let page = [];
    for (const result of found.results()) {
      page.push(result);
      if (page.length < 500) continue;
      recording.push(store.recordResults(batchId, page));
      page = [];
      if (recording.length > 3) await recording.shift();
    }
    await Promise.all([...recording, store.recordResults(batchId, page)]);
    if (found.registered + found.rejected !== units) throw new Error('the reports were not understood');
  });
  const felt = feel.end();
  const [plain] = await timed(() => plainly(records, join(folder, 'plain'), batchId));
  return { plain, make, upload, dry, reconcile, bytes: (await stat(path)).size, ...felt };
}

async function timed<T>(act: () => Promise<T>): Promise<[seconds: number, T]> {
  const began = performance.now();
  const result = await act();
  return [(performance.now() - began) / 1000, result];
}

/** What the station feels: its event loop, its memory, and how long a write of the line takes. */
function feelings(ledger: Ledger) {
  const idle = process.memoryUsage().rss;
  const delay = monitorEventLoopDelay({ resolution: 1 });
  let most = idle;
  const writes: number[] = [];
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss);
  }, 50);
  const line = setInterval(() => {
    const began = performance.now();
    const entry = { entry: 'batch.submitAsked', actor: 'bench', subject: 'line', data: {} } as const;
    void ledger.audit(entry).then(() => writes.push(performance.now() - began));
  }, lineWriteMs);
  delay.enable();
  return {
    end() {
      delay.disable();
      clearInterval(watch);
      clearInterval(line);
      const ms = (nanoseconds: number) => nanoseconds / 1e6;
      return {
        loop: { p99: ms(delay.percentile(99)), max: ms(delay.max) },
        write: { p50: quantile(writes, 0.5), p99: quantile(writes, 0.99) },
        memoryMb: (most - idle) / 1e6,
      };
    },
  };
}

/** Reports as AWS would write them: one unit of a hundred is refused. */
async function writeReports(ledger: Ledger, batchId: string, path: string): Promise<void> {
  const results = createWriteStream(reportFile(path, 'RESULTS'));
  const errors: string[] = [];
  for await (const member of fileMembers(ledger, batchId, () => caPem)) {
    const { thingName, certificateId, certificatePem: CertificatePem } = member;
    if (Number.parseInt(certificateId.slice(0, 4), 16) % 100 === 0) {
      errors.push(
        JSON.stringify({
          thingName,
          errorCode: 'ResourceRegistrationFailureException',
          errorMessage: `no room for ${thingName}`,
        }),
      );
      continue;
    }
    const ResourceArns = {
      thing: `arn:aws:iot:us-east-1:123456789012:thing/${thingName}`,
      certificate: `arn:aws:iot:us-east-1:123456789012:cert/${certificateId}`,
    };
    if (!results.write(`${JSON.stringify({ response: { CertificatePem, ResourceArns } })}\n`))
      await once(results, 'drain');
  }
  results.end();
  await once(results, 'finish');
  await writeFile(reportFile(path, 'ERRORS'), errors.map((line) => `${line}\n`).join(''));
}

/** The reference: the same rows read by one statement, and as many bytes written. */
async function plainly(records: string, to: string, batchId: string): Promise<void> {
  const sql = openSqlite(records, { readOnly: true });
  const out = createWriteStream(to);
  const page = 500;
  for (let line = 0; ; line += page) {
    const rows = sql.all<{ unitSerial: string; thingName: string | null; der: Uint8Array }>(
      `SELECT m.line, m.unitSerial, m.certificateId, m.thingName, c.der FROM members m JOIN certificates c USING (certificateId)
       WHERE m.batchId = @batchId AND m.line > @line ORDER BY m.line LIMIT ${page}`,
      { batchId, line },
    );
    if (rows.length === 0) break;
    const bytes = rows
      .map(
        ({ unitSerial, thingName, der }) =>
          `{"ThingName":"${thingName}","SerialNumber":"${unitSerial}","CertificatePem":"${Buffer.from(der).toString('base64')}","CACertificatePem":"${caPem}"}\n`,
      )
      .join('');
    if (!out.write(bytes)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
  sql.close();
}

/** A practice AWS in a process of its own, as AWS is on other machines. */
async function withPracticeAws<T>(act: (target: Parameters<typeof createAwsCloud>[0]) => Promise<T>): Promise<T> {
  const child = spawn(process.execPath, [...process.execArgv, new URL('./awsprocess.ts', import.meta.url).pathname], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  try {
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    return await act(JSON.parse(line));
  } finally {
    child.stdin.end();
    await once(child, 'exit');
  }
}
