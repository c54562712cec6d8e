import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BatchState, batchState, batchStates, mayBecome } from '../../app/contract/model.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { issueFor, makeBatch, makeBed, passUnit, refuses, runBatch, sha256, start } from './support.ts';

test('passed units become members in line order, once', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  assert.equal(await ledger.readyUnits(), 0);
  const passed: Awaited<ReturnType<typeof passUnit>>[] = [];
  for (const serial of ['C', 'A', 'B']) passed.push(await passUnit(bed, serial));
  await issueFor(bed, 'D');
  assert.equal(await ledger.readyUnits(), 3);
  const candidates = await ledger.batchCandidates({});
  assert.deepEqual(
    candidates.map(({ unitSerial, certificateId, orderId }) => [unitSerial, certificateId, orderId]),
    ['C', 'A', 'B'].map((serial, index) => [serial, passed[index]?.certificateId, 'WO-1']),
  );
  assert.deepEqual(await ledger.batchCandidates({ orderId: 'none' }), []);
  await assert.rejects(
    ledger.batchCandidates({ unitSerials: ['A', 'D'] }),
    refuses('call.badParams', { unitSerial: 'D' }),
  );
  await assert.rejects(ledger.batchCandidates({ unitSerials: ['Z'] }), refuses('unit.notFound', { unitSerial: 'Z' }));

  const row = await makeBatch(bed, 'B1', ['A', 'B']);
  assert.deepEqual(row, {
    batchId: 'B1',
    state: 'made',
    target: 'main',
    way: 'bulk',
    template: null,
    lineOrder: null,
    count: 2,
    digest: sha256('B1'),
    createdAt: '2026-11-21T08:00:00.000Z',
    createdBy: 'erik',
    taskId: null,
    registered: 0,
    rejected: 0,
    unaccounted: 0,
    error: null,
  });
  assert.equal(await ledger.readyUnits(), 1);
  await assert.rejects(ledger.batchCandidates({ unitSerials: ['A'] }), refuses('call.badParams'));
  assert.equal((await ledger.batchHead('B1')).objectKey, 'B1.json');
  const { members } = await ledger.showBatch({ batchId: 'B1' });
  assert.deepEqual(
    members.map(({ line, unitSerial, certificateId, state }) => [line, unitSerial, certificateId, state]),
    [
      [1, 'A', passed[1]?.certificateId, 'waiting'],
      [2, 'B', passed[2]?.certificateId, 'waiting'],
    ],
  );
  const second = await ledger.memberNames({ batchId: 'B1', afterLine: 1, limit: 1 });
  const B = { thingNames: ['B'], certificateIds: [passed[2]?.certificateId] };
  assert.deepEqual(second, B, 'a page begins after the line it is told');
  const none = { thingNames: [], certificateIds: [] };
  assert.deepEqual(await ledger.memberNames({ batchId: 'B1', afterLine: 2, limit: 1 }), none);
  assert.deepEqual(await ledger.batchAuthorities('B1'), [{ issuerId: bed.issuerId, count: 2 }]);
  assert.equal((await ledger.showUnit('A')).journal.at(-1)?.entry, 'batch.member');
});

test('a batch with one member that may not be in it is not made at all', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  const a = await passUnit(bed, 'A');
  const b = await issueFor(bed, 'B');
  const member = (line: number, unitSerial: string, certificateId: string) => ({ line, unitSerial, certificateId });
  const batch = { batchId: 'B1', digest: sha256('x'), objectKey: 'k', actor: 'erik' };
  const good = member(1, 'A', a.certificateId);
  await assert.rejects(ledger.recordBatch({ ...batch, members: [] }), refuses('batch.empty'));
  for (const bad of [
    member(2, 'B', b.certificateId),
    member(2, 'A', a.certificateId),
    member(2, 'C', a.certificateId),
  ]) {
    await assert.rejects(ledger.recordBatch({ ...batch, members: [good, bad] }), refuses('call.badParams'));
  }
  await assert.rejects(
    ledger.recordBatch({ ...batch, members: [member(1, 'A', b.certificateId)] }),
    refuses('call.badParams'),
  );
  assert.deepEqual(await ledger.listBatches(), []);
  await assert.rejects(ledger.batchHead('B1'), refuses('batch.notFound'));
  assert.equal(await ledger.readyUnits(), 1);
  await ledger.recordBatch({ ...batch, members: [good] });
  await assert.rejects(ledger.recordBatch({ ...batch, members: [good] }), refuses('records.conflict'));
  await assert.rejects(ledger.recordBatch({ ...batch, batchId: 'B2', members: [good] }), refuses('call.badParams'));
});

