/** Issuing CAs that were revoked: once and permanently, with the person who agreed; nothing is signed under them, and their root's CRL has them. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { migrate } from '../../app/records/index.ts';
import { migrations } from '../../app/records/migrations/index.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { freshFolder, lintedTbs, makeBatch, makeBed, passUnit, refuses, reserveFor, sha256, start } from './support.ts';

const actor = 'Erin (EN-1)';
const der = (text: string) => new TextEncoder().encode(text);
const why = { reason: 'superseded', note: 'a new line', serialHex: '0a1b' } as const;

async function bedOf(t: TestContext) {
  const bed = await makeBed(t);
  const { ledger, issuerId } = bed;
  const { issuerId: parentId } = await ledger.addAuthority({ certificateDer: der('root'), kind: 'root', actor });
  const { issuerId: next } = await ledger.addAuthority({
    certificateDer: der('next'),
    kind: 'issuing',
    activate: false,
    actor,
  });
  const revoke = (agreement: { agreedBy: string } | { alone: true } = { agreedBy: 'Enzo (EN-2)' }) =>
    ledger.revokeAuthority({ issuerId, parentId, ...why, actor, agreement });
  return { bed, ledger, issuerId, parentId, next, revoke };
}

test('it is on record once, with both persons, and in the queue for AWS until that has answered', async (t) => {
  const { ledger, issuerId, parentId, revoke, bed } = await bedOf(t);
  await revoke();
  await assert.rejects(revoke(), refuses('ca.revoked'));
  const { serialHex: _, ...said } = why;
  const record = {
    issuerId,
    parentId,
    ...said,
    actor,
    agreedBy: 'Enzo (EN-2)',
    revokedAt: bed.clock.now().toISOString(),
  };
  assert.deepEqual(await ledger.authorityRevocations(), [{ ...record, cloud: 'waiting' }]);
  assert.equal((await ledger.crlStanding(parentId)).cloudWaiting, 1);
  await ledger.recordCloudAuthorityRevocation({ issuerId, state: 'inactive' });
  await assert.rejects(
    ledger.recordCloudAuthorityRevocation({ issuerId, state: 'unknown' }),
    refuses('records.conflict'),
  );
  assert.deepEqual(await ledger.authorityRevocations(), [{ ...record, cloud: 'inactive' }]);
  const { rows } = await ledger.listAudit({ limit: 2, offset: 0 });
  assert.deepEqual(
    rows.map(({ entry, actor: who, data }) => [entry, who, data.agreedBy]),
    [
      ['cloud.caDeactivated', 'station', undefined],
      ['issuer.revoked', actor, 'Enzo (EN-2)'],
    ],
  );
  const unknown = ledger.revokeAuthority({
    issuerId: sha256('x'),
    parentId,
    ...why,
    actor,
    agreement: { alone: true },
  });
  await assert.rejects(unknown, refuses('ca.notFound'));
});

test('nothing is reserved, recorded or made active under a revoked CA, also what was reserved before', async (t) => {
  const { bed, ledger, issuerId, next, revoke } = await bedOf(t);
  const { serialHex } = await reserveFor(bed, 'U1');
  await ledger.activateAuthority({ issuerId: next, actor });
  await revoke({ alone: true });
  const recorded = ledger.recordIssued({ serialHex, der: der('late'), certificateId: sha256('late') });
  await assert.rejects(recorded, refuses('ca.revoked', { issuerId }), 'signed while it was being revoked');
  await ledger.voidReservation({ serialHex, reason: 'ca.revoked' });
  const linted = lintedTbs(issuerId, { purpose: 'caVerification' });
  const owner = { unitSerial: null, attempt: 0, actor };
  await assert.rejects(ledger.reserve(linted, owner), refuses('ca.revoked', { issuerId }));
  await assert.rejects(ledger.activateAuthority({ issuerId, actor }), refuses('ca.revoked'));
  const sql = openSqlite(bed.file);
  t.after(() => sql.close());
  const conflict = { code: 'records.conflict' };
  const active = { issuerId };
  assert.throws(() => sql.run('UPDATE issuers SET active = 1 WHERE issuerId = @issuerId', active), conflict);
  assert.throws(() => sql.run(`UPDATE caRevocations SET note = 'x'`), conflict);
  assert.throws(() => sql.run('DELETE FROM caRevocations'), conflict);
});

test("the root's CRL has the CA's serial, and its number is above every other one", async (t) => {
  const { ledger, issuerId, parentId, revoke } = await bedOf(t);
  const times = { thisUpdateAt: '2026-11-21T08:00:00.000Z', nextUpdateAt: '2027-11-21T08:00:00.000Z' };
  const source = await ledger.crlSource(parentId);
  assert.deepEqual([source.number, source.revoked], [1, []]);
  await revoke();
  const stale = { ...times, tbsDer: der('crl'), number: 1, issuerId: parentId, entries: 0 };
  await assert.rejects(ledger.reserveCrl(stale, actor), refuses('records.conflict'), 'it would miss the revocation');
  const { revoked } = await ledger.crlSource(parentId);
  assert.deepEqual(
    revoked.map(({ serialHex, reason }) => [serialHex, reason]),
    [['0a1b', 'superseded']],
  );
  await ledger.reserveCrl({ ...stale, entries: 1 }, actor);
  await ledger.recordCrl({ number: 1, der: der('signed') });
  assert.equal((await ledger.crlStanding(parentId)).last?.entries, 1);
  const own = await ledger.crlSource(issuerId);
  assert.deepEqual([own.number, own.revoked], [2, []], 'the CRL of the CA itself is another one');
});

test('a batch with its certificates is withdrawn, its units join no other one, and what lives under it is counted', async (t) => {
  const { bed, ledger, issuerId, revoke } = await bedOf(t);
  await passUnit(bed, 'U1');
  await passUnit(bed, 'U2');
  const { batchId } = await makeBatch(bed, 'B1', ['U1']);
  await revoke();
  assert.equal((await ledger.authorityCounts('')).find((one) => one.issuerId === issuerId)?.live, 2);
  assert.equal(await ledger.readyUnits(), 0);
  await assert.rejects(ledger.batchCandidates({ unitSerials: ['U2'] }), refuses('ca.revoked'));
  const sending = ledger.advanceBatch({ batchId, state: 'uploading', actor });
  await assert.rejects(sending, refuses('batch.outdated', { batchId, unitSerial: 'U1' }));
  assert.equal(await ledger.failOutdated({ batchId, actor }), true);
  const { members, error } = await ledger.showBatch({ batchId });
  assert.equal(error?.code, 'batch.outdated');
  const ca = 'the CA that issued its certificate was revoked before the batch was submitted';
  assert.deepEqual(
    members.map(({ unitSerial, state, reason }) => [unitSerial, state, reason]),
    [['U1', 'rejected', ca]],
  );
  const { total } = await ledger.listCertificates({ issuerId, state: 'issued' });
  assert.equal(total, 2);
  await ledger.startAttempt(start('U3'));
  assert.deepEqual(await ledger.integrityCheck(), []);
});

test('records from before open, and know of no CA that was given up', (t) => {
  const sql = openSqlite(`${freshFolder(t)}/records.db`, { create: true });
  t.after(() => sql.close());
  migrate(sql, migrations.slice(0, -1));
  migrate(sql);
  assert.deepEqual(sql.all('SELECT * FROM caRevocations'), []);
});
