/** `policy push` and `policy aws`: policies of the account. */
import type { Command } from 'commander';
import { type CommonOptions, inStation, print, withRights, withStation } from './command.ts';

type Options = CommonOptions & { target?: string };
type PushOptions = Options & { prune?: boolean };

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
    .description('list the policies that AWS has, or show one with its versions')
    .argument('[name]', 'one of the list')
    .option('--target <name>', 'the AWS target; without it the default one')
    .action((name: string | undefined, options: Options) =>
      inStation(options, { ca: false }, async ({ client }) => {
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
}

const targetOf = ({ target }: Options) => (target === undefined ? {} : { target });
