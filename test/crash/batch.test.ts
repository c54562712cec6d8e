/** SIGKILL before and after each durable act of a batch's life, against a practice AWS that lives on. */
import assert from 'node:assert/strict';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { DescribeCertificateCommand, DescribeThingCommand, IoTClient } from '@aws-sdk/client-iot';
import type { BatchMember } from '../../app/contract/index.ts';
import { type PracticeAws, startPracticeAws } from '../../app/practice/aws/index.ts';
import { createLedger } from '../../app/records/index.ts';
import { paths } from '../../app/station/index.ts';
import { systemClock } from '../../main/clock.ts';
import { openDatabaseHere } from '../../main/threads/database.ts';
import { liveBatch } from './batchlife.ts';
import { runKilled, sidesOf } from './killed.ts';
import { stationWithPassedUnits } from './passedunits.ts';

const unitCount = 3;

type Ended = Awaited<ReturnType<typeof liveBatch>>;
type Run = { acts: string[]; ended: Ended | undefined; signal: string | null };

/** Where AWS is, as `liveBatch` takes it. */
const targetOf = ({ region, bucket, roleArn, policyName, endpoint: endpointUrl }: PracticeAws) => ({
  ...{ region, bucket, roleArn, policyNames: [policyName], endpointUrl },
});

async function runChild(dir: string, aws: PracticeAws, where: string): Promise<Run> {
  const { credentials } = aws;
  const { last, ...run } = await runKilled('batchchild.ts', [dir, JSON.stringify(targetOf(aws)), where], {
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  });
  return { ...run, ended: last === undefined ? undefined : JSON.parse(last) };
}

/** The things and certificates of the records, as AWS has them: asked with the SDK, not through our code. */
async function awsHolds(aws: PracticeAws, members: readonly BatchMember[]) {
  const { endpoint, region, credentials } = aws;
  const iot = new IoTClient({ endpoint, region, credentials });
  try {
    return await Promise.all(
      members.map(async ({ unitSerial, thingName, certificateId }) => {
        const thing = await iot.send(new DescribeThingCommand({ thingName: thingName ?? unitSerial }));
        const { certificateDescription } = await iot.send(new DescribeCertificateCommand({ certificateId }));
        return [thing.thingName, thing.attributes?.serialNumber, certificateDescription?.status];
      }),
    );
  } finally {
    iot.destroy();
  }
}

/** What the records say AWS holds. */
async function recordsHold(dir: string) {
  const database = openDatabaseHere(paths(dir).records);
  try {
    const ledger = createLedger(database, systemClock);
    const batches = await ledger.listBatches();
    const { rows } = await ledger.listUnits({});
    return {
      batches,
      states: rows.map(({ state }) => state),
      members: await Promise.all(batches.map(({ batchId }) => ledger.showBatch({ batchId }))),
      problems: await ledger.integrityCheck(),
    };
  } finally {
    await database.close();
  }
}

describe('a station killed at any durable act of a batch', { concurrency: 2, timeout: 300_000 }, () => {
  let folder: string;
  let prepared: string;
  let acts: string[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'birthmark-batch-'));
    prepared = await stationWithPassedUnits(unitCount);
    ({ acts } = await round('none'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** One station of its own, one AWS account of its own. */
  const round = async (where: string): Promise<Run> => {
    const dir = join(folder, where.replace(':', '-'));
    await cp(prepared, dir, { recursive: true });
    const aws = await startPracticeAws({ clock: systemClock, rate: Number.POSITIVE_INFINITY });
    try {
      let run = await runChild(dir, aws, where);
      if (where !== 'none') {
        assert.equal(run.signal, 'SIGKILL', `${where}: the station was to be killed`);
        assert.equal(run.ended, undefined);
        run = { ...run, ended: await liveBatch(dir, { ...targetOf(aws), credentials: aws.credentials }) };
      }
      const { ended } = run;
      assert.ok(ended, `${where}: the second station came to no end`);
      assert.equal(ended.batch.state, 'done', `${where}: ${JSON.stringify(ended)}`);
      assert.equal(ended.error, null);

      const records = await recordsHold(dir);
      assert.deepEqual(records.problems, []);
      assert.equal(records.batches.length, 1, 'a batch that is on record is not made again');
      assert.deepEqual(records.states, Array(unitCount).fill('registered'));
      const members = records.members.flatMap((batch) => batch.members);
      assert.equal(new Set(members.map(({ unitSerial }) => unitSerial)).size, unitCount);
      assert.equal(members.length, unitCount, 'no unit is in two batches');

      const held = aws.snapshot();
      assert.deepEqual(
        held.tasks.map(({ taskId, status, succeeded }) => [taskId, status, succeeded]),
        [[records.batches[0]?.taskId, 'Completed', unitCount]],
        `${where}: exactly one registration task, the one on record`,
      );
      assert.deepEqual([held.things, held.certificates], [unitCount, unitCount]);
      assert.deepEqual(
        held.authorities.map(({ status }) => status),
        ['ACTIVE'],
      );
      assert.deepEqual(
        await awsHolds(aws, members),
        members.map(({ unitSerial, thingName }) => [thingName, unitSerial, 'ACTIVE']),
      );
      return run;
    } finally {
      await aws.close();
      await rm(dir, { recursive: true, force: true });
    }
  };

  // Two processes and a judge of the records for each act.
  test('it ends registered, with one task', { concurrency: 2, timeout: 300_000 }, async (t) => {
    const names = acts.map((act) => act.split(' ')[2]);
    // What a start does by itself (recovery, the first CRL) is killed too, and judged by tests of its own.
    const ofTheBatch = names.filter((name) => !/voidUnowned|Crl$/.test(name ?? ''));
    assert.deepEqual(ofTheBatch, [
      'ledger.reserve',
      'ledger.recordIssued',
      'cloud.registerCa',
      'ledger.beginBatch',
      'ledger.addToBatch',
      'ledger.finishBatch',
      'ledger.advanceBatch',
      'cloud.uploadBatch',
      'ledger.advanceBatch',
      'ledger.advanceBatch',
      'cloud.startTask',
      'ledger.advanceBatch',
      'ledger.advanceBatch',
      'ledger.recordResults',
      'ledger.advanceBatch',
    ]);
    const rounds = acts.flatMap((act, index) =>
      sidesOf(index).map((side) => t.test(`${side} ${act}`, async () => void (await round(`${side}:${index + 1}`)))),
    );
    await Promise.all(rounds);
  });
});
