/** Checks the resources of a template: properties, which of them are needed, override settings, limits. */
import { type Said, sentence } from '../../contract/sentences.ts';
import type { TemplateKind } from '../../contract/templates.ts';
import { pointerPart } from '../positions.ts';
import { entriesOf, isComputed, type Json, membersOf, refOf } from './json.ts';
import { ownId, sources } from './kinds.ts';
import { type Check, withNear } from './scope.ts';
import { attributes, groups, name, object, policyDocument, policyName, text, type ValueCheck } from './values.ts';

type Rule = {
  properties: Record<string, ValueCheck>;
  /** Exactly one of these names the resource. */
  oneOf: (kind: TemplateKind) => readonly string[];
  /** The settings that can be overridden, with the values besides DO_NOTHING, REPLACE and FAIL. */
  overrides: Record<string, readonly string[]>;
};

const certificateForms = ['CertificatePem', 'CertificateId', 'CertificateSigningRequest'];
const namings = [...certificateForms, 'ThingName', 'PolicyName', 'PolicyDocument'];

const rules: Record<string, Rule> = {
  'AWS::IoT::Thing': {
    properties: {
      ThingName: name,
      AttributePayload: attributes,
      ThingTypeName: name,
      ThingGroups: groups,
      BillingGroup: name,
      PackageVersions: object,
    },
    oneOf: () => ['ThingName'],
    overrides: { AttributePayload: ['MERGE'], ThingTypeName: [], ThingGroups: ['MERGE'] },
  },
  'AWS::IoT::Certificate': {
    properties: {
      CertificateId: text(/^(0x)?[a-fA-F0-9]{64}$/, sentence('certificateIdWanted')),
      CertificatePem: text(/^[\s\S]{1,65536}$/, sentence('pemWanted', { most: '65,536' })),
      CACertificatePem: text(/^[\s\S]{1,65536}$/, sentence('pemWanted', { most: '65,536' })),
      CertificateSigningRequest: text(/^[\s\S]{1,4096}$/, sentence('pemWanted', { most: '4,096' })),
      Status: text(/^(active|inactive)$/i, sentence('statusWanted'), sources.templates),
      ThingPrincipalType: text(/^(NON_)?EXCLUSIVE_THING$/, sentence('principalTypeWanted'), sources.templates),
    },
    oneOf: (kind) => (kind === 'bulk' ? certificateForms : ['CertificateId']),
    overrides: { Status: [] },
  },
  'AWS::IoT::Policy': {
    properties: { PolicyName: policyName, PolicyDocument: policyDocument },
    oneOf: () => ['PolicyName', 'PolicyDocument'],
    overrides: {},
  },
};

export const resourceTypes = Object.keys(rules);
const resourceMembers = ['Type', 'Properties', 'OverrideSettings'];

/** The properties of a type. Unknown types have none. */
export const propertiesOf = (type: Json | undefined): readonly string[] =>
  typeof type === 'string' && Object.hasOwn(rules, type) ? Object.keys(rules[type]?.properties ?? {}) : [];

/** Why AWS refuses one property whose value is known. */
export function firstProblem(kind: TemplateKind, type: string, property: string, value: Json): Said | undefined {
  let first: Said | undefined;
  const check: Check = {
    kind,
    problem: (_, said) => {
      first ??= said;
    },
    warn: () => {},
    declared: new Set(),
    defaults: new Map(),
    mappings: undefined,
  };
  const properties = Object.hasOwn(rules, type) ? rules[type]?.properties : undefined;
  if (properties && Object.hasOwn(properties, property)) properties[property]?.(value, `/${property}`, check);
  return first;
}

export function checkResources(section: Json | undefined, check: Check): void {
  const resources = membersOf(section);
  if (!resources || Object.keys(resources).length === 0) {
    check.problem('/Resources', sentence('noResources'), sources.templates);
    return;
  }
  for (const [logical, resource] of Object.entries(resources))
    checkResource(resource, `/Resources/${pointerPart(logical)}`, check);
  const count = (type: string) =>
    Object.values(resources).filter((resource) => membersOf(resource)?.Type === type).length;
  for (const type of ['AWS::IoT::Thing', 'AWS::IoT::Certificate'])
    if (count(type) > 1) check.problem('/Resources', sentence('moreThanOne', { type }), sources.templates);
  const policies = count('AWS::IoT::Policy');
  if (policies > 10) check.problem('/Resources', sentence('policiesOver'), sources.quotas);
  if (count('AWS::IoT::Certificate') === 0 && policies + count('AWS::IoT::Thing') > 0)
    check.warn('/Resources', sentence('noCertificate'), sources.templates);
}

