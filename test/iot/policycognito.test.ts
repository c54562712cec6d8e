import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkCognito, evaluateCognito } from '../../app/iot/policies/cognito.ts';
import { placeWarnings } from '../../app/iot/policies/place.ts';

const prefix = 'arn:aws:iot:eu-west-1:123456789012:';
const policy = (...statements: object[]) => ({ Version: '2012-10-17', Statement: statements });
const allow = (Action: string | string[], Resource: string | string[], more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});
describe('Cognito', () => {
  const sub = `\${cognito-identity.amazonaws.com:sub}`;
  const iot = policy(allow('iot:Connect', `${prefix}client/${sub}`), allow('iot:Publish', `${prefix}topic/${sub}/*`));
  const texts = (...documents: unknown[]) => documents.map((one) => JSON.stringify(one, null, 1)) as [string, string];

  test('two policies that agree have no warnings', () => {
    assert.deepEqual(checkCognito(...texts(iot, iot)), { iot: [], iam: { ok: true, problems: [], warnings: [] } });
    const role = policy(allow(['s3:GetObject', 'iot:Connect', 'iot:Publish'], '*'));
    assert.deepEqual(checkCognito(...texts(iot, role)).iot, []);
  });

  test('what only one of them allows is told at its action', () => {
    const role = policy(allow(['iot:Connect', 'iot:GetThingShadow'], '*'));
    const { iot: missing, iam } = checkCognito(...texts(iot, role));
    assert.deepEqual(
      missing.map(({ path, line }) => [path, line]),
      [['/Statement/1/Action', 11]],
    );
    assert.match(missing[0]?.message ?? '', /role of the identity pool does not allow iot:Publish/);
    assert.match(
      iam.warnings.map(({ message }) => message).join(),
      /IoT policy of the identity does not allow iot:GetThingShadow/,
    );
  });

  test('a role policy that is none is refused', () => {
    assert.equal(checkCognito(JSON.stringify(iot), '{"a": }').iam.problems[0]?.column, 7);
    assert.equal(checkCognito(JSON.stringify(iot), '{}').iam.ok, false);
  });

  test('an authenticated identity may do what both allow', () => {
    const decide = (one: unknown, other: unknown) =>
      evaluateCognito([one], other, {
        action: 'iot:Connect',
        resource: `${prefix}client/x`,
        context: { 'cognito-identity.amazonaws.com:sub': 'x' },
      }).decision;
    const none = policy(allow('iot:Publish', '*'));
    const never = policy({ ...allow('iot:*', '*'), Effect: 'Deny' });
    assert.deepEqual(
      [decide(iot, iot), decide(iot, none), decide(none, iot), decide(iot, never)],
      ['ALLOWED', 'IMPLICIT_DENY', 'IMPLICIT_DENY', 'EXPLICIT_DENY'],
    );
  });
});

describe('a policy for a target', () => {
  const text = JSON.stringify(
    policy(allow('iot:Publish', [`${prefix}topic/a`, 'arn:aws:iot:*:*:topic/b', '*'])),
    null,
    1,
  );
  const paths = (place: { region: string; accountId?: string }) => placeWarnings(text, place).map(({ path }) => path);

  test('resources of another account or Region are told at their place', () => {
    assert.deepEqual(paths({ region: 'eu-west-1', accountId: '123456789012' }), []);
    assert.deepEqual(paths({ region: 'eu-west-1' }), []);
    assert.deepEqual(paths({ region: 'eu-west-2' }), ['/Statement/0/Resource/0']);
    assert.deepEqual(paths({ region: 'eu-west-1', accountId: '210987654321' }), ['/Statement/0/Resource/0']);
    const [warning] = placeWarnings(text, { region: 'eu-west-2', accountId: '210987654321' });
    assert.match(warning?.message ?? '', /nothing in eu-west-2, account 210987654321$/);
    assert.equal(warning?.line, 8);
    assert.deepEqual(placeWarnings('{', { region: 'eu-west-2' }), []);
  });
});
