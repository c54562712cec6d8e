/** Requests to AWS's own CA on record: asked before AWS is, and settled once. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { openSqlite } from '../../native/sqlite.ts';
import { type Bed, derOf, keyOf, makeBed, orderId, refuses, reserveFor, sha256, start } from './support.ts';

const actor = 'olga';
const target = 'eu';

async function askFor({ ledger }: Bed, unitSerial: string, key = unitSerial) {
  const { attempt } = await ledger.startAttempt(start(unitSerial));
  const spkiSha256 = keyOf(key);
  const request = { isCaKey: false };
  const ask = { unitSerial, attempt, actor, target, spkiSha256, profile: 'aws-iot-device', request };
  return { attempt, requestId: await ledger.askAws(ask) };
}

const answer = (requestId: number, serialHex: string) => ({
  ...{ requestId, serialHex, der: derOf(serialHex), tbsDer: derOf(`tbs ${serialHex}`) },
  certificateId: sha256(derOf(serialHex)),
  ...{ subject: 'CN=AWS IoT Certificate', notBeforeAt: '2026-11-20T08:00:00Z', notAfterAt: '2049-12-31T23:59:59Z' },
});

const end = ({ ledger }: Bed, unitSerial: string, attempt: number, outcome: 'PASS' | 'ERROR' = 'PASS') =>
  ledger.endAttempt({ unitSerial, attempt, outcome, actor, ms: 5 });

async function passed(bed: Bed, unitSerial: string, serialHex: string) {
  const { attempt, requestId } = await askFor(bed, unitSerial);
  await bed.ledger.recordAwsIssued(answer(requestId, serialHex));
  await end(bed, unitSerial, attempt);
}

const rawOf = (t: TestContext, { file }: Bed) => {
  const sql = openSqlite(file);
  t.after(() => sql.close());
  return sql;
};

test('the answer is the one certificate of the unit, without an issuer of ours', async (t) => {
  const bed = await makeBed(t);
  await passed(bed, 'U1', 'a1');
  const { state, certificates, journal } = await bed.ledger.showUnit('U1');
  assert.equal(state, 'passed');
  assert.deepEqual(
    certificates.map((one) => [one.serialHex, one.state, one.awsTarget, one.certificateId]),
    [['a1', 'issued', target, sha256(derOf('a1'))]],
  );
  assert.deepEqual(
    journal.map(({ entry }) => entry),
    ['attempt.started', 'certificate.asked', 'certificate.issued', 'attempt.ended'],
  );
  const shown = await bed.ledger.showCertificate('a1');
  assert.deepEqual([shown.awsTarget, shown.issuerDer], [target, null]);
  assert.deepEqual(await bed.ledger.lostAwsRequests(), []);
  assert.deepEqual((await bed.ledger.standing('U1')).certificate?.issuerId, null);
});

test('a request counts in its order, and a unit has one at a time', async (t) => {
  const bed = await makeBed(t, { quantity: 1 });
  const first = await askFor(bed, 'U1');
  await assert.rejects(askFor(bed, 'U2'), refuses('order.full'));
  await assert.rejects(askFor(bed, 'U1'), refuses('unit.inProgress'));
  await bed.ledger.refuseAwsRequest({ requestId: first.requestId, reason: 'cloud.denied: no' });
  await assert.rejects(bed.ledger.recordAwsIssued(answer(first.requestId, 'a1')), refuses('records.conflict'));
  await end(bed, 'U1', first.attempt, 'ERROR');
  assert.deepEqual(await bed.ledger.lostAwsRequests(), [], 'AWS made nothing');
  await bed.ledger.recordAwsIssued(answer((await askFor(bed, 'U3')).requestId, 'a3'));
});

test('an attempt that ends without the answer loses its request; a late answer is not taken', async (t) => {
  const bed = await makeBed(t);
  const { attempt, requestId } = await askFor(bed, 'U1');
  const [open] = await bed.ledger.openAttempts();
  assert.equal(open?.askedAws, true);
  await end(bed, 'U1', attempt, 'ERROR');
  const [lost] = await bed.ledger.lostAwsRequests();
  assert.deepEqual([lost?.requestId, lost?.unitSerial, lost?.target], [requestId, 'U1', target]);
  await assert.rejects(bed.ledger.recordAwsIssued(answer(requestId, 'a1')), refuses('records.conflict'));
  const orphan = { certificateId: sha256(derOf('a1')), spkiSha256: keyOf('U1') };
  assert.equal(await bed.ledger.isAwsOrphan(orphan), true);
  const second = await askFor(bed, 'U1');
  assert.equal(await bed.ledger.isAwsOrphan(orphan), false, 'it may be the answer to the second one');
  await bed.ledger.recordAwsIssued(answer(second.requestId, 'a2'));
  assert.equal(await bed.ledger.isAwsOrphan(orphan), true);
  assert.equal(await bed.ledger.isAwsOrphan({ ...orphan, certificateId: sha256(derOf('a2')) }), false);
  await bed.ledger.recordAwsOrphan({ certificateId: orphan.certificateId, requestId });
  assert.equal(await bed.ledger.isAwsOrphan(orphan), false, 'it is revoked');
  await bed.ledger.recordAwsSearched([requestId, second.requestId]);
  assert.deepEqual(await bed.ledger.lostAwsRequests(), []);
});

test('what was not asked for does not come on record, and nothing goes back', async (t) => {
  const bed = await makeBed(t);
  const { requestId } = await askFor(bed, 'U1');
  await reserveFor(bed, 'U2');
  const sql = rawOf(t, bed);
  const conflict = refuses('records.conflict');
  const insert = (unit: string, key: string, of: string) =>
    `INSERT INTO certificates (serialHex, awsTarget, purpose, unitSerial, orderId, attempt, actor, state, profile, subject,
       spkiSha256, notBeforeAt, notAfterAt, tbsDer, der, certificateId, reservedAt, issuedAt)
     SELECT 'ab', '${of}', 'device', '${unit}', '${orderId}', 1, 'x', 'issued', 'p', 's', '${keyOf(key)}', notBeforeAt,
       notAfterAt, x'00', x'00', '${sha256('id')}', reservedAt, reservedAt FROM certificates WHERE unitSerial = 'U2'`;
  for (const text of [
    insert('U1', 'another key', target),
    insert('U1', 'U1', 'us'),
    `UPDATE certificates SET awsTarget = 'eu', issuerId = NULL`,
    'UPDATE certificates SET issuerId = NULL',
    'DELETE FROM awsRequests',
    `UPDATE awsRequests SET spkiSha256 = '${keyOf('other')}'`,
    `UPDATE awsRequests SET state = 'searched', settledAt = askedAt`,
  ])
    assert.throws(() => sql.run(text), conflict, text);
  sql.run(insert('U1', 'U1', target));
  await assert.rejects(bed.ledger.recordAwsIssued(answer(requestId, 'a1')), conflict, 'one live certificate');
});

test('batches: only in the account of its AWS, and by no file; a revocation goes there', async (t) => {
  const bed = await makeBed(t);
  await passed(bed, 'U1', 'a1');
  const { ledger } = bed;
  const serials = async (wanted: Parameters<typeof ledger.batchCandidates>[0]) =>
    (await ledger.batchCandidates(wanted)).map(({ unitSerial }) => unitSerial);
  assert.deepEqual(await serials({ target, way: 'registerThing' }), ['U1']);
  assert.deepEqual(await serials({ target, way: 'bulk' }), []);
  assert.deepEqual(await serials({ target: 'us', way: 'withoutCa' }), []);
  assert.deepEqual([await ledger.readyUnits(target), await ledger.readyUnits('us')], [1, 0]);
  for (const wanted of [{ target, way: 'bulk' as const }, { target: 'us' }])
    await assert.rejects(
      ledger.batchCandidates({ ...wanted, unitSerials: ['U1'] }),
      (error: Error & { code?: string; detail?: string }) =>
        error.code === 'call.badParams' && /AWS's own, in eu/.test(error.detail ?? ''),
    );
  await ledger.revokeCertificate({ serialHex: 'a1', reason: 'unspecified', note: 'lost', actor });
  const [queued] = await ledger.cloudRevocations(10);
  assert.deepEqual(queued?.targets, [target], 'though no batch brought it there');
  assert.equal((await ledger.crlStanding(bed.issuerId)).revoked, 0, 'it is on no CRL of ours');
});
