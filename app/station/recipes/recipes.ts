/** The station's recipes: every version with the reasons against its use, and the version for an order. */
import { createHash, X509Certificate } from 'node:crypto';
import { StationError } from '../../contract/errors.ts';
import {
  givenRecipe,
  type LabelRule,
  type LineChoice,
  type OrderRegistration,
  type RecipeFile,
  type RecipeView,
} from '../../contract/model.ts';
import type { ProfileProblem } from '../../contract/profileview.ts';
import { saidData, sentence } from '../../contract/sentences.ts';
import { wayOf } from '../../contract/ways.ts';
import { type Recipe, type SlotDriver, stepsOf } from '../../line/index.ts';
import type { Ledger, OrderFacts, RecipeRecord } from '../../records/index.ts';
import type { StationAuthority } from '../authorities/signing.ts';
import type { ConfigStore } from '../folder/config.ts';
import { type CheckTools, namesTwice, problemsHere, readRecipe, reportOn } from './check.ts';

export type RecipeTools = CheckTools & {
  ledger: Pick<Ledger, 'recipes' | 'saveRecipe' | 'approveRecipe' | 'retireRecipe' | 'order' | 'standing'>;
  authority: () => StationAuthority;
  config: ConfigStore;
  /** The DER of the cloud's root. Without it devices trust the root of the station's own CA. */
  cloudRootDer: Uint8Array | undefined;
};

export type Recipes = ReturnType<typeof createRecipes>;

const anyModel = '*';
const markLength = 8;
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const markOf = ({ name, version, hash }: Pick<RecipeRecord, 'name' | 'version' | 'hash'>) => ({
  name,
  version,
  hash: hash.slice(0, markLength),
});

