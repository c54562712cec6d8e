/** Templates put in place in AWS: created once, then version by version, and never more than AWS keeps. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CloudTemplates } from '../../app/registration/cloud.ts';
import { pushTemplate } from '../../app/registration/index.ts';

/** An account with this template, by its versions; the last one is the default. */
function account(bodies: string[], type: 'JITP' | 'FLEET_PROVISIONING' = 'JITP') {
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
      const last = versions.at(-1);
      return last && { ...last, type, enabled: true };
    },
    createTemplate: async ({ body, roleArn }) => {
      acts.push(`create as ${roleArn}`);
      return add(body);
    },
    addTemplateVersion: async ({ body }) => {
      acts.push('add');
      return add(body);
    },
    listTemplateVersions: async () =>
      versions.map(({ version }) => ({ version, isDefault: version === versions.at(-1)?.version })),
    removeTemplateVersion: async ({ version }) => {
      acts.push(`remove ${version}`);
      versions = versions.filter((one) => one.version !== version);
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
