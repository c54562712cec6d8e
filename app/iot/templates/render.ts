/** What a template makes of a set of parameters, as AWS would before it registers a unit. */

import { StationError } from '../../contract/errors.ts';
import { sentence } from '../../contract/sentences.ts';
import type { RenderedTemplate, TemplateAttachment, TemplateKind } from '../../contract/templates.ts';
import { defaultsOf, evaluate, NotEvaluated, type Scope } from './evaluate.ts';
import { entriesOf, isComputed, type Json, membersOf, own } from './json.ts';
import { ownId } from './kinds.ts';
import { firstProblem, propertiesOf } from './resources.ts';
import { openTemplate } from './text.ts';

/** The JSON object of a template, read once for many units. */
export type Template = Readonly<Record<string, Json>>;

/** @throws `call.badParams` – when the text is not a template */
export function templateOf(text: string): Template {
  const template = membersOf(openTemplate(text).body.json.value as Json | undefined);
  if (!template) throw new StationError('call.badParams', 'the template is not a JSON object');
  return template;
}

/** Fills a template with a set of parameters. @throws `call.badParams` – when the text is not a template */
export const renderTemplate = (
  text: string,
  parameters: Readonly<Record<string, string>>,
  kind: TemplateKind = 'bulk',
): RenderedTemplate => {
  const rendered = fillTemplate(templateOf(text), parameters, kind);
  return { ...rendered, fails: [...rendered.fails, ...refused(rendered, kind)] };
};

/** Values that AWS does not take where they land, e.g. a common name with a space as the name of a thing. */
const refused = ({ resources }: RenderedTemplate, kind: TemplateKind): string[] =>
  Object.entries(resources).flatMap(([name, { Type, Properties }]) =>
    Object.entries(Properties).flatMap(([property, value]) => {
      const what = firstProblem(kind, Type, property, value);
      return what ? [`${name}.${property}: ${sentence('hereItIs', { what, value: shortened(value) }).message}`] : [];
    }),
  );
const shortened = (value: Json): string => JSON.stringify(value).slice(0, 100);

/** The same for a template that was read before ("Provisioning templates", AWS IoT developer guide). */
export function fillTemplate(
  template: Template,
  parameters: Readonly<Record<string, string>>,
  kind: TemplateKind,
): RenderedTemplate {
  const scope: Scope = {
    parameters: new Map([...defaultsOf(template), ...Object.entries(parameters)]),
    mappings: template.Mappings,
    unresolved: new Set(),
  };
  const fails: string[] = [];
  const filledIn = (value: Json, where: string): Json | undefined => {
    try {
      return evaluate(value, scope);
    } catch (error) {
      if (!(error instanceof NotEvaluated)) throw error;
      fails.push(`${where}: ${error.message}`);
      return undefined;
    }
  };
  const allFilledIn = (section: Json | undefined, where: string): Record<string, Json> =>
    Object.fromEntries(
      entriesOf(section).flatMap(([name, value]) => {
        const found = filledIn(value, `${where}.${name}`);
        return found === undefined ? [] : [[name, found] as const];
      }),
    );
  const resources = Object.fromEntries(
    entriesOf(template.Resources).map(([name, resource]) => {
      const type = own(resource, 'Type');
      const properties = own(resource, 'Properties');
      const whole = properties !== undefined && isComputed(properties) ? filledIn(properties, name) : properties;
      return [name, { Type: typeof type === 'string' ? type : '', Properties: allFilledIn(whole, name) }] as const;
    }),
  );
  const configuration = template.DeviceConfiguration;
  const whole = configuration !== undefined && isComputed(configuration);
  const deviceConfiguration = whole ? filledIn(configuration, 'DeviceConfiguration') : configuration;
  const rendered = {
    resources,
    attachments: attachmentsOf(resources),
    ...(deviceConfiguration !== undefined && {
      deviceConfiguration: allFilledIn(deviceConfiguration, 'DeviceConfiguration'),
    }),
  };
  return {
    ...rendered,
    unresolved: [...scope.unresolved],
    fails: [...fails, ...lacking(template, scope, kind), ...unnamed(template, resources)],
  };
}

const isOf =
  (kind: string) =>
  ([, { Type }]: [string, { Type: string }]): boolean =>
    Type === `AWS::IoT::${kind}`;

function attachmentsOf(resources: RenderedTemplate['resources']): TemplateAttachment[] {
  const all = Object.entries(resources);
  const certificates = all.filter(isOf('Certificate')).map(([name]) => name);
  const things = all.filter(isOf('Thing'));
  const namedIn = (value: Json | undefined): string[] =>
    (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string');
  return [
    ...certificates.flatMap((to) =>
      all.filter(isOf('Policy')).map(([from]): TemplateAttachment => ({ what: 'policy to certificate', from, to })),
    ),
    ...certificates.flatMap((from) =>
      things.map(([to]): TemplateAttachment => ({ what: 'certificate to thing', from, to })),
    ),
    ...things.flatMap(([from, { Properties }]) => [
      ...namedIn(Properties.ThingGroups).map((to): TemplateAttachment => ({ what: 'thing to group', from, to })),
      ...namedIn(Properties.ThingTypeName).map((to): TemplateAttachment => ({ what: 'thing to type', from, to })),
      ...namedIn(Properties.BillingGroup).map(
        (to): TemplateAttachment => ({ what: 'thing to billing group', from, to }),
      ),
    ]),
  ];
}

/** In just-in-time provisioning the certificate must have a value for every declared parameter, used or not. */
function lacking(template: Template, { parameters }: Scope, kind: TemplateKind): string[] {
  if (kind !== 'jitp') return [];
  return entriesOf(template.Parameters)
    .filter(([name]) => name !== ownId && !parameters.has(name))
    .map(([name]) => `${name}: the subject of the certificate has no such value, so provisioning fails`);
}

/** A resource whose own name has no value cannot be made. */
function unnamed(template: Template, resources: RenderedTemplate['resources']): string[] {
  return entriesOf(template.Resources).flatMap(([name, resource]) => {
    const { Type = '', Properties = {} } = resources[name] ?? {};
    const naming = propertiesOf(Type).filter((property) =>
      ['ThingName', 'CertificateId', 'CertificatePem', 'CertificateSigningRequest', 'PolicyName'].includes(property),
    );
    const lost = naming.filter(
      (one) => own(own(resource, 'Properties'), one) !== undefined && Properties[one] === undefined,
    );
    return lost.map((property) => `${name}.${property}: has no value`);
  });
}
