import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { PolicyOutcome, PolicyRequest } from '../../app/contract/policies.ts';
import { evaluate } from '../../app/iot/policies/evaluate.ts';

const prefix = 'arn:aws:iot:eu-west-1:123456789012:';
const policy = (...statements: object[]) => ({ Version: '2012-10-17', Statement: statements });
const allow = (Action: string | string[], Resource: string | string[], more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});
const deny = (Action: string, Resource: string, more: object = {}) => ({
  ...allow(Action, Resource, more),
  Effect: 'Deny',
});
type Context = PolicyRequest['context'];
const ask = (document: unknown, action: string, resource: string, context: Context = {}): PolicyOutcome =>
  evaluate([document], { action, resource: prefix + resource, context });
const decide = (...asked: Parameters<typeof ask>) => ask(...asked).decision;

type Case = { name: string; policy: unknown; expect: string; source: string } & PolicyRequest;
const cases = JSON.parse(readFileSync(new URL('cases/decisions.json', import.meta.url), 'utf8')) as Case[];

describe('decisions that AWS documents', () => {
  for (const { name, policy: document, action, resource, context, expect, source } of cases) {
    test(`${name} (${source})`, () => {
      assert.equal(evaluate([document], { action, resource, context }).decision, expect);
    });
  }
});

describe('effects', () => {
  test('nothing, an allow, a deny', () => {
    const document = policy(allow('iot:Connect', '*'), deny('iot:Connect', `${prefix}client/x`));
    assert.equal(decide(document, 'iot:Publish', 'topic/a'), 'IMPLICIT_DENY');
    assert.equal(decide(document, 'iot:Connect', 'client/y'), 'ALLOWED');
    assert.equal(decide(document, 'iot:Connect', 'client/x'), 'EXPLICIT_DENY');
  });

  test('the deciding statement is named, and why the others did not decide', () => {
    const document = policy(
      allow('iot:Connect', '*'),
      allow('iot:Publish', `${prefix}topic/b`),
      allow('iot:Publish', `${prefix}topic/a`, { Sid: 'mine' }),
      allow('iot:*', `${prefix}topic/*`),
      deny('iot:Publish', `${prefix}topic/no`),
      allow('iot:Publish', `${prefix}topic/\${iot:ClientId}`),
      allow('iot:Publish', '*', { Condition: { StringEquals: { 'iot:DomainName': ['d', 'e'] } } }),
    );
    const { reasons, ...decided } = ask(document, 'iot:Publish', 'topic/a', { 'IOT:domainname': 'x' });
    assert.deepEqual(decided, { decision: 'ALLOWED', document: 0, statement: 2, sid: 'mine' });
    assert.deepEqual(
      reasons.map(({ statement, effect, why }) => [statement, effect, why]),
      [
        [0, 'Allow', { because: 'action' }],
        [1, 'Allow', { because: 'resource' }],
        [3, 'Allow', { because: 'also' }],
        [4, 'Deny', { because: 'resource' }],
        [5, 'Allow', { because: 'variable', name: 'iot:ClientId' }],
        [
          6,
          'Allow',
          { because: 'condition', operator: 'StringEquals', key: 'iot:DomainName', wanted: ['d', 'e'], given: ['x'] },
        ],
      ],
    );
    const denied = ask(document, 'iot:Publish', 'topic/no');
    assert.deepEqual([denied.decision, denied.statement], ['EXPLICIT_DENY', 4]);
    assert.deepEqual(denied.reasons.find(({ statement }) => statement === 3)?.why, { because: 'outweighed' });
  });

  test('of several documents a deny in any of them wins', () => {
    const request = { action: 'iot:Publish', resource: `${prefix}topic/a`, context: {} };
    const documents = [policy(deny('iot:Publish', `${prefix}topic/b`)), policy(allow('iot:Publish', '*'))];
    const { decision, document, statement } = evaluate(documents, request);
    assert.deepEqual([decision, document, statement], ['ALLOWED', 1, 0]);
    const more = [...documents, policy(deny('iot:*', `${prefix}topic/a`))];
    assert.deepEqual([evaluate(more, request).decision, evaluate(more, request).document], ['EXPLICIT_DENY', 2]);
  });

  test('no document allows nothing, and one that is no policy spoils the others', () => {
    const request = { action: 'iot:Connect', resource: '*', context: {} };
    assert.deepEqual(evaluate([], request), { decision: 'IMPLICIT_DENY', reasons: [] });
    assert.deepEqual(evaluate([policy(allow('iot:*', '*')), { Statement: 'x' }], request), {
      decision: 'IMPLICIT_DENY',
      reasons: [{ document: 1, why: { because: 'malformed' } }],
    });
  });
});

