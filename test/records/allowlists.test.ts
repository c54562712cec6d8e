/** Allow-lists of just-in-time registration: what an account is to be told, whatever happened in between. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Bed, issueFor, keyOf, makeBed, orderId, passUnit, refuses } from './support.ts';

const target = 'eu';
const actor = 'erik';
const place = { orderId, target };
const want = ({ ledger }: Bed, wanted: boolean) => ledger.setAllowList({ ...place, wanted, actor });

/** The account's table, told page by page. */
function accountOf({ ledger }: Bed) {
  const keys = new Set<string>();
  const revoked = new Set<string>();
  /** One page. `lost`: the account takes it, and the station does not learn that it has. */
  const tell = async (limit = 3, lost = false): Promise<boolean> => {
    const gone = await ledger.dueOffAllowList({ ...place, limit });
    const due = gone.length > 0 ? [] : await ledger.dueOnAllowList({ ...place, limit });
    if (due.length > 0) await ledger.beginAllowList({ target, serials: due.map(({ serialHex }) => serialHex) });
    for (const { spkiSha256 } of gone) keys.delete(spkiSha256);
    for (const one of gone) if (one.revoked) revoked.add(one.serialHex);
    for (const { spkiSha256 } of due) keys.add(spkiSha256);
    if (lost || gone.length + due.length === 0) return false;
    await ledger.noteAllowList({
      ...place,
      listed: due.map(({ serialHex }) => serialHex),
      off: gone.filter((one) => !one.revoked).map(({ serialHex }) => serialHex),
      revoked: gone.filter((one) => one.revoked).map(({ serialHex }) => serialHex),
    });
    return true;
  };
  const settle = async () => {
    for (let pages = 0; await tell(); pages += 1) assert.ok(pages < 100, 'it comes to an end');
  };
  return { keys, revoked, tell, settle };
}

test('units that passed are listed with their keys and thing names, others are not', async (t) => {
  const bed = await makeBed(t);
  await passUnit(bed, 'A');
  await issueFor(bed, 'B');
  assert.deepEqual(await bed.ledger.dueOnAllowList({ ...place, limit: 9 }), [], 'nobody asked for it');
  await want(bed, true);
  const [due, ...more] = await bed.ledger.dueOnAllowList({ ...place, limit: 9 });
  assert.deepEqual([due?.unitSerial, due?.spkiSha256, due?.thingName, more], ['A', keyOf('A'), 'A', []]);
  const [before] = await bed.ledger.allowLists({ orderId });
  assert.deepEqual([before?.listed, before?.toList, before?.toGo, before?.wanted], [0, 1, 0, true]);
  await accountOf(bed).settle();
  const [after] = await bed.ledger.allowLists({});
  assert.deepEqual([after?.listed, after?.toList, after?.toGo], [1, 0, 0]);
  assert.deepEqual(
    (await bed.ledger.allowedUnits(place)).map(({ unitSerial }) => unitSerial),
    ['A'],
  );
  assert.deepEqual(await bed.ledger.dueOnAllowList({ ...place, target: 'us', limit: 9 }), [], 'another account');
  await assert.rejects(
    bed.ledger.setAllowList({ orderId: 'WO-9', target, wanted: true, actor }),
    refuses('order.notFound'),
  );
});

test('the recipe lists an order once; what a person said stays', async (t) => {
  const bed = await makeBed(t);
  assert.equal(await bed.ledger.listByRecipe(place), true);
  assert.equal(await bed.ledger.listByRecipe(place), false);
  await want(bed, false);
  assert.equal(await bed.ledger.listByRecipe(place), false);
  const [list] = await bed.ledger.allowLists({});
  assert.deepEqual([list?.wanted, list?.actor], [false, actor]);
});

test('a revoked unit is taken off, and is known as revoked', async (t) => {
  const bed = await makeBed(t);
  const account = accountOf(bed);
  await passUnit(bed, 'A');
  await passUnit(bed, 'B');
  await want(bed, true);
  await account.settle();
  const [{ serialHex } = { serialHex: '' }] = (await bed.ledger.showUnit('A')).certificates;
  await bed.ledger.revokeCertificate({ serialHex, reason: 'keyCompromise', note: 'lost', actor });
  await account.settle();
  assert.deepEqual([[...account.keys], [...account.revoked]], [[keyOf('B')], [serialHex]]);
  const entries = (await bed.ledger.listAudit({ limit: 50, offset: 0 })).rows.filter(
    ({ entry }) => entry === 'allowlist.told',
  );
  assert.deepEqual(entries.map(({ data }) => data).sort(), [
    { target, listed: 0, gone: 1 },
    { target, listed: 2, gone: 0 },
  ]);
});

test('whatever happens, and whatever answers are lost, the account ends with what the records say', async (t) => {
  const units = ['A', 'B', 'C', 'D'];
  const act = fc.oneof(
    fc.record({ act: fc.constant('pass' as const), unit: fc.constantFrom(...units) }),
    fc.record({ act: fc.constant('revoke' as const), unit: fc.constantFrom(...units) }),
    fc.record({ act: fc.constant('want' as const), wanted: fc.boolean() }),
    fc.record({ act: fc.constant('tell' as const), lost: fc.boolean() }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 12 }), async (acts) => {
      const bed = await makeBed(t);
      const account = accountOf(bed);
      const passed = new Map<string, boolean>();
      let wanted = false;
      for (const one of acts) {
        if (one.act === 'tell') await account.tell(2, one.lost);
        if (one.act === 'want') {
          wanted = one.wanted;
          await want(bed, wanted);
        }
        if (one.act === 'pass' && !passed.has(one.unit)) {
          await passUnit(bed, one.unit);
          passed.set(one.unit, true);
        }
        if (one.act === 'revoke' && passed.get(one.unit)) {
          const [{ serialHex } = { serialHex: '' }] = (await bed.ledger.showUnit(one.unit)).certificates;
          await bed.ledger.revokeCertificate({ serialHex, reason: 'unspecified', note: 'x', actor });
          passed.set(one.unit, false);
        }
      }
      await account.settle();
      const good = [...passed].filter(([, isGood]) => isGood).map(([unit]) => keyOf(unit));
      const told = (await bed.ledger.allowedUnits(place)).map(({ unitSerial }) => keyOf(unitSerial));
      assert.deepEqual(told.sort(), wanted ? good.sort() : []);
      assert.deepEqual([...account.keys].sort(), told, 'nothing that was told once and then lost stays there');
    }),
    { numRuns: 15 },
  );
});
