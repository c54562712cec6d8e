/** `recipes ways` and `recipes check`: the ways that a recipe can have, and what is wrong with one, here and in AWS. */
import type { Command } from 'commander';
import type { RecipeInAws, Station } from '../../app/contract/index.ts';
import { recipeFile } from '../../app/contract/recipe.ts';
import { recipeWays, targetsOf, wayTraits } from '../../app/contract/ways.ts';
import { type CommonOptions, inStation, note, print, withStation } from './command.ts';
import { findingsOf } from './findinglines.ts';
import { textFrom } from './givenfile.ts';

export function addRecipeChecks(recipes: Command): void {
  recipes
    .command('ways')
    .description('list the ways by which AWS comes to know the units of a recipe, and when to choose each')
    .option('--json', 'print one JSON value on stdout and nothing else there')
    .action((options: { json?: boolean }) => {
      const ways = recipeWays.map((way) => ({ way, ...wayTraits[way] }));
      print(options, ways, () =>
        ways.map((one) => `${one.way}\n  ${one.what}\n  Choose it ${one.choose}.\n  Needs ${one.needs}.`).join('\n'),
      );
    });

  withStation(recipes.command('check').argument('<file>', 'the recipe, JSON'))
    .description('list each mistake with its place; everything that a recipe names must be at this station')
    .option('--aws', 'then ask each account for all that the way of the recipe needs there; changes nothing')
    .action((file: string, options: CommonOptions & { aws?: boolean }) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const text = await textFrom(file);
        const here = await client.call('recipes.check', { text });
        const isRead = here.problems.length === 0;
        const aws = options.aws && isRead ? await inAccounts(client, text) : undefined;
        const ok = isRead && (aws ?? []).every(({ problems }) => problems.length === 0);
        print(options, { ok, ...here, ...(aws && { aws }) }, () =>
          [...findingsOf({ ok, ...here }, file), ...(aws ?? []).flatMap((one) => linesOf(one, file))].join('\n'),
        );
        return ok ? 0 : 1;
      }),
    );
}

/** One account after the other, with a note about each. */
async function inAccounts(client: Station, text: string): Promise<RecipeInAws[]> {
  const names = [...new Set(targetsOf(recipeFile.parse(JSON.parse(text))).map(({ name }) => name))];
  const reports: RecipeInAws[] = [];
  for (const [at, target] of names.entries()) {
    note(`Asking ${target} (${at + 1} of ${names.length}) …`);
    reports.push(await client.call('recipes.checkInAws', { text, target }));
  }
  return reports;
}

const linesOf = ({ target, problems, warnings, found }: RecipeInAws, file: string): string[] => [
  `In ${target}:`,
  ...found.map(({ message }) => `  ok: ${message}`),
  ...findingsOf({ ok: problems.length === 0, problems, warnings }, file).map((line, at) => {
    const remedy = [...problems, ...warnings][at]?.remedy.message;
    return remedy ? `  ${line}\n    next: ${remedy}` : `  ${line}`;
  }),
];
