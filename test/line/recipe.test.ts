/** What a recipe does on the bench: golden unit, labels ahead, tries by itself, time limit, USB filter, thing names. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { ByteChannel, PortInfo, Ports } from '../../app/device/channel.ts';
import { thingNameOf } from '../../app/line/index.ts';
import type { PracticeBench } from '../../app/practice/devices/index.ts';
import { refuses } from '../records/support.ts';
import { movableClock } from '../support.ts';
import { type BedOptions, benchWhen, makeBed, slotWhen } from './support.ts';

const hour = 3_600_000;
const acme = { name: 'acme', model: '*', driver: 'agent', profile: 'aws-iot-device', rootCa: 'station' };
const ends = ['PASS', 'FAIL', 'CHECK_STATION'] as const;

async function bedOf(t: TestContext, options: BedOptions & { slots?: number } = {}) {
  const { slots = 2, ...more } = options;
  let bed = await makeBed(slots, more);
  t.after(() => bed.close());
  const { bench, operator, engineer, station } = bed;
  await engineer.call('station.configure', { ca: { autoLockMinutes: 0 } });
  const approve = async (changes: object) => {
    const { name, version } = await engineer.call('recipes.save', { text: JSON.stringify({ ...acme, ...changes }) });
    return engineer.call('recipes.approve', { name, version });
  };
  const scan = (text: string) => operator.call('bench.scan', { text });
  const passOne = async (slot = 1) => {
    const device = bench.plug(slot);
    await scan(device.label);
    const { state, error } = await slotWhen(operator, slot, ...ends);
    assert.equal(state, 'PASS', JSON.stringify(error));
    bench.unplug(slot);
    return device;
  };
  const reopen = async () => {
    await bed.close();
    bed = await makeBed(slots, { ...more, dir: station.parts.dir, bench });
    return bed;
  };
  const show = (unitSerial: string) => operator.call('units.show', { unitSerial });
  return { bench, operator, engineer, station, approve, scan, passOne, reopen, show };
}

/** The practice bench as its ports are, with something else in between. */
const portsWith = (changes: (bench: PracticeBench) => Partial<Ports>) => (bench: PracticeBench) => ({
  list: bench.list,
  open: bench.open,
  watch: bench.watch,
  ...changes(bench),
});

test('the golden unit: due at the start, then others go through, due again after its hours and not after a restart', async (t) => {
  const { clock, advance } = movableClock();
  const { bench, operator, approve, scan, passOne, reopen, show } = await bedOf(t, { clock });
  const gold = await passOne();
  const goldenUnit = { unitSerial: gold.label, everyHours: 8 };
  const { hash } = await approve({ goldenUnit });
  const due = await benchWhen(operator, ({ golden }) => golden?.due === true);
  assert.deepEqual(due.golden, { unitSerial: gold.label, passedAt: null, due: true });

  const other = bench.plug(2);
  assert.equal((await slotWhen(operator, 2, 'SCAN')).ask, 'scanGolden');
  await assert.rejects(
    scan(other.label),
    refuses('policy.interlock', { reason: 'goldenUnit', unitSerial: gold.label }),
  );
  await assert.rejects(show(other.label), refuses('unit.notFound'));
  bench.unplug(2);

  bench.plug(1, gold);
  await scan(gold.label);
  const passed = await slotWhen(operator, 1, ...ends);
  assert.deepEqual([passed.state, passed.golden], ['PASS', true], JSON.stringify(passed.error));
  assert.deepEqual(
    passed.steps.map(({ name }) => name),
    ['identify', 'verify'],
  );
  const story = await show(gold.label);
  assert.deepEqual([story.state, story.attempts, story.certificates.length], ['passed', 1, 1], 'nothing was made');
  const told = story.journal.filter(({ entry }) => entry.startsWith('golden.'));
  assert.deepEqual(
    told.map(({ entry, actor }) => [entry, actor]),
    [
      ['golden.started', 'Ola (OP-1)'],
      ['golden.passed', 'Ola (OP-1)'],
    ],
  );
  assert.deepEqual(told[0]?.data.recipe, { name: 'acme', version: 1, hash });
  bench.unplug(1);
  await benchWhen(operator, ({ golden }) => golden?.due === false);
  await passOne();

  const again = await reopen();
  assert.equal((await again.operator.call('bench.snapshot', {})).golden?.due, false);
  advance(8 * hour - 60_000);
  assert.equal((await again.operator.call('bench.snapshot', {})).golden?.due, false);
  // No person acts: the screen says so by itself.
  const tells = benchWhen(again.operator, ({ golden }) => golden?.due === true);
  advance(60_000);
  await tells;
  const late = bench.plug(2);
  await assert.rejects(again.operator.call('bench.scan', { text: late.label }), refuses('policy.interlock'));
});

