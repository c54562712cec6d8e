/** Commands about a batch that is made: what AWS lacks for it, its files, and another batch of what failed. */
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { StationError } from '../../app/contract/errors.ts';
import type { PreflightFinding } from '../../app/contract/model.ts';
import { makeFolderFor, unwritten } from '../../app/files/index.ts';
import { filesOfBatch, paths } from '../../app/station/index.ts';
import { type CommandSession, type CommonOptions, inStation, print, withRights, withStation } from './command.ts';

export function addBatchActs(batch: Command): void {
  withStation(batch.command('check').argument('<id>', 'the batch'))
    .description(
      'ask AWS for everything that the batch needs, before anything is sent; exit 1 when something is missing',
    )
    .option('--passphrase-file <file>', "file holding the CA's passphrase, which this command does not need")
    .action((id: string, options: CommonOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const report = await client.call('batches.check', { batchId: id });
        const lines = (findings: PreflightFinding[], word: string) =>
          findings.map(({ path, message }) => `${word}  ${path}: ${message}`);
        print(options, report, () =>
          [
            ...lines(report.problems, 'missing'),
            ...lines(report.warnings, 'warning'),
            report.ok ? `${id}: nothing is missing` : `${id}: ${report.problems.length} missing`,
          ].join('\n'),
        );
        return report.ok ? 0 : 1;
      }),
    );

  withRights(withStation(batch.command('requeue').argument('<id>', 'a batch that has ended')))
    .description('make a new batch of the units that the batch left rejected or without an answer')
    .action((id: string, options: CommonOptions) =>
      inStation(options, { ca: false }, async ({ client, station }) => {
        const { batchId } = await client.call('batches.requeue', { batchId: id });
        await station.parts.batchJobs.making(batchId)?.done;
        const { count, digest } = await client.call('batches.show', { batchId, limit: 1 });
        print(options, { batchId, count, digest }, () => `${batchId}: ${count} units of ${id}`);
        return 0;
      }),
    );

  withStation(batch.command('file').argument('<id>', 'the batch'))
    .description('copy the file of the batch, as it was sent to AWS')
    .requiredOption('--out <file>', 'where to put it; an existing file is not replaced')
    .action((id: string, options: CommonOptions & { out: string }) =>
      inStation(options, { ca: false }, async (session) => {
        const [file] = (await kept(session, id)).filter(({ kind }) => kind === 'file');
        if (!file) throw new StationError('batch.badState', `${id} has no file here`, { data: { batchId: id } });
        await copy(file.path, options.out);
        const { path: _, ...facts } = file;
        print(
          options,
          { ...facts, out: options.out },
          () => `${options.out}: ${facts.lines} lines, digest ${facts.digest}`,
        );
        return 0;
      }),
    );

  withStation(batch.command('reports').argument('<id>', 'the batch'))
    .description("copy AWS's reports about the batch: results.json and errors.json")
    .requiredOption('--out <folder>', 'where to put them; existing files are not replaced')
    .action((id: string, options: CommonOptions & { out: string }) =>
      inStation(options, { ca: false }, async (session) => {
        const reports = (await kept(session, id)).filter(({ kind }) => kind !== 'file');
        if (reports.length === 0)
          throw new StationError('batch.badState', `AWS has given no reports about ${id} yet`, {
            data: { batchId: id },
          });
        const copies = reports.map(({ path, ...facts }) => ({
          path,
          ...facts,
          out: join(options.out, `${facts.kind}.json`),
        }));
        for (const { path, out } of copies) await copy(path, out);
        const told = copies.map(({ path: _, ...facts }) => facts);
        print(options, told, () =>
          told.map(({ out, lines, digest }) => `${out}: ${lines} lines, digest ${digest}`).join('\n'),
        );
        return 0;
      }),
    );
}

const kept = ({ station: { parts } }: CommandSession, batchId: string) =>
  filesOfBatch(parts.ledger, paths(parts.dir).batches, batchId);

async function copy(from: string, to: string): Promise<void> {
  await makeFolderFor(to);
  try {
    // COPYFILE_EXCL
    await copyFile(from, to, 1);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw new StationError('records.exists', `${to} is there already`, { cause });
    throw unwritten(to, cause);
  }
}
