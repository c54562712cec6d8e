/** Each interlock: its cause, its words, that nothing begins while it holds, and that it goes away with its cause. */
import assert from 'node:assert/strict';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type LockReason, lockReason } from '../../app/contract/model.ts';
import { signCsr } from '../../app/issuing/index.ts';
import { inOrder } from '../../app/line/index.ts';
import { paths } from '../../app/station/index.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { makeCsr } from '../ca/support.ts';
import { refuses } from '../records/support.ts';
import { movableClock, passphrase } from '../support.ts';
import { type Bed, type BedOptions, benchWhen, makeBed, slotWhen } from './support.ts';

const day = 86_400_000;
const mebi = 1024 * 1024;

async function bedOf(t: TestContext, options: BedOptions = {}) {
  const { clock, advance, set } = movableClock();
  const bed = await makeBed(2, { clock, ...options });
  t.after(() => bed.close());
  await bed.engineer.call('station.configure', { ca: { autoLockMinutes: 0 } });
  return { ...bed, clock, advance, set };
}

const issued = async ({ station }: Bed) => {
  const { rows } = await station.parts.ledger.listAudit({ limit: 500, offset: 0 });
  return rows.filter(({ entry }) => ['attempt.started', 'sign.intent'].includes(entry)).length;
};

/** The bench says this, takes no label because of it, and the unit is unknown afterwards. */
async function assertHolds(bed: Bed, reason: string, words: RegExp, code = 'policy.interlock'): Promise<void> {
  const { bench, operator } = bed;
  const before = await issued(bed);
  const { label } = bench.plug(1);
  await assert.rejects(operator.call('bench.scan', { text: label }), { code, detail: words });
  const snapshot = await operator.call('bench.snapshot', {});
  assert.equal(snapshot.locked, reason);
  assert.match(snapshot.interlocks[0]?.detail ?? '', words);
  assert.deepEqual([snapshot.slots[0]?.state, snapshot.slots[0]?.lockReason], ['LOCKED', reason]);
  assert.equal(await issued(bed), before);
  await assert.rejects(operator.call('units.show', { unitSerial: label }), refuses('unit.notFound'));
  bench.unplug(1);
}

async function passOne({ bench, operator }: Bed): Promise<void> {
  const { label } = bench.plug(2);
  await operator.call('bench.scan', { text: label });
  assert.equal((await slotWhen(operator, 2, 'PASS', 'FAIL', 'CHECK_STATION')).state, 'PASS');
  bench.unplug(2);
}

/** The cause is gone, and no person had to say so. */
async function assertGoesOn(bed: Bed): Promise<void> {
  await passOne(bed);
  const { operator } = bed;
  assert.deepEqual((await benchWhen(operator, ({ slots }) => slots[1]?.state === 'EMPTY')).interlocks, []);
}

test('several are told in one order, whatever order they were found in', () => {
  const told: LockReason[] = [
    'repeatedErrors',
    'records',
    'clock',
    'disk',
    'caMissing',
    'caRevoked',
    'caExpired',
    'caAbsent',
    'caLocked',
    'caEnding',
    'signedOut',
    'noOrder',
    'orderFull',
    'orderPaused',
    'noRecipe',
    'recipeOutdated',
  ];
  const found = told.map((reason) => ({ reason })).reverse();
  assert.deepEqual(
    inOrder(found).map(({ reason }) => reason),
    told,
  );
  assert.equal(found[0]?.reason, 'recipeOutdated', 'what was found stays as it is');
});

test('clock: before 2026, behind the last unit, a year ahead of it; what is recorded meanwhile does not hide it', async (t) => {
  const bed = await bedOf(t);
  const { operator, engineer, set, clock } = bed;
  await assertGoesOn(bed);
  const right = clock.now();
  const releasable = async () => (await operator.call('bench.snapshot', {})).interlocks[0]?.releasable;
  const signIn = async () => {
    await engineer.call('session.signOut', {});
    await engineer.call('session.signIn', { badge: 'EN-1', pin: '2222' });
  };

  set('2019-03-01T00:00:00Z');
  await assertHolds(bed, 'clock', /the PC clock says 2019-03-01T.*set it/);
  set(new Date(right.getTime() - 3 * 3_600_000));
  await assertHolds(bed, 'clock', /the PC clock says .* the last unit was begun at .*: set it/);
  await signIn();
  await assertHolds(bed, 'clock', /the last unit was begun at/);
  assert.equal(await releasable(), undefined, 'no word of an engineer mends this one');
  set(new Date(right.getTime() - 2 * 60_000));
  await assertGoesOn(bed);
  set(new Date(right.getTime() + 365 * day));
  await assertHolds(bed, 'clock', /365 days after the last unit: set it, or release/);
  await signIn();
  await assertHolds(bed, 'clock', /365 days/);
  assert.equal(await releasable(), true);
  set(right);
  await assertGoesOn(bed);

  // A line that did stand still for so long: an engineer says so.
  set(new Date(right.getTime() + 365 * day));
  await assert.rejects(operator.call('bench.release', {}), refuses('session.forbidden'));
  await engineer.call('bench.release', {});
  await assertGoesOn(bed);
});

