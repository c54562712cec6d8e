/** Writes objects of S3. S3 checks the SHA-256 of each part, and what fails leaves no parts, as far as AWS is reached. */
import type { CompletedPart, S3Client } from '@aws-sdk/client-s3';
import { awsCall } from '../awscall.ts';
import type { NextPart, ObjectPart } from '../objects.ts';

type Place = {
  sdk: typeof import('@aws-sdk/client-s3');
  s3: S3Client;
  object: {
    Bucket: string;
    Key: string;
    ContentType?: string;
    Metadata?: Record<string, string>;
    /** The object is made only where there is none with this key. */
    IfNoneMatch?: '*';
  };
  signal: AbortSignal | undefined;
};

/**
 * Writes an object in one piece, or in parts when its first part is not its last.
 *
 * @param atOnce so many parts are under way together
 * @throws what `next` throws; as `awsCall`
 */
export async function putObject(place: Place, next: NextPart, atOnce: number): Promise<void> {
  const { sdk, s3, object, signal } = place;
  const first = await next();
  if (!first.isLast) return putParts(place, first, next, atOnce);
  const { sha256, bytes: Body } = first;
  await awsCall('PutObject', signal, (o) =>
    s3.send(new sdk.PutObjectCommand({ ...object, Body, ChecksumSHA256: sha256 }), o),
  );
}

/** "Uploading and copying objects using multipart upload", S3 user guide. */
async function putParts(
  { sdk, s3, object, signal }: Place,
  first: ObjectPart,
  next: NextPart,
  atOnce: number,
): Promise<void> {
  const { Bucket, Key, IfNoneMatch, ...about } = object;
  const place = { Bucket, Key };
  const { UploadId } = await awsCall('CreateMultipartUpload', signal, (o) =>
    s3.send(new sdk.CreateMultipartUploadCommand({ ...place, ...about, ChecksumAlgorithm: 'SHA256' }), o),
  );
  const failing = new AbortController();
  const either = AbortSignal.any([failing.signal, ...(signal ? [signal] : [])]);
  const sent: CompletedPart[] = [];
  let [count, isOver, waiting] = [0, false, first as ObjectPart | undefined];
  let reading: Promise<unknown> = Promise.resolve();
  /** One part after the other, in the order of their numbers. */
  const read = (used?: Uint8Array) => {
    const found = reading.then(async () => {
      if (isOver || either.aborted) return undefined;
      const part = waiting ?? (await next(used));
      waiting = undefined;
      isOver = part.isLast;
      count += 1;
      return { ...part, PartNumber: count };
    });
    reading = found.catch(() => {});
    return found;
  };
  const lane = async () => {
    for (let part = await read(); part; part = await read(part.bytes)) {
      const { PartNumber, sha256: ChecksumSHA256, bytes: Body } = part;
      const command = new sdk.UploadPartCommand({ ...place, UploadId, PartNumber, ChecksumSHA256, Body });
      const { ETag } = await awsCall('UploadPart', signal, () => s3.send(command, { abortSignal: either }));
      sent[PartNumber - 1] = { PartNumber, ChecksumSHA256, ETag };
    }
  };
  const lanes = Array.from({ length: atOnce }, lane);
  try {
    await Promise.all(lanes);
    const whole = { ...place, UploadId, MultipartUpload: { Parts: sent }, ...(IfNoneMatch && { IfNoneMatch }) };
    await awsCall('CompleteMultipartUpload', signal, (o) => s3.send(new sdk.CompleteMultipartUploadCommand(whole), o));
  } catch (thrown) {
    failing.abort();
    await Promise.allSettled(lanes);
    // Without AWS, or after its lost answer, this fails as well.
    await awsCall('AbortMultipartUpload', undefined, (o) =>
      s3.send(new sdk.AbortMultipartUploadCommand({ ...place, UploadId }), o),
    ).catch(() => {});
    throw thrown;
  }
}

/** The signature covers the digest of the body. Where it goes along as a checksum, the SDK need not take it a second time. */
export function signByChecksum(s3: S3Client): S3Client {
  s3.middlewareStack.add(
    (next) => (args) => {
      const { headers } = args.request as { headers: Record<string, string> };
      const sha256 = headers['x-amz-checksum-sha256'];
      if (sha256 !== undefined) headers['x-amz-content-sha256'] = Buffer.from(sha256, 'base64').toString('hex');
      return next(args);
    },
    { step: 'build' },
  );
  return s3;
}
