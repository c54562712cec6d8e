/** Every lint lets the certificates of this CA pass, and stops one that breaks its rule alone. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { generalName } from '../../app/ca/altname.ts';
import {
  type Asn1,
  bitString,
  boolean,
  encode,
  implicitOctets,
  octetString,
  oid,
  raw,
  sequence,
  setOf,
  text,
} from '../../app/ca/der.ts';
import {
  authorityKeyIdentifier,
  basicConstraints,
  certificatePolicies,
  crlDistributionPoints,
  extendedKeyUsage,
  type KeyUsage,
  keyUsage,
  subjectAltName,
  subjectKeyIdentifier,
} from '../../app/ca/extension.ts';
import { altNamesOf, subjectOf } from '../../app/ca/fill.ts';
import {
  buildTbs,
  defaultProfile,
  type Issuer,
  lint,
  lints,
  newSerial,
  type Profile,
  parseCsr,
  profileNamed,
  readKey,
  type Tbs,
} from '../../app/ca/index.ts';
import { keyIdentifier } from '../../app/ca/key.ts';
import { encodeName, type NameAttribute } from '../../app/ca/name.ts';
import { oids } from '../../app/ca/oids.ts';
import { noExpiry } from '../../app/ca/profile.ts';
import { encodeTbs, type TbsFields } from '../../app/ca/tbs.ts';
import { StationError } from '../../app/contract/errors.ts';
import { fullFields, fullProfile, hex, makeCsr, now, tbsFor, testCa, tlv, withCode } from './support.ts';

const { issuer } = await testCa();
const { issuer: practiceIssuer } = await testCa(true);
const key = parseCsr(makeCsr('SN-1').csrDer);
const rsaKey = readKey(
  new Uint8Array(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ type: 'spki', format: 'der' })),
);
const day = 24 * 3600 * 1000;

const constraints = basicConstraints(false);
const usage = keyUsage(['digitalSignature']);
const purposes = extendedKeyUsage(['1.3.6.1.5.5.7.3.2']);
const ski = subjectKeyIdentifier(keyIdentifier(key.spkiDer));
const aki = authorityKeyIdentifier(issuer.ski);

function fields(changes: Partial<TbsFields> = {}): TbsFields {
  return {
    serialHex: newSerial(),
    algorithm: issuer.algorithm,
    issuerDer: issuer.subjectDer,
    notBefore: now,
    notAfter: new Date(now.getTime() + day),
    subject: encodeName([
      ['organizationName', 'Tømmer & Co'],
      ['commonName', 'SN-1'],
    ]),
    spkiDer: key.spkiDer,
    extensions: [constraints, usage, purposes, ski, aki],
    ...changes,
  };
}

const tbs = (changes: Partial<TbsFields> = {}): Tbs => wrap(encodeTbs(fields(changes)));
const wrap = (tbsDer: Uint8Array, profile: Profile = defaultProfile): Tbs => ({ tbsDer, profile });
/** The same certificate with other parts in the outer SEQUENCE. */
function recut(change: (parts: Uint8Array[]) => Uint8Array[], changes: Partial<TbsFields> = {}): Tbs {
  const all = encodeTbs(fields(changes));
  const parts: Uint8Array[] = [];
  for (let at = 4; at < all.length; ) {
    const first = all[at + 1]!;
    const length = first < 128 ? 2 + first : first === 0x81 ? 3 + all[at + 2]! : 4 + all[at + 2]! * 256 + all[at + 3]!;
    parts.push(all.subarray(at, at + length));
    at += length;
  }
  return wrap(tlv(0x30, ...change(parts)));
}
const bits = (unused: number, ...octets: number[]) => octetString(encode(bitString(Uint8Array.from(octets), unused)));
const extensionOf = (type: string, value: Asn1) => sequence(oid(type), octetString(encode(value)));
const names = (...list: Asn1[]) => extensionOf(oids.subjectAltName, sequence(...list));
const dns = (value: string) => implicitOctets(2, Buffer.from(value));
const uri = (value: string) => implicitOctets(6, Buffer.from(value));
const hardware = (hwType: string) => generalName({ type: 'hardwareModuleName', hwType, hwSerial: hex('00ff') });
const policy = (value: string, ...qualifiers: Asn1[]) => sequence(oid(value), ...qualifiers);
const policies = (...list: Asn1[]) => extensionOf(oids.certificatePolicies, sequence(...list));
const purposesOf = (...list: string[]) => extendedKeyUsage(list);

