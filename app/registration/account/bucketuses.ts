/** What the buckets of backups and checkpoints need, beside the ways of registration (`permissions.ts`). */
import type { CheckpointBucket } from '../../contract/model.ts';
import { bucketArn, needs, type Permission, type Place } from './permissions.ts';

/** What the station asks of a bucket of backups. Null: the bucket of the target. */
export function backupUses({ bucket, prefix }: { bucket: string | null; prefix: string }): Permission[] {
  const of = (place: Place) => bucketArn(bucket === null ? place : { ...place, bucket });
  return [
    ...needs(
      of,
      ['s3:ListBucket', 'lists the backups in the bucket'],
      ['s3:ListBucketMultipartUploads', 'finds uploads of backups that were not ended'],
      ['s3:GetBucketPolicyStatus', 'looks whether everybody may read the bucket'],
      ['s3:GetBucketAcl', 'looks whether its ACL opens the bucket'],
      ['s3:GetBucketPublicAccessBlock', 'looks whether such an ACL counts'],
    ),
    ...needs(
      (place) => `${of(place)}/${prefix}birthmark-*`,
      ['s3:PutObject', 'sends a backup'],
      ['s3:GetObject', 'verifies a backup in the bucket, and fetches it'],
      ['s3:DeleteObject', 'removes backups that are out of rotation'],
      ['s3:ListMultipartUploadParts', 'goes on with an upload that broke off'],
      ['s3:AbortMultipartUpload', 'ends uploads of backups that were given up'],
    ),
  ];
}

/** What it asks of a bucket of checkpoints. */
export function checkpointUses({ bucket, prefix, lock }: CheckpointBucket): Permission[] {
  const of = (place: Place) => bucketArn(bucket === null ? place : { ...place, bucket });
  return needs(
    (place) => `${of(place)}/${prefix}birthmark-*`,
    ['s3:PutObject', 'publishes checkpoints of the log'],
    ...(lock === null ? [] : ([['s3:PutObjectRetention', 'locks them']] as [string, string][])),
  );
}
