import type { Command } from 'commander';
import { type Params, type Result, type Station, StationError } from '../../app/contract/index.ts';
import { line as lineRoles } from '../../app/contract/method.ts';
import type { LineFact, StepProgress } from '../../app/contract/model.ts';
import { driverNames, usualDriver } from '../../app/device/drivers/index.ts';
import { locksAtPort } from '../../app/station/index.ts';
import {
  type CommonOptions,
  exitCodeOf,
  inStation,
  note,
  print,
  withPassphrase,
  withRights,
  withStation,
} from './command.ts';
import { lineGiven, settingsGiven, withDriverSettings } from './driverflags.ts';
import { asScanned } from './labels.ts';
import { addConnect } from './lineconnect.ts';

type RunOptions = CommonOptions & {
  port: string;
  driver?: string;
  unitSerial?: string;
  label?: string;
  order?: string;
};

/** Adds the options that describe the work on a unit. */
const withJob = (command: Command): Command =>
  command
    .requiredOption('--port <path>', 'the serial port')
    .option(
      '--driver <name>',
      `the protocol its firmware speaks: ${driverNames.join(', ')}; auto asks the device (default: the recipe's, or ${usualDriver})`,
    )
    .option('--unit-serial <serial>', "the serial on the unit's label")
    .option(
      '--label <text>',
      'or the label as a scanner sends it, read by the rules in use; <GS> stands for the separator of GS1',
    )
    .option('--order <id>', 'the order (default: the active one)');

export function addLine(program: Command): void {
  const line = program.command('line').description('provision units');
  withDriverSettings(withJob(withPassphrase(withStation(line.command('run')))))
    .description('provision one unit on one port')
    .action((options: RunOptions) =>
      inStation(options, { ca: true, roles: lineRoles }, async ({ client }) => {
        const result = await runUnit(client, jobOf(options), options.json ? () => {} : stepPrinter());
        return tell(result, options);
      }),
    );

  addConnect(line);

  withRights(withStation(line.command('release')))
    .description(
      'after repeated station errors, or a clock that was set: an engineer has looked, and the line may go on',
    )
    .action((options: CommonOptions) =>
      inStation(options, { ca: false }, async ({ client, station: { parts } }) => {
        await client.call('bench.release', {});
        const interlocks = locksAtPort(parts.bench.interlocks());
        print(options, { interlocks }, () => interlocks.map(({ detail }) => detail).join('\n') || 'released');
        return 0;
      }),
    );
}

type Job = Params<'line.run'>;
type Steps = readonly Pick<StepProgress, 'name' | 'state' | 'ms'>[];

function jobOf({ port, driver, unitSerial, label, order, ...options }: RunOptions): Job {
  return {
    port,
    settings: settingsGiven(options),
    line: lineGiven(options),
    ...(driver === undefined ? {} : { driver }),
    ...(unitSerial === undefined ? {} : { unitSerial }),
    ...(label === undefined ? {} : { label: asScanned(label) }),
    ...(order === undefined ? {} : { orderId: order }),
  };
}

/** Runs a unit. A signal to this process stops the unit, and its outcome says so. A second signal ends the process. */
async function runUnit(client: Station, job: Job, onSteps: (steps: Steps) => void): Promise<Result<'line.run'>> {
  const onSignal = () => void client.call('line.abort', {}).catch(() => {});
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal).once('SIGHUP', onSignal);
  const stopTelling = client.on('line.changed', ({ runs }) => onSteps(runs.flatMap(({ steps }) => steps)));
  try {
    const result = await client.call('line.run', job);
    onSteps(result.steps.map((step) => ({ ...step, state: 'done' })));
    return result;
  } finally {
    stopTelling();
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal).off('SIGHUP', onSignal);
  }
}

function tell(result: Result<'line.run'>, options: RunOptions): number {
  const { unitSerial, outcome, certificateId, line, error } = result;
  if (!options.json && line.length > 0) note(`  line      ${lineWords(line)}`);
  print(options, result, () =>
    error ? `${outcome}  ${unitSerial}  ${error.code}: ${error.detail}` : `${outcome}  ${unitSerial}  ${certificateId}`,
  );
  return error ? exitCodeOf(StationError.from(error)) : 0;
}

/** The settings of the line in one line of text, with the origin of those that are not the driver's. */
export const lineWords = (line: readonly LineFact[]): string =>
  line
    .map(
      ({ key, value, from }) =>
        `${key}=${value}${from === 'driver' ? '' : from === 'place' ? ' (set here)' : ' (recipe)'}`,
    )
    .join(', ');

function stepPrinter() {
  const printed = new Set<string>();
  return (steps: Steps) => {
    for (const step of steps) {
      if (step.state !== 'done' || printed.has(step.name)) continue;
      printed.add(step.name);
      note(`  ${step.name.padEnd(9)} ${(step.ms ?? 0).toFixed(0).padStart(6)} ms`);
    }
  };
}
