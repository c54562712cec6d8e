/** Who may have a certificate, and why not: each rule alone, and which of two is told. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseCsr } from '../../app/ca/index.ts';
import type { ErrorCode } from '../../app/contract/errors.ts';
import { checkBeforehand, requestFacts } from '../../app/issuing/index.ts';
import { assertMayIssue, type IssuingFacts, rules } from '../../app/issuing/rules/index.ts';
import { ecdsaWithSha256Null, hex, makeCsr, tlv } from '../ca/support.ts';
import { refuses } from '../records/support.ts';
import { soundFacts } from './support.ts';

const order = soundFacts().order;

/** What breaks each rule and no other one, in the order in which they are told. */
const broken: readonly [string, Partial<IssuingFacts>, ErrorCode, Record<string, string | number>][] = [
  ['unitIsNotScrapped', { scrapped: true }, 'unit.scrapped', { unitSerial: 'SN-1' }],
  [
    'plantHasNotRefused',
    { plantRefusal: { kind: 'key', owner: 'Line 2', ownerUnit: 'SN-7' } },
    'plant.collision',
    { unitSerial: 'SN-1', kind: 'key', owner: 'Line 2', ownerUnit: 'SN-7' },
  ],
  [
    'plantHasNotRevoked',
    { plantRevocation: { reason: 'keyCompromise', note: 'stolen' } },
    'plant.revoked',
    { unitSerial: 'SN-1', revocation: 'keyCompromise', note: 'stolen' },
  ],
  [
    'subjectFitsUnit',
    { request: { commonName: 'SN-2', isCaKey: false } },
    'csr.subjectMismatch',
    { reason: 'subjectMismatch', claimed: 'SN-2', unitSerial: 'SN-1' },
  ],
  ['keyIsNoCaKey', { request: { isCaKey: true } }, 'policy.keySeen', { reason: 'caKey' }],
  ['keyIsNew', { keySeenOn: 'SN-9' }, 'policy.keySeen', { reason: 'keySeen', seenOn: 'SN-9' }],
  ['keyIsNotSuperseded', { keySuperseded: true }, 'policy.keySeen', { unitSerial: 'SN-1', reason: 'superseded' }],
  [
    'keyIsNotCompromised',
    { keyCompromised: true },
    'policy.keyCompromised',
    { unitSerial: 'SN-1', reason: 'keyCompromised' },
  ],
  ['unitHasNone', { unitHasCertificate: true }, 'policy.unitHasCertificate', { reason: 'unitHasCertificate' }],
  ['orderIsOpen', { order: { ...order, state: 'closed' } }, 'order.closed', { orderId: 'WO-1' }],
  [
    'orderHasNotEnded',
    { order: { ...order, endsAt: '2026-11-21T08:00:00.000Z' } },
    'order.ended',
    { orderId: 'WO-1', endsAt: '2026-11-21T08:00:00.000Z' },
  ],
  [
    'orderTakesSerial',
    { order: { ...order, serialFrom: 'SN-2', serialTo: 'SN-9' } },
    'order.serialOutOfRange',
    { orderId: 'WO-1', unitSerial: 'SN-1', serialFrom: 'SN-2', serialTo: 'SN-9' },
  ],
  ['orderTakesProfile', { profile: 'another' }, 'order.profileNotAllowed', { orderId: 'WO-1', profile: 'another' }],
  ['orderHasRoom', { order: { ...order, left: 0 } }, 'order.full', { orderId: 'WO-1', quantity: 1 }],
];

describe('the rules of issuing', () => {
  test('each has its case here', () => {
    assert.deepEqual(
      rules.map(({ name }) => name),
      broken.map(([name]) => name),
    );
  });

  test('facts that break none pass, also at the edge of each', () => {
    assertMayIssue(soundFacts());
    assertMayIssue(soundFacts({ request: undefined }));
    assertMayIssue(soundFacts({ order: { ...order, endsAt: '2026-11-21T08:00:00.001Z' } }));
    assertMayIssue(soundFacts({ order: { ...order, serialFrom: 'SN-1', serialTo: 'SN-1' } }));
  });

  for (const [name, changes, code, data] of broken) {
    test(`${name} refuses ${code}`, () => {
      assert.throws(() => assertMayIssue(soundFacts(changes)), refuses(code, data));
    });
  }

  test('of two that are broken the earlier one is told', () => {
    // The changes of two rules may touch one fact: such a pair breaks only the later one.
    for (const [index, [, earlier, code]] of broken.entries()) {
      for (const [, later] of broken.slice(index + 1)) {
        if (Object.keys(later).some((fact) => fact in earlier)) continue;
        assert.throws(() => assertMayIssue(soundFacts({ ...later, ...earlier })), refuses(code));
      }
    }
    const closedAndFull = { ...order, state: 'closed', left: 0 } as const;
    assert.throws(() => assertMayIssue(soundFacts({ order: closedAndFull })), refuses('order.closed'));
  });
});

