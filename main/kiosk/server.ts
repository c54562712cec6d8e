/** The kiosk: the station's screens for browsers of this machine, over HTTP on loopback. */
import fastifyCookie from '@fastify/cookie';
import fastifyStatic from '@fastify/static';
import fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import {
  type CallEnvelope,
  type Connect,
  type EventName,
  isEventName,
  maxCallBytes,
} from '../../app/contract/index.ts';
import { listAssets } from '../assets.ts';
import { pageHeaders } from '../csp.ts';
import { createTicket, isOurHost, isOurOrigin, isOurStream, pageHeader } from './admission.ts';
import { giveKeys, letIn, portOf, shownBy } from './entrance.ts';
import type { Memory } from './memory.ts';
import { noticeStyle, serveNotices } from './notice.ts';
import { createPages } from './pages.ts';
import { refuse, turnAway } from './refusals.ts';
import { streamEvents } from './stream.ts';

export type KioskOptions = {
  connect: Connect;
  /** Absolute folder of the built screens. */
  assetsDir: string;
  /** With 0 or none, the last used port if it is free, and otherwise any. */
  port?: number;
  /** Without a memory no page can return after a restart. */
  memory?: Memory;
  /** Whether a person at the station's terminal can ask for another address. */
  terminal?: boolean;
  /** Milliseconds after which an absent page counts as closed. */
  graceMs?: number;
};

export type Kiosk = {
  /** The address with its one-time token, for the browser that is opened first. */
  address: string;
  /** The page's origin, without a token. */
  url: string;
  /** Another address for one use. The last one is no longer valid. */
  newAddress(): string;
  /** Ends sessions and streams, then stops listening. Idempotent. */
  close(): Promise<void>;
};

const loopback = '127.0.0.1';
const yearSeconds = 31_536_000;
/** The time to send a whole request, so that a stalled request does not hold a connection without end. */
const requestMs = 30_000;
/** Methods whose answers carry new keys for the page. */
const turns: readonly unknown[] = ['session.signIn', 'session.signOut'];

/**
 * Serves the screens and the station to browsers of this machine.
 * @throws Error with `code` EADDRINUSE or EACCES when it cannot listen
 */
export async function startKiosk(options: KioskOptions): Promise<Kiosk> {
  const { connect, assetsDir, port: wanted = 0, memory } = options;
  const before = await memory?.load();
  let port = 0;
  const pages = createPages({
    connect,
    ...(before ? { kept: before.pages } : {}),
    ...(options.graceMs === undefined ? {} : { graceMs: options.graceMs }),
    onKept: (kept) => memory?.save({ port, pages: kept }),
  });
  const ticket = createTicket();
  const server = fastify({
    bodyLimit: maxCallBytes,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    requestTimeout: requestMs,
  });

  await server.register(fastifyCookie);
  await server.register(fastifyStatic, { root: assetsDir, serve: false, cacheControl: false });
  server.addHook('onRequest', async (request, reply) => {
    reply.headers(pageHeaders).header('cache-control', 'no-store');
    const isOurs = isOurHost(request.headers.host, portOf(request));
    if (!isOurs && request.url !== noticeStyle) return turnAway(request, reply, 421, 'wrongHost');
  });
  takeOnlyJson(server);
  serveScreens(server, assetsDir);
  serveNotices(server);

  server.post('/api/enter', async (request, reply) => {
    if (!isOurOrigin(request.headers.origin, request.host)) return foreign(reply);
    return letIn(request, reply, { pages, ticket, terminal: options.terminal ?? false });
  });

  server.post('/api/call', async (request, reply) => {
    if (!isOurOrigin(request.headers.origin, request.host)) return foreign(reply);
    const page = pages.find(shownBy(request));
    if (page === undefined) return unknownPage(reply);
    const envelope = request.body as CallEnvelope;
    const isTurn = turns.includes(envelope?.method);
    const ends = isTurn ? [page.hold(), page.turn()] : [page.hold()];
    try {
      const answer = await page.connection.call(envelope);
      const keys = isTurn ? pages.renew(page) : undefined;
      if (keys) giveKeys(request, reply, keys).header(pageHeader, keys.page);
      return answer;
    } finally {
      for (const end of ends) end();
    }
  });

  server.get<{ Querystring: { events?: unknown } }>('/api/events', async (request, reply) => {
    const { origin, 'sec-fetch-site': site } = request.headers;
    if (!isOurStream(origin, typeof site === 'string' ? site : undefined, request.host)) return foreign(reply);
    const page = pages.find(shownBy(request));
    if (page === undefined) return unknownPage(reply);
    const names = readEvents(request.query.events);
    if (names === undefined) return refuse(reply, 400, 'call.malformed', 'Ask for events by name, with commas.');
    reply.hijack();
    for (const [name, value] of Object.entries(pageHeaders)) reply.raw.setHeader(name, value);
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    const leave = page.hold();
    const end = streamEvents(reply.raw, page.connection, names);
    page.streams.add(end);
    reply.raw.once('close', () => {
      page.streams.delete(end);
      leave();
    });
  });

  const url = await listen(server, wanted, before?.port);
  port = Number(new URL(url).port);
  const newAddress = () => `${url}/enter#${ticket.renew()}`;
  let closing: Promise<void> | undefined;
  return {
    url,
    address: newAddress(),
    newAddress,
    close() {
      pages.close();
      closing ??= server.close().then(() => memory?.settled());
      return closing;
    },
  };
}

