/** `target`: AWS accounts and Regions under names. */
import type { Command } from 'commander';
import { StationError } from '../../app/contract/errors.ts';
import { issueSaid } from '../../app/contract/issues.ts';
import { type CloudTarget, savedTarget } from '../../app/contract/model.ts';
import { type CommonOptions, inStation, print, withRights, withStation } from './command.ts';
import { addTargetAsks } from './targetasks.ts';

/** What the flags of a command say; the rest is undefined. */
export type TargetFlags = {
  region?: string | undefined;
  accountId?: string | undefined;
  bucket?: string | undefined;
  roleArn?: string | undefined;
  policy?: string[] | undefined;
  profile?: string | undefined;
  endpointUrl?: string | undefined;
  template?: string | undefined;
};

export function addTarget(program: Command): void {
  const target = program
    .command('target')
    .description('AWS targets: an account and a Region under a name; credentials are never kept here')
    .addHelpText(
      'after',
      '\nThe first target is the default: it is meant wherever no target is named. Credentials come from the chain of the AWS SDK (environment, profile, SSO, role of the machine), or from the profile that the target names.',
    );

  withStation(target.command('list'))
    .description('list the targets, the default first')
    .action((options: CommonOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const { targets } = await client.call('station.status', {});
        print(
          options,
          targets,
          () => targets.map(lineOf).join('\n') || 'No targets yet; `target add NAME --region … ` makes one.',
        );
        return 0;
      }),
    );

  withStation(target.command('show').argument('<name>'))
    .description('show one target')
    .action((name: string, options: CommonOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const shown = named((await client.call('station.status', {})).targets, name);
        print(options, shown, () => JSON.stringify(shown, null, 2));
        return 0;
      }),
    );

  withTargetFlags(
    withRights(withStation(target.command('add').argument('<name>', 'lower-case letters and digits, with -'))),
  )
    .description('add a target; region, bucket and role are needed')
    .action((name: string, options: CommonOptions & TargetFlags) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const { targets } = await client.call('station.status', {});
        if (targets.some((one) => one.name === name))
          throw new StationError('call.badParams', `there is a target ${name} already; \`target change\` changes it`);
        const added = targetFrom(options, { name });
        await client.call('targets.save', { target: added });
        print(options, added, () => lineOf(added));
        return 0;
      }),
    );

  withTargetFlags(withRights(withStation(target.command('change').argument('<name>'))))
    .description('change what the flags say; the rest stays')
    .action((name: string, options: CommonOptions & TargetFlags) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const before = named((await client.call('station.status', {})).targets, name);
        const changed = targetFrom(options, before);
        await client.call('targets.save', { target: changed });
        print(options, changed, () => lineOf(changed));
        return 0;
      }),
    );

  addTargetAsks(target);

  withRights(withStation(target.command('prefer').argument('<name>')))
    .description('make it the default')
    .action((name: string, options: CommonOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        await client.call('targets.prefer', { name });
        print(options, { name, default: true }, () => `${name} is the default target`);
        return 0;
      }),
    );

  withRights(withStation(target.command('remove').argument('<name>')))
    .description('forget a target; nothing changes in AWS')
    .option('--leave-crl', 'also where its bucket has the CRL, which then grows old there')
    .action((name: string, options: CommonOptions & { leaveCrl?: boolean }) =>
      inStation(options, { ca: false }, async ({ client }) => {
        await client.call('targets.remove', { name, leaveCrl: options.leaveCrl === true });
        print(options, { name, removed: true }, () => `${name} is forgotten; AWS stays as it is`);
        return 0;
      }),
    );
}

const withTargetFlags = (command: Command): Command =>
  command
    .option('--region <region>', 'AWS Region, such as eu-central-1')
    .option('--account-id <id>', 'the account that must answer, 12 digits; without it, the one of the credentials')
    .option('--bucket <bucket>', 'S3 bucket for batch files')
    .option('--role-arn <arn>', 'the role AWS IoT assumes to read the file and register')
    .option('--policy <name...>', 'IoT policies to attach to each certificate')
    .option(
      '--template <name>',
      "a kept template for bulk tasks and RegisterThing; none: the station's own, from the policies above",
    )
    .option('--profile <name>', "a profile of this PC's AWS settings; without it, the SDK's default chain")
    .option('--endpoint-url <url>', 'a private endpoint or a practice AWS; without it, AWS itself');

/**
 * A target with these flags.
 * @throws `call.badParams` – naming the flag that is missing or wrong
 */
export function targetFrom(flags: TargetFlags, before: object | null): CloudTarget {
  const { region, accountId, bucket, roleArn, policy: policyNames, profile, endpointUrl, template } = flags;
  const typed = { region, accountId, bucket, roleArn, policyNames, profile, endpointUrl, template };
  const given = Object.fromEntries(Object.entries(typed).filter(([, value]) => value !== undefined));
  const whole = { policyNames: [], ...before, ...given };
  const target = savedTarget.safeParse(template === 'none' ? { ...whole, template: undefined } : whole);
  if (target.success) return target.data;
  const [first] = target.error.issues;
  const field = String(first?.path[0] ?? '');
  const flag = field === 'policyNames' ? 'policy' : field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const message = first && issueSaid(first).message;
  throw new StationError('call.badParams', `${field === 'name' ? 'the name' : `--${flag}`}: ${message}`);
}

function named(targets: readonly CloudTarget[], name: string): CloudTarget {
  const found = targets.find((one) => one.name === name);
  if (found) return found;
  throw new StationError('cloud.noTarget', `there is no AWS target ${name}`, { data: { name } });
}

const lineOf = ({ name, region, accountId, bucket, profile, endpointUrl }: CloudTarget): string =>
  [name.padEnd(16), region, accountId ?? '', `s3://${bucket}`, profile ? `profile ${profile}` : '', endpointUrl ?? '']
    .filter((part) => part !== '')
    .join('  ');
