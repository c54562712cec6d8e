/** `line connect`: a device at the bench connects with the identity that it got. */
import { type Command, InvalidArgumentError } from 'commander';
import { type Result, type Station, StationError } from '../../app/contract/index.ts';
import { line as lineRoles } from '../../app/contract/method.ts';
import type { PhaseResult } from '../../app/contract/model.ts';
import { driverNames } from '../../app/device/drivers/index.ts';
import { type CommonOptions, inStation, print, withRights, withStation } from './command.ts';
import { lineGiven, settingsGiven, withDriverSettings } from './driverflags.ts';

type ConnectOptions = CommonOptions & {
  port?: string;
  slot?: number;
  unitSerial: string;
  target?: string;
  driver?: string;
};

const slotNumber = (text: string): number => {
  if (!/^[1-9][0-9]?$/.test(text)) throw new InvalidArgumentError('a slot is a number from 1.');
  return Number(text);
};

export function addConnect(line: Command): void {
  withDriverSettings(withRights(withStation(line.command('connect'))))
    .description(
      'make the device of a unit connect with the identity it got, and show how far it comes: DNS, TCP, TLS, CONNECT, publish, policy',
    )
    .requiredOption('--unit-serial <serial>', "the serial on the unit's label")
    .option('--port <path>', 'the serial port')
    .option('--slot <n>', "or the slot of the station's settings", slotNumber)
    .option('--target <name>', "the AWS target (default: the recipe's, or the first one)")
    .option('--driver <name>', `without a recipe, the protocol its firmware speaks: ${driverNames.join(', ')}`)
    .addHelpText('after', '\nExits with 1 when the device did not connect.')
    .action((options: ConnectOptions) =>
      inStation(options, { ca: false, roles: lineRoles }, async ({ client }) => {
        const result = await connect(client, options);
        print(options, result, () => text(result));
        return result.connected ? 0 : 1;
      }),
    );
}

function connect(client: Station, options: ConnectOptions): Promise<Result<'line.connect'>> {
  const { port, slot, unitSerial, target, driver } = options;
  if ((port === undefined) === (slot === undefined))
    throw new StationError('call.badParams', 'name either --port or --slot', { data: { path: 'port' } });
  return client.call('line.connect', {
    unitSerial,
    settings: settingsGiven(options),
    line: lineGiven(options),
    ...(port === undefined ? {} : { port }),
    ...(slot === undefined ? {} : { slotId: slot }),
    ...(target === undefined ? {} : { target }),
    ...(driver === undefined ? {} : { driver }),
  });
}

function text({ connected, unitSerial, host, port, clientId, tries, phases }: Result<'line.connect'>): string {
  const end = `${connected ? 'CONNECTED' : 'NOT CONNECTED'}  ${unitSerial}  as ${clientId} to ${host}:${port}`;
  return [...phases.map(phaseText), tries === 1 ? end : `${end}, after ${tries} tries`].join('\n');
}

function phaseText({ phase, state, ms, fault, reason }: PhaseResult): string {
  const name = `  ${phase.padEnd(8)}`;
  if (state === 'notReached') return `${name} -`;
  if (state === 'ok') return `${name} ok ${String(ms ?? 0).padStart(6)} ms`;
  return `${name} FAILED: ${[fault, reason].filter(Boolean).join(', ')}`;
}
