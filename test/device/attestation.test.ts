/** The statement of a Nordic modem beside its CSR: each part of it counts, and its digest in either form at every length. */
import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { checkAttestation, commonNameIn } from '../../app/device/drivers/nrf91/attestation.ts';
import { makeCsr } from '../../app/practice/devices/csr.ts';
import { signStatement } from '../../app/practice/devices/nrf91/cose.ts';
import { isError } from './support.ts';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const uuid = Buffer.from('50503041363446aa1a2b3c4d5e6f7081', 'hex');
const csrDer = makeCsr(privateKey, 'unit-7');
const refused = isError('device.badAnswer');

/** The head of a CBOR item (RFC 8949 §3) whose value is below 65536. */
const head = (major: number, value: number) =>
  value < 24
    ? Buffer.from([(major << 5) | value])
    : value < 0x100
      ? Buffer.from([(major << 5) | 24, value])
      : Buffer.from([(major << 5) | 25, value >> 8, value & 0xff]);
const int = (value: number) => (value < 0 ? head(1, -1 - value) : head(0, value));
const bytes = (content: Uint8Array) => Buffer.concat([head(2, content.length), content]);
const list = (...items: Uint8Array[]) => Buffer.concat([head(4, items.length), ...items]);
const tagged = (number: number, item: Uint8Array) => Buffer.concat([head(6, number), item]);
const map = (...items: Uint8Array[]) => Buffer.concat([head(5, items.length / 2), ...items]);
const text = (content: string) => Buffer.concat([head(3, content.length), Buffer.from(content)]);

const digest = createHash('sha256').update(csrDer).digest();
const parts = {
  id: int(9),
  uuid: bytes(uuid),
  secTag: bytes(int(42)),
  digest: bytes(digest),
  nonce: bytes(Buffer.alloc(16)),
};
const payloadOf = (over: Partial<Record<keyof typeof parts, Uint8Array>> = {}) =>
  list(...Object.values({ ...parts, ...over }));
const good = {
  header: bytes(map(int(1), int(-7))),
  unprotected: map(),
  payload: bytes(tagged(55_799, payloadOf())),
  signature: bytes(Buffer.alloc(64)),
};
const statementOf = (over: Partial<Record<keyof typeof good, Uint8Array>> = {}) =>
  tagged(18, list(...Object.values({ ...good, ...over })));
const withPart = (over: Partial<Record<keyof typeof parts, Uint8Array>>) =>
  statementOf({ payload: bytes(tagged(55_799, payloadOf(over))) });

test('a statement with all its parts is read', () => {
  const { deviceUuid, secTag, digested } = checkAttestation(statementOf(), csrDer);
  assert.deepEqual([deviceUuid, secTag, digested], ['50503041-3634-46aa-1a2b-3c4d5e6f7081', 42, 'asSent']);
});

test('with one part that is not as it has to be it is none, whichever it is', () => {
  const wrong: Record<string, Uint8Array> = {
    'no tag': list(...Object.values(good)),
    'another tag': tagged(17, list(...Object.values(good))),
    'three parts': tagged(18, list(...Object.values(good).slice(0, 3))),
    'five parts': tagged(18, list(...Object.values(good), int(1))),
    'a header that is no bytes': statementOf({ header: map(int(1), int(-7)) }),
    'a header that is no map': statementOf({ header: bytes(list(int(1), int(-7))) }),
    'another algorithm': statementOf({ header: bytes(map(int(1), int(-8))) }),
    'no algorithm': statementOf({ header: bytes(map(int(2), int(-7))) }),
    'an unprotected header that is no map': statementOf({ unprotected: list() }),
    'a payload that is no bytes': statementOf({ payload: tagged(55_799, payloadOf()) }),
    'a payload without its tag': statementOf({ payload: bytes(payloadOf()) }),
    'a payload under another tag': statementOf({ payload: bytes(tagged(55_798, payloadOf())) }),
    'a payload of four': statementOf({ payload: bytes(tagged(55_799, list(...Object.values(parts).slice(0, 4)))) }),
    'a payload of six': statementOf({ payload: bytes(tagged(55_799, list(...Object.values(parts), int(1)))) }),
    'a signature that is no bytes': statementOf({ signature: text('x'.repeat(64)) }),
    'a short signature': statementOf({ signature: bytes(Buffer.alloc(63)) }),
    'a long signature': statementOf({ signature: bytes(Buffer.alloc(65)) }),
    'another message': withPart({ id: int(8) }),
    'and one more': withPart({ id: int(10) }),
    'a short UUID': withPart({ uuid: bytes(uuid.subarray(1)) }),
    'a long UUID': withPart({ uuid: bytes(Buffer.alloc(17)) }),
    'a UUID as text': withPart({ uuid: text('x'.repeat(16)) }),
    'a tag that is no bytes': withPart({ secTag: int(42) }),
    'a tag that is no number': withPart({ secTag: bytes(text('42')) }),
    'a short digest': withPart({ digest: bytes(digest.subarray(1)) }),
    'a long digest': withPart({ digest: bytes(Buffer.alloc(33)) }),
    'a short nonce': withPart({ nonce: bytes(Buffer.alloc(15)) }),
    'a long nonce': withPart({ nonce: bytes(Buffer.alloc(17)) }),
    'bytes that are no CBOR': Buffer.of(0xff),
  };
  for (const [what, statement] of Object.entries(wrong))
    assert.throws(() => checkAttestation(statement, csrDer), refused, what);
});