function checkResource(resource: Json, path: string, check: Check): void {
  const members = membersOf(resource);
  const type = members?.Type;
  const rule = typeof type === 'string' && Object.hasOwn(rules, type) ? rules[type] : undefined;
  if (!members || !rule) {
    const said = sentence('resourceType', { types: resourceTypes.join(', ') });
    check.problem(path, typeof type === 'string' ? withNear(said, type, resourceTypes) : said, sources.templates);
    return;
  }
  for (const member of Object.keys(members)) {
    if (!resourceMembers.includes(member))
      check.problem(
        `${path}/${pointerPart(member)}`,
        withNear(sentence('notOfResource'), member, resourceMembers),
        sources.templates,
      );
  }
  const properties = membersOf(members.Properties) ?? {};
  for (const [property, value] of Object.entries(properties)) {
    const at = `${path}/Properties/${pointerPart(property)}`;
    const known = Object.hasOwn(rule.properties, property) ? rule.properties[property] : undefined;
    if (known) known(value, at, check);
    else {
      const said = sentence('notProperty', { type: String(type) });
      check.problem(at, withNear(said, property, Object.keys(rule.properties)), sources.templates);
    }
  }
  const given = namings.filter((form) => properties[form] !== undefined);
  const allowed = rule.oneOf(check.kind);
  if (given.length !== 1 || !allowed.includes(given[0] ?? ''))
    check.problem(
      `${path}/Properties`,
      allowed.length > 1
        ? sentence('exactlyOneOf', { names: allowed.join(', ') })
        : sentence('exactly', { name: allowed.join(', ') }),
      sources.templates,
    );
  checkIdentity(properties, `${path}/Properties`, check);
  checkAttributeCount(properties, `${path}/Properties`, check);
  checkOverrides(members.OverrideSettings ?? {}, rule, `${path}/OverrideSettings`, check);
}

/** What is the same for every unit should not be; and only AWS knows the id of a certificate that it has just made. */
function checkIdentity(properties: Record<string, Json>, path: string, { kind, problem, warn }: Check): void {
  for (const property of ['ThingName', ...certificateForms]) {
    const value = properties[property];
    if (value !== undefined && !isComputed(value))
      warn(`${path}/${property}`, sentence('sameForAll'), sources.templates);
  }
  const id = properties.CertificateId;
  if (kind !== 'bulk' && id !== undefined && refOf(id) !== ownId) {
    const say = kind === 'jitp' ? problem : warn;
    say(`${path}/CertificateId`, sentence('ownIdWanted', { ref: `{"Ref": "${ownId}"}` }), sources.jitp);
  }
  if (properties.CACertificatePem !== undefined && properties.CertificatePem === undefined)
    warn(`${path}/CACertificatePem`, sentence('uselessCa'), sources.templates);
}

/** Three attributes without a thing type, fifty with one. */
function checkAttributeCount(properties: Record<string, Json>, path: string, { problem }: Check): void {
  const count = entriesOf(properties.AttributePayload).length;
  const most = properties.ThingTypeName === undefined ? 3 : 50;
  if (count > most)
    problem(
      `${path}/AttributePayload`,
      sentence(most === 3 ? 'attributesWithout' : 'attributesWith', { most }),
      sources.quotas,
    );
}

/** The guide's prose writes ATTRIBUTE_PAYLOAD, and its examples write AttributePayload. AWS takes both. */
function checkOverrides(settings: Json, rule: Rule, path: string, { problem, warn }: Check): void {
  if (!membersOf(settings)) problem(path, sentence('mustBeObject'), sources.templates);
  const seen = new Set<string>();
  for (const [setting, value] of entriesOf(settings)) {
    const at = `${path}/${pointerPart(setting)}`;
    const property = Object.keys(rule.overrides).find(
      (known) => known.toLowerCase() === setting.replaceAll('_', '').toLowerCase(),
    );
    const values = ['DO_NOTHING', 'REPLACE', 'FAIL', ...((property && rule.overrides[property]) ?? [])];
    if (!property) problem(at, sentence('notOverridden'), sources.templates);
    else if (typeof value !== 'string' || !values.includes(value))
      problem(at, sentence('oneOf', { values: values.join(', ') }), sources.templates);
    if (property && seen.has(property)) warn(at, sentence('setTwice', { property }), sources.templates);
    if (property) seen.add(property);
  }
}
