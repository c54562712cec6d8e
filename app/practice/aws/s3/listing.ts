import type { Account } from '../account.ts';
import { s3Error } from '../errors.ts';
import type { Call, Reply } from '../http.ts';
import { document } from '../xml.ts';
import { findBucket, isoTime, wholeNumber, xmlReply } from './buckets.ts';

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
  if (call.query.get('list-type') !== '2') throw s3Error('InvalidArgument', 'Invalid List Type specified in request');
  if (call.query.get('fetch-owner') === 'true') throw s3Error('NotImplemented', 'fetch-owner is not offered.');
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

const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
