/** Certificates on record: what each act leaves in journal and audit log, what a refusal names, and how they are found. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Bed,
  derOf,
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
  sha256,
  start,
} from './support.ts';

const actor = 'olga';
const note = 'found in a river';

const lastEntry = async ({ ledger }: Bed, unitSerial: string) => {
  const { entry, attempt, data } = (await ledger.showUnit(unitSerial)).journal.at(-1) ?? assert.fail();
  return [entry, attempt, data];
};
const lastAudit = async ({ ledger }: Bed, count = 1) => {
  const { rows } = await ledger.listAudit({ limit: count, offset: 0 });
  return rows.map(({ entry, actor: who, subject, data }) => [entry, who, subject, data]);
};

test('a reservation, its issue and a void one are in journal and audit log, each with the certificate serial', async (t) => {
  const bed = await makeBed(t);
  const { ledger, issuerId } = bed;
  const { serialHex } = await reserveFor(bed, 'U1');
  assert.deepEqual(await lastEntry(bed, 'U1'), ['certificate.reserved', 1, { serialHex }]);
  const tbs = { spkiSha256: keyOf('U1'), issuerId, profile: 'aws-iot-device', purpose: 'device' };
  assert.deepEqual(await lastAudit(bed), [['sign.intent', actor, serialHex, { unitSerial: 'U1', attempt: 1, ...tbs }]]);
  await ledger.voidReservation({ serialHex, reason: 'no answer' });
  assert.deepEqual(await lastEntry(bed, 'U1'), ['certificate.voided', 1, { serialHex, reason: 'no answer' }]);
  assert.deepEqual(await lastAudit(bed), [
    ['sign.voided', actor, serialHex, { reason: 'no answer', unitSerial: 'U1' }],
  ]);

  const linted = lintedTbs(issuerId, { spkiSha256: keyOf('U1') });
  await ledger.reserve(linted, { unitSerial: 'U1', attempt: 1, actor });
  const issued = { serialHex: linted.serialHex, certificateId: sha256('one') };
  await ledger.recordIssued({ ...issued, der: derOf('one') });
  assert.deepEqual(await lastEntry(bed, 'U1'), ['certificate.issued', 1, issued]);
  const { certificateId } = issued;
  assert.deepEqual(await lastAudit(bed), [['sign.done', actor, linted.serialHex, { certificateId, unitSerial: 'U1' }]]);
  await ledger.queueRevocation({ serialHex: linted.serialHex, reason: 'proof failed' });
  const queued = { serialHex: linted.serialHex, reason: 'proof failed' };
  assert.deepEqual(await lastEntry(bed, 'U1'), ['revocation.queued', 1, queued]);
  assert.deepEqual(await lastAudit(bed), [
    ['revocation.queued', actor, linted.serialHex, { reason: 'proof failed', unitSerial: 'U1' }],
  ]);
  assert.equal((await ledger.showCertificate(linted.serialHex)).reason, 'proof failed');
});

test('a certificate that takes the place of a superseded one says so in journal and audit log', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  const old = await passUnit(bed, 'U1');
  await ledger.reworkUnit({ unitSerial: 'U1', reason: 'repaired', actor, agreedBy: 'erin' });
  const { serialHex, certificateId } = await issueFor(bed, 'U1', 'another key');
  assert.deepEqual((await lastEntry(bed, 'U1'))[2], { serialHex, certificateId, supersedes: old.serialHex });
  assert.deepEqual((await lastAudit(bed))[0]?.[3], { certificateId, unitSerial: 'U1', supersedes: old.serialHex });
});

test('a refusal names the certificate serial, the certificate or the unit that is in the way', async (t) => {
  const bed = await makeBed(t);
  const { ledger, issuerId } = bed;
  const first = await issueFor(bed, 'U1');
  const { attempt } = await ledger.startAttempt(start('U2'));
  const owner = { unitSerial: 'U2', attempt, actor };
  const used = { serialHex: first.serialHex };
  const again = lintedTbs(issuerId, { ...used, spkiSha256: keyOf('U2') });
  await assert.rejects(ledger.reserve(again, owner), refuses('records.conflict', used));
  const second = lintedTbs(issuerId, { spkiSha256: keyOf('U2') });
  await ledger.reserve(second, owner);
  const third = lintedTbs(issuerId, { spkiSha256: keyOf('U2') });
  await assert.rejects(ledger.reserve(third, owner), refuses('records.conflict', { unitSerial: 'U2' }));
  const { certificateId } = first;
  await assert.rejects(
    ledger.recordIssued({ serialHex: second.serialHex, der: derOf('x'), certificateId }),
    refuses('records.conflict', { certificateId }),
  );
  await assert.rejects(
    ledger.recordIssued({ ...used, der: derOf('x'), certificateId: sha256('x') }),
    refuses('records.conflict', used),
    'it is not reserved',
  );
  await assert.rejects(ledger.showCertificate('ab'), refuses('certificate.notFound', { serialHex: 'ab' }));
  await assert.rejects(
    ledger.putBackCertificate({ serialHex: (await passUnit(bed, 'U3')).serialHex, note, actor }),
    ({ code, data }: { code: string; data: object }) => code === 'records.conflict' && 'serialHex' in data,
  );
});

test('a key belongs to the unit a certificate was reserved for, also where no CSR was recorded before', async (t) => {
  const bed = await makeBed(t);
  const { ledger, issuerId } = bed;
  for (const unitSerial of ['U1', 'U2']) await ledger.admitUnit({ unitSerial, orderId, actor, practice: true });
  const reserve = (unitSerial: string) =>
    ledger.reserve(lintedTbs(issuerId, { spkiSha256: keyOf('one') }), { unitSerial, attempt: 0, actor });
  await reserve('U1');
  await assert.rejects(reserve('U2'), refuses('policy.keySeen', { reason: 'keySeen', seenOn: 'U1' }));
});

test('what was reserved for no unit is void at the start; a unit’s reservation waits for its own attempt', async (t) => {
  const bed = await makeBed(t);
  const { ledger, issuerId } = bed;
  const unowned = lintedTbs(issuerId, { purpose: 'caVerification' });
  await ledger.reserve(unowned, { unitSerial: null, attempt: 0, actor });
  assert.equal((await lastAudit(bed))[0]?.[0], 'sign.intent');
  const settled = lintedTbs(issuerId, { purpose: 'caVerification' });
  await ledger.reserve(settled, { unitSerial: null, attempt: 0, actor });
  await ledger.recordIssued({ serialHex: settled.serialHex, der: derOf('v'), certificateId: sha256('v') });
  const { serialHex } = await reserveFor(bed, 'U1');
  assert.deepEqual(await ledger.voidUnowned({ reason: 'the station stopped' }), [unowned.serialHex]);
  const states = async () =>
    Promise.all(
      [unowned, settled, { serialHex }].map(async (one) => (await ledger.showCertificate(one.serialHex)).state),
    );
  assert.deepEqual(await states(), ['void', 'issued', 'reserved']);
  assert.deepEqual(await ledger.voidUnowned({ reason: 'again' }), []);
  // The verification certificate leaves AWS like any other, and no unit is asked about it.
  await ledger.queueRevocation({ serialHex: settled.serialHex, reason: 'not needed' });
  await ledger.putBackCertificate({ serialHex: settled.serialHex, note, actor });
  assert.deepEqual((await lastAudit(bed))[0], [
    'revocation.withdrawn',
    actor,
    settled.serialHex,
    { note, unitSerial: '' },
  ]);
  await ledger.revokeCertificate({ serialHex: settled.serialHex, reason: 'unspecified', note, actor });
  assert.equal((await ledger.showCertificate(settled.serialHex)).state, 'revoked');
});

test('only a key that is no secret any more is compromised; another reason leaves it to its unit', async (t) => {
  const bed = await makeBed(t);
  const { ledger, issuerId } = bed;
  const { serialHex } = await passUnit(bed, 'U1');
  await ledger.revokeCertificate({ serialHex, reason: 'unspecified', note, actor });
  const { attempt } = await ledger.startAttempt(start('U1'));
  const linted = lintedTbs(issuerId, { spkiSha256: keyOf('U1') });
  await ledger.reserve(linted, { unitSerial: 'U1', attempt, actor });
});

test('what a revocation and its withdrawal leave in journal and audit log', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  const { serialHex } = await passUnit(bed, 'U1');
  await ledger.queueRevocation({ serialHex, reason: 'doubtful' });
  await ledger.putBackCertificate({ serialHex, note, actor });
  assert.deepEqual(await lastEntry(bed, 'U1'), ['revocation.withdrawn', 1, { serialHex, note }]);
  assert.deepEqual(await lastAudit(bed), [['revocation.withdrawn', actor, serialHex, { note, unitSerial: 'U1' }]]);
  assert.equal((await ledger.showCertificate(serialHex)).reason, null, 'it is in use as before');
  await ledger.revokeCertificate({ serialHex, reason: 'keyCompromise', note, actor });
  const data = { reason: 'keyCompromise', note };
  assert.deepEqual(await lastEntry(bed, 'U1'), ['certificate.revoked', 1, { serialHex, ...data }]);
  assert.deepEqual(await lastAudit(bed), [['certificate.revoked', actor, serialHex, { ...data, unitSerial: 'U1' }]]);
});

test('a certificate that failed after a rework is put back; only one from before the rework is not', async (t) => {
  const bed = await makeBed(t);
  const { ledger, clock } = bed;
  await passUnit(bed, 'U1', 'k1');
  await ledger.reworkUnit({ unitSerial: 'U1', reason: 'repaired', actor, agreedBy: 'erin' });
  clock.advance(1000);
  const { serialHex, attempt } = await issueFor(bed, 'U1', 'k2');
  const end = { unitSerial: 'U1', attempt, outcome: 'FAIL', actor, ms: 1 } as const;
  await ledger.endAttempt({ ...end, queueRevocation: serialHex });
  await ledger.putBackCertificate({ serialHex, note, actor });
  assert.equal((await ledger.showCertificate(serialHex)).state, 'issued');
});

test('AWS is told of revocations in their order; what a finished batch left unknown there is settled', async (t) => {
  const bed = await makeBed(t);
  const { ledger, clock } = bed;
  const units = [await passUnit(bed, 'U1'), await passUnit(bed, 'U2'), await passUnit(bed, 'U3')];
  await makeBatch(bed, 'B1', ['U3']);
  await runBatch(ledger, 'B1');
  await ledger.recordResults({ batchId: 'B1', results: [{ line: 1, state: 'registered', thingName: 'U3' }] });
  await ledger.advanceBatch({ batchId: 'B1', state: 'done' });
  for (const { serialHex } of units.toReversed()) {
    await ledger.revokeCertificate({ serialHex, reason: 'unspecified', note, actor });
    clock.advance(1000);
  }
  const told = async (limit: number) => (await ledger.cloudRevocations(limit)).map((one) => one.certificateId);
  const ids = units.map(({ certificateId }) => certificateId);
  assert.deepEqual(await told(9), ids.toReversed());
  assert.deepEqual(await told(1), [ids[2]]);
  const [, , { serialHex }] = units as [unknown, unknown, { serialHex: string }];
  assert.equal(await ledger.recordCloudRevocation({ serialHex, state: 'unknown' }), true);
  assert.deepEqual(await lastAudit(bed), [['cloud.certificateRevoked', 'station', serialHex, { state: 'unknown' }]]);
  assert.deepEqual(await told(9), [ids[1], ids[0]]);
  assert.equal((await ledger.crlStanding(bed.issuerId)).cloudWaiting, 2);
});

test('AWS is told of revocations of one moment in the order of their certificate serials', async (t) => {
  const bed = await makeBed(t);
  const serials = ['aa', 'bb', 'cc'];
  for (const serialHex of ['bb', 'cc', 'aa']) {
    const linted = lintedTbs(bed.issuerId, { serialHex, purpose: 'caVerification' });
    await bed.ledger.reserve(linted, { unitSerial: null, attempt: 0, actor });
    await bed.ledger.recordIssued({ serialHex, der: derOf(serialHex), certificateId: sha256(serialHex) });
    await bed.ledger.revokeCertificate({ serialHex, reason: 'unspecified', note, actor });
  }
  assert.deepEqual(
    (await bed.ledger.cloudRevocations(9)).map(({ serialHex }) => serialHex),
    serials,
  );
  const { revoked } = await bed.ledger.crlSource(bed.issuerId);
  assert.deepEqual(
    revoked.map(({ serialHex }) => serialHex),
    serials,
    'and so says the CRL',
  );
  const { rows } = await bed.ledger.listCertificates({});
  assert.deepEqual(
    rows.map(({ serialHex }) => serialHex),
    ['aa', 'cc', 'bb'],
    'the list has the one first that was reserved last',
  );
});

test('the list of certificates has the latest first, a hundred a page, and finds each by its whole serial', async (t) => {
  const bed = await makeBed(t);
  const { ledger, issuerId, clock } = bed;
  const serialOf = (n: number) => `a${String(n).padStart(3, '0')}`;
  for (let n = 0; n < 101; n += 1) {
    clock.advance(1);
    const linted = lintedTbs(issuerId, { serialHex: serialOf(n), purpose: 'caVerification' });
    await ledger.reserve(linted, { unitSerial: null, attempt: 0, actor });
    await ledger.voidReservation({ serialHex: serialOf(n), reason: 'x' });
  }
  const { total, rows } = await ledger.listCertificates({});
  assert.deepEqual([total, rows.length], [101, 100]);
  assert.deepEqual([rows[0]?.serialHex, rows.at(-1)?.serialHex], [serialOf(100), serialOf(1)]);
  const found = async (query: string) => (await ledger.listCertificates({ query })).rows.map((row) => row.serialHex);
  assert.deepEqual(await found(serialOf(7)), [serialOf(7)], 'and none that comes after it');
  assert.deepEqual(
    await found(' A09 '),
    [9, 8, 7, 6, 5, 4, 3, 2, 1, 0].map((n) => serialOf(90 + n)),
  );
  const { issuerId: other } = await ledger.addAuthority({ certificateDer: derOf('ca'), kind: 'issuing', actor });
  assert.equal((await ledger.listCertificates({ issuerId: other })).total, 0);
  assert.equal((await ledger.listCertificates({ issuerId, state: 'void' })).total, 101);
});
