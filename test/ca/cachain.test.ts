/** What a CA elsewhere answers: a root made with OpenSSL signs our request, and everything that could be wrong is. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import {
  caRequest,
  chainFrom,
  createSigner,
  issuerFrom,
  newCaKeyPair,
  pemOf,
  softwareKey,
  verifyChain,
} from '../../app/ca/index.ts';
import type { CaKeyType } from '../../app/contract/authority.ts';
import { StationError } from '../../app/contract/errors.ts';
import { issuingExtensions, mustOpenssl, type Outside, outsideCas, rootExtensions } from './outside.ts';
import { certtool, issue, makeCsr, needTools, now, openssl, scratch, testCa, withCode } from './support.ts';

const names = { commonName: 'Line 4 Issuing CA', organisation: 'Tømmer & Co', practice: false };
const dayMs = 24 * 3600 * 1000;
/** OpenSSL's certificates begin in the second they are made. */
const soon = new Date(now.getTime() + 3600_000);

const middleExtensions = [
  'basicConstraints=critical,CA:TRUE,pathlen:1',
  'keyUsage=critical,keyCertSign,cRLSign',
  'subjectKeyIdentifier=hash',
  'authorityKeyIdentifier=keyid:always',
];

async function request(keyType: CaKeyType = 'P-256') {
  const key = softwareKey(await newCaKeyPair(keyType));
  return { key, csrPem: pemOf('CERTIFICATE REQUEST', await caRequest({ ...names, key })) };
}

for (const keyType of ['P-256', 'P-384', 'P-521', 'RSA-2048'] as const) {
  test(`a request for a CA with ${keyType} is one, to OpenSSL and GnuTLS`, async (t) => {
    if (!needTools(t, 'openssl', 'certtool')) return;
    const { csrPem } = await request(keyType);
    const { ok, output } = openssl(['req', '-verify', '-noout', '-text', '-nameopt', 'RFC2253,utf8,-esc_msb'], csrPem);
    assert.ok(ok && /verify OK/.test(output), output);
    assert.match(output, /Version: 1 \(0x0\)/);
    assert.match(output, /Subject: CN=Line 4 Issuing CA,O=Tømmer & Co\n/);
    assert.match(output, /Basic Constraints: critical\s+CA:TRUE, pathlen:0\n/);
    assert.match(output, /Key Usage: critical\s+Certificate Sign, CRL Sign\n/);
    assert.match(output, /Subject Key Identifier/);
    const gnutls = certtool(['--crq-info'], csrPem).output;
    assert.match(gnutls, /Self signature: verified/);
    assert.match(gnutls, /Certificate Authority \(CA\): TRUE/);
  });
}

/** The whole way: request, certificate from outside, chain, a device's certificate, and every judge about it. */
async function issueUnder(t: TestContext, cas: Outside[], key: ReturnType<typeof softwareKey>, text: string) {
  const chain = chainFrom(text, { leafSpkiDer: key.spkiDer, now: soon });
  assert.deepEqual(
    chain.map(({ certificateDer }) => certificateDer),
    cas.map(({ der }) => der),
  );
  const chainDer = chain.map(({ certificateDer }) => certificateDer);
  const issuer = issuerFrom(chainDer[0]!);
  const ca = { ...(await testCa()), issuer, signer: createSigner(key, issuer) };
  const { certificateDer } = await issue(makeCsr('SN-1').csrDer, 'SN-1', ca, { at: soon });
  verifyChain(certificateDer, chainDer, soon);
  const file = scratch(t);
  const pems = chainDer.map((der) => pemOf('CERTIFICATE', der));
  const untrusted = file('untrusted', pems.slice(0, -1).join(''));
  const trust = ['-CAfile', file('root', pems.at(-1)), ...(pems.length > 1 ? ['-untrusted', untrusted] : [])];
  const leaf = file('leaf', pemOf('CERTIFICATE', certificateDer));
  const at = ['-attime', String(Math.floor(soon.getTime() / 1000))];
  const judge = (...flags: string[]) =>
    mustOpenssl(['verify', ...flags, '-purpose', 'sslclient', ...at, ...trust, leaf]);
  return { judge, certificateDer, chainDer };
}

