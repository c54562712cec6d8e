import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { StationError } from '../../app/contract/errors.ts';
import { bulkTemplate } from '../../app/iot/index.ts';
import type { Account } from '../../app/registration/account/account.ts';
import { type Cloud, preflight } from '../../app/registration/index.ts';
import { refusalOf } from '../../app/registration/preflight.ts';

const [mine, other] = ['a'.repeat(64), 'b'.repeat(64)];
const target = { region: 'eu-central-1', bucket: 'bucket', roleArn: 'arn:aws:iam::123456789012:role/r' };

/** An account that has what `has` names, and CAs in these states. */
const account = (has: readonly string[], over: Partial<Cloud> = {}) =>
  ({
    target,
    roleArn: target.roleArn,
    account: { look: { role: async () => ({ seen: 'unseen', why: '' }) } },
    checkBucket: async () => {},
    describeCa: async (id: string) => (id === mine ? 'ACTIVE' : undefined),
    find: async (kind: string, name: string) => {
      if (name === 'old') return 'deprecated';
      return has.includes(`${kind} ${name}`) ? 'found' : 'missing';
    },
    ...over,
  }) as Cloud;

const templateBody = bulkTemplate({ policyNames: ['p1', 'p2'], thingTypeName: 'old', thingGroups: ['g'] });
const ask = (cloud: Cloud, ids = [mine]) => preflight({ cloud, caCertificateIds: ids, templateBody });
const codes = (report: Awaited<ReturnType<typeof ask>>) => ({
  ok: report.ok,
  problems: report.problems.map(({ code, name }) => `${code} ${name}`),
  warnings: report.warnings.map(({ code, name }) => `${code} ${name}`),
});
const role = `role ${target.roleArn}`;
const refusing = (code: 'cloud.bucket' | 'cloud.denied' | 'cloud.unreachable') => () =>
  Promise.reject(new StationError(code, 'as the test wants it'));

suite('preflight', () => {
  test('what is missing comes as one list, each with where the batch names it', async () => {
    const cloud = account(['policy p1'], { checkBucket: refusing('cloud.bucket') });
    const report = await ask(cloud, [mine, other]);
    assert.deepEqual(codes(report), {
      ok: false,
      problems: [
        `bucket ${target.bucket}`,
        `caUnknown ${other}`,
        'thingTypeDeprecated old',
        'thingGroup g',
        'policy p2',
      ],
      warnings: [role],
    });
    assert.equal(report.problems[3]?.path, 'Resources.thing.Properties.ThingGroups[0]');
    const refusal = refusalOf(report, target);
    assert.equal(refusal.code, 'cloud.bucket');
    for (const { message } of report.problems) assert.ok(refusal.detail.includes(message));
  });

  test('where nothing is missing, only what nobody can know is told', async () => {
    const report = await preflight({
      cloud: account(['policy p1']),
      caCertificateIds: [mine],
      templateBody: bulkTemplate({ policyNames: ['p1'] }),
    });
    assert.deepEqual(codes(report), { ok: true, problems: [], warnings: [role] });
  });

  test('a role that is not there, that AWS IoT may not take, or that may not do its work is a problem before any byte goes', async () => {
    const look = async (found: object, allowed = true) => {
      const seen = {
        look: { role: async () => found },
        simulate: async (_: string, asked: object[]) => asked.map(() => allowed),
      };
      const { problems, warnings } = await preflight({
        cloud: account(['policy p1'], { account: seen as unknown as Account }),
        caCertificateIds: [mine],
        templateBody: bulkTemplate({ policyNames: ['p1'] }),
      });
      assert.deepEqual(warnings, []);
      for (const { code, name } of problems) assert.equal(`${code} ${name}`, role);
      return problems.map(({ message }) => message).join();
    };
    const there = { seen: 'there', services: ['iot.amazonaws.com'] };
    assert.equal(await look(there), '');
    assert.match(await look({ seen: 'missing' }), /there is no role .*birthmark target cloudformation/);
    assert.match(await look({ seen: 'there', services: ['ec2.amazonaws.com'] }), /iot\.amazonaws\.com/);
    assert.match(await look(there, false), /may not s3:GetObject, iot:RegisterThing/);
  });

  test('a way without a file has no role, and an IAM that no one reaches keeps no batch', async () => {
    const away = { look: { role: refusing('cloud.unreachable') } } as unknown as Account;
    const cloud = account(['policy p1'], { account: away });
    const asked = { cloud, caCertificateIds: [mine], templateBody: bulkTemplate({ policyNames: ['p1'] }) };
    assert.deepEqual(codes(await preflight({ ...asked, hasFile: false })), { ok: true, problems: [], warnings: [] });
    // The patience of a batch, which would wait for AWS, is not for this question.
    const calm = <T>(act: () => Promise<T>) => act().catch(() => assert.fail('waits'));
    assert.deepEqual(codes(await preflight({ ...asked, calm })), { ok: true, problems: [], warnings: [role] });
    const stop = new AbortController();
    const stopped = {
      look: { role: async () => stop.abort() ?? Promise.reject(new StationError('call.cancelled', '')) },
    };
    await assert.rejects(
      preflight({
        ...asked,
        cloud: account(['policy p1'], { account: stopped as unknown as Account }),
        signal: stop.signal,
      }),
      { code: 'call.cancelled' },
    );
  });

  test('what the account does not let us ask is a warning; a bucket or a CA must be seen', async () => {
    const report = await ask(account([], { find: refusing('cloud.denied') }));
    assert.deepEqual(codes(report), {
      ok: true,
      problems: [],
      warnings: ['notAllowed old', 'notAllowed g', 'notAllowed p1', 'notAllowed p2', role],
    });
    for (const name of ['checkBucket', 'describeCa'] as const)
      await assert.rejects(ask(account([], { [name]: refusing('cloud.denied') })), { code: 'cloud.denied' });
  });

  test('an account that cannot be reached is no finding', async () => {
    await assert.rejects(ask(account([], { find: refusing('cloud.unreachable') })), { code: 'cloud.unreachable' });
  });

  test('the refusal says which kind it is', async () => {
    const of = async (over: Partial<Cloud>, ids = [mine]) => refusalOf(await ask(account([], over), ids), target).code;
    assert.equal(await of({}, [other]), 'cloud.caNotRegistered');
    assert.equal(await of({}), 'batch.notReady');
    assert.equal(await of({ describeCa: async () => 'INACTIVE' }), 'cloud.caNotRegistered');
  });
});
