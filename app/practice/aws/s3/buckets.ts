import { type Account, type Bucket, nowSeconds } from '../account.ts';
import { s3Error } from '../errors.ts';
import type { Call, Reply } from '../http.ts';
import { bucketOf } from '../store.ts';
import { document } from './xml.ts';

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

export function createBucket(account: Account, name: string): Reply {
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)) {
    throw s3Error('InvalidBucketName', 'The specified bucket is not valid.');
  }
  if (account.state.buckets.has(name)) {
    throw s3Error('BucketAlreadyOwnedByYou', 'The bucket exists already and you own it.');
  }
  account.state.buckets.set(name, bucketOf(name, nowSeconds(account)));
  account.changed();
  return { status: 200, headers: { location: `/${name}` } };
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

export function listBuckets(account: Account): Reply {
  const buckets = [...account.state.buckets.values()].map((bucket) => ({
    Name: bucket.name,
    CreationDate: isoTime(bucket.createdAt),
  }));
  const Owner = { ID: account.id, DisplayName: 'birthmark-practice' };
  return xmlReply(document('ListAllMyBucketsResult', { Owner, Buckets: { Bucket: buckets } }));
}

/** ListObjectsV2 with prefix, delimiter, start-after, max-keys and continuation tokens. */
export function listObjects(account: Account, name: string, call: Call): Reply {
  const bucket = findBucket(account, name);
  const { prefix, delimiter, startAfter, token, encode } = {
    prefix: call.query.get('prefix') ?? '',
    delimiter: call.query.get('delimiter') ?? '',
    startAfter: call.query.get('start-after') ?? '',
    token: call.query.get('continuation-token'),
    encode: call.query.get('encoding-type') === 'url' ? encodeURIComponent : (key: string) => key,
  };
  const maxKeys = Math.min(1000, wholeNumber(call.query.get('max-keys') ?? '1000'));
  const after = token === null ? startAfter : Buffer.from(token, 'base64').toString('utf8');
  const folderOf = (key: string): string | undefined => {
    const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    return at < 0 ? undefined : key.slice(0, at + delimiter.length);
  };
  const entries = new Map<string, string | undefined>();
  for (const key of [...bucket.objects.keys()].sort(byBytes)) {
    if (!key.startsWith(prefix)) continue;
    const folder = folderOf(key);
    const shown = folder ?? key;
    if (byBytes(shown, after) > 0) entries.set(shown, folder === undefined ? key : undefined);
  }
  const shown = [...entries].slice(0, maxKeys);
  const last = shown.at(-1)?.[0];
  const truncated = entries.size > shown.length && last !== undefined;
  const objects = shown.flatMap(([, key]) => (key === undefined ? [] : (bucket.objects.get(key) ?? [])));
  return xmlReply(
    document('ListBucketResult', {
      Name: name,
      Prefix: encode(prefix),
      Delimiter: delimiter === '' ? undefined : encode(delimiter),
      MaxKeys: maxKeys,
      KeyCount: shown.length,
      IsTruncated: truncated,
      EncodingType: call.query.get('encoding-type') ?? undefined,
      ContinuationToken: token ?? undefined,
      NextContinuationToken: truncated ? Buffer.from(last).toString('base64') : undefined,
      StartAfter: startAfter === '' ? undefined : encode(startAfter),
      Contents: objects.map((object) => ({
        Key: encode(object.key),
        LastModified: isoTime(object.modifiedAt),
        ETag: object.etag,
        Size: object.size,
        StorageClass: 'STANDARD',
      })),
      CommonPrefixes: shown.flatMap(([folder, key]) => (key === undefined ? [{ Prefix: encode(folder) }] : [])),
    }),
  );
}

export const isoTime = (seconds: number): string => new Date(seconds * 1000).toISOString();

const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw s3Error('InvalidArgument', `${text} is not a number.`);
  return Number(text);
}
