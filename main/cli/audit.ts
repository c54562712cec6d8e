import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { StationError } from '../../app/contract/errors.ts';
import { type AuditVerdict, auditLines, verifyAuditLines } from '../../app/records/audit/file.ts';
import type { AuditEntry, Ledger } from '../../app/records/index.ts';
import { writeWhole } from '../../app/station/index.ts';
import { type CommonOptions, conclude, inStation, print, timeOf, withStation } from './command.ts';

type ExportOptions = CommonOptions & { out: string; from?: string; to?: string; order?: string };

const pageSize = 1000;

export function addAudit(program: Command): void {
  const audit = program.command('audit').description('the audit log: all acts in order');

  withStation(audit.command('export'))
    .description('write the audit log to a file; hashes chain its lines')
    .requiredOption('--out <file>', 'the file to write')
    .option('--from <time>', 'entries from then on, e.g. 2026-11-21 or 2026-11-21T08:00:00Z')
    .option('--to <time>', 'entries before then')
    .option('--order <id>', 'entries about this order and its units')
    .action((options: ExportOptions) =>
      inStation(options, { ca: false }, async ({ station }) => {
        const { ledger, clock } = station.parts;
        const { stationId, name } = station.parts.config.current();
        const { from, to } = {
          from: options.from && timeOf(options.from, '--from'),
          to: options.to && timeOf(options.to, '--to'),
        };
        const about = options.order === undefined ? undefined : await subjectsOf(ledger, options.order);
        const entries = (await everyEntry(ledger)).filter(
          (one) =>
            (from === undefined || one.at >= from) &&
            (to === undefined || one.at < to) &&
            (about === undefined || about.has(one.subject) || one.data.orderId === options.order),
        );
        const { lines, checkpoint } = auditLines(
          {
            stationId,
            name,
            madeAt: clock.now().toISOString(),
            ...(from ? { from } : {}),
            ...(to ? { to } : {}),
            ...(options.order ? { order: options.order } : {}),
          },
          entries,
        );
        await writeWhole(options.out, `${lines.join('\n')}\n`);
        print(
          options,
          { entries: checkpoint.entries, checkpoint: checkpoint.head },
          () => `${checkpoint.entries} entries, checkpoint ${checkpoint.head}`,
        );
        return 0;
      }),
    );

  withStation(audit.command('verify').argument('[file]', 'an exported file; without it the records in --data'))
    .description('check that an exported file is whole, or that the records of a station are in order')
    .action((file: string | undefined, options: CommonOptions) => {
      const show = (verdict: AuditVerdict) => {
        print(options, verdict, () =>
          verdict.firstBad
            ? `BAD at ${verdict.firstBad.line}: ${verdict.firstBad.reason}`
            : `ok, ${verdict.entries} entries`,
        );
        return verdict.ok ? 0 : 1;
      };
      if (file === undefined) {
        return inStation(options, { ca: false }, async ({ station }) =>
          show(await verifyRecords(station.parts.ledger)),
        );
      }
      return conclude(options, async () => {
        const text = await readFile(file, 'utf8').catch((cause: unknown) => {
          throw new StationError('call.badParams', `${file} cannot be read`, { cause });
        });
        return show(verifyAuditLines(text.split('\n').filter((line) => line !== '')));
      });
    });
}

/** All entries, the oldest first. */
async function everyEntry(ledger: Ledger): Promise<AuditEntry[]> {
  const all: AuditEntry[] = [];
  for (;;) {
    const { rows } = await ledger.listAudit({ limit: pageSize, offset: all.length });
    all.push(...rows);
    if (rows.length < pageSize) return all.reverse();
  }
}

/** The database's triggers keep the log append-only, so the sequence has no gap and the file passes its own check. */
async function verifyRecords(ledger: Ledger): Promise<AuditVerdict> {
  const entries = await everyEntry(ledger);
  const gap = entries.findIndex((entry, index) => entry.seq !== index + 1);
  if (gap >= 0)
    return { ok: false, entries: entries.length, firstBad: { line: gap + 1, reason: 'an entry is missing' } };
  const [problem] = await ledger.integrityCheck();
  if (problem) return { ok: false, entries: entries.length, firstBad: { line: entries.length, reason: problem } };
  return { ok: true, entries: entries.length };
}

async function subjectsOf(ledger: Ledger, orderId: string): Promise<Set<string>> {
  const subjects = new Set([orderId]);
  for (;;) {
    const { rows } = await ledger.listUnits({ orderId, offset: subjects.size - 1, limit: 500 });
    for (const row of rows) subjects.add(row.unitSerial);
    if (rows.length < 500) return subjects;
  }
}
