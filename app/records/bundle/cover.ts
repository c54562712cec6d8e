/**
 * The proof that many leaves are in one tree. It names the leaves that are shown, in order, and between them the hashes of
 * the largest complete subtrees of those that are not. From left to right they give the root, and each hash is there once.
 */
import { emptyRoot, type Hash, nodeHash, type Subtrees } from '../log/merkle.ts';

/** `count` leaves from `from` on. */
export type LeafRange = { from: number; count: number };

/** The lines of the proof for the leaves in `shown` in a tree of `size`, see `coverRoot`. */
export function* coverLines(shown: Iterable<LeafRange>, size: number, subtrees: () => Subtrees): Generator<string> {
  let at = 0;
  for (const { from, count } of shown) {
    yield* hiddenLines(at, from, subtrees);
    yield `leaves ${count}`;
    at = from + count;
  }
  yield* hiddenLines(at, size, subtrees);
}

function* hiddenLines(from: number, to: number, subtrees: () => Subtrees): Generator<string> {
  for (let at = from; at < to; ) {
    let level = 0;
    while (at % 2 ** (level + 1) === 0 && at + 2 ** (level + 1) <= to) level += 1;
    yield `hash ${level} ${subtrees()(level, at / 2 ** level).toString('hex')}`;
    at += 2 ** level;
  }
}

/** A tree that grows by complete subtrees. */
export type Cover = {
  /** @throws RangeError – no subtree of this level begins here */
  add(level: number, hash: Hash): void;
  size(): number;
  root(): Hash;
};

/** The tree that a proof is added up to. */
export function coverRoot(): Cover {
  const stack: { level: number; hash: Hash }[] = [];
  let size = 0;
  return {
    add(level, hash) {
      if (size % 2 ** level !== 0) throw new RangeError(`no subtree of level ${level} begins at leaf ${size}`);
      size += 2 ** level;
      let now = { level, hash };
      for (let left = stack.at(-1); left?.level === now.level; left = stack.at(-1)) {
        stack.pop();
        now = { level: now.level + 1, hash: nodeHash(left.hash, now.hash) };
      }
      stack.push(now);
    },
    size: () => size,
    root() {
      const last = stack.at(-1);
      return last === undefined
        ? emptyRoot
        : stack.slice(0, -1).reduceRight((right, { hash }) => nodeHash(hash, right), last.hash);
    },
  };
}