/**
 * Listens on the last used port when none is asked for, so that open pages can return. If it is taken, any port serves.
 */
async function listen(server: FastifyInstance, wanted: number, last: number | undefined): Promise<string> {
  if (wanted !== 0 || last === undefined) return server.listen({ host: loopback, port: wanted });
  return server.listen({ host: loopback, port: last }).catch(() => server.listen({ host: loopback, port: 0 }));
}

const foreign = (reply: FastifyReply) =>
  refuse(reply, 403, 'session.forbidden', 'This request did not come from the station’s own page.');

const unknownPage = (reply: FastifyReply) =>
  refuse(reply, 401, 'session.unknownPage', 'This page was not let in, or its keys were replaced.');

/**
 * Serves each listed file by its own route, so a path outside the list is not found, however it is written. All users
 * of this machine may read these files: they belong to the product, not to the station. A page whose keys are no longer
 * valid needs them to tell its user what to do.
 */
function serveScreens(server: FastifyInstance, assetsDir: string): void {
  for (const [path, { hashed }] of listAssets(assetsDir)) {
    if (path === '/') continue;
    server.get(path, async (_request, reply) => {
      reply.header('cache-control', hashed ? `private, max-age=${yearSeconds}, immutable` : 'no-cache');
      return reply.sendFile(path.slice(1));
    });
  }
  // The token stands behind the #, which browsers never send. The page's own script exchanges it.
  for (const path of ['/', '/enter']) server.get(path, async (_request, reply) => reply.sendFile('index.html'));
}

/** The events in `a,b`, each once. Undefined when one is unknown or there are none. */
function readEvents(list: unknown): EventName[] | undefined {
  if (typeof list !== 'string') return undefined;
  const names = [...new Set(list.split(','))];
  return names.every(isEventName) ? names : undefined;
}

/** Puts the HTTP library's refusals into the catalogue's words, and tells a wrong method from a wrong path. */
function takeOnlyJson(server: FastifyInstance): void {
  server.removeContentTypeParser('text/plain');
  server.setNotFoundHandler(async (request, reply) => {
    const path = request.url.split('?')[0] ?? '';
    const method = ['/api/call', '/api/enter'].includes(path) ? 'POST' : 'GET';
    if (request.method === method || !server.hasRoute({ method, url: path }))
      return turnAway(request, reply, 404, 'notFound');
    return reply.code(405).header('allow', method).type('text/plain; charset=utf-8').send('Method not allowed.\n');
  });
  server.setErrorHandler(async (error: FastifyError, _request, reply) => {
    if (error.statusCode === 413) {
      return refuse(reply, 413, 'call.tooLarge', `A call may be ${maxCallBytes} bytes at most.`);
    }
    if (error.statusCode === 415) return refuse(reply, 415, 'call.malformed', 'A call is application/json.');
    if (error.statusCode === 400) return refuse(reply, 400, 'call.malformed', 'The call is not JSON.');
    process.stderr.write(`kiosk: ${error.stack ?? error.message}\n`);
    return refuse(reply, 500, 'internal', 'The kiosk failed; its terminal says why.');
  });
}
