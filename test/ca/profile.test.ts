/** What a profile's file may say, and what a certificate does with it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { encode, readDer } from '../../app/ca/asn1/der.ts';
import { oids } from '../../app/ca/asn1/oids.ts';
import {
  buildTbs,
  checkProfile,
  newSerial,
  type Profile,
  parseCsr,
  profileNamed,
  profiles,
} from '../../app/ca/index.ts';
import { readAltNames } from '../../app/ca/x509/altname.ts';
import { extensionOf, readTbs } from '../../app/ca/x509/certificate.ts';
import { hardwareModuleName, hardwareTypeOf, readHardwareModuleName } from '../../app/ca/x509/hardwaremodule.ts';
import { profileFile, profileSections } from '../../app/contract/profile.ts';
import { checked, fullFields, fullProfileFile, makeCsr, now, testCa, withCode } from './support.ts';

const { issuer } = await testCa();
const key = parseCsr(makeCsr('SN-1').csrDer);
const minimal = {
  name: 'small',
  subject: [{ attribute: 'commonName', value: '{unitSerial}' }],
  validity: { kind: 'days', days: 30 },
  keyUsage: { ec: ['digitalSignature'], rsa: ['digitalSignature'] },
};

const tbsOf = (profile: Profile, fields: Record<string, string> = fullFields, at = now) =>
  readTbs(buildTbs({ profile, issuer, key, fields, serialHex: newSerial(), now: at }).tbsDer);

/** Path and message of the only problem. */
function problemOf(change: Record<string, unknown>): string {
  const result = checkProfile({ ...structuredClone(fullProfileFile), ...change });
  assert.ok(!result.ok, 'it was taken');
  assert.equal(result.problems.length, 1, JSON.stringify(result.problems));
  return `${result.problems[0]?.path} | ${result.problems[0]?.message}`;
}

test('a small profile is enough, and leaves out what it does not ask for', () => {
  const { extensions, notAfter } = tbsOf(checked(minimal), { unitSerial: 'SN-1' });
  assert.equal(extensions.length, 4);
  assert.equal(notAfter.getTime(), Math.floor((now.getTime() + 30 * 24 * 3600 * 1000) / 1000) * 1000);
});

test("the product's device profiles are data an engineer could have written, and every part cites its source", () => {
  const devices = Object.values(profiles).filter(({ purpose }) => purpose === 'device');
  assert.deepEqual(devices.map(({ name }) => name).sort(), ['aws-iot-device', 'ieee-802.1ar-idevid']);
  for (const { purpose, ...file } of devices) {
    assert.deepEqual(profileFile.parse(JSON.parse(JSON.stringify(file))), file);
  }
  for (const profile of Object.values(profiles)) {
    const used = profileSections.filter((section) => {
      const part = profile[section];
      return Array.isArray(part) ? part.length > 0 : Object.keys(part).length > 0;
    });
    assert.deepEqual(Object.keys(profile.sources).sort(), [...used].sort(), profile.name);
  }
});

