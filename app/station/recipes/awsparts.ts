/** What AWS itself runs for a way: the rule, the function and the table of just-in-time registration, and a hook. */
import type { CloudTarget, RecipeInAws } from '../../contract/model.ts';
import { type Said, type SentenceCode, sentence } from '../../contract/sentences.ts';
import { type Account, lookActions, namesOf, policyDocument, type Seen } from '../../registration/index.ts';

export type Finding = RecipeInAws['problems'][number];
export type Told = { problem(finding: Finding): void; warning(finding: Finding): void; found(what: Said): void };

type Look = keyof typeof lookActions;
type Part = { look: Look; name: string; path: string; target: CloudTarget; way: 'jitr' | 'fleet' };

const words = {
  rule: { what: 'rule', missing: 'ruleMissing', found: 'ruleFound' },
  fn: { what: 'function', missing: 'functionMissing', found: 'functionFound' },
  table: { what: 'table', missing: 'tableMissing', found: 'tableFound' },
} as const satisfies Partial<Record<Look, { what: string; missing: SentenceCode; found: SentenceCode }>>;

const page = 'AWS IoT developer guide, "Register a client certificate when the client connects"';

/** Each missing part is a problem with its remedy. What the account does not let us see is a warning that says so. */
export async function lookAtJitr(account: Account, target: CloudTarget, told: Told): Promise<void> {
  const names = namesOf(target);
  const at = { path: 'provisioning.way', target, way: 'jitr' } as const;
  const rule = await account.look.rule(names.rule);
  if (rule.seen === 'there' && !rule.enabled)
    told.problem({
      path: at.path,
      ...sentence('ruleDisabled', { name: names.rule, target: target.name }),
      remedy: sentence('runCommand', {
        command: `aws iot enable-topic-rule --rule-name ${names.rule} --region ${target.region}`,
      }),
      source: page,
    });
  else tell({ ...at, look: 'rule', name: names.rule }, rule, told);
  tell({ ...at, look: 'fn', name: names.jitr }, await account.look.fn(names.jitr), told);
  tell({ ...at, look: 'table', name: names.table }, await account.look.table(names.table), told);
}

/** The function of a template's hook: without it AWS refuses each device. */
export async function lookAtHook(
  account: Account,
  { target, hook, path }: { target: CloudTarget; hook: string; path: string },
  told: Told,
): Promise<void> {
  tell({ look: 'fn', name: hook.split(':')[6] ?? hook, path, target, way: 'fleet' }, await account.look.fn(hook), told);
}

function tell({ look, name, path, target, way }: Part & { look: keyof typeof words }, found: Seen, told: Told): void {
  if (found.seen === 'there') {
    told.found(sentence(words[look].found, { name }));
    return;
  }
  if (found.seen === 'missing') {
    const said: Said = sentence(words[look].missing, { name, target: target.name });
    const command = `birthmark target cloudformation ${target.name} --way ${way}`;
    told.problem({ path, ...said, remedy: sentence('bringSetUp', { command }), source: page });
    return;
  }
  const action = lookActions[look];
  const statement = JSON.stringify(policyDocument([{ action, resource: '*' }]).Statement[0]);
  told.warning({
    path,
    ...sentence('notSeen', { what: words[look].what, name, action }),
    remedy: sentence('addStatement', { statement }),
    source: page,
  });
}
