import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { checkPolicy } from '../../app/iot/policies/check.ts';

const prefix = 'arn:aws:iot:eu-west-1:123456789012:';
const policy = (...statements: object[]) => ({ Version: '2012-10-17', Statement: statements });
const allow = (Action: string | string[], Resource: string | string[], more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});

describe('policy check', () => {
  test('accepts what AWS IoT accepts', () => {
    const good = policy(
      allow('iot:Connect', `${prefix}client/\${iot:Connection.Thing.ThingName}`),
      allow(['iot:Publish', 'iot:Receive'], `${prefix}topic/a/*`),
      allow('iot:*', '*'),
    );
    assert.deepEqual(checkPolicy(good), []);
  });

  const bad: [string, unknown, RegExp][] = [
    ['not an object', 'x', /expected object/i],
    ['no version', { Statement: [] }, /Version/],
    ['an unknown effect', policy({ Effect: 'Maybe', Action: 'iot:Connect', Resource: '*' }), /Statement\.0\.Effect/],
    ['a resource that is no ARN', policy(allow('iot:Connect', 'client/x')), /valid ARN/],
    ['a resource of the wrong type', policy(allow('iot:Subscribe', `${prefix}topic/a`)), /never matches/],
    ['MQTT wildcards in a topic', policy(allow('iot:Publish', `${prefix}topic/a/#`)), /literal/],
    ['a document over the limit', policy(allow('iot:Publish', `${prefix}topic/${'a'.repeat(2048)}`)), /2048/],
    ['an action of another service', policy(allow('s3:GetObject', '*')), /not an action/],
  ];
  for (const [name, document, pattern] of bad) {
    test(`refuses ${name}`, () => {
      const problems = checkPolicy(document);
      assert.ok(
        problems.some(({ path, message }) => pattern.test(`${path} ${message}`)),
        JSON.stringify(problems),
      );
    });
  }

  const at = (document: unknown) => checkPolicy(document).map(({ path }) => path);

  test('a single statement may stand without a list, and its faults have a place', () => {
    assert.deepEqual(checkPolicy({ Version: '2008-10-17', Id: 'x', Statement: allow('iot:Connect', '*') }), []);
    assert.deepEqual(at({ Version: '2012-10-17', Statement: { ...allow('iot:Connect', '*'), Effect: 'x' } }), [
      'Statement.0.Effect',
    ]);
    for (const Statement of [null, 'x', []]) assert.deepEqual(at({ Version: '2012-10-17', Statement }), ['Statement']);
    assert.deepEqual(at(policy(allow([], '*'))), ['Statement.0.Action']);
    assert.deepEqual(at(policy(allow('iot:Connect', []))), ['Statement.0.Resource']);
  });

  test('each fault is told with its statement', () => {
    const document = policy(
      allow('iot:Connect', '*'),
      allow(['s3:GetObject', 'iot:', 'iot:Pub*', 's3:Get?', 'iotjobsdata:DescribeJobExecution'], ['x', '*', 'y']),
    );
    assert.deepEqual(at(document), [
      'Statement.1.Action',
      'Statement.1.Action',
      'Statement.1.Resource',
      'Statement.1.Resource',
    ]);
  });

  test('the limit itself is taken', () => {
    const sized = (length: number) => {
      const empty = JSON.stringify(policy(allow('iot:Publish', `${prefix}topic/`))).length;
      return policy(allow('iot:Publish', `${prefix}topic/${'a'.repeat(length - empty)} `));
    };
    assert.deepEqual([checkPolicy(sized(2048)), at(sized(2049))], [[], ['']]);
  });

  test('a resource must fit one of the actions, as far as all of them are known', () => {
    const topic = `${prefix}topic/a`;
    assert.deepEqual(at(policy(allow(['iot:Connect', 'iot:Publish'], topic))), []);
    assert.deepEqual(at(policy(allow(['iot:Connect', 'iot:Subscribe'], topic))), ['Statement.0.Resource']);
    for (const unknown of ['iot:CreateThing', 'iot:ListRetainedMessages', 'iot:*'])
      assert.deepEqual(at(policy(allow(['iot:Connect', unknown], topic))), [], unknown);
    assert.deepEqual(at(policy(allow('iot:Subscribe', `${prefix}topicfilter/a/#`))), []);
    assert.deepEqual(at(policy(allow('iot:Receive', `${prefix}topic/a/+/b`))), ['Statement.0.Resource']);
  });

  test('never throws, whatever the document', () => {
    fc.assert(fc.property(fc.jsonValue(), (document) => Array.isArray(checkPolicy(document))));
  });
});
