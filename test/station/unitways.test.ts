/** Units registered one by one against the practice AWS: by a batch, into two targets, and while the line runs. */
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import {
  DescribeCertificateCommand,
  DescribeThingCommand,
  IoTClient,
  ListAttachedPoliciesCommand,
} from '@aws-sdk/client-iot';
import { createClient } from '../../app/contract/index.ts';
import type { UnitWay } from '../../app/contract/model.ts';
import { type PracticeAws, startPracticeAws } from '../../app/practice/aws/index.ts';
import { createPracticeBench } from '../../app/practice/devices/index.ts';
import { systemClock } from '../../main/clock.ts';
import { openStation } from '../../main/openstation.ts';
import { slotWhen } from '../line/support.ts';
import { refuses } from '../records/support.ts';
import { makeStation, passphrase } from '../support.ts';

async function practice(t: TestContext, anyClient = false): Promise<PracticeAws> {
  const aws = await startPracticeAws({ clock: systemClock, rate: Number.POSITIVE_INFINITY, anyClient });
  t.after(() => aws.close());
  return aws;
}

/** A station with a slot, and a second target. */
async function bedOf(t: TestContext, aws: PracticeAws) {
  const { region, bucket, roleArn, policyName, endpoint: endpointUrl, credentials } = aws;
  const target = { region, bucket, roleArn, policyNames: [policyName], endpointUrl };
  const bench = createPracticeBench({ slots: 1, driverOf: () => 'agent', clock: systemClock, baud: 0, computeMs: 0 });
  const dir = await makeStation([{ slotId: 1, name: 'Slot 1', port: 'practice:1', driver: 'agent' }]);
  const station = await openStation({ dir, kind: 'host', ports: bench, cloud: { target, credentials } });
  t.after(() => station.close());
  await station.parts.authority.unlock(passphrase);
  const [engineer, operator] = [createClient(station.connect('test')), createClient(station.connect('test'))];
  await engineer.call('session.signIn', { badge: 'EN-1', pin: '2222' });
  await operator.call('session.signIn', { badge: 'OP-1', pin: '1111' });
  const pass = async (): Promise<string> => {
    const { label } = bench.plug(1);
    await slotWhen(operator, 1, 'SCAN');
    await operator.call('bench.scan', { text: label });
    await slotWhen(operator, 1, 'PASS');
    bench.unplug(1);
    await slotWhen(operator, 1, 'EMPTY');
    return label;
  };
  return { station, engineer, pass, target };
}

/** The thing and the policies of its certificate, asked with the SDK. */
async function held(aws: PracticeAws, thingName: string, certificateId: string) {
  const { endpoint, region, credentials } = aws;
  const iot = new IoTClient({ endpoint, region, credentials });
  try {
    const thing = await iot.send(new DescribeThingCommand({ thingName }));
    const target = `arn:aws:iot:${region}:${thing.thingArn?.split(':')[4]}:cert/${certificateId}`;
    const { policies = [] } = await iot.send(new ListAttachedPoliciesCommand({ target }));
    return { serial: thing.attributes?.serialNumber, policies: policies.map(({ policyName }) => policyName) };
  } finally {
    iot.destroy();
  }
}

async function statusOf({ endpoint, region, credentials }: PracticeAws, certificateId: string) {
  const iot = new IoTClient({ endpoint, region, credentials });
  try {
    const found = await iot.send(new DescribeCertificateCommand({ certificateId }));
    return found.certificateDescription?.status;
  } finally {
    iot.destroy();
  }
}

describe('a batch, unit by unit', () => {
  for (const way of ['registerThing', 'registerCertificate', 'withoutCa'] satisfies UnitWay[]) {
    test(way, async (t) => {
      const aws = await practice(t);
      const { station, engineer, pass } = await bedOf(t, aws);
      const { batchJobs } = station.parts;
      const serial = await pass();
      const { batchId } = await engineer.call('batches.make', { way });
      const { problems } = await engineer.call('batches.check', { batchId });
      assert.deepEqual(
        problems.map(({ code }) => code),
        way === 'withoutCa' ? [] : ['caUnknown'],
        'a bucket is not asked for',
      );
      if (way !== 'withoutCa') {
        const early = await batchJobs.submit({ batchId, actor: 'test' });
        await assert.rejects(early.done, refuses('cloud.caNotRegistered'), 'nothing leaves before the CA is known');
        assert.equal(aws.snapshot().things, 0);
        await engineer.call('cloud.registerCa', {});
      }
      const submission = await batchJobs.submit({ batchId, actor: 'test' });
      assert.equal((await submission.done).state, 'done');
      const unit = await engineer.call('units.show', { unitSerial: serial });
      assert.equal(unit.state, 'registered');
      assert.deepEqual(
        unit.batches.map((one) => [one.target, one.way, one.state]),
        [['main', way, 'registered']],
      );
      const [{ thingName } = { thingName: null }] = unit.batches;
      assert.deepEqual(await held(aws, thingName ?? '', unit.certificateId ?? ''), {
        serial,
        policies: [aws.policyName],
      });
      assert.equal(aws.snapshot().tasks.length, 0, 'no task');
      await assert.rejects(engineer.call('batches.make', { way }), { code: 'batch.empty' });
    });
  }
});

