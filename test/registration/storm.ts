/**
 * One batch, in two targets, through a storm: by its seed, calls to AWS fail before or after they acted, and the process
 * dies between any two acts. What is left at the end is judged by the practice AWS, not by what the station believes.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StationError } from '../../app/contract/errors.ts';
import { bulkTemplate } from '../../app/iot/index.ts';
import { type PracticeAws, startPracticeAws } from '../../app/practice/aws/index.ts';
import {
  type BatchMember,
  type BatchStore,
  type Cloud,
  certificateIdOf,
  createAwsCloud,
  type MemberResult,
  registerCa,
  type Submission,
  submit,
  writeBatchFile,
} from '../../app/registration/index.ts';
import { wallClock } from '../practice/support.ts';
import { createMint, type Mint } from './mint.ts';
import { leapingClock } from './support.ts';

/** The process is gone: nothing of it runs on, and nothing that it awaited ends. */
class Killed extends Error {}

const faults = ['kill', 'kill', 'unreachable', 'throttled', 'badAnswer', 'refused', 'credentials'] as const;
type Fault = (typeof faults)[number];

export type StormEnd = { seed: number; lives: number; rests: number; faults: string[] };

/** Two accounts that live through all the storms, and a CA that both know. */
export async function openStorms() {
  const [mint, stranger] = await Promise.all([createMint('storm CA'), createMint('stranger')]);
  const accounts = await Promise.all(
    [1, 2].map(async () => {
      const aws = await startPracticeAws({ clock: wallClock(), rate: Number.POSITIVE_INFINITY });
      const { endpoint: endpointUrl, region, bucket, roleArn, credentials } = aws;
      const cloud = await createAwsCloud({ endpointUrl, region, bucket, roleArn, credentials });
      await registerCa(cloud, { caCertificatePem: mint.caPem, makeVerificationCertificate: mint.issue });
      return { aws, cloud };
    }),
  );
  const folder = await mkdtemp(join(tmpdir(), 'birthmark-storm-'));
  return {
    run: async (seed: number): Promise<StormEnd[]> => {
      const members = await membersOf(seed, mint, stranger);
      // The two targets have their own storms, and no order between them.
      const storms = accounts.map((account, at) => storm(seed * 2 + at, members, account, folder));
      await Promise.allSettled(storms);
      return Promise.all(storms);
    },
    async close() {
      for (const { aws, cloud } of accounts) {
        cloud.close();
        await aws.close();
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Some of them AWS refuses: their certificate is of a CA that it does not know. */
async function membersOf(seed: number, mint: Mint, stranger: Mint): Promise<BatchMember[]> {
  const random = randomOf(seed);
  return Promise.all(
    Array.from({ length: 1 + Math.floor(random() * 4) }, async (_, at) => {
      const unitSerial = `S${seed}-${at}`;
      const certificatePem = await (random() < 0.2 ? stranger : mint).issue(unitSerial);
      const certificateId = certificateIdOf(certificatePem);
      return { unitSerial, thingName: unitSerial, certificateId, certificatePem, caCertificatePem: mint.caPem };
    }),
  );
}

async function storm(
  seed: number,
  members: BatchMember[],
  { aws, cloud }: { aws: PracticeAws; cloud: Cloud },
  folder: string,
): Promise<StormEnd> {
  const random = randomOf(seed);
  const batchId = `B${seed}`;
  const made = await writeBatchFile(folder, batchId, [members]);
  let onRecord: Submission = {
    ...{ batchId, state: 'made', ...made },
    caCertificateIds: [certificateIdOf(members[0]!.caCertificatePem!)],
  };
  const results = new Map<number, MemberResult>();
  const seen: string[] = [];
  let left = 2 + Math.floor(random() * 6);
  const end: StormEnd = { seed, lives: 0, rests: 0, faults: seen };
  const templateBody = bulkTemplate({ policyNames: [aws.policyName] });

  while (onRecord.state !== 'done') {
    end.lives += 1;
    assert.ok(end.lives < 40, `seed ${seed}: no end in sight; ${seen.join(', ')}`);
    const life = { dead: false };
    /** Draws whether something happens at this act, and on which side of it. */
    const act = async <T>(name: string, run: () => Promise<T>, isStore: boolean): Promise<T> => {
      if (life.dead) return new Promise<never>(() => {});
      const fault = left > 0 && random() < 0.25 ? faults[Math.floor(random() * faults.length)]! : undefined;
      if (fault === undefined || (isStore && fault !== 'kill')) return run();
      left -= 1;
      const after = random() < 0.5;
      seen.push(`${fault} ${after ? 'after' : 'before'} ${name}`);
      // A refusal means that AWS did not act.
      if (after && ['kill', 'unreachable', 'badAnswer'].includes(fault)) await run();
      throw thrownFor(fault, life);
    };
    const store: BatchStore = {
      load: async () => ({ ...onRecord }),
      advance: (_id, state, data) =>
        act(
          `advance ${state}`,
          async () => {
            onRecord = { ...onRecord, ...data, state };
          },
          true,
        ),
      async *members() {
        yield* members;
      },
      recordResults: (_id, some) =>
        act(
          'recordResults',
          async () => {
            for (const result of some) results.set(result.line, result);
          },
          true,
        ),
    };
    try {
      await submit(batchId, { store, cloud: stormy(cloud, act), clock: leapingClock(), templateBody });
    } catch (error) {
      if (error instanceof StationError) end.rests += 1;
      else if (!(error instanceof Killed)) throw error;
    }
    for (const { state } of results.values()) assert.notEqual(state, undefined);
  }
  await judge(seed, members, results, { aws, cloud, key: made.key, taskId: onRecord.taskId ?? '' }, seen);
  return end;
}

function thrownFor(fault: Fault, life: { dead: boolean }): Error {
  if (fault !== 'kill') return new StationError(`cloud.${fault}`, 'the storm');
  life.dead = true;
  return new Killed();
}

type Act = <T>(name: string, run: () => Promise<T>, isStore: boolean) => Promise<T>;

/** A cloud whose every call may fail. Reports fail as a whole, or are cut off after some lines. */
const stormy = (cloud: Cloud, act: Act): Cloud =>
  new Proxy(cloud, {
    get(object, property, receiver) {
      const value: unknown = Reflect.get(object, property, receiver);
      if (typeof value !== 'function' || typeof property !== 'string') return value;
      if (property === 'reports') {
        return async function* (...args: Parameters<Cloud['reports']>) {
          await act('reports', async () => {}, false);
          for await (const line of object.reports(...args)) {
            await act('a line of a report', async () => {}, false);
            yield line;
          }
        };
      }
      return (...args: unknown[]) =>
        act(property, async () => (await Reflect.apply(value, object, args)) as unknown, false);
    },
  });

async function judge(
  seed: number,
  members: BatchMember[],
  results: ReadonlyMap<number, MemberResult>,
  { aws, key, taskId }: { aws: PracticeAws; cloud: Cloud; key: string; taskId: string },
  seen: string[],
): Promise<void> {
  const said = `seed ${seed}: ${seen.join(', ')}`;
  const tasks = aws.snapshot().tasks.filter((task) => task.inputFileKey === key);
  assert.deepEqual(
    tasks.map((task) => task.taskId),
    [taskId],
    `one task for the file, the one on record; ${said}`,
  );
  const [task] = tasks;
  const states = members.map((_, at) => results.get(at + 1)?.state);
  assert.ok(
    states.every((state) => state === 'registered' || state === 'rejected'),
    `each unit is registered or rejected: ${states}; ${said}`,
  );
  const registered = states.filter((state) => state === 'registered').length;
  assert.deepEqual([task?.succeeded, task?.failed], [registered, members.length - registered], said);
  for (const result of results.values()) if (result.state === 'rejected') assert.ok(result.reason.length > 0, said);
}

/** Mulberry32: the same numbers for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
