import { type Bytes, heldBytes } from '../bytes.ts';
import { s3Error } from '../errors.ts';
import type { Call } from '../http.ts';

/**
 * The body of an upload without its framing. `Content-Encoding: aws-chunked` frames it as `<hex size>[;extension]CRLF
 * data CRLF` chunks, a chunk of size 0, then trailing headers ("Transferring Payload in Multiple Chunks", S3 API
 * reference).
 * @returns the bytes in pieces, and the headers with the trailers added
 * @throws ServiceError IncompleteBody
 */
export function uploadedBody(call: Call): { pieces: Bytes; headers: Record<string, string> } {
  const chunked =
    call.headers['x-amz-content-sha256']?.startsWith('STREAMING-') ||
    call.headers['content-encoding']?.includes('aws-chunked');
  if (!chunked) return { pieces: call.pieces, headers: call.headers };
  const { pieces: decoded, trailers } = decodeChunks(call.body);
  const pieces = heldBytes(decoded);
  if (pieces.size !== Number(call.headers['x-amz-decoded-content-length'])) {
    throw incomplete('The decoded length differs from x-amz-decoded-content-length.');
  }
  const promised = call.headers['x-amz-trailer']?.split(',').map((name) => name.trim().toLowerCase()) ?? [];
  if (promised.some((name) => trailers[name] === undefined)) throw incomplete('A promised trailer is missing.');
  return { pieces, headers: { ...call.headers, ...trailers } };
}

export function decodeChunks(framed: Buffer): { pieces: Buffer[]; trailers: Record<string, string> } {
  const pieces: Buffer[] = [];
  let at = 0;
  const line = (): string => {
    const end = framed.indexOf('\r\n', at);
    if (end < 0) throw incomplete('A chunk header is not ended.');
    const text = framed.toString('latin1', at, end);
    at = end + 2;
    return text;
  };
  for (;;) {
    const size = /^([0-9a-fA-F]{1,8})(;|$)/.exec(line())?.[1];
    if (size === undefined) throw incomplete('A chunk header is malformed.');
    const length = Number.parseInt(size, 16);
    if (length === 0) break;
    pieces.push(framed.subarray(at, at + length));
    at += length;
    if (framed.toString('latin1', at, at + 2) !== '\r\n')
      throw incomplete('A chunk does not end where its header says.');
    at += 2;
  }
  const trailers: Record<string, string> = {};
  while (at < framed.length) {
    const text = line();
    const colon = text.indexOf(':');
    if (colon > 0) trailers[text.slice(0, colon).trim().toLowerCase()] = text.slice(colon + 1).trim();
  }
  return { pieces, trailers };
}

const incomplete = (reason: string) => s3Error('IncompleteBody', reason);
