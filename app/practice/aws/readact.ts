import type { Act } from './acts.ts';
import { type Fault, gatewayTroubles, outages } from './faults.ts';

/** Reads acts that come as JSON, from the control path. */

type Read<T> = (raw: unknown, name: string) => T;
const text: Read<string> = (raw, name) =>
  typeof raw === 'string' && raw.length > 0 ? raw : refuse(`${name} must be a text`);
const count: Read<number> = (raw, name) =>
  typeof raw === 'number' && Number.isSafeInteger(raw) && raw > 0 ? raw : refuse(`${name} must be a number from 1`);
const whole: Read<number> = (raw, name) => (raw === 0 ? 0 : count(raw, name));
const yes: Read<boolean> = (raw, name) => (typeof raw === 'boolean' ? raw : refuse(`${name} must be true or false`));
const oneOf =
  <V extends string | number>(...values: readonly V[]): Read<V> =>
  (raw, name) =>
    values.find((value) => value === raw) ?? refuse(`${name} must be one of ${values.join(', ')}`);
const orNull =
  <T>(read: Read<T>): Read<T | null> =>
  (raw, name) =>
    raw === null ? null : read(raw, name);

type Members = Record<string, { read: Read<unknown>; optional?: true }>;
const need = (read: Read<unknown>) => ({ read });
const may = (read: Read<unknown>) => ({ read, optional: true as const });
const calls = { times: need(count), operation: may(text) };

/** The members of each kind of fault, beside `kind`. */
export const faultMembers: Record<Fault['kind'], Members> = {
  throttle: calls,
  error: { status: need(oneOf(500, 503)), ...calls },
  refuse: { name: need(text), times: need(count), operation: need(text) },
  hangup: { when: need(oneOf('before', 'after')), ...calls },
  slow: { ms: need(count), ...calls },
  expired: calls,
  skew: calls,
  html: calls,
  deny: { operation: need(text) },
  reportLacks: { line: need(count), times: need(count) },
  reportTwice: { line: need(count), times: need(count) },
  publicBucket: { bucket: need(text) },
  publicAcl: { bucket: need(text) },
  gateway: { trouble: need(oneOf(...gatewayTroubles)), times: need(count) },
  failLine: { line: need(count) },
  failTask: { message: need(text) },
};
export const faultKinds = Object.keys(faultMembers) as Fault['kind'][];

const fault: Read<Fault> = (raw, name) => {
  const from = record(raw, name);
  const kind = oneOf(...faultKinds)(from.kind, `${name}.kind`);
  return { kind, ...members(faultMembers[kind], from, ['kind']) } as Fault;
};

const actMembers: Record<Act['act'], Members> = {
  status: {},
  log: { after: may(whole) },
  fault: { fault: need(orNull(fault)) },
  outage: { outage: need(orNull(oneOf(...outages))) },
  rates: { on: need(yes) },
  policy: { identity: need(text), policy: need(orNull(text)) },
  identity: { name: need(text), kind: need(oneOf('user', 'role')) },
  removeIdentity: { name: need(text) },
  revoke: { certificatePem: need(text) },
};

/** @throws Error – says which member is missing, wrong or unknown */
export function readAct(raw: unknown): Act {
  const from = record(raw, 'the act');
  const act = oneOf(...(Object.keys(actMembers) as Act['act'][]))(from.act, 'act');
  return { act, ...members(actMembers[act], from, ['act']) } as Act;
}

function members(known: Members, from: Record<string, unknown>, besides: string[]): Record<string, unknown> {
  const strange = Object.keys(from).find((name) => !besides.includes(name) && !Object.hasOwn(known, name));
  if (strange !== undefined) refuse(`${strange} is not known here; there are: ${Object.keys(known).join(', ')}`);
  return Object.fromEntries(
    Object.entries(known)
      .filter(([name, { optional }]) => !optional || from[name] !== undefined)
      .map(([name, { read }]) => [name, read(from[name], name)]),
  );
}

function record(raw: unknown, name: string): Record<string, unknown> {
  if (typeof raw === 'object' && raw !== null && !Array.isArray(raw)) return raw as Record<string, unknown>;
  return refuse(`${name} must be a JSON object`);
}

function refuse(reason: string): never {
  throw new Error(reason);
}
