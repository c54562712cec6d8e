/** Finds mistakes in a recipe: in its text, and in the names that it uses at this station. */
import { X509Certificate } from 'node:crypto';
import { StationError } from '../../contract/errors.ts';
import { issueSaid } from '../../contract/issues.ts';
import {
  type CloudTarget,
  givenRecipe,
  type RecipeFile,
  type RecipeFinding,
  recipeFile,
  settingProblems,
} from '../../contract/model.ts';
import type { ProfileProblem } from '../../contract/profileview.ts';
import { saidBy, sentence } from '../../contract/sentences.ts';
import { templateKinds } from '../../contract/templates.ts';
import type { Driver } from '../../device/driver.ts';
import { notSupplied, readJson } from '../../iot/index.ts';
import { labelProblem } from '../../line/index.ts';
import type { Ledger } from '../../records/index.ts';
import { claimProblems } from './claimways.ts';
import { connectProblems } from './connectcheck.ts';
import { lineProblems } from './driversettings.ts';
import type { ProfileSet } from './profiles.ts';
import { subjectOf } from './sampleunit.ts';
import { noTargetSaid, wayFindings, wayProblems } from './waycheck.ts';

export type CheckTools = {
  ledger: Pick<Ledger, 'standing' | 'documents'>;
  profiles: ProfileSet;
  driverNames: readonly string[];
  targets: () => readonly CloudTarget[];
  driverNamed: (name: string) => Driver;
};

export type Checked =
  | { recipe: RecipeFile; problems: ProfileProblem[] }
  | { recipe?: never; problems: ProfileProblem[] };

/** All that is wrong or unusual in the text, each with its line and column. */
export async function reportOn(
  text: string,
  tools: CheckTools,
): Promise<{ problems: RecipeFinding[]; warnings: RecipeFinding[] }> {
  const { recipe, problems } = readRecipe(text, givenRecipe);
  const placed = (list: readonly RecipeFinding[]) => withPlaces(text, list);
  if (!recipe) return { problems: placed([...namesTwice(text), ...problems]), warnings: [] };
  return {
    problems: placed([...namesTwice(text), ...(await problemsHere(recipe, tools))]),
    warnings: placed((await wayFindings(recipe, tools)).warnings),
  };
}

/** The findings with their places in the text. Something that is missing has the place of what it is missing in. */
export function withPlaces(text: string, findings: readonly RecipeFinding[]): RecipeFinding[] {
  const { broken, placeOf } = readJson(text);
  return findings.map((finding) => {
    const pointer = finding.path.replaceAll(/\[(\d+)\]/g, '.$1').replaceAll('.', '/');
    const { line, column } = broken ?? placeOf(pointer === '' ? '' : `/${pointer}`);
    return { ...finding, line, column };
  });
}

/** Names that stand twice in one object. What is on record already goes on by the last of them, as it was approved. */
export const namesTwice = (text: string): ProfileProblem[] =>
  readJson(text).duplicates.map(({ path, code, data, message }) => {
    const parts = path.split('/').slice(1);
    return { path: pathText(parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part))), code, data, message };
  });

/** The text as data, or each mistake with its path. What a person gives is held to `givenRecipe`. */
export function readRecipe(text: string, schema: typeof recipeFile = recipeFile): Checked {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problems: [{ path: '', ...sentence('notReadable') }] };
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return { recipe: parsed.data, problems: [] };
  return {
    problems: parsed.error.issues.flatMap((issue) => {
      if (issue.code !== 'unrecognized_keys') return [{ path: pathText(issue.path), ...issueSaid(issue) }];
      return issue.keys.map((key) => ({ path: pathText([...issue.path, key]), ...issueSaid(issue) }));
    }),
  };
}

/** A path as JavaScript writes it, e.g. `usb[0].vendorId`. */
const pathText = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? String(part) : `${text}.${String(part)}`;
  }, '');

/**
 * The reasons why this station cannot use a recipe now. `onRecord` means that the recipe was saved before. An earlier
 * version may have accepted settings that the driver does not read; such a recipe stays usable.
 */