const mistakes: [string, Record<string, unknown>, RegExp][] = [
  ['a name that is no file name', { name: '../x' }, /^name \| small letters/],
  ["a product profile's name", { name: 'aws-iot-device' }, /^name \| .*choose another/],
  ['a field nobody knows', { colour: 'red' }, /^ \| colour: not known here; allowed are name, .*subject/],
  [
    'an attribute nobody knows',
    { subject: [{ attribute: 'cn', value: 'x' }] },
    /^subject\[0\]\.attribute \| .*commonName/,
  ],
  [
    'no common name',
    { subject: [{ attribute: 'organizationName', value: 'x' }] },
    /^subject \| a commonName is needed/,
  ],
  ['an attribute twice', { subject: [...minimal.subject, ...minimal.subject] }, /^subject \| each attribute once/],
  [
    'a field the unit does not have',
    { subject: [{ attribute: 'commonName', value: '{serial}' }] },
    /^subject\[0\]\.value \| in braces only unitSerial, organisation, model, hardwareId/,
  ],
  ['half a brace', { subject: [{ attribute: 'commonName', value: '{unitSerial' }] }, /^subject\[0\]\.value \| braces/],
  [
    'a country of three letters',
    { subject: [{ attribute: 'countryName', value: 'NOR' }, ...minimal.subject] },
    /^subject\[0\]\.value \| .*1 to 2/,
  ],
  [
    'text that a PrintableString cannot hold',
    { subject: [...minimal.subject, { attribute: 'dnQualifier', value: 'ø' }] },
    /^subject\[1\]\.value \| dnQualifier is not a PrintableString/,
  ],
  [
    'a kind of validity nobody knows',
    { validity: { kind: 'forever' } },
    /^validity\.kind \| kind is days, until or noExpiry/,
  ],
  ['no days', { validity: { kind: 'days', days: 0 } }, /^validity\.days \| must be at least 1/],
  [
    'a day that does not exist',
    { validity: { kind: 'until', at: '2030-02-30T00:00:00Z' } },
    /^validity\.at \| a day that exists/,
  ],
  [
    'a CA by keyUsage',
    { keyUsage: { ec: ['digitalSignature', 'keyCertSign'], rsa: ['digitalSignature'] } },
    /^keyUsage\.ec\[1\] \| .*digitalSignature/,
  ],
  [
    'an EC key that encrypts',
    { keyUsage: { ec: ['digitalSignature', 'keyEncipherment'], rsa: ['digitalSignature'] } },
    /^keyUsage\.ec\[1\] \| .*keyAgreement/,
  ],
  [
    'a key that does not sign',
    { keyUsage: { ec: ['keyAgreement'], rsa: ['digitalSignature'] } },
    /^keyUsage\.ec \| digitalSignature/,
  ],
  [
    'any purpose',
    { extendedKeyUsage: [oids.clientAuth, oids.anyExtendedKeyUsage] },
    /^extendedKeyUsage\[1\] \| anyExtended/,
  ],
  ['purposes without clientAuth', { extendedKeyUsage: [oids.serverAuth] }, /^extendedKeyUsage \| .*clientAuth/],
  [
    'a purpose that is no OID',
    { extendedKeyUsage: [oids.clientAuth, 'serverAuth'] },
    /^extendedKeyUsage\[1\] \| an OID in dotted form/,
  ],
  [
    'a kind of name nobody knows',
    { subjectAltNames: [{ type: 'ip', value: '1.2.3.4' }] },
    /^subjectAltNames\[0\]\.type \| type is uri, dns/,
  ],
  [
    'a wildcard',
    { subjectAltNames: [{ type: 'dns', value: '*.units.example' }] },
    /^subjectAltNames\[0\]\.value \| .*host name/,
  ],
  [
    'a relative URI',
    { subjectAltNames: [{ type: 'uri', value: '{unitSerial}' }] },
    /^subjectAltNames\[0\]\.value \| .*absolute URI/,
  ],
  ['an OID the codec cannot hold', { policies: ['2.25.4294967296'] }, /^policies\[0\] \| .*arcs below/],
  ['a first arc the codec cannot hold', { policies: ['2.999.1'] }, /^policies\[0\] \| .*2\.47/],
  ['any policy', { policies: [oids.anyPolicy] }, /^policies\[0\] \| anyPolicy/],
  [
    'a CRL over https',
    { crlDistributionPoints: ['https://crl.example/ca.crl'] },
    /^crlDistributionPoints\[0\] \| an http:\/\//,
  ],
  ['a hash that is broken', { signature: { 'P-256': 'ecdsa-with-SHA1' } }, /^signature\.P-256 \| .*ecdsa-with-SHA256/],
  ['an RSA signature for an EC key', { signature: { 'P-256': 'rsassaPss-SHA256' } }, /^signature\.P-256 \| .*ecdsa/],
  ['a source for nothing', { sources: { colour: 'taste' } }, /^sources\.?.* \| .+/],
];
for (const [what, change, expected] of mistakes) {
  test(`a profile with ${what} is refused with the field and what is allowed`, () => {
    assert.match(problemOf(change), expected);
  });
}

test('the example in the documentation is taken as it stands', () => {
  const page = readFileSync(new URL('../../docs/profiles.md', import.meta.url), 'utf8');
  const example = /```json\n([\s\S]+?)```/.exec(page)?.[1] ?? '';
  assert.equal(tbsOf(checked(JSON.parse(example))).extensions.length, 8);
});

