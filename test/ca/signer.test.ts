/** The signer: spends what it is given, and forgets its key when told to. */
import assert from 'node:assert/strict';
import { generateKeyPairSync, verify } from 'node:crypto';
import { test } from 'node:test';
import type { CaKey } from '../../app/ca/authorities/key.ts';
import { createSigner, decryptKey, lint, parseCsr, softwareKey } from '../../app/ca/index.ts';
import { buildCrl } from '../../app/ca/x509/crl.ts';
import type { CrlReservation } from '../../app/contract/issuance.ts';
import { forgeReservation, makeCsr, now, passphrase, tbsFor, testCa, withCode } from './support.ts';

const { hierarchy, issuer } = await testCa();
const key = await decryptKey(hierarchy.issuing.encryptedKeyPem, passphrase);
const reserve = () => forgeReservation(lint(tbsFor(parseCsr(makeCsr('SN-1').csrDer), 'SN-1', issuer), issuer));

test('it signs exactly the reserved bytes', async () => {
  const reservation = reserve();
  const signature = await createSigner(softwareKey(key), issuer).sign(reservation);
  assert.ok(verify('sha256', reservation.tbsDer, issuer.publicKey, signature));
});

test('a reservation is good for one signature, whatever is done to get a second', async () => {
  const signer = createSigner(softwareKey(key), issuer);
  const reservation = reserve();
  const copy = forgeReservation({ ...reservation } as never);
  const results = await Promise.allSettled([signer.sign(reservation), signer.sign(reservation)]);
  assert.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected'],
  );
  await assert.rejects(signer.sign(reservation), withCode('ca.signFailed'));
  await assert.rejects(signer.sign(copy), withCode('ca.signFailed'));
  await assert.rejects(createSigner(softwareKey(key), issuer).sign(copy), withCode('ca.signFailed'));
});

test('locked it signs nothing, and the reservation is not spent', async () => {
  const held = softwareKey(key);
  const signer = createSigner(held, issuer);
  const reservation = reserve();
  held.close();
  assert.equal(held.state(), 'closed');
  await assert.rejects(signer.sign(reservation), withCode('ca.locked'));
  await createSigner(softwareKey(key), issuer).sign(reservation);
});

test('a CRL is signed once, and a key that is away spends no reservation of one', async () => {
  const held = softwareKey(key);
  const state: CaKey['state'] = () => (away ? 'absent' : held.state());
  let away = true;
  const signer = createSigner({ ...held, state }, issuer);
  const crl = { issuer, number: 70_001, revoked: [], now, validMs: 86_400_000 };
  const reservation = { ...buildCrl(crl) } as unknown as CrlReservation;
  await assert.rejects(signer.signCrl(reservation), withCode('ca.tokenAbsent'));
  away = false;
  const signature = await signer.signCrl(reservation);
  assert.ok(verify('sha256', reservation.tbsDer, issuer.publicKey, signature));
  await assert.rejects(signer.signCrl(reservation), withCode('ca.signFailed'));
});

test("another CA's reservation and another CA's key are refused", async () => {
  const reservation = forgeReservation({ ...reserve(), issuerId: '00' } as never);
  await assert.rejects(createSigner(softwareKey(key), issuer).sign(reservation), withCode('ca.mismatch'));
  const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  assert.throws(() => createSigner(softwareKey(stranger), issuer), withCode('ca.damaged'));
});
