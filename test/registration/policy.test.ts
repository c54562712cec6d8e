import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { checkPolicy } from '../../app/registration/policycheck.ts';
import { simulatePolicy } from '../../app/registration/policysimulate.ts';

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
