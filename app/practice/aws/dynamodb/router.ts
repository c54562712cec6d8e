import type { Account } from '../account.ts';
import type { ServiceError } from '../errors.ts';
import type { Call, Reply } from '../http.ts';
import { jsonError, jsonReply, offeredBody } from '../jsonservice.ts';
import { batchGet, batchWrite, itemIn, putItem } from './items.ts';
import { matching } from './query.ts';
import { createTable, describe, findTable, keyOf } from './tables.ts';
import { updateItem } from './update.ts';

/** Tables with their items (DynamoDB API reference): put, get, update, delete, batches of them, and query by key. */

const contentType = 'application/x-amz-json-1.0';
const target = 'DynamoDB_20120810.';

type Body = Record<string, unknown>;
type Operation = { members: readonly string[]; run(body: Body, account: Account): object };

const operations: Readonly<Record<string, Operation>> = {
  CreateTable: {
    members: ['TableName', 'AttributeDefinitions', 'KeySchema', 'BillingMode', 'ProvisionedThroughput'],
    run: (body, account) => ({ TableDescription: describe(account, createTable(account, body)) }),
  },
  DescribeTable: {
    members: ['TableName'],
    run: (body, account) => ({ Table: describe(account, findTable(account, body)) }),
  },
  DeleteTable: {
    members: ['TableName'],
    run: (body, account) => {
      const table = findTable(account, body);
      account.state.tables.delete(table.name);
      account.changed();
      return { TableDescription: { ...describe(account, table), TableStatus: 'DELETING' } };
    },
  },
  PutItem: {
    members: ['TableName', 'Item'],
    run: (body, account) => {
      putItem(account, String(body.TableName ?? ''), itemIn(body, 'Item'));
      return {};
    },
  },
  GetItem: {
    members: ['TableName', 'Key', 'ConsistentRead'],
    run: (body, account) => {
      const table = findTable(account, body);
      const Item = table.items.get(keyOf(table, itemIn(body, 'Key'), true));
      return Item ? { Item } : {};
    },
  },
  DeleteItem: {
    members: ['TableName', 'Key'],
    run: (body, account) => {
      const table = findTable(account, body);
      table.items.delete(keyOf(table, itemIn(body, 'Key'), true));
      account.changed();
      return {};
    },
  },
  UpdateItem: {
    members: [
      'TableName',
      'Key',
      'UpdateExpression',
      'ConditionExpression',
      'ExpressionAttributeNames',
      'ExpressionAttributeValues',
      'ReturnValues',
    ],
    run: (body, account) => updateItem(account, body, itemIn(body, 'Key')),
  },
  BatchWriteItem: { members: ['RequestItems'], run: (body, account) => batchWrite(account, body) },
  BatchGetItem: { members: ['RequestItems'], run: (body, account) => batchGet(account, body) },
  Query: {
    members: [
      'TableName',
      'KeyConditionExpression',
      'ExpressionAttributeNames',
      'ExpressionAttributeValues',
      'ScanIndexForward',
      'ConsistentRead',
    ],
    run: (body, account) => {
      const Items = matching(findTable(account, body), body);
      return { Items, Count: Items.length, ScannedCount: Items.length };
    },
  },
};

/** @throws ServiceError UnknownOperationException */
export function dynamodbOperation(call: Call): string {
  const asked = call.headers['x-amz-target'] ?? '';
  const name = asked.startsWith(target) ? asked.slice(target.length) : '';
  if (call.method !== 'POST' || call.rawPath !== '/' || !Object.hasOwn(operations, name)) {
    throw jsonError('UnknownOperationException', 'The practice AWS does not offer this operation.', 400);
  }
  return name;
}

export async function callDynamodb(name: string, call: Call, account: Account): Promise<Reply> {
  const operation = operations[name];
  if (!operation) throw jsonError('UnknownOperationException', 'The practice AWS does not offer this operation.', 400);
  const body = offeredBody(call, operation.members, (message) => jsonError('ValidationException', message));
  return jsonReply(200, operation.run(body, account), contentType);
}

export const dynamodbFailure = (error: ServiceError): Reply =>
  jsonReply(
    error.status,
    { __type: `com.amazonaws.dynamodb.v20120810#${error.name}`, message: error.message },
    contentType,
  );