describe('actions and resources', () => {
  test('NotAction and NotResource are everything else', () => {
    const others = policy({
      Effect: 'Allow',
      NotAction: ['iot:Conn*', 'iot:Publish'],
      NotResource: `${prefix}topic/x`,
    });
    assert.equal(decide(others, 'iot:Receive', 'topic/a'), 'ALLOWED');
    assert.equal(decide(others, 'iot:connect', 'client/a'), 'IMPLICIT_DENY');
    assert.equal(decide(others, 'iot:Receive', 'topic/x'), 'IMPLICIT_DENY');
  });

  test('an action in any case, a resource in its own', () => {
    const document = policy(allow(['iot:Connect', 'IOT:PUB*'], `${prefix}topic/a`));
    assert.equal(decide(document, 'iot:Publish', 'topic/a'), 'ALLOWED');
    assert.equal(decide(document, 'iot:Publish', 'topic/A'), 'IMPLICIT_DENY');
  });

  test('an action has no variables', () => {
    const document = policy(allow(`iot:\${which}`, '*'));
    assert.equal(decide(document, 'iot:Publish', 'topic/a', { which: 'Publish' }), 'IMPLICIT_DENY');
  });

  test('escaped wildcards are literal', () => {
    const document = policy(allow('iot:Publish', `${prefix}topic/$(*)-\${*}-$(?)-$($)-\${$}-?`));
    assert.equal(decide(document, 'iot:Publish', 'topic/*-*-?-$-$-x'), 'ALLOWED');
    assert.equal(decide(document, 'iot:Publish', 'topic/x-*-?-$-$-x'), 'IMPLICIT_DENY');
  });

  test('"?" is one character of any script, "*" any number', () => {
    const document = policy(allow('iot:Publish', `${prefix}topic/?/a*b`));
    for (const topic of ['é/ab', '😀/a/x/b'])
      assert.equal(decide(document, 'iot:Publish', `topic/${topic}`), 'ALLOWED');
    for (const topic of ['ab/ab', '/ab', 'x/a', 'x/abc'])
      assert.equal(decide(document, 'iot:Publish', `topic/${topic}`), 'IMPLICIT_DENY');
  });

  test('every variable of a resource must have one value', () => {
    const document = policy(allow('iot:Publish', `${prefix}topic/\${a}/*/\${b}/end`));
    const asked = (context: Context) => decide(document, 'iot:Publish', 'topic/1/x/y/2/end', context);
    assert.equal(asked({ a: '1', B: '2' }), 'ALLOWED');
    assert.equal(asked({ a: '1', b: ['2'] }), 'ALLOWED');
    assert.equal(asked({ a: '1', b: ['2', '3'] }), 'IMPLICIT_DENY');
    assert.equal(asked({ a: '1', b: [] }), 'IMPLICIT_DENY');
    assert.equal(asked({ a: '1' }), 'IMPLICIT_DENY');
  });

  test('NotResource with a variable without a value: an allow does not apply, a deny does', () => {
    const body = { Action: 'iot:Publish', NotResource: `${prefix}topic/\${iot:ClientId}` };
    const allowed = policy({ Effect: 'Allow', ...body });
    const denied = policy(allow('iot:Publish', '*'), { Effect: 'Deny', ...body });
    assert.equal(decide(allowed, 'iot:Publish', 'topic/a'), 'IMPLICIT_DENY');
    assert.deepEqual(ask(allowed, 'iot:Publish', 'topic/a').reasons[0]?.why, {
      because: 'variable',
      name: 'iot:ClientId',
    });
    assert.equal(decide(denied, 'iot:Publish', 'topic/a'), 'EXPLICIT_DENY');
    assert.equal(decide(allowed, 'iot:Publish', 'topic/a', { 'iot:ClientId': 'b' }), 'ALLOWED');
  });

  test('before 2012-10-17 a variable is plain text', () => {
    for (const Version of ['2008-10-17', undefined]) {
      const document = { ...policy(allow('iot:Publish', `${prefix}topic/\${iot:ClientId}`)), Version };
      assert.equal(decide(document, 'iot:Publish', 'topic/a', { 'iot:ClientId': 'a' }), 'IMPLICIT_DENY');
      assert.equal(decide(document, 'iot:Publish', `topic/\${iot:ClientId}`), 'ALLOWED');
    }
  });

  test('a pattern of wildcards costs no more than its length times the value', () => {
    const pattern = `${prefix}topic/${'*a?'.repeat(600)}b`;
    const began = process.cpuUsage();
    assert.equal(
      decide(policy(allow('iot:Publish', pattern)), 'iot:Publish', `topic/${'a'.repeat(8000)}`),
      'IMPLICIT_DENY',
    );
    assert.ok(process.cpuUsage(began).user < 2_000_000, 'an exponential search would not end');
  });
});

