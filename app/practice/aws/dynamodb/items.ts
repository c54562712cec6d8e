import type { Account } from '../account.ts';
import { jsonError } from '../jsonservice.ts';
import type { Table, TableItem } from '../nouns.ts';
import { findTable, keyOf } from './tables.ts';

type Body = Record<string, unknown>;
const invalid = (message: string) => jsonError('ValidationException', message);
/** "BatchWriteItem" and "BatchGetItem", DynamoDB API reference. */
const most = { write: 25, get: 100 };

/** @throws ServiceError ResourceNotFoundException · ValidationException – the item lacks a key */
export function putItem(account: Account, tableName: string, item: TableItem): void {
  const table = findTable(account, { TableName: tableName });
  table.items.set(keyOf(table, item), item);
  account.changed();
}

/** @throws ServiceError ValidationException – no map of attribute values */
export function itemIn(body: Body, member: string): TableItem {
  const item = body[member];
  const isValue = (value: unknown) => typeof value === 'object' && value !== null && Object.keys(value).length === 1;
  if (typeof item !== 'object' || item === null || !Object.values(item).every(isValue)) {
    throw invalid(`${member} must be a map of attribute values.`);
  }
  return item as TableItem;
}

/** The operation BatchWriteItem. All of it is done: what AWS leaves over when it is busy, faults can leave over too. */
export function batchWrite(account: Account, body: Body): object {
  const acts = requestsIn(account, body, most.write).flatMap(([table, requests]) => {
    if (!Array.isArray(requests)) throw invalid('RequestItems holds a list for each table.');
    return (requests as Body[]).map(({ PutRequest, DeleteRequest, ...others }) => {
      if ((PutRequest === undefined) === (DeleteRequest === undefined) || Object.keys(others).length > 0) {
        throw invalid('Supplied AttributeValue is empty, must contain exactly one of the supported request types');
      }
      const item = PutRequest === undefined ? undefined : itemIn(PutRequest as Body, 'Item');
      return { table, item, key: keyOf(table, item ?? itemIn(DeleteRequest as Body, 'Key'), item === undefined) };
    });
  });
  if (acts.length < 1 || acts.length > most.write) throw invalid(`Expected 1 to ${most.write} requests.`);
  if (new Set(acts.map(({ table, key }) => `${table.name} ${key}`)).size < acts.length) {
    throw invalid('Provided list of item keys contains duplicates');
  }
  for (const { table, item, key } of acts) {
    if (item) table.items.set(key, item);
    else table.items.delete(key);
  }
  account.changed();
  return { UnprocessedItems: {} };
}

/** The operation BatchGetItem. */
export function batchGet(account: Account, body: Body): object {
  let count = 0;
  const found = requestsIn(account, body, most.get).map(([table, request]) => {
    const { Keys, ...others } = request as Body;
    if (!Array.isArray(Keys) || Object.keys(others).some((name) => name !== 'ConsistentRead')) {
      throw invalid('Only Keys and ConsistentRead are offered.');
    }
    count += Keys.length;
    const places = Keys.map((Key) => keyOf(table, itemIn({ Key }, 'Key'), true));
    if (new Set(places).size < places.length) throw invalid('Provided list of item keys contains duplicates');
    return [table.name, places.flatMap((place) => table.items.get(place) ?? [])] as const;
  });
  if (count < 1 || count > most.get) throw invalid(`Expected 1 to ${most.get} keys.`);
  return { Responses: Object.fromEntries(found), UnprocessedKeys: {} };
}

function requestsIn(account: Account, { RequestItems }: Body, limit: number): [Table, unknown][] {
  if (typeof RequestItems !== 'object' || RequestItems === null) throw invalid(`Expected 1 to ${limit} requests.`);
  return Object.entries(RequestItems).map(([TableName, requests]) => [findTable(account, { TableName }), requests]);
}
