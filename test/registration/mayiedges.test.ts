/** "May I": what counts as a problem and what only as a warning, and which errors leave as they are. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StationError } from '../../app/contract/errors.ts';
import type { RegistrationWay } from '../../app/contract/model.ts';
import type { Account } from '../../app/registration/account/account.ts';
import { principalOf, testTarget } from '../../app/registration/account/mayi.ts';
import type { Cloud } from '../../app/registration/index.ts';

const accountId = '123456789012';
const arn = `arn:aws:iam::${accountId}:user/factory`;
const target = {
  ...{ name: 'fra', region: 'eu-central-1', bucket: 'units', policyNames: [] },
  roleArn: `arn:aws:iam::${accountId}:role/reg`,
};
const failing = (error: Error) => () => Promise.reject(error);
const station = (code: 'cloud.denied' | 'cloud.bucket' | 'cloud.unreachable' | 'call.cancelled') =>
  new StationError(code, 'as the test wants it');

type Over = { account?: Partial<Account>; cloud?: Partial<Cloud>; accountId?: string; ways?: RegistrationWay[] };

/** The report about an account that allows all. */
function ask({ account, cloud, ways = ['bulk'], ...over }: Over = {}) {
  const all = {
    identity: async () => ({ accountId, arn }),
    simulate: async (_: string, asks: readonly unknown[]) => asks.map(() => true),
    probe: async () => true,
    look: { role: async () => ({ seen: 'there', services: ['iot.amazonaws.com'] }) },
    ...account,
  };
  const from = { account: all, checkBucket: async () => {}, describeEndpoint: async () => 'a', ...cloud } as Cloud;
  return testTarget(from, { target: { ...target, ...over }, ways, sealedEndpoint: 'a' });
}

test('an account that allows all has neither problems nor warnings, and its endpoint is the one of the units', async () => {
  for (const over of [{}, { accountId }]) {
    const { ok, problems, warnings, statement, endpoint, permissions } = await ask(over);
    assert.deepEqual([ok, problems, warnings, statement], [true, [], [], null]);
    assert.deepEqual(endpoint, { aws: 'a', sealed: 'a', same: true });
    assert.ok(permissions.every(({ verdict }) => verdict === 'allowed'));
  }
});

test('a bucket that may not be asked for is said once, by its permission; another error is a problem of its own', async () => {
  const paths = async (error: Error) => {
    const { ok, problems } = await ask({ cloud: { checkBucket: failing(error) } });
    return [ok, ...problems.map(({ path, message }) => `${path}: ${message}`)];
  };
  assert.deepEqual(await paths(station('cloud.denied')), [true]);
  assert.deepEqual(await paths(station('cloud.bucket')), [false, 'bucket: cloud.bucket: as the test wants it']);
});

test('the bucket is waited for, and not looked at where no batch needs it', async () => {
  let looks = 0;
  const checkBucket = async () => {
    await new Promise(setImmediate);
    looks += 1;
    throw station('cloud.bucket');
  };
  assert.equal((await ask({ cloud: { checkBucket } })).ok, false);
  assert.equal((await ask({ cloud: { checkBucket }, ways: ['registerThing'] })).ok, true);
  assert.equal(looks, 1);
});

test('an endpoint that AWS does not tell is a warning', async () => {
  const describeEndpoint = failing(station('cloud.unreachable'));
  const { ok, warnings, endpoint } = await ask({ cloud: { describeEndpoint } });
  assert.deepEqual([ok, warnings.map(({ path }) => path), endpoint], [true, ['endpoint'], null]);
});

test('whoever leaves, and a fault of ours, end the report wherever they come', async () => {
  for (const error of [station('call.cancelled'), new Error('a fault of ours')]) {
    const fail = failing(error);
    await assert.rejects(ask({ account: { identity: fail } }), error);
    await assert.rejects(ask({ account: { simulate: fail } }), error);
    await assert.rejects(ask({ cloud: { checkBucket: fail } }), error);
    await assert.rejects(ask({ cloud: { describeEndpoint: fail } }), error);
  }
});

test('the statement to add is laid out for people, for one permission as for many', async () => {
  const without = (missing: (action: string) => boolean) =>
    ask({ account: { simulate: async (_, asks) => asks.map(({ action }) => !missing(action)) } });
  for (const report of [await without((action) => action === 's3:PutObject'), await without(() => true)]) {
    const { statement, problems } = report;
    assert.equal(statement, JSON.stringify(JSON.parse(statement ?? '""'), null, 2));
    assert.match(problems[0]?.message ?? '', /^not allowed on .+; the station [a-z]/);
  }
});

test('a root user, who has no policies to ask, is tried', async () => {
  let simulated = 0;
  const account: Partial<Account> = {
    look: { role: async () => ({ seen: 'unseen', why: 'no rights' }) } as unknown as Account['look'],
    identity: async () => ({ accountId, arn: `arn:aws:iam::${accountId}:root` }),
    simulate: async () => {
      simulated += 1;
      return [];
    },
    probe: async ({ action }: { action: string }) =>
      action === 'iam:PassRole' ? undefined : action !== 's3:PutObject',
  };
  const { how, permissions, warnings } = await ask({ account });
  assert.deepEqual([how, simulated], ['tried', 0]);
  const of = (verdict: string) =>
    new Set(permissions.filter((one) => one.verdict === verdict).map((one) => one.action));
  assert.deepEqual([of('missing'), of('unknown')], [new Set(['s3:PutObject']), new Set(['iam:PassRole'])]);
  assert.deepEqual(new Set(warnings.map(({ path }) => path)), new Set(['iam:PassRole', 'roleArn']));
});

test('only users and roles of an account have policies to ask', () => {
  for (const other of ['', 'arn:aws:sts::1:assumed-role/a/b', `arn:aws:iam::${accountId}:group/g`, `${arn}\n`])
    assert.equal(principalOf(other), undefined);
});