/** The frame with the extensions of the full profile, one of them put in its place. */
const wideExtensions = [constraints, usage, purposes, ski, aki, ...fullExtensions()];
function fullExtensions() {
  const { policies: asked, crlDistributionPoints: addresses } = fullProfile;
  return [
    subjectAltName(altNamesOf(fullProfile, fullFields)),
    certificatePolicies(asked),
    crlDistributionPoints(addresses),
  ];
}
function wide(replaced?: 'names' | 'policies' | 'addresses' | 'usage' | 'purposes', by?: Asn1): Tbs {
  const at = { usage: 1, purposes: 2, names: 5, policies: 6, addresses: 7 };
  const extensions = wideExtensions.map((one, i) => (replaced !== undefined && by && at[replaced] === i ? by : one));
  const asked = fullProfile.subject.map(({ attribute }) => attribute);
  const subject = subjectOf(fullProfile, fullFields).filter(([attribute]) => asked.includes(attribute));
  return wrap(encodeTbs(fields({ subject: encodeName(subject), extensions })), fullProfile);
}
const plainSubject = (value: string): [NameAttribute, string][] => [
  ['organizationName', value],
  ['commonName', 'SN-1'],
];
const rsaExtensions = (usages: KeyUsage[]) => [
  constraints,
  keyUsage(usages),
  purposes,
  subjectKeyIdentifier(keyIdentifier(rsaKey.spkiDer)),
  aki,
];
const rsaTbs = (usages: KeyUsage[]) => tbs({ spkiDer: rsaKey.spkiDer, extensions: rsaExtensions(usages) });
const withUsage = (one: Asn1) => tbs({ extensions: [constraints, one, purposes, ski, aki] });
const withPurposes = (...list: string[]) => tbs({ extensions: [constraints, usage, purposesOf(...list), ski, aki] });
const idevid = profileNamed('ieee-802.1ar-idevid');
const lasting = buildTbs({
  profile: idevid,
  issuer,
  key,
  now,
  serialHex: newSerial(),
  fields: { unitSerial: 'SN-1', organisation: 'Tømmer & Co', model: 'M-1', hardwareId: '0a0b' },
});

type Fixture = {
  fails: Tbs;
  /** What obeys the rule and comes near breaking it; the plain certificate unless named. */
  passes?: Tbs;
  /** Where a rule cannot be broken alone: the others that stop it too. */
  also?: string[];
};

