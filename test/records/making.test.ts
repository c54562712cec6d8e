/** Batches made of what another one left, and what is told of a batch. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { createLedger, migrate } from '../../app/records/index.ts';
import { migrations } from '../../app/records/migrations/index.ts';
import { membership } from '../../app/records/migrations/membership.ts';
import { openDatabaseHere } from '../../main/threads/database.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { type Bed, freshFolder, makeBatch, makeBed, passUnit, refuses, runBatch, sha256 } from './support.ts';

const inColumns = (units: readonly { unitSerial: string; certificateId: string }[]) => ({
  unitSerials: units.map(({ unitSerial }) => unitSerial),
  certificateIds: units.map(({ certificateId }) => certificateId),
});

test('units that a batch left without a thing are the candidates of a new one, and no others', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  for (const unitSerial of ['A', 'B', 'C', 'D']) await passUnit(bed, unitSerial);
  await makeBatch(bed, 'B1');
  await passUnit(bed, 'E');
  await assert.rejects(
    ledger.letGoMembers({ batchId: 'B1', actor: 'erik', reason: 'no', limit: 9 }),
    refuses('batch.badState'),
    'not while AWS may get them',
  );
  await runBatch(ledger, 'B1');
  await ledger.recordResults({
    batchId: 'B1',
    results: [
      { line: 1, state: 'registered' },
      { line: 2, state: 'rejected', reason: 'no' },
    ],
  });
  await ledger.advanceBatch({ batchId: 'B1', state: 'stopped' });
  const page = async () =>
    (await ledger.candidatePage({ wanted: { fromBatch: 'B1' }, upTo: await ledger.lastEntry(), after: 0 })).unitSerials;
  assert.deepEqual(await page(), [], 'they are still in the batch');
  const letGo = () => ledger.letGoMembers({ batchId: 'B1', actor: 'erik', reason: 'put into a new batch', limit: 2 });
  assert.equal(await letGo(), 2);
  assert.deepEqual((await page()).sort(), ['B', 'C'], 'the first lines go first');
  assert.deepEqual([await letGo(), await letGo()], [1, 0]);
  assert.deepEqual((await page()).sort(), ['B', 'C', 'D']);
  const { registered, rejected, unaccounted, count } = await ledger.showBatch({ batchId: 'B1' });
  assert.deepEqual([registered, rejected, unaccounted, count], [1, 1, 2, 4]);
  const left = (await ledger.showUnit('C')).journal.at(-1);
  assert.deepEqual([left?.entry, left?.data.reason], ['batch.left', 'put into a new batch']);
  await assert.rejects(
    ledger.advanceBatch({ batchId: 'B1', state: 'uploading' }),
    refuses('batch.outdated'),
    'a batch whose members left is not sent again',
  );
});

test('candidates come page by page in the order of their passes; units that pass meanwhile wait for the next batch', async (t) => {
  const bed = await makeBed(t);
  for (const unitSerial of ['A', 'B', 'C']) await passUnit(bed, unitSerial);
  const upTo = await bed.ledger.lastEntry();
  await passUnit(bed, 'D');
  const page = await bed.ledger.candidatePage({ wanted: {}, upTo, after: 0 });
  const begins = page.certificatePems.map((pem) => pem.slice(0, 27));
  assert.deepEqual([page.unitSerials, begins], [['A', 'B', 'C'], Array(3).fill('-----BEGIN CERTIFICATE-----')]);
  assert.deepEqual(
    page.issuerOf.map((at) => page.issuers[at]),
    Array(3).fill(bed.issuerId),
  );
  const after = await bed.ledger.candidatePage({ wanted: {}, upTo, after: page.next ?? 0 });
  assert.deepEqual([after.unitSerials, after.next], [[], null]);
});

const note = { reason: 'repaired', actor: 'quinn', agreedBy: 'erik' };
/** What may happen to the unit B after a page of candidates was read, and before it is put on record. */
const news: Record<string, (bed: Bed, serialHex: string) => Promise<unknown>> = {
  'its certificate is queued for revocation': ({ ledger }, serialHex) =>
    ledger.queueRevocation({ serialHex, reason: 'the read-back differs' }),
  'its certificate is revoked': ({ ledger }, serialHex) =>
    ledger.revokeCertificate({ serialHex, reason: 'keyCompromise', note: 'stolen', actor: 'quinn' }),
  'it goes back to the bench': ({ ledger }) => ledger.reworkUnit({ unitSerial: 'B', ...note }),
  'it is scrapped': ({ ledger }) => ledger.scrapUnit({ unitSerial: 'B', ...note }),
  'another batch takes it': (bed) => makeBatch(bed, 'B2', ['B']),
};
for (const [what, happens] of Object.entries(news)) {
  test(`a page on its way to the records: ${what}, so it is left out, and the others join`, async (t) => {
    const bed = await makeBed(t);
    const { ledger } = bed;
    const passed = [];
    for (const unitSerial of ['A', 'B', 'C']) passed.push(await passUnit(bed, unitSerial));
    const upTo = await ledger.lastEntry();
    await ledger.beginBatch({ batchId: 'B1', wanted: { way: 'bulk' }, upTo, actor: 'erik' });
    const page = await ledger.candidatePage({ wanted: { way: 'bulk' }, upTo, after: 0 });
    assert.deepEqual(page.unitSerials, ['A', 'B', 'C']);
    await happens(bed, passed[1]!.serialHex);
    const left = await ledger.addToBatch({ batchId: 'B1', actor: 'erik', units: page, seen: page.seen });
    assert.deepEqual(left, [1]);
    const { members } = await ledger.showBatch({ batchId: 'B1' });
    assert.deepEqual(
      members.map(({ line, unitSerial }) => [line, unitSerial]),
      [
        [1, 'A'],
        [2, 'C'],
      ],
    );
    assert.deepEqual(await ledger.integrityCheck(), []);
  });
}

