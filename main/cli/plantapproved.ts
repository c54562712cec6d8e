/** What a station has approved, for `plant publish --recipe --profile`: texts from its own records. */

import { type Station, StationError } from '../../app/contract/index.ts';
import type { ListedProfileView, RecipeView } from '../../app/contract/model.ts';

type Named = { name: string; text: string };
/** What to publish, and where each recipe and profile stands at the station. */
export type Approved = {
  profiles: Named[];
  recipes: Named[];
  from: { recipes: { name: string; version: number; hash: string }[]; profiles: string[] };
};

/**
 * Recipes in use, each with the profile that it was approved with, and profiles. The product's own profile is at every
 * station, and goes only when it is named.
 *
 * @param wanted.recipes NAME or NAME@VERSION; a version that is not in use is refused
 * @throws recipe.notFound, recipe.notApproved, recipe.outdated, policy.profileUnknown, policy.profileInvalid
 */
export async function approvedAt(
  client: Station,
  wanted: { recipes: readonly string[]; profiles: readonly string[] },
): Promise<Approved> {
  const [all, profiles] = [await client.call('recipes.list', {}), await client.call('profiles.list', {})];
  const recipes = wanted.recipes.map((given) => recipeInUse(all, given));
  const ofRecipes = recipes
    .map(({ profile }) => profile)
    .filter((name) => profiles.some((one) => one.name === name && one.from !== 'product'));
  const names = [...new Set([...wanted.profiles, ...ofRecipes])];
  for (const { name, profile, problems } of all) {
    const isOther = problems.some(({ path }) => path === 'profile');
    if (names.includes(profile) && isOther && all.some((one) => one.name === name && one.state === 'approved'))
      throw new StationError('recipe.outdated', `recipe ${name} was approved with another text of profile ${profile}`, {
        data: { name, profile },
      });
  }
  return {
    profiles: names.map((name) => goodProfile(profiles, name)),
    recipes: recipes.map(({ name, text }) => ({ name, text })),
    from: { recipes: recipes.map(({ name, version, hash }) => ({ name, version, hash })), profiles: names },
  };
}

function recipeInUse(all: readonly RecipeView[], given: string): RecipeView {
  const [, name = given, wanted] = /^(.+?)@(\d+)$/.exec(given) ?? [];
  const versions = all.filter((recipe) => recipe.name === name);
  const inUse = versions.find(({ state }) => state === 'approved');
  const found = wanted === undefined ? inUse : versions.find(({ version }) => version === Number(wanted));
  if (versions.length === 0 || (wanted !== undefined && found === undefined))
    throw new StationError('recipe.notFound', `this station has no recipe ${given}`, { data: { name } });
  if (found?.state !== 'approved') {
    const stands = found
      ? `version ${found.version} of ${name} is ${found.state}`
      : `no version of ${name} is approved`;
    const other = inUse ? `; version ${inUse.version} is in use` : '';
    throw new StationError('recipe.notApproved', `${stands}${other}`, { data: { name } });
  }
  const [problem] = found.problems;
  if (problem)
    throw new StationError('recipe.outdated', `${name}, version ${found.version}: ${problem.message}`, {
      data: { name },
    });
  return found;
}

function goodProfile(profiles: readonly ListedProfileView[], name: string): Named {
  const found = profiles.find((profile) => profile.name === name);
  if (found === undefined)
    throw new StationError('policy.profileUnknown', `this station has no profile ${name}`, { data: { name } });
  const [problem] = found.problems;
  if (problem) throw new StationError('policy.profileInvalid', `${name}: ${problem.path}: ${problem.message}`);
  return { name, text: found.text };
}
