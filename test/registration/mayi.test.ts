/** Who am I, and may I: what is missing is named, with the statement to add, and nothing changes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StationError } from '../../app/contract/errors.ts';
import { registrationWay } from '../../app/contract/model.ts';
import { userName } from '../../app/practice/aws/index.ts';
import type { Account } from '../../app/registration/account/account.ts';
import { principalOf, testTarget } from '../../app/registration/account/mayi.ts';
import { permissionsFor } from '../../app/registration/account/permissions.ts';
import type { Cloud } from '../../app/registration/index.ts';
import { practice } from '../practice/support.ts';
import { cloudOf } from './support.ts';

const accountId = '123456789012';
const arn = `arn:aws:iam::${accountId}:user/factory`;
const target = {
  ...{ name: 'fra', region: 'eu-central-1', bucket: 'units', policyNames: [] },
  roleArn: `arn:aws:iam::${accountId}:role/reg`,
};
const denied = () => Promise.reject(new StationError('cloud.denied', 'not you'));

/** An account in which all is allowed but these actions. */
const accountWithout = (missing: string[], over: Partial<Account> = {}): Account =>
  ({
    identity: async () => ({ accountId, arn }),
    simulate: async (who, asks) => asks.map(({ action }) => who.includes(':role/') || !missing.includes(action)),
    look: { role: async () => ({ seen: 'there', services: ['iot.amazonaws.com'] }) },
    probe: async ({ action }) => (action === 'iam:PassRole' ? undefined : !missing.includes(action)),
    ...over,
  }) as Account;
const cloudWith = (account: Account, over: Partial<Cloud> = {}): Cloud =>
  ({ account, checkBucket: async () => {}, describeEndpoint: async () => 'a-ats.example', ...over }) as Cloud;
const asked = { target, ways: ['bulk'] as const, sealedEndpoint: 'a-ats.example' };

test('an identity that may do all is well, by its policies and by tries alike', async () => {
  const simulated = await testTarget(cloudWith(accountWithout([])), asked);
  assert.deepEqual(
    [simulated.ok, simulated.how, simulated.problems, simulated.statement],
    [true, 'simulated', [], null],
  );
  assert.deepEqual(simulated.identity, { accountId, arn });
  const tried = await testTarget(cloudWith(accountWithout([], { simulate: denied })), asked);
  assert.deepEqual(
    [tried.ok, tried.how, tried.warnings.map(({ path }) => path)],
    [true, 'tried', ['iam:PassRole', 'roleArn']],
  );
});

test('each permission that is missing is named alone, and the statement allows just it', async () => {
  const needed = permissionsFor(['bulk'], { ...target, accountId });
  for (const { action } of needed)
    for (const over of [{}, { simulate: denied }]) {
      if (action === 'iam:PassRole' && 'simulate' in over) continue;
      const report = await testTarget(cloudWith(accountWithout([action], over)), asked);
      assert.equal(report.ok, false, action);
      assert.deepEqual([...new Set(report.problems.map(({ path }) => path))], [action]);
      const { Statement } = JSON.parse(report.statement ?? '{}') as {
        Statement: { Action: string[]; Resource: string }[];
      };
      const given = Statement.flatMap(({ Action, Resource }) => Action.map((one) => `${one} ${Resource}`));
      assert.deepEqual(
        given,
        needed.filter((row) => row.action === action).map((row) => `${action} ${row.resource}`),
      );
    }
});

test('another account, another role, another endpoint and a bucket that is not there are said', async () => {
  const roleArn = 'arn:aws:iam::888888888888:role/r';
  const other = await testTarget(cloudWith(accountWithout([])), {
    ...asked,
    target: { ...target, accountId: '999999999999', roleArn },
  });
  assert.deepEqual(
    other.problems.map(({ path }) => path),
    ['accountId', 'roleArn'],
  );
  assert.deepEqual([other.permissions, other.endpoint], [[], null], 'what another account allows says nothing');
  const here = { ...target, roleArn };
  const checkBucket = () => Promise.reject(new StationError('cloud.bucket', 'no bucket'));
  const report = await testTarget(cloudWith(accountWithout([]), { checkBucket }), {
    ...asked,
    target: here,
    sealedEndpoint: 'b',
  });
  assert.deepEqual(
    report.problems.map(({ path }) => path),
    ['roleArn', 'bucket'],
  );
  assert.deepEqual(
    report.warnings.map(({ path }) => path),
    ['endpoint'],
  );
  assert.deepEqual(report.endpoint, { aws: 'a-ats.example', sealed: 'b', same: false });
});

test('credentials that AWS does not take end the report; a cancelled one throws', async () => {
  const failing = (code: 'cloud.credentials' | 'call.cancelled') =>
    cloudWith(accountWithout([], { identity: () => Promise.reject(new StationError(code, 'x')) }));
  const report = await testTarget(failing('cloud.credentials'), asked);
  assert.deepEqual([report.ok, report.identity, report.permissions], [false, null, []]);
  assert.match(report.problems[0]?.message ?? '', /^cloud\.credentials/);
  await assert.rejects(testTarget(failing('call.cancelled'), asked), { code: 'call.cancelled' });
});

test('the principal of a session is its role; the root user has none', () => {
  assert.equal(
    principalOf(`arn:aws:sts::${accountId}:assumed-role/Station/pc-7`),
    `arn:aws:iam::${accountId}:role/Station`,
  );
  assert.equal(principalOf(`arn:aws-cn:iam::${accountId}:user/a/b`), `arn:aws-cn:iam::${accountId}:user/a/b`);
  assert.equal(principalOf(`arn:aws:iam::${accountId}:root`), undefined);
});

