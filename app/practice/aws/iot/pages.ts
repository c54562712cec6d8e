import { randomBytes } from 'node:crypto';
import type { Account } from '../account.ts';
import { iotError } from '../errors.ts';

/** The members of every list operation, in one of AWS's two spellings. */
type Asked = {
  pageSize?: number | undefined;
  marker?: string | undefined;
  maxResults?: number | undefined;
  nextToken?: string | undefined;
  ascendingOrder?: boolean | undefined;
};

/** What a list is made of: keys, and what each of them shows. A key that shows nothing is left out. */
type Listing<T> = { keys: Iterable<string>; show: (key: string) => T | undefined };

/**
 * The keys of lists whose reading has begun. A reader of a million entries comes back 4000 times, so the keys are taken
 * once. What was deleted in between is left out, and what is new does not come.
 */
const readings = new WeakMap<Account, Map<string, readonly string[]>>();
const maxReadings = 16;

/**
 * One page of a list under the name `member`, and the token of the next page, when there is one. Lists of certificates
 * say in which order: the newest first, if not asked otherwise.
 * @throws ServiceError InvalidRequestException – the token is not one of ours
 */
export function list<T, const M extends string>(
  account: Account,
  asked: Asked,
  member: M,
  { keys, show }: Listing<T>,
): object {
  const token = asked.marker ?? asked.nextToken;
  const begun = token === undefined ? undefined : readToken(token);
  const held = readingsOf(account);
  const id = begun?.id ?? randomBytes(6).toString('hex');
  const all = held.get(id) ?? ordered([...keys], asked);
  const size = asked.pageSize ?? asked.maxResults ?? 25;
  const items: T[] = [];
  let at = begun?.at ?? 0;
  for (; at < all.length && items.length < size; at += 1) {
    const item = show(all[at] ?? '');
    if (item !== undefined) items.push(item);
  }
  const more = at < all.length;
  // The last page too: its answer may have been lost, and the reader asks again.
  if (more || begun) keep(held, id, all);
  const next = more ? { ['marker' in asked ? 'nextMarker' : 'nextToken']: tokenOf(id, at) } : {};
  return { [member]: items, ...next };
}

const ordered = (keys: string[], asked: Asked): string[] =>
  'ascendingOrder' in asked && !asked.ascendingOrder ? keys.reverse() : keys;

function readingsOf(account: Account): Map<string, readonly string[]> {
  const held = readings.get(account) ?? new Map<string, readonly string[]>();
  readings.set(account, held);
  return held;
}

function keep(held: Map<string, readonly string[]>, id: string, keys: readonly string[]): void {
  held.delete(id);
  held.set(id, keys);
  const [oldest] = held.keys();
  if (held.size > maxReadings && oldest !== undefined) held.delete(oldest);
}

const tokenOf = (id: string, at: number): string => Buffer.from(`${id} ${at}`).toString('base64');

function readToken(token: string): { id: string; at: number } {
  const match = /^([0-9a-f]{12}) (\d{1,9})$/.exec(Buffer.from(token, 'base64').toString('latin1'));
  if (!match) throw iotError('InvalidRequestException', 'The pagination token is not valid.');
  return { id: match[1] ?? '', at: Number(match[2]) };
}
