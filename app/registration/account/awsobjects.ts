import type { Grant } from '@aws-sdk/client-s3';
import { StationError } from '../../contract/errors.ts';
import { answerMs, awsCall, type CallOptions, clientOptions, shortCalls } from '../awscall.ts';
import type { BucketConnection } from '../cloud.ts';
import { required } from '../failure.ts';
import type { ObjectStore, StoredFile } from '../objects.ts';
import { putObject, signByChecksum } from './awsput.ts';
import { inRightAccount } from './rightaccount.ts';

/** A part may take so long on a slow line, as long as bytes flow. */
const partMs = 600_000;
/** A long upload meets many short troubles. */
const maxAttempts = 5;

/** The bucket of the connection. Makes the client; touches no network. */
export async function createObjectStore(connection: BucketConnection): Promise<ObjectStore> {
  const sdk = await import('@aws-sdk/client-s3');
  const { bucket: Bucket, endpointUrl } = connection;
  const { guarded } = inRightAccount(connection);
  const s3 = signByChecksum(
    guarded(
      new sdk.S3Client({
        ...clientOptions(connection),
        ...{ maxAttempts, forcePathStyle: endpointUrl !== undefined },
        requestHandler: { ...shortCalls, socketTimeout: answerMs, requestTimeout: partMs },
      }),
    ),
  );
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

  const isPublic = (why: string) =>
    new StationError('backup.bucketPublic', `the bucket ${Bucket} is open, ${why}: turn on Block Public Access`, {
      data: { bucket: Bucket },
    });

  const store: ObjectStore = {
    async assertUsable(signal) {
      // A listing says why it fails. An answer to HEAD has no body, so that expired credentials would be a mere 400.
      await awsCall('ListObjectsV2', signal, (o) => s3.send(new sdk.ListObjectsV2Command({ Bucket, MaxKeys: 1 }), o));
      // Who may not ask this learns nothing, and other servers than AWS do not offer it.
      const says = ['NoSuchBucketPolicy', 'AccessDenied', 'NotImplemented', 'MethodNotAllowed'];
      const status = await unless(says, 'GetBucketPolicyStatus', signal, (o) =>
        s3.send(new sdk.GetBucketPolicyStatusCommand({ Bucket }), o),
      );
      if (status?.PolicyStatus?.IsPublic === true) throw isPublic('everybody may use it by its policy');
      const acl = await unless(says, 'GetBucketAcl', signal, (o) =>
        s3.send(new sdk.GetBucketAclCommand({ Bucket }), o),
      );
      const open = openGrant(acl?.Grants);
      if (open === undefined) return;
      // Block Public Access leaves the grant where it is, and S3 pays no heed to it.
      const without = [...says, 'NoSuchPublicAccessBlockConfiguration'];
      const block = await unless(without, 'GetPublicAccessBlock', signal, (o) =>
        s3.send(new sdk.GetPublicAccessBlockCommand({ Bucket }), o),
      );
      if (block?.PublicAccessBlockConfiguration?.IgnorePublicAcls !== true) throw isPublic(open);
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

    put: async (Key, { parts: digests }, parts, signal) => {
      const read = parts[Symbol.asyncIterator]();
      let count = 0;
      const next = async () => {
        const { value = new Uint8Array() } = await read.next();
        count += 1;
        return { bytes: value, sha256: digests[count - 1] ?? '', isLast: count >= digests.length };
      };
      try {
        // The next part may take the place of the one before.
        await putObject({ sdk, s3, object: { Bucket, Key }, signal }, next, 1);
      } finally {
        await read.return?.();
      }
    },

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

  return store;
}

const groups: Record<string, string> = {
  'http://acs.amazonaws.com/groups/global/AllUsers': 'everybody',
  'http://acs.amazonaws.com/groups/global/AuthenticatedUsers': 'everybody with an account of AWS',
};

/** To whom an ACL opens a bucket, and for what ("Access control list (ACL) overview", S3 user guide); undefined for no one. */
export function openGrant(grants: readonly Grant[] = []): string | undefined {
  const open = grants.find(({ Grantee }) => Object.hasOwn(groups, Grantee?.URI ?? ''));
  return open && `${groups[open.Grantee?.URI ?? '']} has ${open.Permission} by its ACL`;
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
