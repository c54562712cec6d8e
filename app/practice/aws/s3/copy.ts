import { type Account, nowSeconds } from '../account.ts';
import { decodedSource, s3Error } from '../errors.ts';
import type { Call, Reply } from '../http.ts';
import { document } from '../xml.ts';
import { findBucket, isoTime, xmlReply } from './buckets.ts';
import { assertFree } from './locks.ts';
import { describe, findObject } from './objects.ts';

/** Copies an object inside the account. @throws ServiceError InvalidRequest, InvalidArgument, NoSuchKey, NotImplemented */
export function copyObject(account: Account, bucket: string, key: string, call: Call): Reply {
  const target = findBucket(account, bucket);
  const [source = '', version] = (call.headers['x-amz-copy-source'] ?? '').split('?');
  if (version !== undefined) throw s3Error('NotImplemented', 'The practice AWS keeps no versions.');
  const [from = '', ...path] = decodedSource(source).replace(/^\//, '').split('/');
  // A lock stays with its object.
  const { lock: _, ...object } = findObject(account, from, path.join('/'));
  const directive = call.headers['x-amz-metadata-directive'] ?? 'COPY';
  if (!['COPY', 'REPLACE'].includes(directive)) throw s3Error('InvalidArgument', 'Unknown metadata directive.');
  if (directive === 'COPY' && from === bucket && object.key === key) {
    throw s3Error('InvalidRequest', 'This copy request is illegal because it is trying to copy an object to itself.');
  }
  const about = directive === 'REPLACE' ? describe(call.headers) : {};
  const copy = { ...object, key, modifiedAt: nowSeconds(account), ...about };
  assertFree(account, target.objects.get(key));
  target.objects.set(key, copy);
  account.changed();
  return xmlReply(document('CopyObjectResult', { LastModified: isoTime(copy.modifiedAt), ETag: copy.etag }));
}
