/** Units let in by just-in-time registration: from their PASS over the account's allow-list to their first connection. */
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { createClient, type Station } from '../../app/contract/index.ts';
import type { AllowListView } from '../../app/contract/model.ts';
import { createStack } from '../../app/practice/aws/cloudformation/stacks.ts';
import { firstContact } from '../../app/practice/aws/gateway/firstcontact.ts';
import type { PracticeAws } from '../../app/practice/aws/index.ts';
import { createPracticeBench } from '../../app/practice/devices/index.ts';
import { deviceTable, jitrTemplate } from '../../app/registration/index.ts';
import { systemClock } from '../../main/clock.ts';
import { openStation } from '../../main/openstation.ts';
import { slotWhen } from '../line/support.ts';
import { practice } from '../practice/support.ts';
import { refuses } from '../records/support.ts';
import { makeStation, passphrase } from '../support.ts';

async function bedOf(t: TestContext) {
  const aws = await practice(t);
  const { region, bucket, roleArn, policyName, endpoint: endpointUrl, credentials } = aws;
  const target = { name: 'main', region, bucket, roleArn, policyNames: [policyName], endpointUrl };
  const bench = createPracticeBench({ slots: 1, driverOf: () => 'agent', clock: systemClock, baud: 0, computeMs: 0 });
  const dir = await makeStation([{ slotId: 1, name: 'Slot 1', port: 'practice:1', driver: 'agent' }], false, {
    own: true,
  });
  const open = async () => {
    const station = await openStation({
      dir,
      kind: 'host',
      threads: false,
      ports: bench,
      cloud: { target, credentials },
    });
    await station.parts.authority.unlock(passphrase);
    const client = createClient(station.connect('test'));
    await client.call('session.signIn', { badge: 'EN-1', pin: '2222' });
    return { station, client };
  };
  let now = await open();
  t.after(() => now.station.close());
  const { orderId } = (await now.station.parts.ledger.activeOrder())!;
  return {
    aws,
    orderId,
    client: () => now.client,
    station: () => now.station,
    deploy: async () => {
      const stack = await createStack(aws.account, 'jitr', JSON.stringify(jitrTemplate(target)));
      assert.equal(stack.status, 'CREATE_COMPLETE', stack.reason);
    },
    reopen: async () => {
      await now.station.close();
      now = await open();
    },
    pass: async (): Promise<string> => {
      const { label } = bench.plug(1);
      await slotWhen(now.client, 1, 'SCAN');
      await now.client.call('bench.scan', { text: label });
      await slotWhen(now.client, 1, 'PASS');
      bench.unplug(1);
      await slotWhen(now.client, 1, 'EMPTY');
      return label;
    },
  };
}

const rows = (aws: PracticeAws, kind: string) =>
  [...(aws.account.state.tables.get(deviceTable('main'))?.items.values() ?? [])].filter(({ id }) =>
    String(id?.S).startsWith(`${kind}:`),
  );

/** The list of the order, once it is as wanted. */
async function list(client: Station, is: (view: AllowListView) => boolean): Promise<AllowListView> {
  for (let turn = 0; turn < 1000; turn += 1) {
    const [view] = await client.call('cloud.allowLists', {});
    if (view && is(view)) return view;
    await pause(5);
  }
  throw new Error(`the list is ${JSON.stringify(await client.call('cloud.allowLists', {}))}`);
}

/** What the gateway does with the unit's device. @returns the status of its certificate afterwards */
async function connects({ account }: PracticeAws, client: Station, unitSerial: string): Promise<string | undefined> {
  const { certificates } = await client.call('units.show', { unitSerial });
  const { pem, certificateId } = await client.call('certificates.show', {
    serialHex: certificates[0]?.serialHex ?? '',
  });
  const [authority] = account.state.authorities.values();
  assert.ok(authority && pem);
  const ran = () => account.log.entries().filter(({ eventType }) => eventType === 'FunctionExecution').length;
  const before = ran();
  await firstContact(account, { authority, certificateDer: new X509Certificate(pem).raw, sourceIp: '127.0.0.1' });
  for (let turn = 0; turn < 2000 && ran() === before; turn += 1) await pause(5);
  return account.state.certificates.get(certificateId ?? '')?.status;
}

