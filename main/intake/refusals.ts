/** Refusals of the hook: RFC 9457, with the code of the station. */
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ErrorCode } from '../../app/contract/errors.ts';

const type = 'application/problem+json';

const problem = (status: number, code: ErrorCode, detail: string, path?: string) => ({
  type: `urn:birthmark:${code}`,
  title: code,
  status,
  detail,
  code,
  ...(path ? { path } : {}),
});

export const refuse = (reply: FastifyReply, status: number, code: ErrorCode, detail: string, path?: string) =>
  reply
    .code(status)
    .type(type)
    .send(problem(status, code, detail, path));

/** An address that no route can read, e.g. with half an escape. */
export const refuseAddress = (_: unknown, _request: FastifyRequest, reply: FastifyReply) =>
  void refuse(reply, 400, 'call.malformed', 'the address of the request cannot be read');

/** What Node says of a request that it cannot read (nodejs.org/api/http.html, Event: 'clientError'). */
const unreadable: Readonly<Record<string, readonly [number, string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'the headers of a request have 16 KiB at most'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'the request did not come whole in time'],
};

/** A request that is not HTTP/1.1 has no reply: the answer goes to the connection, which is closed then. */
export function refuseConnection({ code = '' }: NodeJS.ErrnoException, socket: Socket): void {
  if (code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const [status, detail] = unreadable[code] ?? [400, 'this is no request of HTTP/1.1, or its length is wrong'];
  const body = JSON.stringify(problem(status, status === 408 ? 'call.cancelled' : 'call.malformed', detail));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    `content-type: ${type}; charset=utf-8`,
    `content-length: ${Buffer.byteLength(body)}`,
    'cache-control: no-store',
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

/** Of two such headers one program may read the first, and another before it the last. */
const single = ['host', 'authorization', 'content-type', 'content-encoding', 'idempotency-key', 'origin'];

/** A header that stands twice where one counts; undefined without one. */
export const doubledHeader = ({ raw: { headersDistinct } }: FastifyRequest): string | undefined =>
  single.find((name) => (headersDistinct[name]?.length ?? 0) > 1);
