/**
 * The Merkle tree of a log, as RFC 6962 section 2.1 defines it, and the checks of its proofs as RFC 9162 sections 2.1.3.2
 * and 2.1.4.2 give them. Nothing here knows what a leaf says. A hash has 32 bytes; indexes and sizes count leaves.
 */
import { hash } from 'node:crypto';

export type Hash = Buffer;

/**
 * By way of a string of one byte each: asked for a buffer, Node gives each its own memory, and that takes three times as
 * long as the hash itself.
 */
export const sha256 = (data: Uint8Array | string): Hash => Buffer.from(hash('sha256', data, 'binary'), 'latin1');

export const hashBytes = 32;
/** The root of the tree without leaves. */
export const emptyRoot: Hash = sha256(new Uint8Array());

/** The hash of a leaf: of 0x00 and its bytes. `text` is taken as UTF-8. */
export const leafHash = (text: string): Hash => sha256(`\0${text}`);

/** Writes the hash of a leaf into `row`, from byte `at` on. */
export const putLeafHash = (text: string, row: Buffer, at: number): void =>
  void row.write(hash('sha256', `\0${text}`, 'binary'), at, 'latin1');

const pair = Buffer.alloc(1 + 2 * hashBytes, 1);
/** The hash of a node: of 0x01 and its two children. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Hash {
  pair.set(left, 1);
  pair.set(right, 1 + hashBytes);
  return sha256(pair);
}

/** The complete subtrees of a tree from left to right: all that is needed to go on. */
export type Frontier = { size: number; hashes: Hash[] };

/** Adds a leaf's hash at the end. `made` is told each subtree of 2^level leaves, level > 0, that is complete now. */
export function append(frontier: Frontier, leaf: Hash, made?: (level: number, hash: Hash) => void): void {
  let hash = leaf;
  let level = 0;
  for (let rest = frontier.size; rest % 2 === 1; rest = (rest - 1) / 2) {
    hash = nodeHash(frontier.hashes.pop()!, hash);
    level += 1;
    made?.(level, hash);
  }
  frontier.hashes.push(hash);
  frontier.size += 1;
}

/** The root of the tree. */
export function rootOf({ hashes }: Frontier): Hash {
  const last = hashes.at(-1);
  return last === undefined ? emptyRoot : hashes.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), last);
}

/** The root of 2^n hashes that lie one after the other, e.g. a part of a tile. */
export function rootOfRow(row: Uint8Array): Hash {
  const work = Buffer.from(row);
  for (let width = row.length; width > hashBytes; width /= 2)
    for (let at = 0; at < width; at += 2 * hashBytes) {
      work.copy(pair, 1, at, at + 2 * hashBytes);
      work.write(hash('sha256', pair, 'binary'), at / 2, 'latin1');
    }
  return work.subarray(0, hashBytes);
}

/** The hash of the complete subtree of 2^level leaves that begins at leaf `position` × 2^level. */
export type Subtrees = (level: number, position: number) => Hash;

/** The largest power of two below `n`, for n > 1, as its exponent. */
const splitOf = (n: number): number => {
  let level = 0;
  while (2 ** (level + 1) < n) level += 1;
  return level;
};

/** The root over the leaves from `from` to before `to`. `from` begins a subtree of this tree. */
function rangeHash(subtrees: Subtrees, from: number, to: number): Hash {
  const count = to - from;
  if (count === 0) return emptyRoot;
  if (count === 1) return subtrees(0, from);
  const level = splitOf(count);
  const left = 2 ** level;
  if (2 * left === count && from % count === 0) return subtrees(level + 1, from / count);
  return nodeHash(rangeHash(subtrees, from, from + left), rangeHash(subtrees, from + left, to));
}

/** The root of the tree of the first `size` leaves. */
export const rootAt = (subtrees: Subtrees, size: number): Hash => rangeHash(subtrees, 0, size);

