/** What QA's desk asks of the records: lists in any order and filter, one search, the audit log, the overview, views. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuditFilter, ListCursor, UnitFilter } from '../../app/contract/desk.ts';
import { createLedger, type Ledger } from '../../app/records/index.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { fillLedger } from '../bench/desk/fill.ts';
import {
  type Bed,
  createTestClock,
  freshFolder,
  makeBatch,
  makeBed,
  model,
  openLocal,
  passUnit,
  refuses,
  start,
} from './support.ts';

type Page<Row> = { rows: Row[]; next: ListCursor | null };

/** Every row of a list, a small page at a time by its cursor. */
async function walk<Row>(list: (part: { after?: ListCursor; limit: number }) => Promise<Page<Row>>): Promise<Row[]> {
  const rows: Row[] = [];
  let after: ListCursor | null = null;
  do {
    const page: Page<Row> = await list({ limit: 3, ...(after && { after }) });
    rows.push(...page.rows);
    after = page.next;
  } while (after !== null);
  return rows;
}

/** Twenty units in two orders of two models; some fail. The clock moves. */
async function twenty(bed: Bed) {
  const { ledger, clock } = bed;
  await ledger.makeOrder({ orderId: 'WO-2', model: 'BM-2', quantity: 99, profile: 'p', activate: false, actor: 'x' });
  for (let index = 0; index < 20; index++) {
    clock.advance(3_600_000 * 5);
    const unitSerial = `SN-${(index * 7) % 20}`;
    await ledger.startAttempt(start(unitSerial, index % 3 === 0 ? 'WO-2' : 'WO-1'));
    if (index % 4 === 0) {
      const error = { code: index % 8 === 0 ? 'link.timeout' : 'csr.weakKey', detail: '' } as const;
      await ledger.endAttempt({ unitSerial, attempt: 1, outcome: 'FAIL', actor: 'olga', ms: 1, error });
    }
  }
}

test('units by any filter in any order: each fitting unit once, page by page, in that order', async (t) => {
  const bed = await makeBed(t);
  await twenty(bed);
  const { ledger } = bed;
  const all = (await ledger.listUnits({ limit: 500 })).rows;
  assert.equal(all.length, 20);
  const since = all[12]!.updatedAt;
  const until = all[3]!.updatedAt;
  const filters: [UnitFilter, (row: (typeof all)[number]) => boolean][] = [
    [{}, () => true],
    [{ state: 'failed' }, ({ state }) => state === 'failed'],
    [{ orderId: 'WO-2' }, ({ orderId }) => orderId === 'WO-2'],
    [{ orderId: 'WO-1', state: 'started' }, ({ orderId, state }) => orderId === 'WO-1' && state === 'started'],
    [{ model: 'BM-2' }, (row) => row.model === 'BM-2'],
    [{ errorCode: 'link.timeout' }, ({ errorCode }) => errorCode === 'link.timeout'],
    [{ since, until }, ({ updatedAt }) => updatedAt >= since && updatedAt < until],
    [{ query: '1', state: 'failed' }, ({ unitSerial, state }) => unitSerial.includes('1') && state === 'failed'],
    [{ query: 'sn-1' }, ({ unitSerial }) => unitSerial.startsWith('SN-1')],
  ];
  for (const [filter, fits] of filters)
    for (const orderBy of ['updatedAt', 'unitSerial', 'orderId', 'model'] as const)
      for (const descending of [true, false]) {
        const name = JSON.stringify({ ...filter, orderBy, descending });
        const rows = await walk((part) => ledger.listUnits({ ...filter, orderBy, descending, ...part }));
        const serials = rows.map(({ unitSerial }) => unitSerial);
        const wanted = all.filter(fits).map(({ unitSerial }) => unitSerial);
        assert.deepEqual(serials.toSorted(), wanted.toSorted(), name);
        const keys = rows.map((row) => row[orderBy]);
        assert.deepEqual(keys, descending ? keys.toSorted().reverse() : keys.toSorted(), name);
        const { total, more } = await ledger.listUnits({ ...filter, orderBy });
        assert.deepEqual([total, more], [wanted.length, false], name);
      }
});

