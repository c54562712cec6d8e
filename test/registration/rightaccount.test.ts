/** A target that names its account: with the credentials of another one, nothing is done there. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ListThingsCommand } from '@aws-sdk/client-iot';
import { createAwsCloud, createObjectStore } from '../../app/registration/index.ts';
import { iotClient, practice } from '../practice/support.ts';
import { refuses } from '../records/support.ts';

test('the calls of a target go to its account only, and wait for an answer whose it is', async (t) => {
  const aws = await practice(t);
  const { endpoint: endpointUrl, region, bucket, roleArn, credentials, accountId } = aws;
  const cloudOf = async (account?: string) => {
    const named = account === undefined ? {} : { accountId: account };
    const cloud = await createAwsCloud({ region, bucket, roleArn, endpointUrl, credentials, ...named });
    t.after(() => cloud.close());
    return cloud;
  };
  const thing = { name: 'SN-1', attributes: {} };
  const wrong = await cloudOf('999999999999');
  const right = await cloudOf(accountId);
  const any = await cloudOf();

  for (const act of [
    () => wrong.things.createThing(thing),
    () => wrong.checkBucket(),
    () => wrong.account.listCas(),
    () => wrong.connections.eventsUrl(),
    () => wrong.account.allowList('t').change({ put: [], remove: ['x'], revoke: [] }),
  ])
    await assert.rejects(act(), refuses('cloud.credentials'));
  assert.deepEqual((await iotClient(t, aws).send(new ListThingsCommand({}))).things, []);
  assert.equal((await wrong.account.identity()).accountId, accountId, 'who it is can be asked all the same');

  aws.setOutage('drops');
  await assert.rejects(right.things.createThing(thing), refuses('cloud.unreachable'));
  aws.setOutage(null);
  await right.things.createThing(thing);
  await any.checkBucket();
});

test('the bucket of backups is one of the account of its target', async (t) => {
  const aws = await practice(t);
  const { endpoint: endpointUrl, region, bucket, credentials, accountId } = aws;
  const storeOf = async (account: string) => {
    const store = await createObjectStore({ region, bucket, endpointUrl, credentials, accountId: account });
    t.after(() => store.close());
    return store;
  };
  const wrong = await storeOf('999999999999');
  await assert.rejects(wrong.assertUsable(), refuses('cloud.credentials'));
  await assert.rejects(wrong.list(''), refuses('cloud.credentials'));
  await (await storeOf(accountId)).assertUsable();
});