test('a unit goes to two targets, and has a state in each', async (t) => {
  const [aws, other] = [await practice(t), await practice(t, true)];
  // The credentials of the given target are for it alone. The other takes those of the environment.
  const environment = { AWS_ACCESS_KEY_ID: 'any', AWS_SECRET_ACCESS_KEY: 'any' };
  Object.assign(process.env, environment);
  t.after(() => {
    for (const name of Object.keys(environment)) delete process.env[name];
  });
  const { station, engineer, pass, target } = await bedOf(t, aws);
  const elsewhere = { ...target, name: 'us', endpointUrl: other.endpoint, policyNames: [] };
  await engineer.call('targets.save', { target: elsewhere });
  const serial = await pass();
  const snapshot = await engineer.call('batches.snapshot', {});
  assert.deepEqual(snapshot.ready, [
    { target: 'main', units: 1 },
    { target: 'us', units: 1 },
  ]);
  for (const name of ['main', 'us']) {
    const { batchId } = await engineer.call('batches.make', { target: name, way: 'withoutCa' });
    if (name === 'us')
      await assert.rejects(engineer.call('targets.remove', { name }), refuses('cloud.targetInUse', { name, batchId }));
    await (await station.parts.batchJobs.submit({ batchId, actor: 'test' })).done;
  }
  assert.deepEqual([aws.snapshot().things, other.snapshot().things], [1, 1]);
  const { batches } = await engineer.call('units.show', { unitSerial: serial });
  assert.deepEqual(
    batches.map((batch) => [batch.target, batch.state]),
    [
      ['main', 'registered'],
      ['us', 'registered'],
    ],
  );
  await assert.rejects(engineer.call('batches.make', { target: 'nowhere' }), { code: 'cloud.noTarget' });

  const { certificates } = await engineer.call('units.show', { unitSerial: serial });
  const [{ serialHex, certificateId } = { serialHex: '', certificateId: '' }] = certificates;
  await engineer.call('certificates.revoke', { serialHex, reason: 'unspecified', note: 'lost' });
  await station.parts.crlJobs.idle();
  const statuses = await Promise.all([aws, other].map((account) => statusOf(account, certificateId ?? '')));
  assert.deepEqual(statuses, ['REVOKED', 'REVOKED'], 'in each target that has it');
});

test('while the line runs: units are registered as they pass; without AWS they wait and the line goes on', async (t) => {
  const aws = await practice(t);
  const { station, engineer, pass } = await bedOf(t, aws);
  const { ledger } = station.parts;
  await engineer.call('cloud.registerCa', {});
  const { orderId } = (await ledger.activeOrder())!;
  const registration = { target: 'main', way: 'registerThing' } as const;
  const before = await pass();
  await engineer.call('orders.register', { orderId, registration });
  const registered = (count: number) =>
    new Promise<void>((resolve) => {
      const stop = engineer.on('batches.changed', ({ batches }) => {
        if (batches.reduce((sum, batch) => sum + batch.registered, 0) < count) return;
        queueMicrotask(() => stop());
        resolve();
      });
    });
  await registered(1);
  const after = await pass();
  await registered(2);
  const states = await Promise.all(
    [before, after].map(async (unitSerial) => (await engineer.call('units.show', { unitSerial })).state),
  );
  assert.deepEqual(states, ['registered', 'registered'], 'also one that had passed before');

  aws.setFault({ kind: 'deny', operation: 'RegisterThing' });
  const waiting = await pass();
  const rests = new Promise<void>((resolve) => {
    const stop = engineer.on('batches.changed', ({ batches }) => {
      if (batches[0]?.error?.code !== 'cloud.denied') return;
      queueMicrotask(() => stop());
      resolve();
    });
  });
  await rests;
  assert.equal((await engineer.call('units.show', { unitSerial: waiting })).state, 'passed');
  aws.setFault(null);
  await pass();
  await registered(4);

  const [batch, ...others] = (await engineer.call('batches.snapshot', {})).batches;
  assert.deepEqual(others, [], 'one open batch takes them all');
  assert.deepEqual([batch?.state, batch?.lineOrder, batch?.error], ['running', orderId, null]);
  await engineer.call('orders.close', { orderId });
  await new Promise<void>((resolve) => {
    const stop = engineer.on('batches.changed', ({ batches }) => {
      if (batches[0]?.state !== 'done') return;
      queueMicrotask(() => stop());
      resolve();
    });
  });
  assert.equal(aws.snapshot().things, 4);
});
