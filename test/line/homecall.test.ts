/** A unit's device connects at the bench: as a step before its PASS, and when a person asks for it afterwards. */
import assert from 'node:assert/strict';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { failedPhase } from '../../app/contract/connecting.ts';
import { homeCall } from '../../app/contract/homecall.ts';
import type { Slot } from '../../app/contract/index.ts';
import { type Admission, type ServerPki, serverPki, startGateway } from '../device/gatewaybed.ts';
import { type Bed, benchWhen, makeBed, slotWhen } from './support.ts';

let pki: ServerPki;
before(() => {
  pki = serverPki();
});
after(() => pki.remove());

type After = { after(end: () => Promise<unknown>): void };

/** A station whose units connect to a gateway of the test. `beforePass` makes that a step. */
async function bedOf(t: After, { beforePass = true, slots = 1, admission = {} as Admission } = {}) {
  // Which CA signed a client is not this gateway's matter.
  admission.tls = { rejectUnauthorized: false };
  const gateway = await startGateway(t, pki, admission);
  const bed = await makeBed(slots);
  t.after(bed.close);
  await pointTo(bed, gateway.port);
  await recipe(bed, { beforePass });
  return { ...bed, gateway, admission };
}

const pointTo = ({ engineer }: Bed, port: number) =>
  engineer.call('targets.save', {
    target: {
      ...{ name: 'bench', region: 'eu-central-1', bucket: 'units', policyNames: [] },
      roleArn: 'arn:aws:iam::123456789012:role/registration',
      gateway: { host: 'localhost', port, rootCaPem: 'gateway.pem' },
    },
  });

async function recipe({ engineer }: Bed, firstConnection: { beforePass: boolean }) {
  const text = JSON.stringify({
    ...{ name: 'connects', model: '*', driver: 'agent', profile: 'aws-iot-device', rootCa: pki.root, firstConnection },
    config: { endpoint: 'localhost' },
    provisioning: { way: 'jitp', targets: ['bench'] },
  });
  const { name, version } = await engineer.call('recipes.save', { text });
  await engineer.call('recipes.approve', { name, version });
}

