/** S3 Object Lock by retention ("Locking objects with Object Lock", S3 user guide). Legal holds and defaults are not offered. */
import { type Account, type Bucket, nowSeconds, type ObjectLock, type StoredObject } from '../account.ts';
import { s3Error } from '../errors.ts';
import { refusalOf } from '../permissions/guard.ts';
import type { Identity } from '../permissions/identities.ts';

const modes = ['GOVERNANCE', 'COMPLIANCE'] as const;
export const lockHeaders = ['x-amz-object-lock-mode', 'x-amz-object-lock-retain-until-date'] as const;

/**
 * The lock that the headers of an upload ask for.
 *
 * @throws ServiceError InvalidRequest – the bucket has no Object Lock, or no checksum came; InvalidArgument; AccessDenied
 */
export function lockOf(
  account: Account,
  caller: Identity,
  {
    bucket,
    key,
    headers,
    isChecked,
  }: { bucket: Bucket; key: string; headers: Record<string, string>; isChecked: boolean },
): ObjectLock | undefined {
  const [mode, until] = lockHeaders.map((name) => headers[name]);
  if (mode === undefined && until === undefined) return undefined;
  if (mode === undefined || until === undefined)
    throw s3Error(
      'InvalidArgument',
      'x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied',
    );
  if (!bucket.lockable) throw s3Error('InvalidRequest', 'Bucket is missing Object Lock Configuration');
  const known = modes.find((one) => one === mode);
  if (known === undefined) throw s3Error('InvalidArgument', 'Unknown wormMode directive.');
  const untilSeconds = Date.parse(until) / 1000;
  if (!(untilSeconds > nowSeconds(account)))
    throw s3Error('InvalidArgument', 'The retain until date must be in the future!');
  if (!isChecked)
    throw s3Error(
      'InvalidRequest',
      'Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters',
    );
  const need = { action: 's3:PutObjectRetention', resource: `arn:aws:s3:::${bucket.name}/${key}` };
  const refused = refusalOf(account, caller, need);
  if (refused !== undefined) throw s3Error('AccessDenied', refused);
  return { mode: known, until: untilSeconds };
}

/**
 * AWS keeps a locked version and lays another one, or a marker, above it. Here are no versions, so that the act is refused.
 *
 * @throws ServiceError AccessDenied
 */
export function assertFree(account: Account, object: StoredObject | undefined): void {
  if (isLocked(account, object))
    throw s3Error('AccessDenied', 'Access Denied because object protected by object lock.');
}

export const isLocked = (account: Account, object: StoredObject | undefined): boolean =>
  object?.lock !== undefined && object.lock.until > nowSeconds(account);
