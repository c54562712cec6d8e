/** Places in S3 that the settings name. */
import { z } from 'zod';

export const bucketName = z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'the name of a bucket');

/** What the keys begin with; empty or ending in `/`. */
export const keyPrefix = z.string().regex(/^([\w.-]+\/){0,8}$/, 'folders such as backups/');
