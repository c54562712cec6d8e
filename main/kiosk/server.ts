import fastifyCookie from '@fastify/cookie';
import fastifyStatic from '@fastify/static';
import fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import {
  type CallEnvelope,
  type Connect,
  type EventName,
  isEventName,
  maxCallBytes,
} from '../../app/contract/index.ts';
import { listAssets } from '../assets.ts';
import { pageHeaders } from '../csp.ts';
import { cookieName, createTicket, isOurHost, isOurOrigin, isOurStream } from './doors.ts';
import { refuse, turnAway, words } from './refusals.ts';
import { createSessions, type Session } from './sessions.ts';
import { streamEvents } from './stream.ts';

export type KioskOptions = {
  connect: Connect;
  /** Absolute folder of the built screens. */
  assetsDir: string;
  /** 0 or absent: any free one. */
  port?: number;
};

export type Kiosk = {
  /** The address with its one-time token, for the browser that is opened first. */
  address: string;
  /** Without a token: what the page's origin is. */
  url: string;
  /** Another address to be used once; the last one is no longer good. */
  newAddress(): string;
  /** Ends sessions and streams, then stops listening. Idempotent. */
  close(): Promise<void>;
};

const loopback = '127.0.0.1';
const yearSeconds = 31_536_000;
/** To send a whole request, so that a stalled one does not hold a connection for ever. */
const requestTimeout = 30_000;

/**
 * Serves the screens and the station to browsers of this machine.
 * @throws Error with `code` EADDRINUSE or EACCES when it cannot listen
 */
export async function startKiosk({ connect, assetsDir, port = 0 }: KioskOptions): Promise<Kiosk> {
  const server = fastify({
    bodyLimit: maxCallBytes,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    requestTimeout,
  });
  const sessions = createSessions(connect);
  const ticket = createTicket();
  const sessionOf = (request: FastifyRequest): Session | undefined =>
    sessions.find(request.cookies[cookieName(portOf(request))]);

  await server.register(fastifyCookie);
  await server.register(fastifyStatic, { root: assetsDir, serve: false, cacheControl: false });
  server.addHook('onRequest', async (request, reply) => {
    reply.headers(pageHeaders).header('cache-control', 'no-store');
    if (!isOurHost(request.headers.host, portOf(request))) return turnAway(reply, 421, words.wrongHost);
  });
  takeOnlyJson(server);
  serveScreens(server, assetsDir, sessionOf);

  server.get<{ Querystring: { token?: unknown } }>('/', async (request, reply) => {
    const { token } = request.query;
    const known = sessionOf(request) !== undefined;
    if (token === undefined) return known ? reply.sendFile('index.html') : turnAway(reply, 403, words.notLetIn);
    if (!known) {
      if (typeof token !== 'string' || !ticket.spend(token)) return turnAway(reply, 403, words.spent);
      const id = sessions.open();
      if (id === undefined) return turnAway(reply, 503, words.full);
      reply.setCookie(cookieName(portOf(request)), id, { httpOnly: true, sameSite: 'strict', path: '/' });
    }
    return reply.redirect('/', 303);
  });

  server.post('/api/call', async (request, reply) => {
    if (!isOurOrigin(request.headers.origin, request.host)) return foreign(reply);
    const session = sessionOf(request);
    if (session === undefined) return refuse(reply, 401, 'session.forbidden', words.notLetIn);
    return session.connection.call(request.body as CallEnvelope);
  });

  server.get<{ Querystring: { events?: unknown } }>('/api/events', async (request, reply) => {
    const { origin, 'sec-fetch-site': site } = request.headers;
    if (!isOurStream(origin, typeof site === 'string' ? site : undefined, request.host)) return foreign(reply);
    const session = sessionOf(request);
    if (session === undefined) return refuse(reply, 401, 'session.forbidden', words.notLetIn);
    const names = readEvents(request.query.events);
    if (names === undefined) return refuse(reply, 400, 'call.malformed', 'Ask for events by name, with commas.');
    reply.hijack();
    for (const [name, value] of Object.entries(pageHeaders)) reply.raw.setHeader(name, value);
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    const end = streamEvents(reply.raw, session.connection, names);
    session.streams.add(end);
    reply.raw.once('close', () => session.streams.delete(end));
  });

  const url = await server.listen({ host: loopback, port });
  const newAddress = () => `${url}/?token=${ticket.renew()}`;
  let closing: Promise<void> | undefined;
  return {
    url,
    address: newAddress(),
    newAddress,
    close() {
      sessions.close();
      closing ??= server.close();
      return closing;
    },
  };
}

const portOf = (request: FastifyRequest): number => request.socket.localPort ?? 0;

const foreign = (reply: FastifyReply) =>
  refuse(reply, 403, 'session.forbidden', 'This request did not come from the station’s own page.');

/** Every listed file by its own route: a path that is not in the list is not found, however it is written. */
function serveScreens(
  server: FastifyInstance,
  assetsDir: string,
  sessionOf: (request: FastifyRequest) => Session | undefined,
): void {
  for (const [path, { hashed }] of listAssets(assetsDir)) {
    if (path === '/') continue;
    server.get(path, async (request, reply) => {
      if (sessionOf(request) === undefined) return turnAway(reply, 403, words.notLetIn);
      reply.header('cache-control', hashed ? `private, max-age=${yearSeconds}, immutable` : 'no-cache');
      return reply.sendFile(path.slice(1));
    });
  }
}

/** The events of `a,b`, each once; undefined when one of them is unknown or there is none. */
function readEvents(list: unknown): EventName[] | undefined {
  if (typeof list !== 'string') return undefined;
  const names = [...new Set(list.split(','))];
  return names.every(isEventName) ? names : undefined;
}

/** Turns what the HTTP library refuses into the catalogue's words, and tells a wrong method from a wrong path. */
function takeOnlyJson(server: FastifyInstance): void {
  server.removeContentTypeParser('text/plain');
  server.setNotFoundHandler(async (request, reply) => {
    const path = request.url.split('?')[0] ?? '';
    const method = path === '/api/call' ? 'POST' : 'GET';
    if (request.method === method || !server.hasRoute({ method, url: path })) return turnAway(reply, 404, 'Not found.');
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
