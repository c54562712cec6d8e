import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { linesOf } from '../../app/registration/lines.ts';

async function read(chunks: readonly Uint8Array[], maxBytes = 1000): Promise<string[]> {
  const lines: string[] = [];
  async function* source() {
    yield* chunks;
  }
  for await (const line of linesOf(source(), maxBytes)) lines.push(line);
  return lines;
}

/** The bytes in pieces, each as long as the next of `sizes` says. */
function cut(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let from = 0;
  for (const size of sizes) {
    pieces.push(bytes.subarray(from, from + size));
    from += size;
  }
  return [...pieces, bytes.subarray(from)];
}

describe('lines of a stream', () => {
  test('property: the same, however the bytes arrive', async () => {
    const line = fc.string({ unit: fc.constantFrom('a', 'ü', '\t', '\v', '\r', ' ', '"'), maxLength: 8 });
    const sizes = fc.array(fc.nat({ max: 5 }), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 8 }), fc.boolean(), sizes, async (lines, isClosed, pieces) => {
        const text = lines.map((one) => `${one}\r\n`).join('') + (isClosed ? '' : 'last');
        const expected = [...lines, ...(isClosed ? [] : ['last'])];
        assert.deepEqual(await read(cut(Buffer.from(text), pieces)), expected);
      }),
    );
  });

  test('property: a longer line is cut at the limit, and the next is whole', async () => {
    const sizes = fc.array(fc.nat({ max: 4 }), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 30 }), sizes, async (length, pieces) => {
        const text = `${'x'.repeat(length)}\nnext\n`;
        assert.deepEqual(await read(cut(Buffer.from(text), pieces), 10), ['x'.repeat(Math.min(length, 10)), 'next']);
      }),
    );
  });
});
