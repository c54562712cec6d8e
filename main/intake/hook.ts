/** The hook for an MES: orders in, results out, over HTTP. On loopback, or over TLS; always with a token. */
import { createHash, timingSafeEqual } from 'node:crypto';
import fastify, { type FastifyError, type FastifyInstance, type FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { type ErrorCode, StationError } from '../../app/contract/errors.ts';
import { firstIssue } from '../../app/contract/issues.ts';
import {
  type HookOrderView,
  hookOrder,
  hookOrderView,
  type IntakeConfig,
  type Order,
} from '../../app/contract/model.ts';
import { readPemFile } from '../../app/files/index.ts';
import { readJson } from '../../app/iot/index.ts';
import {
  changeOrder,
  isLoopback,
  isSameOrder,
  type Log,
  makeOrder,
  type StationParts,
} from '../../app/station/index.ts';
import { eventQuery, hookPut, keyPattern, openApi, orderQuery } from './openapi.ts';
import { doubledHeader, refuse, refuseAddress, refuseConnection } from './refusals.ts';

type Options = { parts: StationParts; config: NonNullable<IntakeConfig['hook']>; log: Log };
type Hook = { url: string; close: () => Promise<void> };

const actor = 'MES';
/** A list of 100,000 serials fits. */
const maxBodyBytes = 8 * 1024 * 1024;
const requestTimeout = 30_000;

/**
 * Listens for an MES.
 *
 * @throws Error with `code` EADDRINUSE, EACCES, ENOENT or of TLS when it cannot listen
 */
export async function startHook({ parts, config, log }: Options): Promise<Hook> {
  const { host, port: wanted, certificateFile, keyFile, tokenSha256 } = config;
  const https =
    certificateFile === undefined || keyFile === undefined
      ? null
      : { cert: await readPemFile(certificateFile), key: await readPemFile(keyFile), minVersion: 'TLSv1.2' as const };
  if (https === null && !isLoopback(host)) throw Object.assign(new Error('no TLS'), { code: 'NO_TLS' });
  const common = {
    ...{ bodyLimit: maxBodyBytes, forceCloseConnections: true, requestTimeout },
    ...{ frameworkErrors: refuseAddress, clientErrorHandler: refuseConnection },
  };
  const server = (https ? fastify({ ...common, https }) : fastify(common)) as unknown as FastifyInstance;
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (_: FastifyRequest, body: Buffer) =>
    parsed(textOf(body)),
  );

  server.addHook('onRequest', async (request, reply) => {
    reply.headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    const doubled = doubledHeader(request);
    if (doubled) return refuse(reply, 400, 'call.malformed', `the header ${doubled} stands twice`);
    if (!isOurs(request, host)) return refuse(reply, 421, 'call.malformed', 'the Host header names another machine');
    if (request.headers.origin !== undefined)
      return refuse(reply, 403, 'session.forbidden', 'this is not for browsers');
    if (request.url === '/openapi.json') return;
    if (!hasToken(request.headers.authorization, tokenSha256)) {
      reply.header('www-authenticate', 'Bearer');
      return refuse(reply, 401, 'session.forbidden', 'send the token of this station: Authorization: Bearer …');
    }
    if (!/^(identity)?$/i.test(request.headers['content-encoding'] ?? ''))
      return refuse(reply, 415, 'call.malformed', 'a request is sent as it is: without Content-Encoding');
  });
  server.setNotFoundHandler(async (request, reply) => {
    const methods = methodsAt(request.url);
    if (methods.length > 0) reply.header('allow', methods.join(', '));
    const detail = `there is no ${request.method} here; GET /openapi.json says what there is`;
    return refuse(reply, methods.length > 0 ? 405 : 404, 'call.unknownMethod', detail);
  });
  server.setErrorHandler(async (thrown: FastifyError, _request, reply) => {
    if (thrown instanceof StationError) {
      const { code, detail, data } = thrown;
      const path = typeof data?.path === 'string' ? data.path : undefined;
      return refuse(reply, statusOf(code), code, detail, path);
    }
    const { statusCode = 500 } = thrown;
    if (statusCode === 413) return refuse(reply, 413, 'call.tooLarge', `a request has ${maxBodyBytes} bytes at most`);
    if (statusCode < 500)
      return refuse(
        reply,
        statusCode === 415 ? 415 : 400,
        'call.malformed',
        'a request is JSON, sent as application/json',
      );
    log.error({ err: thrown }, 'the hook');
    return refuse(reply, 500, 'internal', 'the station failed; its log says why');
  });

  serveOrders(server, parts);
  server.get('/openapi.json', async () => openApi);
  server.get('/v1/events', async (request) => {
    const { after, limit, orderId } = valid(eventQuery, request.query);
    const { events, more, removed } = await parts.ledger.listEvents({ after, limit, orderId });
    return { events, next: events.at(-1)?.seq ?? after, more, removed };
  });
  const url = await server.listen({ host, port: wanted });
  return { url, close: () => server.close() };
}