test('an order or a model that a unit gets later is found at once', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  await ledger.makeOrder({ orderId: 'WO-2', model: 'BM-2', quantity: 9, profile: 'p', activate: false, actor: 'x' });
  await ledger.startAttempt(start('SN-1'));
  const error = { code: 'csr.weakKey', detail: '' } as const;
  await ledger.endAttempt({ unitSerial: 'SN-1', attempt: 1, outcome: 'FAIL', actor: 'x', ms: 1, error });
  await ledger.startAttempt(start('SN-1', 'WO-2'));
  assert.equal((await ledger.listUnits({ model: 'BM-2', orderId: 'WO-2' })).total, 1);
  assert.equal((await ledger.listUnits({ model })).total, 0);
  assert.equal((await ledger.listUnits({ orderId: 'WO-1' })).total, 0);
});

test('certificates by period, order and state, page by page', async (t) => {
  const bed = await makeBed(t);
  for (let index = 0; index < 8; index++) {
    bed.clock.advance(60_000);
    await passUnit(bed, `SN-${index}`);
  }
  const all = (await bed.ledger.listCertificates({})).rows;
  const since = all[5]!.reservedAt;
  for (const orderBy of ['reservedAt', 'notAfterAt', 'serialHex'] as const) {
    const rows = await walk((part) => bed.ledger.listCertificates({ since, state: 'issued', orderBy, ...part }));
    assert.deepEqual(
      rows.map(({ serialHex }) => serialHex).toSorted(),
      all
        .slice(0, 6)
        .map(({ serialHex }) => serialHex)
        .toSorted(),
    );
  }
});

test('the audit log by entry, person, subject and period: what a search of every entry finds', async (t) => {
  const bed = await makeBed(t);
  await twenty(bed);
  await passUnit(bed, 'SN-99');
  const { ledger } = bed;
  const all = (await ledger.listAudit({ limit: 500, offset: 0 })).rows;
  const since = all[30]!.at;
  const until = all[8]!.at;
  const filters: AuditFilter[] = [
    {},
    { entry: 'attempt.started' },
    { actor: 'olga', entry: 'unit.failed' },
    { subject: 'SN-7' },
    { since, until },
    { since, entry: 'attempt.started' },
    { actor: 'someone else' },
  ];
  for (const filter of filters) {
    const wanted = all.filter(
      ({ entry, actor, subject, at }) =>
        entry === (filter.entry ?? entry) &&
        actor === (filter.actor ?? actor) &&
        subject === (filter.subject ?? subject) &&
        at >= (filter.since ?? at) &&
        (filter.until === undefined || at < filter.until),
    );
    const name = JSON.stringify(filter);
    assert.deepEqual(await walk((part) => ledger.searchAudit({ ...filter, ...part })), wanted, name);
    const oldest = await walk((part) => ledger.searchAudit({ ...filter, descending: false, ...part }));
    assert.deepEqual(oldest, wanted.toReversed(), name);
    const whole = await ledger.searchAudit({ ...filter, limit: 500 });
    assert.deepEqual([whole.total, whole.rows.length, whole.next], [wanted.length, wanted.length, null], name);
    assert.deepEqual((await ledger.searchAudit({ ...filter, offset: 2, limit: 2 })).rows, wanted.slice(2, 4), name);
  }
  assert.ok((await ledger.auditActors()).includes('olga'));
});

