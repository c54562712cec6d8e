import { createHash } from 'node:crypto';
import type { Account, State } from '../account.ts';
import { iotError, type ServiceError } from '../errors.ts';

/** The nouns of the account under their names, and the refusals that all of them share. */

const called = {
  authorities: 'CA certificate',
  certificates: 'Certificate',
  policies: 'Policy',
  things: 'Thing',
  types: 'Thing type',
  groups: 'Thing group',
  billingGroups: 'Billing group',
  templates: 'Provisioning template',
  tasks: 'Thing registration task',
} as const;
type Noun = keyof typeof called;
type RecordOf<N extends Noun> = State[N] extends Map<string, infer T> ? T : never;

/** @throws ServiceError ResourceNotFoundException */
export function find<N extends Noun>(account: Account, noun: N, key: string): RecordOf<N> {
  const record = (account.state[noun] as Map<string, RecordOf<N>>).get(key);
  if (!record) throw iotError('ResourceNotFoundException', `${called[noun]} ${key} does not exist.`);
  return record;
}

/**
 * The record that is there already, when it is as asked. The same call twice succeeds twice.
 * @throws ServiceError ResourceAlreadyExistsException – it is there, and it is different
 */
export function sameOrNone<N extends Noun>(
  account: Account,
  noun: N,
  key: string,
  isSame: (known: RecordOf<N>) => boolean,
): RecordOf<N> | undefined {
  const known = (account.state[noun] as Map<string, RecordOf<N>>).get(key);
  if (!known || isSame(known)) return known;
  const { id, arn } = known as { id?: string; arn?: string };
  throw exists(`${called[noun]} ${key} already exists with another configuration.`, id ?? key, arn);
}

/** @throws ServiceError VersionConflictException */
export function expectVersion(expected: number | undefined, actual: number): void {
  if (expected !== undefined && expected !== actual) {
    throw iotError('VersionConflictException', `The expected version is ${expected}, the current version ${actual}.`);
  }
}

export const exists = (message: string, resourceId: string, resourceArn?: string): ServiceError =>
  iotError('ResourceAlreadyExistsException', message, {
    resourceId,
    ...(resourceArn !== undefined && { resourceArn }),
  });

/** The name in an ARN of this account: `nameIn(account, 'thing/', arn)`. Undefined for any other ARN. */
export function nameIn(account: Account, kind: string, arn: string): string | undefined {
  const prefix = `arn:aws:iot:${account.region}:${account.id}:${kind}`;
  return arn.startsWith(prefix) ? arn.slice(prefix.length) : undefined;
}

/**
 * The name that a call gives as a name or as an ARN.
 * @throws ServiceError InvalidRequestException
 */
export function named(account: Account, name: string | undefined, arn: string | undefined, kind: string): string {
  const found = name ?? (arn === undefined ? undefined : nameIn(account, kind, arn));
  if (found === undefined) throw iotError('InvalidRequestException', 'A name or an ARN of this account is needed.');
  return found;
}

/** Whether two JSON values say the same, in any order of their members. */
export const isSameJson = (one: unknown, other: unknown): boolean => sorted(one) === sorted(other);

const sorted = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );

/** An identifier in the form of a UUID that follows from what it identifies, so that it need not be kept. */
export function derivedId(...parts: (string | number)[]): string {
  const hex = createHash('sha256').update(parts.join(' ')).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}