function serveOrders(server: FastifyInstance, parts: StationParts): void {
  const { ledger, bench } = parts;
  const shown = (order: Order & Pick<HookOrderView, 'overlaps'>): HookOrderView => hookOrderView.parse(order);
  const alone = async (order: Order): Promise<HookOrderView> => {
    const found = (await ledger.orderOverlaps([])).find(({ orderId }) => orderId === order.orderId);
    return shown({ ...order, overlaps: found?.overlaps ?? [] });
  };
  const find = (orderId: string) =>
    ledger.showOrder(orderId).catch((thrown: unknown) => {
      if (thrown instanceof StationError && thrown.code === 'order.notFound') return undefined;
      throw thrown;
    });

  server.get('/v1/orders', async (request) => {
    const { state } = valid(orderQuery, request.query);
    const orders = (await ledger.listOrders()).filter((order) => state === undefined || order.state === state);
    return { orders: orders.map(shown) };
  });
  server.get<{ Params: { orderId: string } }>('/v1/orders/:orderId', async ({ params }) =>
    alone(await ledger.showOrder(params.orderId)),
  );
  server.post('/v1/orders', async (request, reply) => {
    const key = request.headers['idempotency-key'];
    if (key !== undefined && (typeof key !== 'string' || !keyPattern.test(key)))
      throw new StationError('call.badParams', 'an Idempotency-Key has 1 to 128 visible characters');
    const given = valid(hookOrder, request.body);
    const before = await find(given.orderId);
    const once = key === undefined ? undefined : { key, bodySha256: sha256(JSON.stringify(given)) };
    const order = await makeOrder(parts, plain(given), { actor, activate: false, once });
    if (before === undefined) reply.code(201).header('location', `/v1/orders/${order.orderId}`);
    return alone(order);
  });
  server.put<{ Params: { orderId: string } }>('/v1/orders/:orderId', async (request, reply) => {
    const { state, ...given } = valid(hookPut, request.body);
    const orderId = valid(hookOrder.shape.orderId, request.params.orderId);
    const before = await find(orderId);
    if (before === undefined) {
      const order = valid(hookOrder, { orderId, ...given });
      await makeOrder(parts, plain(order), { actor, activate: false });
      reply.code(201).header('location', `/v1/orders/${orderId}`);
    } else {
      const { quantity, dueAt, endsAt, ...fixed } = given;
      const terms = { ...fixed, model: fixed.model ?? before.model, orderId, quantity: before.quantity };
      if (!(await isSameOrder(parts, before, terms)))
        throw new StationError(
          'order.exists',
          `order ${orderId} exists with other terms; quantity, dueAt, endsAt and state can be changed`,
        );
      const change = changed(before, { quantity, dueAt, endsAt });
      if (Object.keys(change).length > 0) await changeOrder(parts, { orderId, actor, ...change });
    }
    if (state !== undefined) await move(orderId, state);
    await bench.refresh();
    return alone(await ledger.showOrder(orderId));
  });

  /** @throws order.closed */
  const move = async (orderId: string, state: Order['state']): Promise<void> => {
    const act = { orderId, actor };
    const { state: now } = await ledger.showOrder(orderId);
    if (now === state) return;
    if (state === 'paused') await ledger.pauseOrder(act);
    else if (state === 'open') await ledger.resumeOrder(act);
    else {
      await ledger.closeOrder(act);
      parts.lineRegistration.wake();
    }
  };
}

