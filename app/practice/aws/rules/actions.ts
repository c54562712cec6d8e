import type { Account, TopicRule } from '../account.ts';
import { putItem } from '../dynamodb/items.ts';
import { arnOfTable } from '../dynamodb/tables.ts';
import { ServiceError } from '../errors.ts';
import { functionArn, functionNamed } from '../lambda/functions.ts';
import { mayInvoke } from '../lambda/permission.ts';
import { invoke } from '../lambda/run.ts';
import type { TableItem } from '../nouns.ts';
import { roleRefusal } from '../permissions/role.ts';
import type { Scope } from './expression.ts';
import { substitute } from './template.ts';

/** The actions of topic rules ("AWS IoT rule actions", AWS IoT developer guide), as far as they are offered. */

export type Done = {
  account: Account;
  rule: TopicRule;
  scope: Scope;
  /** What the statement has selected. */
  selected: unknown;
  publish(topic: string, payload: Buffer): void;
};
type Parameters = Record<string, unknown>;
type Action = (done: Done, parameters: Parameters) => Promise<void>;

/** The name of the action, and how it went. */
export async function act(done: Done, action: Record<string, unknown>): Promise<{ name: string; failed?: string }> {
  const [name = '', parameters] = Object.entries(action).find(([, value]) => value !== null) ?? [];
  const known = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (!known) return { name, failed: `The practice AWS does not run the action ${name}.` };
  try {
    await known(done, (parameters ?? {}) as Parameters);
    return { name };
  } catch (error) {
    return {
      name,
      failed: error instanceof ServiceError ? `${error.name}: ${error.message}` : (error as Error).message,
    };
  }
}

const actions: Readonly<Record<string, Action>> = {
  /** The function runs by itself from here on: what it throws is not the rule's failure. */
  lambda: async ({ account, rule, scope, selected }, { functionArn: given }) => {
    const arn = substitute(textIn('functionArn', given), scope);
    const made = functionNamed(account, arn);
    if (!made) throw new Error(`Function not found: ${arn}`);
    if (!mayInvoke(account, made, 'iot.amazonaws.com', rule.arn)) {
      throw new Error(
        `The rule may not run ${made.name}: give iot.amazonaws.com the permission lambda:InvokeFunction for ${rule.arn}.`,
      );
    }
    void invoke(account, functionArn(account, made.name), selected, { timeoutMs: made.timeout * 1000 + initMs });
  },

  republish: async ({ account, scope, selected, publish }, { roleArn, topic: given }) => {
    // `$$` stands for the `$` of a reserved topic.
    const topic = substitute(textIn('topic', given), scope).replace(/^\$\$/, '$');
    if (topic === '' || /[#+]/.test(topic)) throw new Error(`${topic} is no topic.`);
    refuse(account, roleArn, 'iot:Publish', `arn:aws:iot:${account.region}:${account.id}:topic/${topic}`);
    publish(topic, Buffer.from(JSON.stringify(selected)));
  },

  dynamoDBv2: async ({ account, scope, selected }, { roleArn, putItem: given }) => {
    const tableName = substitute(textIn('putItem.tableName', (given as Parameters | undefined)?.tableName), scope);
    if (typeof selected !== 'object' || selected === null || Array.isArray(selected)) {
      throw new Error('An item is an object.');
    }
    refuse(account, roleArn, 'dynamodb:PutItem', arnOfTable(account, tableName));
    putItem(account, tableName, itemOf(selected));
  },

  dynamoDB: async ({ account, scope, selected }, parameters) => {
    const { operation = 'INSERT', hashKeyType, rangeKeyType, rangeKeyField, payloadField = 'payload' } = parameters;
    if (operation !== 'INSERT') throw new Error(`The practice AWS does not run the operation ${operation}.`);
    const tableName = substitute(textIn('tableName', parameters.tableName), scope);
    const key = (name: 'hashKey' | 'rangeKey', type: unknown): TableItem => {
      const value = substitute(textIn(`${name}Value`, parameters[`${name}Value`]), scope);
      return { [textIn(`${name}Field`, parameters[`${name}Field`])]: type === 'NUMBER' ? { N: value } : { S: value } };
    };
    refuse(account, parameters.roleArn, 'dynamodb:PutItem', arnOfTable(account, tableName));
    putItem(account, tableName, {
      ...key('hashKey', hashKeyType),
      ...(rangeKeyField !== undefined && key('rangeKey', rangeKeyType)),
      [textIn('payloadField', payloadField)]: { S: JSON.stringify(selected) },
    });
  },
};

/** The first event of a function waits for its init phase. */
const initMs = 10_000;

function textIn(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw new Error(`The action has no ${name}.`);
}

function refuse(account: Account, roleArn: unknown, action: string, resource: string): void {
  const refusal = roleRefusal(account, textIn('roleArn', roleArn), [{ action, resource }]);
  if (refusal !== undefined) throw new Error(refusal);
}

/** JSON as DynamoDB writes it ("AttributeValue", DynamoDB API reference). */
const itemOf = (value: object): TableItem =>
  Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, attributeOf(inner)]));

function attributeOf(value: unknown): Record<string, unknown> {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (Array.isArray(value)) return { L: value.map(attributeOf) };
  return typeof value === 'object' && value !== null ? { M: itemOf(value) } : { NULL: true };
}
