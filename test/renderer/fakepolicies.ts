/** What the fake station says of policies: the same check and the same decisions as a station. */
import type { Params } from '../../app/contract/index.ts';
import { checkPolicy, evaluate, policyStarters } from '../../app/iot/index.ts';

export function policyAnswers(): Record<string, (params: never) => unknown> {
  return {
    'policies.check': ({ text, requests }: Params<'policies.check'>) => {
      const report = checkPolicy(text);
      const document: unknown = report.ok ? JSON.parse(text) : undefined;
      const outcomes = report.ok ? requests.map((request) => evaluate([document], request)) : [];
      return { report, outcomes };
    },
    'policies.starters': () => policyStarters({ region: 'eu-central-1', accountId: '123456789012' }),
  };
}
