import type { RecipeView, StationStatus } from '../../app/contract/index.ts';

/** A first recipe for a station that has none. */
const ofStation = ({ slots, device }: Pick<StationStatus, 'slots' | 'device'>, profile: string) => ({
  name: 'first-recipe',
  model: '*',
  driver: slots[0]?.driver ?? 'agent',
  ...(slots[0]?.settings ? { settings: slots[0].settings } : {}),
  line: {},
  profile,
  config: { endpoint: device.endpoint, thingName: '{unitSerial}' },
  rootCa: 'amazon',
  seal: false,
  retries: 1,
  timeLimitSeconds: 300,
});

/** A first recipe: the standard recipe of the station, written down. */
export const firstText = (status: StationStatus, profile: string): string =>
  `${JSON.stringify(ofStation(status, profile), null, 2)}\n`;

/** Versions under their names. Names are in alphabetical order, versions begin with the newest. */
export function byName(recipes: readonly RecipeView[]): { name: string; versions: RecipeView[] }[] {
  const names = [...new Set(recipes.map(({ name }) => name))].sort();
  return names.map((name) => ({
    name,
    versions: recipes.filter((one) => one.name === name).sort((one, other) => other.version - one.version),
  }));
}

/** The version that is in use. */
export const inUse = (versions: readonly RecipeView[]): RecipeView | undefined =>
  versions.find(({ state }) => state === 'approved');
