/** PEM (RFC 7468), read leniently around the block and strictly inside it. */
import { DerError } from './node.ts';

/** Writes one block, 64 characters a line. */
export function pemOf(label: string, der: Uint8Array): string {
  const base64 = Buffer.from(der.buffer, der.byteOffset, der.byteLength).toString('base64');
  let lines = base64.slice(0, 64);
  for (let at = 64; at < base64.length; at += 64) lines += `\n${base64.slice(at, at + 64)}`;
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}

/**
 * The DER of the only block with one of `labels`. Any line ending and any text around the block are accepted.
 * @throws `DerError`
 */
export function derOf(pem: string, ...labels: readonly string[]): Uint8Array {
  const found = labels.flatMap((label) => blocksOf(pem, label));
  if (found.length !== 1)
    throw new DerError(`${found.length} PEM blocks of ${labels.join(' or ')} where one is needed`);
  return found[0]!;
}

/** The DER of every block with this label, in order. */
export function blocksOf(pem: string, label: string): Uint8Array[] {
  const begin = `-----BEGIN ${label}-----`;
  const end = `-----END ${label}-----`;
  const blocks: Uint8Array[] = [];
  for (let at = pem.indexOf(begin); at !== -1; at = pem.indexOf(begin, at)) {
    const stop = pem.indexOf(end, at);
    if (stop === -1) throw new DerError(`PEM block of ${label} has no end`);
    blocks.push(decode(pem.slice(at + begin.length, stop)));
    at = stop + end.length;
  }
  return blocks;
}

export type PemBlock = { label: string; body: string; whole: string };

/**
 * Every block, whatever its label, in order.
 * @throws `DerError` – when a block has no end
 */
export function allBlocks(pem: string): PemBlock[] {
  const blocks: PemBlock[] = [];
  const opening = /-----BEGIN ([A-Z0-9 ]{1,40})-----/g;
  for (let begin = opening.exec(pem); begin !== null; begin = opening.exec(pem)) {
    const label = begin[1]!;
    const end = `-----END ${label}-----`;
    const stop = pem.indexOf(end, opening.lastIndex);
    if (stop === -1) throw new DerError(`PEM block of ${label} has no end`);
    const whole = `${pem.slice(begin.index, stop + end.length)}\n`;
    blocks.push({ label, body: pem.slice(opening.lastIndex, stop), whole });
    opening.lastIndex = stop + end.length;
  }
  return blocks;
}

/**
 * The bytes of a block's body.
 * @throws `DerError`
 */
export function decode(body: string): Uint8Array {
  const base64 = body.replace(/[ \t\r\n]+/g, '');
  if (base64.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) {
    throw new DerError('PEM body is not base64');
  }
  return new Uint8Array(Buffer.from(base64, 'base64'));
}
