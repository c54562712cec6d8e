import type { Command } from 'commander';
import { type Station, StationError } from '../../app/contract/index.ts';
import { isJournalName, type Transcript, type UnitHistory, type UnitRow, unitState } from '../../app/contract/model.ts';
import { formatTranscript } from '../../app/device/transcriptfile.ts';
import { writeOut } from '../../app/station/index.ts';
import { wholeNumber } from '../numbers.ts';
import { timeOf } from '../times.ts';
import { version } from '../version.ts';
import { type CommonOptions, inStation, print, withPassphrase, withStation } from './command.ts';
import { pinOf } from './secondperson.ts';
import { addUnitRecord } from './unitrecord.ts';

type TranscriptOptions = CommonOptions & { attempt?: string; startedAt?: string; out?: string };
type AgreeOptions = CommonOptions & { reason: string; secondBadge: string; secondPinFile?: string };
type ListOptions = CommonOptions & { state?: string; query?: string; limit: string };

/** The last attempt with a kept conversation. If there is none, the answer says so. */
async function lastAttempt(client: Station, unitSerial: string): Promise<number> {
  const rows = await client.call('units.transcripts', { unitSerial });
  return rows.at(-1)?.attempt ?? (await client.call('units.show', { unitSerial })).attempts;
}

export function addUnits(program: Command): void {
  const units = program.command('units').description('units on record');

  withStation(units.command('show').argument('<serial>', 'the unit serial'))
    .description("one unit's history: its journal, certificates and registration")
    .action((serial: string, options: CommonOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const unit = await client.call('units.show', { unitSerial: serial });
        print(options, unit, () => historyText(unit));
        return 0;
      }),
    );

  withStation(units.command('transcript').argument('<serial>', 'the unit serial'))
    .description("show the conversation between the station and the unit's device, without secrets")
    .option(
      '--attempt <n>',
      'number of the attempt; 0 for a check of a golden unit (default: the last one that is kept)',
    )
    .option('--started-at <time>', 'start time, to choose one of several checks of a golden unit')
    .option('--out <file>', 'write it to this file, for "practice device --replay"')
    .action((serial: string, options: TranscriptOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const attempt =
          options.attempt === undefined ? await lastAttempt(client, serial) : wholeNumber(options.attempt, '--attempt');
        const startedAt =
          options.startedAt === undefined ? {} : { startedAt: timeOf(options.startedAt, '--started-at', 'start') };
        const transcript = await client.call('units.transcript', { unitSerial: serial, attempt, ...startedAt });
        if (options.out !== undefined) await writeOut(options.out, formatTranscript(transcript, version));
        print(options, transcript, () =>
          options.out === undefined ? transcriptText(transcript) : `${options.out}: attempt ${transcript.attempt}`,
        );
        return 0;
      }),
    );

  withStation(units.command('list'))
    .description('list units, the latest first')
    .option('--state <state>', `one of ${unitState.options.join(', ')}`)
    .option('--query <text>', 'unit serial, hardware id, certificate id, order or date')
    .option('--limit <n>', 'the most rows to list', '500')
    .action((options: ListOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const state = options.state === undefined ? undefined : unitState.safeParse(options.state);
        if (state && !state.success)
          throw new StationError('call.badParams', `--state is one of ${unitState.options.join(', ')}`);
        const { rows, total, more } = await client.call('units.list', {
          ...(state ? { state: state.data } : {}),
          ...(options.query ? { query: options.query } : {}),
          limit: wholeNumber(options.limit, '--limit'),
        });
        print(options, rows, () => listText(rows, more ? `more than ${total}` : String(total)));
        return 0;
      }),
    );

  addUnitRecord(units);
  addAgreed(units, 'rework', {
    about: 'let a unit have another key and certificate; its old certificate is revoked at once',
    done: 'its certificate is revoked; the next attempt makes another key and certificate',
  });
  addAgreed(units, 'scrap', {
    about: 'end a unit permanently: it is not worked on again, and its certificates are revoked',
    done: 'scrapped; its certificates are revoked',
  });
}

