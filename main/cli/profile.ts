/** `profiles`: lists profiles, chooses the one in use, and checks one in a file. */
import type { Command } from 'commander';
import { checkProfile } from '../../app/ca/index.ts';
import type { ListedProfileView } from '../../app/contract/index.ts';
import type { ProfileProblem } from '../../app/contract/profileview.ts';
import { type CommonOptions, conclude, inStation, print, withRights, withStation } from './command.ts';
import { jsonFrom, textFrom } from './givenfile.ts';

export function addProfiles(program: Command): void {
  const profiles = program.command('profiles').description('certificate profiles');

  withStation(profiles.command('list'))
    .description(
      "list the product's profiles and those in the folder profiles/ of the data folder; * marks the one in use",
    )
    .action((options: CommonOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const list = await client.call('profiles.list', {});
        print(options, list, () => list.map(lineOf).join('\n'));
        return 0;
      }),
    );

  withRights(withStation(profiles.command('use')))
    .description('issue certificates with a profile from now on; an order may name another one')
    .argument('<name>', 'one of the list')
    .action((name: string, options: CommonOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        await client.call('profiles.use', { name });
        print(options, { profile: name }, () => `issues with ${name}`);
        return 0;
      }),
    );

  withRights(withStation(profiles.command('save')))
    .description("store a profile under its own name, in place of your earlier one of that name; see 'check'")
    .argument('<file>', 'the profile, JSON')
    .action((file: string, options: CommonOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const { name } = await client.call('profiles.save', { text: await textFrom(file) });
        print(options, { name }, () => `${name} is kept`);
        return 0;
      }),
    );

  withRights(withStation(profiles.command('remove')))
    .description('remove one of your own profiles, but not the one in use')
    .argument('<name>', 'one of the list')
    .action((name: string, options: CommonOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        await client.call('profiles.remove', { name });
        print(options, { name }, () => `${name} is removed`);
        return 0;
      }),
    );

  profiles
    .command('check')
    .description('list the mistakes that keep a profile from being used')
    .argument('<file>', 'the profile, JSON')
    .option('--json', 'print one JSON value on stdout')
    .action((file: string, options: { json?: boolean }) =>
      conclude(options, async () => {
        const checked = checkProfile(await jsonFrom(file));
        const problems = checked.ok ? [] : checked.problems;
        print(options, { ok: checked.ok, problems }, () => (checked.ok ? 'ok' : linesOf(problems).join('\n')));
        return checked.ok ? 0 : 1;
      }),
    );
}

const lineOf = ({ name, from, inUse, problems }: ListedProfileView): string =>
  [`${inUse ? '*' : ' '} ${name} (${from})`, ...linesOf(problems)].join('\n    ');

const linesOf = (problems: readonly ProfileProblem[]): string[] =>
  problems.map(({ path, message }) => `${path || '(profile)'}: ${message}`);
