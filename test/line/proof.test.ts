/** Each way a device may show that it holds the key, and each way that it does not. */
import assert from 'node:assert/strict';
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { test } from 'node:test';
import { judgeProof } from '../../app/line/steps/proof.ts';
import { makeCsr } from '../../app/practice/devices/csr.ts';
import { isError, testCa } from '../device/support.ts';

const keys = () => generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const mine = keys();
const other = keys();
const certificateDer = testCa().sign(makeCsr(mine.privateKey, 'unit'));
const nonce = randomBytes(32);
const spki = (key: typeof mine) => key.publicKey.export({ type: 'spki', format: 'der' });
const judge = (proof: Parameters<typeof judgeProof>[0]['proof'], keyMark?: string) =>
  judgeProof({ proof, nonce, certificateDer, keyMark });
const refused = isError('verify.proofFailed');

test('a signature over this nonce by this key', () => {
  const signed = (key: typeof mine, message: Uint8Array) =>
    ({ kind: 'nonce', signatureDer: sign('sha256', message, key.privateKey) }) as const;
  assert.equal(judge(signed(mine, nonce)).proof, 'nonce');
  assert.throws(() => judge(signed(other, nonce)), refused);
  assert.throws(() => judge(signed(mine, randomBytes(32))), refused);
  assert.throws(() => judge({ kind: 'nonce', signatureDer: Buffer.from('rubbish') }), refused);
});

test('a fresh CSR: its own signature, and the key of the certificate', () => {
  const fresh = makeCsr(mine.privateKey, 'anything');
  assert.equal(judge({ kind: 'freshCsr', csrDer: fresh }).proof, 'freshCsr');
  assert.throws(() => judge({ kind: 'freshCsr', csrDer: makeCsr(other.privateKey, 'unit') }), refused);
  const forged = Buffer.from(fresh);
  forged[forged.length - 1]! ^= 1;
  assert.throws(() => judge({ kind: 'freshCsr', csrDer: forged }), refused);
  assert.throws(() => judge({ kind: 'freshCsr', csrDer: Buffer.from('rubbish') }), refused);
});

test('a public key as the device reports it', () => {
  assert.equal(judge({ kind: 'publicKey', spkiDer: spki(mine) }).proof, 'publicKey');
  assert.throws(() => judge({ kind: 'publicKey', spkiDer: spki(other) }), refused);
  assert.throws(() => judge({ kind: 'publicKey', spkiDer: Buffer.from('rubbish') }), refused);
});

test('no proof but the CSR itself: the key has the mark it had then', () => {
  assert.deepEqual(judge({ kind: 'csr', keyMark: 'AB' }, 'AB'), { proof: 'csr', keyMark: 'AB' });
  assert.throws(() => judge({ kind: 'csr', keyMark: 'CD' }, 'AB'), refused);
  assert.throws(() => judge({ kind: 'csr' }, 'AB'), refused);
  assert.throws(() => judge({ kind: 'csr', keyMark: 'AB' }), refused);
});
