import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { checkPolicy, checkPolicyDocument } from '../../app/iot/policies/check.ts';
import { checkCognito } from '../../app/iot/policies/cognito.ts';
import { checkDocument } from '../../app/practice/aws/iot/document.ts';

const prefix = 'arn:aws:iot:eu-west-1:123456789012:';
const policy = (...statements: object[]) => ({ Version: '2012-10-17', Statement: statements });
const allow = (Action: string | string[], Resource: string | string[], more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});
const check = (document: unknown) => checkPolicy(JSON.stringify(document, null, 1));
const problems = (document: unknown) => check(document).problems.map(({ path }) => path);
const warnings = (document: unknown) => check(document).warnings.map(({ path, message }) => `${path} ${message}`);

type Case = { name: string; policy: unknown; expect: 'ok' | 'bad' | 'warn'; source: string };
const cases = JSON.parse(readFileSync(new URL('cases/policies.json', import.meta.url), 'utf8')) as Case[];

describe('public policies', () => {
  for (const { name, policy: document, expect, source } of cases) {
    test(`${name} is ${expect} (${source})`, () => {
      const report = check(document);
      assert.equal(report.ok, expect !== 'bad', JSON.stringify(report.problems));
      if (expect === 'warn') assert.notDeepEqual(report.warnings, []);
    });
  }
});

describe('the practice AWS', () => {
  test('takes and refuses the same public policies as the check', () => {
    for (const { name, policy: document, expect } of cases) {
      const create = () => checkDocument(JSON.stringify(document));
      if (expect === 'bad') assert.throws(create, { name: 'MalformedPolicyException' }, name);
      else assert.doesNotThrow(create, name);
    }
  });
});

describe('what AWS refuses', () => {
  const connect = allow('iot:Connect', `${prefix}client/\${iot:Connection.Thing.ThingName}`);

  test('a policy for a thing has neither problem nor warning', () => {
    const good = policy(
      connect,
      allow(['iot:Publish', 'iot:Receive'], `${prefix}topic/a/*`),
      allow('iot:Subscribe', `${prefix}topicfilter/a/+`),
    );
    assert.deepEqual(check(good), { ok: true, problems: [], warnings: [] });
    assert.deepEqual(check({ Version: '2008-10-17', Id: 'x', Statement: allow('iot:Connect', `${prefix}client/x`) }), {
      ok: true,
      problems: [],
      warnings: [],
    });
  });

  const bad: [string, unknown, string][] = [
    ['a string', 'x', ''],
    ['nothing', null, ''],
    ['a policy without a version', { Statement: [connect] }, ''],
    ['another version', { ...policy(connect), Version: '2020-01-01' }, '/Version'],
    ['no statements', policy(), '/Statement'],
    ['a statement that is none', { Version: '2012-10-17', Statement: 'x' }, '/Statement'],
    ['an unknown effect', policy(connect, { ...connect, Effect: 'Maybe' }), '/Statement/1/Effect'],
    [
      'an effect of a single statement',
      { Version: '2012-10-17', Statement: { ...connect, Effect: 'x' } },
      '/Statement/Effect',
    ],
    ['a member that is none', policy({ ...connect, Principal: '*' }), '/Statement/0'],
    ['no action', policy(allow([], '*')), '/Statement/0/Action'],
    ['no resource', policy({ Effect: 'Allow', Action: 'iot:Connect' }), '/Statement/0/Resource'],
    ['both forms', policy({ ...connect, NotAction: 'iot:Publish' }), '/Statement/0/NotAction'],
    ['a resource that is no ARN', policy(allow('iot:Connect', ['*', 'client/x'])), '/Statement/0/Resource/1'],
    ['an action of another service', policy(allow(['iot:Connect', 's3:GetObject'], '*')), '/Statement/0/Action/1'],
    ['an action without a name', policy(allow('iot:', '*')), '/Statement/0/Action'],
    [
      'an operator that is none',
      policy({ ...connect, Condition: { StringIs: { a: 'b' } } }),
      '/Statement/0/Condition/StringIs',
    ],
    [
      'a condition value that is none',
      policy({ ...connect, Condition: { Bool: { 'a/b': null } } }),
      '/Statement/0/Condition/Bool/a~1b',
    ],
  ];
  for (const [name, document, path] of bad) {
    test(`${name}, at ${path || 'the document'}`, () => assert.deepEqual(problems(document), [path]));
  }

  test('a problem has its line and column, also in a text that is not JSON', () => {
    const text =
      '{\n "Version": "2012-10-17",\n "Statement": {"Effect": "allow",\n  "Action": "iot:Connect", "Resource": "*"}\n}';
    const [problem] = checkPolicy(text).problems;
    assert.deepEqual([problem?.path, problem?.line, problem?.column], ['/Statement/Effect', 3, 26]);
    const broken = checkPolicy('{\n "Version": "2012-10-17"\n "Statement": []}');
    assert.deepEqual([broken.ok, broken.problems[0]?.line, broken.problems[0]?.column], [false, 3, 2]);
  });

  test('the size counts no white space: 2048 is taken, with a warning', () => {
    const sized = (length: number) => {
      const empty = JSON.stringify(policy(allow('iot:Publish', `${prefix}topic/`))).length;
      return policy(allow('iot:Publish', `${prefix}topic/${'a'.repeat(length - empty)} `));
    };
    assert.deepEqual(warnings(sized(1843)), []);
    assert.match(warnings(sized(1844)).join(), /1844 characters/);
    assert.equal(check(sized(2048)).ok, true);
    assert.deepEqual(problems(sized(2049)), ['']);
  });
});

describe('any document', () => {
  const word = fc.constantFrom(
    'Version',
    'Statement',
    'Effect',
    'Action',
    'Resource',
    'Condition',
    'Allow',
    '2012-10-17',
    'iot:*',
    '*',
    'arn:aws:iot:r:1:topic/$aws/certificates/create/*',
    `\${`,
    '',
  );
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      word,
      fc.constant(null),
      fc.integer(),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(word, tie('value'), { maxKeys: 5 }),
    ),
  }));

  test('is checked without an exception, and so is any text', () => {
    fc.assert(
      fc.property(value, (document) => assert.equal(typeof check(document).ok, 'boolean')),
      { numRuns: 300 },
    );
    fc.assert(fc.property(fc.string(), (text) => assert.equal(checkPolicy(text).ok, false)));
    fc.assert(fc.property(value, value, (one, other) => void checkCognito(JSON.stringify(one), JSON.stringify(other))));
  });

  test('has the same findings as its text, but for size and names', () => {
    fc.assert(
      fc.property(value, (document) => {
        const paths = (all: readonly { path: string }[]) => all.map(({ path }) => path).sort();
        assert.deepEqual(paths(checkPolicyDocument(document).problems), paths(check(document).problems));
      }),
    );
  });
});
