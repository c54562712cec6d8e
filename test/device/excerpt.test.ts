/** What is kept of a conversation: its beginning and its end to the byte, and how much is missing between them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createExcerpt, type Direction } from '../../app/device/excerpt.ts';

const textOf = (pieces: { text: string }[]) => pieces.map(({ text }) => text).join('');
const numbered = (count: number, from = 0) => Uint8Array.from({ length: count }, (_, at) => (from + at) % 251);
const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

test('a long beginning is kept whole while it grows', () => {
  const excerpt = createExcerpt(64_000);
  const all = numbered(20_000);
  for (let at = 0; at < all.length; at += 700) excerpt.add('in', at, all.subarray(at, at + 700));
  const { portions, leftOut } = excerpt.read();
  assert.equal(portions.length, 1);
  assert.equal(textOf(portions[0]!), latin1(all));
  assert.deepEqual(leftOut, { in: 0, out: 0 });
});

test('chunks of one direction are one piece within five milliseconds, and not later', () => {
  const excerpt = createExcerpt(100);
  const said: [Direction, number][] = [
    ['out', 0],
    ['out', 4.9],
    ['out', 5],
    ['in', 6],
    ['out', 7],
  ];
  for (const [dir, ms] of said) excerpt.add(dir, ms, numbered(1));
  const [pieces = []] = excerpt.read().portions;
  assert.deepEqual(
    pieces.map(({ dir, ms, text }) => [dir, ms, text.length]),
    [
      ['out', 0, 2],
      ['out', 5, 1],
      ['in', 6, 1],
      ['out', 7, 1],
    ],
  );
});

test('property: the first half and the last half of the limit, whatever the chunks; what is missing is counted', () => {
  const chunk = fc.record({ dir: fc.constantFrom<Direction>('in', 'out'), size: fc.integer({ min: 0, max: 60 }) });
  fc.assert(
    fc.property(fc.array(chunk, { maxLength: 40 }), fc.integer({ min: 1, max: 40 }), (chunks, half) => {
      const excerpt = createExcerpt(2 * half);
      let all = '';
      let dirs = '';
      for (const [at, { dir, size }] of chunks.entries()) {
        const bytes = numbered(size, all.length);
        excerpt.add(dir, at * 10, bytes);
        all += latin1(bytes);
        dirs += (dir === 'in' ? 'i' : 'o').repeat(size);
      }
      const { portions, leftOut } = excerpt.read();
      const missing = dirs.slice(half, Math.max(half, dirs.length - half));
      assert.deepEqual(leftOut, { in: missing.split('i').length - 1, out: missing.split('o').length - 1 });
      const whole = all.length <= 2 * half;
      assert.deepEqual(portions.map(textOf), whole ? [all] : [all.slice(0, half), all.slice(-half)]);
      const said = portions.flat().map(({ dir, text }) => (dir === 'in' ? 'i' : 'o').repeat(text.length));
      assert.equal(said.join(''), whole ? dirs : dirs.slice(0, half) + dirs.slice(-half));
    }),
  );
});
