/** The bucket that the settings of backups name. */
import { StationError } from '../../contract/errors.ts';
import type { BackupConfig } from '../../contract/model.ts';
import type { CloudLink } from '../cloud/cloudlink.ts';
import type { ToBucket } from './maker.ts';

/** `place` is there without its target, too; `open` is not. */
export type NamedBucket = {
  place: string;
  /** @throws cloud.noTarget – the target is not there any more */
  open: () => ToBucket;
};

/** The bucket of the settings; null without one. */
export function bucketOf({ bucket: set }: BackupConfig, cloudLink: CloudLink): NamedBucket | null {
  if (set === undefined) return null;
  const { prefix } = set;
  const target = cloudLink.target(set.target);
  const bucket = set.bucket ?? target?.bucket ?? set.target;
  const place = `s3://${bucket}/${prefix}`;
  return {
    place,
    open() {
      if (target === null)
        throw new StationError('cloud.noTarget', `there is no AWS target ${set.target}`, {
          data: { name: set.target },
        });
      return { target, bucket, prefix, place };
    },
  };
}

/** Whether it stands until a person does something. What only passes is tried again. */
export const isRefusal = (thrown: unknown): boolean =>
  !(thrown instanceof StationError && (thrown.code === 'cloud.unreachable' || thrown.code === 'cloud.throttled'));
