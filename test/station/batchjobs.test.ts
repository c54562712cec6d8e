/** Submissions as jobs: one at a time for a batch, and they outlive the station. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type PracticeAws, startPracticeAws } from '../../app/practice/aws/index.ts';
import type { StationHandle } from '../../app/station/index.ts';
import { systemClock } from '../../main/clock.ts';
import { openStation } from '../../main/openstation.ts';
import { makeBed, slotWhen } from '../line/support.ts';
import { refuses } from '../records/support.ts';
import { passphrase } from '../support.ts';

/** A station folder whose one unit has passed. */
async function passedUnit(): Promise<string> {
  const bed = await makeBed(1);
  const { label } = bed.bench.plug(1);
  await slotWhen(bed.operator, 1, 'SCAN');
  await bed.operator.call('bench.scan', { text: label });
  await slotWhen(bed.operator, 1, 'PASS');
  await bed.close();
  return bed.station.parts.dir;
}

async function open(dir: string, aws: PracticeAws): Promise<StationHandle> {
  const { region, bucket, roleArn, policyName, endpoint: endpointUrl, credentials } = aws;
  const target = { region, bucket, roleArn, policyNames: [policyName], endpointUrl };
  const station = await openStation({ dir, kind: 'host', threads: false, cloud: { target, credentials } });
  await station.parts.authority.unlock(passphrase);
  if ((await station.parts.batchJobs.lookUpCa()) !== 'active') await station.parts.batchJobs.register('test');
  return station;
}

test('a batch under way when the station closes goes on by itself at the next start, with the same task', async (t) => {
  const aws = await startPracticeAws({ clock: systemClock, rate: 0.1 });
  t.after(() => aws.close());
  const dir = await passedUnit();
  const first = await open(dir, aws);
  const { batchId } = await first.parts.batchJobs.make({ actor: 'test' });
  await (await first.parts.batchJobs.submit({ batchId, actor: 'test' })).started;
  await first.close();

  const second = await open(dir, aws);
  t.after(() => second.close());
  const { state, error } = await second.parts.ledger.batchHead(batchId);
  assert.equal(state, 'running');
  assert.equal(error, null, 'closing the station is no failure of the batch');
  const submission = second.parts.batchJobs.submission(batchId);
  assert.ok(submission, 'it goes on without anyone asking');
  submission.leave();
  await assert.rejects(submission.done, refuses('call.cancelled'));
  const left = await second.parts.ledger.batchHead(batchId);
  assert.deepEqual([left.state, left.error], ['running', null], 'left as it is');
  const again = await second.parts.batchJobs.submit({ batchId, actor: 'test' });
  again.stop();
  assert.equal((await again.done).state, 'stopped');
  assert.equal(aws.snapshot().tasks.length, 1);
});

test('of two people who submit a batch at once, one is told; there is one task', async (t) => {
  const aws = await startPracticeAws({ clock: systemClock, rate: Number.POSITIVE_INFINITY });
  t.after(() => aws.close());
  const station = await open(await passedUnit(), aws);
  t.after(() => station.close());
  const { batchJobs } = station.parts;
  const { batchId } = await batchJobs.make({ actor: 'test' });
  const [one, other] = await Promise.allSettled([
    batchJobs.submit({ batchId, actor: 'one' }),
    batchJobs.submit({ batchId, actor: 'other' }),
  ]);
  assert.equal(other.status, 'rejected');
  assert.ok(refuses('batch.badState').code === (other.status === 'rejected' && other.reason.code));
  assert.ok(one.status === 'fulfilled');
  assert.equal((await one.value.done).state, 'done');
  assert.equal(aws.snapshot().tasks.length, 1);
  await assert.rejects(batchJobs.submit({ batchId, actor: 'one' }), refuses('batch.badState'));
});

test('why a submission rests is on record, and a restart leaves it to a person', async (t) => {
  const aws = await startPracticeAws({ clock: systemClock, rate: Number.POSITIVE_INFINITY });
  t.after(() => aws.close());
  const dir = await passedUnit();
  const first = await open(dir, aws);
  const { batchId } = await first.parts.batchJobs.make({ actor: 'test' });
  aws.setFault({ kind: 'deny', operation: 'StartThingRegistrationTask' });
  const refused = await first.parts.batchJobs.submit({ batchId, actor: 'test' });
  await assert.rejects(refused.done, refuses('cloud.denied'));
  await first.close();

  const second = await open(dir, aws);
  t.after(() => second.close());
  assert.equal(second.parts.batchJobs.submission(batchId), undefined);
  assert.equal((await second.parts.ledger.batchHead(batchId)).error?.code, 'cloud.denied');
  aws.setFault(null);
  const again = await second.parts.batchJobs.submit({ batchId, actor: 'test' });
  assert.deepEqual([(await again.done).state, aws.snapshot().tasks.length], ['done', 1]);
});
