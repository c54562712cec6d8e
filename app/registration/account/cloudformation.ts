/** The CloudFormation template of a target: bucket, role, policies, and what just-in-time registration (JITR) and claims need. */
import type { CloudTarget, RegistrationWay } from '../../contract/model.ts';
import { hookOutput, hookParameters, hookResources } from './hook.ts';
import { jitrFunction, jitrRuleSql, jitrSettings, jitrTable, jitrVariables } from './jitr.ts';
import { jitrPermissions, type Permission, type Place, permissionsFor, rolePermissions } from './permissions.ts';
import { policyDocument, type Statement, trustOf } from './policydocument.ts';
import { bucketSafety, devicePolicy, onlyTls, ownNames } from './safety.ts';

/** The table of just-in-time registration and of claims: the allow-list, and what came of it. */
export const deviceTable = (targetName: string): string => `birthmark-devices-${targetName}`;

const hookName = (targetName: string): string => `birthmark-hook-${targetName}`;

/** Names of the resources of a target. The role's name and path are those of its ARN. */
export const namesOf = ({ name, roleArn }: CloudTarget) => ({
  role: roleArn.slice(roleArn.lastIndexOf('/') + 1),
  /** `/`, or the path that stands before the name. It is part of the ARN. */
  rolePath: roleArn.slice(roleArn.indexOf('/'), roleArn.lastIndexOf('/') + 1),
  station: `birthmark-station-${name}`,
  jitr: `birthmark-jitr-${name}`,
  hook: hookName(name),
  table: deviceTable(name),
  rule: `birthmark_jitr_${name.replaceAll('-', '_')}`,
});

/** Whether the function of this ARN is the hook that the station wrote for the target. */
export const isHookOf = (target: string, hookArn: string | undefined): boolean =>
  hookArn?.split(':')[6] === hookName(target);

/** A string with `$` and braces is a text for `Fn::Sub`, where IoT's own variables are written `${!…}`. */
const sub = (text: string): string | { 'Fn::Sub': string } => (text.includes('${') ? { 'Fn::Sub': text } : text);

/** Pseudo parameters and names of the template, as `Fn::Sub` writes them. */
const named = (name: string) => `\${${name}}`;
const partition = named('AWS::Partition');
const region = named('AWS::Region');
const accountId = named('AWS::AccountId');
const bucket = named('Bucket');
const place: Place = { partition, region, accountId, bucket, roleArn: named('Role.Arn') };

const substituted = (rows: readonly { action: string; resource: string }[]) => {
  const { Version, Statement } = policyDocument(rows);
  return { Version, Statement: Statement.map((one: Statement) => ({ ...one, Resource: sub(one.Resource) })) };
};

export function cloudFormation(
  target: CloudTarget,
  ways: readonly RegistrationWay[],
  also: readonly Permission[] = [],
): object {
  const names = namesOf(target);
  const ofDevice = devicePolicy(ownNames.sub, (resource) =>
    sub(`arn:${partition}:iot:${region}:${accountId}:${resource}`),
  );
  const policies = target.policyNames.map((name, index) => [
    `DevicePolicy${index + 1}`,
    {
      Type: 'AWS::IoT::Policy',
      Condition: 'WithPolicies',
      Properties: { PolicyName: name, PolicyDocument: ofDevice },
    },
  ]);
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `Birthmark: the AWS side of target ${target.name}. Needs CAPABILITY_NAMED_IAM.`,
    Parameters: {
      ...(policies.length > 0 && { MakePolicies: { Type: 'String', Default: 'yes', AllowedValues: ['yes', 'no'] } }),
      MakeJitr: { Type: 'String', Default: ways.includes('jitr') ? 'yes' : 'no', AllowedValues: ['yes', 'no'] },
      MakeHook: { Type: 'String', Default: ways.includes('fleet') ? 'yes' : 'no', AllowedValues: ['yes', 'no'] },
      ...hookParameters,
    },
    Conditions: {
      ...(policies.length > 0 && { WithPolicies: { 'Fn::Equals': [{ Ref: 'MakePolicies' }, 'yes'] } }),
      WithJitr: { 'Fn::Equals': [{ Ref: 'MakeJitr' }, 'yes'] },
      WithHook: { 'Fn::Equals': [{ Ref: 'MakeHook' }, 'yes'] },
      WithTable: { 'Fn::Or': [{ Condition: 'WithJitr' }, { Condition: 'WithHook' }] },
    },
    Resources: {
      Bucket: {
        Type: 'AWS::S3::Bucket',
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: { BucketName: target.bucket, ...bucketSafety },
      },
      BucketPolicy: {
        Type: 'AWS::S3::BucketPolicy',
        Properties: { Bucket: { Ref: 'Bucket' }, PolicyDocument: onlyTls(`arn:${partition}:s3:::${bucket}`, sub) },
      },
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          RoleName: names.role,
          ...(names.rolePath === '/' ? {} : { Path: names.rolePath }),
          Description: 'AWS IoT reads the file of a batch with it, and registers its units.',
          AssumeRolePolicyDocument: trustOf('iot.amazonaws.com'),
          Policies: [
            {
              PolicyName: 'registration',
              PolicyDocument: substituted(
                rolePermissions.map(({ action, resource }) => ({ action, resource: resource(place) })),
              ),
            },
          ],
        },
      },
      StationPolicy: {
        Type: 'AWS::IAM::ManagedPolicy',
        Properties: {
          ManagedPolicyName: names.station,
          Description: 'What the station itself may do. Attach it to the user or role whose credentials the PC has.',
          PolicyDocument: substituted(permissionsFor(ways, place, also)),
        },
      },
      ...Object.fromEntries(policies),
      ...withCondition('WithTable', tableResource(target)),
      ...withCondition('WithJitr', jitrResources(target)),
      ...withCondition('WithHook', hookResources(names.hook, names.table)),
    },
    Outputs: {
      RoleArn: { Value: { 'Fn::GetAtt': ['Role', 'Arn'] } },
      BucketName: { Value: { Ref: 'Bucket' } },
      ...withCondition('WithHook', hookOutput),
      StationPolicyArn: { Description: 'Attach it to the identity of the station.', Value: { Ref: 'StationPolicy' } },
    },
  };
}

