import { type Account, nowSeconds, type StoredObject } from '../account.ts';
import { type Bytes, digestOf } from '../bytes.ts';
import { s3Error } from '../errors.ts';
import type { Call, Reply } from '../http.ts';
import { refusalOf } from '../permissions/guard.ts';
import type { Identity } from '../permissions/identities.ts';
import { findBucket } from './buckets.ts';
import { checkChecksums } from './checksums.ts';
import { uploadedBody } from './chunked.ts';
import { assertFree, lockOf } from './locks.ts';

export async function putObject(
  account: Account,
  caller: Identity,
  bucket: string,
  key: string,
  call: Call,
): Promise<Reply> {
  const place = findBucket(account, bucket);
  checkCondition(account, bucket, key, call);
  const { pieces, headers } = uploadedBody(call);
  const checksum = checkChecksums(headers, pieces);
  const isChecked = checksum !== undefined || headers['content-md5'] !== undefined;
  const lock = lockOf(account, caller, { bucket: place, key, headers, isChecked });
  const etag = `"${digestOf(pieces, 'md5').toString('hex')}"`;
  const about = { etag, ...describe(headers), ...(checksum && { checksum }), ...(lock && { lock }) };
  await store(account, bucket, key, pieces, about, call);
  return { status: 200, headers: { etag, ...(checksum && { [checksum.header]: checksum.value }) } };
}

/**
 * The condition of a write: `If-None-Match: *` wants that there is no object with this key yet, `If-Match` that there is
 * the one with this ETag ("Conditional writes", S3 user guide).
 * @throws ServiceError PreconditionFailed, NoSuchKey, NotImplemented
 */
export function checkCondition(account: Account, bucket: string, key: string, call: Call): void {
  const { 'if-none-match': none, 'if-match': match } = call.headers;
  if (none !== undefined && none !== '*') {
    throw s3Error('NotImplemented', 'Only If-None-Match: * is offered for writes.');
  }
  const found = findBucket(account, bucket).objects.get(key);
  if (match !== undefined && !found) throw noSuchKey();
  if ((none !== undefined && found) || (match !== undefined && !sameTag(match, found?.etag)))
    throw preconditionFailed();
}

/** ETags with and without their quotes are the same. */
const sameTag = (wanted: string, etag: string | undefined): boolean =>
  wanted.replaceAll('"', '') === etag?.replaceAll('"', '');
const preconditionFailed = () =>
  s3Error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');
const noSuchKey = () => s3Error('NoSuchKey', 'The specified key does not exist.');

type Description = Pick<StoredObject, 'contentType' | 'metadata'>;

const standard = ['cache-control', 'content-disposition', 'content-encoding', 'content-language', 'expires'];

/** The headers that come back with the object. The encoding of the upload itself is none of them. */
export function describe(headers: Record<string, string>): Description {
  const encoding = headers['content-encoding']
    ?.split(',')
    .map((one) => one.trim())
    .filter((one) => one !== 'aws-chunked' && one !== '');
  const kept = Object.entries({ ...headers, 'content-encoding': encoding?.join(',') ?? '' }).filter(
    ([name, value]) => name.startsWith('x-amz-meta-') || (standard.includes(name) && value !== ''),
  );
  return { contentType: headers['content-type'] ?? 'binary/octet-stream', metadata: Object.fromEntries(kept) };
}

/**
 * Writes the bytes, then the entry. The condition is checked again in between, because another upload may have been
 * quicker.
 */
export async function store(
  account: Account,
  bucket: string,
  key: string,
  pieces: Bytes,
  about: Description & Pick<StoredObject, 'etag' | 'checksum' | 'lock'>,
  call: Call,
): Promise<void> {
  if (Buffer.byteLength(key) > 1024) throw s3Error('InvalidArgument', 'Your key is too long');
  const blob = await account.blobs.putPieces(pieces);
  checkCondition(account, bucket, key, call);
  const { objects } = findBucket(account, bucket);
  assertFree(account, objects.get(key));
  objects.set(key, {
    key,
    blob,
    size: pieces.size,
    modifiedAt: nowSeconds(account),
    ...about,
  });
  account.changed();
}

export async function getObject(
  account: Account,
  caller: Identity,
  bucket: string,
  key: string,
  call: Call,
): Promise<Reply> {
  const object = readable(account, caller, bucket, key);
  const unchanged = checkRead(object, call);
  if (unchanged) return unchanged;
  const bytes = await account.blobs.get(object.blob);
  const range = /^bytes=(\d*)-(\d*)$/.exec(call.headers.range ?? '');
  if (!range) return { status: 200, headers: headersOf(object, call), body: bytes };
  const [, first = '', last = ''] = range;
  const from = first === '' ? Math.max(0, bytes.length - Number(last)) : Number(first);
  const to = first === '' || last === '' ? bytes.length - 1 : Math.min(Number(last), bytes.length - 1);
  if (from > to) throw s3Error('InvalidRange', 'The requested range is not satisfiable');
  const { [object.checksum?.header ?? '']: _whole, ...headers } = headersOf(object, call);
  return {
    status: 206,
    headers: { ...headers, 'content-range': `bytes ${from}-${to}/${bytes.length}` },
    body: bytes.subarray(from, to + 1),
  };
}

export function headObject(account: Account, caller: Identity, bucket: string, key: string, call: Call): Reply {
  const object = readable(account, caller, bucket, key);
  const headers = { ...headersOf(object, call), 'content-length': String(object.size) };
  return checkRead(object, call) ?? { status: 200, headers };
}

/** `If-Match` and `If-None-Match` of a read. */
function checkRead(object: StoredObject, { headers }: Call): Reply | undefined {
  const { 'if-match': match, 'if-none-match': none } = headers;
  if (match !== undefined && !sameTag(match, object.etag)) throw preconditionFailed();
  return none !== undefined && sameTag(none, object.etag) ? { status: 304, headers: { etag: object.etag } } : undefined;
}

/** Who may not list a bucket does not learn that an object is missing ("GetObject", S3 API reference). */
function readable(account: Account, caller: Identity, bucket: string, key: string): StoredObject {
  const { objects } = findBucket(account, bucket);
  const object = objects.get(key);
  if (object) return object;
  const list = { action: 's3:ListBucket', resource: `arn:aws:s3:::${bucket}` };
  const refused = refusalOf(account, caller, list);
  throw refused === undefined ? noSuchKey() : s3Error('AccessDenied', refused);
}

/** @throws ServiceError NoSuchBucket, NoSuchKey */
export function findObject(account: Account, bucket: string, key: string): StoredObject {
  const object = findBucket(account, bucket).objects.get(key);
  if (!object) throw noSuchKey();
  return object;
}

function headersOf(object: StoredObject, call: Call): Record<string, string> {
  const wanted = call.headers['x-amz-checksum-mode']?.toUpperCase() === 'ENABLED' ? object.checksum : undefined;
  return {
    'content-type': object.contentType,
    etag: object.etag,
    'last-modified': new Date(object.modifiedAt * 1000).toUTCString(),
    'accept-ranges': 'bytes',
    ...object.metadata,
    ...(object.lock && {
      'x-amz-object-lock-mode': object.lock.mode,
      'x-amz-object-lock-retain-until-date': new Date(object.lock.until * 1000).toISOString(),
    }),
    ...(wanted && {
      [wanted.header]: wanted.value,
      'x-amz-checksum-type': wanted.value.includes('-') ? 'COMPOSITE' : 'FULL_OBJECT',
    }),
  };
}
