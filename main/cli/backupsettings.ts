/** `backup set`: where backups of the station go, how often, and how long they are kept. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { type BackupBucket, type BackupsSnapshot, StationError } from '../../app/contract/index.ts';
import { wholeNumber } from '../numbers.ts';
import { type CommonOptions, inStation, print, withRights, withStation } from './command.ts';

type SetOptions = CommonOptions & {
  folder?: string;
  everyHours?: string;
  keepDaily?: string;
  keepWeekly?: string;
  keepMonthly?: string;
  overdueHours?: string;
  target?: string;
  bucket?: string;
  prefix?: string;
};

export function addBackupSettings(backup: Command): void {
  withRights(withStation(backup.command('set')))
    .description('set where backups go, how often, and how long they are kept; without an option show it')
    .option('--folder <dir>', 'the folder of backups, best on another disk; none for no backups')
    .option('--target <name>', 'the AWS target of a bucket that gets each backup, too; off for none')
    .option('--bucket <name>', 'another bucket than that of the target')
    .option('--prefix <prefix>', 'what the keys in the bucket begin with, e.g. backups/')
    .option('--every-hours <n>', 'how often a backup is made, 1 to 720 hours')
    .option('--keep-daily <n>', 'the latest backup of so many days, 1 to 366')
    .option('--keep-weekly <n>', 'the latest backup of so many weeks, 0 to 260')
    .option('--keep-monthly <n>', 'the latest backup of so many months, 0 to 240')
    .option('--overdue-hours <n>', 'a last good backup that is older is a finding of Health, 1 to 2160 hours')
    .action((options: SetOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const { config: before } = await client.call('backups.snapshot', {});
        const { folder } = options;
        const changes = {
          everyHours: wholeNumber(options.everyHours, '--every-hours'),
          overdueHours: wholeNumber(options.overdueHours, '--overdue-hours'),
        };
        const keep = {
          daily: wholeNumber(options.keepDaily, '--keep-daily'),
          weekly: wholeNumber(options.keepWeekly, '--keep-weekly'),
          monthly: wholeNumber(options.keepMonthly, '--keep-monthly'),
        };
        const { bucket: _, ...rest } = before;
        const bucket = bucketFrom(before.bucket, options);
        const { target, prefix } = options;
        const isChange = [
          folder,
          target,
          options.bucket,
          prefix,
          ...Object.values(changes),
          ...Object.values(keep),
        ].some((one) => one !== undefined);
        if (isChange)
          await client.call('backups.configure', {
            ...rest,
            ...(bucket === undefined ? {} : { bucket }),
            folder: folder === undefined ? before.folder : folder === 'none' ? null : resolve(folder),
            everyHours: changes.everyHours ?? before.everyHours,
            overdueHours: changes.overdueHours ?? before.overdueHours,
            keep: {
              daily: keep.daily ?? before.keep.daily,
              weekly: keep.weekly ?? before.keep.weekly,
              monthly: keep.monthly ?? before.keep.monthly,
            },
          });
        const now = await client.call('backups.snapshot', {});
        const { config, lastGood, lastFailed, overdue } = now;
        print(options, { ...config, lastGood, lastFailed, overdue, inBucket: now.bucket }, () =>
          [
            config.folder === null
              ? 'No backups are made by themselves.'
              : `Every ${config.everyHours} hours to ${config.folder}; kept: ${config.keep.daily} daily, ${config.keep.weekly} weekly, ${config.keep.monthly} monthly.`,
            lastGood ? `The last good one: ${lastGood.name} at ${lastGood.at}.` : 'There is no good one yet.',
            ...(now.bucket ? [inWords(now.bucket)] : []),
            ...(lastFailed ? [`The last try at ${lastFailed.at} failed: ${lastFailed.detail}`] : []),
          ].join('\n'),
        );
        return 0;
      }),
    );
}

function bucketFrom(
  before: BackupBucket | undefined,
  { target, bucket, prefix }: SetOptions,
): BackupBucket | undefined {
  if (target === 'off') return undefined;
  if (target === undefined && bucket === undefined && prefix === undefined) return before;
  const name = target ?? before?.target;
  if (name === undefined) throw new StationError('call.badParams', 'name the AWS target of the bucket: --target NAME');
  return { target: name, bucket: bucket ?? before?.bucket ?? null, prefix: prefix ?? before?.prefix ?? 'backups/' };
}

function inWords({ place, last, failed }: NonNullable<BackupsSnapshot['bucket']>): string {
  if (failed) return `NOT SENT to ${place}: ${failed.detail}`;
  return last ? `${place} has ${last.name}.` : `None was sent to ${place} yet.`;
}
