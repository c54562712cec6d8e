import { createHash, randomBytes } from 'node:crypto';
import type { Account } from '../account.ts';
import { s3Error } from '../errors.ts';
import type { Call, Reply } from '../http.ts';
import { findBucket, wholeNumber, xmlReply } from './buckets.ts';
import { checkChecksums } from './checksums.ts';
import { uploadedBody } from './chunked.ts';
import { checkAbsent, describe, store } from './objects.ts';
import { document, textsOf, unescapeXml } from './xml.ts';

/** Multipart uploads. Unfinished ones exist in memory only, so a restart of the practice line forgets them. */

type Part = { body: Buffer; etag: string };
type Upload = { bucket: string; key: string; about: ReturnType<typeof describe>; parts: Map<number, Part> };
export type Uploads = Map<string, Upload>;

const minPartBytes = 5 * 1024 * 1024;

export function createUpload(account: Account, uploads: Uploads, bucket: string, key: string, call: Call): Reply {
  findBucket(account, bucket);
  const UploadId = randomBytes(24).toString('base64url');
  uploads.set(UploadId, { bucket, key, about: describe(call.headers), parts: new Map() });
  return xmlReply(document('InitiateMultipartUploadResult', { Bucket: bucket, Key: key, UploadId }));
}

export function uploadPart(uploads: Uploads, bucket: string, key: string, call: Call): Reply {
  const upload = findUpload(uploads, bucket, key, call);
  const number = wholeNumber(call.query.get('partNumber') ?? '');
  if (number < 1 || number > 10_000) throw s3Error('InvalidArgument', 'Part number must be between 1 and 10000.');
  const { body, headers } = uploadedBody(call);
  const checksum = checkChecksums(headers, body);
  const etag = `"${createHash('md5').update(body).digest('hex')}"`;
  upload.parts.set(number, { body, etag });
  return { status: 200, headers: { etag, ...(checksum && { [checksum.header]: checksum.value }) } };
}

export async function completeUpload(
  account: Account,
  uploads: Uploads,
  bucket: string,
  key: string,
  call: Call,
): Promise<Reply> {
  const upload = findUpload(uploads, bucket, key, call);
  checkAbsent(account, bucket, key, call);
  const parts = listedParts(upload, call.body.toString('utf8'));
  if (parts.slice(0, -1).some((part) => part.body.length < minPartBytes)) {
    throw s3Error('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed object size.');
  }
  const digests = parts.map((part) => createHash('md5').update(part.body).digest());
  const etag = `"${createHash('md5').update(Buffer.concat(digests)).digest('hex')}-${parts.length}"`;
  await store(account, bucket, key, Buffer.concat(parts.map((part) => part.body)), { etag, ...upload.about }, call);
  uploads.delete(call.query.get('uploadId') ?? '');
  const Location = `${account.endpoint}/${bucket}/${key}`;
  return xmlReply(document('CompleteMultipartUploadResult', { Location, Bucket: bucket, Key: key, ETag: etag }));
}

export function abortUpload(uploads: Uploads, bucket: string, key: string, call: Call): Reply {
  findUpload(uploads, bucket, key, call);
  uploads.delete(call.query.get('uploadId') ?? '');
  return { status: 204 };
}

function listedParts(upload: Upload, xml: string): Part[] {
  const listed = textsOf(xml, 'Part').map((part) => ({
    number: wholeNumber(textsOf(part, 'PartNumber')[0] ?? ''),
    etag: unescapeXml(textsOf(part, 'ETag')[0] ?? '').replaceAll('"', ''),
  }));
  if (listed.length === 0) throw s3Error('MalformedXML', 'The XML you provided was not well-formed.');
  return listed.map(({ number, etag }, at) => {
    if (number <= (listed[at - 1]?.number ?? 0))
      throw s3Error('InvalidPartOrder', 'The parts are not in ascending order.');
    const part = upload.parts.get(number);
    if (part?.etag !== `"${etag}"`)
      throw s3Error('InvalidPart', `Part ${number} was not uploaded, or its ETag differs.`);
    return part;
  });
}

function findUpload(uploads: Uploads, bucket: string, key: string, call: Call): Upload {
  const upload = uploads.get(call.query.get('uploadId') ?? '');
  if (upload?.bucket !== bucket || upload.key !== key) {
    throw s3Error('NoSuchUpload', 'The specified multipart upload does not exist.');
  }
  return upload;
}
