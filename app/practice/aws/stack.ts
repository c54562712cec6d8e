/**
 * Takes a CloudFormation template into the account: what the station generates for an account is what runs here, as it
 * is. Of the intrinsic functions it reads Ref, Fn::Sub, Fn::GetAtt and those of conditions ("Intrinsic function reference",
 * CloudFormation user guide). What the account has already is left as it is, except a function's code and its rule.
 */
import type { Account } from './account.ts';
import { createTable } from './dynamodb/tables.ts';
import { createPolicy } from './iot/policies.ts';
import { ruleHandlers } from './iot/rules.ts';
import { createFunction, functionArn, functionNamed, setCode } from './lambda/functions.ts';
import { addPermission } from './lambda/permission.ts';
import { zipOf } from './lambda/zip.ts';
import { arnOf, newIdentity, setPolicy } from './permissions/identities.ts';

type Json = string | number | boolean | null | Json[] | { [name: string]: Json };
type Members = Record<string, Json>;
type Resource = { Type: string; Condition?: string; Properties?: Members };
type Stack = {
  Parameters?: Record<string, { Default?: string }>;
  Conditions?: Record<string, Json>;
  Resources: Record<string, Resource>;
};

/** What stands here already, or what nothing here looks at. */
const passed = ['AWS::S3::Bucket', 'AWS::S3::BucketPolicy', 'AWS::IAM::ManagedPolicy'];
/** A function needs its role, a rule its function. */
const order = [
  ...['AWS::IoT::Policy', 'AWS::DynamoDB::Table', 'AWS::IAM::Role', 'AWS::Lambda::Function'],
  ...['AWS::IoT::TopicRule', 'AWS::Lambda::Permission'],
];

/**
 * @returns the names of what is there now, by the names of the template
 * @param parameters values in place of the template's defaults
 * @throws Error – for a kind of resource that the practice AWS does not have; ServiceError – as the calls that make it
 */
export async function installStack(
  account: Account,
  text: string,
  parameters: Readonly<Record<string, string>> = {},
): Promise<Record<string, string>> {
  const stack = JSON.parse(text) as Stack;
  const read = readerOf(account, stack, parameters);
  const wanted = Object.entries(stack.Resources).filter(
    ([, { Type, Condition }]) => !passed.includes(Type) && read.holds(Condition),
  );
  const strange = wanted.find(([, { Type }]) => !order.includes(Type));
  if (strange) throw new Error(`The practice AWS makes no ${strange[1].Type} (${strange[0]}).`);
  for (const type of order)
    for (const [name, { Type, Properties = {} }] of wanted)
      if (Type === type) await make(account, type, { name, ...(read.value(Properties) as Members) });
  account.changed();
  return Object.fromEntries(wanted.map(([name]) => [name, read.own(name)]));
}