for (const [rootKey, keyType] of [
  ['P-384', 'P-256'],
  ['RSA-3072', 'P-256'],
  ['P-256', 'RSA-2048'],
] as const) {
  test(`an outside root with ${rootKey} and a CA in between certify ours with ${keyType}, and devices below it`, async (t) => {
    if (!needTools(t, 'openssl')) return;
    const make = outsideCas(t);
    const { key, csrPem } = await request(keyType);
    const root = make({ name: 'Outside Root', keyType: rootKey });
    const middle = make({ name: 'Outside Policy CA', by: root, extensions: middleExtensions });
    const own = make({ name: 'ours', by: middle, csrPem, extensions: issuingExtensions });
    const decoy = make({ name: 'Another Root' });
    const text = `Bag of certificates\r\n${middle.pem}and\n${decoy.pem}${own.pem}${own.pem}\n# the root\n${root.pem}bye`;
    const { judge, certificateDer, chainDer } = await issueUnder(t, [own, middle, root], key, text);
    judge('-x509_strict');
    const refused = (chain: Uint8Array[]) =>
      assert.throws(() => verifyChain(certificateDer, chain, soon), withCode('verify.chainInvalid'));
    refused([]);
    refused(chainDer.slice(0, 2));
    refused([chainDer[0]!, chainDer[2]!]);
    refused([chainDer[1]!, chainDer[0]!, chainDer[2]!]);
    refused([...chainDer, decoy.der]);
  });
}

test('a root as OpenSSL makes it unasked, without key usage or identifiers, can be above ours', async (t) => {
  if (!needTools(t, 'openssl')) return;
  const make = outsideCas(t);
  const { key, csrPem } = await request();
  const root = make({ name: 'Plain Root', extensions: ['basicConstraints=CA:TRUE', 'subjectKeyIdentifier=none'] });
  const extensions = [...issuingExtensions.slice(0, 3), 'authorityKeyIdentifier=none'];
  const own = make({ name: 'ours', by: root, csrPem, extensions });
  const { judge } = await issueUnder(t, [own, root], key, root.pem + own.pem);
  // Strictly, OpenSSL wants key usage of a root, too; RFC 5280 §6.1.1 (d) does not.
  judge();
});

test('an AKI may name the issuing certificate as well, where it is the right one', async (t) => {
  if (!needTools(t, 'openssl')) return;
  const make = outsideCas(t);
  const { key, csrPem } = await request();
  const root = make({ name: 'Outside Root' });
  const extensions = [...issuingExtensions.slice(0, 3), 'authorityKeyIdentifier=keyid:always,issuer:always'];
  const own = make({ name: 'ours', by: root, csrPem, extensions });
  const { judge } = await issueUnder(t, [own, root], key, own.pem + root.pem);
  judge('-x509_strict');
  const renewed = make({ name: 'Outside Root', keyFile: root.keyFile });
  refuses('brokenChain', own.pem + renewed.pem);
});

