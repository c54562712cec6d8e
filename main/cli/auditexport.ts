/**
 * `audit export`. It reads the files of a station and opens no station, so that it works beside one and leaves no entry of
 * its own. A person who signs in for it leaves the entries of a sign-in, and a checkpoint that goes out after it its own.
 */

import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { StationError } from '../../app/contract/errors.ts';
import type { ExportFormat, ExportScope } from '../../app/contract/exports.ts';
import { assertNotOfStation } from '../../app/files/index.ts';
import { auditLines } from '../../app/records/audit/file.ts';
import { auditEntries } from '../../app/records/bundle/index.ts';
import { paths, readConfig, type StationHandle, writeOut } from '../../app/station/index.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { dataFolder } from '../datafolders.ts';
import { makeWhole } from '../exports/whole.ts';
import { openStation } from '../openstation.ts';
import { timeOf } from '../times.ts';
import { type CommonOptions, conclude, inStation, note, print, withStation } from './command.ts';
import { checkpointFrom } from './givenfile.ts';
import { inSteps } from './steps.ts';

type ExportOptions = CommonOptions & {
  out: string;
  format?: ExportFormat;
  from?: string;
  to?: string;
  order?: string;
  batch?: string;
  unit?: string;
  operator?: string;
  checkpoint?: string;
};

export function addAuditExport(audit: Command): void {
  withStation(audit.command('export'))
    .description('write entries to a file: as CSV, as JSON Lines, or as a bundle that proves itself anywhere')
    .requiredOption('--out <file>', 'the file to write')
    .addOption(
      new Option(
        '--format <format>',
        'bundle: a zip with the entries, their proofs and a verifier; without a format: the audit log alone, its lines chained by hashes',
      ).choices(['bundle', 'csv', 'jsonl']),
    )
    .option('--from <time>', 'entries from then on, e.g. 2026-11-21 (a day at this place) or 2026-11-21T08:00:00Z')
    .option('--to <time>', 'entries before then; a day such as 2026-11-22 counts to its end')
    .option('--order <id>', 'entries about this order and its units')
    .option('--batch <id>', 'entries about this batch and its units')
    .option('--unit <serial>', 'entries about this unit')
    .option('--operator <name>', 'entries of this person: a name or a badge')
    .option(
      '--checkpoint <file>',
      'a checkpoint that was kept elsewhere: the bundle proves that the log goes on from it',
    )
    .action((options: ExportOptions) =>
      options.badge === undefined
        ? conclude(options, () => exportEntries(options))
        : inStation(options, { ca: false, roles: ['qa', 'engineer'] }, ({ station }) =>
            exportEntries(options, station),
          ),
    );
}

async function exportEntries(options: ExportOptions, station?: StationHandle): Promise<number> {
  const dir = resolve(options.data ?? dataFolder('real'));
  const config = await readConfig(dir);
  const records = paths(dir).records;
  const { format, out } = options;
  const scope = scopeOf(options);
  if (options.checkpoint !== undefined && format !== 'bundle')
    throw new StationError('call.badParams', '--checkpoint is for --format bundle');
  const publish = () => publishedAfter(dir, config, station);
  if (format === undefined) return chained(options, records, config, scope, publish);
  const since = options.checkpoint === undefined ? undefined : await checkpointFrom(options.checkpoint);
  // It brings the packer of zip files along.
  const { exportSteps } = await import('../exports/steps.ts');
  await assertNotOfStation(out);
  const made = await makeWhole(out, (file) => inSteps(exportSteps(records, file, { format, scope, since }), options));
  const { entries, size, root, key } = made;
  const published = await publish();
  print(
    options,
    { entries, checkpoint: { size, root }, key, format, published },
    () => `${entries} entries, checkpoint of ${size} leaves, root ${root}`,
  );
  return 0;
}

function scopeOf({ from, to, order, batch, unit, operator }: ExportOptions): ExportScope {
  return {
    ...(from === undefined ? {} : { from: timeOf(from, '--from', 'start') }),
    ...(to === undefined ? {} : { to: timeOf(to, '--to', 'after') }),
    ...(order === undefined ? {} : { orderId: order }),
    ...(batch === undefined ? {} : { batchId: batch }),
    ...(unit === undefined ? {} : { unitSerial: unit }),
    ...(operator === undefined ? {} : { operator }),
  };
}

type Published = { name: string; failed: string | null }[] | null;

/**
 * After an export a checkpoint goes to every place of the settings, as from the screen. Null without a place, or where a
 * running station has the folder: it publishes by its schedule. What does not arrive leaves the export as it is.
 */
async function publishedAfter(
  dir: string,
  config: Awaited<ReturnType<typeof readConfig>>,
  open?: StationHandle,
): Promise<Published> {
  const { folder = null, bucket = null, witnesses = [] } = config.checkpoints ?? {};
  if (folder === null && bucket === null && witnesses.length === 0) return null;
  try {
    const station = open ?? (await openStation({ dir, kind: 'command', waitMs: 0 }));
    try {
      const places = await station.parts.checkpointJobs.publish('export');
      const published = places.map(({ name, failed }) => ({ name, failed: failed?.detail ?? null }));
      for (const { name, failed } of published) if (failed !== null) note(`no checkpoint reached ${name}: ${failed}`);
      return published;
    } finally {
      if (open === undefined) await station.close();
    }
  } catch (thrown) {
    if (!(thrown instanceof StationError)) throw thrown;
    const isBusy = thrown.code === 'records.inUse';
    note(isBusy ? 'the running station publishes checkpoints by its schedule' : `no checkpoint: ${thrown.detail}`);
    return null;
  }
}

/** The first form of an export: the audit log alone. Its time is that of the latest entry, so that it is the same again. */
async function chained(
  options: ExportOptions,
  records: string,
  { stationId, name }: { stationId: string; name: string },
  scope: ExportScope,
  publish: () => Promise<Published>,
): Promise<number> {
  const sql = openSqlite(records, { readOnly: true });
  try {
    sql.exec('BEGIN');
    const madeAt = sql.get<{ at: string }>('SELECT at FROM audit ORDER BY seq DESC LIMIT 1')?.at ?? '';
    const { orderId, ...others } = scope;
    const header = { stationId, name, madeAt, ...others, ...(orderId === undefined ? {} : { order: orderId }) };
    const { lines, checkpoint } = auditLines(header, auditEntries(sql, scope));
    await writeOut(options.out, `${lines.join('\n')}\n`);
    sql.exec('COMMIT');
    const published = await publish();
    print(
      options,
      { entries: checkpoint.entries, checkpoint: checkpoint.head, published },
      () => `${checkpoint.entries} entries, checkpoint ${checkpoint.head}`,
    );
  } finally {
    sql.close();
  }
  return 0;
}
