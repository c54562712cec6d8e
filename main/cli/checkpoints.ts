/** `checkpoints`: the signed head of the log, published by the station itself: when, where to, and to which witnesses. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import {
  type CheckpointConfig,
  type CheckpointPlace,
  type CheckpointsSnapshot,
  StationError,
} from '../../app/contract/index.ts';
import { wholeNumber } from '../numbers.ts';
import { type CommonOptions, inStation, print, withRights, withStation } from './command.ts';

type SetOptions = CommonOptions & {
  everyHours?: string;
  at?: string;
  shiftEnd?: string;
  overdueHours?: string;
  folder?: string;
  target?: string;
  bucket?: string;
  prefix?: string;
  lock?: string;
  lockDays?: string;
  witness: string[];
};
const several = (value: string, before: string[]): string[] => [...before, value];

/** Adds `checkpoints set`, `list` and `publish`. */
export function addCheckpoints(program: Command): void {
  const checkpoints = program
    .command('checkpoints')
    .description('the signed head of the log, published where an older file in place of the records is noticed');

  withRights(withStation(checkpoints.command('set')))
    .description(
      'set when checkpoints are published, and where to; without an option show it, and how the last tries ended',
    )
    .option('--every-hours <n>', 'so often, 1 to 720 hours; off for not')
    .option('--at <time>', 'once a day, e.g. 06:00 by the clock of the shifts; off for not')
    .option('--shift-end <on|off>', 'at the end of each shift')
    .option('--overdue-hours <n>', 'a last one that is older is a finding of Health, 1 to 2160 hours')
    .option('--folder <dir>', 'a folder for them, best on another machine; off for none')
    .option('--target <name>', 'the AWS target of a bucket for them; off for none')
    .option('--bucket <name>', 'another bucket than that of the target')
    .option('--prefix <prefix>', 'what the keys in the bucket begin with, e.g. checkpoints/')
    .option('--lock <mode>', 'S3 Object Lock of each: governance or compliance; off for none')
    .option('--lock-days <n>', 'how long it is locked, 1 to 36500 days')
    .option(
      '--witness <url key>',
      'a witness: its address, a space, its key; may be repeated; off for none',
      several,
      [],
    )
    .action((options: SetOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const { config } = await client.call('checkpoints.snapshot', {});
        const next = changed(config, options);
        if (JSON.stringify(next) !== JSON.stringify(config)) await client.call('checkpoints.configure', next);
        const { seq: _, running: __, ...now } = await client.call('checkpoints.snapshot', {});
        print(options, now, () => wordsOf(now).join('\n'));
        return 0;
      }),
    );

  withStation(checkpoints.command('list'))
    .description('list the last published checkpoints, the latest first')
    .action((options: CommonOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const rows = await client.call('checkpoints.list', {});
        print(options, rows, () =>
          rows.length === 0
            ? 'none was published yet'
            : rows
                .map((row) => `${row.at}  ${row.size} leaves  ${row.place}${row.cosigned ? '  cosigned' : ''}`)
                .join('\n'),
        );
        return 0;
      }),
    );

  withRights(withStation(checkpoints.command('publish')))
    .description('publish a checkpoint to every place now')
    .action((options: CommonOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const { places } = await client.call('checkpoints.publish', {});
        print(options, { places }, () => places.map(lineOf).join('\n'));
        return places.every(({ failed }) => failed === null) ? 0 : 3;
      }),
    );
}

function changed(before: CheckpointConfig, options: SetOptions): CheckpointConfig {
  const { at, folder, shiftEnd, witness } = options;
  const orOff = <T>(text: string | undefined, was: T | null, read: (text: string) => T): T | null =>
    text === undefined ? was : text === 'off' ? null : read(text);
  if (shiftEnd !== undefined && shiftEnd !== 'on' && shiftEnd !== 'off')
    throw new StationError('call.badParams', '--shift-end is on or off');
  return {
    everyHours: orOff(options.everyHours, before.everyHours, (text) => wholeNumber(text, '--every-hours')),
    at: orOff(at, before.at, (text) => text),
    shiftEnd: shiftEnd === undefined ? before.shiftEnd : shiftEnd === 'on',
    overdueHours:
      options.overdueHours === undefined ? before.overdueHours : wholeNumber(options.overdueHours, '--overdue-hours'),
    folder: orOff(folder, before.folder, (text) => resolve(text)),
    bucket: bucketOf(before.bucket, options),
    witnesses: witness.length === 0 ? before.witnesses : witness.filter((text) => text !== 'off').map(witnessOf),
  };
}

function bucketOf(before: CheckpointConfig['bucket'], options: SetOptions): CheckpointConfig['bucket'] {
  const { target, bucket, prefix, lock, lockDays } = options;
  if (target === 'off') return null;
  if ([target, bucket, prefix, lock, lockDays].every((one) => one === undefined)) return before;
  const name = target ?? before?.target;
  if (name === undefined) throw new StationError('call.badParams', 'name the AWS target of the bucket: --target NAME');
  const mode = lock === undefined || lock === 'off' ? undefined : lock.toUpperCase();
  if (mode !== undefined && mode !== 'GOVERNANCE' && mode !== 'COMPLIANCE')
    throw new StationError('call.badParams', '--lock is governance, compliance or off');
  const was = before?.lock ?? null;
  const days = lockDays === undefined ? was?.days : wholeNumber(lockDays, '--lock-days');
  const kind = lock === 'off' ? undefined : (mode ?? was?.mode);
  if (kind !== undefined && days === undefined)
    throw new StationError('call.badParams', 'say how long it is locked: --lock-days N');
  return {
    target: name,
    bucket: bucket ?? before?.bucket ?? null,
    prefix: prefix ?? before?.prefix ?? 'checkpoints/',
    lock: kind === undefined || days === undefined ? null : { mode: kind, days },
  };
}

function witnessOf(text: string): CheckpointConfig['witnesses'][number] {
  const [url = '', key = '', ...rest] = text.trim().split(/\s+/);
  if (key === '' || rest.length > 0)
    throw new StationError('call.badParams', '--witness takes an address and a key: "https://… name+id+key"');
  return { url, key };
}

const lineOf = ({ name, last, failed }: CheckpointPlace): string => {
  if (failed !== null) return `BAD ${name}: ${failed.detail}`;
  return last === null ? `${name}: nothing yet` : `${name}: ${last.size} leaves at ${last.at}`;
};

function wordsOf({ config, places, contradictions, logKey }: Omit<CheckpointsSnapshot, 'seq' | 'running'>): string[] {
  const { everyHours, at, shiftEnd } = config;
  const when = [
    ...(everyHours === null ? [] : [`every ${everyHours} hours`]),
    ...(at === null ? [] : [`at ${at}`]),
    ...(shiftEnd ? ['at the end of each shift'] : []),
    'at each export of the running station',
  ];
  return [
    places.length === 0 ? 'No checkpoints are published.' : `Published ${when.join(', ')}.`,
    ...places.map(lineOf),
    ...contradictions.map(
      ({ witness, held, size, at: when }) =>
        `BAD ${when}: the witness ${witness} holds ${held} leaves of another log of this station; here were ${size}`,
    ),
    ...(logKey === null ? [] : [`The key for witnesses: ${logKey}`]),
  ];
}
