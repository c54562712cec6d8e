/** What the fake station says of policies: the same check and the same decisions as a station. */
import type { DocumentView, Params, PolicyInAws, PushedPolicy } from '../../app/contract/index.ts';
import { checkPolicy, evaluate, policyStarters } from '../../app/iot/index.ts';

/** `inAws` are the policies of the account: the texts of their versions, the last one the default. */
export function policyAnswers(home: {
  inAws: Record<string, string[]>;
  documents: DocumentView[];
}): Record<string, (params: never) => unknown> {
  return {
    'policies.check': ({ text, requests }: Params<'policies.check'>) => {
      const report = checkPolicy(text);
      const document: unknown = report.ok ? JSON.parse(text) : undefined;
      const outcomes = report.ok ? requests.map((request) => evaluate([document], request)) : [];
      return { report, outcomes };
    },
    'policies.describe': ({ name }: Params<'policies.describe'>): PolicyInAws | null => {
      const texts = home.inAws[name];
      if (!texts) return null;
      const versions = texts.map((_, index) => ({
        versionId: `${index + 1}`,
        isDefault: index === texts.length - 1,
        madeAt: null,
      }));
      return { name, arn: `arn:${name}`, document: texts.at(-1) ?? '', defaultVersionId: `${texts.length}`, versions };
    },
    'policies.push': ({ name, target = 'main' }: Params<'policies.push'>): PushedPolicy => {
      const text = home.documents.findLast((one) => one.name === name)?.text ?? '';
      const texts = [...(home.inAws[name] ?? []), text];
      home.inAws[name] = texts;
      return { target, outcome: 'changed', versionId: `${texts.length}`, pruned: null, warnings: [] };
    },
    'policies.starters': () => policyStarters({ region: 'eu-central-1', accountId: '123456789012' }),
  };
}