test('a page on its way to the records: there is no news of it, so all of it joins', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  for (const unitSerial of ['A', 'B']) await passUnit(bed, unitSerial);
  const upTo = await ledger.lastEntry();
  await ledger.beginBatch({ batchId: 'B1', wanted: { way: 'bulk' }, upTo, actor: 'erik' });
  const page = await ledger.candidatePage({ wanted: { way: 'bulk' }, upTo, after: 0 });
  await passUnit(bed, 'C');
  assert.deepEqual(await ledger.addToBatch({ batchId: 'B1', actor: 'erik', units: page, seen: page.seen }), []);
  assert.equal((await ledger.showBatch({ batchId: 'B1' })).count, 2);
});

test('a page on its way to the records: its CA is revoked, so nothing of it joins', async (t) => {
  const bed = await makeBed(t);
  const { ledger, issuerId } = bed;
  await passUnit(bed, 'A');
  const upTo = await ledger.lastEntry();
  await ledger.beginBatch({ batchId: 'B1', wanted: { way: 'bulk' }, upTo, actor: 'erik' });
  const page = await ledger.candidatePage({ wanted: { way: 'bulk' }, upTo, after: 0 });
  const root = await ledger.addAuthority({
    certificateDer: new TextEncoder().encode('root'),
    kind: 'root',
    actor: 'erik',
  });
  const why = { reason: 'superseded', note: 'a new line', serialHex: '0a1b', actor: 'erik' } as const;
  await ledger.revokeAuthority({ issuerId, parentId: root.issuerId, ...why, agreement: { alone: true } });
  assert.deepEqual(await ledger.addToBatch({ batchId: 'B1', actor: 'erik', units: page, seen: page.seen }), [0]);
  assert.equal((await ledger.showBatch({ batchId: 'B1' })).count, 0);
});

test('the counts on the row are those of the members, whatever happens to them', async (t) => {
  const bed = await makeBed(t);
  for (const unitSerial of ['A', 'B', 'C']) await passUnit(bed, unitSerial);
  await makeBatch(bed, 'B1');
  await runBatch(bed.ledger, 'B1');
  const results = (state: 'registered' | 'rejected' | 'unaccounted', reason?: string) =>
    bed.ledger.recordResults({ batchId: 'B1', results: [1, 2, 3].map((line) => ({ line, state, reason })) });
  for (const state of ['rejected', 'unaccounted', 'registered', 'registered'] as const) {
    await results(state, state === 'rejected' ? 'no' : undefined);
    const { registered, rejected, unaccounted, count } = await bed.ledger.showBatch({ batchId: 'B1' });
    const none = { registered: 0, rejected: 0, unaccounted: 0 };
    assert.deepEqual({ registered, rejected, unaccounted, count }, { ...none, [state]: 3, count: 3 });
  }
});