/** For each lint a certificate that breaks its rule and one that keeps it. */
const fixtures: Record<string, Fixture> = {
  'version.isV3': { fails: recut(([, ...rest]) => [hex('a003020101'), ...rest]) },
  'serial.isPositive': { fails: recut(([version, , ...rest]) => [version!, hex(`0210ff${'11'.repeat(15)}`), ...rest]) },
  'serial.isShort': {
    fails: tbs({ serialHex: '11'.repeat(21) }),
    passes: tbs({ serialHex: `ff${'11'.repeat(15)}` }),
    also: ['serial.isRandom'],
  },
  'serial.isRandom': { fails: tbs({ serialHex: '01' }), passes: tbs({ serialHex: `80${'00'.repeat(15)}` }) },
  'signature.isStrong': {
    fails: recut((parts) => parts.map((part, i) => (i === 2 ? hex('300906072a8648ce3d0401') : part))),
    passes: wrap(encodeTbs(fields({ algorithm: 'ecdsa-with-SHA512' })), {
      ...defaultProfile,
      signature: { 'P-256': 'ecdsa-with-SHA512' },
    }),
    also: ['signature.parameters', 'signature.isTheProfiles'],
  },
  'signature.fitsIssuer': { fails: tbs({ algorithm: 'sha256WithRSAEncryption' }), also: ['signature.isTheProfiles'] },
  'signature.parameters': {
    fails: recut((parts) => parts.map((part, i) => (i === 2 ? hex('300c06082a8648ce3d0403020500') : part))),
  },
  'signature.isTheProfiles': {
    fails: tbs({ algorithm: 'ecdsa-with-SHA384' }),
    passes: wrap(encodeTbs(fields({ algorithm: 'ecdsa-with-SHA384' })), {
      ...defaultProfile,
      signature: { 'P-256': 'ecdsa-with-SHA384' },
    }),
  },
  'validity.isOrdered': { fails: tbs({ notAfter: now }) },
  'validity.insideIssuer': {
    fails: tbs({ notBefore: new Date(issuer.notBefore.getTime() - 1000) }),
    passes: tbs({ notBefore: issuer.notBefore }),
  },
  'validity.noExpiryIsMeant': {
    fails: tbs({ notAfter: noExpiry }),
    passes: lasting,
    also: ['validity.isNotLonger'],
  },
  'validity.isNotLonger': {
    fails: wrap(encodeTbs(fields({ notAfter: new Date(now.getTime() + 9 * day) })), {
      ...defaultProfile,
      validity: { kind: 'days', days: 7 },
    }),
    passes: wrap(encodeTbs(fields({ notAfter: new Date(now.getTime() + 8 * day) })), {
      ...defaultProfile,
      validity: { kind: 'days', days: 7 },
    }),
  },
  'key.isSupported': {
    fails: tbs({ spkiDer: hex(`302a300506032b6570032100${'09'.repeat(32)}`) }),
    passes: rsaTbs(['digitalSignature', 'keyEncipherment']),
    also: [
      'key.isNotTheIssuers',
      'keyUsage.fitsEcKey',
      'keyUsage.fitsRsaKey',
      'keyUsage.isTheProfiles',
      'subjectKeyIdentifier.isTheKeys',
    ],
  },
  'key.isNotTheIssuers': {
    fails: tbs({
      spkiDer: issuerSpki(issuer),
      extensions: [constraints, usage, purposes, subjectKeyIdentifier(issuer.ski), aki],
    }),
  },
  'fields.noUniqueIds': { fails: recut((parts) => [...parts.slice(0, -1), hex('8102000f'), parts.at(-1)!]) },
  'issuer.isVerbatim': { fails: tbs({ issuerDer: encode(encodeName([['commonName', 'Another CA']])) }) },
  'subject.isNotTheIssuers': { fails: tbs({ subject: raw(issuer.subjectDer) }) },
  'subject.hasOneCommonName': {
    fails: tbs({ subject: encodeName([['organizationName', 'Tømmer & Co']]) }),
    also: ['subject.isTheProfiles'],
  },
  'subject.valuesFit': {
    fails: tbs({ subject: encodedSubject(['2.5.4.10', 0x0c, 'O'], ['2.5.4.3', 0x0c, 'S'.repeat(65)]) }),
    passes: tbs({ subject: encodedSubject(['2.5.4.10', 0x0c, 'O'], ['2.5.4.3', 0x0c, 'S'.repeat(64)]) }),
  },
  'subject.stringTypes': {
    fails: tbs({ subject: encodedSubject(['2.5.4.10', 0x0c, 'O'], ['2.5.4.3', 0x16, 'SN-1']) }),
  },
  'subject.practiceMark': {
    fails: tbs({
      subject: encodeName([
        ['organizationName', 'O'],
        ['organizationalUnitName', 'PRACTICE'],
        ['commonName', 'SN-1'],
      ]),
    }),
    passes: tbs({ subject: encodeName(plainSubject('PRACTICE')) }),
    also: [],
  },
  'subject.isNotEmpty': {
    fails: tbs({ subject: sequence() }),
    also: ['subject.hasOneCommonName', 'subject.isTheProfiles'],
  },
  'subject.oneValueAnRdn': { fails: tbs({ subject: raw(twoInOneRdn()) }) },
  'subject.attributesOnce': {
    fails: tbs({
      subject: encodeName([
        ['organizationName', 'O'],
        ['organizationName', 'P'],
        ['commonName', 'SN-1'],
      ]),
    }),
    passes: wide(),
    also: ['subject.isTheProfiles'],
  },
  'subject.isTheProfiles': {
    fails: tbs({
      subject: encodeName([
        ['commonName', 'SN-1'],
        ['organizationName', 'O'],
      ]),
    }),
    passes: wide(),
  },
  'subject.printableWhereAsked': {
    fails: wrap(encodeTbs(fields({ subject: encodedSubject(['2.5.4.5', 0x0c, 'SN-1'], ['2.5.4.3', 0x0c, 'SN-1']) })), {
      ...defaultProfile,
      subject: idevid.subject.slice(1),
    }),
    passes: lasting,
  },
  'subject.isFilled': { fails: tbs({ subject: encodeName(plainSubject('{organisation}')) }) },
  'subject.saysSomething': {
    fails: tbs({ subject: encodeName(plainSubject('- .')) }),
    passes: tbs({ subject: encodeName(plainSubject('-1.')) }),
  },
  'extensions.areUnique': { fails: tbs({ extensions: [constraints, usage, purposes, ski, aki, ski] }) },
  'extensions.areKnown': {
    fails: tbs({
      extensions: [constraints, usage, purposes, ski, aki, sequence(oid('1.2.3.4'), octetString(hex('0500')))],
    }),
    passes: wide(),
  },
  'extensions.areThere': { fails: tbs({ extensions: [constraints, usage, ski, aki] }), passes: wide() },
  'extensions.criticality': {
    fails: tbs({ extensions: [sequence(oid('2.5.29.19'), octetString(hex('3000'))), usage, purposes, ski, aki] }),
    passes: wide(),
  },
  'basicConstraints.isNoCa': {
    fails: tbs({ extensions: [basicConstraints({ pathLength: 0 }), usage, purposes, ski, aki] }),
  },
  'subjectKeyIdentifier.isTheKeys': {
    fails: tbs({ extensions: [constraints, usage, purposes, subjectKeyIdentifier(issuer.ski), aki] }),
  },
  'authorityKeyIdentifier.isTheIssuers': {
    fails: tbs({ extensions: [constraints, usage, purposes, ski, authorityKeyIdentifier(hex('00'.repeat(20)))] }),
  },
  'keyUsage.signs': {
    fails: rsaTbs(['keyEncipherment']),
    passes: rsaTbs(['digitalSignature', 'keyEncipherment']),
    also: ['keyUsage.isTheProfiles'],
  },
  'keyUsage.isMinimal': {
    fails: withUsage(sequence(oid('2.5.29.15'), boolean(true), bits(0, 0x80))),
    passes: rsaTbs(['digitalSignature', 'keyEncipherment']),
  },
  'keyUsage.noCaBits': {
    fails: withUsage(keyUsage(['digitalSignature', 'keyCertSign'])),
    also: ['keyUsage.isTheProfiles'],
  },
  'keyUsage.fitsEcKey': {
    fails: withUsage(keyUsage(['digitalSignature', 'keyEncipherment'])),
    passes: rsaTbs(['digitalSignature', 'keyEncipherment']),
    also: ['keyUsage.isTheProfiles'],
  },
  'keyUsage.fitsRsaKey': {
    fails: rsaTbs(['digitalSignature', 'keyEncipherment', 'keyAgreement']),
    passes: agreeing(['digitalSignature', 'keyAgreement']),
    also: ['keyUsage.isTheProfiles'],
  },
  'keyUsage.onlyWithAgreement': {
    fails: withUsage(keyUsage(['digitalSignature', 'decipherOnly'])),
    passes: agreeing(['digitalSignature', 'keyAgreement']),
    also: ['keyUsage.isTheProfiles'],
  },
  'keyUsage.isTheProfiles': {
    fails: withUsage(keyUsage(['digitalSignature', 'nonRepudiation'])),
    passes: agreeing(['digitalSignature', 'keyAgreement']),
  },
  'extKeyUsage.isClientAuth': {
    fails: withPurposes(oids.serverAuth),
    passes: wide(),
    also: ['extKeyUsage.isTheProfiles'],
  },
  'extKeyUsage.isNotAny': {
    fails: withPurposes(oids.clientAuth, oids.anyExtendedKeyUsage),
    also: ['extKeyUsage.isTheProfiles'],
  },
  'extKeyUsage.vouchesForNobody': {
    fails: withPurposes(oids.clientAuth, oids.ocspSigning),
    also: ['extKeyUsage.isTheProfiles'],
  },
  'extKeyUsage.areUnique': {
    fails: withPurposes(oids.clientAuth, oids.clientAuth),
    also: ['extKeyUsage.isTheProfiles'],
  },
  'extKeyUsage.isTheProfiles': { fails: withPurposes(oids.clientAuth, oids.serverAuth) },
  'subjectAltName.isNotEmpty': { fails: wide('names', names()), passes: wide(), also: allNameLints() },
  'subjectAltName.kindsAreKnown': {
    fails: wide('names', names(implicitOctets(7, hex('7f000001')))),
    passes: wide(),
    also: ['subjectAltName.isTheProfiles'],
  },
  'subjectAltName.dnsIsHostName': namesCase([dns('sn_1.example')]),
  'subjectAltName.dnsIsOneHost': namesCase([dns('*.example')]),
  'subjectAltName.uriIsAbsolute': namesCase([uri('/units/SN-1')]),
  'subjectAltName.otherNameSaysSomething': namesCase([generalName({ type: 'otherName', oid: '1.2.3.4', value: '' })]),
  'subjectAltName.hardwareIsOne': namesCase([hardware('1.3.6.1.4.1.99999.1'), hardware('1.3.6.1.4.1.99999.2')]),
  'subjectAltName.hardwareTypeIsArc': namesCase([hardware('1.3.6')], lasting),
  'subjectAltName.areUnique': namesCase([dns('a.example'), dns('A.EXAMPLE')]),
  'subjectAltName.isFilled': namesCase([generalName({ type: 'otherName', oid: '1.2.3.4', value: '{unitSerial}' })]),
  'subjectAltName.isTheProfiles': { fails: wide('names', names(dns('a.example'))), passes: wide() },
  'certificatePolicies.areUnique': policiesCase(policy('1.3.6.1.4.1.99999.2.1'), policy('1.3.6.1.4.1.99999.2.1')),
  'certificatePolicies.noQualifiers': {
    fails: wide(
      'policies',
      policies(
        policy(
          '1.3.6.1.4.1.99999.2.1',
          sequence(sequence(oid('1.3.6.1.5.5.7.2.1'), text(0x16, 'http://cps.example/'))),
        ),
      ),
    ),
    passes: wide(),
  },
  'certificatePolicies.notAny': policiesCase(policy(oids.anyPolicy)),
  'certificatePolicies.areTheProfiles': { fails: wide('policies', certificatePolicies(['1.2.3.4'])), passes: wide() },
  'crlDistributionPoints.areHttp': addressesCase('https://crl.example/ca.crl'),
  'crlDistributionPoints.areUnique': addressesCase('http://crl.example/ca.crl', 'http://crl.example/ca.crl'),
  'crlDistributionPoints.areTheProfiles': {
    fails: wide('addresses', crlDistributionPoints(['http://other.example/ca.crl'])),
    passes: wide(),
  },
};

