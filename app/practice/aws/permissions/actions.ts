/**
 * The IAM actions and resources of each call ("Actions, resources, and condition keys" of AWS IoT, Amazon S3 and AWS
 * KMS, service authorization reference). Those of AWS IoT stand in the table of its operations.
 */

import type { Account } from '../account.ts';
import { arnOfTable } from '../dynamodb/tables.ts';
import { decodedSource } from '../errors.ts';
import type { Call } from '../http.ts';
import { iotNeeds } from '../iot/needs.ts';
import type { Service } from '../service.ts';

export type Need = { action: string; resource: string };

function bodyOf(call: Call): Record<string, unknown> {
  try {
    const body: unknown = JSON.parse(call.body.toString('utf8'));
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  } catch {
    // The operation itself refuses a malformed body.
    return {};
  }
}

const s3Actions: Record<string, string> = {
  ListBuckets: 's3:ListAllMyBuckets',
  HeadBucket: 's3:ListBucket',
  ListObjectsV2: 's3:ListBucket',
  ListObjects: 's3:ListBucket',
  ListMultipartUploads: 's3:ListBucketMultipartUploads',
  HeadObject: 's3:GetObject',
  CreateMultipartUpload: 's3:PutObject',
  UploadPart: 's3:PutObject',
  CompleteMultipartUpload: 's3:PutObject',
  CopyObject: 's3:PutObject',
  ListParts: 's3:ListMultipartUploadParts',
  GetPublicAccessBlock: 's3:GetBucketPublicAccessBlock',
};

function s3Needs(operation: string, { segments: [bucket = '', ...key], headers }: Call): Need[] {
  // Each key of this one is decided by itself, in the operation.
  if (operation === 'DeleteObjects') return [];
  const place = [bucket, ...key].join('/').replace(/\/$/, '');
  const resource = `arn:aws:s3:::${bucket === '' ? '*' : key.join('/') === '' ? bucket : place}`;
  const source = headers['x-amz-copy-source'];
  return [
    ...(operation === 'CopyObject' && source !== undefined
      ? [{ action: 's3:GetObject', resource: `arn:aws:s3:::${decodedSource(source).replace(/^\//, '')}` }]
      : []),
    { action: s3Actions[operation] ?? `s3:${operation}`, resource },
  ];
}

function kmsNeeds(operation: string, call: Call, account: Account): Need[] {
  const { KeyId } = bodyOf(call);
  const arn = `arn:aws:kms:${account.region}:${account.id}:key/`;
  const named = typeof KeyId === 'string' ? (KeyId.startsWith('arn:') ? KeyId : `${arn}${KeyId}`) : '*';
  return [{ action: `kms:${operation}`, resource: named }];
}

/** What a caller must be allowed to do for this call. */
export function needsOf(service: Service, operation: string, call: Call, account: Account): Need[] {
  switch (service) {
    case 'iot':
      return iotNeeds(operation, call, account);
    case 's3':
      return s3Needs(operation, call);
    case 'kms':
      return kmsNeeds(operation, call, account);
    case 'iam': {
      const form = new URLSearchParams(call.body.toString('utf8'));
      const role = form.get('RoleName');
      const arn = role === null ? form.get('PolicySourceArn') : `arn:aws:iam::${account.id}:role/${role}`;
      return [{ action: `iam:${operation}`, resource: arn ?? '*' }];
    }
    case 'lambda': {
      const { FunctionName } = bodyOf(call);
      const name = call.segments[2] ?? (typeof FunctionName === 'string' ? FunctionName : '*');
      const resource = name.startsWith('arn:')
        ? name
        : `arn:aws:lambda:${account.region}:${account.id}:function:${name}`;
      return [{ action: `lambda:${operation === 'Invoke' ? 'InvokeFunction' : operation}`, resource }];
    }
    case 'dynamodb': {
      const { TableName, RequestItems } = bodyOf(call);
      const names = typeof RequestItems === 'object' && RequestItems !== null ? Object.keys(RequestItems) : [TableName];
      return names.map((name) => ({
        action: `dynamodb:${operation}`,
        resource: arnOfTable(account, typeof name === 'string' ? (name.split(':table/').at(-1) ?? name) : '*'),
      }));
    }
    case 'cloudformation': {
      const name = new URLSearchParams(call.body.toString('utf8')).get('StackName') ?? '*';
      const resource = `arn:aws:cloudformation:${account.region}:${account.id}:stack/${name}/*`;
      return [{ action: `cloudformation:${operation}`, resource }];
    }
    case 'sts':
      // GetCallerIdentity needs no permission ("GetCallerIdentity", STS API reference).
      return [];
  }
}
