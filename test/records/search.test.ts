import assert from 'node:assert/strict';
import { test } from 'node:test';
import { yieldOf } from '../../app/contract/charts.ts';
import { chartsOf } from '../../app/records/index.ts';
import { dayOf } from '../../app/records/units/search.ts';
import { type Bed, issueFor, makeBatch, makeBed, passUnit, refuses, runBatch, start } from './support.ts';

const find = async ({ ledger }: Bed, query: string) =>
  (await ledger.listUnits({ query })).rows.map((row) => row.unitSerial).sort();

test('one search box finds a unit by anything a person has in hand', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  const { certificateId, serialHex } = await passUnit(bed, 'SN-1001');
  await issueFor(bed, 'SN-1002');
  await ledger.makeOrder({ orderId: 'WO_2', model: 'BM-1', quantity: 5, profile: 'p', activate: false, actor: 'x' });
  await ledger.startAttempt(start('SN-2001', 'WO_2'));
  await makeBatch(bed, 'B1');
  await runBatch(ledger, 'B1');
  await ledger.recordResults({ batchId: 'B1', results: [{ line: 1, state: 'registered', thingName: 'thing-A' }] });

  assert.deepEqual(await find(bed, 'SN-1001'), ['SN-1001']);
  assert.deepEqual(await find(bed, 'sn-10'), ['SN-1001', 'SN-1002']);
  assert.deepEqual(await find(bed, '001'), ['SN-1001', 'SN-2001']);
  assert.deepEqual(await find(bed, certificateId), ['SN-1001']);
  assert.deepEqual(await find(bed, certificateId.slice(0, 12).toUpperCase()), ['SN-1001']);
  assert.deepEqual(await find(bed, serialHex), ['SN-1001']);
  assert.deepEqual(await find(bed, 'HW-SN-1002'), ['SN-1002']);
  assert.deepEqual(await find(bed, 'WO_2'), ['SN-2001']);
  assert.deepEqual(await find(bed, 'thing-A'), ['SN-1001']);
  assert.deepEqual(await find(bed, ' SN-2001 '), ['SN-2001']);
  assert.deepEqual(await find(bed, '%'), [], 'a wildcard is a character like any other');
  assert.deepEqual(await find(bed, 'SN_1001'), []);
  assert.deepEqual(await find(bed, ''), ['SN-1001', 'SN-1002', 'SN-2001']);
});

test('a date finds the units something happened to on that local day', async (t) => {
  const bed = await makeBed(t);
  const { clock, ledger } = bed;
  const dateOf = (date: Date) =>
    `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, '0')}-${String(date.getDate()).padStart(2, '0')}`;
  const first = dateOf(clock.now());
  await ledger.startAttempt(start('U1'));
  clock.advance(24 * 3600 * 1000);
  const second = dateOf(clock.now());
  await ledger.startAttempt(start('U2'));
  await ledger.journal({ unitSerial: 'U1', attempt: 1, entry: 'step.done', step: 'seal', actor: 'x', data: {} });
  assert.deepEqual(await find(bed, first), ['U1']);
  assert.deepEqual(await find(bed, second), ['U1', 'U2']);
  assert.deepEqual(await find(bed, '2025-01-01'), []);
});

test('a day is a local one, whatever it is in UTC', (t) => {
  const zone = process.env.TZ;
  t.after(() => {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  });
  process.env.TZ = 'Asia/Tokyo';
  assert.deepEqual(dayOf('2026-11-21'), { from: '2026-11-20T15:00:00.000Z', until: '2026-11-21T15:00:00.000Z' });
  process.env.TZ = 'America/New_York';
  // The day the clocks go back has 25 hours.
  assert.deepEqual(dayOf('2026-11-01'), { from: '2026-11-01T04:00:00.000Z', until: '2026-11-02T05:00:00.000Z' });
  for (const text of ['SN-2026-11-21', '2026-02-30', '2026-13-01', '0000-00-00', '0050-01-01', '9999-12-31'])
    assert.equal(dayOf(text), undefined, text);
});

test('a day is from its first moment on, and ends before the first of the next', async (t) => {
  const { ledger, clock } = await makeBed(t);
  const day = dayOf('2026-11-22') ?? assert.fail();
  const beginAt = async (iso: string, afterMs: number, serial: string) => {
    clock.advance(Date.parse(iso) + afterMs - clock.now().getTime());
    await ledger.startAttempt(start(serial));
  };
  await beginAt(day.from, -1, 'A');
  await beginAt(day.from, 0, 'B');
  await beginAt(day.until, -1, 'C');
  await beginAt(day.until, 0, 'D');
  const { rows } = await ledger.listUnits({ query: '2026-11-22' });
  assert.deepEqual(rows.map(({ unitSerial }) => unitSerial).sort(), ['B', 'C']);
});

