/** `template push`, `default`, `list --target`, `versions`, `remove-version` and `remove-in-aws`: the provisioning templates of an account. */
import type { Command } from 'commander';
import { StationError } from '../../app/contract/errors.ts';
import type { Station } from '../../app/contract/index.ts';
import { wholeNumber } from '../numbers.ts';
import { type CommonOptions, inStation, print, withRights, withStation } from './command.ts';

type TargetOptions = CommonOptions & { target?: string };
type PushOptions = TargetOptions & { roleArn?: string; prune?: boolean; hookArn?: string };

const withTarget = (command: Command): Command =>
  command.option('--target <name>', 'the AWS target (default: the first one)');

const told = {
  created: 'created',
  version: 'has a new version',
  hook: 'has its hook changed',
  unchanged: 'is as it was',
} as const;

export function addTemplatePush(template: Command): void {
  withTarget(withRights(withStation(template.command('push').argument('<name>', 'a kept template'))))
    .description('put a kept template in place in AWS, as the default version; for just-in-time and fleet provisioning')
    .option('--role-arn <arn>', 'the role that AWS provisions with (default: that of the target)')
    .option('--hook-arn <arn>', 'the function that decides who is provisioned, or "none" (default: as it is)')
    .option('--prune', 'let the oldest version go when AWS has five, which is the most')
    .action((name: string, options: PushOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const { target, roleArn, hookArn, prune = false } = options;
        const pushed = await client.call('templates.push', {
          ...{ name, prune },
          ...(target !== undefined && { target }),
          ...(roleArn !== undefined && { roleArn }),
          ...(hookArn !== undefined && { hookArn: hookArn === 'none' ? null : hookArn }),
        });
        print(options, pushed, () => `${name} ${told[pushed.made]} in AWS: version ${pushed.version} is the default`);
        return 0;
      }),
    );

  withTarget(withRights(withStation(template.command('default').argument('<name>', 'a kept template'))))
    .description('make a version that is in AWS the default there: devices are provisioned by it from then on')
    .option('--version <n>', 'the version here, as "list" has it')
    .option('--version-in-aws <n>', 'instead of it, the version in AWS, as "versions" has it')
    .action((name: string, options: TargetOptions & { version?: string; versionInAws?: string }) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const { target, versionInAws } = options;
        if ((options.version === undefined) === (versionInAws === undefined))
          throw new StationError('call.badParams', 'give one of --version and --version-in-aws');
        if (versionInAws !== undefined) {
          const version = wholeNumber(versionInAws, '--version-in-aws');
          const params = { name, versionId: String(version), ...(target !== undefined && { target }) };
          await client.call('templates.setDefaultInAws', params);
          print(options, { version }, () => `version ${version} of ${name} is the default in AWS`);
          return 0;
        }
        const version = wholeNumber(options.version ?? '', '--version');
        const made = await client.call('templates.setDefault', {
          ...{ name, version },
          ...(target !== undefined && { target }),
        });
        print(options, made, () => `version ${made.version} of ${name} is the default in AWS: version ${version} here`);
        return 0;
      }),
    );

  withTarget(withStation(template.command('versions').argument('<name>', 'one of "list --target"')))
    .description('the versions of a template that AWS has, five at most, or the text of one')
    .option('--version <n>', 'the version in AWS whose text is shown')
    .action((name: string, options: TargetOptions & { version?: string }) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const to = options.target === undefined ? {} : { target: options.target };
        if (options.version !== undefined) {
          const shown = await client.call('templates.versionText', { name, versionId: options.version, ...to });
          print(options, shown, () => shown.text);
          return 0;
        }
        const found = await client.call('templates.describe', { name, ...to });
        print(options, found, () =>
          found === null
            ? `AWS has no template ${name}`
            : found.versions
                .map(
                  ({ versionId, isDefault, madeAt }) =>
                    `version ${versionId}${isDefault ? ' (default)' : ''}${madeAt === null ? '' : ` of ${madeAt}`}`,
                )
                .join('\n'),
        );
        return found === null ? 1 : 0;
      }),
    );

  withTarget(withRights(withStation(template.command('remove-version').argument('<name>', 'one of "list --target"'))))
    .description('delete a version of a template in AWS for good; the default version stays')
    .requiredOption('--version <n>', 'the version in AWS, as "versions" has it')
    .action((name: string, options: TargetOptions & { version: string }) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const { target, version: versionId } = options;
        await client.call('templates.removeVersion', { name, versionId, ...(target !== undefined && { target }) });
        print(options, { name, versionId }, () => `version ${versionId} of ${name} is deleted in AWS`);
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
  const lineOf = ({ name, type, enabled, version, hook, kept }: (typeof rows)[number]) =>
    `${name}  ${type}, version ${version}${enabled ? '' : ', not enabled'}${hook === undefined ? '' : `, hook ${hook}`}: ${kept === null ? 'not from here' : `version ${kept} here`}`;
  print(options, rows, () => rows.map(lineOf).join('\n') || 'no templates in AWS; see "push"');
}