/** A subject of its own attributes and string types. */
function encodedSubject(...attributes: [string, number, string][]) {
  return sequence(...attributes.map(([type, tag, value]) => setOf(sequence(oid(type), text(tag, value)))));
}
function twoInOneRdn(): Buffer {
  const pair = (type: string, value: string) => tlv(0x30, hex(type), tlv(0x0c, Buffer.from(value)));
  return tlv(0x30, tlv(0x31, pair('060355040a', 'O'), pair('0603550403', 'SN-1')));
}
function agreeing(ec: Profile['keyUsage']['ec']): Tbs {
  const extensions = [constraints, keyUsage(ec), purposes, ski, aki];
  return wrap(encodeTbs(fields({ extensions })), { ...defaultProfile, keyUsage: { ...defaultProfile.keyUsage, ec } });
}
/** Names under a profile that asks for so many of their kinds, so that only the rule itself is broken. */
function namesCase(list: Asn1[], passes: Tbs = wide()): Fixture {
  return { fails: wide('names', names(...list)), passes, also: ['subjectAltName.isTheProfiles'] };
}
function policiesCase(...list: Asn1[]): Fixture {
  return { fails: wide('policies', policies(...list)), passes: wide(), also: ['certificatePolicies.areTheProfiles'] };
}
function addressesCase(...list: string[]): Fixture {
  const also = ['crlDistributionPoints.areTheProfiles'];
  return { fails: wide('addresses', crlDistributionPoints(list)), passes: wide(), also };
}
/** No list, nothing to judge it by: every lint of the names says so. */
function allNameLints(): string[] {
  return lints
    .map(({ name }) => name)
    .filter((name) => name.startsWith('subjectAltName.') && name !== 'subjectAltName.isNotEmpty');
}

