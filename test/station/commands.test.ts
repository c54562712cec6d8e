/** A command does what it is told, and ends: what another run left waits for the host, or for the command that names it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient } from '../../app/contract/index.ts';
import { openStation } from '../../main/openstation.ts';
import { stationWithPassedUnits } from '../crash/passedunits.ts';
import { practice } from '../practice/support.ts';
import { passphrase } from '../support.ts';
import { snapshotOf } from './snapshotof.ts';

test('a batch that was left under way is not gone on with by a command, until it is submitted again', async (t) => {
  const aws = await practice(t);
  const { endpoint: endpointUrl, region, bucket, roleArn, credentials, policyName } = aws;
  const dir = await stationWithPassedUnits(1);
  const open = async () => {
    const target = { region, bucket, roleArn, policyNames: [policyName], endpointUrl };
    const station = await openStation({ dir, kind: 'command', cloud: { target, credentials } });
    const client = createClient(station.connect('test'));
    await client.call('session.signIn', { badge: 'EN-1', pin: '2222' });
    return { station, client, ...station.parts };
  };
  const first = await open();
  await first.client.call('ca.unlock', { secret: passphrase });
  await first.client.call('cloud.registerCas', {});
  const { batchId } = await first.client.call('batches.make', { way: 'registerThing' });
  aws.setOutage('drops');
  await first.client.call('batches.submit', { batchId });
  await snapshotOf(first.client, 'batches.changed', ({ progress }) => progress[0]?.waitingReason === 'unreachable');
  await first.station.close();

  const next = await open();
  t.after(() => next.station.close());
  assert.equal(next.batchJobs.isRunning(batchId), false);
  aws.setOutage(null);
  await next.client.call('batches.submit', { batchId });
  const row = await next.batchJobs.submission(batchId)?.done;
  assert.deepEqual([row?.state, row?.registered], ['done', 1]);
});
