import type { IncomingMessage, ServerResponse } from 'node:http';
import { finished } from 'node:stream/promises';
import { type Bytes, heldBytes, joined } from './bytes.ts';
import { ServiceError } from './errors.ts';
import type { LargeBodies, LargeBody } from './large.ts';

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
  /** The body as it came. A large one lies in a file, and is read again piece by piece. */
  pieces: Bytes;
};

export type Reply = { status: number; headers?: Record<string, string>; body?: string | Uint8Array };

const maxBodyBytes = 256 * 1024 * 1024;
/** A body that announces more lies in a file. */
const largeBytes = 1024 * 1024;

/** @throws ServiceError EntityTooLarge · InvalidRequestException when the path is not valid percent-encoding. */
export async function readCall(request: IncomingMessage, large: LargeBodies): Promise<Call> {
  const head = readHead(request);
  const announced = Number(request.headers['content-length'] ?? 0);
  const body = announced > largeBytes && announced <= maxBodyBytes ? large.take(announced) : heldBody();
  let length = 0;
  let failure: unknown;
  // As events: an async iterator would join pieces that wait.
  request.on('data', (piece: Buffer) => {
    length += piece.length;
    if (length > maxBodyBytes || failure !== undefined) return;
    try {
      body.add(piece);
    } catch (thrown) {
      failure = thrown;
    }
  });
  await finished(request);
  if (length > maxBodyBytes) throw new ServiceError('EntityTooLarge', 413, 'The body is too large.');
  if (failure !== undefined) throw notKept(failure);
  const pieces = body.end();
  let whole: Buffer | undefined;
  return {
    ...head,
    pieces,
    get body() {
      whole ??= joined(pieces);
      return whole;
    },
  };
}

function heldBody(): LargeBody {
  const pieces: Buffer[] = [];
  return { add: (piece) => void pieces.push(piece), end: () => heldBytes(pieces) };
}

/** A client tries again later, as with S3 itself. */
const notKept = (thrown: unknown) =>
  new ServiceError('InternalError', 500, `The body could not be kept: ${(thrown as NodeJS.ErrnoException).code}.`);

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
    pieces: heldBytes([]),
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
