/**
 * Authenticated Amazon Cognito identities are allowed what both policies allow: the IAM policy of the identity pool's
 * role, and the IoT policy that is attached to the identity. Unauthenticated identities have the role's only
 * ("Authorization with Amazon Cognito identities", AWS IoT developer guide).
 */
import type { CheckFinding, CheckReport } from '../../contract/findings.ts';
import type { PolicyOutcome, PolicyRequest } from '../../contract/policies.ts';
import { sentence } from '../../contract/sentences.ts';
import { readJson } from '../positions.ts';
import { policyDocument } from './document.ts';
import { evaluate } from './evaluate.ts';
import { inspect } from './inspect.ts';
import { actions } from './vocabulary.ts';
import { matchesAction, variablesIn } from './wildcard.ts';

const page = 'AWS IoT Core developer guide, "Authorization with Amazon Cognito identities"';

/** The decision for an authenticated identity, and what its IoT policies and the role's policy say. */
export function evaluateCognito(iotPolicies: readonly unknown[], rolePolicy: unknown, request: PolicyRequest) {
  const iot = evaluate(iotPolicies, request);
  const iam = evaluate([rolePolicy], request);
  const both = [iot, iam].map(({ decision }) => decision);
  const decision: PolicyOutcome['decision'] = both.includes('EXPLICIT_DENY')
    ? 'EXPLICIT_DENY'
    : both.includes('IMPLICIT_DENY')
      ? 'IMPLICIT_DENY'
      : 'ALLOWED';
  return { decision, iot, iam };
}

/** What one of the policies allows and the other does not, as warnings about the first one. Both texts are JSON. */
export function checkCognito(iotText: string, roleText: string): { iot: CheckFinding[]; iam: CheckReport } {
  const role = readJson(roleText);
  const parsed = policyDocument.safeParse(role.value);
  if (role.broken || !parsed.success) {
    const said = role.broken ? sentence('notJson', { why: role.broken }) : sentence('notIamPolicy');
    const { line, column } = role.broken ?? role.placeOf('');
    const problem = {
      path: '',
      line,
      column,
      ...said,
      source: 'IAM User Guide, "Grammar of the IAM JSON policy language"',
    };
    return { iot: [], iam: { ok: false, problems: [problem], warnings: [] } };
  }
  const iot = oneSided(iotText, role.value, 'roleDenies');
  const warnings = oneSided(roleText, readJson(iotText).value, 'identityDenies');
  return { iot, iam: { ok: true, problems: [], warnings } };
}

/** The data-plane requests that a policy allows by its own words, and that the other one does not allow. */
function oneSided(text: string, other: unknown, code: 'roleDenies' | 'identityDenies'): CheckFinding[] {
  const { value, placeOf } = readJson(text);
  const parsed = policyDocument.safeParse(value);
  if (!parsed.success) return [];
  const isList = Array.isArray((value as { Statement?: unknown }).Statement);
  return inspect(parsed.data, isList)
    .filter(({ effect, notAction, notResource }) => effect === 'Allow' && !notAction && !notResource)
    .flatMap((one) =>
      one.actions.flatMap((action) => {
        const names = Object.keys(actions).filter((name) => matchesAction(action.text, name));
        const lacking = names.filter((name) =>
          one.resources.some((resource) => !isAllowed(other, name, resource.text) && isAbout(name, resource.text)),
        );
        if (lacking.length === 0) return [];
        const all = lacking.length === names.length && names.length > 1 ? action.text : lacking.join(', ');
        return [{ path: action.path, ...placeOf(action.path), ...sentence(code, { actions: all }), source: page }];
      }),
    );
}

const isAbout = (action: string, resource: string): boolean =>
  resource === '*' || (actions[action] ?? []).some((type) => resource.includes(`:${type}/`) || resource.endsWith(':*'));

/** Asks with a sample of the resource: each wildcard and each variable stands for one name. */
function isAllowed(other: unknown, action: string, resource: string): boolean {
  const type = actions[action]?.[0];
  const whole = resource === '*' && type !== undefined ? `arn:aws:iot:us-east-1:123456789012:${type}/sample` : resource;
  const names = variablesIn(whole);
  const sample = whole
    .replace(/\$\{([^{}*?$]+)\}/g, 'sample')
    .replace(/^(arn:[^:]*:[^:]*:)\*:/, '$1us-east-1:')
    .replace(/^(arn:[^:]*:[^:]*:[^:]*:)\*:/, '$1123456789012:')
    .replace(/:\*$/, `:${type ?? 'topic'}/sample`)
    .replace(/[*?]/g, 'x');
  const context = Object.fromEntries(['cognito-identity.amazonaws.com:sub', ...names].map((name) => [name, 'sample']));
  return evaluate([other], { action, resource: sample, context }).decision === 'ALLOWED';
}
