/** An outage of the whole practice AWS, which lasts until a person ends it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GetRegistrationCodeCommand } from '@aws-sdk/client-iot';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import type { Clock } from '../../app/contract/clock.ts';
import { iotClient, practice, refusal, s3Client, wallClock } from './support.ts';

test('down: every call of every service is answered with 503, however often, until it is ended', async (t) => {
  const aws = await practice(t);
  const [iot, s3] = [iotClient(t, aws), s3Client(t, aws)];
  aws.setOutage('unavailable');
  for (let call = 0; call < 3; call += 1) {
    assert.equal(await refusal(iot.send(new GetRegistrationCodeCommand({}))), 'ServiceUnavailableException 503');
    assert.equal(await refusal(s3.send(new ListBucketsCommand({}))), 'ServiceUnavailable 503');
  }
  aws.setOutage(null);
  assert.ok((await iot.send(new GetRegistrationCodeCommand({}))).registrationCode);
});

test('it hangs up: nothing is carried out, and the caller sees a broken connection', async (t) => {
  const aws = await practice(t);
  const before = aws.snapshot();
  aws.setOutage('drops');
  await assert.rejects(iotClient(t, aws).send(new GetRegistrationCodeCommand({})), /socket hang up|ECONNRESET|EPIPE/);
  assert.deepEqual(aws.snapshot(), before);
});

test('it is slow: the answer is right, and comes after seconds', async (t) => {
  const waited: number[] = [];
  // The answer comes as soon as its delay was asked for.
  const after: Clock['after'] = (ms, act) => {
    waited.push(ms);
    return wallClock().after(0, act);
  };
  const aws = await practice(t, { clock: { ...wallClock(), after } });
  aws.setOutage('slow');
  assert.ok((await iotClient(t, aws).send(new GetRegistrationCodeCommand({}))).registrationCode);
  assert.ok(
    waited.some((ms) => ms >= 2000 && ms < 30_000),
    `a person notices it, the station does not give up: ${waited}`,
  );
});
