import { StationError } from '../../contract/errors.ts';
import { type Json, membersOf, parseTemplate, refOf } from './json.ts';

export type RenderedTemplate = {
  /** Maps each logical name to the resource with its values. */
  resources: Record<string, { Type: string; Properties: Record<string, Json> }>;
  /** The device's configuration after fleet provisioning. Absent when the template has none. */
  deviceConfiguration?: Record<string, Json>;
  /** Requested parameters that have neither a value nor a Default. Their properties are left out. */
  unresolved: string[];
};

type Scope = {
  parameters: ReadonlyMap<string, string>;
  mappings: Record<string, Json>;
  unresolved: Set<string>;
};

/**
 * Fills a template with a set of parameters: Ref with Default, and for fleet templates Fn::Join, Fn::Select,
 * Fn::FindInMap, Fn::Split and Fn::Sub ("Provisioning templates", AWS IoT developer guide).
 * @throws `call.badParams` – when the text is not a template or a function cannot be evaluated
 */
export function renderTemplate(text: string, parameters: Readonly<Record<string, string>>): RenderedTemplate {
  const template = parseTemplate(text);
  if (!template) throw bad('the template is not a JSON object');
  const defaults = Object.entries(membersOf(template.Parameters ?? {}) ?? {}).flatMap(([name, parameter]) => {
    const value = membersOf(parameter)?.Default;
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  const scope: Scope = {
    parameters: new Map([...defaults, ...Object.entries(parameters)]),
    mappings: membersOf(template.Mappings ?? {}) ?? {},
    unresolved: new Set(),
  };
  const resources = Object.entries(membersOf(template.Resources ?? {}) ?? {}).map(([name, resource]) => {
    const { Type, Properties } = membersOf(resource) ?? {};
    const properties = membersOf(render(Properties ?? {}, scope) ?? {}) ?? {};
    return [name, { Type: String(Type ?? ''), Properties: properties }] as const;
  });
  const configuration =
    template.DeviceConfiguration === undefined ? undefined : render(template.DeviceConfiguration, scope);
  return {
    resources: Object.fromEntries(resources),
    ...(configuration !== undefined && { deviceConfiguration: membersOf(configuration) ?? {} }),
    unresolved: [...scope.unresolved],
  };
}

/** Undefined for a Ref without a value: its property counts as absent. */
function render(value: Json, scope: Scope): Json | undefined {
  if (Array.isArray(value)) return value.map((item) => render(item, scope)).filter((item) => item !== undefined);
  const object = membersOf(value);
  if (!object) return value;
  const ref = refOf(object);
  if (ref !== undefined) return lookUp(ref, scope);
  const [name = '', ...others] = Object.keys(object);
  if (others.length === 0 && Object.hasOwn(functions, name)) return functions[name]?.(object[name] ?? null, scope);
  const entries = Object.entries(object).map(([member, item]) => [member, render(item, scope)] as const);
  return Object.fromEntries(entries.filter((entry): entry is [string, Json] => entry[1] !== undefined));
}

const functions: Record<string, (argument: Json, scope: Scope) => Json> = {
  'Fn::Join': (argument, scope) => {
    const [delimiter, parts] = list(render(argument, scope), 'Fn::Join');
    return list(parts, 'Fn::Join')
      .map((part) => string(part, 'Fn::Join'))
      .join(string(delimiter, 'Fn::Join'));
  },
  'Fn::Select': (argument, scope) => {
    const [index, parts] = list(render(argument, scope), 'Fn::Select');
    const chosen = list(parts, 'Fn::Select')[Number(index)];
    if (chosen === undefined || chosen === null) throw bad('Fn::Select has no element at this index');
    return chosen;
  },
  'Fn::Split': (argument, scope) => {
    const [delimiter, source] = list(render(argument, scope), 'Fn::Split');
    return string(source, 'Fn::Split').split(string(delimiter, 'Fn::Split'));
  },
  'Fn::FindInMap': (argument, scope) => {
    const keys = list(render(argument, scope), 'Fn::FindInMap').map((key) => string(key, 'Fn::FindInMap'));
    const found = keys.reduce<Json | undefined>((at, key) => own(at, key), scope.mappings);
    if (keys.length !== 3 || found === undefined) throw bad(`Fn::FindInMap finds nothing at ${keys.join(' / ')}`);
    return found;
  },
  'Fn::Sub': (argument, scope) => {
    const [source, values] = Array.isArray(argument) ? argument : [argument];
    const given = membersOf(render(values ?? {}, scope) ?? {}) ?? {};
    return string(source, 'Fn::Sub').replace(/\$\{(!?)([^}]+)\}/g, (whole, literal: string, name: string) => {
      if (literal) return `\${${name}}`;
      const value = own(given, name) ?? lookUp(name, scope);
      return value === undefined ? whole : string(value, 'Fn::Sub');
    });
  },
};

function lookUp(name: string, scope: Scope): string | undefined {
  const value = scope.parameters.get(name);
  if (value === undefined) scope.unresolved.add(name);
  return value;
}

function own(value: Json | undefined, key: string): Json | undefined {
  const members = membersOf(value ?? null);
  return members && Object.hasOwn(members, key) ? members[key] : undefined;
}

function list(value: Json | undefined, where: string): Json[] {
  if (Array.isArray(value)) return value;
  throw bad(`${where} needs a list`);
}

function string(value: Json | undefined, where: string): string {
  if (typeof value === 'string') return value;
  throw bad(`${where} needs a string`);
}

const bad = (detail: string) => new StationError('call.badParams', detail);
