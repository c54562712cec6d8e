import type { Account } from '../account.ts';
import { iotError } from '../errors.ts';
import type { Call } from '../http.ts';
import { type Input, object, type Row, type Shape } from './shapes.ts';

/** What an operation does with its checked input. The returned object is the JSON answer. */
export type Handlers<T extends Record<string, Row>> = {
  [K in keyof T]: T[K] extends Row<infer S> ? (input: Input<S>, account: Account) => object | Promise<object> : never;
};
export type Handler = (input: Record<string, unknown>, account: Account) => object | Promise<object>;

/**
 * Reads the members of a call as its row says. Members that the row does not know are ignored, as AWS ignores them.
 * @throws ServiceError InvalidRequestException
 */
export function readInput<S extends Shape>(row: Row<S>, call: Call): Input<S> {
  const labels = row.path.slice(1).split('/');
  const places = new Set(Object.values(row.shape).map(({ place }) => place));
  const body = places.has('body') || places.has('payload') ? jsonBody(call) : {};
  const entries = Object.entries(row.shape).map(([name, field]) => {
    const wire = field.wire ?? name;
    const raw = {
      path: () => call.segments[labels.indexOf(`{${wire}}`)],
      query: () => call.query.get(wire) ?? undefined,
      header: () => call.headers[wire],
      body: () => (Object.hasOwn(body, wire) ? (body[wire] ?? undefined) : undefined),
      payload: () => body,
    }[field.place]();
    return [name, field.read(raw, name)];
  });
  return Object.fromEntries(entries) as Input<S>;
}

function jsonBody(call: Call): Record<string, unknown> {
  if (call.body.length === 0) return {};
  try {
    return object(JSON.parse(call.body.toString('utf8')), 'body');
  } catch {
    throw iotError('InvalidRequestException', 'The request body is not a JSON object.');
  }
}

/** An operation with what it does, for services whose operations all come to the same path. */
export type Operation = { method: string; path: string; run(call: Call, account: Account): Promise<object> };

export function operation<S extends Shape>(
  method: string,
  path: string,
  shape: S,
  run: (input: Input<S>, account: Account) => object | Promise<object>,
): Operation {
  return { method, path, run: async (call, account) => run(readInput({ method, path, shape }, call), account) };
}
