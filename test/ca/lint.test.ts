/** Every lint lets the certificates of this CA pass, and stops one that breaks its rule alone. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { encode, octetString, oid, raw, sequence, setOf, text } from '../../app/ca/der.ts';
import {
  authorityKeyIdentifier,
  basicConstraints,
  extendedKeyUsage,
  keyUsage,
  subjectKeyIdentifier,
} from '../../app/ca/extension.ts';
import {
  buildTbs,
  defaultProfile,
  type Issuer,
  lint,
  lints,
  newSerial,
  parseCsr,
  profileNamed,
  readKey,
  type Tbs,
} from '../../app/ca/index.ts';
import { keyIdentifier } from '../../app/ca/key.ts';
import { encodeName } from '../../app/ca/name.ts';
import { encodeTbs, type TbsFields } from '../../app/ca/tbs.ts';
import { StationError } from '../../app/contract/errors.ts';
import { hex, makeCsr, now, tbsFor, testCa, tlv, withCode } from './support.ts';

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
    subject: encodeName([['commonName', 'SN-1']]),
    spkiDer: key.spkiDer,
    extensions: [constraints, usage, purposes, ski, aki],
    ...changes,
  };
}

const tbs = (changes: Partial<TbsFields> = {}): Tbs => wrap(encodeTbs(fields(changes)));
const wrap = (tbsDer: Uint8Array): Tbs => ({ tbsDer, profile: 'aws-iot-device', purpose: 'device' });
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
const subject = (...attributes: [string, number, string][]) =>
  sequence(...attributes.map(([type, tag, value]) => setOf(sequence(oid(type), text(tag, value)))));

/** For each lint a certificate that breaks its rule; where a rule cannot be broken alone, the others are named. */
const fixtures: Record<string, { tbs: Tbs; also?: string[]; issuer?: Issuer }> = {
  'version.isV3': { tbs: recut(([, ...rest]) => [hex('a003020101'), ...rest]) },
  'serial.isPositive': { tbs: recut(([version, , ...rest]) => [version!, hex(`0210ff${'11'.repeat(15)}`), ...rest]) },
  'serial.isShort': { tbs: tbs({ serialHex: '11'.repeat(21) }), also: ['serial.isRandom'] },
  'serial.isRandom': { tbs: tbs({ serialHex: '01' }) },
  'signature.fitsIssuer': { tbs: tbs({ algorithm: 'sha256WithRSAEncryption' }) },
  'validity.isOrdered': { tbs: tbs({ notAfter: now }) },
  'validity.insideIssuer': { tbs: tbs({ notAfter: new Date(issuer.notAfter.getTime() + 1000) }) },
  'key.isSupported': {
    tbs: tbs({ spkiDer: hex(`302a300506032b6570032100${'09'.repeat(32)}`) }),
    also: ['key.isNotTheIssuers', 'keyUsage.fitsKey', 'subjectKeyIdentifier.isTheKeys'],
  },
  'key.isNotTheIssuers': {
    tbs: tbs({
      spkiDer: issuerSpki(issuer),
      extensions: [constraints, usage, purposes, subjectKeyIdentifier(issuer.ski), aki],
    }),
  },
  'fields.noUniqueIds': { tbs: recut((parts) => [...parts.slice(0, -1), hex('8102000f'), parts.at(-1)!]) },
  'issuer.isVerbatim': { tbs: tbs({ issuerDer: encode(encodeName([['commonName', 'Another CA']])) }) },
  'subject.isNotTheIssuers': { tbs: tbs({ subject: raw(issuer.subjectDer) }) },
  'subject.hasOneCommonName': { tbs: tbs({ subject: encodeName([['organizationName', 'Tømmer & Co']]) }) },
  'subject.valuesFit': { tbs: tbs({ subject: subject(['2.5.4.3', 0x0c, 'S'.repeat(65)]) }) },
  'subject.stringTypes': { tbs: tbs({ subject: subject(['2.5.4.3', 0x16, 'SN-1']) }) },
  'subject.practiceMark': {
    tbs: tbs({
      subject: encodeName([
        ['organizationalUnitName', 'PRACTICE'],
        ['commonName', 'SN-1'],
      ]),
    }),
  },
  'extensions.areUnique': { tbs: tbs({ extensions: [constraints, usage, purposes, ski, aki, ski] }) },
  'extensions.areKnown': {
    tbs: tbs({
      extensions: [constraints, usage, purposes, ski, aki, sequence(oid('1.2.3.4'), octetString(hex('0500')))],
    }),
  },
  'extensions.criticality': {
    tbs: tbs({ extensions: [sequence(oid('2.5.29.19'), octetString(hex('3000'))), usage, purposes, ski, aki] }),
  },
  'basicConstraints.isNoCa': {
    tbs: tbs({ extensions: [basicConstraints({ pathLength: 0 }), usage, purposes, ski, aki] }),
  },
  'keyUsage.signs': {
    tbs: tbs({
      spkiDer: rsaKey.spkiDer,
      extensions: [
        constraints,
        keyUsage(['keyEncipherment']),
        purposes,
        subjectKeyIdentifier(keyIdentifier(rsaKey.spkiDer)),
        aki,
      ],
    }),
  },
  'keyUsage.noCaBits': {
    tbs: tbs({ extensions: [constraints, keyUsage(['digitalSignature', 'keyCertSign']), purposes, ski, aki] }),
    also: ['keyUsage.fitsKey'],
  },
  'keyUsage.fitsKey': {
    tbs: tbs({ extensions: [constraints, keyUsage(['digitalSignature', 'keyEncipherment']), purposes, ski, aki] }),
  },
  'extKeyUsage.isClientAuth': {
    tbs: tbs({
      extensions: [constraints, usage, extendedKeyUsage(['1.3.6.1.5.5.7.3.2', '1.3.6.1.5.5.7.3.1']), ski, aki],
    }),
  },
  'subjectKeyIdentifier.isTheKeys': {
    tbs: tbs({ extensions: [constraints, usage, purposes, subjectKeyIdentifier(issuer.ski), aki] }),
  },
  'authorityKeyIdentifier.isTheIssuers': {
    tbs: tbs({ extensions: [constraints, usage, purposes, ski, authorityKeyIdentifier(hex('00'.repeat(20)))] }),
  },
};

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

test('there is a fixture for every lint, every lint names its source, and no name is used twice', () => {
  assert.deepEqual(Object.keys(fixtures).sort(), lints.map(({ name }) => name).sort());
  assert.ok(lints.length >= 15);
  for (const { name, source } of lints) assert.ok(source.length > 10, name);
});

for (const [name, { tbs: broken, also = [] }] of Object.entries(fixtures)) {
  test(`${name} stops what breaks it`, () => {
    assert.deepEqual(failedLints(broken, issuer).sort(), [name, ...also].sort());
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