/** Just-in-time registration alone, for an account that has the rest. */
export const jitrTemplate = (target: CloudTarget): object => ({
  AWSTemplateFormatVersion: '2010-09-09',
  Description: `Birthmark: just-in-time registration of target ${target.name}. Needs CAPABILITY_NAMED_IAM.`,
  Resources: { ...tableResource(target), ...jitrResources(target) },
});

/** The hook for claims alone. */
export const hookTemplate = (target: CloudTarget): object => ({
  AWSTemplateFormatVersion: '2010-09-09',
  Description: `Birthmark: the hook for claims of target ${target.name}. Needs CAPABILITY_NAMED_IAM.`,
  Parameters: hookParameters,
  Resources: { ...tableResource(target), ...hookResources(namesOf(target).hook, namesOf(target).table) },
  Outputs: hookOutput,
});

const withCondition = (Condition: string, resources: Record<string, object>) =>
  Object.fromEntries(Object.entries(resources).map(([name, resource]) => [name, { ...resource, Condition }]));

const tableResource = (target: CloudTarget): Record<string, object> => ({
  JitrTable: {
    Type: 'AWS::DynamoDB::Table',
    DeletionPolicy: 'Retain',
    UpdateReplacePolicy: 'Retain',
    Properties: {
      TableName: namesOf(target).table,
      ...jitrTable,
      SSESpecification: { SSEEnabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    },
  },
});

/** Role, function, rule, and the permission of the rule to call the function. */
function jitrResources(target: CloudTarget): Record<string, object> {
  const names = namesOf(target);
  return {
    JitrRole: {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: names.jitr,
        AssumeRolePolicyDocument: trustOf('lambda.amazonaws.com'),
        ManagedPolicyArns: [sub(`arn:${partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole`)],
        Policies: [
          {
            PolicyName: 'registration',
            PolicyDocument: substituted(
              jitrPermissions(names.table).map(({ action, resource }) => ({ action, resource: resource(place) })),
            ),
          },
        ],
      },
    },
    JitrFunction: {
      Type: 'AWS::Lambda::Function',
      // The function reads the table in its first event.
      DependsOn: ['JitrTable'],
      Properties: {
        FunctionName: names.jitr,
        ...jitrSettings,
        Role: { 'Fn::GetAtt': ['JitrRole', 'Arn'] },
        Environment: { Variables: jitrVariables(target, names.table) },
        Code: { ZipFile: jitrFunction },
      },
    },
    JitrRule: {
      Type: 'AWS::IoT::TopicRule',
      Properties: {
        RuleName: names.rule,
        TopicRulePayload: {
          Sql: jitrRuleSql,
          AwsIotSqlVersion: '2016-03-23',
          RuleDisabled: false,
          Actions: [{ Lambda: { FunctionArn: { 'Fn::GetAtt': ['JitrFunction', 'Arn'] } } }],
        },
      },
    },
    JitrCall: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        Action: 'lambda:InvokeFunction',
        FunctionName: { Ref: 'JitrFunction' },
        Principal: 'iot.amazonaws.com',
        SourceAccount: { Ref: 'AWS::AccountId' },
        SourceArn: { 'Fn::GetAtt': ['JitrRule', 'Arn'] },
      },
    },
  };
}