test('lists are filtered, paged and counted; the latest change is first', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  for (const serial of ['A', 'B', 'C']) await ledger.startAttempt(start(serial));
  await ledger.endAttempt({
    unitSerial: 'A',
    attempt: 1,
    outcome: 'FAIL',
    actor: 'x',
    ms: 1,
    error: { code: 'csr.weakKey', detail: 'weak' },
  });
  const all = await ledger.listUnits({});
  assert.deepEqual(
    all.rows.map((row) => row.unitSerial),
    ['A', 'C', 'B'],
  );
  const second = await ledger.listUnits({ offset: 1, limit: 1 });
  assert.deepEqual([second.total, second.more, second.rows], [3, false, all.rows.slice(1, 2)]);
  assert.ok(second.next, 'a further row comes behind it');
  assert.deepEqual((await ledger.listUnits({ after: second.next })).rows, all.rows.slice(2));
  assert.equal((await ledger.listUnits({ offset: 2, limit: 1 })).next, null, 'the list ends');
  const failed = await ledger.listUnits({ state: 'failed' });
  assert.deepEqual(
    failed.rows.map((row) => [row.unitSerial, row.errorCode, row.practice]),
    [['A', 'csr.weakKey', true]],
  );
  assert.equal((await ledger.listUnits({ state: 'started', query: 'b' })).total, 1);
  assert.equal((await ledger.listUnits({ orderId: 'WO-1' })).total, 3);
  assert.equal((await ledger.listUnits({ orderId: 'none' })).total, 0);
  await assert.rejects(ledger.showUnit('nope'), refuses('unit.notFound', { unitSerial: 'nope' }));
});

test('counters: ended attempts of the period, first-pass yield by unit, units an hour', async (t) => {
  const bed = await makeBed(t);
  const { ledger, clock } = bed;
  const since = clock.now().toISOString();
  assert.deepEqual(await ledger.counters(since), {
    since,
    passed: 0,
    failed: 0,
    errors: 0,
    firstPassYield: null,
    unitsPerHour: null,
    taktSeconds: null,
  });
  const end = async (unitSerial: string, outcome: 'FAIL' | 'ERROR' | 'ABORTED') => {
    const { attempt } = await ledger.startAttempt(start(unitSerial));
    await ledger.endAttempt({ unitSerial, attempt, outcome, actor: 'x', ms: 1 });
  };
  await end('A', 'FAIL');
  clock.advance(1_800_000);
  await passUnit(bed, 'A');
  await end('B', 'ERROR');
  await passUnit(bed, 'B');
  await end('C', 'ABORTED');
  await passUnit(bed, 'D');
  await end('E', 'FAIL');
  clock.advance(1_800_000);
  const counted = await ledger.counters(since);
  // A failed before it passed and E failed; B and D passed at once as far as they are to blame.
  const figures = { passed: 3, failed: 2, errors: 1, firstPassYield: 0.5, unitsPerHour: 3, taktSeconds: 0 };
  assert.deepEqual(counted, { since, ...figures });

  clock.advance(1);
  const later = clock.now().toISOString();
  assert.equal((await ledger.counters(later)).passed, 0);
  await passUnit(bed, 'E');
  assert.equal((await ledger.counters(later)).firstPassYield, null, 'its first result was in the shift before');
  await passUnit(bed, 'F');
  const { firstPassYield } = await ledger.counters(later);
  const { total } = await chartsOf(ledger, { edges: [since, '2026-11-22T00:00:00.000Z'], by: 'code' });
  assert.deepEqual([firstPassYield, yieldOf(total)], [1, (await ledger.counters(since)).firstPassYield]);
  assert.equal(await ledger.issuedSince(later), 2);
  assert.equal(await ledger.issuedSince(since), 5);
});

