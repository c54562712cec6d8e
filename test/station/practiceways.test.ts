/** The ways on the practice line, end to end: a unit passes, its device connects by itself, with each trouble. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { failedPhase } from '../../app/contract/connecting.ts';
import { createClient, type Station } from '../../app/contract/index.ts';
import type { PracticeSnapshot } from '../../app/contract/model.ts';
import type { RecipeWay } from '../../app/contract/ways.ts';
import type { StationHandle } from '../../app/station/index.ts';
import { openPracticeLine } from '../../main/practiceline.ts';
import { slotWhen } from '../line/support.ts';

let folder: string;
let line: StationHandle;
let operator: Station;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'birthmark-ways-'));
  // A device waits for AWS as firmware does, but not as long.
  line = await openPracticeLine(join(folder, 'station'), { patience: { tries: 40, firstMs: 50, mostMs: 400 } });
  operator = createClient(line.connect('test'));
  await operator.call('session.signIn', { badge: 'OP-1001', pin: '1001' });
});
after(async () => {
  await line.close();
  await rm(folder, { recursive: true, force: true });
});

type Traveller = NonNullable<PracticeSnapshot['field']>[number];

/** Makes the next unit, with this trouble; its serial. */
async function pass(fault: string | null = null, slotId = 1): Promise<string> {
  const { slots } = await operator.call('practice.snapshot', {});
  if (slots[slotId - 1]?.deviceId) await operator.call('practice.unplug', { slotId });
  await slotWhen(operator, slotId, 'EMPTY');
  await operator.call('practice.fault', { slotId, fault });
  await operator.call('practice.plug', { slotId });
  const label = (await operator.call('practice.snapshot', {})).slots[slotId - 1]?.label ?? '';
  await slotWhen(operator, slotId, 'SCAN');
  await operator.call('bench.scan', { text: label });
  const slot = await slotWhen(operator, slotId, 'PASS', 'FAIL', 'CHECK_STATION', 'LOCKED');
  assert.equal(slot.state, 'PASS', JSON.stringify(slot.error ?? slot.lockReason));
  return label;
}

/** Resolves when the device of this unit is as `fits` says. */
const travellerWhen = (serial: string, fits: (one: Traveller) => boolean): Promise<Traveller> =>
  new Promise((resolve) => {
    const stop = operator.on('practice.changed', ({ field = [] }) => {
      const found = field.find(({ unitSerial }) => unitSerial === serial);
      if (!found || !fits(found)) return;
      queueMicrotask(() => stop());
      resolve(found);
    });
  });
const arrives = (serial: string) => travellerWhen(serial, ({ state }) => state === 'connected');
const tried = async (serial: string) => {
  const { phases } = await travellerWhen(serial, ({ tries }) => tries > 0);
  const failed = failedPhase(phases);
  return failed && `${failed.phase}: ${failed.reason}`;
};
const practise = (way: RecipeWay) => operator.call('practice.way', { way });

describe('units of each way connect by themselves', { concurrency: false, timeout: 60_000 }, () => {
  test('JITP: the first connection is dropped, and the device is in at the next', async () => {
    await practise('jitp');
    const { tries } = await arrives(await pass());
    assert.ok(tries >= 2, String(tries));
    assert.equal((await operator.call('practice.snapshot', {})).way, 'jitp');
  });

  test('JITR: the unit is put on the list, and the function of the station lets its device in', async () => {
    await practise('jitr');
    await arrives(await pass());
  });

  test('trusted user: the station speaks for the device, which is in at its first connection', async () => {
    await practise('trustedUser');
    const { tries } = await arrives(await pass());
    assert.equal(tries, 1);
  });

  test('claim: the device asks AWS with the claim of its order, and comes again with its own certificate', async () => {
    await practise('claim');
    await arrives(await pass(null, 2));
  });

  for (const way of ['registerThing', 'registerCertificate', 'withoutCa', 'awsIssued'] as const) {
    test(`${way}: the device is in as soon as the station has registered it`, async () => {
      await practise(way);
      await arrives(await pass());
    });
  }

  test('bulk: the device is outside until its batch is in AWS', async () => {
    await practise('bulk');
    const serial = await pass();
    await travellerWhen(serial, ({ tries }) => tries > 0);
    const engineer = createClient(
      line.connect('test', { personId: 3, name: 'Erin', badge: 'EN-3003', role: 'engineer' }),
    );
    const { batchId } = await engineer.call('batches.make', {});
    await engineer.call('batches.submit', { batchId });
    const { tries } = await arrives(serial);
    assert.ok(tries >= 2, String(tries));
    await line.parts.batchJobs.submission(batchId)?.done;
    assert.equal((await engineer.call('units.show', { unitSerial: serial })).state, 'registered');
  });
});

describe('first connections that fail', { concurrency: false, timeout: 60_000 }, () => {
  const troubles = [
    ['noServerName', /^tls: /],
    ['clockBehind', /^tls: by the device's clock, the certificate of the gateway is not valid yet/],
    ['clockAhead', /^tls: by the device's clock, the certificate of the gateway has expired/],
    ['wrongRoot', /^tls: the device does not trust the certificate of the gateway/],
    ['wrongCa', /^(tls|connect): the gateway closed the connection/],
    ['revoked', /^(tls|connect): the gateway closed the connection/],
  ] as const;
  before(() => practise('jitp'));
  for (const [fault, expected] of troubles) {
    test(`${fault}: the phase and the reason, and no thing in AWS`, async () => {
      const serial = await pass(fault);
      assert.match((await tried(serial)) ?? 'no failure', expected);
      const { registry } = await line.parts.cloudLink.cloud();
      const id = (await operator.call('units.show', { unitSerial: serial })).certificates[0]?.certificateId ?? '';
      assert.deepEqual(await registry.thingsOf(id), []);
    });
  }

  test('claim: a hook that says no is told with its reason; as soon as it says yes, the device has its own identity', async () => {
    await practise('claim');
    await operator.call('practice.outage', { outage: 'functionsRefuse' });
    const serial = await pass(null, 2);
    const said = await tried(serial);
    assert.match(said ?? '', /^policy: rejected: ACCESS_DENIED: The pre-provisioning hook does not allow it/);
    await operator.call('practice.outage', { outage: null });
    await arrives(serial);
  });

  test('trusted user: with a claim that has expired the unit fails at the bench, with its reason', async () => {
    await practise('trustedUser');
    await operator.call('practice.outage', { outage: 'claimsExpired' });
    await assert.rejects(pass(), /cloud\.\w+/);
    await operator.call('practice.outage', { outage: null });
  });

  test('JITR: functions that say no leave the device outside; as soon as they say yes, it is in', async () => {
    await practise('jitr');
    await operator.call('practice.outage', { outage: 'functionsRefuse' });
    const serial = await pass();
    await travellerWhen(serial, ({ tries }) => tries >= 2);
    await operator.call('practice.outage', { outage: null });
    await arrives(serial);
  });
});
