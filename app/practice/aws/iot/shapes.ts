import { iotError } from '../errors.ts';

/** The checks of members, and where each travels (service model iot/2015-05-28). Every refusal is an InvalidRequestException. */

/**
 * Checks one raw value.
 * @throws ServiceError InvalidRequestException
 */
export type Type<T> = (raw: unknown, name: string) => T;
/** `payload` is the whole body. */
type Place = 'path' | 'query' | 'header' | 'body' | 'payload';
export type Field<T> = { place: Place; wire?: string; need: boolean; read: Type<T> };
export type Shape = Record<string, Field<unknown>>;
export type Input<S extends Shape> = { [K in keyof S]: S[K] extends Field<infer T> ? T : never };

/** What the table says of an operation beside its route and its members. */
export type Facts = {
  /**
   * The resource of its permission, after `arn:aws:iot:REGION:ACCOUNT:`, with members in braces. Several are separated
   * by a blank. A member that holds a whole ARN stands alone. Absent: `*`.
   */
  resource?: string;
  /** The member with a role for which the caller needs `iam:PassRole`. */
  passes?: string;
  /** Calls a second by default (AWS IoT Core quotas). Absent: 10. */
  rate?: number;
  /** What of the operation is not offered. Absent: all of it is offered. */
  partly?: string;
};
export type Row<S extends Shape = Shape> = Facts & { method: string; path: string; shape: S };

/** One operation of the table: its route as `METHOD /path/{label}`, its members, and facts. */
export function row<S extends Shape>(route: `${string} /${string}`, shape: S, facts: Facts = {}): Row<S> {
  const [method = '', path = ''] = route.split(' ');
  return { method, path, shape, ...facts };
}

const need =
  <T>(type: Type<T>): Type<T> =>
  (raw, name) =>
    raw === undefined ? refuse(name, 'must not be null') : type(raw, name);
const may =
  <T>(type: Type<T>): Type<T | undefined> =>
  (raw, name) =>
    raw === undefined ? undefined : type(raw, name);

export const path = <T>(type: Type<T>, wire?: string): Field<T> => field('path', true, need(type), wire);
export const query = <T>(type: Type<T>, wire?: string): Field<T | undefined> => field('query', false, may(type), wire);
export const needQuery = <T>(type: Type<T>, wire?: string): Field<T> => field('query', true, need(type), wire);
export const header = <T>(type: Type<T>, wire: string): Field<T | undefined> => field('header', false, may(type), wire);
export const needHeader = <T>(type: Type<T>, wire: string): Field<T> => field('header', true, need(type), wire);
export const body = <T>(type: Type<T>): Field<T | undefined> => field('body', false, may(type));
export const needBody = <T>(type: Type<T>): Field<T> => field('body', true, need(type));
export const payload = <T>(type: Type<T>): Field<T> => field('payload', true, need(type));

/** Lengths count characters. The pattern is anchored. */
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

/** A whole number in the query (digits) or in the body. */
export const whole =
  (min: number, max: number): Type<number> =>
  (raw, name) => {
    const value = typeof raw === 'string' && /^-?\d+$/.test(raw) ? Number(raw) : raw;
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) return refuse(name, 'must be an integer');
    return value < min || value > max ? refuse(name, `must be between ${min} and ${max}`) : value;
  };

export const list =
  <T>(item: Type<T>, min = 0, max = Number.POSITIVE_INFINITY): Type<T[]> =>
  (raw, name) => {
    if (!Array.isArray(raw)) return refuse(name, 'must be a list');
    if (raw.length < min) return refuse(name, `must have length greater than or equal to ${min}`);
    if (raw.length > max) return refuse(name, `must have length less than or equal to ${max}`);
    return raw.map((each, index) => item(each, `${name}.${index + 1}.member`));
  };

export const map =
  (key: Type<string>, value: Type<string>): Type<Record<string, string>> =>
  (raw, name) =>
    Object.fromEntries(
      Object.entries(object(raw, name)).map(([k, v]) => [key(k, `${name}.key`), value(v, `${name}.${k}`)]),
    );

type Members = Record<string, Type<unknown>>;
type Structure<M extends Members, R extends keyof M> = { [K in R]: ReturnType<M[K]> } & {
  [K in Exclude<keyof M, R>]?: ReturnType<M[K]>;
};

/** A structure with optional and required members. Unknown members are ignored, as AWS ignores them. */
export const structure =
  <M extends Members, R extends keyof M & string = never>(
    members: M,
    required: readonly R[] = [],
  ): Type<Structure<M, R>> =>
  (raw, name) => {
    const from = object(raw, name);
    const given = (member: string) =>
      Object.hasOwn(from, member) && from[member] !== undefined && from[member] !== null;
    for (const member of required) if (!given(member)) refuse(`${name}.${member}`, 'must not be null');
    return Object.fromEntries(
      Object.entries(members).flatMap(([member, type]) =>
        given(member) ? [[member, type(from[member], `${name}.${member}`)]] : [],
      ),
    ) as Structure<M, R>;
  };

export const object: Type<Record<string, unknown>> = (raw, name) =>
  typeof raw === 'object' && raw !== null && !Array.isArray(raw)
    ? (raw as Record<string, unknown>)
    : refuse(name, 'must be an object');

function field<T>(place: Place, need: boolean, read: Type<T>, wire?: string): Field<T> {
  return wire === undefined ? { place, need, read } : { place, need, read, wire };
}

function refuse(name: string, constraint: string): never {
  throw iotError('InvalidRequestException', `Value at '${name}' failed to satisfy constraint: Member ${constraint}`);
}
