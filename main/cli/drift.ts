import type { Command } from 'commander';
import type { DriftCheck } from '../../app/contract/model.ts';
import { type CommonOptions, inStation, note, print, withStation } from './command.ts';

type DriftOptions = CommonOptions & { target?: string; things?: boolean };

/** Adds `cloud drift`. */
export function addDrift(cloud: Command): void {
  withStation(cloud.command('drift'))
    .description('hold the registry of a target against the records; exit 1 when they differ. Nothing is changed')
    .option('--target <name>', 'the account and Region (default: the first target)')
    .option('--things', "ask for each unit's thing as well: a call for each unit, ten a second")
    .action((options: DriftOptions) =>
      inStation(options, { ca: false }, async ({ client, station }) => {
        const { target, things = false } = options;
        await client.call('drift.check', { things, ...(target === undefined ? {} : { target }) });
        const { driftJobs } = station.parts;
        const stop = () => driftJobs.stop();
        process.once('SIGINT', stop);
        const check = await driftJobs.running();
        process.removeListener('SIGINT', stop);
        const result = check ?? driftJobs.snapshot().check;
        if (!result) return 3;
        print(options, result, () => textOf(result));
        if (result.state === 'failed') note(result.error ?? 'the check failed');
        if (result.state !== 'done') return 3;
        return Object.values(result.counts).some((count) => count > 0) ? 1 : 0;
      }),
    );
}

function textOf({ target, state, certificates, units, counts, findings }: DriftCheck): string {
  const found = Object.entries(counts).filter(([, count]) => count > 0);
  return [
    `${target}: ${state}; ${certificates} certificates in AWS, ${units} registered units`,
    ...(found.length === 0 ? ['no difference'] : found.map(([kind, count]) => `${kind}: ${count}`)),
    ...findings.map(
      ({ kind, unitSerial, certificateId, found: said }) =>
        `  ${kind.padEnd(12)} ${(unitSerial ?? '–').padEnd(24)} ${certificateId.slice(0, 16)}…  ${said}`,
    ),
  ].join('\n');
}
