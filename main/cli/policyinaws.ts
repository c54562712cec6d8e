/** `policy push`, `aws`, `default` and `remove-version`: policies of the account. */
import type { Command } from 'commander';
import { type CommonOptions, inStation, print, withRights, withStation } from './command.ts';

type Options = CommonOptions & { target?: string };
type PushOptions = Options & { prune?: boolean };
type VersionOptions = Options & { version: string };

const outcomes = { made: 'is made', changed: 'has a new default version', same: 'says this already' };

export function addPolicyInAws(policy: Command): void {
  withRights(withStation(policy.command('push')))
    .description(
      'put the latest version of a kept policy into AWS, as the default version of the policy of this name; ' +
        'devices follow within minutes',
    )
    .argument('<name>', 'one of the list')
    .option('--target <name>', 'the AWS target; without it the default one')
    .option('--prune', 'agree that the oldest version that is not the default is deleted, if AWS has five already')
    .action((name: string, options: PushOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const params = { name, prune: options.prune === true, ...targetOf(options) };
        const pushed = await client.call('policies.push', params);
        print(options, pushed, () =>
          [
            `${name} ${outcomes[pushed.outcome]} in ${pushed.target}: version ${pushed.versionId}`,
            ...(pushed.pruned === null ? [] : [`version ${pushed.pruned} was deleted for it`]),
            ...pushed.warnings.map(({ message }) => `warning: ${message}`),
          ].join('\n'),
        );
        return 0;
      }),
    );

  withStation(policy.command('aws'))
    .description('list the policies that AWS has, show one with its versions, or the text of one version')
    .argument('[name]', 'one of the list')
    .option('--version <id>', "the version in AWS whose text is shown; without it the default version's")
    .option('--target <name>', 'the AWS target; without it the default one')
    .action((name: string | undefined, options: Options & { version?: string }) =>
      inStation(options, { ca: false }, async ({ client }) => {
        if (name !== undefined && options.version !== undefined) {
          const params = { name, versionId: options.version, ...targetOf(options) };
          const shown = await client.call('policies.versionText', params);
          print(options, shown, () => shown.text);
          return 0;
        }
        if (name === undefined) {
          const found = await client.call('policies.inAws', targetOf(options));
          print(options, found, () => found.names.join('\n') || `${found.target} has no policies`);
          return 0;
        }
        const found = await client.call('policies.describe', { name, ...targetOf(options) });
        print(options, found, () =>
          found === null
            ? `AWS has no policy ${name}`
            : [
                `${found.arn}`,
                ...found.versions.map(
                  ({ versionId, isDefault, madeAt }) =>
                    `version ${versionId}${isDefault ? ' (default)' : ''} of ${madeAt}`,
                ),
                found.document,
              ].join('\n'),
        );
        return found === null ? 1 : 0;
      }),
    );

  const withVersion = (command: Command): Command =>
    withRights(withStation(command))
      .argument('<name>', 'one of "policy aws"')
      .requiredOption('--version <id>', 'the version in AWS, as "policy aws NAME" has it')
      .option('--target <name>', 'the AWS target; without it the default one');

  withVersion(policy.command('default'))
    .description('make a version that AWS has the default: devices are held to it within minutes')
    .action((name: string, options: VersionOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const { version: versionId } = options;
        await client.call('policies.setDefault', { name, versionId, ...targetOf(options) });
        print(options, { name, versionId }, () => `version ${versionId} of ${name} is the default in AWS`);
        return 0;
      }),
    );

  withVersion(policy.command('remove-version'))
    .description('delete a version of a policy in AWS for good; the default version stays')
    .action((name: string, options: VersionOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const { version: versionId } = options;
        await client.call('policies.removeVersion', { name, versionId, ...targetOf(options) });
        print(options, { name, versionId }, () => `version ${versionId} of ${name} is deleted in AWS`);
        return 0;
      }),
    );
}

const targetOf = ({ target }: Options) => (target === undefined ? {} : { target });
