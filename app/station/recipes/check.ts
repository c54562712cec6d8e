/** Finds mistakes in a recipe: in its text, and in the names that it uses at this station. */
import { X509Certificate } from 'node:crypto';
import type { ProfileProblem } from '../../ca/index.ts';
import { StationError } from '../../contract/errors.ts';
import {
  type CloudTarget,
  type RecipeFile,
  type RecipeFinding,
  recipeFile,
  settingProblems,
} from '../../contract/model.ts';
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
import { wayFindings, wayProblems } from './waycheck.ts';

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
  const { recipe, problems } = readRecipe(text);
  const placed = (list: readonly RecipeFinding[]) => withPlaces(text, list);
  if (!recipe) return { problems: placed(problems), warnings: [] };
  return {
    problems: placed(await problemsHere(recipe, tools)),
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

/** The text as data, or each mistake with its path. */
export function readRecipe(text: string): Checked {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problems: [{ path: '', message: 'cannot be read as JSON' }] };
  }
  const parsed = recipeFile.safeParse(value);
  if (parsed.success) return { recipe: parsed.data, problems: [] };
  return {
    problems: parsed.error.issues.flatMap((issue) => {
      if (issue.code !== 'unrecognized_keys') return [{ path: pathText(issue.path), message: issue.message }];
      return issue.keys.map((key) => ({ path: pathText([...issue.path, key]), message: 'not known here' }));
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
    problems.push({ path: 'rootCa', message: 'not a certificate as PEM' });
  problems.push(...(await templateProblems(recipe, tools)));
  // Kept documents may change after an approval. What is on record then goes on as AWS has it.
  if (!onRecord) problems.push(...(await wayFindings(recipe, tools)).problems);
  const golden = recipe.goldenUnit?.unitSerial;
  if (golden !== undefined && !(await holdsCertificate(golden, tools.ledger)))
    problems.push({ path: 'goldenUnit.unitSerial', message: `${golden} holds no valid certificate of this station` });
  return problems;
}

function driverProblems(
  { driver, seal, settings, line }: RecipeFile,
  tools: CheckTools,
  onRecord: boolean,
): ProfileProblem[] {
  if (!tools.driverNames.includes(driver)) {
    const message = `there is no driver ${driver}; there are ${tools.driverNames.join(', ')}`;
    return [{ path: 'driver', message }];
  }
  const named = tools.driverNamed(driver);
  const problems: ProfileProblem[] = [];
  if (seal && !named.traits.seals)
    problems.push({ path: 'seal', message: `${driver} has no way to seal a device: set it to false` });
  for (const { key, message, unread } of settingProblems(named, settings))
    if (!unread || !onRecord) problems.push({ path: `settings.${key}`, message });
  for (const { key, message } of lineProblems(named, line)) problems.push({ path: `line.${key}`, message });
  return problems;
}

function issuerProblems({ issuer }: RecipeFile, tools: CheckTools): ProfileProblem[] {
  const names = tools.targets().map(({ name }) => name);
  if (!issuer || names.includes(issuer.aws)) return [];
  return [
    { path: 'issuer.aws', message: `there is no AWS target ${issuer.aws}; there is: ${names.join(', ') || 'none'}` },
  ];
}

/** A label rule that lets serials through which no unit of this driver can hold. */
function serialProblems({ driver, label }: RecipeFile, tools: CheckTools): ProfileProblem[] {
  const most = label && 'length' in label ? label.length?.max : undefined;
  if (most === undefined || !tools.driverNames.includes(driver)) return [];
  const { longestSerial } = tools.driverNamed(driver).traits;
  if (most <= longestSerial) return [];
  return [{ path: 'label.length.max', message: `${driver} takes unit serials of at most ${longestSerial} characters` }];
}

/** A template that is not kept, or that needs what no certificate of the profile has. */
async function templateProblems(
  { template, profile }: RecipeFile,
  { ledger, profiles }: CheckTools,
): Promise<ProfileProblem[]> {
  if (template === undefined) return [];
  const kept = (await ledger.documents('template')).findLast(({ name }) => name === template);
  if (!kept?.text) return [{ path: 'template', message: `the station keeps no template ${template}` }];
  const kind = templateKinds.find((one) => one === kept.form) ?? 'bulk';
  const subject = subjectOf(profile, profiles);
  return (subject ? notSupplied(kept.text, { kind, subject }) : []).map(({ message }) => ({
    path: 'template',
    message: `${template} ${message}`,
  }));
}

function profileProblems({ profile }: RecipeFile, { profiles }: CheckTools): ProfileProblem[] {
  try {
    profiles.named(profile);
    return [];
  } catch (thrown) {
    if (!(thrown instanceof StationError)) throw thrown;
    return [{ path: 'profile', message: thrown.detail }];
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
