/** Checks the resources of a template: their properties, override settings and literal values. */
import { isComputed, type Json, membersOf, type Report } from './json.ts';

/** bulk: also RegisterThing; jitp: just-in-time provisioning; fleet: provisioning by claim. */
export type TemplateKind = 'bulk' | 'jitp' | 'fleet';

type Check = (value: Json, path: string, report: Report, kind: TemplateKind) => void;
type Rule = {
  properties: Record<string, Check>;
  oneOf: (kind: TemplateKind) => string[];
  overrides: Record<string, string[]>;
};

const text =
  (pattern: RegExp, what: string): Check =>
  (value, path, report) => {
    if (!isComputed(value) && !(typeof value === 'string' && pattern.test(value))) report(path, `must be ${what}`);
  };
const any: Check = () => {};
const name = text(/^[a-zA-Z0-9:_-]{1,128}$/, 'a name of 1 to 128 characters a-z A-Z 0-9 : _ -');

const attributes: Check = (value, path, report) => {
  const members = membersOf(value);
  if (!members) return report(path, 'must be an object of attribute names and values');
  for (const [attribute, content] of Object.entries(members)) {
    if (!/^[a-zA-Z0-9_.,@/:#-]{1,128}$/.test(attribute))
      report(path, `the attribute name ${attribute} has characters that are not allowed`);
    text(/^[a-zA-Z0-9_.,@/:#=[\]-]{0,800}$/, 'a value of at most 800 characters a-z A-Z 0-9 _ . , @ / : # = [ ] -')(
      content,
      `${path}/${attribute}`,
      report,
      'bulk',
    );
  }
};

const groups: Check = (value, path, report, kind) => {
  if (!Array.isArray(value)) return isComputed(value) ? undefined : report(path, 'must be a list');
  if (value.length > 10) report(path, 'must have at most ten groups');
  value.forEach((group, index) => void name(group, `${path}/${index}`, report, kind));
};

const policyDocument: Check = (value, path, report, kind) => {
  if (isComputed(value)) return;
  if (typeof value !== 'string' && !(kind === 'fleet' && membersOf(value)))
    return report(path, 'must be the policy as a JSON string');
  const document = typeof value === 'string' ? value : JSON.stringify(value);
  if (document.replace(/\s/g, '').length > 2048) report(path, 'must have at most 2048 characters without white space');
  try {
    JSON.parse(document);
  } catch {
    report(path, 'is not JSON');
  }
};

const rules: Record<string, Rule> = {
  'AWS::IoT::Thing': {
    properties: {
      ThingName: name,
      AttributePayload: attributes,
      ThingTypeName: name,
      ThingGroups: groups,
      BillingGroup: name,
      PackageVersions: any,
    },
    oneOf: () => ['ThingName'],
    overrides: { AttributePayload: ['MERGE'], ThingTypeName: [], ThingGroups: ['MERGE'] },
  },
  'AWS::IoT::Certificate': {
    properties: {
      CertificateId: any,
      CertificatePem: any,
      CACertificatePem: any,
      CertificateSigningRequest: any,
      Status: text(/^(active|inactive)$/i, 'ACTIVE or INACTIVE'),
      ThingPrincipalType: text(/^(NON_)?EXCLUSIVE_THING$/, 'EXCLUSIVE_THING or NON_EXCLUSIVE_THING'),
    },
    oneOf: (kind) =>
      kind === 'bulk' ? ['CertificatePem', 'CertificateId', 'CertificateSigningRequest'] : ['CertificateId'],
    overrides: { Status: [] },
  },
  'AWS::IoT::Policy': {
    properties: { PolicyName: text(/^[\w+=,.@-]{1,128}$/, 'a policy name'), PolicyDocument: policyDocument },
    oneOf: () => ['PolicyName', 'PolicyDocument'],
    overrides: {},
  },
};

export function checkProperties(resource: Json, path: string, kind: TemplateKind, report: Report): void {
  const members = membersOf(resource);
  const type = members?.Type;
  const rule = typeof type === 'string' && Object.hasOwn(rules, type) ? rules[type] : undefined;
  if (!members || !rule) {
    report(path, `must have one of the Types ${Object.keys(rules).join(', ')}`);
    return;
  }
  for (const member of Object.keys(members)) {
    if (!['Type', 'Properties', 'OverrideSettings'].includes(member)) report(`${path}/${member}`, 'is not known');
  }
  const properties = membersOf(members.Properties ?? null) ?? {};
  for (const [property, value] of Object.entries(properties)) {
    const check = Object.hasOwn(rule.properties, property) ? rule.properties[property] : undefined;
    if (check) check(value, `${path}/Properties/${property}`, report, kind);
    else report(`${path}/Properties/${property}`, `is not a property of ${String(type)}`);
  }
  const forms = [
    'CertificatePem',
    'CertificateId',
    'CertificateSigningRequest',
    'ThingName',
    'PolicyName',
    'PolicyDocument',
  ];
  const given = forms.filter((form) => properties[form] !== undefined);
  const allowed = rule.oneOf(kind);
  if (given.length !== 1 || !allowed.includes(given[0] ?? '')) {
    report(`${path}/Properties`, `must have exactly ${allowed.length > 1 ? 'one of ' : ''}${allowed.join(', ')}`);
  }
  checkAttributeCount(properties, path, report);
  checkOverrides(members.OverrideSettings ?? {}, rule, `${path}/OverrideSettings`, report);
}

/** Three attributes without a thing type, fifty with one (AWS IoT quotas). */
function checkAttributeCount(properties: Record<string, Json>, path: string, report: Report): void {
  const count = Object.keys(membersOf(properties.AttributePayload ?? {}) ?? {}).length;
  const most = properties.ThingTypeName === undefined ? 3 : 50;
  if (count > most) {
    report(
      `${path}/Properties/AttributePayload`,
      `must have at most ${most} attributes ${most === 3 ? 'without' : 'with'} a ThingTypeName`,
    );
  }
}

/** The guide's prose writes ATTRIBUTE_PAYLOAD, and its examples write AttributePayload. Both are accepted. */
function checkOverrides(settings: Json, rule: Rule, path: string, report: Report): void {
  for (const [setting, value] of Object.entries(membersOf(settings) ?? {})) {
    const property = Object.keys(rule.overrides).find(
      (known) => known.toLowerCase() === setting.replaceAll('_', '').toLowerCase(),
    );
    const values = ['DO_NOTHING', 'REPLACE', 'FAIL', ...((property && rule.overrides[property]) ?? [])];
    if (!property) report(`${path}/${setting}`, 'cannot be overridden');
    else if (typeof value !== 'string' || !values.includes(value))
      report(`${path}/${setting}`, `must be one of ${values.join(', ')}`);
  }
}