test('a clock that was set back loses no entry of the day it comes back to', async (t) => {
  const bed = await makeBed(t);
  const { ledger, clock } = bed;
  const day = 86_400_000;
  for (const [serial, ms] of [
    ['A', 0],
    ['B', day],
    ['C', -day],
    ['D', day],
  ] as const) {
    clock.advance(ms);
    await ledger.startAttempt(start(serial));
  }
  const period = { since: '2026-11-21T00:00:00Z', until: '2026-11-22T00:00:00Z' };
  const subjects = (await ledger.searchAudit({ ...period, entry: 'attempt.started' })).rows.map(
    ({ subject }) => subject,
  );
  assert.deepEqual(subjects, ['C', 'A']);
  assert.deepEqual(
    (await ledger.listUnits(period)).rows.map(({ unitSerial }) => unitSerial),
    ['C', 'A'],
  );
});

test('days whose entries lie among those of a day before come once, and in their order', async (t) => {
  const { ledger, clock } = await makeBed(t);
  const day = 86_400_000;
  // Three days; the clock goes back from the third to the second twice.
  for (const [serial, ms] of [
    ['A', 0],
    ['B', day],
    ['C', day],
    ['D', -day],
    ['E', day],
    ['F', -day],
  ] as const) {
    clock.advance(ms);
    await ledger.startAttempt(start(serial));
  }
  const all = ['A', 'B', 'C', 'D', 'E', 'F'];
  for (const descending of [true, false]) {
    const list = (part: { after?: ListCursor; limit: number }) =>
      ledger.searchAudit({ entry: 'attempt.started', descending, ...part });
    const subjects = (await walk(list)).map(({ subject }) => subject);
    assert.deepEqual(subjects, descending ? all.toReversed() : all);
  }
});

test('one search finds anything that a person has in hand', async (t) => {
  const bed = await makeBed(t);
  await twenty(bed);
  const { serialHex, certificateId } = await passUnit(bed, 'AB-77');
  await makeBatch(bed, 'B-0001', ['AB-77']);
  await bed.ledger.addPerson({ name: 'Quentin Ames', badge: 'B-3001', pin: '482913', role: 'qa', actor: 'x' });
  const find = (query: string, codes: string[] = []) => bed.ledger.find({ query, codes });
  assert.deepEqual((await find('ab-77')).exact, { kind: 'unit', unitSerial: 'AB-77' });
  assert.deepEqual((await find('HW-AB-77')).exact, { kind: 'unit', unitSerial: 'AB-77' });
  assert.deepEqual((await find(serialHex)).exact, { kind: 'certificate', serialHex });
  const asOpenssl = certificateId.toUpperCase().match(/../g)!.join(':');
  assert.deepEqual((await find(asOpenssl)).exact, { kind: 'certificate', serialHex });
  assert.deepEqual(
    (await find('B-7')).units.hits.map(({ unitSerial }) => unitSerial),
    ['AB-77'],
  );
  const several = (await find('SN-1')).units;
  assert.equal(several.hits[0]?.unitSerial, 'SN-1');
  assert.equal((await find('SN-')).units.more, true);
  assert.deepEqual(
    (await find('WO-2')).orders.hits.map(({ orderId }) => orderId),
    ['WO-2'],
  );
  assert.deepEqual((await find('0001')).batches.hits, [{ batchId: 'B-0001', state: 'made', count: 1 }]);
  assert.deepEqual((await find('bm-2')).models.hits, [{ model: 'BM-2' }]);
  assert.deepEqual((await find('quentin')).people.hits, [{ name: 'Quentin Ames' }]);
  assert.deepEqual((await find('timeout')).errors.hits, [{ code: 'link.timeout', units: 3 }]);
  assert.deepEqual((await find('schwach', ['csr.weakKey'])).errors.hits, [{ code: 'csr.weakKey', units: 2 }]);
  assert.ok((await find('2026-11-21')).day);
  for (const nothing of ['', '  ', '%', "'; DROP TABLE units", '\u{10ffff}']) {
    const { exact, units, orders } = await find(nothing);
    assert.deepEqual([exact, units.hits, orders.hits], [null, [], []], nothing);
  }
});

