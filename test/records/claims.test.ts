/** Claims on record: given before they are written, counted in their order, and ended once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openSqlite } from '../../native/sqlite.ts';
import { type Bed, derOf, makeBed, orderId, refuses, sha256, start } from './support.ts';

const actor = 'erin';
const place = { orderId, target: 'eu', template: 'fleet' };
const keyPem = '-----BEGIN ENCRYPTED PRIVATE KEY-----\nAA==\n-----END ENCRYPTED PRIVATE KEY-----\n';
const idOf = (name: string) => sha256(derOf(name));

async function active({ ledger }: Bed, name = 'claim') {
  const claimId = await ledger.beginClaim({ ...place, spkiSha256: sha256(name), keyPem, actor });
  await ledger.recordClaimCertificate({ claimId, certificateId: idOf(name), der: derOf(name), actor });
  await ledger.activateClaim({ claimId, actor });
  return claimId;
}

async function given({ ledger }: Bed, unitSerial: string, claimId: number, outcome: 'PASS' | 'FAIL' = 'PASS') {
  const { attempt } = await ledger.startAttempt(start(unitSerial));
  await ledger.giveClaim({ unitSerial, attempt, claimId, actor });
  await ledger.endAttempt({ unitSerial, attempt, outcome, actor, ms: 5 });
}

const stateOf = async ({ ledger }: Bed, claimId: number) =>
  (await ledger.listClaims({})).find((one) => one.claimId === claimId)?.state;

test('a unit with a claim passes without a certificate, takes a place, and passes once', async (t) => {
  const bed = await makeBed(t, { quantity: 1 });
  const { ledger } = bed;
  const claimId = await active(bed);
  const { attempt } = await ledger.startAttempt(start('U1'));
  const pass = { unitSerial: 'U1', attempt, outcome: 'PASS', actor, ms: 5 } as const;
  await assert.rejects(ledger.endAttempt(pass), refuses('records.conflict'), 'it has neither certificate nor claim');
  await ledger.giveClaim({ unitSerial: 'U1', attempt, claimId, actor });
  await ledger.endAttempt(pass);
  assert.equal((await ledger.showUnit('U1')).state, 'passed');
  await assert.rejects(ledger.startAttempt(start('U1')), refuses('unit.alreadyPassed'));
  await assert.rejects(ledger.startAttempt(start('U2')), refuses('order.full'));
  const [order] = await ledger.listOrders();
  assert.deepEqual([order?.issued, order?.passed], [1, 1]);
  assert.equal(await ledger.readyUnits('eu'), 0, 'there is no certificate to register');
});

test('an order has one claim for a template, and another one after its end', async (t) => {
  const bed = await makeBed(t);
  const claimId = await active(bed);
  await assert.rejects(active(bed, 'second'), refuses('claim.exists'));
  await bed.ledger.retireClaim({ claimId, actor });
  assert.deepEqual(await bed.ledger.claimKeys(), [], 'its key is gone');
  const second = await active(bed, 'second');
  const { attempt } = await bed.ledger.startAttempt(start('U1'));
  const give = { unitSerial: 'U1', attempt, actor };
  await assert.rejects(bed.ledger.giveClaim({ ...give, claimId }), refuses('claim.ended'));
  await bed.ledger.giveClaim({ ...give, claimId: second });
});

test('a claim is retired when every unit of its order has passed, and due in AWS when no unit waits for it', async (t) => {
  const bed = await makeBed(t, { quantity: 2 });
  const { ledger } = bed;
  const claimId = await active(bed);
  await given(bed, 'U1', claimId);
  assert.deepEqual(await ledger.retireEndedClaims(), []);
  await given(bed, 'U2', claimId, 'FAIL');
  assert.deepEqual(await ledger.retireEndedClaims(), [], 'a unit that failed may get it again');
  await given(bed, 'U2', claimId);
  assert.deepEqual(await ledger.retireEndedClaims(), [claimId]);
  assert.deepEqual(await ledger.claimsToRevoke(), [], 'two units have not used it');
  const scrap = { reason: 'lost', actor, agreedBy: 'quinn' };
  for (const unitSerial of ['U1', 'U2']) await ledger.scrapUnit({ unitSerial, ...scrap });
  const due = { claimId, target: 'eu', certificateId: idOf('claim') };
  assert.deepEqual(await ledger.claimsToRevoke(), [due]);
  await ledger.recordClaimRevoked({ claimId, state: 'revoked' });
  assert.equal(await stateOf(bed, claimId), 'revoked');
  await assert.rejects(ledger.recordClaimRevoked({ claimId, state: 'revoked' }), refuses('records.conflict'));
});

test('a person may revoke a claim that units wait for; nothing goes back', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  const claimId = await active(bed);
  await given(bed, 'U1', claimId);
  await ledger.askClaimRevocation({ claimId, actor });
  assert.equal(await stateOf(bed, claimId), 'retired');
  assert.equal((await ledger.claimsToRevoke()).length, 1);
  await assert.rejects(ledger.askClaimRevocation({ claimId, actor }), refuses('claim.ended'));
  const sql = openSqlite(bed.file);
  t.after(() => sql.close());
  for (const text of [
    `UPDATE claims SET state = 'active'`,
    'UPDATE claims SET revokeAsked = 0',
    `UPDATE claims SET certificateId = '${idOf('other')}'`,
    'DELETE FROM claims',
    'DELETE FROM claimUnits',
    'UPDATE claimUnits SET attempt = 9',
  ])
    assert.throws(() => sql.run(text), refuses('records.conflict'), text);
});
