import { createHash } from 'node:crypto';
import type { Account, Certificate, Policy, Thing } from '../account.ts';
import { iotError, ServiceError } from '../errors.ts';
import { provisioningNeeds, roleRefusal } from '../permissions/role.ts';
import { attachPolicy } from './attachments.ts';
import { setBillingGroup } from './billing.ts';
import { fill, type Resource, readTemplate, type Template } from './grammar.ts';
import { certificateArn, findCertificate, pemOf, setStatus } from './holdings.ts';
import { addToGroup, removeFromGroup } from './members.ts';
import type { Handlers } from './operation.ts';
import { createPolicy } from './policies.ts';
import { attachPrincipal } from './principals.ts';
import { find } from './records.ts';
import { issueFromCsr, registerCertificate } from './register.ts';
import { type Type, text } from './shapes.ts';
import type { thingTable } from './table/things.ts';
import { createThing, thingArn, updateThing } from './things.ts';
import {
  attributePayload,
  billingGroupName,
  certificateId,
  certificateSigningRequest,
  certificatePem as pem,
  policyDocument,
  policyName,
  thingName,
  thingPrincipalType,
} from './types.ts';
import { parsePem } from './x509.ts';

export type Provisioned = {
  certificatePem: string;
  resourceArns: Record<string, string>;
  thingName?: string;
  deviceConfiguration: Record<string, unknown>;
};

export const registerHandlers: Handlers<Pick<typeof thingTable, 'RegisterThing'>> = {
  RegisterThing: (input, account) => {
    const parameters = new Map(Object.entries(input.parameters ?? {}));
    const { certificatePem, resourceArns } = provision(account, readTemplate(input.templateBody), parameters);
    return { certificatePem, resourceArns };
  },
};

/**
 * Makes what the template says for one set of parameters: certificate, policies, thing, then the attachments. Resources
 * made before a refusal stay, because AWS documents no roll-back.
 * @param roleArn the role in whose name it is done. Absent: the caller's own permission was enough.
 * @throws ServiceError ResourceRegistrationFailureException – names the refusal of the step that failed
 */
export function provision(
  account: Account,
  template: Template,
  parameters: ReadonlyMap<string, string>,
  roleArn?: string,
): Provisioned {
  try {
    const { resources, deviceConfiguration } = fill(template, parameters);
    const denied =
      roleArn === undefined ? undefined : roleRefusal(account, roleArn, provisioningNeeds(account, resources));
    if (denied !== undefined) throw iotError('AccessDeniedException', denied);
    const of = (kind: string) => resources.filter(({ type }) => type === `AWS::IoT::${kind}`);
    const [certificate] = of('Certificate').map((resource) => makeCertificate(account, resource));
    const policies = of('Policy').map((resource) => makePolicy(account, resource));
    const [thing] = of('Thing').map((resource) => makeThing(account, resource));
    if (certificate) {
      for (const { made } of policies) attachPolicy(account, made, certificate.made);
      if (thing) attachPrincipal(account, thing.made, certificate.made, certificate.principalType);
      // A certificate that waits for this stays pending until all the rest is done ("Just-in-time provisioning").
      if (certificate.made.status === 'PENDING_ACTIVATION') setStatus(account, certificate.made, certificate.status);
    }
    const arns = [
      ...(thing ? [[thing.logicalName, thingArn(account, thing.made)] as const] : []),
      ...(certificate ? [[certificate.logicalName, certificateArn(account, certificate.made)] as const] : []),
      ...policies.filter(({ own }) => own).map(({ logicalName, made }) => [logicalName, made.arn] as const),
    ];
    return {
      certificatePem: certificate ? pemOf(certificate.made) : '',
      resourceArns: Object.fromEntries(arns),
      ...(thing && { thingName: thing.made.name }),
      deviceConfiguration,
    };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw iotError('ResourceRegistrationFailureException', `${error.name}: ${error.message}`);
  }
}

function makeCertificate(account: Account, resource: Resource) {
  const read = reader(resource);
  const status = read('Status', statusType) ?? 'ACTIVE';
  const principalType = read('ThingPrincipalType', thingPrincipalType) ?? 'NON_EXCLUSIVE_THING';
  const about = { logicalName: resource.logicalName, status, principalType };
  const csr = read('CertificateSigningRequest', certificateSigningRequest);
  if (csr !== undefined) {
    return { ...about, made: issueFromCsr(account, csr, status) };
  }
  const id = read('CertificateId', certificateId);
  const certificatePem = read('CertificatePem', pem);
  const known = id === undefined ? knownCertificate(account, certificatePem) : findCertificate(account, id);
  if (known) {
    // An override setting is about a certificate that was in use before.
    const differs = known.status !== status && known.status !== 'PENDING_ACTIVATION';
    apply(resource, 'Status', differs, true, () => setStatus(account, known, status));
    return { ...about, made: known };
  }
  if (certificatePem === undefined) throw iotError('InvalidRequestException', 'The certificate has no value.');
  const made = registerCertificate(account, certificatePem, read('CACertificatePem', pem), status);
  return { ...about, made };
}

