/** Values of a template: Ref with Default, and the functions of fleet templates ("Provisioning templates", AWS IoT). */
import { type Said, sentence } from '../../contract/sentences.ts';
import { entriesOf, isComputed, type Json, membersOf, own, refOf } from './json.ts';

export type Scope = {
  parameters: ReadonlyMap<string, string>;
  mappings: Json | undefined;
  /** Names without a value are added here. */
  unresolved: Set<string>;
};

/** A function that gets what it does not take: "results in a provisioning error". */
export class NotEvaluated extends Error {
  readonly said: Said;
  constructor(said: Said) {
    super(said.message);
    this.said = said;
  }
}

export const functionNames = ['Fn::Join', 'Fn::Select', 'Fn::FindInMap', 'Fn::Split', 'Fn::Sub'];

/**
 * Undefined for a value that hangs on a name without a value: it counts as absent. In lists and objects such parts are
 * left out.
 * @throws NotEvaluated
 */
export function evaluate(value: Json, scope: Scope): Json | undefined {
  if (Array.isArray(value)) return value.map((item) => evaluate(item, scope)).filter((item) => item !== undefined);
  const object = membersOf(value);
  if (!object) return value;
  const ref = refOf(object);
  if (ref !== undefined) return lookUp(ref, scope);
  const [name = '', ...others] = Object.keys(object);
  if (others.length === 0 && functionNames.includes(name)) return call(name, object[name] ?? null, scope);
  const entries = Object.entries(object).map(([member, item]) => [member, evaluate(item, scope)] as const);
  return Object.fromEntries(entries.filter((entry): entry is [string, Json] => entry[1] !== undefined));
}

/** A function has no value while a part of its argument has none. What is wrong with the rest shows later. */
function call(name: string, argument: Json, scope: Scope): Json | undefined {
  const unresolved = new Set<string>();
  try {
    const result = functions[name]?.(argument, { ...scope, unresolved });
    return unresolved.size > 0 ? undefined : result;
  } catch (error) {
    if (unresolved.size === 0) throw error;
    return undefined;
  } finally {
    for (const missing of unresolved) scope.unresolved.add(missing);
  }
}

const functions: Record<string, (argument: Json, scope: Scope) => Json> = {
  'Fn::Join': (argument, scope) => {
    const [delimiter, parts] = pair(evaluate(argument, scope), 'Fn::Join');
    return list(parts, 'Fn::Join')
      .map((part) => string(part, 'Fn::Join'))
      .join(string(delimiter, 'Fn::Join'));
  },
  'Fn::Select': (argument, scope) => {
    const [index, parts] = pair(evaluate(argument, scope), 'Fn::Select');
    const all = list(parts, 'Fn::Select');
    const chosen = isIndex(index) ? all[Number(index)] : undefined;
    if (chosen === undefined || chosen === null) throw nothingSelected(index, all);
    return chosen;
  },
  'Fn::Split': (argument, scope) => {
    const [delimiter, source] = pair(evaluate(argument, scope), 'Fn::Split');
    return string(source, 'Fn::Split').split(string(delimiter, 'Fn::Split'));
  },
  'Fn::FindInMap': (argument, scope) => {
    const keys = list(evaluate(argument, scope), 'Fn::FindInMap').map((key) => string(key, 'Fn::FindInMap'));
    const found = keys.reduce<Json | undefined>((at, key) => own(at, key), scope.mappings ?? {});
    if (keys.length !== 3 || found === undefined) throw nothingFound(keys);
    return found;
  },
  'Fn::Sub': (argument, scope) => {
    const [source, values] = Array.isArray(argument) ? argument : [argument];
    const given = evaluate(values ?? {}, scope);
    return string(source, 'Fn::Sub').replace(placeholder, (whole, literal: string, name: string) => {
      if (literal) return `\${${name}}`;
      if (ofPolicies.test(name) && !scope.parameters.has(name)) return whole;
      const value = own(given, name) ?? lookUp(name, scope);
      return value === undefined ? whole : string(value, 'Fn::Sub');
    });
  },
};

const isIndex = (index: Json | undefined): boolean => /^\d+$/.test(String(index));
const nothingSelected = (index: Json | undefined, all: readonly Json[]): NotEvaluated =>
  new NotEvaluated(sentence('selectNothing', { index: JSON.stringify(index) ?? '', count: all.length }));
const nothingFound = (keys: readonly Json[]): NotEvaluated =>
  new NotEvaluated(sentence('findNothing', { keys: keys.map((key) => (isComputed(key) ? '*' : key)).join(' / ') }));

/**
 * What no value of a parameter can mend, although a part of the argument hangs on one: a map, a key or an element that is
 * not there, or a part too many.
 * @throws NotEvaluated
 */
export function checkCall(name: string, argument: Json, mappings: Json | undefined): void {
  if (!Array.isArray(argument)) return;
  if (['Fn::Join', 'Fn::Select', 'Fn::Split'].includes(name)) pair(argument, name);
  const [index = null, all = null] = argument;
  if (name === 'Fn::Select' && Array.isArray(all) && !isComputed(index))
    if (!isIndex(index) || Number(index) >= all.length) throw nothingSelected(index, all);
  if (name !== 'Fn::FindInMap') return;
  const found = argument.reduce<Json[]>(
    (at, key) =>
      at.flatMap((one) => (isComputed(key) ? entriesOf(one).map(([, inner]) => inner) : (own(one, String(key)) ?? []))),
    [mappings ?? {}],
  );
  if (found.length === 0) throw nothingFound(argument);
}

/** A placeholder of `Fn::Sub`; with an exclamation mark it stays as it is, without the mark. */
const placeholder = /\$\{(!?)([^}]+)\}/g;
/** Variables of policies stay for the device that connects. */
const ofPolicies = /^(?:iot|aws):(?!:)/;

/** The parameters that an argument of `Fn::Sub` names in its text; those that it gives values for are none. */
export function namesInSub(argument: Json): string[] {
  const [source, values] = Array.isArray(argument) ? argument : [argument];
  if (typeof source !== 'string') return [];
  const names = [...source.matchAll(placeholder)].flatMap(([, literal, name = '']) => (literal ? [] : [name]));
  return names.filter((name) => !ofPolicies.test(name) && own(values, name) === undefined);
}

function lookUp(name: string, scope: Scope): string | undefined {
  const value = scope.parameters.get(name);
  if (value === undefined) scope.unresolved.add(name);
  return value;
}

function list(value: Json | undefined, where: string): Json[] {
  if (Array.isArray(value)) return value;
  throw new NotEvaluated(sentence('needsList', { fn: where }));
}

function pair(value: Json | undefined, where: string): Json[] {
  const all = list(value, where);
  if (all.length !== 2) throw new NotEvaluated(sentence('needsTwo', { fn: where, count: all.length }));
  return all;
}

function string(value: Json | undefined, where: string): string {
  if (typeof value === 'string') return value;
  throw new NotEvaluated(sentence('needsString', { fn: where }));
}

/** The parameters with their defaults. */
export const defaultsOf = (template: Readonly<Record<string, Json>>): [string, string][] =>
  Object.entries(membersOf(template.Parameters) ?? {}).flatMap(([name, parameter]) => {
    const value = own(parameter, 'Default');
    return typeof value === 'string' ? [[name, value] as [string, string]] : [];
  });
