import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { pushPolicy } from '../../app/registration/index.ts';
import { practice } from '../practice/support.ts';
import { cloudOf } from './support.ts';

const text = (topic: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: 'iot:Publish', Resource: `arn:aws:iot:us-east-1:123456789012:topic/${topic}` },
    ],
  });

describe('policies in AWS', () => {
  test('a policy is made, changed, and left as it is when it says the same already', async (t) => {
    const { policies } = await cloudOf(t, await practice(t));
    const push = (topic: string) => pushPolicy(policies, { name: 'p+=,.@-', text: text(topic), prune: false });
    assert.deepEqual(await push('a'), { outcome: 'made', versionId: '1', pruned: null });
    assert.deepEqual(await push('b'), { outcome: 'changed', versionId: '2', pruned: null });
    const spaced = JSON.stringify(JSON.parse(text('b')), null, 4);
    const same = await pushPolicy(policies, { name: 'p+=,.@-', text: spaced, prune: false });
    assert.deepEqual(same, { outcome: 'same', versionId: '2', pruned: null });
    const there = await policies.describe('p+=,.@-');
    assert.deepEqual([there?.document, there?.defaultVersionId], [text('b'), '2']);
    assert.deepEqual(
      there?.versions.map(({ versionId, isDefault }) => [versionId, isDefault]),
      [
        ['1', false],
        ['2', true],
      ],
    );
    assert.equal(await policies.describe('none'), undefined);
    assert.ok((await policies.list()).includes('p+=,.@-'));
  });

  test('a sixth version needs consent, and then the oldest that is not in use goes', async (t) => {
    const { policies } = await cloudOf(t, await practice(t));
    const push = (topic: string, prune: boolean) => pushPolicy(policies, { name: 'p', text: text(topic), prune });
    for (const topic of ['1', '2', '3', '4', '5']) await push(topic, false);
    const refusal = { code: 'cloud.policyFull', data: { name: 'p', versionId: '1' } };
    await assert.rejects(push('6', false), refusal);
    assert.equal((await policies.describe('p'))?.document, text('5'), 'nothing was changed');
    assert.deepEqual(await push('6', true), { outcome: 'changed', versionId: '6', pruned: '1' });
    assert.deepEqual(
      (await policies.describe('p'))?.versions.map(({ versionId }) => versionId),
      ['2', '3', '4', '5', '6'],
    );
  });

  test("AWS's refusals leave as they are", async (t) => {
    const { policies } = await cloudOf(t, await practice(t));
    await assert.rejects(policies.create('p', '{}'), ({ code, data }) => {
      assert.deepEqual(
        [code, data.operation, data.awsError],
        ['cloud.refused', 'CreatePolicy', 'MalformedPolicyException'],
      );
      return true;
    });
  });

  test('every policy of the account is listed', async (t) => {
    const { policies } = await cloudOf(t, await practice(t));
    const names = Array.from({ length: 260 }, (_, index) => `policy-${String(index).padStart(3, '0')}`);
    for (const name of names) await policies.create(name, text(name));
    assert.deepEqual((await policies.list()).filter((name) => name.startsWith('policy-')).sort(), names);
  });
});
