/** `backup`: copies of a whole station, and a station from one. They read files and open no station, so that they work beside one. */
import { tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { usualBackups } from '../../app/contract/backups.ts';
import { StationError } from '../../app/contract/index.ts';
import { paths, readConfig } from '../../app/station/index.ts';
import { bucketBackups } from '../backup/bucket.ts';
import { checkBackup } from '../backup/check.ts';
import { checkpointFrom } from '../backup/continuity.ts';
import { type BackupProgress, makeBackup } from '../backup/make.ts';
import { listPlace, type PlacedBackup } from '../backup/place.ts';
import { assertEmpty, type Restored, restoreBackup } from '../backup/restore.ts';
import { systemClock } from '../clock.ts';
import { dataFolder } from '../datafolders.ts';
import { assertFolder } from '../openstation.ts';
import { keptCheckpoint } from '../threads/checkpointfile.ts';
import { addBackupSettings } from './backupsettings.ts';
import {
  type BucketFlags,
  bucketPlace,
  fetched,
  inBucket,
  isBucket,
  sentBy,
  withBackup,
  withBucket,
} from './bucketbackups.ts';
import { conclude, exitCodeOf, note, print } from './command.ts';
import { pausing } from './steps.ts';

type Options = { data?: string; json?: boolean };

const json = (command: Command): Command =>
  command.option('--json', 'print one JSON value on stdout and nothing else there');
const withFolder = (command: Command): Command => json(command.option('--data <dir>', "the station's data folder"));
const several = (value: string, before: string[]): string[] => [...before, value];

const shownEveryMs = 500;

/** On a terminal it shows how far the work is. Ctrl-C ends it, and nothing of it stays under the name of a whole one. */
function shown({ json }: Options) {
  let last = performance.now();
  const say = (text: () => string) => {
    if (json || !process.stderr.isTTY || performance.now() - last < shownEveryMs) return;
    last = performance.now();
    note(text());
  };
  return say;
}

/** Adds `backup make`, `list`, `verify`, `restore` and `set`. */
export function addStationBackups(program: Command): void {
  const backup = program.command('backup').description('copies of the whole station, and a station from one');

  withFolder(backup.command('make'))
    .description('make a backup, also while the station runs, verify it, and read it back')
    .option('--to <dir>', 'the folder of backups; without it that of the settings, and its rotation')
    .action((options: Options & { to?: string }) =>
      conclude(
        options,
        pausing(async (pause, signal) => {
          const dir = resolve(options.data ?? dataFolder('real'));
          const { backup = usualBackups, targets } = await readConfig(dir);
          const { folder, keep } = backup;
          const place = placeFrom(options.to, folder);
          const say = shown(options);
          const by = `${userInfo().username} (command line)`;
          const made = await makeBackup({
            ...{ dir, place, by, madeAt: systemClock.now().toISOString() },
            keep: place === folder ? keep : undefined,
            onProgress: ({ stage, done, of }: BackupProgress) => say(() => `${stage}: ${done} of ${of}`),
            pause,
          });
          const { name, bytes = 0, size, root, removed = [], twins = [], sameDisk = false } = made;
          const file = join(place, name!);
          const onProgress = (done: number, of: number) => say(() => `sending: ${done} of ${of} bytes`);
          const sent =
            place === folder
              ? await sentBy(by, { dir, name: name!, backup, targets }, { onProgress, pause, signal })
              : null;
          const error = sent !== null && 'error' in sent ? sent.error : undefined;
          const told = error && sent ? { place: sent.place, error: error.toJSON() } : sent;
          print(options, { file, name, bytes, size, root, removed, twins, sameDisk, sent: told }, () =>
            [
              `${file}: ${bytes} bytes, a log of ${size} leaves, verified`,
              ...removed.map((old) => `removed by rotation: ${old}`),
              ...(sameDisk ? ['It is on the same disk as the station: a disk that fails takes both.'] : []),
              ...(twins.length > 0
                ? [`Another copy of this station made ${twins.join(', ')}: two run from one backup. Stop one of them.`]
                : []),
              ...(error ? [`NOT SENT to ${sent?.place}: ${error.detail}`] : []),
              ...(sent && 'bytes' in sent ? [`${sent.place}${name}: there, with all its checksums`] : []),
            ].join('\n'),
          );
          return error ? exitCodeOf(error) : 0;
        }),
      ),
    );

  withBucket(withFolder(backup.command('list')))
    .description('list the backups of the station, the latest first; half ones are not among them')
    .option('--in <place>', 'the folder of backups, or s3://bucket/prefix/; without it the folder of the settings')
    .action((options: Options & BucketFlags & { in?: string }) =>
      conclude(options, async () => {
        const { place, found } = await listed(options);
        const rows = found.map(({ log: _, ...row }) => row);
        print(options, rows, () =>
          rows.length === 0
            ? `no backup is in ${place}`
            : rows
                .map(({ name, madeAt, bytes, size, problem }) =>
                  problem === null ? `${name}  ${madeAt}  ${bytes} bytes, ${size} leaves` : `BAD ${name}: ${problem}`,
                )
                .join('\n'),
        );
        return rows.every(({ problem }) => problem === null) ? 0 : 1;
      }),
    );

  json(withBucket(backup.command('fetch').argument('<backup>', 's3://bucket/prefix/NAME')))
    .description('fetch a backup from S3 into a folder, each file held against its digest')
    .requiredOption('--to <dir>', 'the folder that it goes into')
    .action((from: string, options: Options & BucketFlags & { to: string }) =>
      conclude(
        options,
        pausing(async (_pause, signal) => {
          const say = shown(options);
          const onProgress = (done: number, of: number) => say(() => `${done} of ${of} bytes`);
          const file = await fetched(from, resolve(options.to), { flags: options, onProgress, signal });
          print(
            options,
            { file },
            () => `${file}: as it was sent; "backup verify" holds its records against their log`,
          );
          return 0;
        }),
      ),
    );

  json(withBucket(backup.command('verify').argument('<backup>', which)))
    .description('read a whole backup: each file against its digest, the records against their log')
    .option(
      '--checkpoint <file>',
      'a checkpoint that was kept elsewhere, not later than the backup; may be repeated',
      several,
      [],
    )
    .action((path: string, options: Options & BucketFlags & { checkpoint: string[] }) =>
      conclude(
        options,
        pausing(async (pause, signal) => {
          const say = shown(options);
          const onProgress = (done: number, of: number) => say(() => `${done} of ${of} bytes`);
          const checkpoints = options.checkpoint.map(checkpointFrom);
          const { verdict } = await withBackup(
            path,
            { beside: join(tmpdir(), 'backup'), flags: options, onProgress, signal },
            (folder) => checkBackup(folder, { checkpoints, onProgress, pause }),
          );
          print(options, verdict, () =>
            verdict.ok
              ? `ok, made ${verdict.madeAt}: ${verdict.entries} entries in a log of ${verdict.size} leaves`
              : verdict.problems.map(({ where, meaning }) => `BAD ${where}: ${meaning}`).join('\n'),
          );
          return verdict.ok ? 0 : 1;
        }),
      ),
    );

  json(withBucket(backup.command('restore').argument('<backup>', which)))
    .description('make a station from a backup, in a new folder; the log goes on from it and says so')
    .requiredOption('--data <dir>', 'the new data folder: empty or not there')
    .option('--checkpoint <file>', 'a later checkpoint that was kept elsewhere; may be repeated', several, [])
    .option('--before <dir>', 'the data folder that was lost, or what is left of it: it tells what is lost since')
    .action((path: string, options: Options & BucketFlags & { data: string; checkpoint: string[]; before?: string }) =>
      conclude(
        options,
        pausing(async (pause, signal) => {
          const dir = resolve(options.data);
          await assertFolder(dir);
          assertEmpty(dir);
          const say = shown(options);
          const onProgress = (done: number, of: number) => say(() => `${done} of ${of} bytes`);
          const { before, settings = before } = options;
          const flags = { ...options, ...(settings === undefined ? {} : { settings }) };
          const given = options.checkpoint.map(checkpointFrom);
          const actor = `${userInfo().username} (command line)`;
          const restored = await withBackup(path, { beside: dir, flags, onProgress, signal }, (from) =>
            restoreBackup({ from, dir, given, before, actor, clock: systemClock, onProgress, pause }),
          );
          const checkpoint = keptCheckpoint(paths(restored.folder).records) ?? null;
          print(options, { ...restored, checkpoint }, () => words(restored));
          return 0;
        }),
      ),
    );

  addBackupSettings(backup);
}

const which = 'the folder of the backup, its backup.json, or s3://bucket/prefix/NAME';

async function listed(
  options: Options & BucketFlags & { in?: string },
): Promise<{ place: string; found: PlacedBackup[] }> {
  if (options.in !== undefined && isBucket(options.in)) {
    const { bucket, prefix } = bucketPlace(options.in);
    const flags = { ...options, ...(options.data === undefined ? {} : { settings: options.data }) };
    return { place: options.in, found: await inBucket(bucket, flags, (store) => bucketBackups(store, prefix)) };
  }
  const settings = options.in === undefined ? await readConfig(resolve(options.data ?? dataFolder('real'))) : null;
  const place = placeFrom(options.in, settings?.backup?.folder ?? null);
  return { place, found: listPlace(place, settings?.stationId) };
}

function placeFrom(given: string | undefined, set: string | null): string {
  const place = given === undefined ? set : resolve(given);
  if (place === null)
    throw new StationError('backup.noPlace', 'no folder for backups is set: name one, or use "backup set --folder"', {
      data: { folder: '' },
    });
  return place;
}

const relations = {
  held: 'the backup has all of it',
  later: 'it is later than the backup; without the lost records nothing shows whether it begins with the backup',
  goesOn: 'it is later than the backup, and begins with it',
} as const;

/** What was restored, and what is lost, for people. */
function words({ folder, madeAt, size, checkpoints, lost, orders, secretsLeftOut }: Restored): string {
  const lines = [`${folder} is the station as it was at ${madeAt}: a log of ${size} leaves.`];
  for (const one of checkpoints) lines.push(`${one.name} (${one.size} leaves, ${one.at}): ${relations[one.relation]}.`);
  if (lost === null)
    lines.push(
      'No later checkpoint was shown, so that nothing says what is lost since. Give --before or --checkpoint if there is any.',
    );
  else if (lost.leaves === 0) lines.push('Nothing is lost, as far as the checkpoints say.');
  else {
    lines.push(`LOST: at least ${lost.leaves} leaves of the log, from ${lost.from} to ${lost.until}.`);
    const { counted } = lost;
    if (counted)
      lines.push(
        `By the lost records: ${counted.entries} entries, ${counted.units} units and ${counted.certificates} certificates.`,
      );
  }
  lines.push('The log goes on under a new key. Earlier checkpoints stay valid up to the backup.');
  if (orders.length > 0)
    lines.push(
      `The counts of ${orders.length === 1 ? 'order' : 'orders'} ${orders.join(', ')} may be too low: count the units, then "orders reconcile".`,
    );
  if (secretsLeftOut.length > 0)
    lines.push(`A backup has no secrets in the clear. Set these again: ${secretsLeftOut.join(', ')}.`);
  lines.push('Do not start the old station any more: two stations from one copy cannot be put together again.');
  return lines.join('\n');
}
