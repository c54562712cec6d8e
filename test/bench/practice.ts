/** A registration task of the practice AWS at full speed: lines a second from its first tenth to its last, and memory. */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  GetRegistrationCodeCommand,
  IoTClient,
  RegisterCACertificateCommand,
  StartThingRegistrationTaskCommand,
} from '@aws-sdk/client-iot';
import { S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { type PracticeAws, startPracticeAws } from '../../app/practice/aws/index.ts';
import { wallClock } from '../practice/support.ts';
import { createForge } from './practice/forge.ts';

const mebi = 1024 * 1024;
const inputFileKey = 'lines.json';
const templateBody = JSON.stringify({
  Parameters: { ThingName: { Type: 'String' }, Pem: { Type: 'String' } },
  Resources: {
    thing: {
      Type: 'AWS::IoT::Thing',
      Properties: { ThingName: { Ref: 'ThingName' }, AttributePayload: { serial: { Ref: 'ThingName' } } },
    },
    certificate: { Type: 'AWS::IoT::Certificate', Properties: { CertificatePem: { Ref: 'Pem' } } },
    policy: { Type: 'AWS::IoT::Policy', Properties: { PolicyName: 'birthmark-practice-device' } },
  },
});

/** `practice:1000000` for a million lines. */
export async function benchPractice(lines = 10_000): Promise<void> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const folder = await mkdtemp(join(tmpdir(), 'birthmark-practice-'));
  const stateFile = join(folder, 'aws.json');
  const options = { clock: wallClock(), stateFile, rate: Number.POSITIVE_INFINITY };
  try {
    const aws = await startPracticeAws(options);
    await upload(aws, lines);
    collect();
    const before = process.memoryUsage();
    const loop = monitorEventLoopDelay({ resolution: 5 });
    loop.enable();
    const cpu = process.cpuUsage();
    const { tenths, cpus, rss } = await run(aws, lines);
    const { user, system } = process.cpuUsage(cpu);
    loop.disable();
    collect();
    const after = process.memoryUsage();
    const seconds = tenths.reduce((sum, ms) => sum + ms, 0) / 1000;
    const speed = (ms: number | undefined) => Math.round(lines / tenths.length / ((ms ?? 1) / 1000));
    const [task] = aws.snapshot().tasks;
    const closing = performance.now();
    await aws.close();
    const closedMs = performance.now() - closing;
    const opening = performance.now();
    const again = await startPracticeAws(options);
    const openedMs = performance.now() - opening;
    const { things } = again.snapshot();
    await again.close();
    console.log(
      `\nA task of ${lines} lines, each a thing, a certificate and a policy; load ${loadavg()[0]!.toFixed(1)}`,
    );
    console.log(`  ${task?.succeeded} registered, ${task?.failed} refused, ${things} things after a restart`);
    console.log(
      `  ${Math.round(lines / seconds)} lines/s; first tenth ${speed(tenths[0])}, last ${speed(tenths.at(-1))}`,
    );
    console.log(
      `  ${Math.round((user + system) / lines)} µs of processor a line, all threads; by tenths ${cpus.map((cpu) => Math.round((10 * cpu) / lines)).join(' ')}`,
    );
    const perLine = (bytes: number) => Math.round(bytes / lines);
    console.log(
      `  kept a line: ${perLine(after.heapUsed - before.heapUsed)} bytes of heap; rss at most ${(rss / mebi).toFixed(0)} MiB`,
    );
    const journal = (await stat(`${stateFile}.journal`)).size;
    console.log(
      `  journal ${perLine(journal)} bytes a line; closing ${closedMs.toFixed(0)} ms, opening ${openedMs.toFixed(0)} ms`,
    );
    const ms = (ns: number) => (ns / 1e6).toFixed(0);
    console.log(
      `  event loop p50 ${ms(loop.percentile(50))} ms, p99 ${ms(loop.percentile(99))} ms, longest ${ms(loop.max)} ms`,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Registers a CA and uploads one line for each of its certificates. */
async function upload({ endpoint, region, credentials, bucket }: PracticeAws, lines: number): Promise<void> {
  const client = { endpoint, region, credentials: { ...credentials } };
  const iot = new IoTClient(client);
  const { registrationCode = '' } = await iot.send(new GetRegistrationCodeCommand({}));
  const forge = createForge();
  await iot.send(
    new RegisterCACertificateCommand({
      caCertificate: forge.ca,
      verificationCertificate: forge.issue(registrationCode),
      setAsActive: true,
    }),
  );
  async function* pieces() {
    for (let at = 0; at < lines; at += 500) {
      const some = Array.from({ length: Math.min(500, lines - at) }, (_, more) => `unit-${at + more}`);
      yield Buffer.from(
        some.map((name) => `${JSON.stringify({ ThingName: name, Pem: forge.issue(name) })}\n`).join(''),
      );
    }
  }
  const s3 = new S3Client({ ...client, forcePathStyle: true });
  const Body = Readable.from(pieces());
  await new Upload({
    client: s3,
    params: { Bucket: bucket, Key: inputFileKey, Body },
    partSize: Math.max(5 * mebi, Math.ceil((lines * 1024) / 1000)),
  }).done();
  iot.destroy();
  s3.destroy();
}

/** Runs the task. What each tenth of it took in ms and in µs of processor, and the largest resident set. */
async function run(aws: PracticeAws, lines: number): Promise<{ tenths: number[]; cpus: number[]; rss: number }> {
  const { endpoint, region, credentials, bucket, roleArn } = aws;
  const iot = new IoTClient({ endpoint, region, credentials: { ...credentials } });
  await iot.send(
    new StartThingRegistrationTaskCommand({ templateBody, inputFileBucket: bucket, inputFileKey, roleArn }),
  );
  const tenths: number[] = [];
  const cpus: number[] = [];
  let cpuFrom = process.cpuUsage();
  let rss = 0;
  let fromMs = performance.now();
  for (;;) {
    const [task] = aws.snapshot().tasks;
    rss = Math.max(rss, process.memoryUsage.rss());
    if (!task) continue;
    while (tenths.length < Math.floor((10 * task.processed) / lines)) {
      const nowMs = performance.now();
      tenths.push(nowMs - fromMs);
      fromMs = nowMs;
      const { user, system } = process.cpuUsage(cpuFrom);
      cpus.push(user + system);
      cpuFrom = process.cpuUsage();
    }
    if (task.status !== 'InProgress') break;
    await sleep(50);
  }
  iot.destroy();
  return { tenths, cpus, rss };
}
