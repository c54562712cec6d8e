/** Requests by others: each with the verdict it must have, and the reason. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { parseCsr, pemOf } from '../../app/ca/index.ts';
import { StationError } from '../../app/contract/errors.ts';
import { build, needProgram } from './judges/build.ts';
import { certtool, issue, needTools, openssl, scratch, testCa } from './support.ts';

/** Key type and subject of what is taken, the reason of what is refused. */
function verdict(bytes: Uint8Array): string {
  try {
    const { keyType, subjectText, deviations } = parseCsr(bytes);
    return ['taken', keyType, subjectText, ...deviations].join(' ');
  } catch (error) {
    assert.ok(error instanceof StationError, String(error));
    return String(error.data?.reason);
  }
}

const pyca = 'CN=cryptography.io,O=PyCA,L=Austin,ST=Texas,C=US';
const pycaEc = 'L=Austin,ST=Texas,C=US,O=PyCA,CN=cryptography.io';

/** All of `x509/requests` in Debian 12's release 38. */
const vectors: Record<string, string> = {
  'bad-version.pem': 'wrongVersion',
  'basic_constraints.pem': 'weakSignatureAlgorithm',
  // Edited after signing: OpenSSL finds the signature broken, too.
  'challenge-invalid.der': 'badSignature',
  'challenge-multi-valued.der': 'badSignature',
  'challenge-unstructured.pem': 'taken RSA-2048 CN=something',
  'challenge.pem': 'taken RSA-2048 C=US',
  'dsa_sha1.der': 'unsupportedKey',
  'dsa_sha1.pem': 'unsupportedKey',
  'ec_sha256.der': `taken P-384 ${pycaEc}`,
  'ec_sha256.pem': `taken P-384 ${pycaEc}`,
  'ec_sha256_old_header.pem': `taken P-384 ${pycaEc}`,
  // Its only fault is an extension that it asks for, and requested extensions are ignored.
  'freeipa-bad-critical.pem': 'taken RSA-2048 CN=replica1.ipa.test,O=IPA.TEST',
  'invalid_signature.pem': 'rsaModulusSmall',
  'long-form-attribute.pem': 'notDer',
  'rsa_md4.der': 'weakSignatureAlgorithm',
  'rsa_md4.pem': 'weakSignatureAlgorithm',
  'rsa_sha1.der': 'weakSignatureAlgorithm',
  'rsa_sha1.pem': 'weakSignatureAlgorithm',
  'rsa_sha256.der': `taken RSA-2048 ${pyca}`,
  'rsa_sha256.pem': `taken RSA-2048 ${pyca}`,
  'san_rsa_sha1.der': 'weakSignatureAlgorithm',
  'san_rsa_sha1.pem': 'weakSignatureAlgorithm',
  'two_basic_constraints.pem': 'weakSignatureAlgorithm',
  'unsupported_extension.pem': 'weakSignatureAlgorithm',
  'unsupported_extension_critical.pem': 'weakSignatureAlgorithm',
};

const vectorFolder = '/usr/lib/python3/dist-packages/cryptography_vectors/x509/requests';

test("every request among the Python cryptography library's test vectors", (t) => {
  if (!existsSync(vectorFolder)) {
    if (process.env.CI !== undefined) throw new Error('not installed: python3-cryptography-vectors');
    t.skip('NOT TESTED: python3-cryptography-vectors not installed');
    return;
  }
  const found = readdirSync(vectorFolder).map(
    (name) => [name, verdict(readFileSync(join(vectorFolder, name)))] as const,
  );
  const isKnown = ([name]: readonly [string, string]) => Object.hasOwn(vectors, name);
  assert.deepEqual(Object.fromEntries(found.filter(isKnown)), vectors);
  // What another release adds is at least refused by name, or taken only where OpenSSL verifies it.
  for (const [name, given] of found.filter((one) => !isKnown(one) && one[1].startsWith('taken'))) {
    const form = name.endsWith('.der') ? 'DER' : 'PEM';
    const judged = openssl(['req', '-inform', form, '-in', join(vectorFolder, name), '-verify', '-noout']);
    assert.match(judged.output, /verify OK/, `${name}: ${given}`);
  }
});

const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve }).privateKey;
const rsa = (modulusLength: number) => generateKeyPairSync('rsa', { modulusLength }).privateKey;

/** Every supported kind of key, with a hash of each length. */
const keys: { keyType: string; key: KeyObject; hash: string }[] = [
  { keyType: 'P-256', key: ec('P-256'), hash: 'SHA256' },
  { keyType: 'P-384', key: ec('P-384'), hash: 'SHA384' },
  { keyType: 'P-521', key: ec('P-521'), hash: 'SHA512' },
  { keyType: 'RSA-2048', key: rsa(2048), hash: 'SHA256' },
  { keyType: 'RSA-3072', key: rsa(3072), hash: 'SHA384' },
  { keyType: 'RSA-4096', key: rsa(4096), hash: 'SHA512' },
];

type Maker = (key: string, hash: string, file: ReturnType<typeof scratch>) => Uint8Array;

/** Makes a request for each kind of key; each must be taken and lead to a certificate for that key. */
async function checkMaker(t: TestContext, make: Maker, deviation: (hash: string, isEc: boolean) => string) {
  const file = scratch(t);
  const ca = await testCa();
  for (const { keyType, key, hash } of keys) {
    const path = file(`${keyType}.pem`, key.export({ type: 'pkcs8', format: 'pem' }));
    const der = make(path, hash, file);
    const expected = `taken ${keyType} CN=SN-7${deviation(hash, keyType.startsWith('P'))}`;
    for (const bytes of [
      der,
      Buffer.from(pemOf('CERTIFICATE REQUEST', der)),
      Buffer.from(Buffer.from(der).toString('base64url')),
    ])
      assert.equal(verdict(bytes), expected);
    const { certificateDer } = await issue(der, 'SN-7', ca);
    assert.ok(new X509Certificate(certificateDer).checkPrivateKey(key), keyType);
  }
}

const asStandard = () => '';

test('requests by OpenSSL', async (t) => {
  if (!needTools(t, 'openssl')) return;
  const make: Maker = (key, hash, file) => {
    const made = openssl([
      'req',
      '-new',
      '-key',
      key,
      `-${hash.toLowerCase()}`,
      '-subj',
      '/CN=SN-7',
      '-outform',
      'DER',
      '-out',
      file('csr'),
    ]);
    assert.ok(made.ok, made.output);
    return readFileSync(file('csr'));
  };
  await checkMaker(t, make, asStandard);
});

test('requests by GnuTLS', async (t) => {
  if (!needTools(t, 'certtool')) return;
  const make: Maker = (key, hash, file) => {
    const template = file('template', 'cn = "SN-7"\n');
    const made = certtool([
      '--generate-request',
      '--load-privkey',
      key,
      '--template',
      template,
      '--hash',
      hash,
      '--outder',
      '--outfile',
      file('csr'),
    ]);
    assert.ok(made.ok, made.output);
    return readFileSync(file('csr'));
  };
  await checkMaker(t, make, asStandard);
});

test('requests by Mbed TLS 2.28: with ECDSA they deviate as known, whatever the hash', async (t) => {
  if (!needProgram(t, 'mbedtls')) return;
  const make: Maker = (key, hash) => {
    const { status, stdout } = spawnSync(build('mbedtls'), [key, hash, 'CN=SN-7']);
    assert.equal(status, 0);
    return stdout;
  };
  await checkMaker(t, make, (_, isEc) => (isEc ? ' ecdsaNullParameters' : ''));
});