test('the golden unit fails when it is another device or holds another certificate, and others still wait', async (t) => {
  const { bench, operator, approve, scan, passOne, show, station } = await bedOf(t);
  const gold = await passOne();
  await approve({ goldenUnit: { unitSerial: gold.label, everyHours: 8 } });
  // Another device under the golden label.
  bench.plug(1);
  await scan(gold.label);
  const other = await slotWhen(operator, 1, ...ends);
  assert.deepEqual([other.state, other.golden, other.error?.code], ['FAIL', true, 'unit.labelMismatch']);
  bench.unplug(1);
  // The right device, and records that know another certificate for it.
  const { ledger } = station.parts;
  const standing = ledger.standing;
  const { certificate: foreign } = await standing((await passAnother()).label);
  ledger.standing = async (unitSerial) => ({
    ...(await standing(unitSerial)),
    ...(foreign ? { certificate: foreign } : {}),
  });
  bench.plug(1, gold);
  await scan(gold.label);
  const differs = await slotWhen(operator, 1, ...ends);
  assert.deepEqual([differs.state, differs.error?.code], ['FAIL', 'verify.readBackMismatch']);
  assert.match(differs.error?.detail ?? '', /certificate/);
  ledger.standing = standing;
  const { certificates, journal } = await show(gold.label);
  assert.equal(certificates[0]?.state, 'issued', 'a golden unit that fails is not revoked');
  assert.equal(journal.filter(({ entry }) => entry === 'golden.failed').length, 2);
  assert.equal((await operator.call('bench.snapshot', {})).golden?.due, true);
  // The label means "try again" while it is in its slot.
  await scan(gold.label);
  assert.equal((await slotWhen(operator, 1, 'PASS')).golden, true);
  const { rows } = await ledger.listAudit({ limit: 20, offset: 0 });
  assert.deepEqual(
    rows.filter(({ entry }) => entry.startsWith('golden.')).map(({ entry, subject, data }) => [entry, subject, data]),
    [
      ['golden.passed', gold.label, {}],
      ['golden.failed', gold.label, { code: 'verify.readBackMismatch' }],
      ['golden.failed', gold.label, { code: 'unit.labelMismatch' }],
    ],
    'and the audit log has each',
  );
  bench.unplug(1);

  /** Another unit with a certificate, made without the recipe. */
  async function passAnother() {
    await approve({});
    const device = await passOne(2);
    await approve({ goldenUnit: { unitSerial: gold.label, everyHours: 8 } });
    return device;
  }
});

test('a golden unit that was revoked is no golden unit: the recipe says so', async (t) => {
  const { engineer, operator, approve, passOne, show } = await bedOf(t);
  const gold = await passOne();
  await approve({ goldenUnit: { unitSerial: gold.label, everyHours: 8 } });
  const [certificate] = (await show(gold.label)).certificates;
  const reason = { serialHex: certificate?.serialHex ?? '', reason: 'keyCompromise', note: 'stolen' } as const;
  await engineer.call('certificates.revoke', reason);
  await engineer.call('orders.activate', { orderId: 'default' });
  const { interlocks } = await operator.call('bench.snapshot', {});
  assert.match(interlocks[0]?.detail ?? '', /goldenUnit.unitSerial: .* holds no valid certificate/);
});

for (const driver of ['nrf91', 'freertos', 'zephyr'])
  test(`a golden unit that speaks ${driver} passes, also when the recipe has another endpoint by then`, async (t) => {
    const { bench, operator, approve, scan, passOne } = await bedOf(t, { driverOf: () => driver });
    const gold = await passOne();
    const config = { endpoint: 'elsewhere.example' };
    await approve({ driver, seal: false, config, goldenUnit: { unitSerial: gold.label, everyHours: 1 } });
    bench.plug(1, gold);
    await scan(gold.label);
    const { state, golden, error } = await slotWhen(operator, 1, ...ends);
    assert.deepEqual([state, golden], ['PASS', true], JSON.stringify(error));
  });