/** The audit path of leaf `index` in the tree of `size` leaves (RFC 6962 section 2.1.1). */
export function inclusionProof(subtrees: Subtrees, index: number, size: number): Hash[] {
  const path = (from: number, to: number): Hash[] => {
    if (to - from === 1) return [];
    const middle = from + 2 ** splitOf(to - from);
    return index < middle
      ? [...path(from, middle), rangeHash(subtrees, middle, to)]
      : [...path(middle, to), rangeHash(subtrees, from, middle)];
  };
  if (!(index >= 0 && index < size)) throw new RangeError(`there is no leaf ${index} in a tree of ${size}`);
  return path(0, size);
}

/** The proof that the tree of `older` leaves is the beginning of that of `size` (RFC 6962 section 2.1.2). */
export function consistencyProof(subtrees: Subtrees, older: number, size: number): Hash[] {
  const proof = (from: number, to: number, known: boolean): Hash[] => {
    if (to === older) return known ? [] : [rangeHash(subtrees, from, to)];
    const middle = from + 2 ** splitOf(to - from);
    return older <= middle
      ? [...proof(from, middle, known), rangeHash(subtrees, middle, to)]
      : [...proof(middle, to, false), rangeHash(subtrees, from, middle)];
  };
  if (!(older >= 0 && older <= size)) throw new RangeError(`a tree of ${size} has no beginning of ${older}`);
  return older === 0 || older === size ? [] : proof(0, size, true);
}

type Inclusion = { leaf: Uint8Array; index: number; size: number; root: Uint8Array; proof: readonly Uint8Array[] };

const half = (n: number): number => Math.floor(n / 2);
const isOdd = (n: number): boolean => n % 2 === 1;
const same = (one: Uint8Array | undefined, other: Uint8Array): boolean =>
  one !== undefined && Buffer.compare(one, other) === 0;

/** Whether `proof` shows that the leaf with the hash `leaf` is at `index` of the tree (RFC 9162 section 2.1.3.2). */
export function verifyInclusion({ leaf, index, size, root, proof }: Inclusion): boolean {
  if (!(index >= 0 && index < size)) return false;
  let [place, last, hash] = [index, size - 1, leaf];
  for (const other of proof) {
    if (last === 0) return false;
    if (isOdd(place) || place === last) {
      hash = nodeHash(other, hash);
      while (!isOdd(place) && place !== 0) [place, last] = [half(place), half(last)];
    } else hash = nodeHash(hash, other);
    [place, last] = [half(place), half(last)];
  }
  return last === 0 && same(hash, root);
}

type Consistency = {
  older: { size: number; root: Uint8Array };
  newer: { size: number; root: Uint8Array };
  proof: readonly Uint8Array[];
};

/** Whether `proof` shows that the older tree is the beginning of the newer one (RFC 9162 section 2.1.4.2). */
export function verifyConsistency({ older, newer, proof }: Consistency): boolean {
  if (older.size > newer.size) return false;
  if (older.size === newer.size) return proof.length === 0 && same(older.root, newer.root);
  if (older.size === 0) return proof.length === 0 && same(older.root, emptyRoot);
  const isWhole = Number.isInteger(Math.log2(older.size));
  const path = isWhole ? [older.root, ...proof] : [...proof];
  let [place, last] = [older.size - 1, newer.size - 1];
  while (isOdd(place)) [place, last] = [half(place), half(last)];
  const first = path.shift();
  if (first === undefined) return false;
  let [oldHash, newHash] = [first, first];
  for (const other of path) {
    if (last === 0) return false;
    if (isOdd(place) || place === last) {
      oldHash = nodeHash(other, oldHash);
      newHash = nodeHash(other, newHash);
      while (!isOdd(place) && place !== 0) [place, last] = [half(place), half(last)];
    } else newHash = nodeHash(newHash, other);
    [place, last] = [half(place), half(last)];
  }
  return last === 0 && same(oldHash, older.root) && same(newHash, newer.root);
}
