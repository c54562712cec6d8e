/** The Merkle tree of RFC 6962 section 2.1, as it is written there: a judge that is not the program itself. */
import { createHash } from 'node:crypto';

export const sha = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest();

/** The root of these leaves. */
export function mth(leaves: readonly string[]): Buffer {
  if (leaves.length === 0) return sha();
  if (leaves.length === 1) return sha(Buffer.of(0), Buffer.from(leaves[0]!));
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return sha(Buffer.of(1), mth(leaves.slice(0, k)), mth(leaves.slice(k)));
}

/** The audit path of leaf `m`. */
export function path(m: number, leaves: readonly string[]): Buffer[] {
  if (leaves.length === 1) return [];
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return m < k
    ? [...path(m, leaves.slice(0, k)), mth(leaves.slice(k))]
    : [...path(m - k, leaves.slice(k)), mth(leaves.slice(0, k))];
}

/** The hash of a complete subtree of these leaves. */
export const subtrees = (leaves: readonly string[]) => (level: number, position: number) =>
  mth(leaves.slice(position * 2 ** level, (position + 1) * 2 ** level));
