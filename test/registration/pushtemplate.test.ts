/** Templates put in place in AWS: created once, then version by version, and never more than AWS keeps. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CloudTemplates } from '../../app/registration/cloud.ts';
import { makeTemplateDefault, pushTemplate } from '../../app/registration/index.ts';

/** An account with this template, by its versions; the last one is the default. */
function account(bodies: string[], type: 'JITP' | 'FLEET_PROVISIONING' = 'JITP') {
  let chosen: number | undefined;
  let hookArn: string | undefined;
  let versions = bodies.map((body, index) => ({ version: index + 1, body }));
  const acts: string[] = [];
  const add = (body: string) => {
    const version = (versions.at(-1)?.version ?? 0) + 1;
    versions.push({ version, body });
    return version;
  };
  const cloud: CloudTemplates = {
    listTemplates: async () => ['line'],
    describeTemplate: async () => {
      const last = versions.find(({ version }) => version === chosen) ?? versions.at(-1);
      return last && { ...last, type, enabled: true, ...(hookArn !== undefined && { hook: hookArn }) };
    },
    createTemplate: async ({ body, roleArn, ...more }) => {
      hookArn = more.hookArn;
      acts.push(`create as ${roleArn}${more.hookArn ? ` with ${more.hookArn}` : ''}`);
      return add(body);
    },
    addTemplateVersion: async ({ body }) => {
      acts.push('add');
      return add(body);
    },
    listTemplateVersions: async () =>
      versions.map(({ version }) => ({ version, isDefault: version === versions.at(-1)?.version, madeAt: null })),
    removeTemplateVersion: async ({ version }) => {
      acts.push(`remove ${version}`);
      versions = versions.filter((one) => one.version !== version);
    },
    templateVersion: async ({ version }) => versions.find((one) => one.version === version)?.body ?? '',
    setDefaultVersion: async ({ version }) => {
      acts.push(`default ${version}`);
      chosen = version;
    },
    setHook: async (hook) => {
      acts.push(`hook ${hook.hookArn}`);
      hookArn = hook.hookArn ?? undefined;
    },
    removeTemplate: async () => true,
  };
  return { cloud, acts };
}

const line = { name: 'line', body: 'new', type: 'JITP' as const, roleArn: 'role', prune: false };

test('a template that AWS does not have is created, enabled under the role', async () => {
  const { cloud, acts } = account([]);
  assert.deepEqual(await pushTemplate(cloud, line), { made: 'created', version: 1 });
  assert.deepEqual(acts, ['create as role']);
});

test('a new text is a new version and the default; the same text changes nothing', async () => {
  const { cloud, acts } = account(['old']);
  assert.deepEqual(await pushTemplate(cloud, line), { made: 'version', version: 2 });
  assert.deepEqual(await pushTemplate(cloud, line), { made: 'unchanged', version: 2 });
  assert.deepEqual(acts, ['add']);
});

test('the oldest of five versions goes only when a person said so, before the new one is made', async () => {
  const { cloud, acts } = account(['a', 'b', 'c', 'd', 'e']);
  await assert.rejects(pushTemplate(cloud, line), { code: 'template.versions', data: { name: 'line', oldest: 1 } });
  assert.deepEqual(acts, []);
  assert.deepEqual(await pushTemplate(cloud, { ...line, prune: true }), { made: 'version', version: 6, removed: 1 });
  assert.deepEqual(acts, ['remove 1', 'add']);
});

test('a template of the other type is refused: its type never changes', async () => {
  const { cloud, acts } = account(['old'], 'FLEET_PROVISIONING');
  await assert.rejects(pushTemplate(cloud, line), { code: 'template.type' });
  assert.deepEqual(acts, []);
});

test('an older version that AWS still has becomes the default again; another text is refused', async () => {
  const { cloud, acts } = account(['a', 'b', 'a', 'c']);
  assert.equal(await makeTemplateDefault(cloud, { name: 'line', body: 'c' }), 4);
  assert.deepEqual(acts, [], 'it is the default already');
  assert.equal(await makeTemplateDefault(cloud, { name: 'line', body: 'a' }), 3, 'the newest with this text');
  assert.deepEqual(acts, ['default 3']);
  await assert.rejects(makeTemplateDefault(cloud, { name: 'line', body: 'gone' }), {
    code: 'template.notInAws',
    data: { name: 'line' },
  });
  const none = account([]);
  await assert.rejects(makeTemplateDefault(none.cloud, { name: 'line', body: 'a' }), { code: 'document.notFound' });
});

test('a hook comes with the template, before a new text, alone, and goes', async () => {
  const { cloud, acts } = account([]);
  const fleet = { ...line, type: 'JITP' as const, hookArn: 'h1' };
  await pushTemplate(cloud, fleet);
  assert.deepEqual(await pushTemplate(cloud, fleet), { made: 'unchanged', version: 1 });
  await pushTemplate(cloud, { ...fleet, body: 'newer', hookArn: 'h2' });
  await pushTemplate(cloud, { ...fleet, body: 'newest', hookArn: undefined });
  assert.deepEqual(await pushTemplate(cloud, { ...fleet, body: 'newest', hookArn: null }), {
    made: 'hook',
    version: 3,
  });
  assert.deepEqual(acts, ['create as role with h1', 'hook h2', 'add', 'add', 'hook null']);
});
