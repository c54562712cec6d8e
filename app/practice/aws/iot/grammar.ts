import type { TemplateKind } from '../../../contract/templates.ts';
import { checkTemplate, fillTemplate, type Template as TemplateBody, templateOf } from '../../../iot/index.ts';
import type { ProvisioningTemplate } from '../account.ts';
import { iotError } from '../errors.ts';

/** Provisioning templates as the operations use them. What AWS IoT takes, and its values, `app/iot` knows. */

type Kind = 'BULK' | ProvisioningTemplate['type'];
type Override = 'DO_NOTHING' | 'REPLACE' | 'FAIL' | 'MERGE';
export type Template = { body: TemplateBody; kind: TemplateKind; overrides: ReadonlyMap<string, Overrides> };
/** Names of properties in small letters: the guide writes both `ATTRIBUTE_PAYLOAD` and `AttributePayload`. */
type Overrides = ReadonlyMap<string, Override>;

export type Resource = {
  logicalName: string;
  type: string;
  properties: Readonly<Record<string, unknown>>;
  /** What is done about a difference of this property. The default is DO_NOTHING. */
  override(property: string): Override;
};
export type Filled = { resources: Resource[]; deviceConfiguration: Record<string, unknown> };

const kinds = { BULK: 'bulk', JITP: 'jitp', FLEET_PROVISIONING: 'fleet' } as const;

/** @throws ServiceError InvalidRequestException for anything that AWS would not take. */
export function readTemplate(text: string, kind: Kind = 'BULK'): Template {
  const [problem] = checkTemplate(text, kinds[kind]).problems;
  if (problem) {
    const { path, line, column, message } = problem;
    const place = path === '' ? `line ${line}, column ${column}` : path;
    throw iotError('InvalidRequestException', `Invalid registration template. ${place}: ${message}.`);
  }
  const body = templateOf(text);
  if (!Object.hasOwn(JSON.parse(text) as object, 'Resources')) {
    throw iotError('InvalidRequestException', 'Invalid registration template. It has no Resources.');
  }
  const resources = Object.entries((body.Resources ?? {}) as Record<string, { OverrideSettings?: object }>);
  const overrides = resources.map(([name, { OverrideSettings = {} }]): [string, Overrides] => [
    name,
    new Map(Object.entries(OverrideSettings).map(([property, setting]) => [small(property), setting as Override])),
  ]);
  return { body, kind: kinds[kind], overrides: new Map(overrides) };
}

/**
 * The resources of one unit. A property whose Ref has no value is absent.
 * @throws ServiceError InvalidRequestException – a function that gets what it does not take, a resource without a name
 */
export function fill({ body, kind, overrides }: Template, parameters: ReadonlyMap<string, string>): Filled {
  const { resources, deviceConfiguration = {}, fails } = fillTemplate(body, Object.fromEntries(parameters), kind);
  if (fails.length > 0) throw iotError('InvalidRequestException', `The template fails: ${fails.join('; ')}.`);
  return {
    resources: Object.entries(resources).map(([logicalName, { Type, Properties }]) => ({
      logicalName,
      type: Type,
      properties: Properties,
      override: (property) => overrides.get(logicalName)?.get(small(property)) ?? 'DO_NOTHING',
    })),
    deviceConfiguration,
  };
}

/** The declared parameters without a Default. */
export const required = ({ body }: Template): string[] =>
  Object.entries((body.Parameters ?? {}) as Record<string, { Default?: string }>).flatMap(([name, { Default }]) =>
    Default === undefined ? [name] : [],
  );

const small = (property: string): string => property.replaceAll('_', '').toLowerCase();
