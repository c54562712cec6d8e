import type { StationParts } from '../composition.ts';
import type { Handlers } from '../dispatch.ts';
import { checkInAws } from '../recipes/awscheck.ts';

type Names = Extract<keyof Handlers, `recipes.${string}`>;

/** Methods about recipes. */
export const recipeHandlers = (parts: StationParts): Pick<Handlers, Names> => {
  const { recipes, bench } = parts;
  return {
    'recipes.list': () => recipes.list(),
    'recipes.check': ({ text }) => recipes.check(text),
    'recipes.checkInAws': ({ text, target }) => checkInAws(text, target, parts),
    'recipes.save': ({ text }, { actor }) => recipes.save(text, actor),
    'recipes.approve': async ({ name, version }, { actor }) => {
      const approved = await recipes.approve(name, version, actor);
      await bench.refresh();
      return approved;
    },
    'recipes.retire': async ({ name }, { actor }) => {
      await recipes.retire(name, actor);
      await bench.refresh();
      return {};
    },
  };
};
