/** Proofs of the log at their edges: what is no proof passes for nothing, whatever the size of the tree. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { coverLines, coverRoot, type LeafRange } from '../../app/records/bundle/cover.ts';
import {
  consistencyProof,
  emptyRoot,
  inclusionProof,
  leafHash,
  rootAt,
  verifyConsistency,
  verifyInclusion,
} from '../../app/records/log/merkle.ts';
import { mth, subtrees } from './trees.ts';

const all = Array.from({ length: 20 }, (_, index) => `leaf ${index}`);
const of = subtrees(all);
const other = leafHash('of another log');

/** The proof with a hash less, a hash more, another hash, and two hashes exchanged. */
function* spoilt(proof: readonly Buffer[]): Generator<Buffer[]> {
  for (const at of proof.keys()) {
    yield proof.toSpliced(at, 1);
    yield proof.with(at, other);
    if (at > 0) yield proof.with(at, proof[at - 1]!).with(at - 1, proof[at]!);
  }
  for (let at = 0; at <= proof.length; at += 1) yield proof.toSpliced(at, 0, other);
  for (const hash of proof) yield [...proof, hash];
}

test('each leaf of each tree is proved, and by nothing but its proof; outside of the tree there is nothing to prove', () => {
  for (let size = 1; size <= all.length; size += 1) {
    const root = mth(all.slice(0, size));
    assert.deepEqual(rootAt(of, size), root);
    for (let index = 0; index < size; index += 1) {
      const leaf = leafHash(all[index]!);
      const proof = inclusionProof(of, index, size);
      assert.ok(verifyInclusion({ leaf, index, size, root, proof }), `${index} of ${size}`);
      for (const wrong of spoilt(proof))
        assert.ok(!verifyInclusion({ leaf, index, size, root, proof: wrong }), `${index} of ${size}`);
      for (const place of [-1, size, size + 1, Number.NaN])
        assert.ok(!verifyInclusion({ leaf, index: place, size, root, proof }), `${index} of ${size} at ${place}`);
    }
    for (const index of [-1, size]) assert.throws(() => inclusionProof(of, index, size), RangeError);
  }
  const proof: Buffer[] = [];
  assert.ok(!verifyInclusion({ leaf: leafHash(all[0]!), index: 0, size: 0, root: emptyRoot, proof }));
  assert.deepEqual(rootAt(of, 0), emptyRoot);
});

test('each beginning of each tree is proved, the empty one and the whole one without a hash, and nothing else is', () => {
  for (let size = 1; size <= all.length; size += 1) {
    const newer = { size, root: mth(all.slice(0, size)) };
    for (let first = 0; first <= size; first += 1) {
      const older = { size: first, root: mth(all.slice(0, first)) };
      const proof = consistencyProof(of, first, size);
      const what = `${first} of ${size}`;
      assert.equal(proof.length === 0, first === 0 || first === size, what);
      assert.ok(verifyConsistency({ older, newer, proof }), what);
      for (const wrong of spoilt(proof)) assert.ok(!verifyConsistency({ older, newer, proof: wrong }), what);
      assert.ok(!verifyConsistency({ older: { ...older, root: other }, newer, proof }), what);
      if (first > 0) assert.ok(!verifyConsistency({ older, newer: { ...newer, root: other }, proof }), what);
      if (first < size) assert.ok(!verifyConsistency({ older: newer, newer: older, proof }), `${size} of ${first}`);
    }
    for (const first of [-1, size + 1]) assert.throws(() => consistencyProof(of, first, size), RangeError);
  }
});

test('the cover of any leaves gives the root, with each hidden part as one hash', () => {
  const shown = fc.uniqueArray(fc.nat(all.length - 1), { maxLength: all.length });
  fc.assert(
    fc.property(shown, fc.integer({ min: 0, max: all.length }), (indexes, size) => {
      const leaves = indexes.filter((index) => index < size).sort((a, b) => a - b);
      const ranges: LeafRange[] = leaves.map((from) => ({ from, count: 1 }));
      const cover = coverRoot();
      let before: { level: number; at: number } | undefined;
      for (const line of coverLines(ranges, size, () => of)) {
        const [, level, hex] = /^hash (\d+) ([0-9a-f]{64})$/.exec(line) ?? [];
        if (level === undefined) assert.equal(line, 'leaves 1');
        const now = { level: Number(level ?? 0), at: cover.size() };
        if (level !== undefined && before?.level === now.level)
          assert.notEqual((before.at / 2 ** now.level) % 2, 0, 'two halves of a subtree are one hash');
        before = level === undefined ? undefined : now;
        cover.add(now.level, hex === undefined ? leafHash(all[now.at]!) : Buffer.from(hex, 'hex'));
      }
      assert.equal(cover.size(), size);
      assert.deepEqual(cover.root(), mth(all.slice(0, size)));
    }),
  );
  const cover = coverRoot();
  cover.add(0, other);
  assert.throws(() => cover.add(1, other), RangeError, 'no pair begins at the second leaf');
});