test('of certificates for one key, those that are valid and lead to a root are taken', async (t) => {
  if (!needTools(t, 'openssl')) return;
  const make = outsideCas(t);
  const { key, csrPem } = await request();
  const old = make({ name: 'Outside Root', days: 1 });
  const root = make({ name: 'Outside Root', keyFile: old.keyFile, days: 700 });
  const crossed = make({
    name: 'Outside Root',
    keyFile: old.keyFile,
    by: make({ name: 'Older Root' }),
    extensions: middleExtensions,
  });
  const own = make({ name: 'ours', by: root, csrPem, extensions: issuingExtensions });
  const at = new Date(now.getTime() + 2 * dayMs);
  const chain = chainFrom([old.der, crossed.der, own.der, root.der], { leafSpkiDer: key.spkiDer, now: at });
  assert.deepEqual(
    chain.map(({ certificateDer }) => certificateDer),
    [own.der, root.der],
  );
  // Two CAs that certify each other are no way up.
  const one = make({ name: 'One' });
  const two = make({ name: 'Two' });
  const byTwo = make({ name: 'One', keyFile: one.keyFile, by: two, extensions: middleExtensions });
  const byOne = make({ name: 'Two', keyFile: two.keyFile, by: one, extensions: middleExtensions });
  const ring = make({ name: 'ours', by: one, csrPem, extensions: issuingExtensions });
  refuses('noRoot', ring.pem + byTwo.pem + byOne.pem, { leafSpkiDer: key.spkiDer });
});

function refuses(reason: string, source: string | Uint8Array[], terms: { leafSpkiDer?: Uint8Array; at?: Date } = {}) {
  const { leafSpkiDer, at = soon } = terms;
  assert.throws(
    () => chainFrom(source, { leafSpkiDer, now: at }),
    (error) => {
      assert.ok(error instanceof StationError, String(error));
      assert.equal(error.code, 'ca.unfit');
      assert.equal(error.data?.reason, reason, error.detail);
      assert.ok(error.detail.length > 20, error.detail);
      return true;
    },
  );
}

const without = (extensions: readonly string[], name: string) => extensions.filter((line) => !line.startsWith(name));
const withLine = (extensions: readonly string[], name: string, line: string) => [...without(extensions, name), line];

/** Each alone makes the path unfit: the issuing CA's, the root's, or the other one's in between. */
const cases: [reason: string, what: string, part: 'own' | 'middle' | 'root', change: object][] = [
  [
    'notCa',
    'an issuing CA that is none',
    'own',
    { extensions: withLine(issuingExtensions, 'basic', 'basicConstraints=critical,CA:FALSE') },
  ],
  ['notCa', 'an issuing CA without basic constraints', 'own', { extensions: without(issuingExtensions, 'basic') }],
  [
    'notCa',
    'an issuing CA that may not sign certificates',
    'own',
    { extensions: withLine(issuingExtensions, 'keyUsage', 'keyUsage=critical,cRLSign,digitalSignature') },
  ],
  ['notCa', 'an issuing CA without key usage', 'own', { extensions: without(issuingExtensions, 'keyUsage') }],
  [
    'notCa',
    'a root that may not sign certificates',
    'root',
    { extensions: withLine(rootExtensions, 'keyUsage', 'keyUsage=critical,digitalSignature') },
  ],
  ['notCa', 'a CA in between that is none', 'middle', { extensions: without(middleExtensions, 'basic') }],
  [
    'noCrlSign',
    'an issuing CA that may not sign CRLs',
    'own',
    { extensions: withLine(issuingExtensions, 'keyUsage', 'keyUsage=critical,keyCertSign') },
  ],
  [
    'noKeyIdentifier',
    'an issuing CA without SKI',
    'own',
    { extensions: withLine(issuingExtensions, 'subjectKey', 'subjectKeyIdentifier=none') },
  ],
  [
    'wrongPurpose',
    'an issuing CA for servers only',
    'own',
    { extensions: [...issuingExtensions, 'extendedKeyUsage=serverAuth'] },
  ],
  [
    'constrained',
    'a CA with name constraints',
    'middle',
    { extensions: [...middleExtensions, 'nameConstraints=permitted;DNS:example.com'] },
  ],
  [
    'constrained',
    'a CA with a critical extension nobody knows',
    'own',
    { extensions: [...issuingExtensions, '1.2.3.4=critical,DER:0500'] },
  ],
  [
    'pathTooLong',
    'a root for one level',
    'root',
    { extensions: withLine(rootExtensions, 'basic', 'basicConstraints=critical,CA:TRUE,pathlen:1') },
  ],
  [
    'pathTooLong',
    'a CA in between with room for none',
    'middle',
    { extensions: withLine(middleExtensions, 'basic', 'basicConstraints=critical,CA:TRUE,pathlen:0') },
  ],
  ['weakAlgorithm', 'SHA-1 below the root', 'own', { digest: 'sha1' }],
  ['weakAlgorithm', 'SHA-1 on the root itself', 'root', { digest: 'sha1' }],
  ['weakAlgorithm', 'MD5', 'middle', { digest: 'md5', rootKey: 'RSA-2048' }],
  ['weakKey', 'a root with RSA of 1024 bits', 'root', { keyType: 'RSA-1024' }],
  ['unsupported', 'a CA on a curve of another kind', 'middle', { keyType: 'secp256k1' }],
  ['unsupported', 'a hash nobody asked for', 'own', { digest: 'sha3-256' }],
];

