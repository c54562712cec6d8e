/** The CloudFormation template of a target: bucket, role, policies, what just-in-time registration (JITR) and claims need. */
import type { CloudTarget, RegistrationWay } from '../../contract/model.ts';
import { hookResources } from './hook.ts';
import { jitrFunction, jitrRuleSql } from './jitr.ts';
import { type Place, permissionsFor, rolePermissions } from './permissions.ts';
import { policyDocument, type Statement, trustOf } from './policydocument.ts';

/** Names of the resources of a target. The role's name is that of its ARN. */
export const namesOf = ({ name, roleArn }: CloudTarget) => ({
  role: roleArn.slice(roleArn.lastIndexOf('/') + 1),
  station: `birthmark-station-${name}`,
  jitr: `birthmark-jitr-${name}`,
  hook: `birthmark-hook-${name}`,
  rule: `birthmark_jitr_${name.replaceAll('-', '_')}`,
});

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

export function cloudFormation(target: CloudTarget, ways: readonly RegistrationWay[]): object {
  const names = namesOf(target);
  const withJitr = { Condition: 'WithJitr' };
  const policies = target.policyNames.map((name, index) => [
    `DevicePolicy${index + 1}`,
    {
      Type: 'AWS::IoT::Policy',
      Condition: 'WithPolicies',
      Properties: { PolicyName: name, PolicyDocument: devicePolicy },
    },
  ]);
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `Birthmark: the AWS side of target ${target.name}. Needs CAPABILITY_NAMED_IAM.`,
    Parameters: {
      MakePolicies: { Type: 'String', Default: 'yes', AllowedValues: ['yes', 'no'] },
      MakeJitr: { Type: 'String', Default: ways.includes('jitr') ? 'yes' : 'no', AllowedValues: ['yes', 'no'] },
      MakeHook: { Type: 'String', Default: ways.includes('fleet') ? 'yes' : 'no', AllowedValues: ['yes', 'no'] },
      HookSerial: { Type: 'String', Default: 'SerialNumber', Description: 'The parameter with the serial number.' },
      HookClaims: { Type: 'String', Default: 'counted', AllowedValues: ['counted', 'any'] },
    },
    Conditions: {
      WithPolicies: { 'Fn::Equals': [{ Ref: 'MakePolicies' }, 'yes'] },
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
        Properties: { Bucket: { Ref: 'Bucket' }, PolicyDocument: onlyTls },
      },
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          RoleName: names.role,
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
          PolicyDocument: substituted(permissionsFor(ways, place)),
        },
      },
      ...Object.fromEntries(policies),
      JitrTable: {
        Type: 'AWS::DynamoDB::Table',
        Condition: 'WithTable',
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: {
          TableName: names.jitr,
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: [{ AttributeName: 'certificateId', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'certificateId', KeyType: 'HASH' }],
          SSESpecification: { SSEEnabled: true },
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        },
      },
      JitrRole: {
        Type: 'AWS::IAM::Role',
        ...withJitr,
        Properties: {
          RoleName: names.jitr,
          AssumeRolePolicyDocument: trustOf('lambda.amazonaws.com'),
          ManagedPolicyArns: [sub(`arn:${partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole`)],
          Policies: [{ PolicyName: 'registration', PolicyDocument: jitrPolicy }],
        },
      },
      JitrFunction: {
        Type: 'AWS::Lambda::Function',
        ...withJitr,
        Properties: {
          FunctionName: names.jitr,
          Runtime: 'nodejs22.x',
          Handler: 'index.handler',
          Timeout: 30,
          MemorySize: 128,
          Role: { 'Fn::GetAtt': ['JitrRole', 'Arn'] },
          Environment: { Variables: { TABLE: { Ref: 'JitrTable' }, POLICIES: target.policyNames.join(',') } },
          Code: { ZipFile: jitrFunction },
        },
      },
      JitrRule: {
        Type: 'AWS::IoT::TopicRule',
        ...withJitr,
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
        ...withJitr,
        Properties: {
          Action: 'lambda:InvokeFunction',
          FunctionName: { Ref: 'JitrFunction' },
          Principal: 'iot.amazonaws.com',
          SourceAccount: { Ref: 'AWS::AccountId' },
          SourceArn: { 'Fn::GetAtt': ['JitrRule', 'Arn'] },
        },
      },
      ...hookResources(names.hook, 'JitrTable'),
    },
    Outputs: {
      RoleArn: { Value: { 'Fn::GetAtt': ['Role', 'Arn'] } },
      BucketName: { Value: { Ref: 'Bucket' } },
      HookArn: {
        Condition: 'WithHook',
        Description: 'The hook of provisioning templates for claims.',
        Value: { 'Fn::GetAtt': ['HookFunction', 'Arn'] },
      },
      StationPolicyArn: { Description: 'Attach it to the identity of the station.', Value: { Ref: 'StationPolicy' } },
    },
  };
}

/** Encrypted, closed to the public, and old files go away: AWS keeps the data of a task for 30 days. */
export const bucketSafety = {
  BucketEncryption: {
    ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
  },
  PublicAccessBlockConfiguration: {
    BlockPublicAcls: true,
    BlockPublicPolicy: true,
    IgnorePublicAcls: true,
    RestrictPublicBuckets: true,
  },
  OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
  LifecycleConfiguration: {
    Rules: [
      { Id: 'batches', Status: 'Enabled', Prefix: 'batches/', ExpirationInDays: 90 },
      { Id: 'parts', Status: 'Enabled', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } },
    ],
  },
};

const onlyTls = {
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'OnlyTls',
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: [{ 'Fn::Sub': `arn:${partition}:s3:::${bucket}` }, { 'Fn::Sub': `arn:${partition}:s3:::${bucket}/*` }],
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
  ],
};

const iot = (resource: string) => ({
  'Fn::Sub': `arn:${partition}:iot:${region}:${accountId}:${resource}`,
});
const ownName = named('!iot:Connection.Thing.ThingName');

/** A device may connect as its own thing, and use the topics below its own name. */
const devicePolicy = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: ['iot:Connect'], Resource: [iot(`client/${ownName}`)] },
    { Effect: 'Allow', Action: ['iot:Publish', 'iot:Receive'], Resource: [iot(`topic/devices/${ownName}/*`)] },
    { Effect: 'Allow', Action: ['iot:Subscribe'], Resource: [iot(`topicfilter/devices/${ownName}/*`)] },
  ],
};

const jitrPolicy = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: ['iot:DescribeCertificate', 'iot:UpdateCertificate', 'iot:AttachPolicy'],
      Resource: [iot('cert/*')],
    },
    { Effect: 'Allow', Action: ['iot:CreateThing'], Resource: [iot('thing/*')] },
    { Effect: 'Allow', Action: ['iot:AttachThingPrincipal'], Resource: ['*'] },
    { Effect: 'Allow', Action: ['dynamodb:PutItem'], Resource: [{ 'Fn::GetAtt': ['JitrTable', 'Arn'] }] },
  ],
};
