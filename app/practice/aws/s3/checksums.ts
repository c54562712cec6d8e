import { crc32 } from 'node:zlib';
import { digestOf } from '../bytes.ts';
import { s3Error } from '../errors.ts';

/** The checksums of "Checking object integrity" (S3 user guide), each as base64 of its big-endian bytes. */
const algorithms: Record<string, (pieces: Iterable<Buffer>) => Buffer> = {
  'x-amz-checksum-crc32': (pieces) => uint32(crc32Of(pieces)),
  'x-amz-checksum-crc32c': (pieces) => uint32(crc32c(pieces)),
  'x-amz-checksum-crc64nvme': crc64nvme,
  'x-amz-checksum-sha1': (pieces) => digestOf(pieces, 'sha1'),
  'x-amz-checksum-sha256': (pieces) => digestOf(pieces, 'sha256'),
};

/**
 * Compares the body with Content-MD5 and with every x-amz-checksum header or trailer.
 * @returns the received checksum, to be given back on request
 * @throws ServiceError BadDigest; InvalidRequest – when the algorithm is unknown
 */
export function checkChecksums(
  headers: Record<string, string>,
  pieces: Iterable<Buffer>,
): { header: string; value: string } | undefined {
  const md5 = headers['content-md5'];
  if (md5 !== undefined && md5 !== digestOf(pieces, 'md5').toString('base64')) {
    throw s3Error('BadDigest', 'The Content-MD5 you specified did not match what we received.');
  }
  const sent = Object.entries(headers).filter(
    ([name]) => name.startsWith('x-amz-checksum-') && name !== 'x-amz-checksum-mode',
  );
  const checksums = sent.filter(([name]) => name !== 'x-amz-checksum-algorithm' && name !== 'x-amz-checksum-type');
  for (const [header, value] of checksums) {
    const compute = algorithms[header];
    if (!compute) throw s3Error('InvalidRequest', `The checksum ${header} is not known.`);
    if (compute(pieces).toString('base64') !== value) {
      throw s3Error('BadDigest', `The ${header} you specified did not match what we received.`);
    }
  }
  const [first] = checksums;
  return first && { header: first[0], value: first[1] };
}

/**
 * The checksum of an object of several parts, over the checksums of the parts ("Checking object integrity").
 * @throws ServiceError InvalidRequest – when the algorithm is unknown
 */
export function compositeOf(header: string, parts: readonly string[]): string {
  const compute = algorithms[header];
  if (!compute) throw s3Error('InvalidRequest', `The checksum ${header} is not known.`);
  const all = parts.map((part) => Buffer.from(part, 'base64'));
  return `${compute(all).toString('base64')}-${parts.length}`;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

function crc32Of(pieces: Iterable<Buffer>): number {
  let sum = 0;
  for (const bytes of pieces) sum = crc32(bytes, sum);
  return sum;
}

const crc32cTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit += 1) rest = rest & 1 ? (rest >>> 1) ^ 0x82f63b78 : rest >>> 1;
  return rest;
});

function crc32c(pieces: Iterable<Buffer>): number {
  let sum = 0xffffffff;
  for (const bytes of pieces) for (const byte of bytes) sum = (sum >>> 8) ^ (crc32cTable[(sum ^ byte) & 0xff] ?? 0);
  return sum ^ 0xffffffff;
}

/** Reflected polynomial 0x9A6C9329AC4BC9B5, kept as two 32-bit halves. */
const crc64Table = Array.from({ length: 256 }, (_, byte) => {
  let rest = BigInt(byte);
  for (let bit = 0; bit < 8; bit += 1) rest = rest & 1n ? (rest >> 1n) ^ 0x9a6c9329ac4bc9b5n : rest >> 1n;
  return { high: Number(rest >> 32n), low: Number(rest & 0xffffffffn) };
});

function crc64nvme(pieces: Iterable<Buffer>): Buffer {
  let high = 0xffffffff;
  let low = 0xffffffff;
  for (const bytes of pieces)
    for (const byte of bytes) {
      const entry = crc64Table[(low ^ byte) & 0xff];
      low = (((low >>> 8) | (high << 24)) ^ (entry?.low ?? 0)) >>> 0;
      high = ((high >>> 8) ^ (entry?.high ?? 0)) >>> 0;
    }
  return Buffer.concat([uint32(high ^ 0xffffffff), uint32(low ^ 0xffffffff)]);
}
