/** A topic rule is looked for through all pages of the account's list: AWS answers "denied" for one that is not there. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { IoTClient, ListTopicRulesCommand, ListTopicRulesCommandOutput } from '@aws-sdk/client-iot';
import { awsLook } from '../../app/registration/account/awslook.ts';

type Page = Pick<ListTopicRulesCommandOutput, 'rules' | 'nextToken'>;

const pages: Page[] = [
  { rules: [{ ruleName: 'first' }], nextToken: '1' },
  { nextToken: '2' },
  {
    rules: [
      { ruleName: 'off', ruleDisabled: true },
      { ruleName: 'on', ruleDisabled: false },
    ],
  },
];

/** What is seen of a rule, and the tokens with which pages were asked for. */
async function seen(name: string) {
  const asked: (string | undefined)[] = [];
  const client = {
    send: async ({ input }: ListTopicRulesCommand): Promise<Page> => {
      asked.push(input.nextToken);
      return pages[Number(input.nextToken ?? 0)]!;
    },
  };
  const look = awsLook({
    connection: { region: 'eu-central-1' } as never,
    options: {},
    iot: async () => client as unknown as IoTClient,
    keep: (one) => one,
  });
  return { found: await look.rule(name), asked };
}

test('a rule is found on whichever page it is, enabled or not, and no further page is asked for', async () => {
  assert.deepEqual(await seen('first'), { found: { seen: 'there', enabled: true }, asked: [undefined] });
  assert.deepEqual(await seen('on'), { found: { seen: 'there', enabled: true }, asked: [undefined, '1', '2'] });
  assert.deepEqual(await seen('off'), { found: { seen: 'there', enabled: false }, asked: [undefined, '1', '2'] });
});

test('a rule is missing when no page has it', async () => {
  assert.deepEqual(await seen('none'), { found: { seen: 'missing' }, asked: [undefined, '1', '2'] });
});
