import { randomBytes } from 'node:crypto';
import { type Account, nowSeconds } from '../account.ts';
import { type Bytes, bytesOfAll, digestOf } from '../bytes.ts';
import { s3Error } from '../errors.ts';
import type { Call, Reply } from '../http.ts';
import { document, textsOf, unescapeXml } from '../xml.ts';
import { findBucket, isoTime, wholeNumber, xmlReply } from './buckets.ts';
import { checkChecksums, compositeOf } from './checksums.ts';
import { uploadedBody } from './chunked.ts';
import { checkCondition, describe, store } from './objects.ts';

/** Multipart uploads. Unfinished ones exist in memory only, so a restart of the practice line forgets them. */

type Checksum = { header: string; value: string };
type Part = { pieces: Bytes; etag: string; at: number; checksum?: Checksum };
type Upload = {
  bucket: string;
  key: string;
  startedAt: number;
  about: ReturnType<typeof describe>;
  /** The header of the checksum that each part must have, if the upload was begun with an algorithm. */
  checksum?: string;
  /** The checksum of the whole object is that of its bytes. Otherwise it is one over the checksums of the parts. */
  full: boolean;
  parts: Map<number, Part>;
};
export type Uploads = Map<string, Upload>;

const minPartBytes = 5 * 1024 * 1024;