test('of two names that are both wrong the common name is told', () => {
  const request = { commonName: 'SN-2', serialNumber: 'SN-3', isCaKey: false };
  const data = { reason: 'subjectMismatch', claimed: 'SN-2', unitSerial: 'SN-1' };
  assert.throws(() => assertMayIssue(soundFacts({ request })), refuses('csr.subjectMismatch', data));
});

test('an order for a pattern or a list takes no other serial, and says what it takes', () => {
  const asking = (changes: Partial<typeof order>) => soundFacts({ order: { ...order, ...changes } });
  const told = { orderId: 'WO-1', unitSerial: 'SN-1' };
  assertMayIssue(asking({ pattern: 'SN-#' }));
  const twoDigits = refuses('order.serialOutOfRange', { ...told, pattern: 'SN-##' });
  assert.throws(() => assertMayIssue(asking({ pattern: 'SN-##' })), twoDigits);
  assertMayIssue(asking({ listed: 2, onList: true }));
  const list = refuses('order.serialOutOfRange', { ...told, listed: 2 });
  assert.throws(() => assertMayIssue(asking({ listed: 2, onList: false })), list);
});

describe('what a CSR says', () => {
  const csr = parseCsr(makeCsr('SN-1').csrDer);

  test('the serialNumber of a subject may not name another unit either, wherever and however it stands', () => {
    const named = (tag: number, value: string) => tlv(0x30, hex('0603550405'), tlv(tag, Buffer.from(value)));
    const cn = tlv(0x30, hex('0603550403'), tlv(0x0c, Buffer.from('SN-1')));
    const serials: [string, (value: string) => Buffer][] = [
      ['alone', (value) => tlv(0x30, tlv(0x31, named(0x13, value)))],
      ['beside a common name', (value) => tlv(0x30, tlv(0x31, cn), tlv(0x31, named(0x13, value)))],
      ['before it', (value) => tlv(0x30, tlv(0x31, named(0x13, value)), tlv(0x31, cn))],
      ['in one RDN with it', (value) => tlv(0x30, tlv(0x31, ...[cn, named(0x13, value)].sort(Buffer.compare)))],
      ['as UTF8String', (value) => tlv(0x30, tlv(0x31, named(0x0c, value)))],
      ['as IA5String', (value) => tlv(0x30, tlv(0x31, named(0x16, value)))],
    ];
    for (const [what, subject] of serials) {
      const asking = (value: string) =>
        soundFacts({ request: requestFacts(parseCsr(makeCsr('', { subject: subject(value) }).csrDer), []) });
      assert.doesNotThrow(() => assertMayIssue(asking('SN-1')), what);
      for (const claimed of ['SN-2', 'sn-1', 'SN-1 ', 'SN-1x']) {
        const data = { reason: 'subjectMismatch', claimed, unitSerial: 'SN-1' };
        assert.throws(
          () => assertMayIssue(asking(claimed)),
          refuses('csr.subjectMismatch', data),
          `${what}: ${claimed}`,
        );
      }
    }
  });

  test("a CA's key is known as one", () => {
    assert.equal(requestFacts(csr, ['00', csr.spkiSha256]).isCaKey, true);
    assert.equal(requestFacts(csr, ['00']).isCaKey, false);
  });

  test('the notes for the record: key, signature, deviations, and a request that names no unit', async () => {
    const notesOf = (asking: typeof csr) =>
      checkBeforehand(
        { csr: asking, unitSerial: 'SN-1', profile: 'aws-iot-device' },
        { ledger: { issuingFacts: async () => soundFacts() }, authority: () => ({ caPublicKeys: [] }) },
      );
    assert.deepEqual(await notesOf(csr), ['key P-256', 'request signed with ecdsa-with-SHA256']);
    const deviating = parseCsr(makeCsr('SN-1', { algorithm: ecdsaWithSha256Null }).csrDer);
    assert.ok((await notesOf(deviating)).includes('ecdsaNullParameters'));
    const known = { issuingFacts: async () => soundFacts({ scrapped: true }) };
    await assert.rejects(
      checkBeforehand(
        { csr, unitSerial: 'SN-1', profile: 'aws-iot-device' },
        { ledger: known, authority: () => ({ caPublicKeys: [] }) },
      ),
      refuses('unit.scrapped'),
      'the rules are asked',
    );
    const nameless = parseCsr(makeCsr('', { subject: tlv(0x30) }).csrDer);
    assert.equal((await notesOf(nameless)).at(-1), 'request names no unit');
  });
});
