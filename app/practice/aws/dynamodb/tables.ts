import { type Account, nowSeconds } from '../account.ts';
import { jsonError } from '../jsonservice.ts';
import type { Table, TableItem } from '../nouns.ts';

type Body = Record<string, unknown>;
const invalid = (message: string) => jsonError('ValidationException', message);
export const arnOfTable = (account: Account, name: string) =>
  `arn:aws:dynamodb:${account.region}:${account.id}:table/${name}`;

/** @throws ServiceError ValidationException · ResourceInUseException */
export function createTable(account: Account, body: Body): Table {
  const name = body.TableName;
  if (typeof name !== 'string' || !/^[a-zA-Z0-9_.-]{3,255}$/.test(name)) throw invalid('TableName is not valid.');
  if (account.state.tables.has(name)) throw jsonError('ResourceInUseException', `Table already exists: ${name}`);
  const types = new Map(
    listOf(body.AttributeDefinitions).map((one) => [String(one.AttributeName), String(one.AttributeType)]),
  );
  const keys = listOf(body.KeySchema).map(({ AttributeName, KeyType }) => ({
    name: String(AttributeName),
    role: String(KeyType),
    type: types.get(String(AttributeName)) ?? '',
  }));
  const roles = keys.map(({ role }) => role).join(' ');
  if (roles !== 'HASH' && roles !== 'HASH RANGE')
    throw invalid('KeySchema must have a HASH key, then at most a RANGE key.');
  if (keys.some(({ type }) => !['S', 'N', 'B'].includes(type)) || types.size !== keys.length) {
    throw invalid('AttributeDefinitions must define the attributes of the key, and no others.');
  }
  const table: Table = { name, keys, items: new Map(), createdAt: nowSeconds(account) };
  account.state.tables.set(name, table);
  account.changed();
  return table;
}

/** @throws ServiceError ResourceNotFoundException */
export function findTable(account: Account, body: Body): Table {
  const table = account.state.tables.get(
    String(body.TableName ?? '')
      .split(':table/')
      .at(-1) ?? '',
  );
  if (!table) throw jsonError('ResourceNotFoundException', 'Requested resource not found');
  return table;
}

/**
 * The place of an item in its table. `only`: the attributes are a key, and nothing but a key.
 * @throws ServiceError ValidationException
 */
export function keyOf({ keys }: Table, item: TableItem, only = false): string {
  const values = keys.map(({ name, type }) => {
    const value = item[name]?.[type];
    if (value === undefined)
      throw invalid(`One or more parameter values were invalid: Missing the key ${name} in the item`);
    return value;
  });
  if (only && Object.keys(item).length !== keys.length) {
    throw invalid('The provided key element does not match the schema');
  }
  return JSON.stringify(values);
}

export const describe = (account: Account, { name, keys, items, createdAt }: Table) => ({
  TableName: name,
  TableArn: arnOfTable(account, name),
  TableStatus: 'ACTIVE',
  CreationDateTime: createdAt,
  ItemCount: items.size,
  AttributeDefinitions: keys.map((key) => ({ AttributeName: key.name, AttributeType: key.type })),
  KeySchema: keys.map((key) => ({ AttributeName: key.name, KeyType: key.role })),
});

function listOf(raw: unknown): Record<string, unknown>[] {
  if (!Array.isArray(raw)) throw invalid('AttributeDefinitions and KeySchema must be lists.');
  return raw as Record<string, unknown>[];
}
