/** The unit serials that an order is for: enough for its quantity, and told where another order is for them, too. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type OrderSerials, overlapsOf } from '../../app/contract/serialoverlap.ts';
import { fitsPattern, inRange, serialCount } from '../../app/contract/serials.ts';
import { makeBed, model, refuses } from './support.ts';

const order = { model, quantity: 5, profile: 'aws-iot-device', activate: false, actor: 'x' };
const few = (has: number, quantity: number) =>
  refuses('call.badParams', { path: 'quantity', reason: 'fewSerials', has, quantity });

test('an order has serials for its quantity, by a range, a pattern or a list, when it is made and when it is changed', async (t) => {
  const { ledger } = await makeBed(t);
  const range = { orderId: 'RANGE', serialFrom: 'SN-008', serialTo: 'SN-012' };
  await assert.rejects(ledger.makeOrder({ ...order, ...range, quantity: 6 }), few(5, 6));
  await assert.rejects(ledger.makeOrder({ ...order, orderId: 'P', pattern: 'S#', quantity: 11 }), few(10, 11));
  await assert.rejects(ledger.makeOrder({ ...order, orderId: 'L', serials: ['A', 'B'], quantity: 3 }), few(2, 3));
  assert.ok(!(await ledger.listOrders()).some(({ orderId }) => ['RANGE', 'P', 'L'].includes(orderId)));
  await ledger.makeOrder({ ...order, ...range });
  await ledger.makeOrder({ ...order, orderId: 'P', pattern: 'S@', quantity: 26 });
  await assert.rejects(ledger.changeOrder({ orderId: 'RANGE', quantity: 6, actor: 'x' }), few(5, 6));
  await assert.rejects(ledger.changeOrder({ orderId: 'P', quantity: 27, actor: 'x' }), few(26, 27));
  assert.equal((await ledger.changeOrder({ orderId: 'RANGE', quantity: 4, actor: 'x' })).quantity, 4);
});

test('orders that take units and share serials with others are told, and those that are not made yet', async (t) => {
  const { ledger } = await makeBed(t);
  const make = (orderId: string, terms: object) => ledger.makeOrder({ ...order, orderId, ...terms });
  await make('A', { serialFrom: 'SN-001', serialTo: 'SN-100' });
  await make('B', { serials: ['SN-099', 'SN-100', 'SN-101', 'SN-102', 'X'] });
  await make('ANY', {});
  await make('OLD', { serialFrom: 'SN-001', serialTo: 'SN-100' });
  await ledger.closeOrder({ orderId: 'OLD', actor: 'x' });
  await ledger.pauseOrder({ orderId: 'B', actor: 'x' });
  const fresh: OrderSerials = { orderId: 'C', serialFrom: null, serialTo: null, pattern: 'SN-#01' };
  const shared = new Map((await ledger.orderOverlaps([fresh])).map(({ orderId, overlaps }) => [orderId, overlaps]));
  assert.deepEqual(Object.fromEntries(shared), {
    A: [
      { orderId: 'B', serials: 'SN-099 … SN-100' },
      { orderId: 'C', serials: 'SN-001' },
    ],
    B: [
      { orderId: 'A', serials: 'SN-099 … SN-100' },
      { orderId: 'C', serials: 'SN-101' },
    ],
    C: [
      { orderId: 'A', serials: 'SN-001' },
      { orderId: 'B', serials: 'SN-101' },
    ],
  });
  const again = await ledger.orderOverlaps([{ ...fresh, orderId: 'A' }]);
  assert.deepEqual(again.find(({ orderId }) => orderId === 'A')?.overlaps, [{ orderId: 'B', serials: 'SN-101' }]);
});

test('what is said to be shared is what counting finds: the first serial, the last one, and none without any', () => {
  const digits = fc.stringMatching(/^\d{2}$/);
  const terms: fc.Arbitrary<Omit<OrderSerials, 'orderId'>> = fc.oneof(
    fc.tuple(fc.constantFrom('', 'A', 'B'), digits, digits).map(([prefix, one, two]) => ({
      serialFrom: prefix + (one < two ? one : two),
      serialTo: prefix + (one < two ? two : one),
      pattern: null,
    })),
    fc.stringMatching(/^[AB#@?0-3]{2,3}$/).map((pattern) => ({ serialFrom: null, serialTo: null, pattern })),
    fc.uniqueArray(fc.stringMatching(/^([AB][0-3]{0,2}|[0-3]{1,2})$/), { minLength: 1 }).map((serials) => ({
      serialFrom: null,
      serialTo: null,
      pattern: null,
      serials,
    })),
  );
  const takes = ({ serialFrom, serialTo, pattern, serials }: Omit<OrderSerials, 'orderId'>, serial: string): boolean =>
    pattern !== null
      ? fitsPattern(serial, pattern)
      : serialFrom !== null && serialTo !== null
        ? inRange(serial, serialFrom, serialTo)
        : (serials ?? []).includes(serial);
  const signs = [...'0123456789ABCZ'];
  const words = (length: number): string[] =>
    length === 0 ? [''] : words(length - 1).flatMap((word) => signs.map((sign) => word + sign));
  const all = [1, 2, 3].flatMap(words);
  fc.assert(
    fc.property(terms, terms, (one, two) => {
      const found = overlapsOf([
        { orderId: 'ONE', ...one },
        { orderId: 'TWO', ...two },
      ]);
      const both = all.filter((serial) => takes(one, serial) && takes(two, serial));
      const said = found.get('ONE')?.[0]?.serials;
      assert.equal(found.get('TWO')?.[0]?.serials, said, 'each is told of the other');
      if (both.length === 0) {
        assert.equal(said, undefined);
      } else if (/[#@?]/.test(said ?? '')) {
        for (const serial of both) assert.ok(fitsPattern(serial, said ?? ''));
      } else {
        const [first, last = first] = (said ?? '').split(/ [–…] /);
        const sorted = both.toSorted();
        assert.deepEqual([first, last], [sorted[0], sorted.at(-1)]);
        if (said?.includes('–')) assert.equal(both.length, Number(last?.slice(-2)) - Number(first?.slice(-2)) + 1);
      }
    }),
    { numRuns: 300 },
  );
});

test('each order names ten others at most, and a file of twenty thousand is compared', () => {
  const many = Array.from({ length: 20_000 }, (_, index): OrderSerials => {
    const at = (number: number) => `SN-${String(number).padStart(7, '0')}`;
    return { orderId: `O-${index}`, serialFrom: at(index * 10), serialTo: at(index * 10 + 10), pattern: null };
  });
  const found = overlapsOf([
    ...many,
    { orderId: 'ALL', serialFrom: 'SN-0000000', serialTo: 'SN-9999999', pattern: null },
  ]);
  assert.equal(found.get('ALL')?.length, 10);
  const same = overlapsOf(many.map((one) => ({ ...one, serialFrom: 'SN-1', serialTo: 'SN-5' })));
  assert.ok([...same.values()].every((overlaps) => overlaps.length === 10) && same.size === many.length);
  assert.deepEqual(found.get('O-19999'), [
    { orderId: 'O-19998', serials: 'SN-0199990' },
    { orderId: 'ALL', serials: 'SN-0199990 – SN-0200000' },
  ]);
});

test('the serials of an order are counted', () => {
  const none = { serialFrom: null, serialTo: null, pattern: null, listed: null };
  assert.equal(serialCount(none), undefined);
  assert.equal(serialCount({ ...none, pattern: 'A#?@' })?.has, 10 * 36 * 26);
  assert.equal(serialCount({ ...none, serialFrom: 'A09', serialTo: 'A10' })?.has, 2);
});