test('every mistake is told at once, and nothing JSON can hold is more than refused', () => {
  const result = checkProfile({ name: 'X', subject: [], validity: {}, keyUsage: {} });
  assert.ok(!result.ok && result.problems.length >= 4);
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      assert.equal(checkProfile(value).ok, false);
    }),
    { numRuns: 200 },
  );
});

test('what a template needs and nobody knows is refused by name', () => {
  const { hardwareId, ...unknown } = fullFields;
  const idevid = profileNamed('ieee-802.1ar-idevid');
  assert.throws(() => tbsOf(idevid, unknown), withCode('call.badParams'));
  assert.throws(() => tbsOf(idevid, { ...unknown, hardwareId: '' }), /needs "hardwareId"/);
  assert.ok(tbsOf(idevid).extensions.length > 0);
});

test('a unit serial that a serialNumber or a host name cannot hold is refused, not changed', () => {
  const host = checked({ ...minimal, subjectAltNames: [{ type: 'dns', value: '{unitSerial}.example' }] });
  assert.throws(() => tbsOf(host, { unitSerial: 'SN_1' }), withCode('unit.badSerial'));
  const idevid = profileNamed('ieee-802.1ar-idevid');
  assert.throws(() => tbsOf(idevid, { ...fullFields, unitSerial: 'SN_1' }), withCode('unit.badSerial'));
});

test('validity by date ends on the date or with the CA, and a date that has passed issues nothing', () => {
  const until = (at: string) => checked({ ...minimal, validity: { kind: 'until', at } });
  assert.equal(tbsOf(until('2030-06-30T12:00:00Z')).notAfter.toISOString(), '2030-06-30T12:00:00.000Z');
  assert.equal(tbsOf(until('2099-01-01T00:00:00Z')).notAfter.getTime(), issuer.notAfter.getTime());
  assert.throws(() => tbsOf(until('2020-01-01T00:00:00Z')), withCode('policy.profileInvalid'));
});

test('"no well-defined expiration" is written as RFC 5280 writes it', () => {
  const { tbsDer } = buildTbs({
    profile: profileNamed('ieee-802.1ar-idevid'),
    issuer,
    key,
    fields: fullFields,
    serialHex: newSerial(),
    now,
  });
  assert.ok(Buffer.from(tbsDer).includes('\x18\x0f99991231235959Z'));
});

test('a hardware type is the same for the same model only, and a UUID of version 8', () => {
  const type = hardwareTypeOf('Tømmer & Co', 'M-1');
  assert.equal(hardwareTypeOf('Tømmer & Co', 'M-1'), type);
  assert.notEqual(hardwareTypeOf('Tømmer & Co', 'M-2'), type);
  assert.notEqual(hardwareTypeOf('Another', 'M-1'), type);
  const uuid = BigInt(type.replace('2.25.', '')).toString(16).padStart(32, '0');
  assert.match(uuid, /^.{12}8.{3}[89ab].{15}$/);
});

test('a hardwareModuleName is read as it was written, however long its arcs are', () => {
  const arcs = fc.array(fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }), { minLength: 1, maxLength: 4 });
  const heads = fc.constantFrom('0.9', '1.3', '2.25', '2.999');
  fc.assert(
    fc.property(heads, arcs, fc.uint8Array({ minLength: 1, maxLength: 64 }), (head, rest, hwSerial) => {
      const name = { hwType: [head, ...rest].join('.'), hwSerial };
      const read = readHardwareModuleName(readDer(encode(hardwareModuleName(name))));
      assert.equal(read.hwType, name.hwType);
      assert.deepEqual(Buffer.from(read.hwSerial), Buffer.from(hwSerial));
    }),
  );
});

test('the names of a certificate are those of its profile, filled', () => {
  const { value } = extensionOf(tbsOf(checked(fullProfileFile)), oids.subjectAltName, 'subjectAltName');
  assert.deepEqual(
    readAltNames(value).map((name) => ('value' in name ? name.value : name.type)),
    ['urn:example:unit:SN-1', 'SN-1.units.example', 'M-1 No. SN-1', 'hardwareModuleName'],
  );
});
