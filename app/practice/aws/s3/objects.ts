import { createHash } from 'node:crypto';
import { type Account, nowSeconds, type StoredObject } from '../account.ts';
import { s3Error } from '../errors.ts';
import type { Call, Reply } from '../http.ts';
import { findBucket } from './buckets.ts';
import { checkChecksums } from './checksums.ts';
import { uploadedBody } from './chunked.ts';

export async function putObject(account: Account, bucket: string, key: string, call: Call): Promise<Reply> {
  findBucket(account, bucket);
  if (call.headers['x-amz-copy-source'] !== undefined) throw s3Error('NotImplemented', 'CopyObject is not offered.');
  checkAbsent(account, bucket, key, call);
  const { body, headers } = uploadedBody(call);
  const checksum = checkChecksums(headers, body);
  const etag = `"${createHash('md5').update(body).digest('hex')}"`;
  await store(account, bucket, key, body, { etag, ...describe(headers), ...(checksum && { checksum }) }, call);
  return { status: 200, headers: { etag, ...(checksum && { [checksum.header]: checksum.value }) } };
}

/** `If-None-Match: *` succeeds only if there is no object with this key yet. */
export function checkAbsent(account: Account, bucket: string, key: string, call: Call): void {
  const condition = call.headers['if-none-match'];
  if (condition === undefined) return;
  if (condition !== '*') throw s3Error('NotImplemented', 'Only If-None-Match: * is offered for writes.');
  if (findBucket(account, bucket).objects.has(key)) {
    throw s3Error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');
  }
}

type Description = Pick<StoredObject, 'contentType' | 'metadata'>;

export function describe(headers: Record<string, string>): Description {
  const own = Object.entries(headers).filter(([name]) => name.startsWith('x-amz-meta-'));
  return { contentType: headers['content-type'] ?? 'binary/octet-stream', metadata: Object.fromEntries(own) };
}

/**
 * Writes the bytes, then the entry. The condition is checked again in between, because another upload may have been
 * quicker.
 */
export async function store(
  account: Account,
  bucket: string,
  key: string,
  body: Buffer,
  about: Description & Pick<StoredObject, 'etag' | 'checksum'>,
  call: Call,
): Promise<void> {
  if (Buffer.byteLength(key) > 1024) throw s3Error('InvalidArgument', 'Your key is too long');
  const blob = await account.blobs.put(body);
  checkAbsent(account, bucket, key, call);
  findBucket(account, bucket).objects.set(key, {
    key,
    blob,
    size: body.length,
    modifiedAt: nowSeconds(account),
    ...about,
  });
  account.changed();
}

export async function getObject(account: Account, bucket: string, key: string, call: Call): Promise<Reply> {
  const object = findObject(account, bucket, key);
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

export function headObject(account: Account, bucket: string, key: string, call: Call): Reply {
  const object = findObject(account, bucket, key);
  return { status: 200, headers: { ...headersOf(object, call), 'content-length': String(object.size) } };
}

export function deleteObject(account: Account, bucket: string, key: string): Reply {
  findBucket(account, bucket).objects.delete(key);
  account.changed();
  return { status: 204 };
}

function findObject(account: Account, bucket: string, key: string): StoredObject {
  const object = findBucket(account, bucket).objects.get(key);
  if (!object) throw s3Error('NoSuchKey', 'The specified key does not exist.');
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
    ...(wanted && { [wanted.header]: wanted.value, 'x-amz-checksum-type': 'FULL_OBJECT' }),
  };
}
