/** Properties of the gate: whatever the bytes, a refusal by name; and never a request that OpenSSL would not take. */
import assert from 'node:assert/strict';
import { sign } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseCsr } from '../../app/ca/index.ts';
import { StationError } from '../../app/contract/errors.ts';
import { needProgram } from './judges/build.ts';
import { fuzz } from './mutate.ts';
import { ecdsaWithSha256, ecdsaWithSha256Null, hex, makeCsr, needTools, openssl, partsOf, tlv } from './support.ts';

const { csrDer, privateKey } = makeCsr('SN-0001');

test('a mutated request is refused by name, or OpenSSL takes it too', (t) => {
  if (!needTools(t, 'openssl')) return;
  const accepted = new Set<string>();
  const attempt = (bytes: Uint8Array): void => {
    try {
      parseCsr(bytes);
      accepted.add(Buffer.from(bytes).toString('hex'));
    } catch (error) {
      assert.ok(error instanceof StationError && error.code.startsWith('csr.'), String(error));
    }
  };
  const corpus = [csrDer, makeCsr('SN-2', { algorithm: ecdsaWithSha256Null }).csrDer];
  const edit = fc.record({ at: fc.nat(400), value: fc.nat(255), kind: fc.constantFrom('set', 'insert', 'remove') });
  fc.assert(
    fc.property(fc.constantFrom(...corpus), fc.array(edit, { maxLength: 3 }), (original, edits) => {
      attempt(edited(original, edits));
    }),
    { numRuns: 1500 },
  );
  // The same on what is signed, signed again: the signature hides nothing from the parser.
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 2 }), (edits) => {
      const info = edited(partsOf(csrDer)[0], edits);
      attempt(tlv(0x30, info, ecdsaWithSha256, tlv(3, hex('00'), sign('sha256', info, privateKey))));
    }),
    { numRuns: 1500 },
  );
  assert.ok(accepted.size > 2, 'some harmless mutations were taken, or this proves nothing');
  for (const digits of [...accepted].slice(0, 60)) {
    const judged = openssl(['req', '-inform', 'DER', '-verify', '-noout'], hex(digits));
    assert.ok(judged.ok && /verify OK/.test(judged.output), `${digits}\n${judged.output}`);
  }
});

test('5,000 mutants of requests of every kind: proof of possession as OpenSSL judges it', (t) => {
  if (!needProgram(t, 'openssl')) return;
  const { taken, badSignature, refused } = fuzz(5000, Date.now());
  assert.equal(taken + badSignature + refused, 5000);
  // The seeds themselves are among them, and mutants that only the signature gives away: or this proves nothing.
  assert.ok(taken > 50 && badSignature > 500 && refused > 1000, JSON.stringify({ taken, badSignature, refused }));
});

test('no bytes whatever make it fail otherwise than by name', () => {
  const headers = [hex('3082'), hex('3080'), hex('30840fffffff'), hex('3084ffffffff'), hex('308201')];
  const nested = Buffer.from('30'.repeat(4000), 'hex');
  const deep = Array.from({ length: 2000 }).reduce<Buffer>(
    (inner) => (inner.length < 8000 ? tlv(0x30, inner) : inner),
    hex('0500'),
  );
  const wide = tlv(0x30, Buffer.from('0500'.repeat(4000), 'hex'));
  const check = (bytes: Uint8Array) =>
    assert.throws(
      () => parseCsr(bytes),
      (error) => error instanceof StationError && error.code.startsWith('csr.'),
    );
  for (const bytes of [nested, deep, wide, Buffer.from('3080'.repeat(4000), 'hex')]) check(bytes);
  fc.assert(
    fc.property(fc.constantFrom(...headers), fc.uint8Array({ maxLength: 600 }), (header, rest) => {
      check(Buffer.concat([header, rest]));
      check(rest);
    }),
    { numRuns: 500 },
  );
});

type Edit = { at: number; value: number; kind: string };

function edited(original: Uint8Array, edits: readonly Edit[]): Buffer {
  const bytes = [...original];
  for (const { at, value, kind } of edits) {
    const position = at % bytes.length;
    if (kind === 'set') bytes[position] = value;
    else bytes.splice(position, kind === 'remove' ? 1 : 0, ...(kind === 'insert' ? [value] : []));
  }
  return Buffer.from(bytes);
}
