/** Recipes as the station uses them: checked against what it has, resolved for an order. */
import { createHash, X509Certificate } from 'node:crypto';
import type { ProfileProblem } from '../ca/index.ts';
import { StationError } from '../contract/errors.ts';
import { type RecipeFile, type RecipeView, recipeFile } from '../contract/model.ts';
import type { Driver, DriverSettings } from '../device/driver.ts';
import { type Recipe, wholeLife, withoutSeal } from '../line/index.ts';
import type { Ledger, RecipeRecord } from '../records/index.ts';
import type { StationAuthority } from './authority.ts';
import type { ConfigStore } from './config.ts';
import type { ProfileSet } from './profiles.ts';

export type RecipeTools = {
  ledger: Pick<Ledger, 'recipes' | 'saveRecipe' | 'approveRecipe' | 'retireRecipe' | 'listOrders'>;
  profiles: ProfileSet;
  driverNames: readonly string[];
  driverNamed: (name: string) => Driver;
  authority: () => StationAuthority;
  config: ConfigStore;
  /** DER of the cloud's root; without it the root of the station's own CA. */
  cloudRootDer: Uint8Array | undefined;
};

export type Recipes = ReturnType<typeof createRecipes>;

const markLength = 8;
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export function createRecipes(tools: RecipeTools) {
  const { ledger, profiles, config } = tools;

  /** Its text as data, and what keeps it from being used at this station. */
  const checked = (text: string): { recipe?: RecipeFile; problems: ProfileProblem[] } => {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return { problems: [{ path: '', message: 'cannot be read as JSON' }] };
    }
    const parsed = recipeFile.safeParse(value);
    if (!parsed.success)
      return { problems: parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })) };
    return { recipe: parsed.data, problems: problemsHere(parsed.data) };
  };

  const problemsHere = ({ driver, profile, rootCa, seal }: RecipeFile): ProfileProblem[] => {
    const problems: ProfileProblem[] = [];
    if (!tools.driverNames.includes(driver))
      problems.push({
        path: 'driver',
        message: `there is no driver ${driver}; there are ${tools.driverNames.join(', ')}`,
      });
    else if (seal && !tools.driverNamed(driver).traits.seals)
      problems.push({ path: 'seal', message: `${driver} has no way to seal a device: set it to false` });
    try {
      profiles.named(profile);
    } catch (thrown) {
      problems.push({ path: 'profile', message: thrown instanceof StationError ? thrown.detail : 'cannot be used' });
    }
    if (rootCa.startsWith('-----') && !isCertificate(rootCa))
      problems.push({ path: 'rootCa', message: 'not a certificate as PEM' });
    return problems;
  };

  const profileHash = (name: string): string =>
    sha256(profiles.list().find((profile) => profile.name === name)?.text ?? '');

  /** What keeps an approved version from being used now. */
  const problemsOf = (record: RecipeRecord): ProfileProblem[] => {
    const { recipe, problems } = checked(record.text);
    if (!recipe || problems.length > 0 || record.profileHash === null) return problems;
    if (profileHash(recipe.profile) === record.profileHash) return [];
    return [{ path: 'profile', message: `${recipe.profile} was changed since this version was approved` }];
  };

  const viewOf = (record: RecipeRecord): RecipeView => {
    const { name, version, hash, text, madeBy, madeAt, approvedBy, approvedAt, inUse, retired } = record;
    const file = checked(text).recipe;
    const past = retired ? 'retired' : 'replaced';
    return {
      name,
      version,
      hash: hash.slice(0, markLength),
      state: inUse ? 'approved' : approvedAt === null ? 'draft' : past,
      model: file?.model ?? '',
      driver: file?.driver ?? '',
      profile: file?.profile ?? '',
      text,
      problems: problemsOf(record),
      madeBy,
      madeAt,
      approvedBy,
      approvedAt,
    };
  };

  const rootOf = ({ rootCa }: Pick<RecipeFile, 'rootCa'>): Uint8Array => {
    const own = () => tools.authority().current().rootDer;
    if (rootCa === 'station') return own();
    if (rootCa === 'amazon') return tools.cloudRootDer ?? own();
    return new Uint8Array(new X509Certificate(rootCa).raw);
  };

  const fromRecord = (record: RecipeRecord): Recipe => {
    const { name, version, hash } = record;
    const [first] = problemsOf(record);
    if (first) {
      const detail = `recipe ${name}, version ${version}: ${first.path}: ${first.message}`;
      throw new StationError('recipe.outdated', detail, { data: { recipe: name, version } });
    }
    const file = recipeFile.parse(JSON.parse(record.text));
    const { seal, timeLimitSeconds, rootCa: _, name: __, model: ___, ...rest } = file;
    return {
      ...rest,
      mark: { name, version, hash: hash.slice(0, markLength) },
      steps: seal ? wholeLife : withoutSeal,
      rootCaDer: rootOf(file),
      timeLimitMs: timeLimitSeconds * 1000,
    };
  };

  /** Where no recipe is written: the slot's driver, the order's profile, the station's endpoint. */
  const standard = (profile: string, slot: { driver: string; settings?: DriverSettings | undefined }): Recipe => {
    const { endpoint } = config.current().device;
    const settings = slot.settings ?? {};
    const { traits } = tools.driverNamed(slot.driver);
    const facts = { driver: slot.driver, settings, profile, endpoint };
    return {
      mark: { name: 'standard', version: 0, hash: sha256(JSON.stringify(facts)).slice(0, markLength) },
      driver: slot.driver,
      settings,
      profile,
      keyType: 'P-256',
      steps: traits.seals ? wholeLife : withoutSeal,
      config: { endpoint, thingName: '{unitSerial}' },
      rootCaDer: rootOf({ rootCa: 'amazon' }),
      retries: 0,
      timeLimitMs: 300_000,
      usb: [],
      continuous: false,
      goldenUnit: null,
    };
  };

  const named = async (name: string, version: number): Promise<RecipeRecord> => {
    const found = (await ledger.recipes()).find((one) => one.name === name && one.version === version);
    if (!found) throw new StationError('recipe.notFound', `there is no recipe ${name}, version ${version}`);
    return found;
  };

  const invalid = ([first]: ProfileProblem[]) =>
    new StationError('recipe.invalid', [first?.path, first?.message].filter(Boolean).join(': '), {
      data: { path: first?.path ?? '' },
    });

  return {
    list: async (): Promise<RecipeView[]> => (await ledger.recipes()).map(viewOf),
    check: (text: string): ProfileProblem[] => checked(text).problems,
    async save(text: string, actor: string): Promise<RecipeView> {
      const { recipe, problems } = checked(text);
      if (!recipe || problems.length > 0) throw invalid(problems);
      const { version } = await ledger.saveRecipe({ name: recipe.name, text, actor });
      return viewOf(await named(recipe.name, version));
    },
    /** As it is now: what it names is approved with it. */
    async approve(name: string, version: number, actor: string): Promise<RecipeView> {
      const { text } = await named(name, version);
      const { recipe, problems } = checked(text);
      if (!recipe || problems.length > 0) throw invalid(problems);
      await ledger.approveRecipe({ name, version, profileHash: profileHash(recipe.profile), actor });
      return viewOf(await named(name, version));
    },
    retire: (name: string, actor: string): Promise<void> => ledger.retireRecipe({ name, actor }),
    /** See `LineTools.recipeFor`. */
    async forOrder(orderId: string, slot: { driver: string; settings?: DriverSettings | undefined }): Promise<Recipe> {
      const order = (await ledger.listOrders()).find((one) => one.orderId === orderId);
      if (!order) throw new StationError('order.notFound', `there is no order ${orderId}`, { data: { orderId } });
      const inUse = (await ledger.recipes()).filter((one) => one.inUse);
      const byName = inUse.find(({ name }) => name === order.recipe);
      if (order.recipe !== null && !byName) {
        const detail = `order ${orderId} is made by ${order.recipe}, of which no version is approved`;
        throw new StationError('recipe.none', detail, { data: { orderId, recipe: order.recipe } });
      }
      const record = byName ?? inUse.find(({ text }) => modelOf(text) === order.model);
      return record ? fromRecord(record) : standard(order.profile, slot);
    },
  };
}

const modelOf = (text: string): string => (JSON.parse(text) as { model: string }).model;

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