export function createUpload(account: Account, uploads: Uploads, bucket: string, key: string, call: Call): Reply {
  findBucket(account, bucket);
  const UploadId = randomBytes(24).toString('base64url');
  const { 'x-amz-checksum-algorithm': algorithm, 'x-amz-checksum-type': type } = call.headers;
  const upload: Upload = {
    bucket,
    key,
    startedAt: nowSeconds(account),
    about: describe(call.headers),
    ...(algorithm !== undefined && { checksum: `x-amz-checksum-${algorithm.toLowerCase()}` }),
    full: (type ?? (algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE')) === 'FULL_OBJECT',
    parts: new Map(),
  };
  uploads.set(UploadId, upload);
  return xmlReply(document('InitiateMultipartUploadResult', { Bucket: bucket, Key: key, UploadId }), {
    ...(algorithm !== undefined && {
      'x-amz-checksum-algorithm': algorithm,
      'x-amz-checksum-type': upload.full ? 'FULL_OBJECT' : 'COMPOSITE',
    }),
  });
}

export function uploadPart(account: Account, uploads: Uploads, bucket: string, key: string, call: Call): Reply {
  const upload = findUpload(uploads, bucket, key, call);
  const number = wholeNumber(call.query.get('partNumber') ?? '');
  if (number < 1 || number > 10_000) throw s3Error('InvalidArgument', 'Part number must be between 1 and 10000.');
  const { pieces, headers } = uploadedBody(call);
  const checksum = checkChecksums(headers, pieces);
  if (upload.checksum !== undefined && checksum?.header !== upload.checksum && !upload.full) {
    throw s3Error('InvalidRequest', `The upload was created using ${upload.checksum}, which this part does not have.`);
  }
  const etag = `"${digestOf(pieces, 'md5').toString('hex')}"`;
  const part = { pieces, etag, at: nowSeconds(account), ...(checksum && { checksum }) };
  upload.parts.set(number, part);
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
  checkCondition(account, bucket, key, call);
  const parts = listedParts(upload, call.body.toString('utf8'));
  if (parts.slice(0, -1).some((part) => part.pieces.size < minPartBytes)) {
    throw s3Error('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed object size.');
  }
  const pieces = bytesOfAll(parts.map((part) => part.pieces));
  const size = call.headers['x-amz-mp-object-size'];
  if (size !== undefined && Number(size) !== pieces.size) {
    throw s3Error('InvalidRequest', 'The provided x-amz-mp-object-size does not match the size of the parts.');
  }
  // The ETag of a part is its MD5.
  const digests = parts.map((part) => Buffer.from(part.etag.replaceAll('"', ''), 'hex'));
  const etag = `"${digestOf(digests, 'md5').toString('hex')}-${parts.length}"`;
  const checksum = upload.full ? checkChecksums(call.headers, pieces) : compositeChecksum(upload, parts, call);
  await store(account, bucket, key, pieces, { etag, ...upload.about, ...(checksum && { checksum }) }, call);
  uploads.delete(call.query.get('uploadId') ?? '');
  const Location = `${account.endpoint}/${bucket}/${key}`;
  return xmlReply(
    document('CompleteMultipartUploadResult', {
      Location,
      Bucket: bucket,
      Key: key,
      ETag: etag,
      ...(checksum && { [elementOf(checksum.header)]: checksum.value }),
    }),
  );
}

/** Of a whole object, over the checksums of its parts. */
function compositeChecksum(upload: Upload, parts: readonly Part[], call: Call): Checksum | undefined {
  if (upload.checksum === undefined) return undefined;
  const values = parts.map((part) => part.checksum?.value ?? '');
  const value = compositeOf(upload.checksum, values);
  const sent = call.headers[upload.checksum];
  if (sent !== undefined && sent !== value) {
    throw s3Error('BadDigest', `The ${upload.checksum} you specified did not match what we received.`);
  }
  return { header: upload.checksum, value };
}

/** What an upload says of its checksums; nothing when it was begun without an algorithm. */
const algorithmOf = ({ checksum, full }: Upload): Record<string, string> =>
  checksum === undefined
    ? {}
    : {
        ChecksumAlgorithm: elementOf(checksum).slice('Checksum'.length),
        ChecksumType: full ? 'FULL_OBJECT' : 'COMPOSITE',
      };

/** `x-amz-checksum-crc32` is `ChecksumCRC32` in XML. */
const elementOf = (header: string): string => `Checksum${header.slice('x-amz-checksum-'.length).toUpperCase()}`;

export function abortUpload(uploads: Uploads, bucket: string, key: string, call: Call): Reply {
  findUpload(uploads, bucket, key, call);
  uploads.delete(call.query.get('uploadId') ?? '');
  return { status: 204 };
}

/** The parts that were received, in their order. */
export function listParts(uploads: Uploads, bucket: string, key: string, call: Call): Reply {
  const upload = findUpload(uploads, bucket, key, call);
  const after = wholeNumber(call.query.get('part-number-marker') ?? '0');
  const max = Math.min(1000, wholeNumber(call.query.get('max-parts') ?? '1000'));
  const all = [...upload.parts].sort(([a], [b]) => a - b).filter(([number]) => number > after);
  const shown = all.slice(0, max);
  return xmlReply(
    document('ListPartsResult', {
      Bucket: bucket,
      Key: key,
      UploadId: call.query.get('uploadId') ?? '',
      PartNumberMarker: after,
      NextPartNumberMarker: shown.at(-1)?.[0] ?? 0,
      MaxParts: max,
      IsTruncated: all.length > shown.length,
      ...algorithmOf(upload),
      Part: shown.map(([number, part]) => ({
        PartNumber: number,
        LastModified: isoTime(part.at),
        ETag: part.etag,
        Size: part.pieces.size,
        ...(part.checksum && { [elementOf(part.checksum.header)]: part.checksum.value }),
      })),
    }),
  );
}

/** The unfinished uploads of a bucket, all on one page. @throws ServiceError NotImplemented – for more than a page */
export function listUploads(account: Account, uploads: Uploads, bucket: string, call: Call): Reply {
  findBucket(account, bucket);
  const strange = ['delimiter', 'key-marker', 'upload-id-marker'].find((name) => call.query.get(name));
  if (strange !== undefined) throw s3Error('NotImplemented', `${strange} is not offered.`);
  const prefix = call.query.get('prefix') ?? '';
  const encode = call.query.get('encoding-type') === 'url' ? encodeURIComponent : (key: string) => key;
  const found = [...uploads].filter(([, upload]) => upload.bucket === bucket && upload.key.startsWith(prefix));
  const max = Math.min(1000, wholeNumber(call.query.get('max-uploads') ?? '1000'));
  if (found.length > max) throw s3Error('NotImplemented', 'More uploads than fit on one page.');
  return xmlReply(
    document('ListMultipartUploadsResult', {
      Bucket: bucket,
      Prefix: encode(prefix),
      MaxUploads: max,
      IsTruncated: false,
      Upload: found.map(([UploadId, upload]) => ({
        Key: encode(upload.key),
        UploadId,
        StorageClass: 'STANDARD',
        Initiated: isoTime(upload.startedAt),
        ...algorithmOf(upload),
      })),
    }),
  );
}

function listedParts(upload: Upload, xml: string): Part[] {
  const listed = textsOf(xml, 'Part').map((part) => ({
    number: wholeNumber(textsOf(part, 'PartNumber')[0] ?? ''),
    etag: unescapeXml(textsOf(part, 'ETag')[0] ?? '').replaceAll('"', ''),
    xml: part,
  }));
  if (listed.length === 0) throw s3Error('MalformedXML', 'The XML you provided was not well-formed.');
  return listed.map(({ number, etag, xml: text }, at) => {
    if (number <= (listed[at - 1]?.number ?? 0))
      throw s3Error('InvalidPartOrder', 'The parts are not in ascending order.');
    const part = upload.parts.get(number);
    const [checksum] = part?.checksum ? textsOf(text, elementOf(part.checksum.header)) : [];
    const differs = checksum !== undefined && checksum !== part?.checksum?.value;
    if (part?.etag !== `"${etag}"` || differs)
      throw s3Error('InvalidPart', `Part ${number} was not uploaded, or its ETag or checksum differs.`);
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