function issuerSpki({ publicKey }: Issuer): Uint8Array {
  return new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }));
}

function failedLints(one: Tbs, by: Issuer): string[] {
  try {
    lint(one, by);
    return [];
  } catch (error) {
    assert.ok(error instanceof StationError && error.code === 'ca.lintFailed', String(error));
    return String(error.data?.lints).split(' ');
  }
}

test('there are at least 40 lints, each with fixtures, a source and a name of its own', () => {
  assert.deepEqual(Object.keys(fixtures).sort(), lints.map(({ name }) => name).sort());
  assert.ok(lints.length >= 40, String(lints.length));
  for (const { name, source } of lints) {
    assert.match(name, /^[a-zA-Z]+\.[a-zA-Z0-9]+$/);
    assert.match(source, /RFC \d+|X\.690|CA practice|CA\/Browser Forum|AWS IoT|IEEE|Birthmark:/, name);
  }
});

for (const [name, { fails, passes = tbs(), also = [] }] of Object.entries(fixtures)) {
  test(`${name} stops what breaks it and lets pass what keeps it`, () => {
    assert.deepEqual(failedLints(fails, issuer).sort(), [name, ...also].sort());
    assert.deepEqual(failedLints(passes, issuer), []);
  });
}

test('what the builder makes passes every lint, for every key type, purpose and CA', () => {
  assert.deepEqual(failedLints(tbs(), issuer), [], 'the frame of the fixtures');
  for (const by of [issuer, practiceIssuer]) {
    for (const spki of [key, rsaKey]) {
      const common = { issuer: by, key: spki, now, serialHex: newSerial() };
      const device = {
        ...common,
        profile: defaultProfile,
        fields: { unitSerial: 'SN-1', organisation: 'Tømmer & Co' },
      };
      assert.deepEqual(failedLints(buildTbs(device), by), []);
      const verification = profileNamed('aws-ca-verification');
      const code = { ...common, profile: verification, fields: { registrationCode: 'a1'.repeat(32) } };
      assert.deepEqual(failedLints(buildTbs(code), by), []);
    }
  }
});