test('the overview counts what its lists show', async (t) => {
  const bed = await makeBed(t);
  const { ledger, clock } = bed;
  const from = clock.now();
  for (const serial of ['A', 'B', 'C']) await passUnit(bed, serial);
  await ledger.startAttempt(start('D'));
  const error = { code: 'link.timeout', detail: '' } as const;
  await ledger.endAttempt({ unitSerial: 'D', attempt: 1, outcome: 'FAIL', actor: 'x', ms: 1, error });
  await passUnit(bed, 'D');
  await makeBatch(bed, 'B1', ['A']);
  const day = (index: number) => new Date(from.getTime() + index * 86_400_000).toISOString();
  const days = [-1, 0].map((index) => ({ since: day(index), until: day(index + 1) }));
  const seen = await ledger.overview({ days });
  assert.deepEqual(
    seen.days.map(({ passed, failed }) => [passed, failed]),
    [
      [0, 0],
      [4, 1],
    ],
  );
  assert.deepEqual([seen.today.units, seen.today.firstPassYield], [4, 0.75]);
  assert.equal(
    seen.today.firstPassYield,
    (await ledger.counters(days[1]!.since)).firstPassYield,
    'as the bench counts it',
  );
  assert.deepEqual(seen.failures, [{ code: 'link.timeout', attempts: 1 }]);
  assert.deepEqual([seen.openBatches, seen.batches[0]?.batchId], [1, 'B1']);
});

test('a view is its owner’s own, or everyone’s; the same name replaces it', async (t) => {
  const { ledger } = await makeBed(t);
  const people = [];
  for (const badge of ['B-1', 'B-2'].map((one) => `${one}000`))
    people.push((await ledger.addPerson({ name: badge, badge, pin: '482913', role: 'qa', actor: 'x' })).personId);
  const [one, other] = people as [number, number];
  const view = { list: 'units', name: 'Mine', filter: 'state=failed', actor: 'q' } as const;
  const own = await ledger.saveView({ ...view, personId: one, shared: false });
  await ledger.saveView({ ...view, personId: one, shared: false, filter: 'state=error' });
  const shared = await ledger.saveView({ ...view, name: 'Ours', personId: one, shared: true });
  const names = async (personId: number) =>
    (await ledger.listViews({ list: 'units', personId })).map(({ name, filter }) => [name, filter]);
  assert.deepEqual(await names(one), [
    ['Mine', 'state=error'],
    ['Ours', 'state=failed'],
  ]);
  assert.deepEqual(await names(other), [['Ours', 'state=failed']]);
  const kept = (await ledger.listViews({ list: 'units', personId: one }))[0]!;
  await assert.rejects(
    ledger.removeView({ viewId: kept.viewId, personId: other, actor: 'x' }),
    refuses('view.notFound'),
  );
  await ledger.removeView({ viewId: shared.viewId, personId: other, actor: 'x' });
  assert.deepEqual(await names(other), []);
  assert.notEqual(own.viewId, undefined);
});

test('the ledger of the bench is one that the station takes for its own', async (t) => {
  const file = `${freshFolder(t)}/records.db`;
  fillLedger(file, 300, 1);
  const database = openLocal(file);
  t.after(() => database.close());
  const ledger: Ledger = createLedger(database, createTestClock('2025-01-01T20:00:00Z'));
  assert.deepEqual(await ledger.integrityCheck(), []);
  const found = await ledger.listUnits({});
  assert.equal(found.total, 300);
  await ledger.makeOrder({ orderId: 'WO-9', model: 'M', quantity: 5, profile: 'p', activate: true, actor: 'x' });
  await ledger.startAttempt(start('NEW-1', 'WO-9'));
  assert.equal((await ledger.searchAudit({ subject: 'NEW-1' })).total, 1);
  const sql = openSqlite(file, { readOnly: true });
  t.after(() => sql.close());
  const whole = sql.get('SELECT count(*) AS n FROM audit')!;
  assert.deepEqual(
    sql.get('SELECT sum(entries) AS n FROM auditDays'),
    whole,
    'each entry stands in the book of its day',
  );
});
