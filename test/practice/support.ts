import { execFileSync } from 'node:child_process';
import type { TestContext } from 'node:test';
import { IoTClient } from '@aws-sdk/client-iot';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import type { Clock } from '../../app/contract/clock.ts';
import { type PracticeAws, type PracticeAwsOptions, startPracticeAws } from '../../app/practice/aws/index.ts';
import { createPki, type Pki } from './pki.ts';

/** The real clock, optionally running some milliseconds off. */
export const wallClock = (offMs = 0): Clock => ({
  now: () => new Date(Date.now() + offMs),
  monotonicMs: () => performance.now(),
  after: (ms, fire) => {
    const timer = setTimeout(fire, ms);
    return () => clearTimeout(timer);
  },
});

/** A practice AWS as fast as it goes, closed when the test ends. */
export async function practice(t: TestContext, options: Partial<PracticeAwsOptions> = {}): Promise<PracticeAws> {
  const aws = await startPracticeAws({ clock: wallClock(), rate: Number.POSITIVE_INFINITY, ...options });
  t.after(() => aws.close());
  return aws;
}

export function pki(t: TestContext): Pki {
  const made = createPki();
  t.after(() => made.remove());
  return made;
}

type Target = Pick<PracticeAws, 'endpoint' | 'region' | 'credentials'>;

/** @param offMs how far the clock of the PC is off */
export function iotClient(t: TestContext, aws: Target, maxAttempts = 1, offMs = 0): IoTClient {
  const { endpoint, region, credentials } = aws;
  const options = { endpoint, region, credentials: { ...credentials }, maxAttempts, systemClockOffset: offMs };
  const client = new IoTClient(options);
  t.after(() => client.destroy());
  return client;
}

export function s3Client(t: TestContext, aws: Target, maxAttempts = 1): S3Client {
  const { endpoint, region, credentials } = aws;
  const client = new S3Client({ endpoint, region, credentials: { ...credentials }, maxAttempts, forcePathStyle: true });
  t.after(() => client.destroy());
  return client;
}

export function kmsClient(t: TestContext, aws: Target, maxAttempts = 1, offMs = 0): KMSClient {
  const { endpoint, region, credentials } = aws;
  const options = { endpoint, region, credentials: { ...credentials }, maxAttempts, systemClockOffset: offMs };
  const client = new KMSClient(options);
  t.after(() => client.destroy());
  return client;
}

/** The name and status of the error a call ends with, as the SDK decodes them. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    const { name, $metadata } = error as { name: string; $metadata?: { httpStatusCode?: number } };
    return `${name} ${$metadata?.httpStatusCode}`;
  }
  return 'accepted';
}

export const openssl = (folder: string, ...args: string[]): string =>
  execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] }).toString();
