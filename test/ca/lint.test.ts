/** Every lint lets the certificates of this CA pass, and stops one that breaks its rule alone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  buildTbs,
  defaultProfile,
  type Issuer,
  lint,
  lints,
  newSerial,
  parseCsr,
  profileNamed,
  type Tbs,
} from '../../app/ca/index.ts';
import { encodeTbs } from '../../app/ca/x509/tbs.ts';
import { StationError } from '../../app/contract/errors.ts';
import { fixtures } from './lintcases.ts';
import {
  aki,
  constraints,
  fields,
  issuer,
  key,
  practiceIssuer,
  purposes,
  recut,
  rsaKey,
  ski,
  tbs,
  usage,
  wrap,
} from './lintframe.ts';
import { hex, makeCsr, now, tbsFor, tlv, withCode } from './support.ts';

function failedLints(one: Tbs, by: Issuer): string[] {
  try {
    lint(one, by);
    return [];
  } catch (error) {
    assert.ok(error instanceof StationError && error.code === 'ca.lintFailed', String(error));
    return String(error.data?.lints).split(' ');
  }
}
test('there are at least 40 lints, each with fixtures, a source and a name of its own, told in the order of the fields', () => {
  assert.deepEqual(
    lints.map(({ name }) => name),
    Object.keys(fixtures),
  );
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