/** Two people: `--badge` asks, `--second-badge` agrees. */
function addAgreed(units: Command, act: 'rework' | 'scrap', words: { about: string; done: string }): void {
  withPassphrase(withStation(units.command(act).argument('<serial>', 'the unit serial')))
    .description(`${words.about}; with the passphrase a new CRL is made at once`)
    .requiredOption('--reason <text>', 'why, in words, for the records')
    .requiredOption(
      '--second-badge <badge>',
      'badge of the person who agrees: QA or an engineer, not the one of --badge',
    )
    .option('--second-pin-file <file>', 'file holding the PIN of that badge')
    .action((serial: string, options: AgreeOptions) =>
      inStation(options, { ca: false }, async ({ client, station }) => {
        const { reason, secondBadge: badge, secondPinFile } = options;
        const pin = await pinOf(badge, secondPinFile);
        await client.call(`units.${act}`, { unitSerial: serial, reason, second: { badge, pin } });
        await station.parts.crlJobs.idle();
        const { unitSerial, state, certificates } = await client.call('units.show', { unitSerial: serial });
        print(options, { unitSerial, state, certificates }, () => `${unitSerial}: ${words.done}`);
        return 0;
      }),
    );
}

const transcriptText = (transcript: Transcript): string => {
  const { unitSerial, attempt, startedAt, driver, truncated } = transcript;
  const head = `${unitSerial}, attempt ${attempt}, ${startedAt}, driver ${driver}${truncated ? ', shortened' : ''}`;
  const lines = transcript.lines.flatMap(({ ms, dir, text, leftOut, lost }) => {
    const said = lost ? 'the port was gone' : `${dir === 'out' ? '>' : '<'} ${text}`;
    const line = `+${(ms / 1000).toFixed(3)} ${said}`;
    return leftOut === undefined ? [line] : [`(about ${leftOut} bytes were left out)`, line];
  });
  return [head, ...lines].join('\n');
};

const listText = (rows: UnitRow[], total: string): string => {
  if (rows.length === 0) return 'No units yet. Plug one in.';
  const lines = rows.map(
    (row) =>
      `${row.unitSerial.padEnd(24)} ${row.state.padEnd(10)} ${row.updatedAt}  ${row.errorCode ?? row.certificateId ?? ''}`,
  );
  return [...lines, `${rows.length} of ${total}`].join('\n');
};

/** A unit for the terminal: one line an entry. */
export const historyText = (unit: UnitHistory): string => {
  const revision = unit.hardwareRevision === null ? '' : `, hardware revision ${unit.hardwareRevision}`;
  const head = `${unit.unitSerial}: ${unit.state}${unit.practice ? ' (PRACTICE)' : ''}, order ${unit.orderId}, model ${unit.model}${revision}`;
  const journal = unit.journal.map((entry) => {
    const time = entry.ms === null ? '' : ` ${Math.round(entry.ms)} ms`;
    // An entry of another version is shown as it is.
    const data = isJournalName(entry.entry) ? '' : `  ${JSON.stringify(entry.data)}`;
    return `  ${entry.at}  #${entry.attempt} ${entry.entry}${entry.step ? ` ${entry.step}` : ''}${time}  ${entry.actor}${data}`;
  });
  const certificates = unit.certificates.map(
    (row) =>
      `  ${row.serialHex}  ${row.state}  ${row.notBeforeAt} – ${row.notAfterAt}${row.supersededBy ? `  superseded by ${row.supersededBy}` : ''}`,
  );
  const batches = unit.batches.map(
    ({ target, way, batchId, state, thingName, reason }) =>
      `  ${target}  ${state}  ${way}  ${batchId}  ${reason ?? thingName ?? ''}`,
  );
  const registration = batches.length === 0 ? [] : ['Registration:', ...batches];
  return [head, 'Journal:', ...journal, 'Certificates:', ...certificates, ...registration].join('\n');
};