test('continuous: a label scanned ahead starts the next device by itself; dropped, it is forgotten', async (t) => {
  const { bench, operator, approve, scan, engineer } = await bedOf(t);
  await assert.rejects(scan('T-1'), refuses('unit.noSlotWaiting'), 'not without the recipe');
  await approve({ continuous: true });
  assert.equal((await operator.call('bench.snapshot', {})).continuous, true);

  const first = bench.newDevice();
  assert.deepEqual(await scan(first.label), { slotId: null });
  assert.equal((await operator.call('bench.snapshot', {})).heldLabel, first.label);
  bench.plug(2, first);
  assert.equal((await slotWhen(operator, 2, ...ends)).state, 'PASS');
  const after = await operator.call('bench.snapshot', {});
  assert.deepEqual([after.heldLabel, after.lastScan?.text, after.lastScan?.slotId], [undefined, first.label, 2]);

  // While that one is still in its slot, the next label is scanned and the next device plugged in elsewhere.
  const second = bench.newDevice();
  await scan(second.label);
  bench.plug(1, second);
  assert.equal((await slotWhen(operator, 1, ...ends)).unitSerial, second.label);
  await slotWhen(operator, 1, 'PASS');
  for (const slot of [1, 2]) bench.unplug(slot);

  await scan('DROPPED-1');
  await operator.call('bench.drop', {});
  assert.equal((await operator.call('bench.snapshot', {})).heldLabel, undefined);
  bench.plug(1);
  await slotWhen(operator, 1, 'SCAN');
  bench.unplug(1);

  // A label for another order is not used up by this one.
  await scan('OLD-1');
  await engineer.call('orders.make', { orderId: 'NEXT', model: '*', quantity: 5 });
  bench.plug(1);
  await slotWhen(operator, 1, 'SCAN');
  assert.equal((await operator.call('bench.snapshot', {})).lastScan?.error?.code, 'call.stale');
  bench.unplug(1);
});

test('continuous: the wrong device for the label that was scanned ahead fails, and is not provisioned', async (t) => {
  const { bench, operator, approve, scan, show } = await bedOf(t);
  await approve({ continuous: true });
  const mine = bench.newDevice();
  await scan(mine.label);
  bench.plug(1);
  bench.setFault(1, 'wrongLabel');
  const { state, error } = await slotWhen(operator, 1, ...ends);
  assert.deepEqual([state, error?.code], ['FAIL', 'unit.labelMismatch']);
  assert.deepEqual((await show(mine.label)).certificates, []);
});

/** Ports whose next channels close themselves when so many bytes have come. */
function cutPorts(cuts: number[], onCut: () => void = () => {}) {
  let opened = 0;
  const portsOf = portsWith((bench) => ({
    async open(path, settings): Promise<ByteChannel> {
      const channel = await bench.open(path, settings);
      opened += 1;
      let left = cuts.shift() ?? Number.POSITIVE_INFINITY;
      channel.onData((bytes) => {
        left -= bytes.length;
        if (left > 0) return;
        left = Number.POSITIVE_INFINITY;
        onCut();
        void channel.close();
      });
      return channel;
    },
  }));
  return { portsOf, opened: () => opened };
}

test('a link that failed is tried again by itself, as often as the recipe says; each try is an attempt on record', async (t) => {
  const { portsOf, opened } = cutPorts([400, 400]);
  const { bench, operator, approve, scan, show } = await bedOf(t, { portsOf });
  await approve({ retries: 2 });
  const { label } = bench.plug(1);
  await scan(label);
  const passed = await slotWhen(operator, 1, ...ends);
  assert.deepEqual([passed.state, passed.retried], ['PASS', 2], JSON.stringify(passed.error));
  assert.equal(opened(), 3);
  const story = await show(label);
  assert.deepEqual([story.attempts, story.certificates.length], [3, 1]);
  const ended = story.journal.filter(({ entry }) => entry === 'attempt.ended');
  assert.deepEqual(
    ended.map(({ data }) => data.outcome),
    ['FAIL', 'FAIL', 'PASS'],
  );
});

test('a line whose trouble has a name is not tried again: silence is told once, with cable and power', async (t) => {
  const { bench, operator, approve, scan, show } = await bedOf(t);
  await approve({ retries: 2 });
  const { label } = bench.plug(1);
  bench.setFault(1, 'silent');
  await scan(label);
  const failed = await slotWhen(operator, 1, ...ends);
  assert.deepEqual([failed.state, failed.error?.code, failed.error?.data?.sign], ['FAIL', 'link.timeout', 'silence']);
  assert.match(failed.error?.detail ?? '', /cable and power/);
  assert.equal((await show(label)).attempts, 1);
});

test('it is tried again by itself also when everybody has signed out meanwhile; nothing else begins', async (t) => {
  let cut = () => {};
  const { portsOf } = cutPorts([400], () => cut());
  const { bench, operator, engineer, approve, scan } = await bedOf(t, { portsOf });
  await approve({ retries: 1, continuous: true });
  await engineer.call('session.signOut', {});
  cut = () => void operator.call('session.signOut', {});
  const { label } = bench.plug(1);
  await scan(label);
  const passed = await slotWhen(operator, 1, ...ends);
  assert.deepEqual([passed.state, passed.retried], ['PASS', 1], JSON.stringify(passed.error));
  assert.equal((await operator.call('session.current', {})).person, null);
});

