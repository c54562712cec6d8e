/** UpdateItem of the practice DynamoDB: conditions and updates, judged by aws-cli too. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type PracticeAws, startPracticeAws } from '../../app/practice/aws/index.ts';
import { cli, needsAwsCli } from './awscli.ts';
import { unsignedDesk } from './functions.ts';
import { wallClock } from './support.ts';

const TableName = 'things';
let aws: PracticeAws;
let call: ReturnType<typeof unsignedDesk>;
before(async () => {
  aws = await startPracticeAws({ clock: wallClock(), anyClient: true });
  call = unsignedDesk(aws);
  const AttributeDefinitions = [{ AttributeName: 'id', AttributeType: 'S' }];
  await dynamodb('CreateTable', {
    TableName,
    AttributeDefinitions,
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  });
});
after(() => aws.close());

async function dynamodb(operation: string, body: object) {
  const headers = { 'x-amz-target': `DynamoDB_20120810.${operation}`, 'content-type': 'application/x-amz-json-1.0' };
  const { status, answer } = await call('dynamodb', 'POST', '/', body, headers);
  return { status, ...(answer as { __type?: string; message?: string; Attributes?: object; Item?: object }) };
}

const start = { id: { S: 'x' }, count: { N: '5' }, limit: { N: '7' }, name: { S: 'b' }, on: { BOOL: true } };
const values = {
  ':five': { N: '5' },
  ':nine': { N: '9' },
  ':b': { S: 'b' },
  ':true': { BOOL: true },
  ':minus': { N: '-2.5' },
};

/** The answer of an update of the same item each time: the changed attributes, or the name of the error. */
async function update(more: object): Promise<object | string> {
  await dynamodb('PutItem', { TableName, Item: start });
  const body = {
    TableName,
    Key: { id: { S: 'x' } },
    UpdateExpression: 'SET done = :true',
    ReturnValues: 'UPDATED_NEW',
  };
  const answer = await dynamodb('UpdateItem', { ...body, ExpressionAttributeValues: values, ...more });
  return answer.status === 200 ? (answer.Attributes ?? {}) : String(answer.__type?.split('#')[1]);
}

const conditions: [text: string, meets: boolean | 'invalid'][] = [
  ['attribute_exists(count)', true],
  ['attribute_exists ( missing )', false],
  ['attribute_not_exists(missing)', true],
  ['attribute_not_exists(#n)', false],
  ['count = :five', true],
  ['count <> :five', false],
  ['missing <> :five', true],
  ['count < limit', true],
  ['limit < count', false],
  ['count <= :five AND count >= :five', true],
  ['count > missing', false],
  ['missing < :five', false],
  ['count < :b', false],
  ['#n = :b', true],
  ['on = :true', true],
  ['NOT count = :five', false],
  ['not (count = :five and limit = :five)', true],
  ['count = :nine OR limit > count AND #n = :b', true],
  ['(count = :nine OR limit > count) AND #n = :nine', false],
  ['count', 'invalid'],
  ['count =', 'invalid'],
  ['count = :unknown', 'invalid'],
  ['#unknown = :five', 'invalid'],
  ['count = :five count', 'invalid'],
  ['(count = :five', 'invalid'],
  ['size(name) = :five', 'invalid'],
  ['count ! :five', 'invalid'],
  ['', 'invalid'],
];
test('conditions', async () => {
  for (const [ConditionExpression, meets] of conditions) {
    const made = await update({ ConditionExpression, ExpressionAttributeNames: { '#n': 'name' } });
    const wanted =
      meets === true ? { done: { BOOL: true } } : meets ? 'ValidationException' : 'ConditionalCheckFailedException';
    assert.deepEqual(made, wanted, ConditionExpression);
  }
});

const updates: [text: string, outcome: object | string][] = [
  ['SET done = :true, note = :b', { done: { BOOL: true }, note: { S: 'b' } }],
  ['SET copied = count', { copied: { N: '5' } }],
  ['SET count = :nine, before = count', { count: { N: '9' }, before: { N: '5' } }],
  ['ADD count :five', { count: { N: '10' } }],
  ['add count :minus', { count: { N: '2.5' } }],
  ['ADD fresh :five', { fresh: { N: '5' } }],
  ['REMOVE count, missing', {}],
  ['ADD count :five SET done = :true REMOVE limit', { count: { N: '10' }, done: { BOOL: true } }],
  ['SET copied = missing', 'ValidationException'],
  ['ADD name :five', 'ValidationException'],
  ['ADD count :b', 'ValidationException'],
  ['SET a = :five, a = :nine', 'ValidationException'],
  ['SET id = :b', 'ValidationException'],
  ['SET a.b = :five', 'ValidationException'],
  ['PUT a = :five', 'ValidationException'],
  ['SET a :five', 'ValidationException'],
];
test('updates', async () => {
  for (const [UpdateExpression, outcome] of updates)
    assert.deepEqual(await update({ UpdateExpression }), outcome, UpdateExpression);
});

test('what is refused changes nothing, what is missing is made, and the old values are told', async () => {
  await update({ ConditionExpression: 'count = :nine' });
  assert.deepEqual((await dynamodb('GetItem', { TableName, Key: { id: { S: 'x' } } })).Item, start);
  const body = {
    TableName,
    Key: { id: { S: 'new' } },
    UpdateExpression: 'ADD n :one',
    ExpressionAttributeValues: { ':one': { N: '1' } },
  };
  assert.equal((await dynamodb('UpdateItem', { ...body, ReturnValues: 'ALL_OLD' })).Attributes, undefined);
  assert.deepEqual((await dynamodb('UpdateItem', { ...body, ReturnValues: 'ALL_OLD' })).Attributes, {
    id: { S: 'new' },
    n: { N: '1' },
  });
  assert.deepEqual((await dynamodb('UpdateItem', { ...body, ReturnValues: 'ALL_NEW' })).Attributes, {
    id: { S: 'new' },
    n: { N: '3' },
  });
});

test('aws-cli counts, and reads the refusal', async (t) => {
  if (!needsAwsCli(t)) return;
  const run = cli(aws);
  const key = ['--table-name', TableName, '--key', '{"id":{"S":"cli"}}', '--return-values', 'ALL_NEW'];
  const add = ['--update-expression', 'ADD #u :one', '--expression-attribute-names', '{"#u":"used"}'];
  const once = [
    ...add,
    '--expression-attribute-values',
    '{":one":{"N":"1"}}',
    '--condition-expression',
    'attribute_not_exists(#u)',
  ];
  assert.deepEqual(await run('dynamodb', 'update-item', ...key, ...once), {
    Attributes: { id: { S: 'cli' }, used: { N: '1' } },
  });
  await assert.rejects(run('dynamodb', 'update-item', ...key, ...once), /ConditionalCheckFailedException/);
});
