import type { Account } from '../account.ts';
import { iotError } from '../errors.ts';
import type { Call } from '../http.ts';

/** The input tables of the service model (iot/2015-05-28): where each member travels, its length, range, pattern and values. */

/**
 * Checks one raw value.
 * @throws ServiceError InvalidRequestException
 */
export type Type<T> = (raw: unknown, name: string) => T;
type Place = 'path' | 'query' | 'header' | 'body';
type Field<T> = { place: Place; wire?: string; read: Type<T> };
type Shape = Record<string, Field<unknown>>;
type Input<S extends Shape> = { [K in keyof S]: S[K] extends Field<infer T> ? T : never };

export type Operation = { method: string; path: string; run(call: Call, account: Account): Promise<object> };

/** One operation: its route, its input table and its action. The returned object is the JSON answer. */
export function operation<S extends Shape>(
  method: string,
  path: string,
  shape: S,
  run: (input: Input<S>, account: Account) => object | Promise<object>,
): Operation {
  const labels = path.slice(1).split('/');
  return {
    method,
    path,
    run: async (call, account) => {
      const body = Object.values(shape).some((field) => field.place === 'body') ? jsonBody(call) : {};
      const input = Object.entries(shape).map(([name, field]) => {
        const wire = field.wire ?? name;
        const raw = {
          path: () => call.segments[labels.indexOf(`{${wire}}`)],
          query: () => call.query.get(wire) ?? undefined,
          header: () => call.headers[wire],
          body: () => (Object.hasOwn(body, wire) ? (body[wire] ?? undefined) : undefined),
        }[field.place]();
        return [name, field.read(raw, name)];
      });
      return run(Object.fromEntries(input) as Input<S>, account);
    },
  };
}

const need =
  <T>(type: Type<T>): Type<T> =>
  (raw, name) =>
    raw === undefined ? refuse(name, 'must not be null') : type(raw, name);
const may =
  <T>(type: Type<T>): Type<T | undefined> =>
  (raw, name) =>
    raw === undefined ? undefined : type(raw, name);

export const label = <T>(type: Type<T>, wire?: string): Field<T> => field('path', need(type), wire);
export const query = <T>(type: Type<T>, wire?: string): Field<T | undefined> => field('query', may(type), wire);
export const needQuery = <T>(type: Type<T>, wire?: string): Field<T> => field('query', need(type), wire);
export const needHeader = <T>(type: Type<T>, wire: string): Field<T> => field('header', need(type), wire);
export const body = <T>(type: Type<T>): Field<T | undefined> => field('body', may(type));
export const needBody = <T>(type: Type<T>): Field<T> => field('body', need(type));

export const text =
  (min: number, max: number, pattern?: RegExp): Type<string> =>
  (raw, name) => {
    if (typeof raw !== 'string') return refuse(name, 'must be a string');
    if (raw.length < min) return refuse(name, `must have length greater than or equal to ${min}`);
    if (raw.length > max) return refuse(name, `must have length less than or equal to ${max}`);
    if (pattern && !pattern.test(raw))
      return refuse(name, `must satisfy regular expression pattern: ${pattern.source}`);
    return raw;
  };

export const oneOf =
  <const V extends string>(...values: V[]): Type<V> =>
  (raw, name) =>
    values.find((value) => value === raw) ?? refuse(name, `must satisfy enum value set: [${values.join(', ')}]`);

/** A boolean in the query (`true|false`) or in the body. */
export const flag: Type<boolean> = (raw, name) =>
  raw === true || raw === 'true'
    ? true
    : raw === false || raw === 'false'
      ? false
      : refuse(name, 'must be true or false');

export const whole =
  (min: number, max: number): Type<number> =>
  (raw, name) => {
    const value = typeof raw === 'string' && /^-?\d+$/.test(raw) ? Number(raw) : raw;
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) return refuse(name, 'must be an integer');
    return value < min || value > max ? refuse(name, `must be between ${min} and ${max}`) : value;
  };

export const map =
  (key: Type<string>, value: Type<string>): Type<Record<string, string>> =>
  (raw, name) =>
    Object.fromEntries(
      Object.entries(object(raw, name)).map(([k, v]) => [key(k, `${name}.key`), value(v, `${name}.${k}`)]),
    );

/** A structure with optional members. Unknown members are ignored, as AWS ignores them. */
export const structure =
  <M extends Record<string, Type<unknown>>>(members: M): Type<{ [K in keyof M]?: ReturnType<M[K]> }> =>
  (raw, name) => {
    const from = object(raw, name);
    const read = Object.entries(members).filter(([member]) => from[member] !== undefined && from[member] !== null);
    return Object.fromEntries(read.map(([member, type]) => [member, type(from[member], `${name}.${member}`)])) as {
      [K in keyof M]?: ReturnType<M[K]>;
    };
  };

export const object: Type<Record<string, unknown>> = (raw, name) =>
  typeof raw === 'object' && raw !== null && !Array.isArray(raw)
    ? (raw as Record<string, unknown>)
    : refuse(name, 'must be an object');

export const certificateId = text(64, 64, /^(0x)?[a-fA-F0-9]+$/);
export const pem = text(1, 65536);
export const thingName = text(1, 128, /^[a-zA-Z0-9:_-]+$/);
export const policyName = text(1, 128, /^[\w+=,.@-]+$/);
export const roleArn = text(20, 2048);
export const templateBody = text(0, 10240);
export const marker = text(0, 1024, /^[A-Za-z0-9+/]+={0,2}$/);
export const pageSize = whole(1, 250);
export const attributePayload = structure({
  attributes: map(text(0, 128, /^[a-zA-Z0-9_.,@/:#-]+$/), text(0, 800, /^[a-zA-Z0-9_.,@/:#=[\]-]*$/)),
  merge: flag,
});

function field<T>(place: Place, read: Type<T>, wire?: string): Field<T> {
  return wire === undefined ? { place, read } : { place, read, wire };
}

function jsonBody(call: Call): Record<string, unknown> {
  if (call.body.length === 0) return {};
  try {
    return object(JSON.parse(call.body.toString('utf8')), 'body');
  } catch {
    throw iotError('InvalidRequestException', 'The request body is not a JSON object.');
  }
}

function refuse(name: string, constraint: string): never {
  throw iotError('InvalidRequestException', `Value at '${name}' failed to satisfy constraint: Member ${constraint}`);
}
