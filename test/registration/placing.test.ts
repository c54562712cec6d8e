/** Policies and templates put in place in AWS: where the versions end, and which of them goes. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { CloudTemplates } from '../../app/registration/cloud.ts';
import { pushPolicy, pushTemplate } from '../../app/registration/index.ts';
import type { PoliciesInAws } from '../../app/registration/policies.ts';

type Version = { id: number; isDefault?: boolean };

/** Notes the acts; each resolves a turn later, so that one that is not waited for comes late. */
function noting() {
  const acts: string[] = [];
  const act = async (what: string) => {
    acts.push(`${what} begins`);
    await new Promise(setImmediate);
    acts.push(what);
  };
  return { acts, act };
}

function policyWith(versions: Version[], document = 'old') {
  const { acts, act } = noting();
  const there = {
    ...{ name: 'p', arn: 'arn', document, defaultVersionId: '9' },
    versions: versions.map(({ id, isDefault = false }) => ({ versionId: String(id), isDefault, madeAt: null })),
  };
  const aws: PoliciesInAws = {
    list: async () => [],
    describe: async () => (versions.length === 0 ? undefined : there),
    create: (name, text) => act(`create ${name} ${text}`),
    createVersion: async (name, text) => {
      await act(`version of ${name} ${text}`);
      return '10';
    },
    versionText: async () => undefined,
    setDefault: (name, id) => act(`default ${name} ${id}`),
    deleteVersion: (name, id) => act(`delete ${name} ${id}`),
  };
  const push = (prune: boolean, text = 'new') => pushPolicy(aws, { name: 'p', text, prune });
  return { push, done: () => acts.filter((one) => !one.endsWith('begins')), acts };
}

function templateWith(versions: Version[]) {
  const { acts, act } = noting();
  const cloud: CloudTemplates = {
    listTemplates: async () => [],
    describeTemplate: async () => ({ type: 'JITP', enabled: true, version: 9, body: 'old' }),
    createTemplate: async () => 1,
    addTemplateVersion: async ({ name, body }) => {
      await act(`version of ${name} ${body}`);
      return 10;
    },
    listTemplateVersions: async () =>
      versions.map(({ id, isDefault = false }) => ({ version: id, isDefault, madeAt: null })),
    removeTemplateVersion: ({ name, version }) => act(`remove ${name} ${version}`),
    templateVersion: async () => '',
    setDefaultVersion: async () => {},
    setHook: async () => {},
    removeTemplate: async () => true,
  };
  const push = (prune: boolean) => pushTemplate(cloud, { name: 't', body: 'new', type: 'JITP', roleArn: 'r', prune });
  return { push, acts };
}

const of = (...ids: number[]): Version[] => ids.map((id, index) => ({ id, isDefault: index === ids.length - 1 }));

suite('a policy', () => {
  test('of four versions has room for another; of five it has none', async () => {
    const four = policyWith(of(1, 2, 3, 9));
    assert.deepEqual(await four.push(true), { outcome: 'changed', versionId: '10', pruned: null });
    assert.deepEqual(four.done(), ['version of p new']);
    const five = policyWith(of(1, 2, 3, 4, 9));
    await assert.rejects(five.push(false), { code: 'cloud.policyFull', data: { name: 'p', versionId: '1' } });
    assert.deepEqual(five.acts, []);
  });

  test('loses the version with the smallest number that is not in use, wherever it stands', async () => {
    for (const [ids, oldest] of [
      [[10, 9, 11, 12, 13], '9'],
      [[9, 10, 100, 20, 13], '9'],
      [[12, 11, 10, 9, 8], '9'],
    ] as const) {
      const { push, acts } = policyWith(of(...ids));
      assert.equal((await push(true)).pruned, oldest);
      const [away, made] = [`delete p ${oldest}`, 'version of p new'];
      assert.deepEqual(acts, [`${away} begins`, away, `${made} begins`, made]);
    }
  });

  test('is told as made once it is there', async () => {
    const { push, acts } = policyWith([]);
    assert.deepEqual(await push(false), { outcome: 'made', versionId: '1', pruned: null });
    assert.deepEqual(acts, ['create p new begins', 'create p new']);
  });

  test('that says the same in other words of JSON stays; one that is no JSON is another', async () => {
    const { push, acts } = policyWith(of(9), '{"a":1,"b":[2]}');
    assert.deepEqual(await push(false, '{ "b": [2], "a": 1 }'), { outcome: 'same', versionId: '9', pruned: null });
    assert.deepEqual(acts, []);
    assert.equal((await push(false, '{"a":1,"b":["2"]}')).outcome, 'changed');
    const broken = policyWith(of(9), '{');
    assert.equal((await broken.push(false, '{')).outcome, 'changed');
  });
});

suite('a template', () => {
  test('of four versions has room for another; of five it has none', async () => {
    const four = templateWith(of(1, 2, 3, 9));
    assert.deepEqual(await four.push(false), { made: 'version', version: 10 });
    const five = templateWith(of(1, 2, 3, 4, 9));
    await assert.rejects(five.push(false), { code: 'template.versions', data: { name: 't', oldest: 1 } });
    assert.deepEqual(five.acts, []);
  });

  test('loses the version with the smallest number that is not in use, before the new one is made', async () => {
    for (const [ids, oldest] of [
      [[10, 9, 11, 12, 13], 9],
      [[12, 11, 10, 9, 8], 9],
    ] as const) {
      const { push, acts } = templateWith(of(...ids));
      assert.deepEqual(await push(true), { made: 'version', version: 10, removed: oldest });
      const [away, made] = [`remove t ${oldest}`, 'version of t new'];
      assert.deepEqual(acts, [`${away} begins`, away, `${made} begins`, made]);
    }
  });

  test('whose only version of use is its default loses none', async () => {
    const versions = of(1, 2, 3, 4, 9).map((one) => ({ ...one, isDefault: true }));
    const { push, acts } = templateWith(versions);
    assert.deepEqual(await push(true), { made: 'version', version: 10 });
    assert.equal(acts.length, 2);
  });
});
