/** The path from a device to its root, and the proof of its key: each rule kept and broken once, without another tool. */
import assert from 'node:assert/strict';
import { sign } from 'node:crypto';
import { test } from 'node:test';
import { keyOfCertificate, verifyChain, verifyProof } from '../../app/ca/x509/devicechain.ts';
import { authorityKeyIdentifier, basicConstraints, keyUsage } from '../../app/ca/x509/extension.ts';
import { StationError } from '../../app/contract/errors.ts';
import { at, ca, leafKey, middleKey, now, rootKey, spkiOf, strangerKey, usual, wide } from './handmade.ts';
import { hex } from './support.ts';

const root = ca({ extensions: wide(1) });
const issuing = ca({ name: 'Issuing', by: 'Root', key: middleKey, signer: rootKey });
const ends = [basicConstraints(false), authorityKeyIdentifier(hex('0a'))];
const device = (more: Parameters<typeof ca>[0] = {}) =>
  ca({ name: 'SN-1', by: 'Issuing', key: leafKey, signer: middleKey, extensions: ends, ...more });

const fault = (leaf: Uint8Array, chain: readonly Uint8Array[] = [issuing, root], time = now): string => {
  try {
    verifyChain(leaf, chain, time);
    return 'none';
  } catch (error) {
    assert.ok(error instanceof StationError && error.code === 'verify.chainInvalid', String(error));
    return error.detail;
  }
};

test('a device is of its issuing CA, and every CA above it of the next', () => {
  assert.equal(fault(device()), 'none');
  const above = ca({ name: 'Root', by: 'Top', key: rootKey, signer: strangerKey, extensions: wide(1) });
  const top = ca({ name: 'Top', key: strangerKey, extensions: wide(2) });
  assert.equal(fault(device(), [issuing, above, top]), 'none');
  const narrow = ca({ name: 'Top', key: strangerKey, extensions: wide(1) });
  assert.match(fault(device(), [issuing, above, narrow]), /path too long/);
  assert.match(fault(device(), []), /no CA above/);
  assert.match(fault(device(), [issuing]), /not issued by/, 'without its root');
  assert.match(fault(device(), [root, issuing]), /another issuing key|not issued by/);
  assert.match(fault(device({ signer: strangerKey })), /signature/);
  assert.match(fault(device({ by: 'Root' })), /not issued by/);
  assert.match(
    fault(device(), [ca({ name: 'Issuing', by: 'Root', key: middleKey, signer: strangerKey }), root]),
    /signature/,
  );
  assert.match(fault(hex('3000')), /Certificate has 0 parts/);
});

test('a device is no CA, names the key of its issuer, and is valid now as all above it', () => {
  assert.match(fault(device({ extensions: [...usual.slice(0, 2), authorityKeyIdentifier(hex('0a'))] })), /is a CA/);
  assert.match(fault(device({ extensions: [authorityKeyIdentifier(hex('0a'))] })), /basicConstraints is missing/);
  assert.match(fault(device({ extensions: [basicConstraints(false)] })), /authorityKeyIdentifier is missing/);
  assert.match(
    fault(device({ extensions: [basicConstraints(false), authorityKeyIdentifier(hex('0b'))] })),
    /another issuing key/,
  );
  const nameless = ca({
    name: 'Issuing',
    by: 'Root',
    key: middleKey,
    signer: rootKey,
    extensions: [basicConstraints({ pathLength: 0 }), keyUsage(['keyCertSign'])],
  });
  assert.match(fault(device(), [nameless, root]), /another issuing key/, 'an issuer without an identifier');
  const [from, to] = [at('2030-03-01'), at('2030-09-01')];
  const short = device({ from, to });
  const beside = (time: Date, ms: number) => new Date(time.getTime() + ms);
  for (const time of [from, now, to]) assert.equal(fault(short, undefined, time), 'none');
  for (const time of [beside(from, -1), beside(to, 1)])
    assert.match(fault(short, undefined, time), /device: not valid now/);
  assert.match(fault(device({ to: at('2033-01-01') }), undefined, at('2032-01-01')), /ended at/, 'of the CA above');
});

test('a device proves its key by what it signs, and nothing unreadable proves anything', () => {
  const nonce = Buffer.from('nonce');
  const signatureDer = sign('sha256', nonce, leafKey.privateKey);
  const certificateDer = device();
  assert.equal(keyOfCertificate(certificateDer).keyType, 'P-256');
  assert.equal(verifyProof({ certificateDer, nonce, signatureDer }), true);
  assert.equal(verifyProof({ spkiDer: spkiOf(leafKey), nonce, signatureDer }), true);
  assert.equal(verifyProof({ spkiDer: spkiOf(rootKey), nonce, signatureDer }), false);
  assert.equal(verifyProof({ certificateDer, nonce: Buffer.from('other'), signatureDer }), false);
  assert.equal(verifyProof({ certificateDer: hex('3000'), nonce, signatureDer }), false);
  assert.equal(verifyProof({ spkiDer: hex('3000'), nonce, signatureDer }), false);
  assert.equal(verifyProof({ certificateDer, nonce, signatureDer: hex('00') }), false);
});
