/** `units record`: the birth record of a unit as a PDF. Like `audit export` it opens no station. */
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { birthRecordOf } from '../../app/records/bundle/index.ts';
import { paths, readConfig, writeOut } from '../../app/station/index.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { dataFolder } from '../datafolders.ts';
import { type CommonOptions, conclude, inStation, print, withStation } from './command.ts';

type RecordOptions = CommonOptions & { out: string; language: 'en' | 'de' };

export function addUnitRecord(units: Command): void {
  withStation(units.command('record').argument('<serial>', 'the unit serial'))
    .description('write the birth record of a unit to print: story, certificate, proof, and its place in the log')
    .requiredOption('--out <file>', 'the PDF to write')
    .addOption(new Option('--language <language>', 'the language of the record').choices(['en', 'de']).default('en'))
    .action((serial: string, options: RecordOptions) =>
      options.badge === undefined
        ? conclude(options, () => writeRecord(serial, options))
        : inStation(options, { ca: false, roles: ['qa', 'engineer'] }, () => writeRecord(serial, options)),
    );
}

async function writeRecord(unitSerial: string, options: RecordOptions): Promise<number> {
  const dir = resolve(options.data ?? dataFolder('real'));
  await readConfig(dir);
  const { birthRecordPdf } = await import('../exports/birthrecord.ts');
  const sql = openSqlite(paths(dir).records, { readOnly: true });
  try {
    sql.exec('BEGIN');
    const pdf = await birthRecordPdf(birthRecordOf(sql, unitSerial), options.language);
    await writeOut(options.out, pdf);
    print(options, { unitSerial, bytes: pdf.length }, () => `${unitSerial}: ${pdf.length} bytes`);
  } finally {
    sql.close();
  }
  return 0;
}
