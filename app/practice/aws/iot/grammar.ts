import { iotError } from '../errors.ts';

/** Provisioning templates ("Provisioning templates", AWS IoT developer guide): what AWS IoT takes, and their values. */

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Override = 'DO_NOTHING' | 'REPLACE' | 'FAIL' | 'MERGE';
export type Resource = {
  logicalName: string;
  kind: 'thing' | 'certificate' | 'policy';
  properties: Record<string, Json>;
  /** By property name in the example form: AttributePayload, ThingTypeName, ThingGroups, Status. */
  overrides: Map<string, Override>;
};
export type Template = { defaults: Map<string, string | undefined>; resources: Resource[] };

const kinds = {
  'AWS::IoT::Thing': {
    kind: 'thing',
    properties: ['ThingName', 'AttributePayload', 'ThingTypeName', 'ThingGroups', 'BillingGroup', 'PackageVersions'],
    overrides: ['AttributePayload', 'ThingTypeName', 'ThingGroups'],
  },
  'AWS::IoT::Certificate': {
    kind: 'certificate',
    properties: [
      'CertificateSigningRequest',
      'CertificateId',
      'CertificatePem',
      'CACertificatePem',
      'Status',
      'ThingPrincipalType',
    ],
    overrides: ['Status'],
  },
  'AWS::IoT::Policy': { kind: 'policy', properties: ['PolicyName', 'PolicyDocument'], overrides: [] },
} as const;

/**
 * RegisterThing and registration tasks: Ref and Default only. JITP: the certificate by its id. Fleet provisioning: also
 * Mappings, DeviceConfiguration, functions, and policy documents as objects.
 */
type TemplateKind = 'BULK' | 'JITP' | 'FLEET_PROVISIONING';

/** @throws ServiceError InvalidRequestException for anything the grammar does not allow. */
export function readTemplate(body: string, kind: TemplateKind = 'BULK'): Template {
  const fleet = kind === 'FLEET_PROVISIONING';
  const root = members(parse(body), 'template', [
    'Parameters',
    'Resources',
    ...(fleet ? ['Mappings', 'DeviceConfiguration'] : []),
  ]);
  const defaults = new Map(
    Object.entries(members(root.Parameters ?? {}, 'Parameters')).map(([name, declared]) => {
      const { Type, Default } = members(declared, `Parameters.${name}`, ['Type', 'Default']);
      if (Type !== 'String') throw bad(`Parameters.${name}.Type must be String`);
      if (Default !== undefined && typeof Default !== 'string')
        throw bad(`Parameters.${name}.Default must be a string`);
      return [name, Default];
    }),
  );
  const resources = Object.entries(members(root.Resources ?? null, 'Resources')).map(([name, value]) =>
    readResource(name, value, kind),
  );
  for (const kind of ['thing', 'certificate']) {
    if (resources.filter((resource) => resource.kind === kind).length > 1) throw bad(`more than one ${kind}`);
  }
  if (resources.length === 0) throw bad('Resources is empty');
  const template = { defaults, resources };
  // A fleet template has the id of the certificate without declaring it.
  const known = new Set([...defaults.keys(), ...(fleet ? ['AWS::IoT::Certificate::Id'] : [])]);
  for (const { properties, logicalName } of resources) checkRefs(properties, known, fleet, logicalName);
  return template;
}

/**
 * The value of a property. Strings stay as they are; a Ref takes its value from the parameters, then from the defaults.
 * A Ref without a value is undefined: "the parameter is not replaced with a value", so the property counts as absent.
 */
export function resolveValue(
  value: Json | undefined,
  template: Template,
  parameters: ReadonlyMap<string, string>,
): Json | undefined {
  if (Array.isArray(value))
    return value.map((item) => resolveValue(item, template, parameters)).filter((item) => item !== undefined);
  if (typeof value !== 'object' || value === null) return value;
  const ref = refOf(value);
  if (ref !== undefined) return parameters.get(ref) ?? template.defaults.get(ref);
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, item]) => [name, resolveValue(item, template, parameters)] as const)
      .filter((entry): entry is [string, Json] => entry[1] !== undefined),
  );
}

function readResource(logicalName: string, value: Json, kind: TemplateKind): Resource {
  const { Type, Properties, OverrideSettings } = members(value, logicalName, [
    'Type',
    'Properties',
    'OverrideSettings',
  ]);
  const known = typeof Type === 'string' && Object.hasOwn(kinds, Type) ? kinds[Type as keyof typeof kinds] : undefined;
  if (!known) throw bad(`${logicalName}.Type is not known`);
  const properties = members(Properties ?? {}, `${logicalName}.Properties`, known.properties);
  const wanted: readonly (readonly string[])[] = {
    thing: [['ThingName']],
    certificate: [
      kind === 'BULK' ? ['CertificateSigningRequest', 'CertificateId', 'CertificatePem'] : ['CertificateId'],
    ],
    policy: [['PolicyName', 'PolicyDocument']],
  }[known.kind];
  for (const names of wanted) {
    const given = names.filter((name) => properties[name] !== undefined);
    if (given.length !== 1) throw bad(`${logicalName} must have exactly one of ${names.join(', ')}`);
  }
  const overrides = Object.entries(members(OverrideSettings ?? {}, `${logicalName}.OverrideSettings`));
  return {
    logicalName,
    kind: known.kind,
    properties,
    overrides: new Map(overrides.map(([name, setting]) => readOverride(logicalName, known.overrides, name, setting))),
  };
}

function readOverride(logicalName: string, known: readonly string[], name: string, setting: Json): [string, Override] {
  // The guide's prose writes ATTRIBUTE_PAYLOAD, and its examples write AttributePayload. Both are accepted.
  const property = known.find((candidate) => candidate.toLowerCase() === name.replaceAll('_', '').toLowerCase());
  const settings = [
    'DO_NOTHING',
    'REPLACE',
    'FAIL',
    ...(property === 'AttributePayload' || property === 'ThingGroups' ? ['MERGE'] : []),
  ];
  if (property === undefined || typeof setting !== 'string' || !settings.includes(setting)) {
    throw bad(`${logicalName}.OverrideSettings.${name} is not allowed`);
  }
  return [property, setting as Override];
}

function checkRefs(value: Json, declared: ReadonlySet<string>, functions: boolean, where: string): void {
  if (typeof value !== 'object' || value === null) return;
  const ref = Array.isArray(value) ? undefined : refOf(value);
  if (ref !== undefined && !declared.has(ref)) throw bad(`${where} refers to the undeclared parameter ${ref}`);
  for (const [name, item] of Object.entries(value)) {
    if (!functions && name.startsWith('Fn::'))
      throw bad(`${where} uses ${name}, which is for fleet provisioning templates`);
    checkRefs(item, declared, functions, where);
  }
}

function refOf(value: { [key: string]: Json }): string | undefined {
  return Object.keys(value).length === 1 && typeof value.Ref === 'string' ? value.Ref : undefined;
}

function parse(body: string): Json {
  try {
    return JSON.parse(body) as Json;
  } catch {
    throw iotError(
      'InvalidRequestException',
      'Invalid registration template. Template format error: JSON not well-formed.',
    );
  }
}

function members(value: Json, where: string, known?: readonly string[]): Record<string, Json> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad(`${where} must be an object`);
  const unknown = known && Object.keys(value).find((name) => !known.includes(name));
  if (unknown !== undefined) throw bad(`${where} has the unknown member ${unknown}`);
  return value;
}

const bad = (reason: string) => iotError('InvalidRequestException', `The template is not valid: ${reason}.`);
