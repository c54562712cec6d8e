import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { inRange } from '../../app/iot/policies/address.ts';
import { evaluate } from '../../app/iot/policies/evaluate.ts';

type Values = string | string[] | undefined;

const decide = (Effect: string, operator: string, wanted: unknown, given: Values) => {
  const conditional = { Effect, Action: '*', Resource: '*', Condition: { [operator]: { key: wanted } } };
  const others = Effect === 'Deny' ? [{ Effect: 'Allow', Action: '*', Resource: '*' }] : [];
  const context = { me: 'one', none: [], ...(given !== undefined && { KEY: given }) };
  const document = { Version: '2012-10-17', Statement: [conditional, ...others] };
  return evaluate([document], { action: 'iot:Connect', resource: '*', context }).decision;
};

/** The condition, the values of the request, and whether it holds. */
const certain: [string, unknown, Values, boolean][] = [
  ['StringEquals', ['a', 'b'], 'b', true],
  ['StringEquals', 'a,b', 'a,b', true],
  ['StringEquals', 'a', 'A', false],
  ['StringEquals', 'a', undefined, false],
  ['StringEquals', 'a', [], false],
  ['StringEquals', 'a*', 'ab', false],
  ['StringEquals', `\${*}`, '*', true],
  ['StringEquals', `\${ME}`, 'one', true],
  ['StringEquals', `\${none}`, 'one', false],
  ['StringEquals', `\${none}`, '', false],
  ['StringEquals', `\${none, 'one'}`, 'one', true],
  ['StringEquals', `\${ME, 'two'}`, 'one', true],
  ['StringEquals', `\${ME, 'two'}`, 'two', false],
  ['StringLike', `\${none, 'a*'}`, 'ab', false],
  ['ArnLike', `arn:aws:iot:r:1:topic/\${none, 'a:b'}`, 'arn:aws:iot:r:1:topic/a:b', true],
  ['StringEquals', [], 'a', false],
  ['StringEquals', ['a', 'b'], ['a', 'b'], true],
  ['StringEquals', 5, '5', true],
  ['stringequals', 'a', 'a', true],
  ['StringEqualsIfExists', 'a', undefined, true],
  ['StringEqualsIfExists', 'a', 'b', false],
  ['StringEqualsIgnoreCase', 'aB', 'Ab', true],
  ['StringEqualsIgnoreCase', 'aB', 'Ac', false],
  ['StringNotEquals', ['a', 'b'], 'b', false],
  ['StringNotEquals', 'a', undefined, true],
  ['StringNotEquals', [], 'a', true],
  ['StringNotEqualsIgnoreCase', 'a', 'A', false],
  ['StringLike', 'a*', 'abc', true],
  ['StringLike', 'a*', 'ABC', false],
  ['StringLike', `\${me}-?`, 'one-1', true],
  ['StringNotLike', 'a*', 'abc', false],
  ['StringNotLike', 'a*', 'xbc', true],
  ['NumericEquals', 5, '5.0', true],
  ['NumericNotEquals', '5', '6', true],
  ['NumericNotEquals', '5', undefined, true],
  ['NumericLessThan', '5', '4.9', true],
  ['NumericLessThan', '5', '5', false],
  ['NumericLessThanEquals', '5', '5', true],
  ['NumericGreaterThan', '5', '5', false],
  ['NumericGreaterThan', '-1e1', '-9', true],
  ['NumericGreaterThanEquals', '5', '5', true],
  ['DateLessThan', '2026-01-01T00:00:00Z', '2025-12-31T23:59:59Z', true],
  ['DateLessThan', '2026-01-01T00:00:00+01:00', '2025-12-31T23:00:00Z', false],
  ['DateEquals', '2026-01-01', '1767225600', true],
  ['DateNotEquals', '2026-01-01', '2026-01-02', true],
  ['Bool', 'True', 'true', true],
  ['Bool', true, 'true', true],
  ['Bool', false, 'true', false],
  ['Bool', 'true', undefined, false],
  ['BoolIfExists', 'true', undefined, true],
  ['BinaryEquals', 'QmluYXJ5', 'QmluYXJ5', true],
  ['BinaryEquals', 'QmluYXJ5', 'qmluyxj5', false],
  ['IpAddress', '192.0.2.0/24', '192.0.2.255', true],
  ['IpAddress', ['192.0.2.0/24', '203.0.113.7'], '203.0.113.7', true],
  ['IpAddress', '192.0.2.0/24', '192.0.3.0', false],
  ['IpAddress', '2001:DB8::/32', '2001:db8:1::1', true],
  ['IpAddress', '0.0.0.0/0', '2001:db8::1', false],
  ['IpAddress', '192.0.2.0/24', undefined, false],
  ['NotIpAddress', '192.0.2.0/24', '192.0.3.0', true],
  ['NotIpAddress', '192.0.2.0/24', '192.0.2.1', false],
  ['NotIpAddress', '192.0.2.0/24', undefined, true],
  ['ArnEquals', 'arn:aws:iot:*:1:topic/a', 'arn:aws:iot:eu-west-1:1:topic/a', true],
  ['ArnLike', `arn:aws:iot:r:1:topic/\${iot:none}`, 'arn:aws:iot:r:1:topic/x', false],
  ['ArnLike', `arn:aws:iot:r:1:topic/\${me}:*`, 'arn:aws:iot:r:1:topic/one:x:y', true],
  ['ArnNotLike', 'arn:aws:iot:?:1:t', 'arn:aws:iot:r:1:t', false],
  ['ArnNotEquals', 'arn:aws:iot:r:1:t', 'arn:aws:iot:r:2:t', true],
  ['Null', 'true', undefined, true],
  ['Null', true, 'x', false],
  ['Null', 'false', 'x', true],
  ['Null', 'false', [], false],
  ['ForAnyValue:StringEquals', ['a', 'b'], ['x', 'b'], true],
  ['ForAnyValue:StringEquals', ['a', 'b'], 'x,b', false],
  ['ForAnyValue:StringEquals', ['a', 'b'], undefined, false],
  ['ForAnyValue:StringEqualsIfExists', ['a', 'b'], undefined, true],
  ['ForAnyValue:StringNotEquals', ['a'], ['a', 'x'], true],
  ['ForAnyValue:StringNotEquals', ['a'], undefined, false],
  ['ForAllValues:StringEquals', ['a', 'b'], ['b', 'a'], true],
  ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'x'], false],
  ['ForAllValues:StringEquals', ['a', 'b'], undefined, true],
  ['ForAllValues:StringNotEquals', ['a'], ['x', 'a'], false],
  ['forallvalues:StringLike', ['a*'], ['ab', 'ac'], true],
];