/** RFC 2986: the algorithm stands right behind the signed part. With the NULL the request has two bytes more. */
function otherForm(der: Buffer): Buffer {
  const forms = ['300a06082a8648ce3d040302', '300c06082a8648ce3d0403020500'].map((hex) => Buffer.from(hex, 'hex'));
  const [given, put] = der.includes(forms[0]!) ? forms : forms.toReversed();
  const at = der.indexOf(given!);
  const content = Buffer.concat([der.subarray(2 + (der[1]! & 0x7f), at), put!, der.subarray(at + given!.length)]);
  const size = content.length < 0x100 ? [0x81, content.length] : [0x82, content.length >> 8, content.length & 0xff];
  return Buffer.concat([Buffer.from([0x30, ...size]), content]);
}

test('the digest may be over the other form of the algorithm, however long the name makes the request', () => {
  for (let length = 1; length <= 64; length += 1)
    for (const [nullParameters, digested] of [
      [false, 'withNull'],
      [true, 'withoutNull'],
    ] as const) {
      const sent = makeCsr(privateKey, 'n'.repeat(length), { nullParameters });
      const about = { uuid, secTag: 7, csrDer: otherForm(sent), nonce: Buffer.alloc(16) };
      const found = checkAttestation(signStatement(about, privateKey), sent);
      assert.equal(found.digested, digested, String(length));
    }
});

test('a request with bytes around it is not put into its other form: it changed on its way', () => {
  const about = { uuid, secTag: 7, csrDer: otherForm(csrDer), nonce: Buffer.alloc(16) };
  const statement = signStatement(about, privateKey);
  assert.equal(checkAttestation(statement, csrDer).digested, 'withNull');
  const shifted = Buffer.from(csrDer);
  shifted[0] = 0x31;
  for (const other of [
    Buffer.concat([csrDer, Buffer.of(0)]),
    Buffer.concat([csrDer, Buffer.of(0, 0)]),
    Buffer.concat([Buffer.of(0), csrDer]),
    csrDer.subarray(0, -1),
    shifted,
  ])
    assert.throws(() => checkAttestation(statement, other), refused);
});

test('a common name is a text of at most 127 bytes behind its OID', () => {
  const oid = Buffer.from('0603550403', 'hex');
  const named = (tag: number, length: number, before = 'ab') =>
    Buffer.concat([Buffer.from(before, 'hex'), oid, Buffer.of(tag, length), Buffer.from('n'.repeat(length))]);
  for (const before of ['', 'ab', 'abcd'])
    for (const tag of [0x0c, 0x13])
      for (const length of [0, 1, 127])
        assert.equal(commonNameIn(named(tag, length, before)), 'n'.repeat(length), `${before} ${tag} ${length}`);
  for (const wrong of [named(0x0c, 128), named(0x0d, 5), named(0x12, 5), Buffer.from('abcdef0c016e', 'hex')])
    assert.equal(commonNameIn(wrong), undefined);
  assert.equal(commonNameIn(Buffer.concat([named(0x0c, 3), named(0x0c, 5)])), 'nnn', 'the first one');
});
