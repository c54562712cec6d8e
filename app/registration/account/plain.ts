/** The AWS side of a target as plain documents and aws-cli commands, for accounts without CloudFormation. */
import { type CloudTarget, type RegistrationWay, registrationWay } from '../../contract/model.ts';
import { namesOf } from './cloudformation.ts';
import { hookSetUp } from './hook.ts';
import { jitrFunction, jitrRuleSql, jitrSettings, jitrTable, jitrVariables } from './jitr.ts';
import {
  bucketArn,
  iotArn,
  jitrPermissions,
  type Permission,
  type Place,
  permissionsFor,
  rolePermissions,
} from './permissions.ts';
import { policyDocument, trustOf } from './policydocument.ts';
import { bucketSafety, devicePolicy, onlyTls, ownNames } from './safety.ts';

export type PlainSetUp = { documents: { name: string; text: string }[]; commands: string };

/** The documents, and the commands that use them as files of the folder in which the commands run. */
export function plainSetUp(
  target: CloudTarget,
  ways: readonly RegistrationWay[],
  also: readonly Permission[] = [],
): PlainSetUp {
  const { region, bucket, roleArn } = target;
  const accountId = target.accountId ?? roleArn.split(':')[4] ?? '';
  const place: Place = { region, bucket, roleArn, accountId };
  const names = namesOf(target);
  const ofRole = rolePermissions.map(({ action, resource }) => ({ action, resource: resource(place) }));
  const { Rules } = bucketSafety.LifecycleConfiguration;
  const contents = {
    'role-trust.json': trustOf('iot.amazonaws.com'),
    'role-policy.json': policyDocument(ofRole),
    'station-policy.json': policyDocument(permissionsFor(ways, place, also)),
    'bucket-encryption.json': {
      Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
    },
    'bucket-policy.json': onlyTls(bucketArn(place), (arn) => arn),
    'bucket-ownership.json': bucketSafety.OwnershipControls,
    'bucket-public-access.json': bucketSafety.PublicAccessBlockConfiguration,
    'bucket-lifecycle.json': {
      Rules: Rules.map(({ Id, Status, ...rule }) => ({
        ID: Id,
        Status,
        Filter: { Prefix: 'Prefix' in rule ? rule.Prefix : '' },
        ...('ExpirationInDays' in rule ? { Expiration: { Days: rule.ExpirationInDays } } : {}),
        ...('AbortIncompleteMultipartUpload' in rule
          ? { AbortIncompleteMultipartUpload: rule.AbortIncompleteMultipartUpload }
          : {}),
      })),
    },
  };
  const ofDevices = target.policyNames.length > 0;
  if (ofDevices) {
    const document = devicePolicy(ownNames.plain, (resource) => iotArn(resource)(place));
    Object.assign(contents, { 'device-policy.json': document });
  }
  const [role, path] = [names.role, names.rolePath].map(shellWord);
  // us-east-1 is the one Region that may not be named here ("CreateBucket", Amazon S3 API reference).
  const where = region === 'us-east-1' ? '' : ` --create-bucket-configuration LocationConstraint=${region}`;
  const commands = [
    // The credentials may be of a profile with another Region, and IAM of each partition has its own.
    `export AWS_DEFAULT_REGION=${region} AWS_REGION=${region}`,
    `aws s3api create-bucket --bucket ${bucket} --region ${region}${where}`,
    `aws s3api put-bucket-encryption --bucket ${bucket} --server-side-encryption-configuration file://bucket-encryption.json`,
    `aws s3api put-public-access-block --bucket ${bucket} --public-access-block-configuration file://bucket-public-access.json`,
    `aws s3api put-bucket-ownership-controls --bucket ${bucket} --ownership-controls file://bucket-ownership.json`,
    `aws s3api put-bucket-policy --bucket ${bucket} --policy file://bucket-policy.json`,
    `aws s3api put-bucket-lifecycle-configuration --bucket ${bucket} --lifecycle-configuration file://bucket-lifecycle.json`,
    `aws iam create-role --role-name ${role}${path === '/' ? '' : ` --path ${path}`} --assume-role-policy-document file://role-trust.json`,
    `aws iam put-role-policy --role-name ${role} --policy-name registration --policy-document file://role-policy.json`,
    `aws iam create-policy --policy-name ${names.station} --policy-document file://station-policy.json`,
    ...target.policyNames.map(
      (name) =>
        `aws iot create-policy --region ${region} --policy-name ${shellWord(name)} --policy-document file://device-policy.json`,
    ),
  ];
  const [withJitr, withHook] = [ways.includes('jitr'), ways.includes('fleet')];
  const more = [
    ...(withJitr || withHook ? [tableSetUp(target)] : []),
    ...(withJitr ? [jitrSetUp(target, place)] : []),
    ...(withHook ? [hookSetUp(place, names.hook, names.table)] : []),
  ];
  return {
    documents: [
      ...Object.entries(contents).map(([name, content]) => ({ name, text: jsonText(content) })),
      ...more.flatMap(({ documents }) => documents),
    ],
    commands: `${[...commands, ...more.flatMap((one) => one.commands)].join('\n')}\n`,
  };
}

