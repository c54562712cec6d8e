/** The AWS side of a target as plain documents and aws-cli commands, for accounts without CloudFormation. */
import type { CloudTarget, RegistrationWay } from '../../contract/model.ts';
import { bucketSafety, namesOf } from './cloudformation.ts';
import { hookPlain } from './hook.ts';
import { type Place, permissionsFor, rolePermissions } from './permissions.ts';
import { policyDocument, trustOf } from './policydocument.ts';

export type PlainSetUp = { documents: { name: string; text: string }[]; commands: string };

/** The documents, and the commands that use them as files of the folder in which the commands run. */
export function plainSetUp(target: CloudTarget, ways: readonly RegistrationWay[]): PlainSetUp {
  const { region, bucket, roleArn } = target;
  const accountId = target.accountId ?? roleArn.split(':')[4] ?? '';
  const place: Place = { region, bucket, roleArn, accountId };
  const names = namesOf(target);
  const ofRole = rolePermissions.map(({ action, resource }) => ({ action, resource: resource(place) }));
  const { Rules } = bucketSafety.LifecycleConfiguration;
  const hook = ways.includes('fleet') ? hookPlain(place, names.hook, names.jitr) : { contents: {}, commands: [] };
  const contents = {
    'role-trust.json': trustOf('iot.amazonaws.com'),
    'role-policy.json': policyDocument(ofRole),
    'station-policy.json': policyDocument(permissionsFor(ways, place)),
    'bucket-encryption.json': {
      Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
    },
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
    ...hook.contents,
  };
  // us-east-1 is the one Region that may not be named here ("CreateBucket", Amazon S3 API reference).
  const where = region === 'us-east-1' ? '' : ` --create-bucket-configuration LocationConstraint=${region}`;
  const commands = [
    `aws s3api create-bucket --bucket ${bucket} --region ${region}${where}`,
    `aws s3api put-bucket-encryption --bucket ${bucket} --server-side-encryption-configuration file://bucket-encryption.json`,
    `aws s3api put-public-access-block --bucket ${bucket} --public-access-block-configuration file://bucket-public-access.json`,
    `aws s3api put-bucket-lifecycle-configuration --bucket ${bucket} --lifecycle-configuration file://bucket-lifecycle.json`,
    `aws iam create-role --role-name ${names.role} --assume-role-policy-document file://role-trust.json`,
    `aws iam put-role-policy --role-name ${names.role} --policy-name registration --policy-document file://role-policy.json`,
    `aws iam create-policy --policy-name ${names.station} --policy-document file://station-policy.json`,
    ...hook.commands,
  ];
  return {
    documents: Object.entries(contents).map(([name, content]) => ({
      name,
      text: `${JSON.stringify(content, null, 2)}\n`,
    })),
    commands: `${commands.join('\n')}\n`,
  };
}
