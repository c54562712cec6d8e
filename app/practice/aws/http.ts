import type { IncomingMessage, ServerResponse } from 'node:http';
import { finished } from 'node:stream/promises';
import { ServiceError } from './errors.ts';

/** One request as the services see it: the whole body is read, and the path is still percent-encoded. */
export type Call = {
  method: string;
  /** The path as sent, without the query. */
  rawPath: string;
  /** Decoded segments of the path. A `%2F` stays inside its segment. */
  segments: string[];
  query: URLSearchParams;
  headers: Record<string, string>;
  readonly body: Buffer;
  /** The body as it came. To join a large one costs about as much as to take it in, so S3 keeps the pieces. */
  pieces: readonly Buffer[];
};

export type Reply = { status: number; headers?: Record<string, string>; body?: string | Uint8Array };

const maxBodyBytes = 256 * 1024 * 1024;

/** @throws ServiceError EntityTooLarge · InvalidRequestException when the path is not valid percent-encoding. */
export async function readCall(request: IncomingMessage): Promise<Call> {
  const head = readHead(request);
  const pieces: Buffer[] = [];
  let length = 0;
  // As events: an async iterator would join pieces that wait.
  request.on('data', (piece: Buffer) => {
    length += piece.length;
    if (length <= maxBodyBytes) pieces.push(piece);
  });
  await finished(request);
  if (length > maxBodyBytes) throw new ServiceError('EntityTooLarge', 413, 'The body is too large.');
  let whole: Buffer | undefined;
  return {
    ...head,
    pieces,
    get body() {
      whole ??= Buffer.concat(pieces);
      return whole;
    },
  };
}

/**
 * A request without its body.
 * @throws ServiceError InvalidRequestException when the path is not valid percent-encoding
 */
export function readHead(request: IncomingMessage): Call {
  const [rawPath = '/', search = ''] = splitOnce(request.url ?? '/', '?');
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(',') : value;
  }
  return {
    method: request.method ?? 'GET',
    rawPath,
    segments: rawPath.slice(1).split('/').map(decode),
    query: new URLSearchParams(search),
    headers,
    body: Buffer.alloc(0),
    pieces: [],
  };
}

type Answered = { requestId: string; now: Date };

/** Each answer tells the time: a client whose clock is off learns it from there. */
export function send(response: ServerResponse, method: string, reply: Reply, { requestId, now }: Answered): void {
  const body = reply.body === undefined ? Buffer.alloc(0) : Buffer.from(reply.body);
  response.writeHead(reply.status, {
    date: now.toUTCString(),
    'content-length': String(body.length),
    'x-amzn-requestid': requestId,
    'x-amz-request-id': requestId,
    ...reply.headers,
  });
  response.end(method === 'HEAD' ? undefined : body);
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new ServiceError('InvalidRequestException', 400, 'The path is not valid percent-encoding.');
  }
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
