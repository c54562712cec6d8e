import { basename, dirname, extname, resolve } from 'node:path';
import type { Command } from 'commander';
import { driftTable, StationError } from '../../app/contract/index.ts';
import { type DriftCheck, mostDifferences } from '../../app/contract/model.ts';
import { writeLinesFile } from '../../app/registration/linesfile.ts';
import { type CommonOptions, inStation, note, print, withStation } from './command.ts';
import { waitingTeller } from './waiting.ts';

type DriftOptions = CommonOptions & { target?: string; things?: boolean; out?: string };

/** Adds `cloud drift`. */
export function addDrift(cloud: Command): void {
  withStation(cloud.command('drift'))
    .description('hold the registry of a target against the records; exit 1 when they differ. Nothing is changed')
    .option('--target <name>', 'the account and Region (default: the first target)')
    .option('--things', "ask for each unit's thing as well: a call for each unit, ten a second")
    .option('--out <file>', 'write every difference to a file as well: .csv, or .jsonl with one JSON object a line')
    .action((options: DriftOptions) =>
      inStation(options, { ca: false }, async ({ client, station }) => {
        const { target, things = false } = options;
        const form = options.out === undefined ? undefined : formOf(options.out);
        await client.call('drift.check', { things, ...(target === undefined ? {} : { target }) });
        const { driftJobs } = station.parts;
        const stop = () => driftJobs.stop();
        process.once('SIGINT', stop);
        const tell = waitingTeller();
        const stopTelling = client.on('drift.changed', ({ check: now }) =>
          tell(now?.waiting ? 'unreachable' : undefined),
        );
        const check = await driftJobs.running();
        process.removeListener('SIGINT', stop);
        stopTelling();
        const result = check ?? driftJobs.snapshot().check;
        if (!result) return 3;
        if (options.out !== undefined && form) {
          const file = resolve(options.out);
          const table = driftTable((page) => client.call('drift.findings', page), form);
          await writeLinesFile(dirname(file), () => basename(file), table);
          const { total } = await client.call('drift.findings', { limit: 1 });
          if (total === mostDifferences) note(`${file} has the first ${total} differences`);
        }
        print(options, result, () => textOf(result));
        if (result.state === 'failed') note(result.error ?? 'the check failed');
        if (result.state !== 'done') return 3;
        return Object.values(result.counts).some((count) => count > 0) ? 1 : 0;
      }),
    );
}

/** @throws `call.badParams` – names the flag */
function formOf(file: string): 'csv' | 'jsonl' {
  const kind = extname(file).slice(1);
  if (kind === 'csv' || kind === 'jsonl') return kind;
  throw new StationError('call.badParams', '--out ends with .csv or with .jsonl');
}

function textOf({ target, state, certificates, units, counts, findings }: DriftCheck): string {
  const found = Object.entries(counts).filter(([, count]) => count > 0);
  return [
    `${target}: ${state}; ${certificates} certificates in AWS, ${units} registered units`,
    ...(found.length === 0
      ? state === 'done'
        ? ['no difference']
        : []
      : found.map(([kind, count]) => `${kind}: ${count}`)),
    ...findings.map(
      ({ kind, unitSerial, certificateId, found: said }) =>
        `  ${kind.padEnd(12)} ${(unitSerial ?? '–').padEnd(24)} ${certificateId.slice(0, 16)}…  ${said}`,
    ),
  ].join('\n');
}