function makeThing(account: Account, resource: Resource): { logicalName: string; made: Thing } {
  const read = reader(resource);
  const name = read('ThingName', thingName);
  if (name === undefined) throw iotError('InvalidRequestException', 'ThingName has no value.');
  if (resource.properties.PackageVersions !== undefined) {
    throw iotError('InvalidRequestException', 'The practice AWS has no software packages.');
  }
  const typeName = read('ThingTypeName', thingName);
  const attributes = read('AttributePayload', (raw, where) => attributePayload({ attributes: raw }, where).attributes);
  const groups = read('ThingGroups', (raw, where) =>
    Array.isArray(raw) ? raw.map((item) => thingName(item, where)) : [thingName(raw, where)],
  );
  const billingGroup = read('BillingGroup', billingGroupName);
  if (billingGroup !== undefined) find(account, 'billingGroups', billingGroup);
  const wanted = (groups ?? []).map((group) => find(account, 'groups', group));
  const known = account.state.things.get(name);
  if (!known) {
    const made = createThing(account, name, typeName, attributes ?? {}, billingGroup);
    for (const group of wanted) addToGroup(account, made, group);
    return { logicalName: resource.logicalName, made };
  }
  apply(resource, 'ThingTypeName', typeName !== known.typeName, typeName !== undefined, () =>
    updateThing(account, known, typeName, undefined),
  );
  apply(resource, 'AttributePayload', differs(known.attributes, attributes ?? {}), attributes !== undefined, (merge) =>
    updateThing(account, known, known.typeName, { attributes: attributes ?? {}, merge }),
  );
  const names = wanted.map((group) => group.name);
  const joins = names.some((group) => !known.groups.includes(group));
  const leaves = known.groups.some((group) => !names.includes(group));
  apply(resource, 'ThingGroups', joins || leaves, groups !== undefined, (merge) => {
    if (!merge)
      for (const group of known.groups.filter((one) => !names.includes(one))) removeFromGroup(account, known, group);
    for (const group of wanted) addToGroup(account, known, group);
  });
  if (billingGroup !== undefined) setBillingGroup(account, known, billingGroup);
  return { logicalName: resource.logicalName, made: known };
}

function makePolicy(account: Account, resource: Resource): { logicalName: string; made: Policy; own: boolean } {
  const read = reader(resource);
  const name = read('PolicyName', policyName);
  if (name !== undefined) {
    return { logicalName: resource.logicalName, made: find(account, 'policies', name), own: false };
  }
  const document = read('PolicyDocument', (raw, where) =>
    policyDocument(typeof raw === 'object' ? JSON.stringify(raw) : raw, where),
  );
  if (document === undefined) throw iotError('InvalidRequestException', 'The policy has no value.');
  const hash = createHash('sha1').update(document).digest('hex').toUpperCase();
  const made = account.state.policies.get(hash) ?? createPolicy(account, hash, document);
  return { logicalName: resource.logicalName, made, own: true };
}

/** Whether the thing's attributes are others than the template's. */
const differs = (known: Record<string, string>, wanted: Record<string, string>): boolean =>
  Object.keys(known).length !== Object.keys(wanted).length ||
  Object.entries(wanted).some(([key, value]) => known[key] !== value);

/**
 * Applies an override setting to a difference between a resource that is there and the template. The default is
 * DO_NOTHING. REPLACE is done also where the template says nothing (`given` is false): then the property is emptied. The
 * other settings have nothing to do there.
 */
function apply(
  resource: Resource,
  property: string,
  isDifferent: boolean,
  given: boolean,
  change: (merge: boolean) => void,
): void {
  const setting = resource.override(property);
  if (!isDifferent || setting === 'DO_NOTHING' || (!given && setting !== 'REPLACE')) return;
  if (setting === 'FAIL')
    throw iotError('ResourceAlreadyExistsException', `${resource.logicalName} exists with another ${property}.`);
  change(setting === 'MERGE');
}

function reader({ logicalName, properties }: Resource) {
  return <T>(property: string, type: Type<T>): T | undefined => {
    const value = properties[property];
    return value === undefined ? undefined : type(value, `${logicalName}.${property}`);
  };
}

function knownCertificate(account: Account, certificatePem: string | undefined): Certificate | undefined {
  return certificatePem === undefined ? undefined : account.state.certificates.get(parsePem(certificatePem).id);
}

/** The grammar says ACTIVE | INACTIVE, but AWS's own examples write "Active". */
const statusType: Type<'ACTIVE' | 'INACTIVE'> = (raw, name) => {
  const status = text(1, 10)(raw, name).toUpperCase();
  if (status === 'ACTIVE' || status === 'INACTIVE') return status;
  throw iotError('InvalidRequestException', `${name} must be ACTIVE or INACTIVE.`);
};
