/** A witness over HTTP. It asks for no sign-in: what it cosigns is signed by the log. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Answer, Witness } from './witness.ts';

/** A checkpoint with 63 hashes and many signatures. */
const mostBytes = 64 * 1024;
const wholeWithinMs = 10_000;

export type WitnessServer = { url: string; close(): Promise<void> };

/**
 * Listens. Put a proxy with TLS before it where the way to it is not the plant's own.
 *
 * @param onError what a request could not be answered for
 * @throws Error with `code` EADDRINUSE or EACCES
 */
export async function serveWitness(
  witness: Witness,
  { host, port, onError }: { host: string; port: number; onError: (thrown: unknown) => void },
): Promise<WitnessServer> {
  const server = createServer({ requestTimeout: wholeWithinMs, headersTimeout: wholeWithinMs }, (request, response) => {
    void answerTo(witness, request)
      .catch((thrown: unknown): Answer => {
        onError(thrown);
        return { status: 500, text: 'the witness cannot answer now\n' };
      })
      .then(({ status, contentType = 'text/plain; charset=utf-8', text }) => {
        response.writeHead(status, {
          'content-type': contentType,
          // What is left of a body that is too long is not read.
          ...(status === 413 ? { connection: 'close' } : {}),
        });
        response.end(text);
      });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}

async function answerTo(witness: Witness, request: IncomingMessage): Promise<Answer> {
  // What is no address is none of the two.
  const { pathname, searchParams } = URL.parse(request.url ?? '/', 'http://witness') ?? new URL('http://witness');
  if (pathname === '/add-checkpoint') {
    if (request.method !== 'POST') return { status: 405, text: 'POST only\n' };
    const text = await textOf(request);
    return text === undefined ? { status: 413, text: 'the request is too long\n' } : witness.addCheckpoint(text);
  }
  if (pathname === '/checkpoint' && request.method === 'GET') return witness.latest(searchParams.get('origin') ?? '');
  return { status: 404, text: 'there is only add-checkpoint\n' };
}

/** Undefined when it is too long. Bytes that are no UTF-8 become a text that is no request. */
async function textOf(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > mostBytes) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
