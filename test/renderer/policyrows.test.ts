/** What the Policies screen makes of typed texts; no browser is needed. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { contextOf, linesOf } from '../../renderer/policies/contextlines.ts';
import { fileOf, requestOf, rowOf, rowsOf } from '../../renderer/policies/decisionrows.ts';
import { completePolicy } from '../../renderer/policies/policycompletion.ts';

describe('values of a request', () => {
  test('a key of several lines has several values; white space and empty lines do not count', () => {
    const lines = ' a = 1 \n\nb=x = y\na = 2\nc =';
    assert.deepEqual(contextOf(lines), { a: ['1', '2'], b: 'x = y', c: '' });
    assert.deepEqual(contextOf(''), {});
  });

  test('a line without a key or without "=" cannot be read', () => {
    for (const lines of ['a', '= 1', 'a = 1\nb']) assert.equal(contextOf(lines), undefined);
  });

  test('what is shown is read back', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'B', ':', '.', '[', ']', ',', '='),
      minLength: 1,
      maxLength: 6,
    });
    const key = text.filter((one) => !one.includes('='));
    const value = fc.oneof(text, fc.array(text, { minLength: 2, maxLength: 3 }));
    fc.assert(
      fc.property(fc.dictionary(key, value), (context) =>
        assert.deepEqual(contextOf(linesOf(context)), { ...context }),
      ),
    );
  });
});

describe('rows of the decision table', () => {
  const request = { action: 'iot:Connect', resource: '*', context: { a: ['1', '2'], b: 'x' } };

  test('a file has the requests, without those that cannot be read', () => {
    const rows = [rowOf(request), { ...rowOf(request), context: 'broken' }];
    assert.deepEqual(JSON.parse(fileOf(rows)), [request]);
    assert.deepEqual(rowsOf(fileOf(rows))?.map(requestOf), [request]);
  });

  test('another file is refused', () => {
    for (const text of ['', '{}', '[]', '[{"action": "x"}]', '[1]']) assert.equal(rowsOf(text), undefined);
  });
});

describe('what may stand at a place of a policy', () => {
  const labels = (path: (string | number)[], kind: 'name' | 'value', text = '') =>
    completePolicy({ path, kind }, text).map(({ label }) => label);

  test('members, effects, actions and operators, in a list of statements and in a single one', () => {
    assert.deepEqual(labels([], 'name'), ['Version', 'Statement']);
    for (const at of [['Statement', 0], ['Statement']]) {
      assert.ok(labels(at, 'name').includes('NotResource'));
      assert.deepEqual(labels([...at, 'Effect'], 'value'), ['Allow', 'Deny']);
      assert.ok(labels([...at, 'Action', 2], 'value').includes('iot:Subscribe'));
      assert.ok(labels([...at, 'Condition'], 'name').includes('ForAllValues:StringEquals'));
      assert.ok(labels([...at, 'Condition', 'Bool'], 'name').includes('iot:Connection.Thing.IsAttached'));
    }
    assert.deepEqual(labels(['Version'], 'value'), ['2012-10-17']);
    assert.deepEqual([labels(['x'], 'name'), labels(['Statement', 0, 'Sid'], 'value')], [[], []]);
  });

  test('resources have the Region and the account of the text', () => {
    const text = '{"Resource": "arn:aws-cn:iot:cn-north-1:210987654321:client/a"}';
    assert.match(
      labels(['Statement', 0, 'Resource'], 'value', text)[0] ?? '',
      /^arn:aws-cn:iot:cn-north-1:210987654321:client\//,
    );
    assert.match(labels(['Statement', 0, 'Resource'], 'value')[0] ?? '', /^arn:aws:iot:us-east-1:123456789012:/);
  });
});
