import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { checkPolicy } from '../../app/iot/policies/check.ts';
import { simulatePolicy } from '../../app/iot/policies/simulate.ts';

const prefix = 'arn:aws:iot:eu-west-1:123456789012:';
const policy = (...statements: object[]) => ({ Version: '2012-10-17', Statement: statements });
const allow = (Action: string | string[], Resource: string | string[], more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});
const deny = (Action: string, Resource: string) => ({ Effect: 'Deny', Action, Resource });
const decide = (document: unknown, action: string, resource: string, context = {}) =>
  simulatePolicy(document, { action, resource: prefix + resource, context }).decision;

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

describe('policy simulate', () => {
  test('nothing said is an implicit deny, and a deny beats an allow', () => {
    const document = policy(allow('iot:Publish', `${prefix}topic/*`), deny('iot:Publish', `${prefix}topic/admin/*`));
    assert.equal(decide(document, 'iot:Publish', 'topic/a/b/c'), 'ALLOWED');
    assert.equal(decide(document, 'iot:Publish', 'topic/admin/x'), 'EXPLICIT_DENY');
    assert.equal(decide(document, 'iot:Connect', 'client/x'), 'IMPLICIT_DENY');
  });

  test('"*" spans topic levels, "+" and "#" are literal, "?" is one character', () => {
    const document = policy(allow('iot:Subscribe', [`${prefix}topicfilter/a/+`, `${prefix}topicfilter/b?`]));
    assert.equal(decide(document, 'iot:Subscribe', 'topicfilter/a/+'), 'ALLOWED');
    assert.equal(decide(document, 'iot:Subscribe', 'topicfilter/a/b'), 'IMPLICIT_DENY');
    assert.equal(decide(document, 'iot:Subscribe', 'topicfilter/bc'), 'ALLOWED');
    assert.equal(decide(document, 'iot:Subscribe', 'topicfilter/bcd'), 'IMPLICIT_DENY');
  });

  test("AWS's example claim policy does not cover create-from-csr", () => {
    const document = policy(allow('iot:Publish', `${prefix}topic/$aws/certificates/create/*`));
    assert.equal(decide(document, 'iot:Publish', 'topic/$aws/certificates/create/json'), 'ALLOWED');
    assert.equal(decide(document, 'iot:Publish', 'topic/$aws/certificates/create-from-csr/json'), 'IMPLICIT_DENY');
  });

  test('variables are replaced as literals; a missing one never allows', () => {
    const document = policy(allow('iot:Connect', `${prefix}client/\${iot:ClientId}`));
    assert.equal(decide(document, 'iot:Connect', 'client/dev-1', { 'iot:ClientId': 'dev-1' }), 'ALLOWED');
    assert.equal(decide(document, 'iot:Connect', 'client/dev-1', { 'iot:ClientId': '*' }), 'IMPLICIT_DENY');
    assert.equal(decide(document, 'iot:Connect', 'client/dev-1'), 'IMPLICIT_DENY');
  });

  test('conditions: Bool, StringNotEquals, ForAllValues', () => {
    const attached = policy(
      allow('iot:Connect', '*', { Condition: { Bool: { 'iot:Connection.Thing.IsAttached': 'true' } } }),
    );
    assert.equal(decide(attached, 'iot:Connect', 'client/x', { 'iot:Connection.Thing.IsAttached': 'true' }), 'ALLOWED');
    assert.equal(
      decide(attached, 'iot:Connect', 'client/x', { 'iot:Connection.Thing.IsAttached': 'false' }),
      'IMPLICIT_DENY',
    );
    const not = policy(allow('iot:Connect', '*', { Condition: { StringNotEquals: { 'iot:ClientId': 'root' } } }));
    assert.equal(decide(not, 'iot:Connect', 'client/x', { 'iot:ClientId': 'root' }), 'IMPLICIT_DENY');
    assert.equal(decide(not, 'iot:Connect', 'client/x', { 'iot:ClientId': 'dev' }), 'ALLOWED');
    const all = policy(
      allow('iot:Connect', '*', {
        Condition: { 'ForAllValues:StringEquals': { 'iot:ConnectAttributes': ['PersistentConnect'] } },
      }),
    );
    assert.equal(decide(all, 'iot:Connect', 'client/x', { 'iot:ConnectAttributes': 'PersistentConnect' }), 'ALLOWED');
    assert.equal(
      decide(all, 'iot:Connect', 'client/x', { 'iot:ConnectAttributes': 'PersistentConnect,LastWill' }),
      'IMPLICIT_DENY',
    );
  });

  test('the deciding statement is named', () => {
    const document = policy(
      allow('iot:Publish', `${prefix}topic/b`),
      allow('iot:Publish', `${prefix}topic/a`),
      allow('iot:Publish', `${prefix}topic/*`),
      deny('iot:Publish', `${prefix}topic/no`),
    );
    const asked = (resource: string) =>
      simulatePolicy(document, { action: 'iot:Publish', resource: prefix + resource, context: {} });
    assert.deepEqual(asked('topic/a'), { decision: 'ALLOWED', statement: 1 });
    assert.deepEqual(asked('topic/no'), { decision: 'EXPLICIT_DENY', statement: 3 });
    assert.deepEqual(asked('client/a'), { decision: 'IMPLICIT_DENY' });
  });

  test('a malformed policy and an unknown operator are refused', () => {
    assert.throws(() => decide({}, 'iot:Connect', 'client/x'), { code: 'call.badParams' });
    const odd = policy(allow('iot:Connect', '*', { Condition: { NumericEquals: { a: '1' } } }));
    assert.throws(() => decide(odd, 'iot:Connect', 'client/x'), { code: 'call.badParams' });
  });

  test('an action in any case, a resource in its own', () => {
    const document = policy(allow(['iot:Connect', 'IOT:PUB*'], `${prefix}topic/a`));
    assert.equal(decide(document, 'iot:Publish', 'topic/a'), 'ALLOWED');
    assert.equal(decide(document, 'iot:Publish', 'topic/A'), 'IMPLICIT_DENY');
  });

  test('escaped wildcards are literal', () => {
    const document = policy(allow('iot:Publish', `${prefix}topic/$(*)-\${*}-$(?)-$($)-?`));
    assert.equal(decide(document, 'iot:Publish', 'topic/*-*-?-$-x'), 'ALLOWED');
    assert.equal(decide(document, 'iot:Publish', 'topic/x-*-?-$-x'), 'IMPLICIT_DENY');
    const twice = policy(allow('iot:Publish', `${prefix}topic/\${a}/*/\${b}/end`));
    assert.equal(decide(twice, 'iot:Publish', 'topic/1/x/y/2/end', { a: '1', b: '2' }), 'ALLOWED');
    assert.equal(decide(twice, 'iot:Publish', 'topic/1/x/y/2/end', { a: '1' }), 'IMPLICIT_DENY');
  });

  const conditions: [string, string | string[], string | undefined, boolean][] = [
    ['StringEquals', ['a', 'b'], 'b', true],
    ['StringEquals', 'a,b', 'a,b', true],
    ['StringEquals', 'a', 'A', false],
    ['StringEquals', 'a', undefined, false],
    ['StringEqualsIfExists', 'a', undefined, true],
    ['StringEqualsIfExists', 'a', 'b', false],
    ['StringEqualsIgnoreCase', 'aB', 'Ab', true],
    ['StringEqualsIgnoreCase', 'aB', 'Ac', false],
    ['StringNotEquals', ['a', 'b'], 'b', false],
    ['StringNotEquals', 'a', undefined, true],
    ['StringLike', 'a*', 'abc', true],
    ['StringLike', 'a*', 'ABC', false],
    ['StringLike', `\${me}-?`, 'one-1', true],
    ['StringNotLike', 'a*', 'abc', false],
    ['StringNotLike', 'a*', 'xbc', true],
    ['Bool', 'True', 'true', true],
    ['Bool', 'true', 'false', false],
    ['ArnEquals', 'arn:*:x', 'arn:aws:x', true],
    ['ArnEquals', 'arn:*:x', 'ARN:aws:x', false],
    ['ArnLike', 'arn:?:x', 'arn:a:x', true],
    ['ArnLike', 'arn:?:x', 'ARN:a:x', false],
    ['ArnNotLike', 'arn:?:x', 'arn:a:x', false],
    ['ForAnyValue:StringEquals', ['a', 'b'], 'x,b', true],
    ['ForAnyValue:StringEquals', ['a', 'b'], 'x,y', false],
    ['ForAllValues:StringEquals', ['a', 'b'], 'b,a', true],
    ['ForAllValues:StringEquals', ['a', 'b'], 'a,x', false],
  ];
  for (const [operator, wanted, value, holds] of conditions) {
    test(`${operator} ${wanted}: ${value} ${holds ? 'fits' : 'does not fit'}`, () => {
      const document = policy(allow('iot:Connect', '*', { Condition: { [operator]: { key: wanted } } }));
      const context = { me: 'one', ...(value !== undefined && { key: value }) };
      assert.equal(decide(document, 'iot:Connect', 'client/x', context), holds ? 'ALLOWED' : 'IMPLICIT_DENY');
    });
  }

  test('all conditions must hold', () => {
    const Condition = { StringEquals: { a: '1', b: '2' }, StringLike: { c: '3' } };
    const document = policy(allow('iot:Connect', '*', { Condition }));
    const context = { a: '1', b: '2', c: '3' };
    assert.equal(decide(document, 'iot:Connect', 'client/x', context), 'ALLOWED');
    for (const wrong of ['a', 'b', 'c'])
      assert.equal(decide(document, 'iot:Connect', 'client/x', { ...context, [wrong]: '4' }), 'IMPLICIT_DENY');
  });

  test('a wildcard-free allow matches itself only', () => {
    const plain = fc.string({
      unit: fc.constantFrom('a', 'b', '+', '#', '/', '.', '(', '$'),
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(plain, plain, (one, other) => {
        fc.pre(!/\$[({]/.test(one));
        const decision = decide(policy(allow('iot:Publish', `${prefix}topic/${one}`)), 'iot:Publish', `topic/${other}`);
        assert.equal(decision === 'ALLOWED', one === other);
      }),
    );
  });
});
