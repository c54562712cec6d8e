import { createHash } from 'node:crypto';

/** Bytes in pieces. Each walk over them gives the same ones. */
export type Bytes = Iterable<Buffer> & { readonly size: number };

export const heldBytes = (pieces: readonly Buffer[]): Bytes => ({
  size: pieces.reduce((sum, { length }) => sum + length, 0),
  [Symbol.iterator]: () => pieces[Symbol.iterator](),
});

/** One after the other. */
export const bytesOfAll = (parts: readonly Bytes[]): Bytes => ({
  size: parts.reduce((sum, { size }) => sum + size, 0),
  *[Symbol.iterator]() {
    for (const part of parts) yield* part;
  },
});

export const joined = (bytes: Iterable<Buffer>): Buffer => Buffer.concat([...bytes]);

type Algorithm = 'md5' | 'sha1' | 'sha256';

const known = new WeakMap<Iterable<Buffer>, Map<Algorithm, Buffer>>();

/** A digest of bytes in pieces. The signature, a checksum and the ETag may be the same one: it is taken once. */
export function digestOf(pieces: Iterable<Buffer>, algorithm: Algorithm): Buffer {
  const found = known.get(pieces)?.get(algorithm);
  if (found) return found;
  const hash = createHash(algorithm);
  for (const piece of pieces) hash.update(piece);
  const digest = hash.digest();
  knowDigest(pieces, algorithm, digest);
  return digest;
}

/** For bytes whose digest was taken as they came. */
export function knowDigest(pieces: Iterable<Buffer>, algorithm: Algorithm, digest: Buffer): void {
  const digests = known.get(pieces) ?? new Map<Algorithm, Buffer>();
  known.set(pieces, digests.set(algorithm, digest));
}