test('counters asked after each unit are those asked once for all', async (t) => {
  const bed = await makeBed(t);
  const { ledger, clock } = bed;
  const since = clock.now().toISOString();
  for (let unit = 0; unit < 60; unit += 1) {
    const unitSerial = `U-${(unit * 7) % 23}`;
    const ends = (['FAIL', 'ERROR', 'ABORTED'] as const)[(unit * 5) % 4];
    const known = await ledger.standing(unitSerial).catch(() => undefined);
    if (known?.certificate === undefined || ends !== undefined) {
      if (ends === undefined) await passUnit(bed, unitSerial);
      else {
        const started = await ledger.startAttempt(start(unitSerial)).catch(() => undefined);
        if (!started) continue;
        await ledger.endAttempt({ unitSerial, attempt: started.attempt, outcome: ends, actor: 'x', ms: 1 });
      }
    }
    clock.advance(1000);
    await ledger.counters(since);
  }
  const stepwise = await ledger.counters(since);
  await ledger.counters(clock.now().toISOString());
  assert.deepEqual(await ledger.counters(since), stepwise);
  assert.ok(stepwise.passed > 5 && stepwise.failed > 5 && stepwise.errors > 5, JSON.stringify(stepwise));
  assert.ok(stepwise.firstPassYield! > 0 && stepwise.firstPassYield! < 1);
});

test('takt: the time between two passes over the last twenty, of this period only', async (t) => {
  const bed = await makeBed(t);
  const { ledger, clock } = bed;
  await passUnit(bed, 'BEFORE');
  clock.advance(3_600_000);
  const since = clock.now().toISOString();
  const takt = async () => (await ledger.counters(since)).taktSeconds;
  await passUnit(bed, 'U-0');
  assert.equal(await takt(), null, 'one pass has no distance');
  clock.advance(90_000);
  await passUnit(bed, 'U-1');
  clock.advance(30_000);
  const { attempt } = await ledger.startAttempt(start('FAILS'));
  await ledger.endAttempt({ unitSerial: 'FAILS', attempt, outcome: 'FAIL', actor: 'x', ms: 1 });
  await passUnit(bed, 'U-2');
  assert.equal(await takt(), 60);
  for (let unit = 3; unit < 23; unit += 1) {
    clock.advance(10_000);
    await passUnit(bed, `U-${unit}`);
  }
  assert.equal(await takt(), 10, 'the slow beginning of the shift is forgotten');
});

test('orders count what was issued and what passed', async (t) => {
  const bed = await makeBed(t, { quantity: 10 });
  const { ledger } = bed;
  await passUnit(bed, 'A');
  await issueFor(bed, 'B');
  await ledger.startAttempt(start('C'));
  const [order] = await ledger.listOrders();
  assert.deepEqual(order, await ledger.activeOrder());
  assert.deepEqual([order?.issued, order?.passed, order?.active, order?.state], [2, 1, true, 'open']);
  const second = { orderId: 'WO-2', model: 'BM-2', quantity: 1, profile: 'p', activate: true, actor: 'x' };
  const made = await ledger.makeOrder(second);
  assert.deepEqual(made, await ledger.activeOrder());
  await assert.rejects(ledger.makeOrder(second), refuses('order.exists'));
  await assert.rejects(ledger.activateOrder({ orderId: 'none', actor: 'x' }), refuses('order.notFound'));
  await ledger.activateOrder({ orderId: 'WO-1', actor: 'x' });
  assert.equal((await ledger.activeOrder())?.orderId, 'WO-1');
});

test('the file says once which station it is, and which issuers it has had', async (t) => {
  const { ledger, issuerId } = await makeBed(t);
  const facts = { stationId: 'station-1', name: 'Test', practice: true, createdAt: '2026-11-21T08:00:00.000Z' };
  assert.deepEqual(await ledger.station(), facts);
  await assert.rejects(ledger.initStation({ ...facts, actor: 'x' }), refuses('records.exists'));
  const certificateDer = new Uint8Array([1, 2, 3]);
  const second = await ledger.addAuthority({ certificateDer, kind: 'issuing', actor: 'x' });
  await ledger.addAuthority({ certificateDer: new Uint8Array([4]), kind: 'root', actor: 'x' });
  await assert.rejects(ledger.addAuthority({ certificateDer, kind: 'issuing', actor: 'x' }), refuses('records.exists'));
  const active = (await ledger.authorities()).filter((issuer) => issuer.active).map((issuer) => issuer.kind);
  assert.deepEqual(active.sort(), ['issuing', 'root']);
  const issuing = (await ledger.authorities()).filter((issuer) => issuer.kind === 'issuing');
  assert.deepEqual(
    new Map(issuing.map((issuer) => [issuer.issuerId, issuer.active])),
    new Map([
      [issuerId, false],
      [second.issuerId, true],
    ]),
  );
  assert.deepEqual(await ledger.integrityCheck(), []);
});
