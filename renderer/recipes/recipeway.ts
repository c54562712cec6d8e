/** The way of a recipe, read from its text and written into it. Pure. */
import { type RecipeFile, type RecipeWay, recipeFile, targetsOf, wayOf, wayTraits } from '../../app/contract/model.ts';

export type WayChoice = {
  way: RecipeWay | null;
  targets: string[];
  /** The kept template, or the name of the one in AWS. */
  template: string;
  /** Who uses the claim of a trusted user. */
  by: 'station' | 'device';
  dueDays: number | null;
  beforePass: boolean;
};

/** The recipe in a text, with its defaults; undefined if the text is not a recipe. */
export function recipeIn(text: string): RecipeFile | undefined {
  try {
    return recipeFile.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

export function choiceOf(recipe: RecipeFile): WayChoice {
  const { provisioning, firstConnection, template } = recipe;
  return {
    way: wayOf(recipe),
    targets: [...new Set(targetsOf(recipe).map(({ name }) => name))],
    template: (provisioning && 'template' in provisioning ? provisioning.template : template) ?? '',
    by: provisioning?.way === 'trustedUser' ? provisioning.by : 'station',
    dueDays: firstConnection?.dueDays ?? null,
    beforePass: firstConnection?.beforePass ?? false,
  };
}

/**
 * A choice that fits the way: one target where there can be one only, no template where none is used, and a name where
 * there must be one. `known` and `kept` have the names of targets and of templates of the way's kind.
 */
export function fitted(choice: WayChoice, known: readonly string[], kept: readonly string[]): WayChoice {
  const { way } = choice;
  if (way === null) return { ...choice, targets: [], template: '', dueDays: null, beforePass: false };
  const traits = wayTraits[way];
  const targets = choice.targets.length > 0 ? choice.targets : known.slice(0, 1);
  const device = traits.by === 'device';
  return {
    ...choice,
    targets: traits.several ? targets : targets.slice(0, 1),
    template: mustName(way) ? choice.template || (kept[0] ?? 'fleet') : traits.template === null ? '' : choice.template,
    dueDays: device ? (choice.dueDays ?? 90) : null,
    beforePass: device && choice.beforePass,
  };
}

/** A fleet template is always named: the device or the station asks AWS for it. */
export const mustName = (way: RecipeWay): boolean => way === 'claim' || way === 'trustedUser';

/** The text with this way. The members that say it stand after the profile, all others stay as they are. */
export function withWay(text: string, choice: WayChoice): string {
  const before = JSON.parse(text) as Record<string, unknown>;
  const said = membersOf(choice, before.provisioning);
  const after: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(before)) {
    if (['issuer', 'provisioning', 'template', 'firstConnection'].includes(name)) continue;
    after[name] = value;
    if (name === 'profile') Object.assign(after, said);
  }
  return `${JSON.stringify({ ...after, ...said }, null, 2)}\n`;
}

function membersOf(choice: WayChoice, before: unknown): Record<string, unknown> {
  const { way, targets, template, by, dueDays, beforePass } = choice;
  if (way === null) return {};
  const kept = template === '' ? {} : { template };
  const firstConnection = dueDays === null ? {} : { firstConnection: { dueDays, ...(beforePass && { beforePass }) } };
  if (way === 'awsIssued') return { issuer: { aws: targets[0] ?? '' }, ...kept };
  if (!mustName(way)) return { provisioning: { way, targets }, ...kept, ...firstConnection };
  // What a person wrote besides, such as parameters, stays while the way stays.
  const rest = (before as { way?: unknown } | undefined)?.way === way ? (before as object) : {};
  const target = targets[0] ?? '';
  return { provisioning: { ...rest, way, target, template, ...(way === 'trustedUser' && { by }) }, ...firstConnection };
}
