/** Counted issuance: the transaction that reserves a certificate serial refuses what the order does not allow. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { inRange, rangeProblem } from '../../app/contract/serials.ts';
import { lintedTbs, makeBed, model, refuses, sha256, start } from './support.ts';

const order = { model, quantity: 5, profile: 'aws-iot-device', activate: true, actor: 'x' };

test('an order for a range of unit serials takes those and no others, at the scan already', async (t) => {
  const { ledger } = await makeBed(t);
  await ledger.makeOrder({ ...order, orderId: 'RANGE', serialFrom: 'SN-0998', serialTo: 'SN-1002' });
  for (const serial of ['SN-0998', 'SN-1000', 'SN-1002']) await ledger.startAttempt(start(serial, 'RANGE'));
  for (const serial of ['SN-0997', 'SN-1003', 'SN-998', 'SN-01000', 'XX-1000', 'SN-1000A']) {
    await assert.rejects(ledger.startAttempt(start(serial, 'RANGE')), refuses('order.serialOutOfRange'), serial);
    await assert.rejects(ledger.showUnit(serial), refuses('unit.notFound'), 'a refused unit leaves nothing behind');
  }
});

test('a request that comes again with its key makes no second order; another one with that key is refused', async (t) => {
  const { ledger } = await makeBed(t);
  const once = { key: 'mes-7', bodySha256: sha256('body') };
  const asked = { ...order, activate: false, orderId: 'MES-7', once };
  const made = await ledger.makeOrder(asked);
  assert.deepEqual(await ledger.makeOrder(asked), made);
  assert.equal((await ledger.listOrders()).filter(({ orderId }) => orderId === 'MES-7').length, 1);
  const other = { ...asked, orderId: 'MES-8', once: { ...once, bodySha256: sha256('another') } };
  await assert.rejects(ledger.makeOrder(other), refuses('order.keyUsed'));
  await assert.rejects(ledger.makeOrder({ ...asked, once: undefined }), refuses('order.exists'));
});

test('nothing is reserved after the end of an order, nor for a closed one, though the unit was started before', async (t) => {
  const bed = await makeBed(t);
  const { ledger, clock } = bed;
  const endsAt = new Date(clock.now().getTime() + 60_000).toISOString();
  await ledger.makeOrder({ ...order, orderId: 'ENDS', endsAt });
  await ledger.startAttempt(start('A', 'ENDS'));
  await ledger.startAttempt(start('B', 'ENDS'));
  const reserve = (unitSerial: string) =>
    ledger.reserve(
      lintedTbs(bed.issuerId, { serialHex: sha256(unitSerial).slice(0, 32), spkiSha256: sha256(unitSerial) }),
      {
        unitSerial,
        attempt: 1,
        actor: 'x',
      },
    );
  await reserve('A');
  clock.advance(60_000);
  await assert.rejects(reserve('B'), refuses('order.ended'));
  await assert.rejects(ledger.startAttempt(start('C', 'ENDS')), refuses('order.ended'));
  await ledger.makeOrder({ ...order, orderId: 'CLOSES' });
  await ledger.startAttempt(start('D', 'CLOSES'));
  await ledger.closeOrder({ orderId: 'CLOSES', actor: 'x' });
  await assert.rejects(reserve('D'), refuses('order.closed'));
});

test('a certificate of another profile than the order names is not reserved', async (t) => {
  const bed = await makeBed(t);
  await bed.ledger.makeOrder({ ...order, orderId: 'OTHER', profile: 'ieee-802.1ar-idevid' });
  await bed.ledger.startAttempt(start('A', 'OTHER'));
  const owner = { unitSerial: 'A', attempt: 1, actor: 'x' };
  await assert.rejects(bed.ledger.reserve(lintedTbs(bed.issuerId), owner), refuses('order.profileNotAllowed'));
});

test('a range that is none is refused and makes no order', async (t) => {
  const { ledger } = await makeBed(t);
  for (const [serialFrom, serialTo] of [
    ['SN-2', 'SN-1'],
    ['SN-1', 'SN-10'],
    ['A-1', 'B-2'],
    ['SN', 'SN'],
    ['SN-1', undefined],
  ] as const) {
    await assert.rejects(
      ledger.makeOrder({ ...order, orderId: 'BAD', serialFrom, serialTo }),
      refuses('call.badParams'),
    );
  }
  assert.ok(!(await ledger.listOrders()).some(({ orderId }) => orderId === 'BAD'));
});

test('a serial is in a range exactly when counting from one end to the other meets it', () => {
  const prefix = fc.constantFrom('', 'SN-', 'A1-', 'X9Y');
  fc.assert(
    fc.property(prefix, fc.nat(999), fc.nat(999), fc.nat(999), (text, one, two, other) => {
      const written = (value: number) => text + String(value).padStart(3, '0');
      const [from, to] = [Math.min(one, two), Math.max(one, two)];
      assert.equal(rangeProblem(written(from), written(to)), undefined);
      assert.equal(inRange(written(other), written(from), written(to)), other >= from && other <= to);
    }),
  );
});
