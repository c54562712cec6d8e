/** What just-in-time registration needs beside AWS IoT: a function, which is kept, and a table. Judged by aws-cli. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { removeAtEnd } from '../folders.ts';
import { cli, needsAwsCli } from './awscli.ts';
import { practice } from './support.ts';

type Body = Record<string, unknown>;
const role = 'arn:aws:iam::123456789012:role/jitr';
/** A zip file without files: the end of its directory, and nothing else. */
const zip = Buffer.concat([Buffer.from('PK\u0005\u0006'), Buffer.alloc(18)]);
const code = { ZipFile: zip.toString('base64') };
const keySchema = [
  { AttributeName: 'id', KeyType: 'HASH' },
  { AttributeName: 'at', KeyType: 'RANGE' },
];
const attributes = [
  { AttributeName: 'id', AttributeType: 'S' },
  { AttributeName: 'at', AttributeType: 'N' },
];

async function desk(t: TestContext) {
  const aws = await practice(t, { anyClient: true });
  const call = async (
    service: string,
    method: string,
    path: string,
    body?: Body,
    headers: Record<string, string> = {},
  ) => {
    const authorization =
      `AWS4-HMAC-SHA256 Credential=x/20261129/us-east-1/${service}/aws4_request, ` +
      `SignedHeaders=host, Signature=${'0'.repeat(64)}`;
    const response = await fetch(aws.endpoint + path, {
      method,
      headers: { authorization, ...headers },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const answer = (text === '' ? {} : JSON.parse(text)) as Body;
    const error = response.headers.get('x-amzn-errortype') ?? String(answer.__type ?? '').split('#')[1];
    return { status: response.status, answer, error };
  };
  return {
    aws,
    functions: (method: string, name = '', body?: Body) =>
      call('lambda', method, `/2015-03-31/functions${name && `/${name}`}`, body),
    dynamodb: (operation: string, body: Body) =>
      call('dynamodb', 'POST', '/', body, {
        'x-amz-target': `DynamoDB_20120810.${operation}`,
        'content-type': 'application/x-amz-json-1.0',
      }),
  };
}

test('a function is kept with its code, and what is not offered is refused', async (t) => {
  const { functions } = await desk(t);
  const request = { FunctionName: 'jitr', Runtime: 'nodejs22.x', Role: role, Handler: 'index.handler', Code: code };
  const made = await functions('POST', '', request);
  assert.equal(made.status, 201);
  assert.equal(made.answer.CodeSha256, createHash('sha256').update(zip).digest('base64'));
  const refusals: [Body, string][] = [
    [{}, 'ResourceConflictException'],
    [{ FunctionName: 'a b' }, 'ValidationException'],
    [{ Role: 'jitr' }, 'ValidationException'],
    [{ Handler: undefined }, 'ValidationException'],
    [{ VpcConfig: {} }, 'InvalidParameterValueException'],
    [{ Code: { S3Bucket: 'b' } }, 'InvalidParameterValueException'],
    [{ FunctionName: 'b', Code: { ZipFile: 'AAAA' } }, 'InvalidParameterValueException'],
  ];
  for (const [over, error] of refusals) {
    assert.equal((await functions('POST', '', { ...request, ...over })).error, error, JSON.stringify(over));
  }
  const { answer } = await functions('GET', 'jitr');
  const { Location } = answer.Code as { Location: string };
  assert.deepEqual(Buffer.from(await (await fetch(Location)).arrayBuffer()), zip);
  assert.equal((await fetch(`${Location}0`)).status, 403);
  assert.equal((await functions('PUT', 'jitr')).error, 'UnknownOperationException');
  assert.equal((await functions('DELETE', 'jitr')).status, 204);
  assert.deepEqual((await functions('GET', 'jitr')).error, 'ResourceNotFoundException');
});

test('a table takes items and finds them by key, and says what it does not offer', async (t) => {
  const { dynamodb } = await desk(t);
  const TableName = 'devices';
  const table = { TableName, AttributeDefinitions: attributes, KeySchema: keySchema, BillingMode: 'PAY_PER_REQUEST' };
  assert.equal((await dynamodb('CreateTable', { ...table, KeySchema: [] })).error, 'ValidationException');
  assert.equal((await dynamodb('CreateTable', table)).status, 200);
  assert.equal((await dynamodb('CreateTable', table)).error, 'ResourceInUseException');
  const item = (id: string, at: number) => ({ id: { S: id }, at: { N: String(at) }, name: { S: `${id}${at}` } });
  for (const [id, at] of [
    ['a', 10],
    ['a', 9],
    ['b', 1],
  ] as const) {
    assert.equal((await dynamodb('PutItem', { TableName, Item: item(id, at) })).status, 200);
  }
  const query = async (more: Body = {}) =>
    dynamodb('Query', {
      TableName,
      KeyConditionExpression: '#i = :i',
      ExpressionAttributeNames: { '#i': 'id' },
      ExpressionAttributeValues: { ':i': { S: 'a' }, ':t': { N: '9' } },
      ...more,
    });
  const names = async (more?: Body) =>
    ((await query(more)).answer.Items as { name: { S: string } }[]).map(({ name }) => name.S);
  assert.deepEqual(await names(), ['a9', 'a10'], 'numbers are no texts');
  assert.deepEqual(await names({ ScanIndexForward: false }), ['a10', 'a9']);
  assert.deepEqual(await names({ KeyConditionExpression: 'id = :i AND at = :t' }), ['a9']);
  assert.equal((await query({ KeyConditionExpression: 'name = :i' })).error, 'ValidationException');
  assert.equal((await query({ FilterExpression: 'x' })).error, 'ValidationException');
  const Key = { id: { S: 'a' }, at: { N: '9' } };
  assert.deepEqual((await dynamodb('GetItem', { TableName, Key })).answer, { Item: item('a', 9) });
  assert.equal((await dynamodb('GetItem', { TableName, Key: { id: { S: 'a' } } })).error, 'ValidationException');
  await dynamodb('DeleteItem', { TableName, Key });
  assert.deepEqual((await dynamodb('GetItem', { TableName, Key })).answer, {});
  assert.equal((await dynamodb('PutItem', { TableName, Item: { id: { S: 'a' } } })).error, 'ValidationException');
  assert.equal((await dynamodb('TransactWriteItems', { TransactItems: [] })).error, 'UnknownOperationException');
  assert.equal((await dynamodb('DeleteTable', { TableName })).status, 200);
  assert.equal((await dynamodb('DescribeTable', { TableName })).error, 'ResourceNotFoundException');
});

test('aws-cli makes both', async (t) => {
  if (!needsAwsCli(t)) return;
  const aws = await practice(t);
  aws.act({ act: 'identity', name: 'jitr', kind: 'role' });
  const run = cli(aws);
  const folder = await mkdtemp(join(tmpdir(), 'birthmark-jitr-'));
  removeAtEnd(folder);
  await writeFile(join(folder, 'code.zip'), zip);
  const about = ['--function-name', 'jitr', '--runtime', 'nodejs18.x', '--role', role, '--handler', 'index.handler'];
  const made = (await run('lambda', 'create-function', ...about, '--zip-file', `fileb://${folder}/code.zip`)) as Body;
  assert.equal(made.State, 'Active');
  const name = ['--table-name', 'devices'];
  await run(
    'dynamodb',
    'create-table',
    ...name,
    '--attribute-definitions',
    JSON.stringify(attributes),
    '--key-schema',
    JSON.stringify(keySchema),
    '--billing-mode',
    'PAY_PER_REQUEST',
  );
  await run('dynamodb', 'put-item', ...name, '--item', JSON.stringify({ id: { S: 'a' }, at: { N: '1' } }));
  await assert.rejects(
    run('dynamodb', 'put-item', ...name, '--item', '{"id":{"S":"a"}}'),
    /\(ValidationException\).*Missing the key at/,
  );
});
