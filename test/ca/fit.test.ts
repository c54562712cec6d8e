/** Which certificates make a CA, how long it is one, and how another is planned below it: each rule kept and broken once. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import type { Asn1 } from '../../app/ca/asn1/der.ts';
import { encode } from '../../app/ca/asn1/der.ts';
import { oids } from '../../app/ca/asn1/oids.ts';
import { expiryOf } from '../../app/ca/authorities/expiry.ts';
import { assertValidNow, readCa } from '../../app/ca/authorities/facts.ts';
import { assertUsable, issuerFrom } from '../../app/ca/authorities/issuer.ts';
import { caSubject, planCa, previewCa, subjectTextOf } from '../../app/ca/authorities/plan.ts';
import { basicConstraints, extendedKeyUsage, keyUsage } from '../../app/ca/x509/extension.ts';
import { encodeName } from '../../app/ca/x509/name.ts';
import { at, ca, extension, leafKey, now, outcome, rootKey, type Terms, usual, wide } from './handmade.ts';
import { hex } from './support.ts';

test('a CA is what its extensions make it', () => {
  const [constraints, usage, ski] = usual as [Asn1, Asn1, Asn1];
  const child = { name: 'Child', by: 'Root', key: leafKey, signer: rootKey };
  const read = (terms: Terms) => outcome(() => readCa(ca(terms)));
  const rows: [string, Terms, string][] = [
    ['as usual', {}, 'fit'],
    ['no subject', { name: null }, 'notCa'],
    ['no basic constraints', { extensions: [usage, ski] }, 'notCa'],
    ['basic constraints that say no', { extensions: [basicConstraints(false), usage] }, 'notCa'],
    ['a root without key usage', { extensions: [constraints] }, 'fit'],
    ['a child without key usage', { ...child, extensions: [constraints] }, 'notCa'],
    ['a child with it', { ...child }, 'fit'],
    ['a usage of another kind', { extensions: [constraints, keyUsage(['cRLSign'])] }, 'notCa'],
    ['certificates only', { extensions: [constraints, keyUsage(['keyCertSign'])] }, 'fit'],
    ['an extension twice', { extensions: [...usual, ski] }, 'unreadable'],
    [
      'name constraints',
      { extensions: [...usual, extension(oids.nameConstraints, false, hex('3000'))] },
      'constrained',
    ],
    ['something critical', { extensions: [...usual, extension('1.2.3.4', true, hex('3000'))] }, 'constrained'],
    ['something not critical', { extensions: [...usual, extension('1.2.3.4', false, hex('3000'))] }, 'fit'],
    ['purposes of others', { extensions: [...usual, extendedKeyUsage([oids.serverAuth])] }, 'wrongPurpose'],
    ['those of devices', { extensions: [...usual, extendedKeyUsage([oids.serverAuth, oids.clientAuth])] }, 'fit'],
    ['any purpose', { extensions: [...usual, extendedKeyUsage([oids.anyExtendedKeyUsage])] }, 'fit'],
    ['a weak key', { key: generateKeyPairSync('rsa', { modulusLength: 1024 }), signer: rootKey }, 'weakKey'],
    ['another curve', { key: generateKeyPairSync('ec', { namedCurve: 'secp256k1' }), signer: rootKey }, 'unsupported'],
    [
      'constraints that cannot be read',
      { extensions: [extension(oids.basicConstraints, true, hex('0500')), usage] },
      'unreadable',
    ],
  ];
  for (const [what, terms, expected] of rows) assert.equal(read(terms), expected, what);
  for (const type of [
    oids.subjectAltName,
    oids.certificatePolicies,
    oids.crlDistributionPoints,
    oids.authorityKeyIdentifier,
  ])
    assert.equal(read({ extensions: [...usual, extension(type, true, hex('3000'))] }), 'fit', type);
  assert.equal(
    outcome(() => readCa(hex('3000'))),
    'unreadable',
  );
  const facts = readCa(ca());
  assert.deepEqual(
    [facts.selfIssued, facts.crlSign, facts.pathLength, facts.commonName, facts.practice],
    [true, true, 0, 'Root', false],
  );
  assert.deepEqual(Buffer.from(facts.ski!), hex('0a'));
  const bare = readCa(ca({ extensions: [constraints] }));
  assert.deepEqual([bare.ski, bare.crlSign], [undefined, false]);
  assert.equal(readCa(ca(child)).selfIssued, false);
  assert.equal(
    outcome(() => issuerFrom(ca({ extensions: [constraints, usage] }))),
    'ca.damaged',
    'no key identifier',
  );
  assert.equal(
    outcome(() => issuerFrom(ca({ extensions: [constraints, keyUsage(['keyCertSign']), ski] }))),
    'ca.damaged',
  );
  assert.equal(
    outcome(() => issuerFrom(ca())),
    'fit',
  );
});

test('a CA is valid from its first second to its last, and says in time that it ends', () => {
  const [facts, issuer] = [readCa(ca()), issuerFrom(ca())];
  const moment = (date: Date, ms: number) => new Date(date.getTime() + ms);
  const { notBefore, notAfter } = facts;
  for (const time of [notBefore, notAfter]) {
    assert.equal(
      outcome(() => assertValidNow(facts, time)),
      'fit',
    );
    assert.equal(
      outcome(() => assertUsable(issuer, time)),
      'fit',
    );
  }
  assert.equal(
    outcome(() => assertValidNow(facts, moment(notBefore, -1))),
    'notYetValid',
  );
  assert.equal(
    outcome(() => assertValidNow(facts, moment(notAfter, 1))),
    'expired',
  );
  for (const time of [moment(notBefore, -1), moment(notAfter, 1)])
    assert.equal(
      outcome(() => assertUsable(issuer, time)),
      'ca.expired',
    );
  const day = 24 * 3600 * 1000;
  const left = (ms: number) => expiryOf(new Date(now.getTime() + ms), now);
  assert.deepEqual(left(0), { daysLeft: 0, expiry: 'soon' });
  assert.deepEqual(left(-1), { daysLeft: -1, expiry: 'expired' });
  assert.deepEqual(left(day - 1), { daysLeft: 0, expiry: 'soon' });
  assert.deepEqual(left(day), { daysLeft: 1, expiry: 'soon' });
  assert.deepEqual(left(90 * day), { daysLeft: 90, expiry: 'soon' });
  assert.deepEqual(left(90 * day + 1), { daysLeft: 90, expiry: 'well' });
});

test('a CA is planned within its parent, and refused where the parent cannot vouch for it', () => {
  const parent = readCa(ca({ extensions: wide(1) }));
  const terms = {
    commonName: 'Below',
    organisation: 'O',
    practice: false,
    keyType: 'P-256',
    years: 1,
    parent,
    now,
  } as const;
  const plan = planCa(terms);
  assert.deepEqual(
    [plan.pathLength, plan.capped, plan.notAfter, plan.notBefore],
    [0, true, parent.notAfter, at('2030-05-31')],
  );
  const alone = planCa({ ...terms, parent: null });
  assert.deepEqual(
    [alone.pathLength, alone.capped, alone.notAfter, alone.notBefore],
    [1, false, at('2031-06-01'), at('2030-05-31')],
  );
  const exact = readCa(ca({ extensions: wide(1), to: at('2031-06-01'), from: at('2030-05-31') }));
  assert.deepEqual(
    [planCa({ ...terms, parent: exact }).capped, planCa({ ...terms, parent: exact }).notAfter],
    [false, at('2031-06-01')],
  );
  const young = readCa(ca({ extensions: wide(1), from: at('2030-06-01') }));
  assert.deepEqual(planCa({ ...terms, parent: young }).notBefore, at('2030-06-01'));
  const planned = (more: object) => outcome(() => planCa({ ...terms, ...more }));
  assert.equal(planned({ pathLength: 1 }), 'pathTooLong');
  assert.equal(planned({ parent: readCa(ca({ extensions: wide(0) })) }), 'pathTooLong');
  assert.equal(planned({ parent: readCa(ca({ extensions: wide(2) })), pathLength: 1 }), 'fit');
  assert.equal(planned({ practice: true }), 'practice');
  const practice = caSubject({ commonName: 'Above', organisation: 'O', practice: true });
  assert.equal(subjectTextOf(practice), 'CN=Above,OU=PRACTICE,O=O');
  assert.equal(subjectTextOf(caSubject(terms)), 'CN=Below,O=O');
  const marked = readCa(ca({ subject: practice, extensions: wide(1) }));
  assert.equal(marked.practice, true);
  assert.equal(planned({ parent: marked }), 'practice');
  assert.equal(planned({ parent: marked, practice: true }), 'fit');
  for (const [attribute, value] of [
    ['organizationalUnitName', 'Practice'],
    ['organizationName', 'PRACTICE'],
  ] as const)
    assert.equal(readCa(ca({ subject: encode(encodeName([[attribute, value]])) })).practice, false, value);
  assert.equal(planned({ parent: readCa(ca({ subject: caSubject(terms), extensions: wide(1) })) }), 'nameClash');
  for (const time of [parent.notBefore, parent.notAfter]) assert.equal(planned({ now: time }), 'fit');
  for (const [time, ms] of [
    [parent.notBefore, -1],
    [parent.notAfter, 1],
  ] as const)
    assert.equal(planned({ now: new Date(time.getTime() + ms) }), 'ca.expired');
  assert.equal(planned({ commonName: '' }), 'call.badParams');
  const notes = (more: object) =>
    previewCa({ ...terms, ...more })
      .notes.map((note) => note.split(/[ :]/)[1])
      .join();
  assert.equal(notes({}), 'ends,device');
  assert.equal(notes({ parent: exact }), 'device');
  assert.equal(notes({ parent: null }), 'client');
  assert.match(previewCa({ ...terms, parent: null, keyType: 'RSA-4096' }).notes[1]!, /are 512 bytes each/);
  assert.match(
    previewCa({ ...terms, parent: null, keyType: 'P-521', practice: true })
      .notes.slice(1)
      .join(),
    /P-521.*PRACTICE/,
  );
  assert.match(previewCa(terms).notes[0]!, /on 2031-01-01: 1 years/);
});
