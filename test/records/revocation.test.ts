/** Revoking, putting back, CRL numbers, and what AWS is still to be told. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CrlFacts } from '../../app/contract/issuance.ts';
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
  passUnit,
  refuses,
  reserveFor,
  runBatch,
  start,
} from './support.ts';

const actor = 'erin';
const note = 'found in a river';
const revoke = (bed: Bed, serialHex: string, reason: 'keyCompromise' | 'superseded' = 'keyCompromise') =>
  bed.ledger.revokeCertificate({ serialHex, reason, note, actor });

test('a revoked certificate is revoked for ever, once, with who, when and why on record', async (t) => {
  const bed = await makeBed(t);
  const { serialHex } = await passUnit(bed, 'U1');
  await revoke(bed, serialHex);
  const shown = await bed.ledger.showCertificate(serialHex);
  assert.equal(shown.state, 'revoked');
  assert.deepEqual(shown.revocation, {
    reason: 'keyCompromise',
    note,
    actor,
    revokedAt: bed.clock.now().toISOString(),
    cloud: 'waiting',
  });
  await assert.rejects(revoke(bed, serialHex), refuses('certificate.revoked'));
  await assert.rejects(bed.ledger.putBackCertificate({ serialHex, note, actor }), refuses('certificate.revoked'));
  await assert.rejects(revoke(bed, 'abcd'), refuses('certificate.notFound'));
  const story = await bed.ledger.showUnit('U1');
  assert.equal(story.certificates[0]?.state, 'revoked');
  assert.equal(story.journal.at(-1)?.entry, 'certificate.revoked');
  const { rows } = await bed.ledger.listAudit({ limit: 1, offset: 0 });
  assert.deepEqual([rows[0]?.entry, rows[0]?.subject, rows[0]?.actor], ['certificate.revoked', serialHex, actor]);
  assert.equal(await bed.ledger.readyUnits(), 0, 'it is registered with nobody any more');
  assert.deepEqual(await bed.ledger.integrityCheck(), []);
});

test('what was never signed, or is being worked with, is not revoked', async (t) => {
  const bed = await makeBed(t);
  const { serialHex, attempt } = await reserveFor(bed, 'U1');
  await assert.rejects(revoke(bed, serialHex), refuses('certificate.notIssued'));
  await bed.ledger.voidReservation({ serialHex, reason: 'r' });
  await assert.rejects(revoke(bed, serialHex), refuses('certificate.notIssued'));
  await bed.ledger.endAttempt({ unitSerial: 'U1', attempt, outcome: 'ABORTED', actor, ms: 1 });
  const busy = await issueFor(bed, 'U2');
  await assert.rejects(revoke(bed, busy.serialHex), refuses('unit.inProgress'));
});

test('what a failed proof queued is confirmed, or put back into use', async (t) => {
  const bed = await makeBed(t);
  const fail = async (unitSerial: string) => {
    const { serialHex, attempt } = await issueFor(bed, unitSerial);
    const end = { unitSerial, attempt, outcome: 'FAIL' as const, actor, ms: 1 };
    await bed.ledger.endAttempt({ ...end, queueRevocation: serialHex });
    assert.equal((await bed.ledger.showCertificate(serialHex)).state, 'revocationQueued');
    return serialHex;
  };
  const confirmed = await fail('U1');
  await revoke(bed, confirmed);
  assert.equal((await bed.ledger.showCertificate(confirmed)).state, 'revoked');
  const back = await fail('U2');
  await bed.ledger.putBackCertificate({ serialHex: back, note, actor });
  assert.equal((await bed.ledger.showCertificate(back)).state, 'issued');
  const { standing } = await bed.ledger.startAttempt(start('U2'));
  assert.equal(standing.certificate?.serialHex, back, 'the next attempt goes on with it');
  await assert.rejects(bed.ledger.putBackCertificate({ serialHex: back, note, actor }), refuses('unit.inProgress'));
});

test('rework: the old chain stays on record beside the new one', async (t) => {
  const bed = await makeBed(t);
  const old = await passUnit(bed, 'U1');
  await assert.rejects(bed.ledger.startAttempt(start('U1')), refuses('unit.alreadyPassed'));
  await revoke(bed, old.serialHex, 'superseded');
  const fresh = await passUnit(bed, 'U1', 'another key');
  const { certificates } = await bed.ledger.showUnit('U1');
  assert.deepEqual(
    certificates.map(({ serialHex, state }) => [serialHex, state]).sort(),
    [
      [old.serialHex, 'revoked'],
      [fresh.serialHex, 'issued'],
    ].sort(),
  );
  assert.deepEqual((await bed.ledger.showCertificate(old.serialHex)).der, old.der);
});

test('a compromised key gets no certificate again', async (t) => {
  const bed = await makeBed(t);
  const { serialHex } = await passUnit(bed, 'U1');
  await revoke(bed, serialHex);
  const { attempt } = await bed.ledger.startAttempt(start('U1'));
  const linted = lintedTbs(bed.issuerId, { spkiSha256: keyOf('U1') });
  await assert.rejects(
    bed.ledger.reserve(linted, { unitSerial: 'U1', attempt, actor }),
    refuses('policy.keyCompromised', { unitSerial: 'U1', reason: 'keyCompromised' }),
  );
});

test('certificates are found by unit, serial, id and state', async (t) => {
  const bed = await makeBed(t);
  const one = await passUnit(bed, 'SN_1');
  await passUnit(bed, 'SNX1');
  await revoke(bed, one.serialHex);
  const found = async (search: Parameters<typeof bed.ledger.listCertificates>[0]) =>
    (await bed.ledger.listCertificates(search)).rows.map((row) => row.unitSerial);
  assert.deepEqual(await found({ query: 'SN_' }), ['SN_1']);
  assert.deepEqual(await found({ query: one.serialHex.slice(0, 12).toUpperCase() }), ['SN_1']);
  assert.deepEqual(await found({ query: one.certificateId }), ['SN_1']);
  assert.deepEqual(await found({ state: 'revoked' }), ['SN_1']);
  assert.deepEqual(await found({ state: 'issued' }), ['SNX1']);
  assert.deepEqual(await found({ state: 'revocationQueued' }), []);
  const page = await bed.ledger.listCertificates({ offset: 1, limit: 1 });
  assert.deepEqual([page.total, page.rows.length], [2, 1]);
});

const crl = ({ issuerId }: Bed, number: number, entries = 0): CrlFacts => ({
  tbsDer: new TextEncoder().encode(`CRL ${number}`),
  number,
  issuerId,
  entries,
  thisUpdateAt: '2026-11-21T08:00:00.000Z',
  nextUpdateAt: '2026-12-21T08:00:00.000Z',
});

test('a CRL number is used once and they grow, whatever became of the CRL', async (t) => {
  const bed = await makeBed(t);
  const { ledger, issuerId } = bed;
  const der = new Uint8Array([1]);
  assert.equal((await ledger.crlSource(issuerId)).number, 1);
  await ledger.reserveCrl(crl(bed, 1), actor);
  await ledger.recordCrl({ number: 1, der });
  await assert.rejects(ledger.reserveCrl(crl(bed, 1), actor), refuses('records.conflict'));
  await ledger.reserveCrl(crl(bed, 2), actor);
  await ledger.voidCrl({ number: 2, reason: 'r' });
  assert.equal((await ledger.crlSource(issuerId)).number, 3, 'a void number is not used again');
  await assert.rejects(ledger.recordCrl({ number: 2, der }), refuses('records.conflict'));
  await ledger.reserveCrl(crl(bed, 3), actor);
  // As after a crash: the next one makes the open one void, in the same commit.
  await ledger.reserveCrl(crl(bed, 4), actor);
  await assert.rejects(ledger.recordCrl({ number: 3, der }), refuses('records.conflict'));
  assert.equal((await ledger.lastCrl(issuerId))?.number, 1);
});

test('a CRL is not reserved over a revocation it does not hold', async (t) => {
  const bed = await makeBed(t);
  const { serialHex } = await passUnit(bed, 'U1');
  const { number, revoked } = await bed.ledger.crlSource(bed.issuerId);
  await revoke(bed, serialHex);
  await assert.rejects(bed.ledger.reserveCrl(crl(bed, number, revoked.length), actor), refuses('records.conflict'));
  const source = await bed.ledger.crlSource(bed.issuerId);
  assert.deepEqual(
    source.revoked.map((entry) => entry.serialHex),
    [serialHex],
  );
  await bed.ledger.reserveCrl(crl(bed, source.number, 1), actor);
});

test('AWS is told until it has answered; a certificate under way to it is asked for again', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  const alone = await passUnit(bed, 'U1');
  const member = await passUnit(bed, 'U2');
  await makeBatch(bed, 'B1', ['U2']);
  await runBatch(ledger, 'B1');
  await revoke(bed, alone.serialHex);
  await revoke(bed, member.serialHex);
  const waiting = async () => (await ledger.cloudRevocations(10)).map(({ certificateId }) => certificateId).sort();
  assert.deepEqual(await waiting(), [alone.certificateId, member.certificateId].sort());
  assert.equal(await ledger.recordCloudRevocation({ serialHex: alone.serialHex, state: 'unknown' }), true);
  assert.equal(await ledger.recordCloudRevocation({ serialHex: member.serialHex, state: 'unknown' }), false);
  assert.deepEqual(await waiting(), [member.certificateId]);
  assert.equal(await ledger.recordCloudRevocation({ serialHex: member.serialHex, state: 'revoked' }), true);
  assert.deepEqual(await waiting(), []);
  await assert.rejects(
    ledger.recordCloudRevocation({ serialHex: member.serialHex, state: 'revoked' }),
    refuses('records.conflict'),
  );
  assert.equal((await ledger.showCertificate(member.serialHex)).revocation?.cloud, 'revoked');
});

test('the constraints hold whatever the functions do', async (t) => {
  const bed = await makeBed(t);
  const { serialHex } = await passUnit(bed, 'U1');
  const live = await passUnit(bed, 'U2');
  await revoke(bed, serialHex);
  await bed.ledger.reserveCrl(crl(bed, 5, 1), actor);
  await bed.ledger.recordCrl({ number: 5, der: new Uint8Array([1]) });
  const sql = openSqlite(bed.file);
  t.after(() => sql.close());
  for (const text of [
    `UPDATE revocations SET reason = 'superseded'`,
    'DELETE FROM revocations',
    `REPLACE INTO revocations SELECT serialHex, 'superseded', note, actor, revokedAt FROM revocations`,
    `INSERT INTO revocations SELECT '${live.serialHex}', reason, note, actor, revokedAt FROM revocations`,
    `UPDATE certificates SET state = 'issued' WHERE serialHex = '${serialHex}'`,
    `UPDATE crls SET der = x'02'`,
    `UPDATE crls SET state = 'void', der = NULL`,
    'DELETE FROM crls',
    `INSERT INTO crls SELECT 4, issuerId, 'reserved', entries, thisUpdateAt, nextUpdateAt, tbsDer, NULL, actor, reservedAt FROM crls`,
  ])
    assert.throws(() => sql.run(text), refuses('records.conflict'), text);
});

test('records of the first version go on: what was queued there can be confirmed and put back', (t) => {
  const sql = openSqlite(`${freshFolder(t)}/records.db`, { create: true });
  t.after(() => sql.close());
  migrate(sql, migrations.slice(0, 1));
  const at = '2026-11-21T08:00:00Z';
  const digest = 'a'.repeat(64);
  sql.exec(`
    INSERT INTO issuers VALUES ('${digest}', 'issuing', x'00', 1, '${at}');
    INSERT INTO certificates (serialHex, issuerId, purpose, attempt, actor, state, profile, subject, spkiSha256,
      notBeforeAt, notAfterAt, tbsDer, der, certificateId, reservedAt, issuedAt)
    VALUES ('ab', '${digest}', 'caVerification', 0, 'x', 'revocationQueued', 'p', 's', '${digest}',
      '${at}', '${at}', x'00', x'00', '${digest}', '${at}', '${at}');`);
  migrate(sql);
  assert.equal(sql.run(`UPDATE certificates SET state = 'issued'`).changes, 1);
  assert.equal(sql.run(`UPDATE certificates SET state = 'revocationQueued'`).changes, 1);
  sql.run(`INSERT INTO revocations VALUES ('ab', 'unspecified', 'n', 'x', '${at}')`);
  assert.throws(() => sql.run(`UPDATE certificates SET state = 'issued'`), refuses('records.conflict'));
});
