/** Uploads of S3 that were begun and not ended: what they have already is not sent again, and costs nothing once they are ended. */
import type { Part, S3Client } from '@aws-sdk/client-s3';
import { StationError } from '../../contract/errors.ts';
import { awsCall } from '../awscall.ts';

export type Place = {
  sdk: typeof import('@aws-sdk/client-s3');
  s3: S3Client;
  object: { Bucket: string; Key: string };
  signal: AbortSignal | undefined;
};

/** An upload to go on with. `parts`: what S3 has, by the number of the part. */
export type Unfinished = { UploadId: string; parts: ReadonlyMap<number, Part> };

/** Who may not look for unfinished uploads, or whose server does not offer it, begins again. */
const saysNothing = ['cloud.denied', 'cloud.refused', 'cloud.badAnswer'];
const notOffered = ['NotImplemented', 'MethodNotAllowed'];

/** The answer; undefined where it cannot be had, and a later try would not get it either. */
async function ifOffered<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (thrown) {
    if (!(thrown instanceof StationError)) throw thrown;
    if (saysNothing.includes(thrown.code) || notOffered.includes(String(thrown.data?.awsError))) return undefined;
    throw thrown;
  }
}

/**
 * The last upload of this key that keeps a SHA-256 of each part. Others of this key are ended.
 *
 * @returns `mayLook` false: S3 does not tell, and what is left now would not be found later
 * @throws as `awsCall`
 */
export async function unfinishedUpload(place: Place): Promise<{ found?: Unfinished | undefined; mayLook: boolean }> {
  const listed = await ifOffered(uploadsOf(place));
  if (listed === undefined) return { mayLook: false };
  // In the order in which they were begun ("ListMultipartUploads", Amazon S3 API reference).
  const last = listed.findLast(({ ChecksumAlgorithm }) => ChecksumAlgorithm === 'SHA256');
  for (const other of listed) if (other !== last) await endUpload(place, other.UploadId);
  if (last === undefined) return { mayLook: true };
  const parts = await ifOffered(partsOf(place, last.UploadId));
  if (parts !== undefined) return { found: { UploadId: last.UploadId, parts }, mayLook: true };
  await endUpload(place, last.UploadId);
  return { mayLook: false };
}

/** Ends every upload of this key, as far as AWS is reached and lets us. */
export async function endUploads(place: Place): Promise<void> {
  const listed = await uploadsOf(place).catch(() => []);
  for (const { UploadId } of listed) await endUpload(place, UploadId);
}

/** Without AWS, or after its lost answer, this does nothing. */
export async function endUpload({ sdk, s3, object: { Bucket, Key } }: Place, UploadId?: string): Promise<void> {
  await awsCall('AbortMultipartUpload', undefined, (o) =>
    s3.send(new sdk.AbortMultipartUploadCommand({ Bucket, Key, UploadId }), o),
  ).catch(() => {});
}

/** A key that only begins like ours is another object's. */
async function uploadsOf({ sdk, s3, object: { Bucket, Key }, signal }: Place) {
  const { Uploads = [] } = await awsCall('ListMultipartUploads', signal, (o) =>
    s3.send(new sdk.ListMultipartUploadsCommand({ Bucket, Prefix: Key }), o),
  );
  return Uploads.flatMap(({ Key: key, UploadId, ChecksumAlgorithm }) =>
    key === Key && UploadId !== undefined ? [{ UploadId, ChecksumAlgorithm }] : [],
  );
}

async function partsOf({ sdk, s3, object: { Bucket, Key }, signal }: Place, UploadId: string) {
  const found = new Map<number, Part>();
  for (let PartNumberMarker: string | undefined; ; ) {
    const input = { Bucket, Key, UploadId, ...(PartNumberMarker !== undefined && { PartNumberMarker }) };
    const page = await awsCall('ListParts', signal, (o) => s3.send(new sdk.ListPartsCommand(input), o));
    for (const part of page.Parts ?? []) if (part.PartNumber !== undefined) found.set(part.PartNumber, part);
    if (page.IsTruncated !== true || page.NextPartNumberMarker === undefined) return found;
    PartNumberMarker = page.NextPartNumberMarker;
  }
}