/** The recipes on record, checked against this station. */
export function createRecipes(tools: RecipeTools) {
  const { ledger, profiles, config } = tools;

  /** @throws `recipe.invalid` – with the first mistake */
  const usable = async (text: string): Promise<RecipeFile> => {
    const { recipe, problems } = readRecipe(text, givenRecipe);
    const [first] = [...namesTwice(text), ...(recipe ? await problemsHere(recipe, tools) : problems)];
    if (recipe && !first) return recipe;
    throw new StationError('recipe.invalid', [first?.path, first?.message].filter(Boolean).join(': '), {
      data: { path: first?.path ?? '', ...(first && saidData(sentence('ruleAt', { path: first.path, what: first }))) },
    });
  };

  const profileHash = (name: string): string =>
    sha256(profiles.list().find((profile) => profile.name === name)?.text ?? '');

  /** The reasons why this version cannot be used now. */
  const problemsOf = async ({ text, profileHash: approved }: RecipeRecord): Promise<ProfileProblem[]> => {
    const { recipe, problems } = readRecipe(text);
    if (!recipe) return problems;
    const here = await problemsHere(recipe, tools, { onRecord: true });
    if (here.length > 0 || approved === null || profileHash(recipe.profile) === approved) return here;
    return [{ path: 'profile', ...sentence('profileChanged', { profile: recipe.profile }) }];
  };

  const viewOf = async (record: RecipeRecord): Promise<RecipeView> => {
    const { text, madeBy, madeAt, approvedBy, approvedAt, fromPlant } = record;
    const { recipe } = readRecipe(text);
    return {
      ...markOf(record),
      state: stateOf(record),
      model: recipe?.model ?? '',
      driver: recipe?.driver ?? '',
      profile: recipe?.profile ?? '',
      text,
      problems: await problemsOf(record),
      madeBy,
      madeAt,
      approvedBy,
      approvedAt,
      fromPlant,
    };
  };

  const rootOf = (rootCa: RecipeFile['rootCa']): Uint8Array => {
    const own = () => tools.authority().current().rootDer;
    if (rootCa === 'station') return own();
    if (rootCa === 'amazon') return tools.cloudRootDer ?? own();
    return new Uint8Array(new X509Certificate(rootCa).raw);
  };

  const fromRecord = async (record: RecipeRecord, place: LineChoice): Promise<Recipe> => {
    const { name, version, text } = record;
    const { recipe } = readRecipe(text);
    const [first] = await problemsOf(record);
    if (!recipe || first) {
      const detail = `recipe ${name}, version ${version}: ${first?.path}: ${first?.message}`;
      throw new StationError('recipe.outdated', detail, {
        data: { recipe: name, version, ...(first && saidData(sentence('ruleAt', { path: first.path, what: first }))) },
      });
    }
    const { seal, timeLimitSeconds, rootCa, line, name: _, ...rest } = recipe;
    const claim = recipe.provisioning?.way === 'claim';
    return {
      ...rest,
      line: { recipe: line, place },
      mark: markOf(record),
      steps: stepsOf({ claim, seal, connect: recipe.firstConnection?.beforePass ?? false }),
      way: wayOf(recipe),
      home: homeOf(recipe),
      rootCaDer: rootOf(rootCa),
      timeLimitMs: timeLimitSeconds * 1000,
    };
  };

  /** The standard recipe, when no recipe is written: the slot's driver, the order's profile, the station's endpoint. */
  const standard = (profile: string, { driver, settings = {}, line = {} }: SlotDriver): Recipe => {
    const { endpoint } = config.current().device;
    const { traits } = tools.driverNamed(driver);
    const facts = { driver, settings, profile, endpoint };
    return {
      mark: markOf({ name: 'standard', version: 0, hash: sha256(JSON.stringify(facts)) }),
      model: anyModel,
      driver,
      settings,
      line: { recipe: {}, place: line },
      profile,
      keyType: 'P-256',
      steps: stepsOf({ seal: traits.seals, connect: false }),
      way: null,
      home: { topic: usualTopic, patient: false },
      config: { endpoint, thingName: '{unitSerial}' },
      rootCaDer: rootOf('amazon'),
      retries: 0,
      timeLimitMs: 300_000,
      usb: [],
      continuous: false,
      goldenUnit: null,
    };
  };

  const none = (detail: string, { orderId, recipe }: Pick<OrderFacts, 'orderId' | 'recipe'>) =>
    new StationError('recipe.none', detail, { data: { orderId, ...(recipe === null ? {} : { recipe }) } });

  /**
   * The version in use for an order; `undefined` for the standard recipe.
   *
   * @throws `recipe.none`
   */
  const recordFor = async (
    order: Pick<OrderFacts, 'orderId' | 'model' | 'recipe'>,
  ): Promise<RecipeRecord | undefined> => {
    const { orderId, model, recipe } = order;
    const inUse = (await ledger.recipes()).filter((one) => one.inUse);
    if (recipe !== null) {
      const named = inUse.find(({ name }) => name === recipe);
      if (named) return named;
      throw none(`order ${orderId} is made by ${recipe}, of which no version is approved`, order);
    }
    const of = (wanted: string) => inUse.filter(({ text }) => modelOf(text) === wanted);
    const own = of(model);
    const fitting = own.length > 0 ? own : of(anyModel);
    if (fitting.length <= 1) return fitting[0];
    const names = fitting.map(({ name }) => name).join(', ');
    throw none(`order ${orderId} names no recipe, and several are approved for ${model}: ${names}`, order);
  };

  const versionOf = async (name: string, version: number): Promise<RecipeRecord> => {
    const found = (await ledger.recipes()).find((one) => one.name === name && one.version === version);
    if (!found) throw new StationError('recipe.notFound', `there is no recipe ${name}, version ${version}`);
    return found;
  };

  return {
    check: (text: string) => reportOn(text, tools),
    list: async (): Promise<RecipeView[]> => Promise.all((await ledger.recipes()).map(viewOf)),
    async save(text: string, actor: string): Promise<RecipeView> {
      const { name } = await usable(text);
      const { version } = await ledger.saveRecipe({ name, text, actor });
      return viewOf(await versionOf(name, version));
    },
    /**
     * Approves a version together with the present text of the profile that it names.
     *
     * @throws `recipe.notFound`, `recipe.invalid`
     */
    async approve(name: string, version: number, actor: string): Promise<RecipeView> {
      const { profile } = await usable((await versionOf(name, version)).text);
      await ledger.approveRecipe({ name, version, profileHash: profileHash(profile), actor });
      return viewOf(await versionOf(name, version));
    },
    retire: (name: string, actor: string): Promise<void> => ledger.retireRecipe({ name, actor }),

    /**
     * The profile for a new order that names none; `undefined` for the station's own. The recipe may be a draft.
     *
     * @throws `recipe.notFound` – when no such recipe was ever saved
     */
    async profileFor(model: string, recipe: string | null): Promise<string | undefined> {
      const known = (await ledger.recipes()).filter(({ name }) => name === recipe);
      if (recipe !== null && known.length === 0)
        throw new StationError('recipe.notFound', `there is no recipe ${recipe}`, { data: { recipe } });
      const named = known.find((one) => one.inUse) ?? known.at(-1);
      const found = named ?? (await recordFor({ orderId: '', model, recipe: null }).catch(ifNone));
      return found && readRecipe(found.text).recipe?.profile;
    },

    /**
     * How the units of a new order are registered as they pass, by the way of its recipe; `undefined` where the recipe
     * leaves it to the order, or its way is none of the station's calls. The recipe may be a draft.
     */
    async registrationFor(model: string, recipe: string | null): Promise<OrderRegistration | undefined> {
      const named = (await ledger.recipes()).filter(({ name }) => name === recipe);
      const known = named.find((one) => one.inUse) ?? named.at(-1);
      const found = known ?? (await recordFor({ orderId: '', model, recipe: null }).catch(ifNone));
      const said = found && readRecipe(found.text).recipe?.provisioning;
      if (!said || !('targets' in said) || said.way === 'bulk' || said.way === 'jitp' || said.way === 'jitr')
        return undefined;
      const [target = '', ...also] = said.targets;
      return { target, way: said.way, ...(also.length > 0 && { also }) };
    },

    /**
     * The most characters of a unit serial of a new order: by the driver of its recipe, or else by the slot that takes
     * the longest. The recipe may be a draft.
     */
    async longestSerial(model: string, recipe: string | null): Promise<number> {
      const named = (await ledger.recipes()).filter(({ name }) => name === recipe).at(-1);
      const found = named ?? (await recordFor({ orderId: '', model, recipe: null }).catch(ifNone));
      const driver = found && readRecipe(found.text).recipe?.driver;
      const drivers = driver === undefined ? config.current().slots.map((slot) => slot.driver) : [driver];
      const known = drivers.filter((name) => tools.driverNames.includes(name)).map(tools.driverNamed);
      return known.length === 0 ? Infinity : Math.max(...known.map(({ traits }) => traits.longestSerial));
    },

    /** The label rule and the model of the order's recipe; `undefined` when no readable recipe is in use. */
    async labelOf(
      order: Pick<OrderFacts, 'orderId' | 'model' | 'recipe'>,
    ): Promise<{ label: LabelRule | null; model: string } | undefined> {
      const record = await recordFor(order).catch(ifNone);
      const recipe = record && readRecipe(record.text).recipe;
      return recipe && { label: recipe.label, model: recipe.model };
    },

    /** What the recipe of the order says; `undefined` when no readable one is in use. */
    async fileOfOrder(order: Pick<OrderFacts, 'orderId' | 'model' | 'recipe'>): Promise<RecipeFile | undefined> {
      const record = await recordFor(order).catch(ifNone);
      return record && readRecipe(record.text).recipe;
    },

    /** What this version says; `undefined` for the standard recipe, and for a text that this program cannot read. */
    async fileOf({ name, version }: { name: string; version: number }): Promise<RecipeFile | undefined> {
      const found = (await ledger.recipes()).find((one) => one.name === name && one.version === version);
      return found && readRecipe(found.text).recipe;
    },

    /** See `LineTools.recipeFor`. */
    async forOrder(orderId: string, slot: SlotDriver): Promise<Recipe> {
      const order = await ledger.order(orderId);
      const record = await recordFor(order);
      if (!record) return standard(order.profile, slot);
      const recipe = await fromRecord(record, slot.line ?? {});
      if (recipe.profile === order.profile) return recipe;
      const detail = `order ${orderId} is for ${order.profile}, its recipe ${record.name} for ${recipe.profile}`;
      throw new StationError('order.profileNotAllowed', detail, { data: { orderId, profile: recipe.profile } });
    },
  };
}

