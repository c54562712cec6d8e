import { decide, type Policy } from '../../../iot/index.ts';
import type { Account } from '../account.ts';
import type { Call } from '../http.ts';
import type { Service } from '../service.ts';
import { type Need, needsOf } from './actions.ts';
import { identityPolicy } from './document.ts';
import { arnOf, callerArnOf, type Identity } from './identities.ts';

type Decision = ReturnType<typeof decide>['decision'];

/** The keys that every request has ("AWS global condition context keys", IAM user guide). */
export function contextOf(account: Account, identity: Identity): Record<string, string> {
  return {
    'aws:principalarn': arnOf(account.id, identity),
    'aws:principalaccount': account.id,
    'aws:principaltype': identity.kind === 'user' ? 'User' : 'AssumedRole',
    ...(identity.kind === 'user' && { 'aws:username': identity.name }),
    'aws:requestedregion': account.region,
    'aws:sourceip': '127.0.0.1',
    'aws:securetransport': 'false',
    'aws:currenttime': account.clock.now().toISOString(),
    'aws:epochtime': String(Math.floor(account.clock.now().getTime() / 1000)),
  };
}

/** A task decides several wishes for each of its lines, so that a policy is read once. */
const readPolicies = new WeakMap<Identity, { text: string; policy: Policy }>();
export function policyFor(identity: Identity, text: string): Policy {
  const known = readPolicies.get(identity);
  if (known?.text === text) return known.policy;
  const policy = identityPolicy(text);
  readPolicies.set(identity, { text, policy });
  return policy;
}

/** Decides one wish of an identity. An identity without a policy may do everything. */
export function decisionOf(
  account: Account,
  identity: Identity,
  { action, resource }: Need,
  more: Record<string, string> = {},
): Decision {
  if (identity.policy === undefined) return 'ALLOWED';
  const context = {
    ...contextOf(account, identity),
    ...(action === 'iam:PassRole' && { 'iam:passedtoservice': 'iot.amazonaws.com' }),
    ...more,
  };
  return decide([policyFor(identity, identity.policy)], { action, resource, context }).decision;
}

/** The refusal in AWS's words ("Troubleshoot access denied error messages", IAM user guide), or undefined. */
export function refusalOf(
  account: Account,
  identity: Identity,
  need: Need,
  more?: Record<string, string>,
): string | undefined {
  const decision = decisionOf(account, identity, need, more);
  if (decision === 'ALLOWED') return undefined;
  const why =
    decision === 'EXPLICIT_DENY'
      ? 'with an explicit deny in an identity-based policy'
      : `because no identity-based policy allows the ${need.action} action`;
  // S3 puts the resource in quotes.
  const resource = need.action.startsWith('s3:') ? `"${need.resource}"` : need.resource;
  return `User: ${callerArnOf(account.id, identity)} is not authorized to perform: ${need.action} on resource: ${resource} ${why}`;
}

/** The first thing that a call needs and its caller may not do, in AWS's words. */
export function callRefusal(
  account: Account,
  identity: Identity,
  service: Service,
  operation: string,
  call: Call,
): string | undefined {
  if (identity.policy === undefined) return undefined;
  const more = service === 's3' ? listKeys(call) : {};
  for (const need of needsOf(service, operation, call, account)) {
    const refusal = refusalOf(account, identity, need, more);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/** Condition keys of listings. */
const listKeys = ({ query }: Call): Record<string, string> =>
  Object.fromEntries(
    ['prefix', 'delimiter', 'max-keys'].flatMap((name) => {
      const value = query.get(name);
      return value === null ? [] : [[`s3:${name}`, value]];
    }),
  );