/** What AWS documents no outcome for: an Allow does not apply, a Deny does. */
const uncertain: [string, unknown, Values][] = [
  ['StringNotEquals', `\${none}`, 'one'],
  ['ArnNotLike', `arn:aws:iot:r:1:topic/\${none}`, 'arn:aws:iot:r:1:topic/x'],
  ['StringEquals', 'a', ['a', 'b']],
  ['NumericNotEquals', '5', 'five'],
  ['NumericEquals', '5', 'five'],
  ['DateGreaterThan', '2026-01-01', 'tomorrow'],
  ['Bool', 'true', 'yes'],
  ['ArnLike', 'arn:aws:iot:*:topic/a', 'arn:aws:iot:eu-west-1:1:topic/a'],
  ['ArnLike', 'arn:aws:iot:r:1:*', 'no ARN'],
  ['ArnNotEquals', 'arn:aws:iot:r:1:topic/x', '*'],
  ['NumericLessThan', '1', '.5'],
  ['DateLessThan', '2026-01-02T00:00:00', '2026-01-01'],
  ['ForAnyValue:NumericLessThan', '1', ['2', '.5']],
  ['IpAddress', '192.0.2.0/33', '192.0.2.1'],
  ['NumericNotEquals', `\${me}`, '5'],
  ['DateNotEquals', '2026-01-01T00:00:00', '2026-01-01'],
  ['NotIpAddress', '192.0.2.0/33', '192.0.2.1'],
  ['ArnNotLike', 'arn:*', 'arn:aws:iot:r:1:topic/x'],
  ['Null', 'perhaps', 'x'],
  ['NullIfExists', 'true', undefined],
  ['Odd', 'a', 'a'],
];

describe('conditions', () => {
  for (const [operator, wanted, given, holds] of certain) {
    test(`${operator} ${JSON.stringify(wanted)}, ${JSON.stringify(given) ?? 'absent'}: ${holds}`, () => {
      assert.equal(decide('Allow', operator, wanted, given), holds ? 'ALLOWED' : 'IMPLICIT_DENY');
      assert.equal(decide('Deny', operator, wanted, given), holds ? 'EXPLICIT_DENY' : 'ALLOWED');
    });
  }
  for (const [operator, wanted, given] of uncertain) {
    test(`${operator} ${JSON.stringify(wanted)}, ${JSON.stringify(given) ?? 'absent'}: never to the device's favour`, () => {
      assert.equal(decide('Allow', operator, wanted, given), 'IMPLICIT_DENY');
      assert.equal(decide('Deny', operator, wanted, given), 'EXPLICIT_DENY');
    });
  }

  test('all conditions must hold, and all keys', () => {
    const Condition = { StringEquals: { a: '1', b: '2' }, StringLike: { c: '3' } };
    const document = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*', Condition } };
    const decided = (context: Record<string, string>) =>
      evaluate([document], { action: 'iot:Connect', resource: '*', context }).decision;
    const context = { a: '1', b: '2', c: '3' };
    assert.equal(decided(context), 'ALLOWED');
    for (const wrong of ['a', 'b', 'c']) assert.equal(decided({ ...context, [wrong]: '4' }), 'IMPLICIT_DENY');
  });
});

describe('IP addresses', () => {
  const within: [string, string, boolean | undefined][] = [
    ['::/0', '::1', true],
    ['::ffff:192.0.2.1', '::ffff:c000:201', true],
    ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8', true],
    ['2001:db8::/33', '2001:db8:8000::', false],
    ['10.0.0.0/8', '11.0.0.0', false],
    ['1:2:3:4:5:6:7', '::1', undefined],
    ['1:2:3:4:5:6:7:8::', '::1', undefined],
    ['1::2::3', '::1', undefined],
    ['10.0.0.0/x', '10.0.0.1', undefined],
    ['10.0.0.0/8/8', '10.0.0.1', undefined],
    ['10.0.0.256', '10.0.0.1', undefined],
    ['010.0.0.1', '10.0.0.1', undefined],
    ['10.0.0.1', '10.0.1', undefined],
    ['::1.2.3.4:5', '::1', undefined],
  ];
  for (const [range, address, is] of within) {
    test(`${address} in ${range}: ${is}`, () => assert.equal(inRange(range, address), is));
  }

  test('an address of any writing is in its own range', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), fc.nat(128), (address, prefix) => {
        const bits = address.includes(':') ? 128 : 32;
        assert.equal(inRange(`${address}/${prefix}`, address), prefix <= bits ? true : undefined);
      }),
    );
  });

  test('any texts get an answer', () => {
    const part = fc.string({ unit: fc.constantFrom('1', 'f', ':', '.', '/', 'g') });
    fc.assert(fc.property(part, part, (range, address) => void inRange(range, address)));
  });
});
