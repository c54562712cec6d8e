/** What the fake station says of policies: the same check and the same decisions as a station. */
import type { DocumentView, Params, PolicyInAws, PushedPolicy } from '../../app/contract/index.ts';
import { checkPolicy, evaluate, policyStarters } from '../../app/iot/index.ts';

/**
 * `inAws` are the policies and the templates of the account: the texts of their versions, by number from 1. A deleted
 * one is undefined. Of those that are not in `defaultInAws` the last one is the default.
 */
export function policyAnswers(home: {
  inAws: Record<string, (string | undefined)[]>;
  defaultInAws: Record<string, number>;
  documents: DocumentView[];
}): Record<string, (params: never) => unknown> {
  const describe = ({ name }: { name: string }): PolicyInAws | null => {
    const texts = home.inAws[name];
    if (!texts) return null;
    const chosen = home.defaultInAws[name] ?? texts.length;
    const versions = texts.flatMap((text, index) => {
      const madeAt = `2026-11-2${index}T09:30:00.000Z`;
      return text === undefined ? [] : [{ versionId: `${index + 1}`, isDefault: index + 1 === chosen, madeAt }];
    });
    return { name, arn: `arn:${name}`, document: texts[chosen - 1] ?? '', defaultVersionId: `${chosen}`, versions };
  };
  const versionText = ({ name, versionId }: Params<'policies.versionText'>) => ({
    text: home.inAws[name]?.[Number(versionId) - 1] ?? '',
  });
  const setDefault = ({ name, versionId }: Params<'policies.setDefault'>) => {
    home.defaultInAws[name] = Number(versionId);
    return {};
  };
  const removeVersion = ({ name, versionId }: Params<'policies.removeVersion'>) => {
    const texts = home.inAws[name] ?? [];
    home.defaultInAws[name] ??= texts.length;
    home.inAws[name] = texts.map((text, index) => (index + 1 === Number(versionId) ? undefined : text));
    return {};
  };
  return {
    'policies.describe': describe,
    'policies.versionText': versionText,
    'policies.setDefault': setDefault,
    'policies.removeVersion': removeVersion,
    'templates.describe': describe,
    'templates.versionText': versionText,
    'templates.setDefaultInAws': setDefault,
    'templates.removeVersion': removeVersion,
    'policies.check': ({ text, requests }: Params<'policies.check'>) => {
      const report = checkPolicy(text);
      const document: unknown = report.ok ? JSON.parse(text) : undefined;
      const outcomes = report.ok ? requests.map((request) => evaluate([document], request)) : [];
      return { report, outcomes };
    },
    'policies.push': ({ name, target = 'main' }: Params<'policies.push'>): PushedPolicy => {
      const text = home.documents.findLast((one) => one.name === name)?.text ?? '';
      const texts = [...(home.inAws[name] ?? []), text];
      home.inAws[name] = texts;
      delete home.defaultInAws[name];
      return { target, outcome: 'changed', versionId: `${texts.length}`, pruned: null, warnings: [] };
    },
    'policies.starters': () => policyStarters({ region: 'eu-central-1', accountId: '123456789012' }),
  };
}