test('a unit that passed is listed by itself, and its device is let in; another is not, until its order is listed', async (t) => {
  const { aws, orderId, client, station, deploy, pass } = await bedOf(t);
  await deploy();
  await client().call('cloud.registerCa', {});
  for (const authority of aws.account.state.authorities.values()) authority.autoRegistration = 'ENABLE';
  const first = await pass();
  assert.equal(await connects(aws, client(), first), 'PENDING_ACTIVATION', 'nobody has listed it');
  await client().call('cloud.setAllowList', { orderId, wanted: true });
  await list(client(), ({ listed }) => listed === 1);
  assert.equal(await connects(aws, client(), first), 'ACTIVE');
  const second = await pass();
  await list(client(), ({ listed }) => listed === 2);
  assert.deepEqual(
    rows(aws, 'key').map(({ unitSerial, orderId: of, thingName }) => [unitSerial?.S, of?.S, thingName?.S]),
    [first, second].map((unit) => [unit, orderId, unit]),
  );
  assert.equal(await connects(aws, client(), second), 'ACTIVE');
  assert.deepEqual([...aws.account.state.things.keys()], [first, second]);
  const units = await client().call('cloud.allowedUnits', { orderId });
  assert.deepEqual(
    units.map(({ unitSerial, result }) => [unitSerial, result]),
    [
      [first, 'ACTIVE'],
      [second, 'ACTIVE'],
    ].sort(),
  );

  const { certificates } = await client().call('units.show', { unitSerial: first });
  const { serialHex = '' } = certificates[0] ?? {};
  await client().call('certificates.revoke', { serialHex, reason: 'keyCompromise', note: 'lost' });
  await list(client(), ({ listed, toGo }) => listed === 1 && toGo === 0);
  assert.deepEqual(
    rows(aws, 'key').map(({ unitSerial }) => unitSerial?.S),
    [second],
  );
  assert.deepEqual(
    rows(aws, 'revoked').map(({ id }) => id?.S),
    [`revoked:${serialHex.replace(/^0+/, '')}`],
  );
  await client().call('cloud.setAllowList', { orderId, wanted: false });
  await list(client(), ({ listed, toGo }) => listed + toGo === 0);
  assert.deepEqual(rows(aws, 'key'), []);
  assert.equal((await station().parts.ledger.allowLists({}))[0]?.wanted, false);
});

test('without a table, without a right, throttled, and over a restart: nothing is lost, and the screen says why', async (t) => {
  const { aws, orderId, client, deploy, pass, reopen } = await bedOf(t);
  const unit = await pass();
  await assert.rejects(
    client().call('cloud.setAllowList', { orderId, target: 'nowhere', wanted: true }),
    refuses('cloud.noTarget'),
  );
  await assert.rejects(
    client().call('cloud.setAllowList', { orderId: 'WO-none', wanted: true }),
    refuses('order.notFound'),
  );
  await client().call('cloud.setAllowList', { orderId, wanted: true });
  const resting = await list(client(), ({ state }) => state === 'resting');
  assert.match(resting.error?.detail ?? '', /no table birthmark-devices-main: .*MakeJitr=yes/);
  await deploy();
  aws.setFault({ kind: 'deny', operation: 'BatchWriteItem' });
  await client().call('cloud.setAllowList', { orderId, wanted: true });
  const denied = await list(client(), ({ error }) => error?.detail.includes('BatchWriteItem') === true);
  assert.equal(denied.toList, 1);
  aws.setFault(null);
  aws.setFault({ kind: 'throttle', operation: 'BatchWriteItem', times: 1 });
  aws.setFault({ kind: 'hangup', when: 'after', operation: 'BatchWriteItem', times: 1 });
  await reopen();
  const settled = await list(client(), ({ state }) => state === 'settled');
  assert.deepEqual([settled.listed, settled.toList], [1, 0], 'the start goes on with it');
  assert.deepEqual(
    rows(aws, 'key').map(({ unitSerial }) => unitSerial?.S),
    [unit],
  );
});

test('an order whose recipe says so is listed by itself, and a person can take it off', async (t) => {
  const { aws, client, deploy, pass, orderId } = await bedOf(t);
  await deploy();
  const provisioning = { way: 'jitr', targets: ['main'] };
  const recipe = { name: 'field', model: '*', driver: 'agent', profile: 'aws-iot-device', provisioning };
  const { version } = await client().call('recipes.save', { text: JSON.stringify(recipe) });
  await client().call('recipes.approve', { name: 'field', version });
  const unit = await pass();
  const { actor, listed } = await list(client(), (view) => view.listed === 1);
  assert.deepEqual([actor, listed], ['station', 1]);
  assert.deepEqual(
    rows(aws, 'key').map(({ unitSerial }) => unitSerial?.S),
    [unit],
  );
  await client().call('cloud.setAllowList', { orderId, wanted: false });
  await list(client(), (view) => view.listed === 0);
  await pass();
  const [after] = await client().call('cloud.allowLists', { orderId });
  assert.deepEqual([after?.wanted, after?.listed, after?.toList], [false, 0, 0]);
});
