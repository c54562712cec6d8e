/** The CBOR reader against the examples of RFC 8949, and a statement of a Nordic modem that was damaged in every way. */
import assert from 'node:assert/strict';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkAttestation, commonNameIn } from '../../app/device/drivers/nrf91/attestation.ts';
import { type Cbor, CborError, readCbor } from '../../app/device/drivers/nrf91/cbor.ts';
import { makeCsr } from '../../app/practice/devices/csr.ts';
import { signStatement } from '../../app/practice/devices/nrf91/cose.ts';
import { isError } from './support.ts';

const read = (hex: string) => readCbor(Buffer.from(hex, 'hex'));

test('the examples of RFC 8949 appendix A', () => {
  const examples: [string, Cbor][] = [
    ['00', 0],
    ['17', 23],
    ['1818', 24],
    ['1903e8', 1000],
    ['1a000f4240', 1_000_000],
    ['20', -1],
    ['3903e7', -1000],
    ['f4', false],
    ['f5', true],
    ['f6', null],
    ['4401020304', new Uint8Array([1, 2, 3, 4])],
    ['6449455446', 'IETF'],
    ['62c3bc', 'ü'],
    ['83010203', [1, 2, 3]],
    ['8301820203820405', [1, [2, 3], [4, 5]]],
    [
      'a201020304',
      new Map([
        [1, 2],
        [3, 4],
      ]),
    ],
    ['c11a514b67b0', { tag: 1, value: 1_363_896_240 }],
    ['d9d9f780', { tag: 55_799, value: [] }],
  ];
  for (const [hex, expected] of examples) {
    const found = read(hex);
    assert.deepEqual(found instanceof Uint8Array ? new Uint8Array(found) : found, expected, hex);
  }
});

test('anything else than one item in its shortest form is refused', () => {
  const wrong = [
    '',
    '0000',
    '18',
    '1817',
    '1900ff',
    '1a0000ffff',
    '1b000000e8d4a51000',
    '44010203',
    '5f42010243030405ff',
    '9f0102ff',
    '9a7fffffff',
    'ba7fffffff',
    'a101',
    'a201020103',
    'a1800100',
    'a18001',
    'a1f501',
    '81a1410001',
    'c1a1f601',
    'fa3f800000',
    '1b0000000000000001',
    '3b000000e8d4a51000',
    'f93c00',
    'f7',
    '62c328',
    'c1',
    '81'.repeat(40),
    '1c',
  ];
  for (const hex of wrong) assert.throws(() => read(hex), CborError, hex);
});

test('no bytes bring it down', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        readCbor(bytes);
      } catch (error) {
        assert.ok(error instanceof CborError, String(error));
      }
    }),
    { numRuns: 2000 },
  );
});

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const uuid = Buffer.from('50503041363446aa1a2b3c4d5e6f7081', 'hex');
const csrDer = makeCsr(privateKey, 'unit-0007', { nullParameters: true });
const statement = (secTag: number) => signStatement({ uuid, secTag, csrDer, nonce: randomBytes(16) }, privateKey);

test('a statement about this CSR is read; one about another is refused', () => {
  for (const secTag of [0, 42, 16_842_753, 2_147_483_647, 2_147_483_648]) {
    const found = checkAttestation(statement(secTag), csrDer);
    assert.deepEqual([found.deviceUuid, found.secTag], ['50503041-3634-46aa-1a2b-3c4d5e6f7081', secTag]);
  }
  const other = makeCsr(privateKey, 'unit-0008');
  assert.throws(() => checkAttestation(statement(42), other), isError('device.badAnswer'));
});

test('whatever byte of CSR or statement is damaged, nothing is accepted that is about another CSR', () => {
  const good = statement(42);
  fc.assert(
    fc.property(fc.nat({ max: csrDer.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const damaged = Buffer.from(csrDer);
      damaged[at]! ^= change;
      assert.throws(() => checkAttestation(good, damaged), isError('device.badAnswer'));
    }),
  );
  fc.assert(
    fc.property(fc.nat({ max: good.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const damaged = Buffer.from(good);
      damaged[at]! ^= change;
      try {
        const found = checkAttestation(damaged, csrDer);
        assert.equal(found.csrSha256, checkAttestation(good, csrDer).csrSha256);
      } catch (error) {
        assert.ok(isError('device.badAnswer')(error), String(error));
      }
    }),
  );
});

test('the common name is found where it can be told', () => {
  assert.equal(commonNameIn(csrDer), 'unit-0007');
  assert.equal(commonNameIn(Buffer.alloc(0)), undefined);
  assert.equal(commonNameIn(Buffer.from('0603550403', 'hex')), undefined);
});
