import { createHash } from 'node:crypto';
import type { Account, Certificate, Policy, Thing } from '../account.ts';
import { iotError, ServiceError } from '../errors.ts';
import { findCertificate, registerCertificate, setStatus } from './certificates.ts';
import { addToGroup, findGroup } from './groups.ts';
import { attachPolicy, createPolicy, findPolicy } from './policies.ts';
import {
  attributePayload,
  body,
  certificateId,
  map,
  needBody,
  operation,
  pem,
  policyName,
  type Type,
  templateBody,
  text,
  thingName,
} from './shapes.ts';
import { type Resource, readTemplate, resolveValue, type Template } from './template.ts';
import { attachPrincipal, createThing, updateThing } from './things.ts';
import { idOf, parsePem } from './x509.ts';

export type Provisioned = { certificatePem: string; resourceArns: Record<string, string> };

export const provisioningOperations = {
  RegisterThing: operation(
    'POST',
    '/things',
    { templateBody: needBody(templateBody), parameters: body(map(text(0, 2048), text(0, 4096))) },
    (input, account) =>
      provision(account, readTemplate(input.templateBody), new Map(Object.entries(input.parameters ?? {}))),
  ),
};

/**
 * Makes what the template says for one set of parameters: certificate, thing, policies, then the attachments. Resources
 * made before a refusal stay, because AWS documents no roll-back.
 * @throws ServiceError ResourceRegistrationFailureException – names the refusal of the step that failed
 */
export function provision(account: Account, template: Template, parameters: ReadonlyMap<string, string>): Provisioned {
  const scope = { account, template, parameters };
  const of = (kind: Resource['kind']) => template.resources.filter((resource) => resource.kind === kind);
  try {
    const [certificate] = of('certificate').map((resource) => makeCertificate(scope, resource));
    const [thing] = of('thing').map((resource) => makeThing(scope, resource));
    const policies = of('policy').map((resource) => makePolicy(scope, resource));
    if (certificate) {
      for (const { made } of policies) attachPolicy(account, made, certificate.made);
      if (thing) attachPrincipal(account, thing.made, certificate.made.arn, certificate.principalType);
    }
    const named = [thing, certificate, ...policies.filter((policy) => policy.own)].filter(
      (resource) => resource !== undefined,
    );
    return {
      certificatePem: certificate?.made.pem ?? '',
      resourceArns: Object.fromEntries(named.map(({ logicalName, made }) => [logicalName, made.arn])),
    };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw iotError('ResourceRegistrationFailureException', `${error.name}: ${error.message}`);
  }
}

type Scope = { account: Account; template: Template; parameters: ReadonlyMap<string, string> };

function makeCertificate(scope: Scope, resource: Resource) {
  const { account } = scope;
  const read = reader(scope, resource);
  if (resource.properties.CertificateSigningRequest !== undefined) {
    throw iotError('InvalidRequestException', 'The practice AWS has no CA of its own and signs no CSR.');
  }
  const status = read('Status', statusType) ?? 'ACTIVE';
  const principalType = read('ThingPrincipalType', principalTypeType) ?? 'NON_EXCLUSIVE_THING';
  const id = read('CertificateId', certificateId);
  const certificatePem = read('CertificatePem', pem);
  const known = id === undefined ? knownCertificate(account, certificatePem) : findCertificate(account, id);
  if (known) {
    apply(resource, 'Status', known.status !== status, () => setStatus(account, known, status));
    return { logicalName: resource.logicalName, made: known, principalType };
  }
  if (certificatePem === undefined) throw iotError('InvalidRequestException', 'The certificate has no value.');
  const made = registerCertificate(account, certificatePem, read('CACertificatePem', pem), status);
  return { logicalName: resource.logicalName, made, principalType };
}