export async function problemsHere(
  recipe: RecipeFile,
  tools: CheckTools,
  { onRecord = false } = {},
): Promise<ProfileProblem[]> {
  const problems: ProfileProblem[] = [...driverProblems(recipe, tools, onRecord), ...profileProblems(recipe, tools)];
  problems.push(...issuerProblems(recipe, tools), ...wayProblems(recipe, tools.targets()));
  if (tools.driverNames.includes(recipe.driver))
    problems.push(...connectProblems(recipe, tools.driverNamed(recipe.driver)));
  problems.push(...(await claimProblems(recipe, tools)));
  const wrongLabel = recipe.label && labelProblem(recipe.label);
  if (wrongLabel) problems.push(wrongLabel);
  if (!onRecord) problems.push(...serialProblems(recipe, tools));
  if (recipe.rootCa.startsWith('-----') && !isCertificate(recipe.rootCa))
    problems.push({ path: 'rootCa', ...sentence('notCertificate') });
  problems.push(...(await templateProblems(recipe, tools)));
  // Kept documents may change after an approval. What is on record then goes on as AWS has it.
  if (!onRecord) problems.push(...(await wayFindings(recipe, tools)).problems);
  const golden = recipe.goldenUnit?.unitSerial;
  if (golden !== undefined && !(await holdsCertificate(golden, tools.ledger)))
    problems.push({ path: 'goldenUnit.unitSerial', ...sentence('goldenWithout', { unit: golden }) });
  return problems;
}

function driverProblems(
  { driver, seal, settings, line }: RecipeFile,
  tools: CheckTools,
  onRecord: boolean,
): ProfileProblem[] {
  if (!tools.driverNames.includes(driver)) {
    return [{ path: 'driver', ...sentence('noDriver', { driver, drivers: tools.driverNames.join(', ') }) }];
  }
  const named = tools.driverNamed(driver);
  const problems: ProfileProblem[] = [];
  if (seal && !named.traits.seals) problems.push({ path: 'seal', ...sentence('cannotSeal', { driver }) });
  for (const { key, unread, ...what } of settingProblems(named, settings))
    if (!unread || !onRecord) problems.push({ path: `settings.${key}`, ...what });
  for (const { key, ...what } of lineProblems(named, line)) problems.push({ path: `line.${key}`, ...what });
  return problems;
}

function issuerProblems({ issuer }: RecipeFile, tools: CheckTools): ProfileProblem[] {
  const names = tools.targets().map(({ name }) => name);
  if (!issuer || names.includes(issuer.aws)) return [];
  return [{ path: 'issuer.aws', ...noTargetSaid(issuer.aws, names) }];
}

/** A label rule that lets serials through which no unit of this driver can hold. */
function serialProblems({ driver, label }: RecipeFile, tools: CheckTools): ProfileProblem[] {
  const most = label && 'length' in label ? label.length?.max : undefined;
  if (most === undefined || !tools.driverNames.includes(driver)) return [];
  const { longestSerial } = tools.driverNamed(driver).traits;
  if (most <= longestSerial) return [];
  return [{ path: 'label.length.max', ...sentence('serialsTooLong', { driver, most: longestSerial }) }];
}

/** A template that is not kept, or that needs what no certificate of the profile has. */
async function templateProblems(
  { template, profile }: RecipeFile,
  { ledger, profiles }: CheckTools,
): Promise<ProfileProblem[]> {
  if (template === undefined) return [];
  const kept = (await ledger.documents('template')).findLast(({ name }) => name === template);
  if (!kept?.text) return [{ path: 'template', ...sentence('templateNotKept', { template }) }];
  const kind = templateKinds.find((one) => one === kept.form) ?? 'bulk';
  const subject = subjectOf(profile, profiles);
  return (subject ? notSupplied(kept.text, { kind, subject }) : []).map((what) => ({
    path: 'template',
    ...sentence('ofTemplate', { template, what }),
  }));
}

function profileProblems({ profile }: RecipeFile, { profiles }: CheckTools): ProfileProblem[] {
  try {
    profiles.named(profile);
    return [];
  } catch (thrown) {
    if (!(thrown instanceof StationError)) throw thrown;
    return [{ path: 'profile', ...saidBy(thrown) }];
  }
}

async function holdsCertificate(unitSerial: string, ledger: CheckTools['ledger']): Promise<boolean> {
  try {
    return (await ledger.standing(unitSerial)).certificate !== undefined;
  } catch (thrown) {
    if (thrown instanceof StationError && thrown.code === 'unit.notFound') return false;
    throw thrown;
  }
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
