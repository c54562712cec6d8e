/** Decision 253: the watch looks once more when the account has had its minute with a device that came. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAwsCloud } from '../../app/registration/index.ts';
import { createTargetWatch } from '../../app/station/firstconnections/targetwatch.ts';
import { createLog } from '../../app/station/log.ts';
import { practice } from '../practice/support.ts';
import { movableClock } from '../support.ts';
import { accountOf, statesOf, watchedBed, watchedTarget } from './watchbed.ts';

test('a device that comes once and gives up is shown as failed after its minute, and not with the next usual round', async (t) => {
  const { bed, ids } = await watchedBed(t, ['GIVES-UP']);
  const id = ids.get('GIVES-UP')!;
  const aws = await practice(t, { gateway: { port: 0 } });
  const { endpoint: endpointUrl, region, bucket, roleArn, credentials } = aws;
  const account = accountOf();
  const real = await createAwsCloud({ region, bucket, roleArn, endpointUrl, credentials });
  t.after(() => real.close());
  const cloud = account.cloud;
  Object.assign(cloud.connections, { eventsUrl: () => real.connections.eventsUrl() });
  const { clock, advance } = movableClock();
  const watch = createTargetWatch({
    ...{ ledger: bed.ledger, clock, log: createLog(), target: watchedTarget, cloud, onChange: () => {} },
  });
  t.after(() => watch.close());
  const until = async (holds: () => boolean | Promise<boolean>, what: string) => {
    for (let tries = 0; !(await holds()); tries += 1) {
      assert.ok(tries < 2000, what);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  await until(() => watch.view().events === 'on' && watch.view().lookedAt !== null, 'it listens');

  account.come(id, 'GIVES-UP', 'PENDING_ACTIVATION', clock.now());
  const event = { certificateId: id, caCertificateId: 'ca', timestamp: clock.now().getTime() };
  const topic = '$aws/events/certificates/registered/ca';
  aws.account.bus.publish({ topic, payload: Buffer.from(JSON.stringify(event)) });
  const tries = async () => (await bed.ledger.showConnections('GIVES-UP'))[0]?.tries;
  await until(async () => (await tries()) === 1, 'it came');
  const { lookedAt } = watch.view();
  advance(1_500);
  await until(() => watch.view().lookedAt !== lookedAt, 'the look a second later');
  assert.deepEqual(await statesOf(bed), { 'GIVES-UP': 'waiting' }, 'a young one may still be at work');
  // The round is over to its last line, so that the next one is not this one.
  await new Promise((resolve) => setTimeout(resolve, 50));
  advance(62_000);
  await until(async () => (await statesOf(bed))['GIVES-UP'] === 'failed', 'the last look');
});