test('clock: set while a unit is in work, nothing is signed for it, and it passes once the clock is right', async (t) => {
  const bed = await bedOf(t);
  const { bench, operator, engineer, set, clock } = bed;
  const right = clock.now();
  const device = bench.plug(1);
  await slotWhen(operator, 1, 'SCAN');
  // From inside the unit's own life, so that no snapshot can be too late.
  const { recordDevice } = bed.station.parts.ledger;
  bed.station.parts.ledger.recordDevice = async (params) => {
    set(new Date(right.getTime() + 400 * day));
    await recordDevice(params);
  };
  await operator.call('bench.scan', { text: device.label });
  const result = await slotWhen(operator, 1, 'CHECK_STATION', 'PASS', 'FAIL');
  bed.station.parts.ledger.recordDevice = recordDevice;
  assert.deepEqual([result.state, result.error?.code], ['CHECK_STATION', 'policy.interlock']);
  assert.match(result.error?.detail ?? '', /400 days after the last unit/);
  const story = await operator.call('units.show', { unitSerial: device.label });
  assert.deepEqual(story.certificates, []);
  const locked = await benchWhen(operator, ({ locked }) => locked !== undefined);
  assert.deepEqual(
    locked.interlocks.map(({ reason }) => reason),
    ['clock'],
  );
  set(right);
  await engineer.call('bench.scan', { text: device.label });
  assert.equal((await slotWhen(operator, 1, 'PASS', 'FAIL', 'CHECK_STATION')).state, 'PASS');
});

test('disk: too little room, or none to be asked; also by itself, without a scan', async (t) => {
  let free: () => Promise<number> = async () => 500 * mebi;
  const bed = await bedOf(t, { freeBytes: () => free() });
  free = async () => 199.5 * mebi;
  await assertHolds(bed, 'disk', /^199 MiB are free .*; 200 are needed$/);
  free = () => Promise.reject(new Error('EIO'));
  await assertHolds(bed, 'disk', /cannot be asked: EIO/);
  free = async () => 200 * mebi;
  await assertGoesOn(bed);
  free = async () => 0;
  bed.advance(31_000);
  await benchWhen(bed.operator, ({ locked }) => locked === 'disk');
  free = async () => 500 * mebi;
  bed.advance(31_000);
  await benchWhen(bed.operator, ({ locked }) => locked === undefined);
});

test('records: read through soon after the start and once an hour; what is wrong is said', async (t) => {
  const bed = await bedOf(t);
  await assertGoesOn(bed);
  // As a failing disk would: the index no longer says what the journal says.
  const sql = openSqlite(paths(bed.station.parts.dir).records);
  const broken = (attempts: string) => sql.run(`UPDATE journalIndex SET attempts = ${attempts}`);
  broken('attempts + 7');
  bed.advance(21_000);
  await benchWhen(bed.operator, ({ locked }) => locked === 'records');
  await assertHolds(bed, 'records', /the index does not agree with the journal of/);
  broken('attempts - 7');
  sql.close();
  bed.advance(3_601_000);
  await benchWhen(bed.operator, ({ locked }) => locked === undefined);
  await assertGoesOn(bed);
});

