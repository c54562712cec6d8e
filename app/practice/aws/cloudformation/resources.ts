import { type Account, nowSeconds } from '../account.ts';
import { createTable } from '../dynamodb/tables.ts';
import { createPolicy } from '../iot/policies.ts';
import { ruleHandlers } from '../iot/rules.ts';
import { topicRulePayload } from '../iot/types.ts';
import { createFunction, findFunction, functionArn, type NewFunction } from '../lambda/functions.ts';
import { addPermission } from '../lambda/permission.ts';
import { zipOf } from '../lambda/zip.ts';
import { arnOf, newIdentity, setPolicy } from '../permissions/identities.ts';
import { bucketOf } from '../store.ts';
import type { Json, Made } from './values.ts';

type Properties = Record<string, Json>;
type Make = (account: Account, properties: Properties, name: string) => Promise<Made> | Made;

/** The types of resources that a stack may have, and what their making gives ("AWS resource and property types reference"). */
export const resourceTypes: Readonly<Record<string, Make>> = {
  'AWS::S3::Bucket': (account, { BucketName }, name) => {
    const bucket = String(BucketName ?? name.toLowerCase());
    if (account.state.buckets.has(bucket)) throw new Error(`${bucket} already exists`);
    account.state.buckets.set(bucket, bucketOf(bucket, nowSeconds(account)));
    return { ref: bucket, attributes: { Arn: `arn:aws:s3:::${bucket}` } };
  },
  /** A bucket of the practice AWS is open to the identities of its account. */
  'AWS::S3::BucketPolicy': (_, { Bucket }) => ({ ref: String(Bucket), attributes: {} }),

  'AWS::IAM::Role': (account, { RoleName, Policies = [], AssumeRolePolicyDocument }, name) => {
    const roleName = String(RoleName ?? name);
    if (account.state.identities.has(roleName)) throw new Error(`Role ${roleName} already exists`);
    const role = newIdentity(roleName, 'role');
    const statements = (Policies as Properties[]).flatMap(
      ({ PolicyDocument }) => (PolicyDocument as Properties).Statement ?? [],
    );
    const Statement = statements.length > 0 ? statements : [{ Effect: 'Deny', Action: '*', Resource: '*' }];
    setPolicy(role, JSON.stringify({ Version: '2012-10-17', Statement }));
    if (AssumeRolePolicyDocument !== undefined) role.trust = JSON.stringify(AssumeRolePolicyDocument);
    account.state.identities.set(roleName, role);
    return { ref: roleName, attributes: { Arn: arnOf(account.id, role) } };
  },
  /** It has an effect where a person attaches it. */
  'AWS::IAM::ManagedPolicy': (account, { ManagedPolicyName }, name) => ({
    ref: `arn:aws:iam::${account.id}:policy/${String(ManagedPolicyName ?? name)}`,
    attributes: {},
  }),

  'AWS::IoT::Policy': (account, { PolicyName, PolicyDocument }, name) => {
    const { name: made, arn } = createPolicy(account, String(PolicyName ?? name), JSON.stringify(PolicyDocument));
    return { ref: made, attributes: { Arn: arn } };
  },
  'AWS::IoT::TopicRule': (account, { RuleName, TopicRulePayload }, name) => {
    const ruleName = String(RuleName ?? name);
    const payload = topicRulePayload(smallNames(TopicRulePayload ?? {}), 'TopicRulePayload');
    ruleHandlers.CreateTopicRule({ ruleName, topicRulePayload: payload } as never, account);
    return { ref: ruleName, attributes: { Arn: account.state.rules.get(ruleName)?.arn ?? '' } };
  },

  'AWS::DynamoDB::Table': (account, properties, name) => {
    const table = createTable(account, { ...properties, TableName: properties.TableName ?? name });
    const Arn = `arn:aws:dynamodb:${account.region}:${account.id}:table/${table.name}`;
    return { ref: table.name, attributes: { Arn } };
  },

  'AWS::Lambda::Function': async (account, { FunctionName, Code, Timeout, MemorySize, ...others }, name) => {
    const { ZipFile } = Code as { ZipFile?: string };
    if (ZipFile === undefined || ZipFile.length > longestInline) {
      throw new Error(`Code.ZipFile must have 1 to ${longestInline} characters`);
    }
    const input = {
      ...others,
      FunctionName: String(FunctionName ?? name),
      Timeout: Number(Timeout ?? 3),
      MemorySize: Number(MemorySize ?? 128),
    };
    const made = await createFunction(account, input as unknown as NewFunction, zipOf('index.js', ZipFile));
    return { ref: made.name, attributes: { Arn: functionArn(account, made.name) } };
  },
  'AWS::Lambda::Permission': (account, { FunctionName, Action, Principal, SourceArn, SourceAccount }, name) => {
    const body = { StatementId: name, Action, Principal, SourceArn, SourceAccount };
    addPermission(account, findFunction(account, String(FunctionName)), body);
    return { ref: name, attributes: {} };
  },
};

/** "AWS::Lambda::Function Code", CloudFormation user guide: characters of code inside a template. */
const longestInline = 4096;

/** Members of the API begin with a small letter where those of the template begin with a large one. */
function smallNames(value: Json): Json {
  if (Array.isArray(value)) return value.map(smallNames);
  if (typeof value !== 'object' || value === null) return value;
  const small = (name: string) => `${name.slice(0, 1).toLowerCase()}${name.slice(1)}`;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [small(name), smallNames(inner)]));
}
