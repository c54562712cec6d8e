import type { RecipeView, StationStatus } from '../../app/contract/index.ts';

/** A first recipe for a station that has none. */
const ofStation = ({ slots, device }: Pick<StationStatus, 'slots' | 'device'>, profile: string) => ({
  name: 'first-recipe',
  model: '*',
  driver: slots[0]?.driver ?? 'agent',
  ...(slots[0]?.settings ? { settings: slots[0].settings } : {}),
  profile,
  config: { endpoint: device.endpoint, thingName: '{unitSerial}' },
  rootCa: 'amazon',
  seal: false,
  retries: 1,
  timeLimitSeconds: 300,
});

/** A first recipe: what the station does without one, written down. */
export const firstText = (status: StationStatus, profile: string): string =>
  `${JSON.stringify(ofStation(status, profile), null, 2)}\n`;

/** Versions under their names; names in alphabetical order, the newest version first. */
export function byName(recipes: readonly RecipeView[]): { name: string; versions: RecipeView[] }[] {
  const names = [...new Set(recipes.map(({ name }) => name))].sort();
  return names.map((name) => ({
    name,
    versions: recipes.filter((one) => one.name === name).sort((one, other) => other.version - one.version),
  }));
}

/** The version that units are made by now. */
export const inUse = (versions: readonly RecipeView[]): RecipeView | undefined =>
  versions.find(({ state }) => state === 'approved');