test('the facts of what passed come from the bytes, and the bytes are a copy', () => {
  const built = tbsFor(parseCsr(makeCsr('SN-1').csrDer), 'SN-1', issuer);
  const before = Buffer.from(built.tbsDer);
  const linted = lint(built, issuer);
  built.tbsDer.fill(0);
  assert.deepEqual(Buffer.from(linted.tbsDer), before);
  assert.equal(linted.subject, 'CN=SN-1,O=Tømmer & Co');
  assert.equal(linted.issuerId, issuer.issuerId);
  assert.equal(linted.purpose, 'device');
  assert.equal(linted.profile, 'aws-iot-device');
  assert.match(linted.serialHex, /^[0-9a-f]{32}$/);
  assert.equal(new Date(linted.notBeforeAt).getTime() % 1000, 0);
});

test('bytes that are no TBSCertificate are stopped by name', () => {
  const whole = encodeTbs(fields());
  const wrongTime = recut((parts) => {
    const validity = tlv(0x30, tlv(0x18, Buffer.from('20300101000000Z')), tlv(0x17, Buffer.from('310101000000Z')));
    return parts.map((part, i) => (i === 4 ? validity : part));
  });
  for (const bad of [wrap(whole.subarray(0, -1)), wrap(new Uint8Array(0)), wrap(hex('3000')), wrongTime]) {
    assert.deepEqual(failedLints(bad, issuer), ['tbs.isReadable']);
  }
});

test('a certificate without any one of its extensions is stopped', () => {
  const all = [constraints, usage, purposes, ski, aki];
  for (const missing of all) {
    const extensions = all.filter((one) => one !== missing);
    assert.notDeepEqual(failedLints(tbs({ extensions }), issuer), []);
  }
});

test("another CA's certificate is stopped", () => {
  assert.throws(() => lint(tbs(), practiceIssuer), withCode('ca.lintFailed'));
});