test('a label scanned ahead is forgotten when whoever scanned it leaves', async (t) => {
  const { bench, operator, engineer, approve, scan } = await bedOf(t);
  await approve({ continuous: true });
  const device = bench.newDevice();
  await scan(device.label);
  await operator.call('session.signOut', {});
  assert.equal((await engineer.call('bench.snapshot', {})).heldLabel, undefined);
  bench.plug(1, device);
  await slotWhen(engineer, 1, 'SCAN');
});

test('the last try stays, a device that was pulled is not tried again, nor one that fails by itself', async (t) => {
  const cuts = [400, 400, 400];
  let pull = () => {};
  const { portsOf } = cutPorts(cuts, () => pull());
  const { bench, operator, approve, scan, show } = await bedOf(t, { portsOf });
  await approve({ retries: 1 });
  const twice = bench.plug(1);
  await scan(twice.label);
  const failed = await slotWhen(operator, 1, ...ends);
  assert.deepEqual([failed.state, failed.error?.code, failed.retried], ['FAIL', 'link.lost', 1]);
  bench.unplug(1);

  pull = () => bench.unplug(1);
  const pulled = bench.plug(1);
  await scan(pulled.label);
  assert.equal((await slotWhen(operator, 1, ...ends)).retried, undefined);
  assert.equal((await show(pulled.label)).attempts, 1);

  const broken = bench.plug(2);
  bench.setFault(2, 'keyFails');
  await scan(broken.label);
  assert.equal((await slotWhen(operator, 2, ...ends)).error?.code, 'device.keyFailed');
  assert.equal((await show(broken.label)).attempts, 1);
});

test('no try by itself while an interlock holds, nor after a person stopped it', async (t) => {
  let free = 1e12;
  let onCut = () => {};
  const { portsOf } = cutPorts([400, 400], () => onCut());
  const { bench, operator, approve, scan, show, station } = await bedOf(t, { portsOf, freeBytes: async () => free });
  await approve({ retries: 5 });
  onCut = () => {
    free = 0;
  };
  const held = bench.plug(1);
  await scan(held.label);
  assert.equal((await slotWhen(operator, 1, ...ends)).error?.code, 'link.lost');
  assert.equal((await show(held.label)).attempts, 1);
  bench.unplug(1);
  free = 1e12;
  onCut = () => {};
  const { ledger } = station.parts;
  const { endAttempt } = ledger;
  // The link has failed already, and the person comes before the next try.
  ledger.endAttempt = async (...args) => {
    await endAttempt(...args);
    await operator.call('bench.abort', { slotId: 2 });
  };
  const stopped = bench.plug(2);
  await scan(stopped.label);
  assert.equal((await slotWhen(operator, 2, ...ends)).error?.code, 'link.lost');
  assert.equal((await show(stopped.label)).attempts, 1);
});

test('a unit that takes longer than the recipe allows has failed, and is not tried again by itself', async (t) => {
  const { clock, advance } = movableClock();
  const { station, bench, operator, approve, scan, show } = await bedOf(t, { clock });
  await approve({ timeLimitSeconds: 60, retries: 5 });
  const device = bench.plug(1);
  bench.setFault(1, 'noisy');
  // From inside the unit's own life, so that no snapshot can be too late.
  const { ledger } = station.parts;
  const { recordDevice } = ledger;
  ledger.recordDevice = async (params) => {
    advance(61_000);
    await recordDevice(params);
  };
  await scan(device.label);
  const late = await slotWhen(operator, 1, ...ends);
  ledger.recordDevice = recordDevice;
  assert.deepEqual([late.state, late.error?.code, late.retried], ['FAIL', 'link.timeLimit', undefined]);
  assert.match(late.error?.detail ?? '', /not done after 60 s/);
  assert.equal((await show(device.label)).attempts, 1);
  await scan(device.label);
  assert.equal((await slotWhen(operator, 1, 'PASS')).unitSerial, device.label);
});

