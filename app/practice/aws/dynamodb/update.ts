import type { Account } from '../account.ts';
import { jsonError } from '../jsonservice.ts';
import type { TableItem } from '../nouns.ts';
import { meetsCondition, updated } from './expressions.ts';
import { findTable, keyOf } from './tables.ts';

/**
 * The operation UpdateItem: changes an item, or makes it, if it meets the condition.
 * @param key the attributes of its key
 * @throws ServiceError ConditionalCheckFailedException · ValidationException
 */
export function updateItem(account: Account, body: Record<string, unknown>, key: TableItem): object {
  const table = findTable(account, body);
  const place = keyOf(table, key, true);
  const before = table.items.get(place);
  if (!meetsCondition(body, before ?? {})) {
    throw jsonError('ConditionalCheckFailedException', 'The conditional request failed');
  }
  const { item, changed } = updated(body, before ?? key);
  if (table.keys.some(({ name }) => changed.includes(name))) {
    throw jsonError('ValidationException', 'Cannot update attribute: this attribute is part of the key');
  }
  table.items.set(place, item);
  account.changed();
  const some = (from: TableItem | undefined) =>
    Object.fromEntries(Object.entries(from ?? {}).filter(([name]) => changed.includes(name)));
  switch (body.ReturnValues ?? 'NONE') {
    case 'NONE':
      return {};
    case 'ALL_OLD':
      return before ? { Attributes: before } : {};
    case 'UPDATED_OLD':
      return { Attributes: some(before) };
    case 'ALL_NEW':
      return { Attributes: item };
    case 'UPDATED_NEW':
      return { Attributes: some(item) };
    default:
      throw jsonError('ValidationException', 'ReturnValues is not valid.');
  }
}
