/** The pre-provisioning hook of a target: what AWS runs before a device with a claim is provisioned. */
import { zipSync } from 'fflate';
import type { Place } from './permissions.ts';
import { policyDocument, trustOf } from './policydocument.ts';

/**
 * Items of the allow-list, by the key of the table: `unit:SERIAL` for a serial number that may be provisioned once, and
 * `claim:CERTIFICATE-ID` with `maxUnits` and `used` for a claim certificate.
 */
export const hookItem = {
  unit: (serial: string): string => `unit:${serial}`,
  claim: (certificateId: string): string => `claim:${certificateId}`,
};

/**
 * Node.js, with the SDK that Lambda brings ("Pre-provisioning hooks", AWS IoT developer guide). It lets a device pass
 * whose serial number is in the table and was not provisioned with another certificate, as long as its claim has units
 * left. Both are conditional updates, so that two requests at once cannot have the same serial number or the same last
 * unit. It may run twice for one certificate, and answers the same. The limit of a function inside a template is 4096
 * characters.
 *
 * Environment: TABLE; SERIAL, the parameter with the serial number; CLAIMS, `counted`, or `any` for claims of a trusted
 * user, which are new for each unit.
 */
export const hookFunction = `const { DynamoDBClient, UpdateItemCommand } = require('@aws-sdk/client-dynamodb');

const table = new DynamoDBClient({});
const { TABLE, SERIAL, CLAIMS } = process.env;

// Undefined when the item does not meet the condition.
const update = async (id, rest) => {
  const call = { TableName: TABLE, Key: { certificateId: { S: id } }, ...rest };
  try {
    return await table.send(new UpdateItemCommand(call));
  } catch (error) {
    if (error.name === 'ConditionalCheckFailedException') return undefined;
    throw error;
  }
};
const refuse = (reason) => {
  console.log('refused: ' + reason);
  return { allowProvisioning: false, parameterOverrides: {} };
};
const allow = { allowProvisioning: true, parameterOverrides: {} };

exports.handler = async ({ claimCertificateId, certificateId, parameters }) => {
  const serial = parameters[SERIAL];
  if (!serial) return refuse('the device sent no ' + SERIAL);
  const taken = await update('unit:' + serial, {
    UpdateExpression: 'SET provisionedWith = :own, provisionedBy = :claim, provisionedAt = :now',
    ConditionExpression:
      'attribute_exists(certificateId) AND (attribute_not_exists(provisionedWith) OR provisionedWith = :own)',
    ExpressionAttributeValues: {
      ':own': { S: certificateId }, ':claim': { S: claimCertificateId }, ':now': { S: new Date().toISOString() },
    },
    ReturnValues: 'ALL_OLD',
  });
  if (!taken) return refuse(serial + ' is not in the allow-list, or was provisioned before');
  const again = taken.Attributes.provisionedWith !== undefined;
  if (again || CLAIMS === 'any') return allow;
  const counted = await update('claim:' + claimCertificateId, {
    UpdateExpression: 'ADD used :one',
    ConditionExpression: 'attribute_exists(certificateId) AND used < maxUnits',
    ExpressionAttributeValues: { ':one': { N: '1' } },
  });
  if (counted) return allow;
  await update('unit:' + serial, { UpdateExpression: 'REMOVE provisionedWith, provisionedBy, provisionedAt' });
  return refuse('the claim ' + claimCertificateId + ' is not known, or has provisioned all its units');
};
`;

/** What the role of the function may do, beside writing its log. */
export const hookActions = ['dynamodb:UpdateItem'] as const;

const basicLog = 'service-role/AWSLambdaBasicExecutionRole';
const runtime = { Runtime: 'nodejs22.x', Handler: 'index.handler', Timeout: 5, MemorySize: 256 } as const;

/** Its part of the CloudFormation template. `table` is the logical name of the table with the allow-list. */
export function hookResources(functionName: string, table: string): Record<string, object> {
  const Condition = 'WithHook';
  const sub = (text: string) => ({ 'Fn::Sub': text });
  const allowed = { Effect: 'Allow', Action: [...hookActions], Resource: [{ 'Fn::GetAtt': [table, 'Arn'] }] };
  return {
    HookRole: {
      Type: 'AWS::IAM::Role',
      Condition,
      Properties: {
        RoleName: functionName,
        AssumeRolePolicyDocument: trustOf('lambda.amazonaws.com'),
        ManagedPolicyArns: [sub(`arn:\${AWS::Partition}:iam::aws:policy/${basicLog}`)],
        Policies: [{ PolicyName: 'allow-list', PolicyDocument: { Version: '2012-10-17', Statement: [allowed] } }],
      },
    },
    HookFunction: {
      Type: 'AWS::Lambda::Function',
      Condition,
      Properties: {
        FunctionName: functionName,
        ...runtime,
        Role: { 'Fn::GetAtt': ['HookRole', 'Arn'] },
        Environment: {
          Variables: { TABLE: { Ref: table }, SERIAL: { Ref: 'HookSerial' }, CLAIMS: { Ref: 'HookClaims' } },
        },
        Code: { ZipFile: hookFunction },
      },
    },
    HookCall: {
      Type: 'AWS::Lambda::Permission',
      Condition,
      Properties: {
        Action: 'lambda:InvokeFunction',
        FunctionName: { Ref: 'HookFunction' },
        Principal: 'iot.amazonaws.com',
        SourceAccount: { Ref: 'AWS::AccountId' },
        SourceArn: sub(`arn:\${AWS::Partition}:iot:\${AWS::Region}:\${AWS::AccountId}:provisioningtemplate/*`),
      },
    },
  };
}

/** The same as documents and aws-cli commands. The function's code is within its document, as a zip file in base64. */
export function hookPlain(place: Place, functionName: string, table: string) {
  const { region, accountId, roleArn } = place;
  const partition = place.partition ?? roleArn.split(':')[1] ?? 'aws';
  const tableArn = `arn:${partition}:dynamodb:${region}:${accountId}:table/${table}`;
  const code = zipSync({ 'index.js': new TextEncoder().encode(hookFunction) }, { mtime: '2020-01-01' });
  const contents = {
    'hook-trust.json': trustOf('lambda.amazonaws.com'),
    'hook-policy.json': policyDocument(hookActions.map((action) => ({ action, resource: tableArn }))),
    'hook-function.json': {
      FunctionName: functionName,
      ...runtime,
      Role: `arn:${partition}:iam::${accountId}:role/${functionName}`,
      Environment: { Variables: { TABLE: table, SERIAL: 'SerialNumber', CLAIMS: 'counted' } },
      Code: { ZipFile: Buffer.from(code).toString('base64') },
    },
  };
  const key = 'certificateId';
  const commands = [
    `aws dynamodb create-table --table-name ${table} --billing-mode PAY_PER_REQUEST --attribute-definitions AttributeName=${key},AttributeType=S --key-schema AttributeName=${key},KeyType=HASH`,
    `aws iam create-role --role-name ${functionName} --assume-role-policy-document file://hook-trust.json`,
    `aws iam put-role-policy --role-name ${functionName} --policy-name allow-list --policy-document file://hook-policy.json`,
    `aws iam attach-role-policy --role-name ${functionName} --policy-arn arn:${partition}:iam::aws:policy/${basicLog}`,
    `aws lambda create-function --cli-input-json file://hook-function.json`,
    `aws lambda add-permission --function-name ${functionName} --statement-id iot --action lambda:InvokeFunction --principal iot.amazonaws.com --source-account ${accountId} --source-arn arn:${partition}:iot:${region}:${accountId}:provisioningtemplate/*`,
  ];
  return { contents, commands };
}
