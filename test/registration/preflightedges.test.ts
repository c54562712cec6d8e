/** What a batch needs in AWS: which names of a template are asked for, and what the refusal of a batch carries. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { StationError } from '../../app/contract/errors.ts';
import { type Cloud, preflight } from '../../app/registration/index.ts';
import { refusalOf } from '../../app/registration/preflight.ts';

const target = { region: 'eu-central-1', bucket: 'bucket', roleArn: 'role' };

/** An account that answers as told, and what it was asked. */
function account(over: Partial<Cloud> = {}) {
  const asked: string[] = [];
  const cloud = {
    target,
    roleArn: target.roleArn,
    account: { look: { role: async () => ({ seen: 'unseen', why: '' }) } },
    checkBucket: async () => void asked.push('bucket'),
    describeCa: async (id: string) => {
      asked.push(`ca ${id}`);
      return 'ACTIVE';
    },
    find: async (kind: string, name: string) => {
      asked.push(`${kind} ${name}`);
      return name.startsWith('no-') ? 'missing' : 'found';
    },
    ...over,
  } as Cloud;
  return { asked, cloud };
}

const bodyOf = (Resources?: object) => JSON.stringify({ Resources });
const thing = (Properties?: object) => ({ Type: 'AWS::IoT::Thing', Properties });

suite('preflight', () => {
  test('asks for the names that a template has, and for none that come from the lines', async () => {
    const { asked, cloud } = account();
    const templateBody = bodyOf({
      thing: thing({ ThingTypeName: 'type', ThingGroups: ['a', { Ref: 'G' }, 'no-b'], BillingGroup: 'no-bill' }),
      policy: { Type: 'AWS::IoT::Policy', Properties: { PolicyName: 'no-p', ThingTypeName: 'not of a policy' } },
      other: { Type: 'AWS::IoT::Policy', Properties: { PolicyName: { Ref: 'P' } } },
      certificate: { Type: 'AWS::IoT::Certificate' },
    });
    const report = await preflight({ cloud, caCertificateIds: ['x', 'y'], templateBody });
    assert.deepEqual(asked, [
      ...['bucket', 'ca x', 'ca y', 'thingType type', 'thingGroup a', 'thingGroup no-b'],
      ...['billingGroup no-bill', 'policy no-p'],
    ]);
    assert.deepEqual(
      report.problems.map(({ path, message }) => [path, message]),
      [
        ['Resources.thing.Properties.ThingGroups[2]', 'there is no thing group no-b in this account and Region'],
        ['Resources.thing.Properties.BillingGroup', 'there is no billing group no-bill in this account and Region'],
        ['Resources.policy.Properties.PolicyName', 'there is no policy no-p in this account and Region'],
      ],
    );
  });

  test('a template that names nothing, or has a group from the lines, needs nothing', async () => {
    for (const templateBody of ['{}', bodyOf({}), bodyOf({ t: thing({ ThingGroups: { Ref: 'G' } }) })]) {
      const { asked, cloud } = account();
      const { ok } = await preflight({ cloud, caCertificateIds: [], templateBody });
      assert.deepEqual([ok, asked], [true, ['bucket']]);
    }
  });

  test('a way without a file asks for no bucket; each question is asked with patience', async () => {
    const { asked, cloud } = account();
    let calm = 0;
    const report = await preflight({
      ...{ cloud, caCertificateIds: ['x'], templateBody: '{}', hasFile: false },
      calm: (act) => {
        calm += 1;
        return act();
      },
    });
    assert.deepEqual([asked, calm, report.ok], [['ca x'], 1, true]);
  });

  test('a CA is named with its state', async () => {
    const of = async (status: 'INACTIVE' | undefined) => {
      const { cloud } = account({ describeCa: async () => status });
      return (await preflight({ cloud, caCertificateIds: ['x'], templateBody: '{}' })).problems;
    };
    const about = { path: 'ca', name: 'x' };
    const inactive = { code: 'caIs', data: { name: 'x', status: 'INACTIVE' } };
    assert.deepEqual(await of('INACTIVE'), [
      { code: 'caInactive', ...about, said: inactive, message: 'the CA x is INACTIVE' },
    ]);
    const unknown = { code: 'caUnregistered', data: { name: 'x' } };
    assert.deepEqual(await of(undefined), [
      { code: 'caUnknown', ...about, said: unknown, message: 'the CA x is not registered' },
    ]);
  });

  test('a call that a private endpoint does not offer is a warning; a fault of ours is none', async () => {
    const templateBody = bodyOf({ thing: thing({ ThingTypeName: 'type' }) });
    const of = (error: Error) => {
      const { cloud } = account({ find: () => Promise.reject(error) });
      return preflight({ cloud, caCertificateIds: [], templateBody });
    };
    const { ok, warnings } = await of(new StationError('cloud.refused', 'not here'));
    assert.deepEqual(
      [ok, warnings[0]?.code, warnings[0]?.path],
      [true, 'notAllowed', 'Resources.thing.Properties.ThingTypeName'],
    );
    const fault = new Error('ours');
    await assert.rejects(of(fault), fault);
    const bucket = account({ checkBucket: () => Promise.reject(new StationError('cloud.refused', 'no')) });
    const asked = preflight({ cloud: bucket.cloud, caCertificateIds: [], templateBody });
    await assert.rejects(asked, { code: 'cloud.refused' });
  });

  test('a role that is not seen is named in the warning', async () => {
    const { cloud } = account();
    const { warnings } = await preflight({ cloud, caCertificateIds: [], templateBody: '{}' });
    assert.deepEqual(
      warnings.map(({ code, path, name }) => [code, path, name]),
      [['role', 'roleArn', target.roleArn]],
    );
  });

  test('a refusal carries what a person acts on: the bucket, the CA, or how many are missing', () => {
    const finding = (code: 'bucket' | 'caUnknown' | 'caInactive' | 'policy', name: string) => ({
      ...{
        code,
        name,
        path: code,
        message: `${code} ${name}`,
        said: { code: 'asItIs' as const, data: { text: `${code} ${name}` } },
      },
    });
    const of = (...problems: ReturnType<typeof finding>[]) => {
      const { code, detail, data } = refusalOf({ ok: false, problems, warnings: [] }, { bucket: 'b', region: 'r' });
      const { said: _, ...facts } = data ?? {};
      return [code, detail, facts];
    };
    const policy = finding('policy', 'p');
    assert.deepEqual(of(finding('bucket', 'b'), policy), [
      'cloud.bucket',
      'bucket b; policy p',
      { bucket: 'b', region: 'r' },
    ]);
    for (const code of ['caUnknown', 'caInactive'] as const)
      assert.deepEqual(of(finding(code, 'x')), ['cloud.caNotRegistered', `${code} x`, { certificateId: 'x' }]);
    assert.deepEqual(of(policy, finding('caUnknown', 'x')), [
      'batch.notReady',
      'policy p; caUnknown x',
      { missing: 2 },
    ]);
  });
});