test('the tries leave the account as it was, and a denial is told from every other answer', async (t) => {
  const aws = await practice(t);
  const { account } = await cloudOf(t, aws);
  const place = { region: aws.region, bucket: aws.bucket, roleArn: aws.roleArn, accountId };
  const before = JSON.stringify(aws.snapshot());
  const asks = permissionsFor(registrationWay.options, place);
  const unanswered: string[] = [];
  for (const ask of asks) {
    const allowed = await account.probe(ask);
    if (allowed === undefined) unanswered.push(ask.action);
    else assert.equal(allowed, true, ask.action);
  }
  assert.deepEqual(
    [...new Set(unanswered)],
    [
      'iot:GetRegistrationCode',
      'iot:StartThingRegistrationTask',
      'iam:PassRole',
      'iot:CreateProvisioningTemplate',
      'iot:Connect',
      'iot:Subscribe',
      'iot:Receive',
      'dynamodb:BatchWriteItem',
      'dynamodb:BatchGetItem',
      'dynamodb:UpdateItem',
      'dynamodb:DeleteItem',
    ],
  );
  assert.equal(JSON.stringify(aws.snapshot()), before);
  aws.setFault({ kind: 'deny', operation: 'UpdateCertificate' });
  assert.equal(await account.probe({ action: 'iot:UpdateCertificate', resource: '*' }), false);
});

test('an operation that an endpoint does not offer is not known, and neither is what hides behind another denial', async (t) => {
  const aws = await practice(t);
  const { account } = await cloudOf(t, aws);
  const asks = {
    'iot:UpdateCertificate': 'UnknownOperationException',
    's3:AbortMultipartUpload': 'NotImplemented',
  };
  for (const [action, name] of Object.entries(asks)) {
    aws.setFault({ kind: 'refuse', name, times: 1, operation: action.split(':')[1] ?? '' });
    assert.equal(await account.probe({ action, resource: '*' }), undefined, action);
  }
  aws.setFault({ kind: 'html', times: 1 });
  assert.equal(await account.probe({ action: 'iot:GetPolicy', resource: '*' }), undefined, 'a page of HTML');
  aws.setFault(null);
  const Statement = [{ Effect: 'Allow', Action: ['s3:GetObject'], Resource: '*' }];
  const permit = () =>
    aws.act({ act: 'policy', identity: userName, policy: JSON.stringify({ Version: '2012-10-17', Statement }) });
  permit();
  const look = { action: 's3:GetObject', resource: '*' };
  assert.equal(await account.probe(look), undefined, 'who may not list is denied what is not there');
  Statement[0]?.Action.splice(0, 1, 's3:ListBucket');
  permit();
  assert.equal(await account.probe(look), false);
});

test('the role: whether it is there, trusts AWS IoT and may do what a task needs, each told with its next act', async () => {
  const roleOf = async (over: Partial<Account>) => {
    const { ok, role, problems, warnings } = await testTarget(cloudWith(accountWithout([], over)), asked);
    const [finding] = [...problems, ...warnings].filter(({ path }) => path === 'roleArn');
    return { ok, state: role?.state, add: role?.add, says: finding?.message ?? '' };
  };
  const look = (role: Account['look']['role']) => ({ look: { role } as Account['look'] });
  const there = (...services: string[]) => look(async () => ({ seen: 'there', services }));
  assert.deepEqual(await roleOf({}), { ok: true, state: 'fits', add: null, says: '' });
  const gone = await roleOf(look(async () => ({ seen: 'missing' })));
  assert.deepEqual([gone.ok, gone.state], [false, 'missing']);
  assert.match(gone.says, /there is no role .*birthmark target cloudformation fra/);
  const other = await roleOf(there('lambda.amazonaws.com'));
  assert.deepEqual([other.ok, other.state], [false, 'untrusting']);
  assert.match(other.says, /does not trust iot\.amazonaws\.com/);
  const unseen = await roleOf(look(async () => ({ seen: 'unseen', why: 'denied' })));
  assert.deepEqual([unseen.ok, unseen.state, unseen.add?.to], [true, 'unseen', 'station']);
  assert.match(unseen.add?.statement ?? '', /"iam:GetRole",\s*"iam:SimulatePrincipalPolicy"/);
  const lacking = await roleOf({
    simulate: async (principal, asks) =>
      asks.map(({ action }) => !principal.includes(':role/') || action !== 's3:GetObject'),
  });
  assert.deepEqual([lacking.ok, lacking.state, lacking.add?.to], [false, 'lacking', 'role']);
  assert.match(lacking.add?.statement ?? '', /"s3:GetObject"[\s\S]*arn:aws:s3:::units\/batches\/\*/);
  const byThings = await testTarget(cloudWith(accountWithout([])), { ...asked, ways: ['registerThing'] });
  assert.equal(byThings.role, null);
});

test('the practice AWS has roles to look at, and says which are missing', async (t) => {
  const aws = await practice(t);
  const { account } = await cloudOf(t, aws);
  assert.deepEqual(await account.look.role(aws.roleArn), { seen: 'there', services: ['iot.amazonaws.com'] });
  assert.deepEqual(await account.look.role(`${aws.roleArn}-other`), { seen: 'missing' });
  assert.deepEqual(await account.look.fn('no-such'), { seen: 'missing' });
  assert.deepEqual(await account.look.table('no-such'), { seen: 'missing' });
  assert.deepEqual(await account.look.rule('no_such'), { seen: 'missing' });
  aws.setFault({ kind: 'deny', operation: 'GetRole' });
  assert.equal((await account.look.role(aws.roleArn)).seen, 'unseen');
});