test('the story of a batch: each state once with its time, and reasons with what differs left out', async (t) => {
  const bed = await makeBed(t);
  const units = Array.from({ length: 6 }, (_, n) => `SN-${n}`);
  for (const unitSerial of units) await passUnit(bed, unitSerial);
  await makeBatch(bed, 'B1');
  bed.clock.advance(60_000);
  await runBatch(bed.ledger, 'B1');
  await bed.ledger.recordResults({
    batchId: 'B1',
    results: units.map((unitSerial, n) => ({
      line: n + 1,
      ...(n < 4
        ? { state: 'rejected' as const, reason: `ThrottlingException: thing of ${unitSerial}` }
        : { state: 'rejected' as const, reason: 'another' }),
    })),
  });
  const steps = await bed.ledger.batchSteps('B1');
  assert.deepEqual(steps.map(({ state }) => state).slice(0, 3), ['made', 'uploading', 'uploaded']);
  assert.equal(new Set(steps.map(({ state }) => state)).size, steps.length);
  assert.ok(Date.parse(steps[1]!.at) - Date.parse(steps[0]!.at) >= 60_000);
  assert.deepEqual(await bed.ledger.batchReasons('B1'), [
    { reason: 'ThrottlingException: thing of …', state: 'rejected', count: 4, example: 'SN-0' },
    { reason: 'another', state: 'rejected', count: 2, example: 'SN-4' },
  ]);
  await assert.rejects(bed.ledger.batchSteps('B9'), refuses('batch.notFound'));
});

test('of many reasons the fifty most frequent are told, and of those as frequent the first by name', async (t) => {
  const bed = await makeBed(t);
  const reasons = [...Array.from({ length: 51 }, (_, n) => `reason ${String(n).padStart(2, '0')}`), 'reason 50'];
  for (const index of reasons.keys()) await passUnit(bed, `SN-${index}`);
  await makeBatch(bed, 'B1');
  await runBatch(bed.ledger, 'B1');
  await bed.ledger.recordResults({
    batchId: 'B1',
    results: reasons.map((reason, index) => ({ line: index + 1, state: 'rejected' as const, reason })),
  });
  assert.deepEqual(
    (await bed.ledger.batchReasons('B1')).map(({ reason }) => reason),
    ['reason 50', ...reasons.slice(0, 49)],
  );
});

test('a batch that goes back has the state in its story again; one that stands has it once', async (t) => {
  const bed = await makeBed(t);
  await passUnit(bed, 'A');
  await makeBatch(bed, 'B1');
  // AWS had no room for the task after all.
  for (const state of ['uploading', 'uploading', 'uploaded', 'starting', 'uploaded', 'starting'] as const)
    await bed.ledger.advanceBatch({ batchId: 'B1', state });
  const steps = await bed.ledger.batchSteps('B1');
  const states = ['made', 'uploading', 'uploaded', 'starting', 'uploaded', 'starting'];
  assert.deepEqual(
    steps.map(({ state }) => state),
    states,
  );
});

