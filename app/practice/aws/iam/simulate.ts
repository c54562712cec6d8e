import { decide, type Policy } from '../../../iot/index.ts';
import type { Account } from '../account.ts';
import { queryError } from '../errors.ts';
import type { Call, Reply } from '../http.ts';
import { identityPolicy } from '../permissions/document.ts';
import { contextOf, policyFor } from '../permissions/guard.ts';
import { arnOf, type Identity, newIdentity } from '../permissions/identities.ts';
import { formOf, listIn, queryReply } from '../query.ts';
import type { Node } from '../xml.ts';

const known =
  /^(Action|Version|PolicySourceArn|CallerArn|MaxItems|Marker|(ActionNames|ResourceArns|PolicyInputList)\.member\.\d+|ContextEntries\.member\.\d+\.(ContextKeyName|ContextKeyType|ContextKeyValues\.member\.\d+))$/;
const everything = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}';
const words = { ALLOWED: 'allowed', EXPLICIT_DENY: 'explicitDeny', IMPLICIT_DENY: 'implicitDeny' };

/**
 * Answers "may I": each action on each resource, decided by the policy of a user or role ("SimulatePrincipalPolicy", IAM
 * API reference). Of a context entry the first value counts.
 * @throws ServiceError InvalidInput, NoSuchEntity, PolicyEvaluation
 */
export function simulatePrincipalPolicy(call: Call, account: Account, requestId: string): Reply {
  const form = formOf(call);
  const strange = [...form.keys()].find((name) => !known.test(name));
  if (strange !== undefined) throw queryError('InvalidInput', `The practice AWS does not offer ${strange}.`);
  const source = identityOf(account, form.get('PolicySourceArn') ?? '');
  const actions = listIn(form, 'ActionNames');
  if (actions.length === 0) throw queryError('ValidationError', 'ActionNames must not be empty.');
  const bad = actions.find((action) => !/^[a-zA-Z0-9-]+:[a-zA-Z0-9]+$/.test(action));
  if (bad !== undefined) throw queryError('InvalidInput', `Invalid action: ${bad}`);
  const resources = listIn(form, 'ResourceArns');
  const policies = [
    policyFor(source, source.policy ?? everything),
    ...listIn(form, 'PolicyInputList').map(givenPolicy),
  ];
  const context: Record<string, string> = { ...contextOf(account, source), ...givenContext(form) };
  const keys = policies.flatMap(({ statements }) => statements.flatMap((one) => one.conditions.map(({ key }) => key)));
  const missing = [...new Set(keys)].filter((key) => context[key.toLowerCase()] === undefined);
  const results = actions.flatMap((action) =>
    (resources.length === 0 ? ['*'] : resources).map((resource): Node => {
      const { decision, document, statement } = decide(policies, { action, resource, context });
      const matched =
        statement === undefined ? [] : [{ SourcePolicyId: `practice:${source.name}:${document}:${statement + 1}` }];
      return {
        EvalActionName: action,
        EvalResourceName: resource,
        EvalDecision: words[decision],
        MatchedStatements: { member: matched },
        MissingContextValues: { member: missing },
      };
    }),
  );
  const from = Number(form.get('Marker') ?? 0);
  const to = from + Number(form.get('MaxItems') ?? 100);
  const more = to < results.length;
  return queryReply(
    'iam',
    'SimulatePrincipalPolicy',
    {
      IsTruncated: more,
      Marker: more ? to : undefined,
      EvaluationResults: { member: results.slice(from, to) },
    },
    requestId,
  );
}

/** @throws ServiceError InvalidInput, NoSuchEntity */
function identityOf(account: Account, arn: string): Identity {
  if (!/^arn:aws:iam::\d{12}:(user|role)\/./.test(arn)) {
    throw queryError('InvalidInput', `${arn} is not the ARN of a user or role.`);
  }
  const found = [...account.state.identities.values()].find((identity) => arnOf(account.id, identity) === arn);
  // An account in which any role will do has each, and each may do everything.
  const name = arn.slice(arn.lastIndexOf('/') + 1);
  if (!found && arn.includes(':role/') && account.roleArn === undefined) return newIdentity(name, 'role');
  if (!found) throw queryError('NoSuchEntity', `The identity ${arn} cannot be found.`);
  return found;
}

function givenPolicy(text: string): Policy {
  try {
    return identityPolicy(text);
  } catch (error) {
    throw queryError('InvalidInput', error instanceof Error ? error.message : 'The policy is malformed.');
  }
}

function givenContext(form: URLSearchParams): Record<string, string> {
  const entries: Record<string, string> = {};
  for (let at = 1; form.has(`ContextEntries.member.${at}.ContextKeyName`); at += 1) {
    const value = form.get(`ContextEntries.member.${at}.ContextKeyValues.member.1`);
    const name = form.get(`ContextEntries.member.${at}.ContextKeyName`) ?? '';
    if (value !== null) entries[name.toLowerCase()] = value;
  }
  return entries;
}