/** A server that takes connections and says nothing. */
async function silentPort(t: After): Promise<number> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => void sockets.push(socket.on('error', () => {}).resume()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

async function make({ bench, operator }: Bed, slotId = 1): Promise<Slot> {
  const device = bench.snapshot()[slotId - 1]?.device ?? bench.plug(slotId);
  await slotWhen(operator, slotId, 'SCAN', 'FAIL');
  await operator.call('bench.scan', { text: device.label });
  return slotWhen(operator, slotId, 'PASS', 'FAIL', 'CHECK_STATION');
}

const callsOf = async ({ operator }: Bed, unitSerial: string) =>
  (await operator.call('units.show', { unitSerial })).journal.filter(({ entry }) => entry === 'device.calledHome');

describe('a recipe that asks for a connection before PASS', () => {
  test('the unit connects before it is sealed, and the journal has each phase', async (t) => {
    const bed = await bedOf(t, { admission: { dropFirst: 1 } });
    const slot = await make(bed);
    assert.equal(slot.state, 'PASS', JSON.stringify(slot.error));
    assert.deepEqual(
      slot.steps.slice(-3).map(({ name, state }) => `${name} ${state}`),
      ['verify done', 'connect done', 'seal done'],
    );
    const { unitSerial = '' } = slot;
    assert.deepEqual(bed.gateway.said, [`${unitSerial} birthmark/${unitSerial}`]);
    const [call, ...more] = await callsOf(bed, unitSerial);
    assert.deepEqual(more, []);
    const { connected, tries, clientId, phases } = homeCall.parse(call?.data);
    // AWS drops the first connection of a certificate that registers itself.
    assert.deepEqual([connected, tries, clientId], [true, 2, unitSerial]);
    assert.deepEqual(new Set(phases.map(({ state }) => state)), new Set(['ok']));
  });

  test('a message that no policy allows fails the unit, which stays open; mended, it passes with the same certificate', async (t) => {
    const bed = await bedOf(t, { admission: { publish: 'refuse' } });
    const failed = await make(bed);
    assert.deepEqual([failed.state, failed.error?.code], ['FAIL', 'home.notAllowed']);
    assert.deepEqual(failed.error?.data, { phase: 'policy', fault: 'lost' });
    assert.equal(failed.homeCall && failedPhase(failed.homeCall.phases)?.phase, 'policy');
    const { unitSerial = '' } = failed;
    const certificate = (await bed.operator.call('units.show', { unitSerial })).certificates.map(
      ({ serialHex, state }) => `${serialHex} ${state}`,
    );
    delete bed.admission.publish;
    const passed = await make(bed);
    assert.equal(passed.state, 'PASS', JSON.stringify(passed.error));
    const shown = await bed.operator.call('units.show', { unitSerial });
    assert.deepEqual(
      shown.certificates.map(({ serialHex, state }) => `${serialHex} ${state}`),
      certificate,
    );
    assert.equal((await callsOf(bed, unitSerial)).length, 2);
  });

  test('where nothing answers, the station is to blame, and the other slot goes on', async (t) => {
    const bed = await bedOf(t, { slots: 2 });
    await pointTo(bed, await silentPort(t));
    const device = bed.bench.plug(1);
    await slotWhen(bed.operator, 1, 'SCAN');
    await bed.operator.call('bench.scan', { text: device.label });
    await benchWhen(bed.operator, ({ slots }) => slots[0]?.homeCall?.phases[1]?.state === 'ok');
    // The first slot waits for a server that says nothing; the second one makes its unit meanwhile.
    await pointTo(bed, bed.gateway.port);
    assert.equal((await make(bed, 2)).state, 'PASS');
    assert.equal((await bed.operator.call('bench.snapshot', {})).slots[0]?.state, 'WORKING');
    bed.bench.unplug(1);
    assert.equal((await slotWhen(bed.operator, 1, 'FAIL')).error?.code, 'link.lost');
    bed.bench.unplug(2);
    await pointTo(bed, 1);
    bed.bench.plug(2);
    const nowhere = await make(bed, 2);
    assert.deepEqual([nowhere.state, nowhere.error?.code], ['CHECK_STATION', 'home.unreachable']);
  });
});

describe('connect now', () => {
  test('the operator asks for it after PASS: the screen shows the end, the journal gets it, the unit stays passed', async (t) => {
    const bed = await bedOf(t, { beforePass: false });
    const passed = await make(bed);
    assert.deepEqual([passed.state, passed.mayConnect, passed.homeCall], ['PASS', true, undefined]);
    const { unitSerial = '' } = passed;
    await bed.operator.call('bench.connect', { slotId: 1 });
    await assert.rejects(bed.operator.call('bench.connect', { slotId: 1 }), { code: 'call.stale' });
    const done = await benchWhen(bed.operator, ({ slots }) => slots[0]?.homeCall?.state === 'connected');
    assert.deepEqual([done.slots[0]?.state, done.slots[0]?.ask], ['PASS', 'removePassed']);
    assert.deepEqual(bed.gateway.said, [`${unitSerial} birthmark/${unitSerial}`]);

    bed.admission.connect = 5;
    await bed.engineer.call('bench.connect', { slotId: 1 });
    const refused = await benchWhen(bed.operator, ({ slots }) => slots[0]?.homeCall?.state === 'notConnected');
    const { phases = [], error } = refused.slots[0]?.homeCall ?? {};
    assert.deepEqual(
      [failedPhase(phases)?.phase, failedPhase(phases)?.fault, error],
      ['connect', 'refused', undefined],
    );
    assert.equal((await bed.operator.call('units.show', { unitSerial })).state, 'passed');
    assert.deepEqual(
      (await callsOf(bed, unitSerial)).map(({ data, actor }) => [(data as { connected: boolean }).connected, actor]),
      [
        [true, 'Ola (OP-1)'],
        [false, 'Erin (EN-1)'],
      ],
    );
  });

  test('a unit that is pulled out while it connects leaves an empty slot', async (t) => {
    const bed = await bedOf(t, { beforePass: false });
    await make(bed);
    await pointTo(bed, await silentPort(t));
    await bed.operator.call('bench.connect', { slotId: 1 });
    await benchWhen(bed.operator, ({ slots }) => slots[0]?.homeCall?.phases[1]?.state === 'ok');
    bed.bench.unplug(1);
    assert.equal((await slotWhen(bed.operator, 1, 'EMPTY')).homeCall, undefined);
    await assert.rejects(bed.operator.call('bench.connect', { slotId: 1 }), { code: 'call.stale' });
    bed.bench.plug(1);
    assert.equal((await slotWhen(bed.operator, 1, 'SCAN')).mayConnect, undefined);
  });

  test('firmware without such a command is not asked', async (t) => {
    const bed = await makeBed(1, { driverOf: () => 'freertos' });
    t.after(bed.close);
    const passed = await make(bed);
    assert.deepEqual([passed.state, passed.mayConnect], ['PASS', undefined]);
    await assert.rejects(bed.operator.call('bench.connect', { slotId: 1 }), { code: 'call.stale' });
  });
});