test('that a unit joined a batch stands in its story where it happened, whatever came before and after', async (t) => {
  const bed = await makeBed(t);
  const { ledger, clock } = bed;
  await passUnit(bed, 'A');
  await passUnit(bed, 'B');
  clock.advance(60_000);
  const at = clock.now().toISOString();
  await ledger.beginBatch({ batchId: 'B1', wanted: {}, upTo: await ledger.lastEntry(), actor: 'erik' });
  const units = (await ledger.batchCandidates({})).map(({ unitSerial, certificateId }) => ({
    unitSerial,
    certificateId,
  }));
  const pages = [];
  for (const unit of units)
    pages.push(await ledger.addToBatch({ batchId: 'B1', actor: 'erik', units: inColumns([unit]) }));
  assert.deepEqual(pages, [[], []]);
  const again = await ledger.addToBatch({ batchId: 'B1', actor: 'erik', units: inColumns(units) });
  assert.deepEqual(again, [0, 1], 'nobody joins twice');
  await ledger.finishBatch({ batchId: 'B1', digest: sha256('B1'), objectKey: 'B1.json', actor: 'erik' });
  clock.advance(60_000);
  await runBatch(ledger, 'B1');
  await ledger.recordResults({ batchId: 'B1', results: [{ line: 2, state: 'rejected', reason: 'no' }] });
  await ledger.advanceBatch({ batchId: 'B1', state: 'stopped' });
  await ledger.letGoMembers({ batchId: 'B1', actor: 'erik', reason: 'again', limit: 9 });
  clock.advance(60_000);
  await makeBatch(bed, 'B2', ['B']);
  const { journal } = await ledger.showUnit('B');
  const last = journal.slice(-5).map(({ entry, data }) => [entry, data.batchId ?? null]);
  assert.deepEqual(last, [
    ['attempt.ended', null],
    ['batch.member', 'B1'],
    ['registration.done', 'B1'],
    ['batch.left', 'B1'],
    ['batch.member', 'B2'],
  ]);
  const joined = journal.find(({ entry }) => entry === 'batch.member');
  assert.deepEqual(
    [joined?.at, joined?.actor, joined?.attempt, joined?.data],
    [at, 'erik', 1, { batchId: 'B1', line: 2 }],
  );
  assert.equal(
    new Set(journal.map(({ entryId }) => entryId)).size,
    journal.length,
    'each entry has a number of its own',
  );
  assert.deepEqual(await ledger.integrityCheck(), []);
});

test('batches of an older file keep their members, counts and stories, and take more', async (t) => {
  const bed = await makeBed(t);
  await passUnit(bed, 'A');
  await passUnit(bed, 'B');
  await bed.database.close();
  const file = join(freshFolder(t), 'older.db');
  const sql = openSqlite(file, { create: true });
  // The steps of before, with the rows of today's file: what these tables had then.
  migrate(sql, migrations.slice(0, migrations.indexOf(membership)));
  sql.exec(`PRAGMA foreign_keys = OFF; ATTACH '${bed.file}' AS today;`);
  for (const table of ['station', 'issuers', 'people', 'orders', 'units', 'certificates', 'journal']) {
    const columns = sql
      .all<{ name: string }>(`SELECT name FROM pragma_table_info('${table}', 'main')`)
      .map(({ name }) => name);
    sql.exec(`INSERT INTO main.${table} (${columns}) SELECT ${columns} FROM today.${table}`);
  }
  sql.exec(`DETACH today; PRAGMA foreign_keys = ON;
    INSERT INTO batches (batchId, state, digest, objectKey, createdAt, createdBy, details)
      VALUES ('OLD', 'made', '${'0'.repeat(64)}', '', '2026-11-01T00:00:00.000Z', 'erik', '{"making":{"wanted":{},"upTo":99}}');
    INSERT INTO members (batchId, line, unitSerial, certificateId, state, live)
      SELECT 'OLD', 1, unitSerial, certificateId, 'waiting', 1 FROM certificates WHERE unitSerial = 'A';
    INSERT INTO journal (unitSerial, position, at, attempt, entry, actor, data)
      SELECT 'A', max(position) + 1, '2026-11-01T00:00:00.000Z', 1, 'batch.member', 'erik', '{"batchId":"OLD","line":1}'
      FROM journal WHERE unitSerial = 'A';`);
  migrate(sql);
  sql.close();
  const database = openDatabaseHere(file);
  t.after(() => database.close());
  const ledger = createLedger(database, bed.clock);
  assert.deepEqual(await ledger.integrityCheck(), []);
  const units = (await ledger.batchCandidates({})).map(({ unitSerial, certificateId }) => ({
    unitSerial,
    certificateId,
  }));
  const left = await ledger.addToBatch({ batchId: 'OLD', actor: 'erik', units: inColumns(units) });
  assert.deepEqual([left, units.map(({ unitSerial }) => unitSerial)], [[], ['B']], 'A is in it already');
  const { count, members } = await ledger.showBatch({ batchId: 'OLD' });
  assert.deepEqual(
    [count, members.map(({ line, unitSerial }) => [line, unitSerial])],
    [
      2,
      [
        [1, 'A'],
        [2, 'B'],
      ],
    ],
  );
  for (const unitSerial of ['A', 'B']) {
    const { journal } = await ledger.showUnit(unitSerial);
    assert.deepEqual(
      journal.flatMap(({ entry }) => (entry === 'batch.member' ? [entry] : [])),
      ['batch.member'],
    );
  }
});
