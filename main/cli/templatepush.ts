/** `template push`, `list --target` and `remove-in-aws`: the provisioning templates of an account. */
import type { Command } from 'commander';
import type { Station } from '../../app/contract/index.ts';
import { type CommonOptions, inStation, print, withRights, withStation } from './command.ts';

type TargetOptions = CommonOptions & { target?: string };
type PushOptions = TargetOptions & { roleArn?: string; prune?: boolean };

const withTarget = (command: Command): Command =>
  command.option('--target <name>', 'the AWS target (default: the first one)');

const told = { created: 'created', version: 'has a new version', unchanged: 'is as it was' } as const;

export function addTemplatePush(template: Command): void {
  withTarget(withRights(withStation(template.command('push').argument('<name>', 'a kept template'))))
    .description('put a kept template in place in AWS, as the default version; for just-in-time and fleet provisioning')
    .option('--role-arn <arn>', 'the role that AWS provisions with (default: that of the target)')
    .option('--prune', 'let the oldest version go when AWS has five, which is the most')
    .action((name: string, options: PushOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const { target, roleArn, prune = false } = options;
        const pushed = await client.call('templates.push', {
          ...{ name, prune },
          ...(target !== undefined && { target }),
          ...(roleArn !== undefined && { roleArn }),
        });
        print(options, pushed, () => `${name} ${told[pushed.made]} in AWS: version ${pushed.version} is the default`);
        return 0;
      }),
    );

  withTarget(withRights(withStation(template.command('remove-in-aws').argument('<name>', 'one of "list --target"'))))
    .description('remove a template from AWS with all its versions; devices can no longer be provisioned by it')
    .action((name: string, options: TargetOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const { target } = options;
        await client.call('templates.removeInAws', { name, ...(target !== undefined && { target }) });
        print(options, { name }, () => `${name} is removed from AWS`);
        return 0;
      }),
    );
}

/** The templates of the account, and which version of the station each is. */
export async function listTemplatesInAws(client: Station, target: string, options: CommonOptions): Promise<void> {
  const rows = await client.call('templates.inAws', { target });
  const lineOf = ({ name, type, enabled, version, kept }: (typeof rows)[number]) =>
    `${name}  ${type}, version ${version}${enabled ? '' : ', not enabled'}: ${kept === null ? 'not from here' : `version ${kept} here`}`;
  print(options, rows, () => rows.map(lineOf).join('\n') || 'no templates in AWS; see "push"');
}
