import { isBucketName } from '../../../contract/buckets.ts';
import { type Account, type Bucket, nowSeconds } from '../account.ts';
import { s3Error } from '../errors.ts';
import type { Call, Reply } from '../http.ts';
import { bucketOf } from '../store.ts';
import { document, textsOf } from '../xml.ts';

const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';
export const xmlReply = (body: string, headers: Record<string, string> = {}): Reply => ({
  status: 200,
  headers: { 'content-type': 'application/xml', ...headers },
  body: body.replace(/^(<\?xml[^>]*>\n<\w+)/, `$1 xmlns="${namespace}"`),
});

export function findBucket(account: Account, name: string): Bucket {
  const bucket = account.state.buckets.get(name);
  if (!bucket) throw s3Error('NoSuchBucket', 'The specified bucket does not exist');
  return bucket;
}

/** @throws ServiceError InvalidBucketName, BucketAlreadyOwnedByYou, IllegalLocationConstraintException, NotImplemented */
export function createBucket(account: Account, name: string, { body, headers }: Call): Reply {
  if (!isBucketName(name)) throw s3Error('InvalidBucketName', 'The specified bucket is not valid.');
  const configuration = body.toString('utf8');
  const strange = /<(Tags|Location|Bucket)[\s>]/.exec(configuration)?.[1];
  if (strange !== undefined) throw s3Error('NotImplemented', `The practice AWS does not offer ${strange} of a bucket.`);
  // The oldest Region is the one without a constraint.
  const [wanted = 'us-east-1'] = textsOf(configuration, 'LocationConstraint');
  if (wanted !== account.region) {
    const reason = `The ${wanted} location constraint is incompatible for the region specific endpoint this request was sent to.`;
    throw s3Error('IllegalLocationConstraintException', reason);
  }
  if (account.state.buckets.has(name)) {
    // "If you re-create an existing bucket that you already own in us-east-1, Amazon S3 returns 200 OK" (S3 API, CreateBucket).
    if (account.region === 'us-east-1') return { status: 200, headers: { location: `/${name}` } };
    throw s3Error('BucketAlreadyOwnedByYou', 'The bucket exists already and you own it.');
  }
  const lockable = headers['x-amz-bucket-object-lock-enabled']?.toLowerCase() === 'true';
  account.state.buckets.set(name, { ...bucketOf(name, nowSeconds(account)), ...(lockable && { lockable }) });
  account.changed();
  return { status: 200, headers: { location: `/${name}` } };
}

/** @throws ServiceError NoSuchBucket, BucketNotEmpty */
export function deleteBucket(account: Account, name: string): Reply {
  if (findBucket(account, name).objects.size > 0) {
    throw s3Error('BucketNotEmpty', 'The bucket you tried to delete is not empty');
  }
  account.state.buckets.delete(name);
  account.changed();
  return { status: 204 };
}

export function headBucket(account: Account, name: string): Reply {
  findBucket(account, name);
  return { status: 200, headers: { 'x-amz-bucket-region': account.region } };
}

export function bucketLocation(account: Account, name: string): Reply {
  findBucket(account, name);
  // The oldest Region is written as an empty text (GetBucketLocation, S3 API reference).
  return xmlReply(document('LocationConstraint', account.region === 'us-east-1' ? '' : account.region));
}

/** Buckets have no policies here, so that none is open, but for those that a fault opens. @throws ServiceError NoSuchBucketPolicy */
export function policyStatus(account: Account, name: string): Reply {
  findBucket(account, name);
  if (!account.faults.isPublic(name, 'policy')) throw s3Error('NoSuchBucketPolicy', 'The bucket policy does not exist');
  return xmlReply(document('PolicyStatus', { IsPublic: 'true' }));
}

/** The owner has all rights; a fault lets everybody list the bucket (GetBucketAcl, S3 API reference). */
export function bucketAcl(account: Account, name: string): Reply {
  findBucket(account, name);
  const grants = [
    `<Grant>${grantee('CanonicalUser', `<ID>${account.id}</ID>`)}<Permission>FULL_CONTROL</Permission></Grant>`,
    ...(account.faults.isPublic(name, 'acl')
      ? [`<Grant>${grantee('Group', `<URI>${everybody}</URI>`)}<Permission>READ</Permission></Grant>`]
      : []),
  ];
  const owner = `<Owner><ID>${account.id}</ID></Owner>`;
  return xmlReply(
    `<AccessControlPolicy xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${owner}<AccessControlList>${grants.join('')}</AccessControlList></AccessControlPolicy>`,
  );
}

const everybody = 'http://acs.amazonaws.com/groups/global/AllUsers';
const grantee = (type: string, inner: string): string =>
  `<Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="${type}">${inner}</Grantee>`;

/** No bucket here has Block Public Access of its own. @throws ServiceError NoSuchPublicAccessBlockConfiguration */
export function publicAccessBlock(account: Account, name: string): Reply {
  findBucket(account, name);
  throw s3Error('NoSuchPublicAccessBlockConfiguration', 'The public access block configuration was not found');
}

export function listBuckets(account: Account): Reply {
  const buckets = [...account.state.buckets.values()].map((bucket) => ({
    Name: bucket.name,
    CreationDate: isoTime(bucket.createdAt),
  }));
  const Owner = { ID: account.id, DisplayName: 'birthmark-practice' };
  return xmlReply(document('ListAllMyBucketsResult', { Owner, Buckets: { Bucket: buckets } }));
}

export const isoTime = (seconds: number): string => new Date(seconds * 1000).toISOString();

export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw s3Error('InvalidArgument', `${text} is not a number.`);
  return Number(text);
}