test('results reach each unit; a finished batch lets go of those without a thing', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  for (const serial of ['A', 'B', 'C']) await passUnit(bed, serial);
  await makeBatch(bed, 'B1');
  const results = [
    { line: 1, state: 'registered', thingName: 'A' },
    { line: 2, state: 'rejected', reason: 'CertificateConflictException' },
    { line: 3, state: 'unaccounted' },
  ] as const;
  await assert.rejects(ledger.recordResults({ batchId: 'B1', results }), refuses('batch.badState'));
  await runBatch(ledger, 'B1');
  await ledger.recordResults({ batchId: 'B1', results: results.slice(0, 2) });
  await assert.rejects(ledger.advanceBatch({ batchId: 'B1', state: 'done' }), refuses('batch.badState'));
  await ledger.recordResults({ batchId: 'B1', results });
  await assert.rejects(
    ledger.recordResults({ batchId: 'B1', results: [{ line: 4, state: 'registered' }] }),
    refuses('cloud.badAnswer'),
  );
  assert.equal(await ledger.readyUnits(), 0, 'not before the batch is done');
  await ledger.advanceBatch({ batchId: 'B1', state: 'done' });
  const row = await ledger.showBatch({ batchId: 'B1' });
  assert.deepEqual([row.registered, row.rejected, row.unaccounted], [1, 1, 1]);

  const a = await ledger.showUnit('A');
  assert.equal(a.state, 'registered');
  assert.deepEqual(a.batches, [
    { batchId: 'B1', target: 'main', way: 'bulk', state: 'registered', thingName: 'A', reason: null },
  ]);
  assert.equal(
    a.journal.filter((entry) => entry.entry === 'registration.done').length,
    1,
    'repeated, but recorded once',
  );
  assert.equal((await ledger.showUnit('B')).state, 'rejected');
  assert.equal((await ledger.showUnit('C')).state, 'passed');
  await assert.rejects(ledger.startAttempt(start('B')), refuses('unit.alreadyPassed'));

  assert.deepEqual(
    (await ledger.batchCandidates({})).map((candidate) => candidate.unitSerial),
    ['B', 'C'],
  );
  await makeBatch(bed, 'B2', ['B']);
  assert.deepEqual(
    (await ledger.listBatches()).map((batch) => [batch.batchId, batch.count]),
    [
      ['B2', 1],
      ['B1', 3],
    ],
  );
  const page = await ledger.showBatch({ batchId: 'B1', state: 'rejected' });
  assert.equal(page.total, 1);
  assert.deepEqual(page.members, [
    {
      line: 2,
      unitSerial: 'B',
      certificateId: (await ledger.showUnit('B')).certificateId,
      state: 'rejected',
      thingName: null,
      reason: 'CertificateConflictException',
    },
  ]);
  assert.deepEqual((await ledger.showBatch({ batchId: 'B1', offset: 1, limit: 1 })).members, page.members);
});

test('more results than fit one commit all arrive', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  const serials = Array.from({ length: 501 }, (_, n) => `U${n}`);
  await Promise.all(serials.map((serial) => passUnit(bed, serial)));
  await makeBatch(bed, 'B1');
  await runBatch(ledger, 'B1');
  const results = serials.map((_, n) => ({ line: n + 1, state: 'registered', thingName: `T${n}` }) as const);
  await ledger.recordResults({ batchId: 'B1', results });
  await ledger.advanceBatch({ batchId: 'B1', state: 'done' });
  assert.equal((await ledger.showBatch({ batchId: 'B1' })).registered, 501);
});

test('a first submission writes none of the members, which may be a million', async (t) => {
  const bed = await makeBed(t);
  for (const serial of ['A', 'B']) await passUnit(bed, serial);
  await makeBatch(bed, 'B1');
  const sql = openSqlite(bed.file, { readOnly: true });
  t.after(() => sql.close());
  const statements = () => sql.get("SELECT count(*) AS n FROM logStatements WHERE ofTable = 'members'");
  const before = statements();
  await runBatch(bed.ledger, 'B1');
  assert.deepEqual(statements(), before);
});

