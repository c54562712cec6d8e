/** Places in S3 that the settings name. */
import { z } from 'zod';
import { formSentences as said } from './schemasentences.ts';

/**
 * Whether S3 has buckets of this name ("General purpose bucket naming rules", S3 user guide). Capitals and underscores are of
 * buckets of us-east-1 from before March 2018, and no template of CloudFormation can name those.
 */
export const isBucketName = (name: string): boolean =>
  bucketName.safeParse(name).success &&
  !name.includes('..') &&
  !/^\d+(\.\d+){3}$/.test(name) &&
  !/^(xn--|sthree-|amzn-s3-demo-)/.test(name) &&
  !/(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/.test(name);

/** The characters of a name. What is kept is read by it; what a person gives is held against `isBucketName`, too. */
export const bucketName = z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'the name of a bucket');

/** For settings as a person gives them: their bucket, where they have one, is a possible one. */
const bucketPath: PropertyKey[] = ['bucket', 'bucket'];
export const possibleBucket = [
  ({ bucket }: { bucket?: { bucket: string | null } | null | undefined }) =>
    typeof bucket?.bucket !== 'string' || isBucketName(bucket.bucket),
  { path: bucketPath, error: said.bucketNames },
] as const;

/** What the keys begin with; empty or ending in `/`. */
export const keyPrefix = z.string().regex(/^([\w.-]+\/){0,8}$/, 'folders such as backups/');