function makeThing(scope: Scope, resource: Resource): { logicalName: string; made: Thing } {
  const { account } = scope;
  const read = reader(scope, resource);
  const name = read('ThingName', thingName);
  if (name === undefined) throw iotError('InvalidRequestException', 'ThingName has no value.');
  const typeName = read('ThingTypeName', thingName);
  const attributes = read('AttributePayload', (raw, where) => attributePayload({ attributes: raw }, where).attributes);
  const groups = read('ThingGroups', (raw, where) =>
    Array.isArray(raw) ? raw.map((item) => thingName(item, where)) : [thingName(raw, where)],
  );
  const known = account.state.things.get(name);
  const made = known ?? createThing(account, name, typeName, attributes ?? {});
  if (known) {
    apply(resource, 'ThingTypeName', typeName !== undefined && typeName !== known.typeName, () =>
      updateThing(account, known, typeName, undefined),
    );
    const differs = Object.entries(attributes ?? {}).some(([key, value]) => known.attributes[key] !== value);
    apply(resource, 'AttributePayload', differs, (merge) =>
      updateThing(account, known, known.typeName, { attributes: attributes ?? {}, merge }),
    );
  }
  const missing = (groups ?? [])
    .map((group) => findGroup(account, group))
    .filter((group) => !made.groups.includes(group.name));
  const join = () => missing.forEach((group) => void addToGroup(account, made, group));
  if (!known) join();
  else {
    apply(resource, 'ThingGroups', missing.length > 0, (merge) => {
      if (!merge) made.groups = [];
      join();
    });
  }
  return { logicalName: resource.logicalName, made };
}

function makePolicy(scope: Scope, resource: Resource): { logicalName: string; made: Policy; own: boolean } {
  const { account } = scope;
  const read = reader(scope, resource);
  const name = read('PolicyName', policyName);
  if (name !== undefined) return { logicalName: resource.logicalName, made: findPolicy(account, name), own: false };
  const document = read('PolicyDocument', text(0, 404600));
  if (document === undefined) throw iotError('InvalidRequestException', 'The policy has no value.');
  const hash = createHash('sha1').update(document).digest('hex').toUpperCase();
  const made = account.state.policies.get(hash) ?? createPolicy(account, hash, document);
  return { logicalName: resource.logicalName, made, own: true };
}

/**
 * Applies an override setting to a difference between an existing resource and the template. The default is DO_NOTHING.
 */
function apply(resource: Resource, property: string, differs: boolean, change: (merge: boolean) => void): void {
  const setting = resource.overrides.get(property) ?? 'DO_NOTHING';
  if (!differs || setting === 'DO_NOTHING') return;
  if (setting === 'FAIL')
    throw iotError('ResourceAlreadyExistsException', `${resource.logicalName} exists with another ${property}.`);
  change(setting === 'MERGE');
}

function reader({ template, parameters }: Scope, resource: Resource) {
  return <T>(property: string, type: Type<T>): T | undefined => {
    const value = resolveValue(resource.properties[property], template, parameters);
    return value === undefined ? undefined : type(value, `${resource.logicalName}.${property}`);
  };
}

function knownCertificate(account: Account, certificatePem: string | undefined): Certificate | undefined {
  return certificatePem === undefined ? undefined : account.state.certificates.get(idOf(parsePem(certificatePem)));
}

/** The grammar says ACTIVE | INACTIVE, but AWS's own examples write "Active". */
const statusType: Type<'ACTIVE' | 'INACTIVE'> = (raw, name) => {
  const status = text(1, 10)(raw, name).toUpperCase();
  if (status === 'ACTIVE' || status === 'INACTIVE') return status;
  throw iotError('InvalidRequestException', `${name} must be ACTIVE or INACTIVE.`);
};

const principalTypeType: Type<'EXCLUSIVE_THING' | 'NON_EXCLUSIVE_THING'> = (raw, name) => {
  if (raw === 'EXCLUSIVE_THING' || raw === 'NON_EXCLUSIVE_THING') return raw;
  throw iotError('InvalidRequestException', `${name} must be EXCLUSIVE_THING or NON_EXCLUSIVE_THING.`);
};
