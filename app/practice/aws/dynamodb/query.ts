import { jsonError } from '../jsonservice.ts';
import type { Table, TableItem } from '../nouns.ts';

/** `pk = :a`, and `sk = :b` or `begins_with(sk, :b)` after `AND`. */
const condition =
  /^\s*(#?\w+)\s*=\s*(:\w+)(?:\s+AND\s+(?:(#?\w+)\s*=\s*(:\w+)|begins_with\s*\(\s*(#?\w+)\s*,\s*(:\w+)\s*\)))?\s*$/i;

/**
 * The items of one partition, in the order of the sort key.
 * @throws ServiceError ValidationException – another condition than those
 */
export function matching({ keys, items }: Table, body: Record<string, unknown>): TableItem[] {
  const names = (body.ExpressionAttributeNames ?? {}) as Record<string, string>;
  const values = (body.ExpressionAttributeValues ?? {}) as Record<string, Record<string, unknown>>;
  const match = condition.exec(String(body.KeyConditionExpression ?? ''));
  if (!match) throw invalid('Only pk = :v, and sk = :v or begins_with(sk, :v), are offered as key conditions.');
  const [, hash = '', hashValue = '', equal, equalValue, prefix, prefixValue] = match;
  const [hashKey, rangeKey] = keys;
  const named = (name: string) => names[name] ?? name;
  if (named(hash) !== hashKey?.name) throw invalid('Query condition missed key schema element');
  const range = equal ?? prefix;
  if (range !== undefined && named(range) !== rangeKey?.name) throw invalid('Query key condition not supported');
  const valueNamed = (name: string, type: string): unknown => {
    const value = values[name]?.[type];
    if (value === undefined) throw invalid(`The expression attribute value ${name} is missing or of another type`);
    return value;
  };
  const wanted = valueNamed(hashValue, hashKey.type);
  const at = (item: TableItem) => (rangeKey ? String(item[rangeKey.name]?.[rangeKey.type]) : '');
  const fits = (item: TableItem): boolean => {
    if (item[hashKey.name]?.[hashKey.type] !== wanted) return false;
    if (!rangeKey || range === undefined) return true;
    if (equalValue !== undefined) return at(item) === valueNamed(equalValue, rangeKey.type);
    return at(item).startsWith(String(valueNamed(prefixValue ?? '', rangeKey.type)));
  };
  const found = [...items.values()].filter(fits).sort((a, b) => compare(at(a), at(b), rangeKey?.type));
  return body.ScanIndexForward === false ? found.reverse() : found;
}

const compare = (a: string, b: string, type: string | undefined): number =>
  type === 'N' ? Number(a) - Number(b) : Buffer.compare(Buffer.from(a), Buffer.from(b));

const invalid = (message: string) => jsonError('ValidationException', message);
