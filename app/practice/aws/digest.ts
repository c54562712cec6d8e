import { createHash } from 'node:crypto';

type Algorithm = 'md5' | 'sha1' | 'sha256';

const known = new WeakMap<readonly Buffer[], Map<Algorithm, Buffer>>();

/** A digest of bytes in pieces. The signature, a checksum and the ETag may be the same one: it is taken once. */
export function digestOf(pieces: readonly Buffer[], algorithm: Algorithm): Buffer {
  const digests = known.get(pieces) ?? new Map<Algorithm, Buffer>();
  known.set(pieces, digests);
  const found = digests.get(algorithm);
  if (found) return found;
  const hash = createHash(algorithm);
  for (const piece of pieces) hash.update(piece);
  const digest = hash.digest();
  digests.set(algorithm, digest);
  return digest;
}
