import type { Command } from 'commander';
import { StationError } from '../../app/contract/errors.ts';
import { driverNames, usualDriver } from '../../app/device/drivers/index.ts';
import { parseTranscript } from '../../app/device/transcriptfile.ts';
import { faultsOf, simulated } from '../../app/practice/devices/index.ts';
import { startAgents, startReplay, startSimulated } from '../devices.ts';
import { decimalNumber, wholeNumber } from '../numbers.ts';
import { conclude, note } from './command.ts';
import { noteFrom } from './givenfile.ts';
import { addPracticeAws } from './practiceaws.ts';
import { addPracticeScanner } from './practicescanner.ts';

/** The builds and faults of each driver, and how a device is reset. */
const deviceHelp = (): string => {
  const builds = driverNames.flatMap((driver) =>
    Object.entries(simulated[driver].builds).map(([name, { meaning }]) => `  ${driver} ${name}: ${meaning}`),
  );
  const faults = driverNames.map((driver) => `  ${driver}: ${faultsOf(driver).join(', ')}`);
  return [
    '',
    'Builds:',
    ...builds,
    'Faults (an agent with a fault or a seed is simulated, too):',
    ...faults,
    'A device keeps its power while ports open and close. SIGUSR2 resets the simulated ones: power off and on.',
    'A device that dies takes its port with it. Ctrl-C or SIGTERM ends all.',
  ].join('\n');
};

const untilStopped = (): Promise<void> =>
  new Promise((resolve) => {
    process.once('SIGINT', () => resolve()).once('SIGTERM', () => resolve());
  });

export function addPractice(program: Command): void {
  const practice = program
    .command('practice')
    .description('counterparts to try the station against, on this machine only');

  practice
    .command('device')
    .description('simulated devices on pseudo-terminals; prints a path for each, runs until stopped')
    .option('--driver <name>', `the protocol it speaks: ${driverNames.join(', ')}`, usualDriver)
    .option('--count <n>', 'how many', '1')
    .option('--state <dir>', 'keep keys and certificates of agents there (default: forgotten at the end)')
    .option(
      '--baud <n>',
      "pace the bytes like a serial line of this speed (default: the driver's; 0 and agents in C: no pace)",
    )
    .option('--build <name>', 'simulated firmware with other build options; the list is below')
    .option('--fault <name>', 'a fault that every device has; the list is below')
    .option('--seed <n>', 'the identities and faults of another run again (default: new identities)')
    .option('--replay <file>', 'play the device of an exported transcript; it has no key and signs nothing new')
    .option('--speed <n>', 'replay with the recorded pauses, so many times faster (default: without pauses)')
    .option('--json', 'print one JSON value on stdout')
    .addHelpText('after', deviceHelp)
    .action((options: DeviceOptions) => conclude(options, () => runDevices(options)));

  addPracticeScanner(practice);

  addPracticeAws(practice, untilStopped);
}

type DeviceOptions = {
  driver: string;
  count: string;
  state?: string;
  baud?: string;
  build?: string;
  fault?: string;
  seed?: string;
  replay?: string;
  speed?: string;
  json?: boolean;
};

async function runDevices(options: DeviceOptions): Promise<number> {
  if (options.replay !== undefined) return runReplay(options.replay, options);
  if (options.speed !== undefined) throw new StationError('call.badParams', '--speed goes with --replay');
  const count = wholeNumber(options.count, '--count', { from: 1, to: 32 });
  const { driver, build, fault, seed, state } = options;
  const inC = driver === 'agent' && build === undefined && fault === undefined && seed === undefined;
  if (state !== undefined && !inC)
    throw new StationError('call.badParams', 'only agents in C keep a state; leave out --state');
  const devices = inC ? await startAgents(count, options) : await startSimulated(count, options);
  const { ports, traits, reset } = devices;
  const { pid } = process;
  const shown = { ports, pid, devices: ports.map((port, at) => ({ port, driver, ...traits[at] })) };
  process.on('SIGUSR2', () => {
    reset?.();
    note(reset ? 'every device was reset' : 'an agent in C is a process of its own: stop it and start it again');
  });
  process.stdout.write(options.json ? `${JSON.stringify(shown)}\n` : `${ports.join('\n')}\n`);
  if (reset && !options.json) note(`kill -USR2 ${pid} resets every device; Ctrl-C ends them`);
  await untilStopped();
  await devices.stop();
  return 0;
}

async function runReplay(file: string, { speed, json }: DeviceOptions): Promise<number> {
  const pace = speed === undefined ? undefined : decimalNumber(speed, '--speed', { from: 0.01, to: 1000 });
  const text = await noteFrom(file);
  const { header, lines } = parseTranscript(text);
  let over = (_: string) => {};
  const ended = new Promise<string>((resolve) => {
    over = resolve;
  });
  const device = await startReplay(header.driver, lines, { speed: pace, onEnd: (reason) => over(reason) });
  const { driver, unitSerial, attempt, startedAt } = header;
  const shown = { ports: device.ports, driver, unitSerial, attempt };
  process.stdout.write(json ? `${JSON.stringify(shown)}\n` : `${device.ports.join('\n')}\n`);
  note(`attempt ${attempt} on ${unitSerial} of ${startedAt}, driver ${driver}; it ends where the recording ends`);
  const reason = await Promise.race([ended, untilStopped()]);
  if (reason) note(`the replay is over: ${reason}`);
  await device.stop();
  return 0;
}
