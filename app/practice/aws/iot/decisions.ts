import { decide as decideOne } from '../../../iot/index.ts';
import { type Account, type Certificate, iotArn, type Policy, type Thing } from '../account.ts';
import { iotError } from '../errors.ts';
import { pemOf } from './holdings.ts';
import { ancestorsOf } from './members.ts';
import { namesOf } from './names.ts';
import type { Handlers } from './operation.ts';
import { documentOf, statementsOf } from './policies.ts';
import { principalOf } from './principals.ts';
import { find } from './records.ts';
import type { policyTable } from './table/policies.ts';
import { parsePem } from './x509.ts';

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
export function policiesOf(
  account: Account,
  certificate: Certificate | undefined,
  thingName: string | undefined,
): Policy[] {
  const thing = thingName === undefined ? undefined : account.state.things.get(thingName);
  const groups = (thing?.groups ?? []).map((name) => find(account, 'groups', name));
  const names = [
    ...(certificate?.policies ?? []),
    ...groups.flatMap((group) => [group, ...ancestorsOf(account, group)]).flatMap(({ policies }) => policies),
  ];
  return [...new Set(names)].map((name) => find(account, 'policies', name));
}

type Context = Record<string, string | string[]>;

/** The variables of a connection with this certificate and client id. */
const contextOf = (account: Account, certificate: Certificate | undefined, clientId: string | undefined): Context => ({
  ...(clientId !== undefined && { 'iot:ClientId': clientId }),
  ...(certificate && certificateContext(certificate)),
  ...thingContext(account, certificate, clientId),
});

/** Variables of the certificate ("X.509 certificate policy variables", developer guide). They stay as they are. */
export function certificateContext(certificate: Certificate): Context {
  const { raw, x509 } = parsePem(pemOf(certificate));
  return {
    'iot:CertificateId': certificate.certificateId,
    'iot:Certificate.SerialNumber': x509.serialNumber,
    ...variablesOf('Subject', raw),
    ...variablesOf('Issuer', raw),
  };
}

/** The first value has the plain name, the second one `.1`, and so on; `.List` has them all. */
function variablesOf(side: 'Subject' | 'Issuer', raw: Buffer): Context {
  const all = Map.groupBy(namesOf(raw, side), ([name]) => `iot:Certificate.${side}.${name}`);
  return Object.fromEntries(
    [...all].flatMap(([name, named]) => {
      const values = named.map(([, value]) => value);
      return [
        ...values.map((value, at): [string, string] => [at === 0 ? name : `${name}.${at}`, value]),
        [`${name}.List`, values] as const,
      ];
    }),
  );
}

/** Variables of the thing ("Thing policy variables", developer guide). "If the certificate is not associated with the thing, this variable won't be resolved." */
export function thingContext(
  account: Account,
  certificate: Certificate | undefined,
  clientId: string | undefined,
): Context {
  const thing = thingOf(account, certificate, clientId);
  if (thing === undefined) return { 'iot:Connection.Thing.IsAttached': 'false' };
  return {
    'iot:Connection.Thing.ThingName': thing.name,
    'iot:Connection.Thing.IsAttached': 'true',
    ...(thing.typeName !== undefined && { 'iot:Connection.Thing.ThingTypeName': thing.typeName }),
    ...prefixed('iot:Connection.Thing.Attributes', thing.attributes),
  };
}

/** The thing that connects: its name is the client id, or the certificate is attached to it alone ("Exclusive thing"). */
export function thingOf(
  account: Account,
  certificate: Certificate | undefined,
  clientId: string | undefined,
): Thing | undefined {
  if (certificate === undefined || clientId === undefined) return undefined;
  for (const name of account.links.thingsOf.get(certificate.certificateId)) {
    const thing = account.state.things.get(name);
    const attached = thing?.principals.find(({ id }) => id === certificate.certificateId);
    if (attached?.type === 'EXCLUSIVE_THING' || (attached && name === clientId)) return thing;
  }
  return undefined;
}

const prefixed = (prefix: string, values: Record<string, string>): Context =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}[${name}]`, value]));

/** An explicit deny of any resource denies, and only an allow of every resource allows. */
function decide(account: Account, policies: Policy[], action: string, resources: string[], context: Context) {
  const decided = policies.map((policy) => ({
    policy,
    all: resources.map((resource) => decideOne([statementsOf(policy)], { action, resource, context }).decision),
  }));
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