const any = (minLength = 0) =>
  fc.string({
    unit: fc.constantFrom('a', 'b', '+', '#', '/', '.', '(', '$', '{', '}', '*', '?', ':'),
    minLength,
    maxLength: 12,
  });
const operator = fc
  .tuple(
    fc.constantFrom('', 'ForAllValues:', 'ForAnyValue:'),
    fc.constantFrom(
      'StringEquals',
      'StringNotLike',
      'NumericLessThan',
      'DateNotEquals',
      'Bool',
      'NotIpAddress',
      'ArnNotLike',
      'BinaryEquals',
      'Null',
      'odd',
    ),
    fc.constantFrom('', 'IfExists'),
  )
  .map((parts) => parts.join(''));
const scalar = fc.oneof(any(), fc.integer(), fc.boolean());
const statement = fc.record(
  {
    Action: fc.constantFrom('iot:Publish', 'iot:*', '*', 'iot:Connect'),
    Condition: fc.dictionary(
      operator,
      fc.dictionary(fc.constantFrom('k', 'K', 'm'), fc.oneof(scalar, fc.array(scalar))),
    ),
  },
  { requiredKeys: ['Action'] },
);
const body = fc
  .tuple(statement, fc.constantFrom('Resource', 'NotResource'), any())
  .map(([one, name, value]) => ({ ...one, [name]: value }));
const context = fc.dictionary(fc.constantFrom('k', 'K', 'm'), fc.oneof(any(), fc.array(any())));

describe('of any policy', () => {
  test('a wildcard-free allow matches itself only', () => {
    const plain = fc.string({
      unit: fc.constantFrom('a', 'b', '+', '#', '/', '.', '(', '$'),
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(plain, plain, (one, other) => {
        const decision = decide(policy(allow('iot:Publish', `${prefix}topic/${one}`)), 'iot:Publish', `topic/${other}`);
        assert.equal(decision === 'ALLOWED', one === other);
      }),
    );
  });

  test('a statement that allows a request would deny it as a Deny', () => {
    fc.assert(
      fc.property(body, any(), context, (one, resource, values) => {
        const request = { action: 'iot:Publish', resource, context: values };
        const asEffect = (Effect: string) => evaluate([policy({ ...one, Effect })], request).decision;
        if (asEffect('Allow') === 'ALLOWED') assert.equal(asEffect('Deny'), 'EXPLICIT_DENY');
        const both = evaluate([policy({ ...one, Effect: 'Allow' }, { ...one, Effect: 'Deny' })], request).decision;
        assert.notEqual(both, 'ALLOWED');
      }),
      { numRuns: 500 },
    );
  });

  test('the matching of wildcards is that of a regular expression', () => {
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?', '.'), maxLength: 8 });
    const value = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 8 });
    fc.assert(
      fc.property(pattern, value, (text, given) => {
        const judge = new RegExp(`^${text.replaceAll('.', '\\.').replace(/\*+/g, '.*').replaceAll('?', '.')}$`, 's');
        const decision = evaluate([policy(allow('x', text))], { action: 'x', resource: given, context: {} }).decision;
        assert.equal(decision === 'ALLOWED', judge.test(given), `${text} ${given}`);
      }),
      { numRuns: 500 },
    );
  });

  test('any JSON gets a decision, and what is no policy allows nothing', () => {
    fc.assert(
      fc.property(fc.jsonValue(), any(), context, (document, resource, values) => {
        const request = { action: 'iot:Publish', resource, context: values };
        assert.equal(evaluate([document], request).decision, 'IMPLICIT_DENY');
      }),
    );
  });
});
