/** Writes objects of S3. S3 checks the SHA-256 of each part. An upload that broke off goes on with the parts that S3 has. */
import type { CompletedPart, S3Client } from '@aws-sdk/client-s3';
import { awsCall } from '../awscall.ts';
import { isPassing } from '../failure.ts';
import type { NextPart, ObjectPart } from '../objects.ts';
import { endUpload, endUploads, type Unfinished, unfinishedUpload } from './awsunfinished.ts';

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
 * Writes an object in one piece, or in parts when its first part is not its last. What AWS refuses leaves no parts, and
 * neither does a file that cannot be read. After trouble that passes, and after `signal`, the parts stay for the next try.
 *
 * @param atOnce so many parts are under way together
 * @throws what `next` throws; as `awsCall`
 */
export async function putObject(place: Place, next: NextPart, atOnce: number): Promise<void> {
  const { sdk, s3, object, signal } = place;
  const first = await next().catch(async (thrown: unknown) => {
    await endUploads(place);
    throw thrown;
  });
  if (!first.isLast) return putParts(place, first, next, atOnce);
  const { sha256, bytes: Body } = first;
  await awsCall('PutObject', signal, (o) =>
    s3.send(new sdk.PutObjectCommand({ ...object, Body, ChecksumSHA256: sha256 }), o),
  );
}

/** "Uploading and copying objects using multipart upload", S3 user guide. */
async function putParts(place: Place, first: ObjectPart, next: NextPart, atOnce: number): Promise<void> {
  const { sdk, s3, object, signal } = place;
  const { Bucket, Key, IfNoneMatch } = object;
  const { found, mayLook } = await unfinishedUpload(place);
  const UploadId = found?.UploadId ?? (await begun(place));
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
      let ETag = keptTag(found, part);
      if (ETag === undefined) {
        const command = new sdk.UploadPartCommand({ Bucket, Key, UploadId, PartNumber, ChecksumSHA256, Body });
        ({ ETag } = await awsCall('UploadPart', signal, () => s3.send(command, { abortSignal: either })));
      }
      sent[PartNumber - 1] = { PartNumber, ChecksumSHA256, ETag };
    }
  };
  const lanes = Array.from({ length: atOnce }, lane);
  try {
    await Promise.all(lanes);
    const whole = { Bucket, Key, UploadId, MultipartUpload: { Parts: sent }, ...(IfNoneMatch && { IfNoneMatch }) };
    await awsCall('CompleteMultipartUpload', signal, (o) => s3.send(new sdk.CompleteMultipartUploadCommand(whole), o));
  } catch (thrown) {
    failing.abort();
    await Promise.allSettled(lanes);
    const goesOn = mayLook && (isPassing(thrown) || signal?.aborted);
    if (!goesOn) await endUpload(place, UploadId);
    throw thrown;
  }
}

/** A new upload, for parts with a SHA-256 each. */
async function begun({ sdk, s3, object: { IfNoneMatch: _, ...object }, signal }: Place): Promise<string | undefined> {
  const { UploadId } = await awsCall('CreateMultipartUpload', signal, (o) =>
    s3.send(new sdk.CreateMultipartUploadCommand({ ...object, ChecksumAlgorithm: 'SHA256' }), o),
  );
  return UploadId;
}

/** The ETag of this part where S3 has these very bytes. */
function keptTag(found: Unfinished | undefined, part: ObjectPart & { PartNumber: number }): string | undefined {
  const kept = found?.parts.get(part.PartNumber);
  return kept?.ChecksumSHA256 === part.sha256 && kept.Size === part.bytes.length ? kept.ETag : undefined;
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
