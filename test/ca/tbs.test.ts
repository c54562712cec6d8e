/** What the builder writes: serial numbers, validity, subjects. */
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { encode, readDer, unsigned } from '../../app/ca/asn1/der.ts';
import { tags } from '../../app/ca/asn1/node.ts';
import { encodeTime, readTime } from '../../app/ca/asn1/time.ts';
import { buildTbs, defaultProfile, issuerFrom, newSerial, parseCsr, profileNamed } from '../../app/ca/index.ts';
import { readTbs, serialHexOf } from '../../app/ca/x509/certificate.ts';
import { issue, makeCsr, needTools, now, openssl, tbsFor, testCa, withCode } from './support.ts';

const ca = await testCa();
const { csrDer } = makeCsr('SN-1');
const csr = parseCsr(csrDer);

test('certificate serial numbers are unique, positive, 128 bits and minimal in DER', () => {
  const seen = new Set<string>();
  for (let i = 0; i < 5000; i++) {
    const serialHex = newSerial();
    assert.match(serialHex, /^(?!00)[0-9a-f]{32}$/);
    seen.add(serialHex);
    const der = encode(unsigned(Buffer.from(serialHex, 'hex')));
    assert.equal(der.length, 2 + 16 + (Number.parseInt(serialHex[0]!, 16) >= 8 ? 1 : 0));
    assert.ok(der[2]! < 0x80);
  }
  assert.equal(seen.size, 5000);
});

test('the serial number in the certificate is the one given, as OpenSSL reads it too', async () => {
  for (let i = 0; i < 20; i++) {
    const { certificateDer, reservation } = await issue(csrDer, 'SN-1', ca);
    assert.equal(new X509Certificate(certificateDer).serialNumber.toLowerCase(), reservation.serialHex);
    assert.equal(serialHexOf(readTbs(reservation.tbsDer)), reservation.serialHex);
  }
});

test('times are UTCTime through 2049 and GeneralizedTime from 2050, to the second', () => {
  const shown = (iso: string) => Buffer.from(encode(encodeTime(new Date(iso)))).toString('latin1');
  assert.equal(shown('2049-12-31T23:59:59.999Z'), '\x17\x0d491231235959Z');
  assert.equal(shown('2050-01-01T00:00:00Z'), '\x18\x0f20500101000000Z');
  assert.equal(shown('1950-01-01T00:00:00Z'), '\x17\x0d500101000000Z');
  const seconds = fc.integer({ min: Date.UTC(1950, 0) / 1000, max: Date.UTC(9999, 11) / 1000 });
  fc.assert(
    fc.property(seconds, (second) => {
      const date = new Date(second * 1000);
      assert.equal(readTime(readDer(encode(encodeTime(date)))).getTime(), date.getTime());
    }),
  );
});

test('times in other forms are not read', () => {
  const forms = [
    '\x17\x0b3001010000Z',
    '\x18\x0f20300101000000Z',
    '\x17\x0d300230000000Z',
    '\x17\x11300101000000+0100',
  ];
  for (const form of forms)
    assert.throws(() => readTime(readDer(Buffer.from(form, 'latin1'))), /not a certificate time/);
});

test('a certificate never reaches outside its CA, however wrong the clock', () => {
  const { issuer } = ca;
  for (const at of [issuer.notBefore, now, issuer.notAfter]) {
    const { notBefore, notAfter } = readTbs(tbsFor(csr, 'SN-1', issuer, at).tbsDer);
    assert.ok(notBefore >= issuer.notBefore && notAfter <= issuer.notAfter);
  }
});

test('a unit serial beyond ASCII stands as UTF8String, as OpenSSL reads it', async (t) => {
  if (!needTools(t, 'openssl')) return;
  const unitSerial = 'Gerät-Ω-0001';
  const { certificateDer } = await issue(makeCsr(unitSerial).csrDer, unitSerial, ca);
  const { output } = openssl(
    ['x509', '-inform', 'DER', '-noout', '-subject', '-nameopt', 'multiline,utf8,-esc_msb,show_type'],
    certificateDer,
  );
  assert.match(output, /commonName\s+= UTF8STRING:Gerät-Ω-0001/);
});

test('a value that cannot stand in a subject is refused by name', () => {
  const build = (unitSerial: string, organisation = 'O') =>
    buildTbs({
      profile: defaultProfile,
      issuer: ca.issuer,
      key: csr,
      fields: { unitSerial, organisation },
      serialHex: newSerial(),
      now,
    });
  for (const bad of ['', ' SN', 'SN ', 'a\0b', 'a\nb', 'S'.repeat(65), '\ud800']) {
    assert.throws(() => build(bad), withCode('unit.badSerial'), JSON.stringify(bad));
  }
  assert.throws(() => build('SN-1', ''), withCode('call.badParams'));
  assert.ok(build('S'.repeat(64)).tbsDer.length > 0);
});

test('the verification certificate for AWS names the registration code', () => {
  const code = '9f'.repeat(32);
  const { tbsDer, profile } = buildTbs({
    profile: profileNamed('aws-ca-verification'),
    issuer: ca.issuer,
    key: csr,
    fields: { registrationCode: code },
    serialHex: newSerial(),
    now,
  });
  assert.equal(readTbs(tbsDer).subject.text, `CN=${code}`);
  assert.equal(profile.purpose, 'caVerification');
});

test('an unknown profile and a certificate that is no CA are refused by name', async () => {
  assert.throws(() => profileNamed('toString'), withCode('policy.profileUnknown'));
  const { certificateDer } = await issue(csrDer, 'SN-1', ca);
  assert.throws(() => issuerFrom(certificateDer), withCode('ca.damaged'));
  assert.throws(() => issuerFrom(new Uint8Array(5)), withCode('ca.damaged'));
});

test('a certificate serial is written without its sign octet, and zero keeps its one', () => {
  const written = (...octets: number[]) =>
    serialHexOf({ serial: Uint8Array.from(octets) } as ReturnType<typeof readTbs>);
  assert.deepEqual([written(0), written(0x7f), written(0, 0x80), written(0, 0, 1)], ['00', '7f', '80', '0001']);
});

test('GeneralizedTime begins with 2050, and before it is no time of a certificate (RFC 5280 section 4.1.2.5)', () => {
  const read = (text: string) =>
    readTime(readDer(Buffer.from([tags.generalizedTime, text.length, ...Buffer.from(text)])));
  assert.equal(read('20500101000000Z').toISOString(), '2050-01-01T00:00:00.000Z');
  assert.throws(() => read('20491231235959Z'), { message: 'not a certificate time' });
});
