/** `recipes`: writes, checks, approves and retires recipes, which say what is done to a unit of a model. */
import type { Command } from 'commander';
import { StationError } from '../../app/contract/errors.ts';
import type { RecipeView, Station } from '../../app/contract/index.ts';
import { wholeNumber } from '../numbers.ts';
import { type CommonOptions, inStation, print, withRights, withStation } from './command.ts';
import { textFrom } from './givenfile.ts';
import { addRecipeChecks } from './recipechecks.ts';

type VersionOptions = CommonOptions & { version?: string };

export function addRecipes(program: Command): void {
  const recipes = program.command('recipes').description('recipes: what is done to a unit of a model');

  withStation(recipes.command('list'))
    .description('list every version of every recipe')
    .action((options: CommonOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const list = await client.call('recipes.list', {});
        print(
          options,
          list,
          () => list.map(lineOf).join('\n') || 'No recipes yet; units are made by the standard one.',
        );
        return 0;
      }),
    );

  withStation(recipes.command('show').argument('<name>'))
    .description('show one version as it was written, and its approvals with time and person')
    .option('--version <n>', 'which version (default: the one in use, else the latest)')
    .action((name: string, options: VersionOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const shown = await versionOf(client, name, options.version, 'inUse');
        print(options, shown, () => `${lineOf(shown)}\n${shown.text.trimEnd()}`);
        return 0;
      }),
    );

  addRecipeChecks(recipes);

  withRights(withStation(recipes.command('save').argument('<file>', 'the recipe, JSON')))
    .description('store it as the next version, a draft; no unit is made by it before it is approved')
    .action((file: string, options: CommonOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const saved = await client.call('recipes.save', { text: await textFrom(file) });
        print(options, saved, () => lineOf(saved));
        return 0;
      }),
    );

  withRights(withStation(recipes.command('approve').argument('<name>')))
    .description('make units by this version from now on')
    .option('--version <n>', 'which version (default: the latest)')
    .action((name: string, options: VersionOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const { version } = await versionOf(client, name, options.version, 'latest');
        const approved = await client.call('recipes.approve', { name, version });
        print(options, approved, () => lineOf(approved));
        return 0;
      }),
    );

  withRights(withStation(recipes.command('retire').argument('<name>')))
    .description('end the use of a recipe; no unit is made by it any more')
    .action((name: string, options: CommonOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        await client.call('recipes.retire', { name });
        print(options, { name, state: 'retired' }, () => `${name} is retired`);
        return 0;
      }),
    );
}

async function versionOf(
  client: Station,
  name: string,
  version: string | undefined,
  otherwise: 'inUse' | 'latest',
): Promise<RecipeView> {
  const all = (await client.call('recipes.list', {})).filter((one) => one.name === name);
  const inUse = otherwise === 'inUse' ? all.find(({ state }) => state === 'approved') : undefined;
  const wanted = wholeNumber(version, '--version');
  const found = wanted === undefined ? (inUse ?? all.at(-1)) : all.find((one) => one.version === wanted);
  if (found) return found;
  const what = version === undefined ? name : `${name}, version ${version}`;
  throw new StationError('recipe.notFound', `there is no recipe ${what}`, { data: { recipe: name } });
}

const lineOf = (recipe: RecipeView): string => {
  const { name, version, hash, state, model, driver, profile, approvedBy, approvedAt, problems } = recipe;
  const approval = approvedAt === null ? '' : `, approved by ${approvedBy} at ${approvedAt}`;
  const line = `${name}  version ${version}  ${hash}  ${state}  ${model} with ${driver}, ${profile}${approval}`;
  return [line, ...problemLines(problems)].join('\n  ');
};

const problemLines = (problems: RecipeView['problems']): string[] =>
  problems.map(({ path, message }) => `${path || '(recipe)'}: ${message}`);