/** Every file that a set-up can have, of any target and for any way. */
export const plainFiles = (): string[] =>
  plainSetUp(
    {
      ...{ name: 'any', region: 'us-east-1', bucket: 'any', policyNames: ['any'] },
      roleArn: 'arn:aws:iam::123456789012:role/any',
    },
    registrationWay.options,
  ).documents.map(({ name }) => name);

/** A word of the shell. Paths of roles, and names that an earlier release took, may have signs that mean something there. */
const shellWord = (text: string): string =>
  /^[\w+=,.@:/-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;

const jsonText = (content: object) => `${JSON.stringify(content, null, 2)}\n`;

const tableSetUp = (target: CloudTarget) => {
  const [{ region }, { table }] = [target, namesOf(target)];
  const input = { TableName: table, ...jitrTable, SSESpecification: { Enabled: true } };
  const ofTable = `--region ${region} --table-name ${table}`;
  return {
    documents: [{ name: 'table.json', text: jsonText(input) }],
    commands: [
      `aws dynamodb create-table --region ${region} --cli-input-json file://table.json`,
      `aws dynamodb wait table-exists ${ofTable}`,
      `aws dynamodb update-continuous-backups ${ofTable} --point-in-time-recovery-specification PointInTimeRecoveryEnabled=true`,
    ],
  };
};

/** Just-in-time registration. The code is a file, so the limit of code inside a template does not hold here. */
function jitrSetUp(target: CloudTarget, place: Place): { documents: PlainSetUp['documents']; commands: string[] } {
  const { table, jitr, rule } = namesOf(target);
  const { region, accountId } = place;
  const partition = target.roleArn.split(':')[1] ?? 'aws';
  const functionArn = `arn:${partition}:lambda:${region}:${accountId}:function:${jitr}`;
  const { Runtime, Handler, Timeout, MemorySize } = jitrSettings;
  const permissions = jitrPermissions(table).map(({ action, resource }) => ({ action, resource: resource(place) }));
  const contents = {
    'jitr-trust.json': trustOf('lambda.amazonaws.com'),
    'jitr-policy.json': policyDocument(permissions),
    'jitr-environment.json': { Variables: jitrVariables(target, table) },
    'jitr-rule.json': {
      sql: jitrRuleSql,
      awsIotSqlVersion: '2016-03-23',
      ruleDisabled: false,
      actions: [{ lambda: { functionArn } }],
    },
  };
  const ofRole = `--role-name ${jitr}`;
  return {
    documents: [
      ...Object.entries(contents).map(([name, content]) => ({ name, text: jsonText(content) })),
      { name: 'index.js', text: jitrFunction },
    ],
    commands: [
      `aws iam create-role ${ofRole} --assume-role-policy-document file://jitr-trust.json`,
      `aws iam put-role-policy ${ofRole} --policy-name registration --policy-document file://jitr-policy.json`,
      `aws iam attach-role-policy ${ofRole} --policy-arn arn:${partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole`,
      '# A new role is known to Lambda after some seconds.',
      'sleep 15',
      'zip jitr.zip index.js',
      `aws lambda create-function --region ${region} --function-name ${jitr} --runtime ${Runtime} --handler ${Handler} --timeout ${Timeout} --memory-size ${MemorySize} --role arn:${partition}:iam::${accountId}:role/${jitr} --environment file://jitr-environment.json --zip-file fileb://jitr.zip`,
      `aws iot create-topic-rule --region ${region} --rule-name ${rule} --topic-rule-payload file://jitr-rule.json`,
      `aws lambda add-permission --region ${region} --function-name ${jitr} --statement-id iot --action lambda:InvokeFunction --principal iot.amazonaws.com --source-account ${accountId} --source-arn arn:${partition}:iot:${region}:${accountId}:rule/${rule}`,
    ],
  };
}
