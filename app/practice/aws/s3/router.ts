import type { Account } from '../account.ts';
import { type ServiceError, s3Error } from '../errors.ts';
import type { Call, Reply } from '../http.ts';
import { bucketLocation, createBucket, headBucket, listBuckets, listObjects } from './buckets.ts';
import { deleteObject, getObject, headObject, putObject } from './objects.ts';
import { abortUpload, completeUpload, createUpload, type Uploads, uploadPart } from './uploads.ts';
import { document } from './xml.ts';

type Place = { account: Account; uploads: Uploads; bucket: string; key: string; call: Call };

/**
 * Path-style S3. A sub-resource in the query (`?uploads`, `?location`…) selects another operation for the same method
 * and path.
 */
const operations: Record<string, (place: Place) => Reply | Promise<Reply>> = {
  ListBuckets: ({ account }) => listBuckets(account),
  CreateBucket: ({ account, bucket }) => createBucket(account, bucket),
  HeadBucket: ({ account, bucket }) => headBucket(account, bucket),
  GetBucketLocation: ({ account, bucket }) => bucketLocation(account, bucket),
  ListObjectsV2: ({ account, bucket, call }) => listObjects(account, bucket, call),
  PutObject: ({ account, bucket, key, call }) => putObject(account, bucket, key, call),
  GetObject: ({ account, bucket, key, call }) => getObject(account, bucket, key, call),
  HeadObject: ({ account, bucket, key, call }) => headObject(account, bucket, key, call),
  DeleteObject: ({ account, bucket, key }) => deleteObject(account, bucket, key),
  CreateMultipartUpload: ({ account, uploads, bucket, key, call }) => createUpload(account, uploads, bucket, key, call),
  UploadPart: ({ uploads, bucket, key, call }) => uploadPart(uploads, bucket, key, call),
  CompleteMultipartUpload: ({ account, uploads, bucket, key, call }) =>
    completeUpload(account, uploads, bucket, key, call),
  AbortMultipartUpload: ({ uploads, bucket, key, call }) => abortUpload(uploads, bucket, key, call),
};

const routes: Record<string, string> = {
  'GET service': 'ListBuckets',
  'PUT bucket': 'CreateBucket',
  'HEAD bucket': 'HeadBucket',
  'GET bucket location': 'GetBucketLocation',
  'GET bucket list-type': 'ListObjectsV2',
  'PUT object': 'PutObject',
  'GET object': 'GetObject',
  'HEAD object': 'HeadObject',
  'DELETE object': 'DeleteObject',
  'POST object uploads': 'CreateMultipartUpload',
  'PUT object uploadId': 'UploadPart',
  'POST object uploadId': 'CompleteMultipartUpload',
  'DELETE object uploadId': 'AbortMultipartUpload',
};

const subresources = [
  'location',
  'list-type',
  'uploads',
  'uploadId',
  'acl',
  'tagging',
  'versioning',
  'policy',
  'delete',
];

/** @throws ServiceError NotImplemented */
export function s3Operation(call: Call): string {
  const { bucket, key } = placeOf(call);
  const on = bucket === '' ? 'service' : key === '' ? 'bucket' : 'object';
  const sub = subresources.find((name) => call.query.has(name));
  const name = routes[[call.method, on, ...(sub === undefined ? [] : [sub])].join(' ')];
  if (name === undefined) throw s3Error('NotImplemented', 'The practice AWS does not offer this operation.');
  return name;
}

export async function callS3(name: string, call: Call, account: Account, uploads: Uploads): Promise<Reply> {
  const operation = operations[name];
  if (!operation) throw s3Error('NotImplemented', 'The practice AWS does not offer this operation.');
  return operation({ account, uploads, call, ...placeOf(call) });
}

export function s3Failure(error: ServiceError, requestId: string): Reply {
  return {
    status: error.status,
    headers: { 'content-type': 'application/xml' },
    body: document('Error', { Code: error.name, Message: error.message, RequestId: requestId }),
  };
}

export const s3Internal = (): ServiceError =>
  s3Error('InternalError', 'We encountered an internal error. Please try again.');

function placeOf(call: Call): { bucket: string; key: string } {
  const [bucket = '', ...key] = call.segments;
  return { bucket, key: key.join('/') };
}
