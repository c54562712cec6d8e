import { type Json, membersOf, parseTemplate, type Report, refOf } from './json.ts';
import { checkProperties, type TemplateKind } from './properties.ts';

/** `path` is a JSON pointer (RFC 6901); empty for the whole document. */
export type TemplateProblem = { path: string; message: string };

const maxCharacters = 10_240;
const jitpNames = [
  'Country',
  'Organization',
  'OrganizationalUnit',
  'DistinguishedNameQualifier',
  'StateName',
  'CommonName',
  'SerialNumber',
  'Id',
];
/** The only parameters of a JITP template ("Just-in-time provisioning", AWS IoT developer guide). */
const jitpParameters = jitpNames.map((name) => `AWS::IoT::Certificate::${name}`);
const ownId = 'AWS::IoT::Certificate::Id';
const functions = ['Fn::Join', 'Fn::Select', 'Fn::FindInMap', 'Fn::Split', 'Fn::Sub'];

/** Checks a provisioning template against the documented grammar ("Provisioning templates", AWS IoT developer guide). */
export function checkTemplate(text: string, kind: TemplateKind): { ok: boolean; problems: TemplateProblem[] } {
  const problems: TemplateProblem[] = [];
  const report: Report = (path, message) => void problems.push({ path, message });
  const template = parseTemplate(text);
  if (text.length > maxCharacters) report('', `is longer than ${maxCharacters} characters`);
  else if (template) checkDocument(template, kind, report);
  else report('', 'is not a JSON object');
  return { ok: problems.length === 0, problems };
}

function checkDocument(template: Record<string, Json>, kind: TemplateKind, report: Report): void {
  const known = ['Parameters', 'Resources', ...(kind === 'fleet' ? ['Mappings', 'DeviceConfiguration'] : [])];
  for (const name of Object.keys(template)) {
    if (!known.includes(name)) report(`/${escapePointer(name)}`, `is not a section of a ${kind} template`);
  }
  const declared = checkParameters(template.Parameters, kind, report);
  if (template.Mappings !== undefined) checkMappings(template.Mappings, report);
  const resources = membersOf(template.Resources ?? null);
  if (!resources || Object.keys(resources).length === 0) report('/Resources', 'must hold at least one resource');
  for (const [name, resource] of Object.entries(resources ?? {})) {
    checkProperties(resource, `/Resources/${escapePointer(name)}`, kind, report);
  }
  for (const type of ['AWS::IoT::Thing', 'AWS::IoT::Certificate']) {
    const count = Object.values(resources ?? {}).filter((resource) => membersOf(resource)?.Type === type).length;
    if (count > 1) report('/Resources', `holds more than one ${type}`);
  }
  for (const [section, value] of Object.entries({
    Resources: resources ?? {},
    DeviceConfiguration: template.DeviceConfiguration ?? {},
  })) {
    checkValues(value, `/${section}`, { kind, declared, report });
  }
  for (const [name, value] of Object.entries(membersOf(template.DeviceConfiguration ?? {}) ?? {})) {
    const nested = membersOf(value);
    if (nested && refOf(nested) === undefined && !functionOf(nested)) {
      report(`/DeviceConfiguration/${escapePointer(name)}`, 'must not be a nested object');
    }
  }
}

function checkParameters(section: Json | undefined, kind: TemplateKind, report: Report): ReadonlySet<string> {
  const parameters = section === undefined ? {} : membersOf(section);
  if (!parameters) report('/Parameters', 'must be an object');
  for (const [name, value] of Object.entries(parameters ?? {})) {
    const path = `/Parameters/${escapePointer(name)}`;
    const parameter = membersOf(value);
    if (parameter?.Type !== 'String') report(path, 'must have the Type String');
    if (parameter?.Default !== undefined && typeof parameter.Default !== 'string')
      report(`${path}/Default`, 'must be a string');
    for (const member of Object.keys(parameter ?? {})) {
      if (member !== 'Type' && member !== 'Default') report(`${path}/${escapePointer(member)}`, 'is not known');
    }
    if (kind === 'jitp' && !jitpParameters.includes(name))
      report(path, 'is not one of the parameters of just-in-time provisioning');
  }
  return new Set([...Object.keys(parameters ?? {}), ...(kind === 'fleet' ? [ownId] : [])]);
}

function checkMappings(section: Json, report: Report): void {
  for (const [map, keys] of Object.entries(membersOf(section) ?? {})) {
    for (const [key, values] of Object.entries(membersOf(keys) ?? { '': null })) {
      const path = `/Mappings/${escapePointer(map)}/${escapePointer(key)}`;
      const flat = membersOf(values);
      if (!flat) report(path, 'must be a map of names and values');
      for (const [name, value] of Object.entries(flat ?? {})) {
        if (typeof value === 'object')
          report(`${path}/${escapePointer(name)}`, 'must be a plain value: no parameters or functions');
      }
    }
  }
}

type Scope = { kind: TemplateKind; declared: ReadonlySet<string>; report: Report };

/** Checks references to declared parameters, and functions where they are allowed. */
function checkValues(value: Json, path: string, scope: Scope): void {
  if (Array.isArray(value)) for (const [index, item] of value.entries()) checkValues(item, `${path}/${index}`, scope);
  const object = membersOf(value);
  if (!object) return;
  const ref = refOf(object);
  if (ref !== undefined && !scope.declared.has(ref)) scope.report(path, `refers to the undeclared parameter ${ref}`);
  const fn = functionOf(object);
  if (fn && scope.kind !== 'fleet') scope.report(path, `${fn} is for fleet provisioning templates only`);
  else if (fn && !functions.includes(fn)) scope.report(path, `${fn} is not a function of provisioning templates`);
  for (const [name, item] of Object.entries(object)) {
    const policy = membersOf(item)?.Type === 'AWS::IoT::Policy';
    if (policy && JSON.stringify(item).includes('"Fn::Join":'))
      scope.report(`${path}/${escapePointer(name)}`, 'Fn::Join is not supported for policies');
    checkValues(item, `${path}/${escapePointer(name)}`, scope);
  }
}

const functionOf = (object: Record<string, Json>) => Object.keys(object).find((name) => name.startsWith('Fn::'));
const escapePointer = (name: string) => name.replaceAll('~', '~0').replaceAll('/', '~1');