type Terms = Pick<Order, 'quantity' | 'dueAt' | 'endsAt'>;
/** The terms that are given and differ. */
const changed = (before: Terms, given: { [K in keyof Terms]?: Terms[K] | undefined }): Partial<Terms> =>
  Object.fromEntries(
    Object.entries(given).filter(([name, value]) => value !== undefined && value !== before[name as keyof Terms]),
  );

/** Null and absent mean the same to a new order. */
const plain = <T extends { dueAt?: string | null | undefined; endsAt?: string | null | undefined }>(given: T) => ({
  ...given,
  dueAt: given.dueAt ?? undefined,
  endsAt: given.endsAt ?? undefined,
});

/** @throws call.malformed – bytes that are no text would become signs that no one meant */
function textOf(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch (cause) {
    throw new StationError('call.malformed', 'the request is not UTF-8', { cause });
  }
}

/** @throws call.malformed – says where; call.badParams – a name stands twice, so that one of its values would be lost */
function parsed(text: string): unknown {
  const { value, broken, duplicates } = readJson(text);
  if (broken)
    throw new StationError('call.malformed', `the request is not JSON: ${broken.message}, line ${broken.line}`);
  const [twice] = duplicates;
  if (twice === undefined) return value;
  const path = twice.path.slice(1).replaceAll('/', '.');
  throw new StationError('call.badParams', `line ${twice.line}, column ${twice.column}: ${twice.message}`, {
    data: { path },
  });
}

/** @throws call.badParams – says where */
function valid<S extends z.ZodType>(schema: S, given: unknown): z.output<S> {
  const checked = schema.safeParse(given ?? {});
  if (checked.success) return checked.data;
  const { path, detail } = firstIssue(checked.error.issues);
  throw new StationError('call.badParams', path === '' ? `the request: ${detail}` : detail, { data: { path } });
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What an address of the hook takes; nothing where there is none. */
function methodsAt(url: string): string[] {
  const parts = url.split('?')[0]?.split('/') ?? [];
  const isHere = (path: string) => {
    const wanted = path.split('/');
    return (
      wanted.length === parts.length && wanted.every((part, at) => part === parts[at] || (part[0] === '{' && parts[at]))
    );
  };
  const [, operations = {}] = Object.entries(openApi.paths).find(([path]) => isHere(path)) ?? [];
  const methods = Object.keys(operations).filter((name) => ['get', 'post', 'put'].includes(name));
  return methods.flatMap((name) => (name === 'get' ? ['GET', 'HEAD'] : [name.toUpperCase()]));
}

/** On loopback a foreign name may be re-bound to this PC (DNS rebinding). */
function isOurs({ headers, socket }: FastifyRequest, host: string): boolean {
  if (!isLoopback(host)) return true;
  const port = socket.localPort;
  return [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`].includes(headers.host ?? '');
}

function hasToken(header: string | undefined, digest: string): boolean {
  const token = /^Bearer ([\x21-\x7e]{1,200})$/i.exec(header ?? '')?.[1];
  return token !== undefined && timingSafeEqual(Buffer.from(sha256(token)), Buffer.from(digest));
}

const statuses: Partial<Record<ErrorCode, number>> = {
  'order.notFound': 404,
  'order.exists': 409,
  'order.closed': 409,
  'order.keyUsed': 422,
  'call.badParams': 400,
  'call.malformed': 400,
  'recipe.notFound': 422,
  'policy.profileUnknown': 422,
  'policy.profileInvalid': 422,
  'order.ended': 422,
  'unit.serialTooLong': 422,
  'scan.badRule': 422,
};
const statusOf = (code: ErrorCode): number => statuses[code] ?? (code === 'internal' ? 500 : 503);