for (const [reason, what, part, change] of cases) {
  test(`refused as ${reason}: ${what}`, async (t) => {
    if (!needTools(t, 'openssl')) return;
    const make = outsideCas(t);
    const { key, csrPem } = await request();
    const { rootKey, ...changes } = change as { rootKey?: 'RSA-2048' };
    const of = (which: typeof part) => (which === part ? changes : {});
    // The sound path first, so that it is the change that is refused.
    for (const sound of [true, false]) {
      const changed = (which: typeof part) => (sound ? {} : of(which));
      const root = make({
        name: 'Outside Root',
        extensions: withLine(rootExtensions, 'basic', 'basicConstraints=critical,CA:TRUE,pathlen:2'),
        ...(rootKey === undefined ? {} : { keyType: rootKey }),
        ...changed('root'),
      });
      const middle = make({ name: 'Middle', by: root, extensions: middleExtensions, ...changed('middle') });
      const own = make({ name: 'ours', by: middle, csrPem, extensions: issuingExtensions, ...changed('own') });
      const text = own.pem + middle.pem + root.pem;
      if (sound && part === 'root' && reason === 'pathTooLong') continue;
      if (sound) assert.equal(chainFrom(text, { leafSpkiDer: key.spkiDer, now: soon }).length, 3);
      else if (reason === 'pathTooLong' && part === 'root') {
        const low = make({ name: 'Low', by: middle, extensions: middleExtensions });
        const lowest = make({ name: 'ours', by: low, csrPem, extensions: issuingExtensions });
        refuses(reason, lowest.pem + low.pem + text.slice(own.pem.length), { leafSpkiDer: key.spkiDer });
      } else refuses(reason, text, { leafSpkiDer: key.spkiDer });
    }
  });
}

