import { hash } from 'node:crypto';

const known = new WeakMap<Buffer, Buffer>();

/** SHA-256 of a call's body. The signature covers it, and a checksum may be the same: it is taken once. */
export function digestOfBody(body: Buffer): Buffer {
  const digest = known.get(body) ?? hash('sha256', body, 'buffer');
  known.set(body, digest);
  return digest;
}