/** The topic of a device's first message at the bench, unless its recipe says another one. */
const usualTopic = 'birthmark/{thingName}';

/** Where the units of a recipe connect: in its first account. */
function homeOf({ provisioning, config }: RecipeFile): Recipe['home'] {
  const topic = config.topics?.publish[0] ?? usualTopic;
  if (!provisioning) return { topic, patient: false };
  const target = 'target' in provisioning ? provisioning.target : provisioning.targets[0];
  const patient = provisioning.way === 'jitp' || provisioning.way === 'jitr';
  return { ...(target === undefined ? {} : { target }), topic, patient };
}

/** An order may be made without its recipe. The bench then says what is missing. */
const ifNone = (thrown: unknown): undefined => {
  if (!(thrown instanceof StationError) || thrown.code !== 'recipe.none') throw thrown;
};

/**
 * Reads the model, even from a text that this version no longer accepts. Otherwise an order would fall back to the
 * standard recipe.
 */
const modelOf = (text: string): unknown => (JSON.parse(text) as { model?: unknown }).model;

function stateOf({ inUse, approvedAt, retired }: RecipeRecord): RecipeView['state'] {
  if (inUse) return 'approved';
  if (approvedAt === null) return 'draft';
  return retired ? 'retired' : 'replaced';
}