test('refused: another key, a missing or wrong certificate, two of one name, dates, nonsense', async (t) => {
  if (!needTools(t, 'openssl')) return;
  const make = outsideCas(t);
  const { key, csrPem } = await request();
  const leafSpkiDer = key.spkiDer;
  const root = make({ name: 'Outside Root', days: 30 });
  const middle = make({ name: 'Middle', by: root, extensions: middleExtensions });
  const own = make({ name: 'ours', by: middle, csrPem, extensions: issuingExtensions });
  const text = own.pem + middle.pem + root.pem;
  assert.equal(chainFrom(text, { leafSpkiDer, now: soon }).length, 3);
  assert.equal(chainFrom(text, { now: soon })[0]!.commonName, 'Line 4 Issuing CA');
  refuses('otherKey', text, { leafSpkiDer: (await request()).key.spkiDer });
  refuses('otherKey', middle.pem + root.pem, { leafSpkiDer });
  refuses('noRoot', own.pem + middle.pem, { leafSpkiDer });
  refuses('noRoot', own.pem + root.pem, { leafSpkiDer });
  refuses('noRoot', own.pem, { leafSpkiDer });
  const impostor = make({ name: 'Middle', by: root, extensions: without(middleExtensions, 'basic') });
  refuses('notCa', own.pem + impostor.pem + root.pem, { leafSpkiDer });
  const twin = make({ name: 'Middle', by: root, extensions: middleExtensions });
  refuses('brokenChain', own.pem + twin.pem + root.pem, { leafSpkiDer });
  const unmarked = make({
    name: 'Middle',
    by: root,
    extensions: withLine(middleExtensions, 'subjectKey', 'subjectKeyIdentifier=none'),
  });
  refuses('brokenChain', own.pem + unmarked.pem + root.pem, { leafSpkiDer });
  const otherRoot = make({ name: 'Outside Root' });
  refuses('brokenChain', own.pem + middle.pem + otherRoot.pem, { leafSpkiDer });
  refuses('expired', text, { leafSpkiDer, at: new Date(now.getTime() + 31 * dayMs) });
  refuses('notYetValid', text, { leafSpkiDer, at: new Date(now.getTime() - dayMs) });
  refuses('ambiguous', text + make({ name: 'Another Root' }).pem);
  refuses('unreadable', 'no certificate here');
  refuses('unreadable', []);
  refuses('unreadable', text.replace(/\n[^-\n]{64}\n/, '\n'), { leafSpkiDer });
  refuses('unreadable', [own.der, middle.der.subarray(0, -1)], { leafSpkiDer });
  refuses('unreadable', '-----BEGIN CERTIFICATE-----\nAAAA\n', { leafSpkiDer });
  refuses(
    'tooMany',
    Array.from({ length: 65 }, () => own.der),
    { leafSpkiDer },
  );
});

test('refused as nameClash: a CA that is called like one further up', async (t) => {
  if (!needTools(t, 'openssl')) return;
  const make = outsideCas(t);
  const root = make({ name: 'Twin' });
  const middle = make({ name: 'Middle', by: root, extensions: middleExtensions });
  const own = make({ name: 'Twin', by: middle, extensions: issuingExtensions });
  const spkiDer = issuerFrom(own.der).publicKey.export({ type: 'spki', format: 'der' });
  refuses('nameClash', own.pem + middle.pem + root.pem, { leafSpkiDer: new Uint8Array(spkiDer) });
});

test('what devices are certified by is held to all that a CA is held to, and to its identifier and CRLs', (t) => {
  if (!needTools(t, 'openssl')) return;
  const make = outsideCas(t);
  const root = make({ name: 'Outside Root' });
  const der = (extensions: readonly string[]) => make({ name: 'ours', by: root, extensions }).der;
  assert.equal(issuerFrom(der(issuingExtensions)).keyType, 'P-256');
  const unfit = [
    [...issuingExtensions, 'nameConstraints=critical,permitted;DNS:example.com'],
    [...issuingExtensions, 'extendedKeyUsage=serverAuth'],
    withLine(issuingExtensions, 'keyUsage', 'keyUsage=critical,digitalSignature'),
    withLine(issuingExtensions, 'keyUsage', 'keyUsage=critical,keyCertSign'),
    withLine(issuingExtensions, 'subjectKey', 'subjectKeyIdentifier=none'),
    without(issuingExtensions, 'basic'),
  ];
  for (const extensions of unfit) {
    const bytes = der(extensions);
    assert.throws(() => issuerFrom(bytes), withCode('ca.damaged'), extensions.join(' '));
  }
});

test('a CA of one level, self-signed, stands alone', async (t) => {
  if (!needTools(t, 'openssl')) return;
  const make = outsideCas(t);
  const single = make({
    name: 'Single',
    extensions: withLine(rootExtensions, 'basic', 'basicConstraints=critical,CA:TRUE,pathlen:0'),
  });
  assert.deepEqual(
    chainFrom(single.pem, { now: soon }).map(({ certificateDer }) => certificateDer),
    [single.der],
  );
  // Self-signed with another's signature.
  const forged = Uint8Array.from(single.der);
  forged[forged.length - 1]! ^= 1;
  refuses('brokenChain', [forged]);
});
