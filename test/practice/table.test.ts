/** Each operation takes the service model's least call, and refuses each call that breaks one of the model's rules. */
import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { heldBytes } from '../../app/practice/aws/bytes.ts';
import { iotNeeds, iotRate } from '../../app/practice/aws/iot/needs.ts';
import { iotOperation } from '../../app/practice/aws/iot/router.ts';
import { iotTable, type OperationName } from '../../app/practice/aws/iot/table/index.ts';
import { brokenCalls, leastCall, type Modelled, model, type Values } from './model.ts';
import { practice } from './support.ts';

type Answer = { status: number; error: string | null; message: string };

async function desk(t: TestContext) {
  const aws = await practice(t, { anyClient: true });
  const authorization =
    `AWS4-HMAC-SHA256 Credential=x/20261129/${aws.region}/iot/aws4_request, ` +
    `SignedHeaders=host, Signature=${'0'.repeat(64)}`;
  return async (operation: Modelled, values: Values, extra: Values = {}): Promise<Answer> => {
    const { url, headers, body } = wireOf(operation, values, extra);
    const response = await fetch(aws.endpoint + url, {
      method: operation.method,
      headers: { authorization, ...headers },
      ...(body !== undefined && { body }),
    });
    const { message = '' } = (await response.json()) as { message?: string };
    return { status: response.status, error: response.headers.get('x-amzn-errortype'), message };
  };
}

/** Where each member travels, as the model says. */
function wireOf({ method, path, members }: Modelled, values: Values, extra: Values) {
  const query = new URLSearchParams();
  const headers: Record<string, string> = {};
  let url = path;
  let body: Values = { ...extra };
  for (const [name, value] of Object.entries(values)) {
    const { in: place, wire } = members[name]!;
    if (place === 'path') url = url.replace(`{${wire}}`, encodeURIComponent(String(value)));
    else if (place === 'query') query.set(wire, String(value));
    else if (place === 'header') headers[wire] = String(value);
    else if (place === 'body') body[wire] = value;
    else body = typeof value === 'object' ? { ...(value as Values), ...extra } : { value };
  }
  const written = method !== 'GET' && Object.keys(body).length > 0;
  return { url: query.size > 0 ? `${url}?${query}` : url, headers, body: written ? JSON.stringify(body) : undefined };
}

const refused = ['InvalidRequestException'];

suite('the table of operations', () => {
  test('is the service model: the same operations under the same routes', () => {
    const ours = Object.entries(iotTable).map(([name, { method, path }]) => `${name} ${method} ${path}`);
    assert.deepEqual(ours.sort(), model.map(({ name, method, path }) => `${name} ${method} ${path}`).sort());
  });

  test('has the same members at the same places, and the same ones are required', () => {
    for (const { name, members } of model) {
      const { shape } = iotTable[name as OperationName];
      const ours = Object.entries(shape).map(([member, { place, wire = member, need }]) =>
        [member, place, wire, need].join(' '),
      );
      const theirs = Object.entries(members).map(([member, { in: place, wire, need }]) =>
        [member, place, place === 'payload' ? member : place === 'header' ? wire.toLowerCase() : wire, need].join(' '),
      );
      assert.deepEqual(ours.sort(), theirs.sort(), name);
    }
  });

  test('takes the least call of each, and refuses with an error of its model only', async (t) => {
    const call = await desk(t);
    const wrong: string[] = [];
    for (const operation of model) {
      const { status, error, message } = await call(operation, leastCall(operation));
      const right = status === 200 || operation.errors.includes(error ?? '');
      if (!right || /constraint/.test(message)) wrong.push(`${operation.name}: ${status} ${error} ${message}`);
    }
    assert.deepEqual(wrong, []);
  });

  test('refuses each call that breaks a rule of the model', async (t) => {
    const call = await desk(t);
    const wrong: string[] = [];
    let count = 0;
    for (const operation of model) {
      for (const { what, values } of brokenCalls(operation)) {
        const { status, error, message } = await call(operation, values);
        count += 1;
        const right = status === 400 && refused.includes(error ?? '') && /constraint|JSON object/.test(message);
        if (!right) wrong.push(`${operation.name} ${what}: ${status} ${error} ${message}`);
      }
    }
    assert.deepEqual(wrong, []);
    assert.ok(count > 500, `${count} calls`);
  });

  test('ignores members that an operation does not know', async (t) => {
    const call = await desk(t);
    for (const operation of model.filter(({ method }) => method !== 'GET' && method !== 'DELETE')) {
      const values = leastCall(operation);
      const without = await call(operation, values);
      const { status, error } = await call(operation, values, { noSuchMember: 1 });
      const repeated = ['ResourceAlreadyExistsException', null].includes(error);
      assert.ok(error === without.error || repeated, `${operation.name}: ${status} ${error}`);
    }
  });

  test('has no route for anything else', async (t) => {
    const call = await desk(t);
    const other = (method: string, path: string) =>
      call({ name: 'Other', method, path, errors: [], members: {} }, {}).then(({ error }) => error);
    const paths = [
      '/jobs',
      '/things/a/shadow',
      '/transfer-certificate/a',
      '/dynamic-thing-groups/a',
      '/things//principals',
    ];
    for (const path of paths) assert.equal(await other('GET', path), 'UnknownOperationException', path);
    assert.equal(await other('PATCH', '/policies'), 'UnknownOperationException');
  });

  test('says for each what leave it needs, and how often AWS takes it', async (t) => {
    const aws = await practice(t);
    const account = { id: aws.accountId, region: aws.region } as Parameters<typeof iotNeeds>[2];
    const needs = (name: string, method: string, path: string, body: object = {}) => {
      const [rawPath = '', query = ''] = path.split('?');
      const segments = rawPath.slice(1).split('/').map(decodeURIComponent);
      const text = Buffer.from(JSON.stringify(body));
      const call = {
        method,
        rawPath,
        segments,
        query: new URLSearchParams(query),
        headers: {},
        body: text,
        pieces: heldBytes([text]),
      };
      assert.equal(iotOperation(call), name);
      return iotNeeds(name, call, account);
    };
    const arn = (resource: string) => `arn:aws:iot:${aws.region}:${aws.accountId}:${resource}`;
    assert.deepEqual(needs('DescribeThing', 'GET', '/things/a%3Ab'), [
      { action: 'iot:DescribeThing', resource: arn('thing/a:b') },
    ]);
    assert.deepEqual(needs('AttachPolicy', 'PUT', '/target-policies/p', { target: arn('cert/1') }), [
      { action: 'iot:AttachPolicy', resource: arn('cert/1') },
    ]);
    const member = { thingName: 'a', thingGroupName: 'g' };
    assert.deepEqual(needs('AddThingToThingGroup', 'PUT', '/thing-groups/addThingToThingGroup', member), [
      { action: 'iot:AddThingToThingGroup', resource: arn('thing/a') },
      { action: 'iot:AddThingToThingGroup', resource: arn('thinggroup/g') },
    ]);
    const task = { templateBody: '{}', inputFileBucket: 'abc', inputFileKey: 'k', roleArn: aws.roleArn };
    assert.deepEqual(needs('StartThingRegistrationTask', 'POST', '/thing-registration-tasks', task), [
      { action: 'iot:StartThingRegistrationTask', resource: '*' },
      { action: 'iam:PassRole', resource: aws.roleArn },
    ]);
    assert.deepEqual(['DescribeThing', 'CreateThing', 'RegisterThing', 'ListThings'].map(iotRate), [350, 100, 10, 10]);
  });
});
