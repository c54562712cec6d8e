/** Counts of orders: kept by triggers, compared with the journal and the certificates by the integrity check. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { createLedger, createLocalDatabase, migrate } from '../../app/records/index.ts';
import { migrations } from '../../app/records/migrations/index.ts';
import { openSqlite } from '../../native/sqlite.ts';
import {
  type Bed,
  createTestClock,
  freshFolder,
  issueFor,
  lintedTbs,
  makeBed,
  model,
  orderId,
  passUnit,
  refuses,
  reserveFor,
  sha256,
  start,
} from './support.ts';

const actor = 'erin';
const agreed = { reason: 'test', actor, agreedBy: 'quentin' };
const order = { model, quantity: 4, profile: 'aws-iot-device', activate: false, actor };

const acts: Record<string, (bed: Bed, unit: string) => Promise<unknown>> = {
  pass: (bed, unit) => passUnit(bed, unit, `${unit} ${Math.random()}`),
  issue: (bed, unit) => issueFor(bed, unit, `${unit} ${Math.random()}`),
  fail: async (bed, unit) => {
    const { attempt } = await bed.ledger.startAttempt(start(unit));
    await bed.ledger.endAttempt({ unitSerial: unit, attempt, outcome: 'FAIL', actor, ms: 1 });
  },
  elsewhere: (bed, unit) => bed.ledger.startAttempt(start(unit, 'WO-2')),
  rework: (bed, unit) => bed.ledger.reworkUnit({ unitSerial: unit, ...agreed }),
  scrap: (bed, unit) => bed.ledger.scrapUnit({ unitSerial: unit, ...agreed }),
  abort: async (bed, unit) => {
    const { attempts } = await bed.ledger.showUnit(unit);
    await bed.ledger.endAttempt({ unitSerial: unit, attempt: attempts, outcome: 'ABORTED', actor, ms: 1 });
  },
};

test('whatever happens to units, the counts are those of the journal and the certificates, and no order runs over', async (t) => {
  const step = fc.tuple(fc.constantFrom(...Object.keys(acts)), fc.constantFrom('U1', 'U2', 'U3'));
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 24 }), async (steps) => {
      const bed = await makeBed(t, { quantity: 2 });
      await bed.ledger.makeOrder({ ...order, orderId: 'WO-2', quantity: 1 });
      for (const [name, unit] of steps) await acts[name]?.(bed, unit).catch(() => {});
      assert.deepEqual(await bed.ledger.integrityCheck(), []);
      for (const { issued, quantity } of await bed.ledger.listOrders()) assert.ok(issued <= quantity);
      const all = await bed.ledger.listUnits({});
      assert.equal(all.total, all.rows.length);
      for (const one of ['WO-1', 'WO-2']) {
        const { total, rows } = await bed.ledger.listUnits({ orderId: one });
        assert.equal(total, rows.length);
        assert.deepEqual(new Set(rows.map((row) => row.orderId)), new Set(rows.length > 0 ? [one] : []));
      }
      await bed.database.close();
    }),
    { numRuns: 6 },
  );
});

test('32 slots that reserve at once get no more than the order has, and a unit in rework keeps its place', async (t) => {
  const bed = await makeBed(t, { quantity: 5, threads: true });
  const serials = Array.from({ length: 32 }, (_, slot) => `SN-${slot}`);
  const attempts = await Promise.all(serials.map((serial) => bed.ledger.startAttempt(start(serial))));
  const reserved = await Promise.allSettled(
    serials.map((unitSerial, slot) =>
      bed.ledger.reserve(lintedTbs(bed.issuerId, { spkiSha256: sha256(unitSerial) }), {
        unitSerial,
        attempt: attempts[slot]!.attempt,
        actor,
      }),
    ),
  );
  assert.equal(reserved.filter(({ status }) => status === 'fulfilled').length, 5);
  for (const one of reserved) if (one.status === 'rejected') assert.equal(one.reason.code, 'order.full');
  assert.deepEqual(await bed.ledger.integrityCheck(), []);

  const other = await makeBed(t, { quantity: 1 });
  await passUnit(other, 'A');
  await other.ledger.reworkUnit({ unitSerial: 'A', ...agreed });
  await assert.rejects(other.ledger.startAttempt(start('B')), refuses('order.full'));
  await passUnit(other, 'A', 'another key');
  assert.equal((await other.ledger.showOrder(orderId)).issued, 1);
  assert.deepEqual(await other.ledger.integrityCheck(), []);
});

test('a count that someone changed is found', async (t) => {
  const bed = await makeBed(t);
  await passUnit(bed, 'A');
  const sql = openSqlite(bed.file);
  t.after(() => sql.close());
  sql.exec('UPDATE orderUnits SET units = units + 1');
  sql.exec('UPDATE orderPlaces SET live = 0');
  assert.deepEqual(await bed.ledger.integrityCheck(), [
    'the counts of order WO-1 do not agree with its units',
    'the places of order WO-1 do not agree with its certificates',
  ]);
});

test('an order of an earlier version is counted when its file is opened', async (t) => {
  const file = join(freshFolder(t), 'records.db');
  const old = openSqlite(file, { create: true });
  migrate(old, migrations.slice(0, 20));
  old.exec(`
    INSERT INTO orders VALUES ('WO-9', 'M', 9, 'p', NULL, NULL, NULL, 'open', 1, '2026-01-01T00:00:00Z', NULL, NULL, NULL);
    INSERT INTO units VALUES ('A', 'WO-9', 'M', 1, NULL, NULL, NULL, '2026-01-01T00:00:00Z'), ('B', 'WO-9', 'M', 1, NULL, NULL, NULL, '2026-01-01T00:00:00Z');
    INSERT INTO journal (unitSerial, position, at, attempt, entry, actor, data, state) VALUES
      ('A', 1, '2026-01-01T00:00:00Z', 1, 'attempt.ended', 'x', '{}', 'passed'),
      ('B', 1, '2026-01-01T00:00:00Z', 1, 'attempt.ended', 'x', '{}', 'failed');`);
  migrate(old);
  const database = createLocalDatabase(old, openSqlite(file, { readOnly: true }));
  t.after(() => database.close());
  const ledger = createLedger(database, createTestClock());
  const { passed, failed, left } = await ledger.showOrder('WO-9');
  assert.deepEqual({ passed, failed, left }, { passed: 1, failed: 1, left: 8 });
  assert.deepEqual(await ledger.integrityCheck(), []);
  assert.deepEqual(
    (await ledger.listUnits({ orderId: 'WO-9' })).rows.map(({ unitSerial }) => unitSerial),
    ['B', 'A'],
  );
});

test('a paused order takes no new units and finishes those that were begun; closing ends it', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  const act = { orderId, actor };
  const begun = await reserveFor(bed, 'A');
  await ledger.pauseOrder(act);
  assert.equal((await ledger.activeOrder())?.state, 'paused');
  await assert.rejects(ledger.startAttempt(start('B')), refuses('order.paused', { orderId }));
  const der = new TextEncoder().encode('x');
  await ledger.recordIssued({ serialHex: begun.serialHex, der, certificateId: sha256(der) });
  await ledger.endAttempt({ unitSerial: 'A', attempt: begun.attempt, outcome: 'ERROR', actor, ms: 1 });
  await ledger.startAttempt(start('A'));
  await ledger.resumeOrder(act);
  await ledger.startAttempt(start('B'));
  await ledger.pauseOrder(act);
  await ledger.closeOrder(act);
  await assert.rejects(ledger.resumeOrder(act), refuses('order.closed'));
  await assert.rejects(ledger.startAttempt(start('C')), refuses('order.closed'));
});

test('an order for a list or a pattern of serials takes those and no others', async (t) => {
  const { ledger } = await makeBed(t);
  const listed = await ledger.makeOrder({ ...order, orderId: 'LIST', quantity: 2, serials: ['X1', 'Q7'] });
  assert.equal(listed.listed, 2);
  await ledger.startAttempt(start('Q7', 'LIST'));
  await assert.rejects(ledger.startAttempt(start('Q8', 'LIST')), refuses('order.serialOutOfRange'));
  await ledger.makeOrder({ ...order, orderId: 'MASK', pattern: 'SN-##@?' });
  for (const serial of ['SN-12AB', 'SN-00Z9']) await ledger.startAttempt(start(serial, 'MASK'));
  for (const serial of ['SN-1AAB', 'SN-12ab', 'SN-12AB0', 'XSN-12AB'])
    await assert.rejects(ledger.startAttempt(start(serial, 'MASK')), refuses('order.serialOutOfRange'), serial);
  for (const wrong of [
    { pattern: 'SN-1' },
    { pattern: 'S N#' },
    { serials: ['A', 'A'] },
    { serials: ['A'] },
    { pattern: 'A#', serials: ['A1', 'A2', 'A3', 'A4'] },
  ])
    await assert.rejects(ledger.makeOrder({ ...order, orderId: 'BAD', ...wrong }), refuses('call.badParams'));
});

test('the quantity of an order never falls below what was made, and its pace is that of the last hour', async (t) => {
  const bed = await makeBed(t, { quantity: 10 });
  const { ledger, clock } = bed;
  assert.equal((await ledger.showOrder(orderId)).pace, null);
  for (const unit of ['A', 'B', 'C']) {
    clock.advance(60_000);
    await passUnit(bed, unit);
  }
  clock.advance(60_000);
  const { pace, left, passed } = await ledger.showOrder(orderId);
  assert.deepEqual([passed, left, pace?.passed], [3, 7, 2]);
  assert.equal(Date.parse(pace!.untilAt) - Date.parse(pace!.sinceAt), 180_000);
  await assert.rejects(ledger.changeOrder({ orderId, quantity: 2, actor }), refuses('call.badParams'));
  assert.equal((await ledger.changeOrder({ orderId, quantity: 3, actor })).quantity, 3);
  await assert.rejects(ledger.startAttempt(start('D')), refuses('order.full'));
});