function readerOf(
  account: Account,
  { Parameters = {}, Conditions = {}, Resources }: Stack,
  given: Readonly<Record<string, string>>,
) {
  const names: Record<string, string> = {
    'AWS::Partition': 'aws',
    'AWS::Region': account.region,
    'AWS::AccountId': account.id,
    ...Object.fromEntries(Object.entries(Parameters).map(([name, { Default = '' }]) => [name, Default])),
    ...given,
  };
  const own = (name: string): string => {
    const resource = Resources[name];
    if (!resource) throw new Error(`The template names ${name}, which it does not have.`);
    const key = nameKeys[resource.Type];
    const found = key === undefined ? name : resource.Properties?.[key];
    return typeof found === 'string' ? found : (value(found ?? name) as string);
  };
  const ref = (name: string): string => names[name] ?? own(name);
  const arn = (name: string): string => {
    const type = Resources[name]?.Type;
    if (type === 'AWS::IAM::Role') return arnOf(account.id, newIdentity(own(name), 'role'));
    if (type === 'AWS::Lambda::Function') return functionArn(account, own(name));
    if (type === 'AWS::DynamoDB::Table') return `arn:aws:dynamodb:${account.region}:${account.id}:table/${own(name)}`;
    if (type === 'AWS::IoT::TopicRule') return `arn:aws:iot:${account.region}:${account.id}:rule/${own(name)}`;
    throw new Error(`The practice AWS knows no ARN of ${name}.`);
  };
  const text = (template: string): string =>
    template.replace(/\$\{(!?)([^}]*)\}/g, (_, literal: string, name: string) => {
      if (literal) return `\${${name}}`;
      return name.endsWith('.Arn') ? arn(name.slice(0, -4)) : ref(name);
    });
  const value = (one: Json): Json => {
    if (Array.isArray(one)) return one.map(value);
    if (typeof one !== 'object' || one === null) return one;
    if (typeof one.Ref === 'string') return ref(one.Ref);
    if (typeof one['Fn::Sub'] === 'string') return text(one['Fn::Sub']);
    if (Array.isArray(one['Fn::GetAtt'])) return arn(String(one['Fn::GetAtt'][0]));
    return Object.fromEntries(Object.entries(one).map(([name, member]) => [name, value(member)]));
  };
  const holds = (condition: string | undefined): boolean => condition === undefined || decides(Conditions[condition]);
  const decides = (one: Json | undefined): boolean => {
    const [[what, operands] = []] = Object.entries((one ?? {}) as Members);
    if (what === 'Condition') return holds(String(operands));
    const list = (Array.isArray(operands) ? operands : []) as Json[];
    if (what === 'Fn::Equals') return value(list[0] ?? null) === value(list[1] ?? null);
    if (what === 'Fn::Or') return list.some(decides);
    if (what === 'Fn::And') return list.every(decides);
    if (what === 'Fn::Not') return !list.some(decides);
    throw new Error(`The practice AWS reads no condition ${what}.`);
  };
  return { value, holds, own };
}

const nameKeys: Readonly<Record<string, string>> = {
  'AWS::IoT::Policy': 'PolicyName',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::IAM::Role': 'RoleName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::IoT::TopicRule': 'RuleName',
  'AWS::S3::Bucket': 'BucketName',
};

async function make(account: Account, type: string, wanted: Members): Promise<void> {
  const { state } = account;
  const text = (member: string) => String(wanted[member] ?? '');
  switch (type) {
    case 'AWS::IoT::Policy':
      if (!state.policies.has(text('PolicyName')))
        createPolicy(account, text('PolicyName'), JSON.stringify(wanted.PolicyDocument));
      break;
    case 'AWS::DynamoDB::Table':
      if (!state.tables.has(text('TableName'))) createTable(account, wanted);
      break;
    case 'AWS::IAM::Role': {
      if (state.identities.has(text('RoleName'))) break;
      const role = newIdentity(text('RoleName'), 'role');
      const Statement = ((wanted.Policies ?? []) as Members[]).flatMap(
        ({ PolicyDocument }) => (PolicyDocument as Members).Statement as Json[],
      );
      setPolicy(role, JSON.stringify({ Version: '2012-10-17', Statement }));
      state.identities.set(role.name, role);
      break;
    }
    case 'AWS::Lambda::Function': {
      const { ZipFile } = wanted.Code as Members;
      const zip = zipOf('index.js', String(ZipFile));
      const known = functionNamed(account, text('FunctionName'));
      if (known) await setCode(account, known, zip);
      else await createFunction(account, wanted as never, zip);
      break;
    }
    case 'AWS::IoT::TopicRule': {
      state.rules.delete(text('RuleName'));
      const topicRulePayload = small(wanted.TopicRulePayload ?? {});
      ruleHandlers.CreateTopicRule({ ruleName: text('RuleName'), topicRulePayload } as never, account);
      break;
    }
    case 'AWS::Lambda::Permission': {
      const called = functionNamed(account, text('FunctionName'));
      const known = called?.permissions?.some(({ sid }) => sid === wanted.name);
      if (called && !known) addPermission(account, called, { ...wanted, StatementId: wanted.name });
      break;
    }
  }
}

/** The members of the API begin with small letters, those of CloudFormation with capitals. */
function small(one: Json): Json {
  if (Array.isArray(one)) return one.map(small);
  if (typeof one !== 'object' || one === null) return one;
  return Object.fromEntries(
    Object.entries(one).map(([name, value]) => [name.charAt(0).toLowerCase() + name.slice(1), small(value)]),
  );
}
