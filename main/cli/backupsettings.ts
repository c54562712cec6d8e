/** `backup set`: where backups of the station go, how often, and how long they are kept. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { StationError } from '../../app/contract/index.ts';
import { type CommonOptions, inStation, print, withRights, withStation } from './command.ts';

type SetOptions = CommonOptions & {
  folder?: string;
  everyHours?: string;
  keepDaily?: string;
  keepWeekly?: string;
  keepMonthly?: string;
  overdueHours?: string;
};

export function addBackupSettings(backup: Command): void {
  withRights(withStation(backup.command('set')))
    .description('set where backups go, how often, and how long they are kept; without an option show it')
    .option('--folder <dir>', 'the folder of backups, best on another disk; none for no backups')
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
        const isChange = [folder, ...Object.values(changes), ...Object.values(keep)].some((one) => one !== undefined);
        if (isChange)
          await client.call('backups.configure', {
            folder: folder === undefined ? before.folder : folder === 'none' ? null : resolve(folder),
            everyHours: changes.everyHours ?? before.everyHours,
            overdueHours: changes.overdueHours ?? before.overdueHours,
            keep: {
              daily: keep.daily ?? before.keep.daily,
              weekly: keep.weekly ?? before.keep.weekly,
              monthly: keep.monthly ?? before.keep.monthly,
            },
          });
        const { config, lastGood, lastFailed, overdue } = await client.call('backups.snapshot', {});
        print(options, { ...config, lastGood, lastFailed, overdue }, () =>
          [
            config.folder === null
              ? 'No backups are made by themselves.'
              : `Every ${config.everyHours} hours to ${config.folder}; kept: ${config.keep.daily} daily, ${config.keep.weekly} weekly, ${config.keep.monthly} monthly.`,
            lastGood ? `The last good one: ${lastGood.name} at ${lastGood.at}.` : 'There is no good one yet.',
            ...(lastFailed ? [`The last try at ${lastFailed.at} failed: ${lastFailed.detail}`] : []),
          ].join('\n'),
        );
        return 0;
      }),
    );
}

function wholeNumber(text: string | undefined, flag: string): number | undefined {
  if (text === undefined || /^\d+$/.test(text)) return text === undefined ? undefined : Number(text);
  throw new StationError('call.badParams', `${flag}: "${text}" is not a whole number`);
}
