/** Rework and scrap on record: what becomes of certificates, orders and batches, and what is refused from then on. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { migrate } from '../../app/records/index.ts';
import { migrations } from '../../app/records/migrations/index.ts';
import { openSqlite } from '../../native/sqlite.ts';
import {
  type Bed,
  freshFolder,
  issueFor,
  keyOf,
  lintedTbs,
  makeBatch,
  makeBed,
  orderId,
  passUnit,
  refuses,
  reserveFor,
  runBatch,
  start,
} from './support.ts';

const reason = 'radio module replaced';
const actor = 'olga';
const agreedBy = 'erin';
const rework = ({ ledger }: Bed, unitSerial: string) => ledger.reworkUnit({ unitSerial, reason, actor, agreedBy });
const scrap = ({ ledger }: Bed, unitSerial: string) => ledger.scrapUnit({ unitSerial, reason, actor, agreedBy });
const end = (unitSerial: string, attempt: number, outcome: 'FAIL' | 'ABORTED') => ({
  unitSerial,
  attempt,
  outcome,
  actor,
  ms: 1,
});

test('rework: the old certificate is revoked as superseded in the same commit, by two people, and the new one follows it', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  const old = await passUnit(bed, 'U1');
  await rework(bed, 'U1');

  const between = await ledger.showUnit('U1');
  assert.equal(between.state, 'started');
  assert.equal(between.certificateId, null);
  const { revocation, state } = await ledger.showCertificate(old.serialHex);
  assert.deepEqual([state, revocation?.reason, revocation?.note], ['revoked', 'superseded', reason]);
  assert.equal(revocation?.cloud, 'waiting', 'AWS is still to be told');
  assert.deepEqual(await ledger.cloudRevocations(10), [
    { serialHex: old.serialHex, certificateId: old.certificateId, targets: [] },
  ]);
  const said = { serialHex: old.serialHex, reason, agreedBy };
  assert.deepEqual([between.journal.at(-1)?.entry, between.journal.at(-1)?.data], ['unit.reworked', said]);
  const [entry] = (await ledger.listAudit({ limit: 1, offset: 0 })).rows;
  assert.deepEqual([entry?.entry, entry?.subject, entry?.actor, entry?.data], ['unit.reworked', 'U1', actor, said]);

  const { rework: pending } = await ledger.standing('U1');
  assert.equal(pending, true);
  const fresh = await passUnit(bed, 'U1', 'a new key');
  assert.equal((await ledger.standing('U1')).rework, undefined);
  const { certificates } = await ledger.showUnit('U1');
  assert.deepEqual(
    certificates.map((one) => [one.serialHex, one.state, one.supersedes, one.supersededBy]),
    [
      [old.serialHex, 'revoked', null, fresh.serialHex],
      [fresh.serialHex, 'issued', old.serialHex, null],
    ],
  );
  assert.deepEqual(await ledger.integrityCheck(), []);
});

test('a chain of reworks is told link by link, and what failed in between is no link', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  const first = await passUnit(bed, 'U1', 'k1');
  await rework(bed, 'U1');
  const voided = await reserveFor(bed, 'U1', 'k2');
  await ledger.endAttempt(end('U1', voided.attempt, 'ABORTED'));
  assert.equal((await ledger.standing('U1')).rework, true, 'until a certificate is recorded another key is needed');
  const second = await passUnit(bed, 'U1', 'k3');
  await rework(bed, 'U1');
  const third = await passUnit(bed, 'U1', 'k4');
  const { certificates } = await ledger.showUnit('U1');
  const links = new Map(certificates.map((one) => [one.serialHex, [one.supersedes, one.supersededBy]]));
  assert.deepEqual(links.get(first.serialHex), [null, second.serialHex]);
  assert.deepEqual(links.get(voided.serialHex), [null, null]);
  assert.deepEqual(links.get(second.serialHex), [first.serialHex, third.serialHex]);
  assert.deepEqual(links.get(third.serialHex), [second.serialHex, null]);
});

test('no key a unit had before rework is certified again', async (t) => {
  const bed = await makeBed(t);
  const { ledger, issuerId } = bed;
  await passUnit(bed, 'U1', 'k1');
  await rework(bed, 'U1');
  await passUnit(bed, 'U1', 'k2');
  await rework(bed, 'U1');
  const { attempt } = await ledger.startAttempt(start('U1'));
  const factsOf = (spkiSha256: string) =>
    ledger.issuingFacts({ unitSerial: 'U1', spkiSha256, profile: 'aws-iot-device' });
  for (const key of ['k1', 'k2']) {
    const spkiSha256 = keyOf(key);
    assert.equal((await factsOf(spkiSha256)).keySuperseded, true);
    await assert.rejects(
      ledger.reserve(lintedTbs(issuerId, { spkiSha256 }), { unitSerial: 'U1', attempt, actor }),
      refuses('policy.keySeen', { unitSerial: 'U1', reason: 'superseded' }),
    );
  }
  assert.equal((await factsOf(keyOf('k3'))).keySuperseded, false);
});

test('a unit that holds no certificate, or is being worked on, is not reworked', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  await assert.rejects(rework(bed, 'NONE'), refuses('unit.notFound'));
  const { attempt } = await ledger.startAttempt(start('U1'));
  await assert.rejects(rework(bed, 'U1'), refuses('unit.notReworkable', { unitSerial: 'U1', reason: 'inProgress' }));
  await ledger.endAttempt(end('U1', attempt, 'FAIL'));
  await assert.rejects(rework(bed, 'U1'), refuses('unit.notReworkable', { unitSerial: 'U1', reason: 'noCertificate' }));
  await reserveFor(bed, 'U2');
  await assert.rejects(rework(bed, 'U2'), refuses('unit.notReworkable'));
  await passUnit(bed, 'U3');
  await rework(bed, 'U3');
  await assert.rejects(rework(bed, 'U3'), refuses('unit.notReworkable'), 'it is being reworked already');
  const held = await issueFor(bed, 'U4');
  await ledger.endAttempt(end('U4', held.attempt, 'FAIL'));
  await rework(bed, 'U4');
  assert.equal((await ledger.showCertificate(held.serialHex)).state, 'revoked', 'one that never passed holds one, too');
});

test('scrapped is for ever: shown, found, refused everywhere, its certificates revoked', async (t) => {
  const bed = await makeBed(t);
  const { ledger, issuerId } = bed;
  const queued = await issueFor(bed, 'U1', 'k1');
  await ledger.endAttempt({ ...end('U1', queued.attempt, 'FAIL'), queueRevocation: queued.serialHex });
  const live = await passUnit(bed, 'U1', 'k2');
  await ledger.admitUnit({ unitSerial: 'U2', orderId, actor, practice: true });
  await scrap(bed, 'U1');
  await scrap(bed, 'U2');

  for (const { serialHex } of [queued, live]) {
    const { state, revocation } = await ledger.showCertificate(serialHex);
    assert.deepEqual([state, revocation?.reason], ['revoked', 'cessationOfOperation']);
    const back = ledger.putBackCertificate({ serialHex, note: 'no', actor });
    await assert.rejects(back, refuses('certificate.revoked'));
  }
  const story = await ledger.showUnit('U1');
  assert.deepEqual([story.state, story.journal.at(-1)?.entry], ['scrapped', 'unit.scrapped']);
  assert.equal(story.journal.at(-1)?.data.agreedBy, agreedBy);
  const found = async (state: 'scrapped' | 'passed' | 'started') =>
    (await ledger.listUnits({ state })).rows.map(({ unitSerial }) => unitSerial).sort();
  assert.deepEqual([await found('scrapped'), await found('passed'), await found('started')], [['U1', 'U2'], [], []]);

  const scrapped = (unitSerial: string) => refuses('unit.scrapped', { unitSerial });
  await assert.rejects(ledger.startAttempt(start('U1')), scrapped('U1'));
  await assert.rejects(ledger.admitUnit({ unitSerial: 'U1', orderId, actor, practice: true }), scrapped('U1'));
  await assert.rejects(ledger.standing('U1'), scrapped('U1'), 'nor is it looked at as a golden unit');
  await assert.rejects(rework(bed, 'U1'), scrapped('U1'));
  await assert.rejects(scrap(bed, 'U1'), scrapped('U1'));
  await assert.rejects(ledger.batchCandidates({ unitSerials: ['U1'] }), scrapped('U1'));
  // Admitted before it was scrapped, and only now to be signed.
  const late = ledger.reserve(lintedTbs(issuerId), { unitSerial: 'U2', attempt: 0, actor });
  await assert.rejects(late, scrapped('U2'));
  assert.equal(await ledger.readyUnits(), 0);
  const busy = await reserveFor(bed, 'U3');
  await assert.rejects(scrap(bed, 'U3'), refuses('unit.inProgress'));
  await ledger.endAttempt(end('U3', busy.attempt, 'FAIL'));
  assert.deepEqual(await ledger.integrityCheck(), []);
});

test('a unit that is reworked keeps its place in a full order; one that is scrapped leaves it to another', async (t) => {
  const bed = await makeBed(t, { quantity: 2 });
  const { ledger } = bed;
  await passUnit(bed, 'A');
  await passUnit(bed, 'B');
  await rework(bed, 'A');
  const counts = async () => {
    const [order] = await ledger.listOrders();
    return [order?.issued, order?.passed];
  };
  assert.deepEqual(await counts(), [2, 1]);
  await assert.rejects(ledger.startAttempt(start('C')), refuses('order.full'), 'the place is still A’s');
  await passUnit(bed, 'A', 'a new key');
  assert.deepEqual(await counts(), [2, 2]);
  await assert.rejects(ledger.startAttempt(start('C')), refuses('order.full'));
  await scrap(bed, 'B');
  assert.deepEqual(await counts(), [1, 1]);
  await passUnit(bed, 'C');
  assert.deepEqual(await counts(), [2, 2]);
});

test('when its own order takes nothing any more, a unit is reworked under the order it is scanned for', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  await passUnit(bed, 'A');
  await rework(bed, 'A');
  await ledger.closeOrder({ orderId, actor });
  await assert.rejects(ledger.startAttempt(start('A')), refuses('order.closed'));
  const other = { orderId: 'REWORK', model: 'BM-1', quantity: 1, profile: 'aws-iot-device', activate: true, actor };
  await ledger.makeOrder(other);
  const { attempt } = await ledger.startAttempt(start('A', 'REWORK'));
  await ledger.endAttempt(end('A', attempt, 'ABORTED'));
  assert.equal((await ledger.showUnit('A')).orderId, 'REWORK');
});

const registered = { line: 1, state: 'registered', thingName: 'A' } as const;

test('a registered unit that was reworked joins another batch with its new certificate', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  const old = await passUnit(bed, 'A');
  await makeBatch(bed, 'B1');
  await runBatch(ledger, 'B1');
  await ledger.recordResults({ batchId: 'B1', results: [registered] });
  await ledger.advanceBatch({ batchId: 'B1', state: 'done' });
  await rework(bed, 'A');
  assert.equal(await ledger.readyUnits(), 0);
  const fresh = await passUnit(bed, 'A', 'a new key');
  assert.deepEqual(
    (await ledger.batchCandidates({})).map(({ certificateId }) => certificateId),
    [fresh.certificateId],
  );
  await makeBatch(bed, 'B2');
  assert.equal(await ledger.readyUnits(), 0, 'once');
  const { batches } = await ledger.showUnit('A');
  assert.deepEqual(
    batches.map(({ batchId, state }) => [batchId, state]),
    [
      ['B1', 'registered'],
      ['B2', 'waiting'],
    ],
  );
  assert.equal(await ledger.recordCloudRevocation({ serialHex: old.serialHex, state: 'revoked' }), true);
});

test('what AWS says late of a certificate that was superseded does not move its unit', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  await passUnit(bed, 'A');
  await makeBatch(bed, 'B1');
  await runBatch(ledger, 'B1');
  await rework(bed, 'A');
  await ledger.recordResults({ batchId: 'B1', results: [registered] });
  const { state, journal } = await ledger.showUnit('A');
  assert.deepEqual([state, journal.at(-1)?.entry], ['started', 'registration.done']);
});

test('a batch that a revocation has overtaken goes to nobody: its own unit rejected, the others free', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  for (const unit of ['A', 'B', 'C']) await passUnit(bed, unit);
  await makeBatch(bed, 'B1');
  await ledger.advanceBatch({ batchId: 'B1', state: 'uploading' });
  await ledger.advanceBatch({ batchId: 'B1', state: 'uploaded' });
  assert.equal(await ledger.failOutdated({ batchId: 'B1', actor }), false, 'nothing is wrong with it yet');
  await rework(bed, 'B');
  const outdated = refuses('batch.outdated', { batchId: 'B1', unitSerial: 'B' });
  await assert.rejects(ledger.advanceBatch({ batchId: 'B1', state: 'starting' }), outdated);
  assert.equal(await ledger.readyUnits(), 0, 'refusing alone frees nobody');

  const { digest } = await ledger.batchHead('B1');
  assert.equal(await ledger.failOutdated({ batchId: 'B1', actor }), true);
  const { total } = await ledger.listAudit({ limit: 1, offset: 0 });
  assert.equal(await ledger.failOutdated({ batchId: 'B1', actor }), true);
  assert.equal((await ledger.listAudit({ limit: 1, offset: 0 })).total, total, 'said once');
  const shown = await ledger.showBatch({ batchId: 'B1' });
  assert.deepEqual([shown.state, shown.error?.code, shown.digest], ['failed', 'batch.outdated', digest]);
  assert.deepEqual(
    shown.members.map(({ unitSerial, state, reason: why }) => [unitSerial, state, why?.split(':')[0]]),
    [
      ['A', 'unaccounted', 'withdrawn'],
      ['B', 'rejected', 'its certificate was revoked before the batch was submitted'],
      ['C', 'unaccounted', 'withdrawn'],
    ],
  );
  assert.equal((await ledger.showUnit('A')).journal.at(-1)?.entry, 'batch.left');
  await assert.rejects(ledger.advanceBatch({ batchId: 'B1', state: 'uploading' }), refuses('batch.outdated'));

  const [old] = await ledger.cloudRevocations(1);
  const settled = await ledger.recordCloudRevocation({ serialHex: old?.serialHex ?? '', state: 'unknown' });
  assert.equal(settled, true, 'no batch brings it to AWS any more');
  await passUnit(bed, 'B', 'a new key');
  await makeBatch(bed, 'B2');
  assert.equal((await ledger.showBatch({ batchId: 'B2' })).count, 3);
  assert.deepEqual(await ledger.integrityCheck(), []);
});

test('a batch that AWS works on is not withdrawn; one that was stopped is, and keeps what it registered', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  for (const unit of ['A', 'B', 'C']) await passUnit(bed, unit);
  await makeBatch(bed, 'B1');
  await runBatch(ledger, 'B1');
  await ledger.recordResults({ batchId: 'B1', results: [registered] });
  await scrap(bed, 'C');
  assert.equal(await ledger.failOutdated({ batchId: 'B1', actor }), false);
  await ledger.advanceBatch({ batchId: 'B1', state: 'stopped' });
  assert.equal(await ledger.failOutdated({ batchId: 'B1', actor }), true);
  const { members } = await ledger.showBatch({ batchId: 'B1' });
  assert.deepEqual(
    members.map(({ state }) => state),
    ['registered', 'unaccounted', 'rejected'],
  );
  assert.deepEqual(
    (await ledger.batchCandidates({})).map(({ unitSerial }) => unitSerial),
    ['B'],
  );
});

test('a unit that passes again after rework is no first pass', async (t) => {
  const bed = await makeBed(t);
  await passUnit(bed, 'A');
  await rework(bed, 'A');
  await passUnit(bed, 'A', 'a new key');
  const { passed, firstPassYield } = await bed.ledger.counters('2026-11-21T00:00:00.000Z');
  assert.deepEqual([passed, firstPassYield], [2, 1]);
  // Nor where it passed in an earlier shift: nothing in this one says so but the unit's own journal.
  bed.clock.advance(1000);
  const later = bed.clock.now().toISOString();
  await rework(bed, 'A');
  await passUnit(bed, 'A', 'a third key');
  const { passed: again, firstPassYield: none } = await bed.ledger.counters(later);
  assert.deepEqual([again, none], [1, null], 'it is a pass, and no first result');
});

test('a certificate is not put back into use over one that was superseded after it', async (t) => {
  const bed = await makeBed(t);
  const queued = await issueFor(bed, 'A', 'k1');
  await bed.ledger.endAttempt({ ...end('A', queued.attempt, 'FAIL'), queueRevocation: queued.serialHex });
  await passUnit(bed, 'A', 'k2');
  await rework(bed, 'A');
  const back = bed.ledger.putBackCertificate({ serialHex: queued.serialHex, note: 'no', actor });
  await assert.rejects(back, refuses('records.conflict'));
});

test('the constraints hold whatever the functions do', async (t) => {
  const bed = await makeBed(t);
  const old = await passUnit(bed, 'A');
  await rework(bed, 'A');
  const fresh = await passUnit(bed, 'A', 'k2');
  const other = await passUnit(bed, 'B');
  await scrap(bed, 'B');
  const sql = openSqlite(bed.file);
  t.after(() => sql.close());
  const at = '2026-11-21T08:00:00Z';
  for (const text of [
    'DELETE FROM scraps',
    `UPDATE scraps SET reason = 'other'`,
    `INSERT INTO scraps VALUES ('A', 'r', 'olga', 'olga', '${at}')`,
    'DELETE FROM supersessions',
    `INSERT INTO supersessions VALUES ('${old.serialHex}', '${other.serialHex}')`,
    `INSERT INTO supersessions VALUES ('${fresh.serialHex}', '${old.serialHex}')`,
  ])
    assert.throws(() => sql.run(text), refuses('records.conflict'), text);
});

test('records from before know who took whose place', (t) => {
  const sql = openSqlite(`${freshFolder(t)}/records.db`, { create: true });
  t.after(() => sql.close());
  migrate(sql, migrations.slice(0, 4));
  const digest = (character: string) => character.repeat(64);
  const at = (hour: number) => `2026-11-21T0${hour}:00:00Z`;
  const issued = (serial: string, state: string, hour: number) => `
    INSERT INTO certificates (serialHex, issuerId, purpose, unitSerial, orderId, attempt, actor, state, profile, subject,
      spkiSha256, notBeforeAt, notAfterAt, tbsDer, der, certificateId, reservedAt, issuedAt)
    VALUES ('${serial}', '${digest('a')}', 'device', 'U1', 'O1', 1, 'x', '${state}', 'p', 's', '${digest('b')}',
      '${at(1)}', '${at(2)}', x'00', x'00', '${digest(serial.charAt(0))}', '${at(hour)}', '${at(hour)}');`;
  sql.exec(`
    INSERT INTO issuers VALUES ('${digest('a')}', 'issuing', x'00', 1, '${at(1)}');
    INSERT INTO orders (orderId, model, quantity, profile, state, active, createdAt)
      VALUES ('O1', '*', 9, 'p', 'open', 1, '${at(1)}');
    INSERT INTO units (unitSerial, orderId, model, practice, createdAt) VALUES ('U1', 'O1', '*', 0, '${at(1)}');
    ${issued('c1', 'superseded', 1)} ${issued('d1', 'superseded', 2)} ${issued('e1', 'issued', 3)}`);
  migrate(sql);
  assert.deepEqual(sql.all('SELECT serialHex, bySerialHex FROM supersessions ORDER BY serialHex'), [
    { serialHex: 'c1', bySerialHex: 'd1' },
    { serialHex: 'd1', bySerialHex: 'e1' },
  ]);
});
