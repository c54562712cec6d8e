/** `connections why`: whether a unit would connect, for a device without a network at the bench. */
import type { Command } from 'commander';
import type { Result } from '../../app/contract/index.ts';
import type { WouldCheck } from '../../app/contract/wouldconnect.ts';
import { type CommonOptions, inStation, print, withStation } from './command.ts';

/** What helps where a check finds something wrong. */
const remedies: Readonly<Record<WouldCheck, string>> = {
  endpoint: 'take the endpoint of the account into the recipe, and make the unit again',
  root: 'write the root of the endpoint into the recipe ("rootCa"), and make the unit again',
  clock: 'see that the firmware sets its clock before it connects',
  validity: 'check the clock of this computer; a certificate that has ended is replaced by rework',
  algorithm: 'take a profile and a key type that AWS IoT accepts',
  records: 'rework the unit: it needs another certificate',
  ca: 'birthmark cloud ca register --target NAME, or change its status there: activate, auto-on; set-template for JITP, remove-template for JITR',
  certificate: 'register the unit, or set its certificate to ACTIVE: birthmark cloud certificates',
  template: 'let the profile write these attributes, or let the template do without them',
  thingName: 'a thing name has letters, digits, ":", "_" and "-", at most 128',
  policy: 'allow it in the policy, and push the policy: birthmark policy push',
};

type WhyOptions = CommonOptions & { target?: string };

/** Adds it to the commands about connections. */
export function addConnectionsWhy(program: Command): void {
  const group =
    program.commands.find((command) => command.name() === 'connections') ??
    program.command('connections').description('connections of units to AWS IoT');
  withStation(group.command('why'))
    .description(
      'whether a unit would connect: endpoint, root, certificate, CA, template and policies, held against the account; nothing is changed',
    )
    .argument('<serial>', 'the unit serial')
    .option('--target <name>', "the AWS target (default: the recipe's, or the first one)")
    .addHelpText('after', '\nExits with 1 when something is wrong.')
    .action((unitSerial: string, options: WhyOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const { target } = options;
        const result = await client.call('connections.why', {
          unitSerial,
          ...(target === undefined ? {} : { target }),
        });
        print(options, result, () => text(result));
        return result.would === 'no' ? 1 : 0;
      }),
    );
}

const marks = { ok: 'ok     ', wrong: 'WRONG  ', unknown: '?      ' };

function text({ unitSerial, target, clientId, would, checks }: Result<'connections.why'>): string {
  const lines = checks.flatMap(({ check, state, detail }) => [
    `  ${marks[state]}${check.padEnd(12)} ${detail}`,
    ...(state === 'wrong' ? [`         ${''.padEnd(12)} ${remedies[check]}`] : []),
  ]);
  const words = { yes: 'would connect', no: 'would NOT connect', unknown: 'not everything could be asked' };
  return [`${unitSerial} as ${clientId} to ${target ?? 'no target'}: ${words[would]}`, ...lines].join('\n');
}
