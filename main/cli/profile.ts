/** `profiles`: which there are, which is used, and what is wrong with one in a file. */
import type { Command } from 'commander';
import { checkProfile, type ProfileProblem } from '../../app/ca/index.ts';
import { jsonFrom } from './jsonfile.ts';
import { type CommonOptions, conclude, inStation, print, withPassphrase, withStation } from './session.ts';

export function addProfiles(program: Command): void {
  const profiles = program.command('profiles').description('certificate profiles');

  withStation(profiles.command('list'))
    .description("the product's profiles and those in the folder profiles/ of the station's data folder")
    .action((options: CommonOptions) =>
      inStation(options, { ca: false }, async ({ station: { parts } }) => {
        const list = parts.profiles.list();
        print(options, list, () =>
          list.map(({ name, from, problems }) => [`${name} (${from})`, ...linesOf(problems)].join('\n  ')).join('\n'),
        );
        return 0;
      }),
    );

  withPassphrase(withStation(profiles.command('use')))
    .description('have this station issue with a profile from its next start on')
    .argument('<name>', 'one of the list')
    .action((name: string, options: CommonOptions) =>
      inStation(options, { ca: false, roles: ['engineer'] }, async ({ station: { parts }, actor }) => {
        const { name: profile } = parts.profiles.named(name);
        await parts.ledger.audit({ entry: 'profile.chosen', actor, subject: profile, data: {} });
        await parts.config.save({ ...parts.config.current(), profile });
        print(options, { profile }, () => `issues with ${profile}`);
        return 0;
      }),
    );

  profiles
    .command('check')
    .description('what keeps a profile from being used')
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

const linesOf = (problems: readonly ProfileProblem[]): string[] =>
  problems.map(({ path, message }) => `${path || '(profile)'}: ${message}`);
