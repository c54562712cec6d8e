import type { S3Client } from '@aws-sdk/client-s3';
import { StationError } from '../../contract/errors.ts';
import { answerMs, awsCall, type CallOptions, clientOptions, shortCalls } from '../awscall.ts';
import type { BucketConnection } from '../cloud.ts';
import { required } from '../failure.ts';
import type { Checksums, ObjectStore, StoredFile } from '../objects.ts';

/** A part may take so long on a slow line, as long as bytes flow. */
const partMs = 600_000;
/** A long upload meets many short troubles. */
const maxAttempts = 5;

/** The bucket of the connection. Makes the client; touches no network. */
export async function createObjectStore(connection: BucketConnection): Promise<ObjectStore> {
  const sdk = await import('@aws-sdk/client-s3');
  const { bucket: Bucket, endpointUrl } = connection;
  const s3: S3Client = new sdk.S3Client({
    ...clientOptions(connection),
    ...{ maxAttempts, forcePathStyle: endpointUrl !== undefined },
    requestHandler: { ...shortCalls, socketTimeout: answerMs, requestTimeout: partMs },
  });
  /** Undefined for an answer of one of these names. */
  const unless = async <T>(
    names: readonly string[],
    operation: string,
    signal: AbortSignal | undefined,
    run: (options: CallOptions) => Promise<T>,
  ): Promise<T | undefined> => {
    try {
      return await awsCall(operation, signal, run);
    } catch (thrown) {
      if (thrown instanceof StationError && names.includes(String(thrown.data?.awsError))) return undefined;
      throw thrown;
    }
  };

  const store: ObjectStore = {
    async assertUsable(signal) {
      // A listing says why it fails. An answer to HEAD has no body, so that expired credentials would be a mere 400.
      await awsCall('ListObjectsV2', signal, (o) => s3.send(new sdk.ListObjectsV2Command({ Bucket, MaxKeys: 1 }), o));
      // Who may not ask this learns nothing, and other servers than AWS do not offer it.
      const says = ['NoSuchBucketPolicy', 'AccessDenied', 'NotImplemented', 'MethodNotAllowed'];
      const status = await unless(says, 'GetBucketPolicyStatus', signal, (o) =>
        s3.send(new sdk.GetBucketPolicyStatusCommand({ Bucket }), o),
      );
      if (status?.PolicyStatus?.IsPublic === true)
        throw new StationError(
          'backup.bucketPublic',
          `everybody may read the bucket ${Bucket}: turn on Block Public Access`,
          { data: { bucket: Bucket } },
        );
    },

    list: (Prefix, signal) =>
      awsCall('ListObjectsV2', signal, async (o) => {
        const found: StoredFile[] = [];
        let ContinuationToken: string | undefined;
        do {
          const input = { Bucket, Prefix, ...(ContinuationToken !== undefined && { ContinuationToken }) };
          const page = await s3.send(new sdk.ListObjectsV2Command(input), o);
          for (const { Key = '', Size = 0 } of page.Contents ?? []) found.push({ key: Key, bytes: Size });
          ContinuationToken = page.NextContinuationToken;
        } while (ContinuationToken !== undefined);
        return found;
      }),

    async head(Key, signal) {
      const input = { Bucket, Key, ChecksumMode: 'ENABLED' } as const;
      const found = await unless(['NotFound', 'NoSuchKey'], 'HeadObject', signal, (o) =>
        s3.send(new sdk.HeadObjectCommand(input), o),
      );
      return found && { bytes: found.ContentLength ?? 0, checksum: found.ChecksumSHA256 };
    },

    put: (Key, checksums, parts, signal) =>
      checksums.parts.length === 1 ? putWhole(Key, checksums, parts, signal) : putParts(Key, checksums, parts, signal),

    get: (Key, signal) =>
      awsCall('GetObject', signal, async (o) => {
        const { Body } = await s3.send(new sdk.GetObjectCommand({ Bucket, Key }), o);
        return wrapped(required(Body, 'GetObject', 'Body') as AsyncIterable<Uint8Array>, signal);
      }),

    async remove(keys, signal) {
      for (const Key of keys)
        await awsCall('DeleteObject', signal, (o) => s3.send(new sdk.DeleteObjectCommand({ Bucket, Key }), o));
    },

    async abortUploads(Prefix, isOurs, signal) {
      const { Uploads = [] } = await awsCall('ListMultipartUploads', signal, (o) =>
        s3.send(new sdk.ListMultipartUploadsCommand({ Bucket, Prefix }), o),
      );
      for (const { Key = '', UploadId } of Uploads)
        if (isOurs(Key))
          await unless(['NoSuchUpload'], 'AbortMultipartUpload', signal, (o) =>
            s3.send(new sdk.AbortMultipartUploadCommand({ Bucket, Key, UploadId }), o),
          );
    },

    close: () => s3.destroy(),
  };

  async function putWhole(
    Key: string,
    { whole }: Checksums,
    parts: AsyncIterable<Uint8Array>,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    for await (const Body of parts)
      await awsCall('PutObject', signal, (o) =>
        s3.send(new sdk.PutObjectCommand({ Bucket, Key, Body, ChecksumSHA256: whole }), o),
      );
  }

  async function putParts(
    Key: string,
    { parts: digests }: Checksums,
    parts: AsyncIterable<Uint8Array>,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const ofObject = { Bucket, Key };
    const { UploadId } = await awsCall('CreateMultipartUpload', signal, (o) =>
      s3.send(new sdk.CreateMultipartUploadCommand({ ...ofObject, ChecksumAlgorithm: 'SHA256' }), o),
    );
    try {
      const sent: { PartNumber: number; ETag: string | undefined; ChecksumSHA256: string | undefined }[] = [];
      for await (const Body of parts) {
        const part = { PartNumber: sent.length + 1, ChecksumSHA256: digests[sent.length] };
        const { ETag } = await awsCall('UploadPart', signal, (o) =>
          s3.send(new sdk.UploadPartCommand({ ...ofObject, ...part, UploadId, Body }), o),
        );
        sent.push({ ...part, ETag });
      }
      await awsCall('CompleteMultipartUpload', signal, (o) =>
        s3.send(new sdk.CompleteMultipartUploadCommand({ ...ofObject, UploadId, MultipartUpload: { Parts: sent } }), o),
      );
    } catch (thrown) {
      // Without AWS, or after its lost answer, this fails as well; the next upload ends what is left.
      await awsCall('AbortMultipartUpload', undefined, (o) =>
        s3.send(new sdk.AbortMultipartUploadCommand({ ...ofObject, UploadId }), o),
      ).catch(() => {});
      throw thrown;
    }
  }

  return store;
}

/** What breaks off while the bytes come is an error of AWS, too. */
async function* wrapped(body: AsyncIterable<Uint8Array>, signal: AbortSignal | undefined) {
  const bytes = body[Symbol.asyncIterator]();
  for (;;) {
    const next = await awsCall('GetObject', signal, () => bytes.next());
    if (next.done) return;
    yield next.value;
  }
}