test('something else on USB is refused before anything is opened or written, and leaves no trace', async (t) => {
  const opened: string[] = [];
  const usb: Partial<PortInfo> = { vendorId: '1366', productId: '1051' };
  const portsOf = portsWith((bench) => ({
    list: async () => (await bench.list()).map((info) => ({ ...info, ...usb })),
    open(path, settings) {
      opened.push(path);
      return bench.open(path, settings);
    },
  }));
  const { bench, operator, approve, scan, show } = await bedOf(t, { portsOf });
  const { label } = bench.plug(1);
  const wrong = { place: 'slot 1', found: '1366:1051' };
  await approve({ usb: [{ vendorId: '0483' }] });
  await assert.rejects(scan(label), refuses('link.wrongDevice', { ...wrong, wanted: '0483:any' }));
  await approve({ usb: [{ vendorId: '1366', productId: '0105' }, { vendorId: '0483' }] });
  await assert.rejects(scan(label), refuses('link.wrongDevice', { ...wrong, wanted: '1366:0105, 0483:any' }));
  assert.deepEqual(opened, []);
  await assert.rejects(show(label), refuses('unit.notFound'));
  assert.equal((await slotWhen(operator, 1, 'SCAN')).ask, 'scanLabel', 'the slot goes on asking');
  Object.assign(usb, { vendorId: '1366', productId: '0105' });
  await scan(label);
  await slotWhen(operator, 1, 'PASS');
  bench.unplug(1);
  Object.assign(usb, { vendorId: undefined, productId: undefined });
  const bare = bench.plug(1);
  await assert.rejects(scan(bare.label), { code: 'link.wrongDevice', detail: /slot 1 holds no USB device/ });
});

test('the mark of the recipe is on the attempt in journal and audit log, and on the screen', async (t) => {
  const { station, operator, approve, passOne, show } = await bedOf(t);
  await approve({});
  const { name, version, hash } = await approve({ retries: 1 });
  assert.equal(version, 2);
  const mark = { name, version, hash };
  const { label } = await passOne();
  const started = (await show(label)).journal.find(({ entry }) => entry === 'attempt.started');
  assert.deepEqual(started?.data.recipe, mark);
  const { rows } = await station.parts.ledger.listAudit({ limit: 50, offset: 0 });
  assert.deepEqual(rows.find(({ entry }) => entry === 'attempt.started')?.data.recipe, mark);
  assert.deepEqual((await operator.call('bench.snapshot', {})).recipe, mark);
});

test('a device of another model than the recipe is for is stopped before its key is made', async (t) => {
  const { bench, operator, engineer, approve, scan, show } = await bedOf(t);
  await approve({ model: 'BM-OTHER' });
  await engineer.call('orders.make', { orderId: 'ANY', model: '*', quantity: 5, recipe: 'acme' });
  const { label } = bench.plug(1);
  await scan(label);
  const { error } = await slotWhen(operator, 1, ...ends);
  assert.equal(error?.code, 'unit.wrongModel');
  assert.match(error?.detail ?? '', /acme is for BM-OTHER, the device is a BM-PRACTICE/);
  assert.deepEqual((await show(label)).certificates, []);
});

test('the thing name: from the recipe into the device and the batch; a device that does not tell its part is stopped', async (t) => {
  const { bench, operator, approve, scan, passOne, show, station } = await bedOf(t, {
    driverOf: (slot) => (slot === 1 ? 'agent' : 'freertos'),
  });
  await approve({ config: { thingName: '{model}-{unitSerial}' } });
  const { label } = await passOne(1);
  const [candidate] = await station.parts.ledger.batchCandidates({ unitSerials: [label] });
  assert.equal(candidate?.thingName, `BM-PRACTICE-${label}`);
  await approve({ driver: 'freertos', seal: false, config: { thingName: 'chip-{hardwareId}' } });
  const mute = bench.plug(2);
  await scan(mute.label);
  const { error } = await slotWhen(operator, 2, ...ends);
  assert.equal(error?.code, 'device.incompatible');
  assert.deepEqual((await show(mute.label)).certificates, [], 'before anything was issued');

  const fields = { unitSerial: 'SN:1', model: 'A/B', hardwareId: 'ab.cd' };
  assert.equal(thingNameOf('{model}_{hardwareId}:{unitSerial}', fields), 'AB_abcd:SN:1');
  assert.throws(() => thingNameOf(`${'x'.repeat(125)}{unitSerial}`, fields), { code: 'device.incompatible' });
});

test('two scans at once go to two slots', async (t) => {
  const { bench, operator, scan } = await bedOf(t);
  const devices = [bench.plug(1), bench.plug(2)];
  await slotWhen(operator, 2, 'SCAN');
  const went = await Promise.all(devices.map(({ label }) => scan(label)));
  assert.deepEqual(
    went.map(({ slotId }) => slotId),
    [1, 2],
  );
  for (const slot of [1, 2]) assert.equal((await slotWhen(operator, slot, ...ends)).state, 'PASS');
});
