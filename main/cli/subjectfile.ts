import { checkProfile, profiles } from '../../app/ca/index.ts';
import { StationError } from '../../app/contract/errors.ts';
import { recipeFile } from '../../app/contract/recipe.ts';
import { jsonFrom } from './givenfile.ts';

type Subject = { attribute: string; value: string }[];

/**
 * The subject of the certificates of a profile: of the product's by its name, of another one by its file. Undefined when
 * neither a profile nor a recipe is given.
 * @throws `call.badParams` – when the file is no profile or no recipe
 */
export async function subjectFrom(options: { profile?: string; recipe?: string }): Promise<Subject | undefined> {
  const named = options.profile ?? (options.recipe === undefined ? undefined : await profileOf(options.recipe));
  if (named === undefined) return undefined;
  const product = Object.values(profiles).find(({ name }) => name === named);
  if (product) return product.subject;
  const checked = checkProfile(await jsonFrom(named));
  if (checked.ok) return checked.profile.subject;
  throw new StationError('call.badParams', `${named} is no profile: ${checked.problems[0]?.message}`);
}

async function profileOf(file: string): Promise<string> {
  const parsed = recipeFile.safeParse(await jsonFrom(file));
  if (parsed.success) return parsed.data.profile;
  throw new StationError('call.badParams', `${file} is no recipe; "recipes check" says where`);
}
