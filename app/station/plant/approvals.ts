/** An approval of a recipe holds together with the profile that the recipe names. The plant approves both. */
import { hash } from 'node:crypto';
import type { Ledger, PlantApproval } from '../../records/index.ts';
import { readRecipe } from '../recipes/check.ts';

type Named = { name: string; text: string };

const profileOf = (recipe: string): string | undefined => readRecipe(recipe).recipe?.profile;
const sha256 = (text: string): string => hash('sha256', text, 'hex');

/** By the names of the recipes, SHA-256 of the text of the profile that each names, as an approval keeps it. */
export function profileHashesOf(recipes: readonly Named[], profiles: readonly Named[]): Record<string, string> {
  const textOf = (profile: string | undefined) => profiles.find(({ name }) => name === profile)?.text ?? '';
  return Object.fromEntries(recipes.map(({ name, text }) => [name, sha256(textOf(profileOf(text)))]));
}

/** The plant's recipes in use whose profile is another one among these, as they are to be approved with them. */
export async function approvalsWith(
  profiles: readonly Named[],
  { recipes }: Pick<Ledger, 'recipes'>,
): Promise<PlantApproval[]> {
  const texts = new Map(profiles.map(({ name, text }) => [name, text]));
  return (await recipes()).flatMap(({ name, version, text, inUse, fromPlant, profileHash: before }) => {
    const now = texts.get(profileOf(text) ?? '');
    if (!inUse || !fromPlant || now === undefined || sha256(now) === before) return [];
    return [{ name, version, profileHash: sha256(now) }];
  });
}
