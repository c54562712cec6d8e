import { evaluate } from '../../../iot/index.ts';
import { type Account, type Certificate, iotArn, type Policy } from '../account.ts';
import { iotError } from '../errors.ts';
import { pemOf } from './holdings.ts';
import { ancestorsOf } from './members.ts';
import type { Handlers } from './operation.ts';
import { documentOf } from './policies.ts';
import { principalOf } from './principals.ts';
import { find } from './records.ts';
import type { policyTable } from './table/policies.ts';
import { parsePem, subjectVariables } from './x509.ts';

/** What a device with a certificate may do, by the policies of the account. */

type DecisionHandlers = Handlers<Pick<typeof policyTable, 'TestAuthorization' | 'GetEffectivePolicies'>>;
const actions = { PUBLISH: 'iot:Publish', SUBSCRIBE: 'iot:Subscribe', RECEIVE: 'iot:Receive', CONNECT: 'iot:Connect' };

export const decisionHandlers: DecisionHandlers = {
  TestAuthorization: (input, account) => {
    const certificate = certificateOf(account, input);
    const skipped = new Set(input.policyNamesToSkip ?? []);
    const policies = [
      ...policiesOf(account, certificate, input.clientId).filter(({ name }) => !skipped.has(name)),
      ...(input.policyNamesToAdd ?? []).map((name) => find(account, 'policies', name)),
    ];
    const context = contextOf(account, certificate, input.clientId);
    return {
      authResults: input.authInfos.map((authInfo) => {
        const { actionType = 'CONNECT', resources } = authInfo;
        return { authInfo, ...decide(account, policies, actions[actionType], resources, context) };
      }),
    };
  },

  GetEffectivePolicies: (input, account) => ({
    effectivePolicies: policiesOf(account, certificateOf(account, input), input.thingName).map((policy) => ({
      ...named(account, policy),
      policyDocument: documentOf(policy),
    })),
  }),
};

type Principal = { principal?: string | undefined; cognitoIdentityPoolId?: string | undefined };

function certificateOf(account: Account, { principal, cognitoIdentityPoolId }: Principal): Certificate | undefined {
  if (cognitoIdentityPoolId !== undefined) {
    throw iotError('InvalidRequestException', 'The practice AWS has no identity pools of Cognito.');
  }
  return principal === undefined ? undefined : principalOf(account, principal);
}

/**
 * The policies of the certificate, and those of the groups of the thing that connects. Policies of groups count only
 * for a client whose id is the name of the thing ("Thing group policies", AWS IoT developer guide).
 */
function policiesOf(account: Account, certificate: Certificate | undefined, thingName: string | undefined): Policy[] {
  const thing = thingName === undefined ? undefined : account.state.things.get(thingName);
  const groups = (thing?.groups ?? []).map((name) => find(account, 'groups', name));
  const names = [
    ...(certificate?.policies ?? []),
    ...groups.flatMap((group) => [group, ...ancestorsOf(account, group)]).flatMap(({ policies }) => policies),
  ];
  return [...new Set(names)].map((name) => find(account, 'policies', name));
}

type Context = Record<string, string>;

function contextOf(account: Account, certificate: Certificate | undefined, clientId: string | undefined): Context {
  const thing = clientId === undefined ? undefined : account.state.things.get(clientId);
  const attached = certificate && thing?.principals.some(({ id }) => id === certificate.certificateId);
  return {
    ...(clientId !== undefined && { 'iot:ClientId': clientId }),
    ...(thing && {
      'iot:Connection.Thing.ThingName': thing.name,
      'iot:Connection.Thing.IsAttached': String(attached ?? false),
      ...(thing.typeName !== undefined && { 'iot:Connection.Thing.ThingTypeName': thing.typeName }),
      ...prefixed('iot:Connection.Thing.Attributes', thing.attributes),
    }),
    ...(certificate && {
      'iot:CertificateId': certificate.certificateId,
      ...subjectVariables(parsePem(pemOf(certificate))),
    }),
  };
}

const prefixed = (prefix: string, values: Record<string, string>): Context =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}[${name}]`, value]));

/** An explicit deny of any resource denies, and only an allow of every resource allows. */
function decide(account: Account, policies: Policy[], action: string, resources: string[], context: Context) {
  const decided = policies.map((policy) => {
    const document: unknown = JSON.parse(documentOf(policy));
    return {
      policy,
      all: resources.map((resource) => evaluate([document], { action, resource, context }).decision),
    };
  });
  const that = (wanted: string) =>
    decided.filter(({ all }) => all.includes(wanted as never)).map(({ policy }) => named(account, policy));
  const denying = that('EXPLICIT_DENY');
  const allowed = resources.every((_, at) => decided.some(({ all }) => all[at] === 'ALLOWED'));
  const authDecision = denying.length > 0 ? 'EXPLICIT_DENY' : allowed ? 'ALLOWED' : 'IMPLICIT_DENY';
  const variables = decided.flatMap(({ policy }) => [...documentOf(policy).matchAll(/\$\{((?:iot|aws):[^}]+)\}/g)]);
  return {
    authDecision,
    allowed: { policies: authDecision === 'ALLOWED' ? that('ALLOWED') : [] },
    denied: {
      implicitDeny: { policies: authDecision === 'IMPLICIT_DENY' ? policies.map((one) => named(account, one)) : [] },
      explicitDeny: { policies: denying },
    },
    missingContextValues: [...new Set(variables.map(([, name = '']) => name))].filter((name) => !(name in context)),
  };
}

const named = (account: Account, { name }: Policy) => ({
  policyName: name,
  policyArn: iotArn(account, `policy/${name}`),
});
