import type { Account } from '../account.ts';
import { s3Error } from '../errors.ts';
import type { Call, Reply } from '../http.ts';
import { document } from '../xml.ts';
import { findBucket, isoTime, wholeNumber, xmlReply } from './buckets.ts';

/** ListObjectsV2 with prefix, delimiter, start-after, max-keys and continuation tokens. */
export function listObjectsV2(account: Account, name: string, call: Call): Reply {
  const token = call.query.get('continuation-token');
  const startAfter = call.query.get('start-after') ?? '';
  if (call.query.get('list-type') !== '2') throw s3Error('InvalidArgument', 'Invalid List Type specified in request');
  if (call.query.get('fetch-owner') === 'true') throw s3Error('NotImplemented', 'fetch-owner is not offered.');
  const page = pageAfter(account, name, call, {
    after: token === null ? startAfter : Buffer.from(token, 'base64').toString('utf8'),
  });
  return xmlReply(
    document('ListBucketResult', {
      ...page.common,
      KeyCount: page.count,
      ContinuationToken: token ?? undefined,
      NextContinuationToken: page.next === undefined ? undefined : Buffer.from(page.next).toString('base64'),
      StartAfter: startAfter === '' ? undefined : page.encode(startAfter),
      Contents: page.contents,
      CommonPrefixes: page.folders,
    }),
  );
}

/** ListObjects, the first version of it: a marker in place of tokens, and the owner of each object. */
export function listObjects(account: Account, name: string, call: Call): Reply {
  const marker = call.query.get('marker') ?? '';
  const page = pageAfter(account, name, call, { after: marker });
  const hasDelimiter = page.common.Delimiter !== undefined;
  return xmlReply(
    document('ListBucketResult', {
      ...page.common,
      Marker: page.encode(marker),
      // Without a delimiter the last key is the next marker (ListObjects, S3 API reference).
      NextMarker: hasDelimiter && page.next !== undefined ? page.encode(page.next) : undefined,
      Contents: page.contents.map((one) => ({ ...one, Owner: { ID: account.id, DisplayName: 'birthmark-practice' } })),
      CommonPrefixes: page.folders,
    }),
  );
}

/** The keys behind `after`, with those that share a folder as one. `next` is the last one shown of a page with more behind it. */
function pageAfter(account: Account, name: string, call: Call, { after }: { after: string }) {
  const bucket = findBucket(account, name);
  const prefix = call.query.get('prefix') ?? '';
  const delimiter = call.query.get('delimiter') ?? '';
  const encode = call.query.get('encoding-type') === 'url' ? encodeURIComponent : (key: string) => key;
  const maxKeys = Math.min(1000, wholeNumber(call.query.get('max-keys') ?? '1000'));
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
  const next = entries.size > shown.length ? last : undefined;
  const objects = shown.flatMap(([, key]) => (key === undefined ? [] : (bucket.objects.get(key) ?? [])));
  return {
    encode,
    count: shown.length,
    next,
    common: {
      Name: name,
      Prefix: encode(prefix),
      Delimiter: delimiter === '' ? undefined : encode(delimiter),
      MaxKeys: maxKeys,
      IsTruncated: next !== undefined,
      EncodingType: call.query.get('encoding-type') ?? undefined,
    },
    contents: objects.map((object) => ({
      Key: encode(object.key),
      LastModified: isoTime(object.modifiedAt),
      ETag: object.etag,
      Size: object.size,
      StorageClass: 'STANDARD',
    })),
    folders: shown.flatMap(([folder, key]) => (key === undefined ? [{ Prefix: encode(folder) }] : [])),
  };
}

const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
