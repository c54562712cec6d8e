/** The pre-provisioning hook of a target: what AWS runs before a device with a claim is provisioned. */
import type { Place } from './permissions.ts';
import { policyDocument, trustOf } from './policydocument.ts';

/**
 * Rows in the table of `jitr.ts`, by the prefix of their `id`. `serial:` and the serial number that the device sends: it
 * may be provisioned; the hook adds `provisionedWith` (a certificate id), `provisionedBy` (that of the claim) and
 * `provisionedAt`. `claim:` and the id of a claim certificate: how many units it may provision (`maxUnits`) and has
 * provisioned (`used`), as numbers.
 */
export const hookRow = {
  serial: (serial: string): string => `serial:${serial}`,
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
  const call = { TableName: TABLE, Key: { id: { S: id } }, ...rest };
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
  const taken = await update('serial:' + serial, {
    UpdateExpression: 'SET provisionedWith = :own, provisionedBy = :claim, provisionedAt = :now',
    ConditionExpression:
      'attribute_exists(id) AND (attribute_not_exists(provisionedWith) OR provisionedWith = :own)',
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
    ConditionExpression: 'attribute_exists(id) AND used < maxUnits',
    ExpressionAttributeValues: { ':one': { N: '1' } },
  });
  if (counted) return allow;
  await update('serial:' + serial, { UpdateExpression: 'REMOVE provisionedWith, provisionedBy, provisionedAt' });
  return refuse('the claim ' + claimCertificateId + ' is not known, or has provisioned all its units');
};
`;

const basicLog = 'service-role/AWSLambdaBasicExecutionRole';
const settings = { Runtime: 'nodejs22.x', Timeout: 5, MemorySize: 256 };
const grant = { Action: 'lambda:InvokeFunction', Principal: 'iot.amazonaws.com' };
const permissionsOf = (place: Place, table: string) => [
  {
    action: 'dynamodb:UpdateItem',
    resource: `arn:${partitionOf(place)}:dynamodb:${place.region}:${place.accountId}:table/${table}`,
  },
];
const partitionOf = ({ partition, roleArn }: Place): string => partition ?? roleArn.split(':')[1] ?? 'aws';

/** Parameters of a CloudFormation template with the hook. */
export const hookParameters = {
  HookSerial: { Type: 'String', Default: 'SerialNumber', Description: 'The parameter with the serial number.' },
  HookClaims: { Type: 'String', Default: 'counted', AllowedValues: ['counted', 'any'] },
};

export const hookOutput = {
  HookArn: {
    Description: 'The hook of provisioning templates for claims.',
    Value: { 'Fn::GetAtt': ['HookFunction', 'Arn'] },
  },
};

/** Its part of the CloudFormation template. */
export function hookResources(functionName: string, table: string): Record<string, object> {
  const sub = (text: string) => ({ 'Fn::Sub': text });
  const named = (name: string) => `\${${name}}`;
  const place = {
    ...{ partition: named('AWS::Partition'), region: named('AWS::Region'), accountId: named('AWS::AccountId') },
    ...{ bucket: '', roleArn: '' },
  };
  const Statement = permissionsOf(place, table).map(({ action, resource }) => ({
    Effect: 'Allow',
    Action: [action],
    Resource: [sub(resource)],
  }));
  return {
    HookRole: {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: functionName,
        AssumeRolePolicyDocument: trustOf('lambda.amazonaws.com'),
        ManagedPolicyArns: [sub(`arn:${place.partition}:iam::aws:policy/${basicLog}`)],
        Policies: [{ PolicyName: 'allow-list', PolicyDocument: { Version: '2012-10-17', Statement } }],
      },
    },
    HookFunction: {
      Type: 'AWS::Lambda::Function',
      DependsOn: ['JitrTable'],
      Properties: {
        FunctionName: functionName,
        ...settings,
        Handler: 'index.handler',
        Role: { 'Fn::GetAtt': ['HookRole', 'Arn'] },
        Environment: { Variables: { TABLE: table, SERIAL: { Ref: 'HookSerial' }, CLAIMS: { Ref: 'HookClaims' } } },
        Code: { ZipFile: hookFunction },
      },
    },
    HookCall: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        ...grant,
        FunctionName: { Ref: 'HookFunction' },
        SourceAccount: { Ref: 'AWS::AccountId' },
        SourceArn: sub(`arn:${place.partition}:iot:${place.region}:${place.accountId}:provisioningtemplate/*`),
      },
    },
  };
}

/** The same as documents and aws-cli commands; the table is made by others. */
export function hookSetUp(place: Place, functionName: string, table: string) {
  const { region, accountId } = place;
  const [partition, ofRole] = [partitionOf(place), `--role-name ${functionName}`];
  const { Runtime, Timeout, MemorySize } = settings;
  const contents = {
    'hook-trust.json': trustOf('lambda.amazonaws.com'),
    'hook-policy.json': policyDocument(permissionsOf(place, table)),
    'hook-environment.json': { Variables: { TABLE: table, SERIAL: 'SerialNumber', CLAIMS: 'counted' } },
  };
  return {
    documents: [
      ...Object.entries(contents).map(([name, content]) => ({ name, text: `${JSON.stringify(content, null, 2)}\n` })),
      { name: 'hook.js', text: hookFunction },
    ],
    commands: [
      `aws iam create-role ${ofRole} --assume-role-policy-document file://hook-trust.json`,
      `aws iam put-role-policy ${ofRole} --policy-name allow-list --policy-document file://hook-policy.json`,
      `aws iam attach-role-policy ${ofRole} --policy-arn arn:${partition}:iam::aws:policy/${basicLog}`,
      '# A new role is known to Lambda after some seconds.',
      'sleep 15',
      'zip hook.zip hook.js',
      `aws lambda create-function --region ${region} --function-name ${functionName} --runtime ${Runtime} --handler hook.handler --timeout ${Timeout} --memory-size ${MemorySize} --role arn:${partition}:iam::${accountId}:role/${functionName} --environment file://hook-environment.json --zip-file fileb://hook.zip`,
      `aws lambda add-permission --region ${region} --function-name ${functionName} --statement-id iot --action ${grant.Action} --principal ${grant.Principal} --source-account ${accountId} --source-arn 'arn:${partition}:iot:${region}:${accountId}:provisioningtemplate/*'`,
    ],
  };
}