test('a batch that failed or was stopped is submitted again; what was registered stays registered', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  for (const serial of ['A', 'B']) await passUnit(bed, serial);
  await makeBatch(bed, 'B1');
  await runBatch(ledger, 'B1');
  await ledger.advanceBatch({ batchId: 'B1', state: 'reconciling', data: { taskId: 'task-1' } });
  await ledger.recordResults({
    batchId: 'B1',
    results: [
      { line: 1, state: 'registered', thingName: 'A' },
      { line: 2, state: 'unaccounted', reason: 'stopped' },
    ],
  });
  const error = { code: 'cloud.taskFailed', detail: 'Cancelled' } as const;
  await ledger.advanceBatch({ batchId: 'B1', state: 'stopped', data: { error }, actor: 'erik' });
  const stopped = await ledger.batchHead('B1');
  assert.deepEqual([stopped.taskId, stopped.error], ['task-1', error]);
  assert.equal(await ledger.readyUnits(), 0, 'its members are still its own');
  await ledger.advanceBatch({ batchId: 'B1', state: 'uploading' });
  const again = await ledger.showBatch({ batchId: 'B1' });
  assert.deepEqual([again.taskId, again.error, again.registered, again.unaccounted], [null, null, 1, 0]);
  const uploaded = { bucket: 'bucket', region: 'eu-central-1', objectKey: 'second.json' };
  await ledger.advanceBatch({ batchId: 'B1', state: 'uploaded', data: uploaded });
  const { bucket, region, objectKey } = await ledger.batchHead('B1');
  const { members } = await ledger.showBatch({ batchId: 'B1' });
  assert.deepEqual({ bucket, region, objectKey }, uploaded);
  assert.deepEqual(
    members.map((member) => member.state),
    ['registered', 'waiting'],
  );
});

test('a batch goes along its road, or off it, and nowhere else', () => {
  const allowed = (from: BatchState) => batchState.options.filter((to) => mayBecome(from, to));
  const off = ['failed', 'stopped'];
  assert.deepEqual(Object.fromEntries(batchState.options.map((from) => [from, allowed(from)])), {
    making: ['making', 'made', ...off],
    made: ['made', 'uploading', ...off],
    uploading: ['uploading', 'uploaded', ...off],
    uploaded: ['uploaded', 'starting', ...off],
    starting: ['uploaded', 'starting', 'running', ...off],
    running: ['running', 'reconciling', ...off],
    reconciling: ['reconciling', 'done', ...off],
    done: [],
    failed: ['uploading', 'failed'],
    stopped: ['uploading', 'stopped'],
  });
});

test('the table of states says what a restart goes on with, what a revocation still stops, and what a state takes', () => {
  const those = (fits: (rule: (typeof batchStates)[BatchState]) => boolean) =>
    batchState.options.filter((state) => fits(batchStates[state]));
  assert.deepEqual(
    those(({ movedBy }) => movedBy === 'submission'),
    ['making', 'uploading', 'uploaded', 'starting', 'running', 'reconciling'],
  );
  assert.deepEqual(
    those(({ overtakable }) => overtakable),
    ['making', 'made', 'uploading', 'uploaded', 'failed', 'stopped'],
  );
  assert.deepEqual(
    those(({ needs }) => needs === 'certificatesInUse'),
    ['uploading', 'starting'],
  );
  assert.deepEqual(
    those(({ stage }) => stage === 'task'),
    ['running', 'reconciling'],
  );
});

test('states are checked where they are recorded', async (t) => {
  const bed = await makeBed(t);
  await passUnit(bed, 'A');
  await makeBatch(bed, 'B1');
  await assert.rejects(bed.ledger.advanceBatch({ batchId: 'B1', state: 'running' }), refuses('batch.badState'));
  await assert.rejects(bed.ledger.advanceBatch({ batchId: 'B9', state: 'uploading' }), refuses('batch.notFound'));
  assert.equal((await bed.ledger.batchHead('B1')).state, 'made');
});
