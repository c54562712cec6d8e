import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkPolicy } from '../../app/iot/policies/check.ts';
import { evaluate } from '../../app/iot/policies/evaluate.ts';
import { policyStarters } from '../../app/iot/policies/starters.ts';

/** What each starter says to its own rows, in their order. */
const expected: Record<string, string> = {
  device: 'yes yes no no',
  claim: 'yes yes no',
  jitr: 'yes no',
  trustedUser: 'yes no',
  shadow: 'yes yes no no',
  jobs: 'yes yes yes',
};

describe('policies to begin with', () => {
  const starters = policyStarters({ region: 'eu-central-1', accountId: '210987654321' });

  test('there is one for each way', () => {
    assert.deepEqual(
      starters.map(({ name }) => name),
      Object.keys(expected),
    );
  });

  for (const { name, text, rows } of starters) {
    test(`${name} has no finding, and its rows show what it allows`, () => {
      const { ok, warnings } = checkPolicy(text);
      assert.ok(ok);
      // The policy of a trusted user is for IAM, which the check of IoT policies says.
      assert.deepEqual(
        warnings.map(({ path }) => path),
        name === 'trustedUser' ? ['/Statement/0/Action'] : [],
      );
      const decisions = rows.map((row) => (evaluate([JSON.parse(text)], row).decision === 'ALLOWED' ? 'yes' : 'no'));
      assert.equal(decisions.join(' '), expected[name]);
      assert.ok(rows.every(({ resource }) => resource.startsWith('arn:aws:iot:eu-central-1:210987654321:')));
    });
  }
});
