import type { Account } from '../account.ts';
import { type ServiceError, s3Error } from '../errors.ts';
import type { Call, Reply } from '../http.ts';
import type { Identity } from '../permissions/identities.ts';
import { document } from '../xml.ts';
import {
  bucketAcl,
  bucketLocation,
  createBucket,
  deleteBucket,
  headBucket,
  listBuckets,
  policyStatus,
  publicAccessBlock,
} from './buckets.ts';
import { copyObject } from './copy.ts';
import { deleteObject, deleteObjects } from './deletes.ts';
import { listObjects, listObjectsV2 } from './listing.ts';
import { getObject, headObject, putObject } from './objects.ts';
import { placeOf } from './routes.ts';
import {
  abortUpload,
  completeUpload,
  createUpload,
  listParts,
  listUploads,
  type Uploads,
  uploadPart,
} from './uploads.ts';

type Place = { account: Account; uploads: Uploads; caller: Identity; bucket: string; key: string; call: Call };

/** Path-style S3. `routes.ts` says which request is which operation. */
const operations: Record<string, (place: Place) => Reply | Promise<Reply>> = {
  ListBuckets: ({ account }) => listBuckets(account),
  CreateBucket: ({ account, bucket, call }) => createBucket(account, bucket, call),
  DeleteBucket: ({ account, bucket }) => deleteBucket(account, bucket),
  HeadBucket: ({ account, bucket }) => headBucket(account, bucket),
  GetBucketLocation: ({ account, bucket }) => bucketLocation(account, bucket),
  GetBucketPolicyStatus: ({ account, bucket }) => policyStatus(account, bucket),
  GetBucketAcl: ({ account, bucket }) => bucketAcl(account, bucket),
  GetPublicAccessBlock: ({ account, bucket }) => publicAccessBlock(account, bucket),
  ListObjectsV2: ({ account, bucket, call }) => listObjectsV2(account, bucket, call),
  ListObjects: ({ account, bucket, call }) => listObjects(account, bucket, call),
  ListMultipartUploads: ({ account, uploads, bucket, call }) => listUploads(account, uploads, bucket, call),
  PutObject: ({ account, caller, bucket, key, call }) => putObject(account, caller, bucket, key, call),
  CopyObject: ({ account, bucket, key, call }) => copyObject(account, bucket, key, call),
  GetObject: ({ account, caller, bucket, key, call }) => getObject(account, caller, bucket, key, call),
  HeadObject: ({ account, caller, bucket, key, call }) => headObject(account, caller, bucket, key, call),
  DeleteObject: ({ account, bucket, key }) => deleteObject(account, bucket, key),
  DeleteObjects: ({ account, caller, bucket, call }) => deleteObjects(account, caller, bucket, call),
  CreateMultipartUpload: ({ account, uploads, bucket, key, call }) => createUpload(account, uploads, bucket, key, call),
  UploadPart: ({ account, uploads, bucket, key, call }) => uploadPart(account, uploads, bucket, key, call),
  CompleteMultipartUpload: ({ account, uploads, bucket, key, call }) =>
    completeUpload(account, uploads, bucket, key, call),
  AbortMultipartUpload: ({ uploads, bucket, key, call }) => abortUpload(uploads, bucket, key, call),
  ListParts: ({ uploads, bucket, key, call }) => listParts(uploads, bucket, key, call),
};

export async function callS3(
  name: string,
  call: Call,
  account: Account,
  uploads: Uploads,
  caller: Identity,
): Promise<Reply> {
  const operation = operations[name];
  if (!operation) throw s3Error('NotImplemented', 'The practice AWS does not offer this operation.');
  const owner = call.headers['x-amz-expected-bucket-owner'];
  if (owner !== undefined && owner !== account.id) throw s3Error('AccessDenied', 'Access Denied');
  return operation({ account, uploads, caller, call, ...placeOf(call) });
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