test('CA: locked, its key file missing, about to end, ended', async (t) => {
  const bed = await bedOf(t);
  const { engineer, operator, station, advance, clock } = bed;
  await engineer.call('ca.lock', {});
  await assertHolds(bed, 'caLocked', /the CA is locked; an engineer unlocks it/, 'ca.locked');

  const { custody } = station.parts.authority.caOf(station.parts.authority.issuer.issuerId);
  assert.equal(custody.kind, 'file');
  const file = join(paths(station.parts.dir).ca, custody.kind === 'file' ? custody.file : '');
  await rename(file, `${file}.away`);
  await station.parts.authority.reload();
  await assertHolds(bed, 'caMissing', /the key of the issuing CA is not where it should be/, 'ca.missing');
  await rename(`${file}.away`, file);
  await station.parts.authority.reload();
  await engineer.call('ca.unlock', { secret: passphrase });
  await assertGoesOn(bed);

  const { ca } = await operator.call('station.status', {});
  const end = Date.parse(ca.issuingNotAfterAt ?? '');
  advance(end - clock.now().getTime() - 8 * day);
  await engineer.call('bench.release', {});
  await assertGoesOn(bed);
  advance(day + 60_000);
  await assertHolds(bed, 'caEnding', /ends in 6 days: certificates would end with it/);
  advance(7 * day);
  await assertHolds(bed, 'caExpired', /has expired; an engineer makes another/, 'ca.expired');
});

test('an order that is full; nobody signed in; no order', async (t) => {
  const bed = await bedOf(t);
  const { engineer, operator } = bed;
  await engineer.call('orders.make', { orderId: 'ONE', model: '*', quantity: 1 });
  await passOne(bed);
  await assertHolds(bed, 'orderFull', /order ONE has its 1/, 'order.full');
  await engineer.call('orders.close', { orderId: 'ONE' });
  await assertHolds(bed, 'noOrder', /no order is active/, 'order.none');
  await engineer.call('orders.activate', { orderId: 'default' });
  await assertGoesOn(bed);
  await engineer.call('session.signOut', {});
  await operator.call('session.signOut', {});
  assert.equal((await operator.call('bench.snapshot', {})).locked, 'signedOut');
});

test('two station errors in a row, told after what is worse', async (t) => {
  let free = 500 * mebi;
  const bed = await bedOf(t, { freeBytes: async () => free });
  const { bench, operator, engineer, station } = bed;
  const { signer } = station.parts.authority;
  for (let unit = 0; unit < 2; unit += 1) {
    const { label } = bench.plug(1);
    Object.assign(signer(), { sign: () => Promise.reject(new Error('the token is sick')) });
    await operator.call('bench.scan', { text: label });
    await slotWhen(operator, 1, 'CHECK_STATION');
    bench.unplug(1);
  }
  await assertHolds(bed, 'repeatedErrors', /locked after repeated station errors/, 'policy.benchLocked');
  free = 0;
  bench.plug(1);
  bed.advance(31_000);
  const both = await benchWhen(operator, ({ interlocks }) => interlocks.length === 2);
  assert.deepEqual(
    both.interlocks.map(({ reason }) => reason),
    ['repeatedErrors', 'disk'],
  );
  bench.unplug(1);
  free = 500 * mebi;
  await station.parts.authority.unlock(passphrase);
  await engineer.call('bench.release', {});
  await assertGoesOn(bed);
  const { rows } = await station.parts.ledger.listAudit({ limit: 200, offset: 0 });
  assert.equal(rows.filter(({ entry }) => entry === 'bench.locked').length, 1);
});

test('of several the first in this order is told, however they were found', () => {
  // Records that cannot be trusted first, then the clock that dates them, what only an engineer mends, what an operator does.
  const told = [
    ...['repeatedErrors', 'records', 'clock', 'disk'],
    ...['caMissing', 'caRevoked', 'caExpired', 'caAbsent', 'caLocked', 'caEnding'],
    ...['signedOut', 'noOrder', 'orderFull', 'orderPaused', 'noRecipe', 'recipeOutdated'],
  ];
  assert.deepEqual([...lockReason.options].sort(), [...told].sort(), 'every reason has its place');
  const found = lockReason.options.map((reason) => ({ reason }));
  for (const list of [found, found.toReversed()])
    assert.deepEqual(
      inOrder(list).map(({ reason }) => reason),
      told,
    );
});

test('a CSR from a file is held by them, too', async (t) => {
  let free = 0;
  const bed = await bedOf(t, { freeBytes: async () => free });
  const { csrDer } = makeCsr('FILE-1');
  const sign = () =>
    signCsr({ csr: csrDer, unitSerial: 'FILE-1', orderId: undefined, actor: 'test' }, bed.station.parts.lineTools);
  await assert.rejects(sign(), refuses('policy.interlock'));
  assert.equal(await issued(bed), 0);
  free = 500 * mebi;
  assert.match((await sign()).serialHex, /^[0-9a-f]+$/);
});
