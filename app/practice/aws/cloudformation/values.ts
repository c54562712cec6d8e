import type { Account } from '../account.ts';

/**
 * The values of a CloudFormation template ("Intrinsic function reference", CloudFormation user guide): `Ref`,
 * `Fn::GetAtt`, `Fn::Sub`, `Fn::Join`, `Fn::Equals`, `Fn::Not`, `Fn::And`, `Fn::Or`. Another function is refused.
 */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type Made = { ref: string; attributes: Readonly<Record<string, string>> };
export type Scope = {
  account: Account;
  stackId: string;
  parameters: ReadonlyMap<string, string>;
  /** By logical name. */
  made: ReadonlyMap<string, Made>;
};

/** @throws Error – a function or a name that is not there */
export function valueIn(value: Json, scope: Scope): Json {
  if (Array.isArray(value)) return value.map((one) => valueIn(one, scope)).filter((one) => one !== noValue);
  if (typeof value !== 'object' || value === null) return value;
  const [[name = '', argument = null] = [], ...more] = Object.entries(value);
  if (more.length === 0 && (name === 'Ref' || name.startsWith('Fn::'))) return computed(name, argument, scope);
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, inner]): [string, Json] => [key, valueIn(inner, scope)])
      .filter(([, inner]) => inner !== noValue),
  );
}

/** Logical names that a value refers to. */
export function namesIn(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap(namesIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    if (name === 'Ref' && typeof inner === 'string') return [inner];
    if (name === 'Fn::GetAtt' && Array.isArray(inner)) return [String(inner[0])];
    const [text] = name === 'Fn::Sub' ? [inner].flat() : [];
    const inText =
      typeof text === 'string' ? [...text.matchAll(variable)].map(([, one = '']) => one.split('.')[0] ?? '') : [];
    return [...inText, ...namesIn(inner)];
  });
}

const noValue = Object.freeze({ 'AWS::NoValue': '' }) as unknown as Json;
/** `${!Name}` stays as `${Name}`. */
const variable = /\$\{(?!!)([^}]+)\}/g;

function computed(name: string, argument: Json, scope: Scope): Json {
  const list = () => (valueIn(argument, scope) as Json[]) ?? [];
  switch (name) {
    case 'Ref':
      return referred(String(argument), scope);
    case 'Fn::GetAtt': {
      const [of = '', attribute = ''] = Array.isArray(argument) ? argument.map(String) : String(argument).split('.');
      return attributeOf(of, attribute, scope);
    }
    case 'Fn::Sub':
      return substituted(argument, scope);
    case 'Fn::Join': {
      const [by = '', parts = []] = list();
      return (parts as Json[]).map(String).join(String(by));
    }
    case 'Fn::Equals': {
      const [a, b] = list();
      return a === b;
    }
    case 'Fn::Not':
      return list()[0] !== true;
    case 'Fn::And':
      return list().every((one) => one === true);
    case 'Fn::Or':
      return list().includes(true);
    default:
      throw new Error(`The practice AWS does not offer ${name}`);
  }
}

function substituted(argument: Json, scope: Scope): string {
  const [text, own = {}] = Array.isArray(argument) ? argument : [argument];
  const values = valueIn(own ?? {}, scope) as Record<string, Json>;
  return String(text)
    .replace(variable, (_, name: string) => {
      if (Object.hasOwn(values, name)) return String(values[name]);
      const [of = '', ...attribute] = name.split('.');
      return attribute.length > 0 ? attributeOf(of, attribute.join('.'), scope) : String(referred(name, scope));
    })
    .replaceAll('${!', '${');
}

function referred(name: string, { account, stackId, parameters, made }: Scope): Json {
  const pseudo: Record<string, Json> = {
    'AWS::Region': account.region,
    'AWS::AccountId': account.id,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackId': stackId,
    'AWS::StackName': stackId.split('/')[1] ?? '',
    'AWS::NoValue': noValue,
  };
  const value = parameters.get(name) ?? made.get(name)?.ref ?? pseudo[name];
  if (value === undefined) throw new Error(`Unresolved resource dependencies [${name}]`);
  return value;
}

function attributeOf(name: string, attribute: string, { made }: Scope): string {
  const value = made.get(name)?.attributes[attribute];
  if (value === undefined) throw new Error(`Template error: ${name} has no attribute ${attribute}`);
  return value;
}
