/** The work on a unit at a named port: its order, its serial, its recipe, and whether it may begin. */

import { StationError } from '../../contract/errors.ts';
import type { LineJob } from '../../contract/issuingmethods.ts';
import { type Scanned, unitSerial as unitSerialSchema } from '../../contract/model.ts';
import { usualDriver } from '../../device/drivers/index.ts';
import { type Bench, goldenOf, type Interlock, isGolden, lockError, type Recipe, type Work } from '../../line/index.ts';
import type { Ledger } from '../../records/index.ts';
import type { ConfigStore } from '../folder/config.ts';
import { checkedLine, checkedSettings } from '../recipes/driversettings.ts';
import type { Recipes } from '../recipes/recipes.ts';
import { assertNoScanner } from '../scanners/ports.ts';
import type { Interlocks } from './interlocks.ts';
import type { Labels } from './labels.ts';
import { type RecognitionParts, recogniseAt } from './recognition.ts';

export type PortParts = RecognitionParts & {
  bench: Bench;
  config: Pick<ConfigStore, 'current'>;
  interlocks: Pick<Interlocks, 'look'>;
  labels: Pick<Labels, 'unitOf'>;
  ledger: Pick<Ledger, 'activeOrder' | 'goldenPassedAt'>;
  recipes: Pick<Recipes, 'forOrder'>;
};

/**
 * These interlocks do not count at a named port: a named order replaces the active one, and the dispatcher has checked
 * who is signed in.
 */
const ofTheBench: readonly Interlock['reason'][] = [
  'signedOut',
  'noOrder',
  'orderFull',
  'orderPaused',
  'noRecipe',
  'recipeOutdated',
];

/** The bench's interlocks that also hold at a named port. */
export const locksAtPort = (interlocks: readonly Interlock[]): Interlock[] =>
  interlocks.filter(({ reason }) => !ofTheBench.includes(reason));

/**
 * The work at that port. The bench checks everything once more, as before each scan.
 *
 * @throws order.none – when no order is named and none is active
 * @throws unit.badSerial, scan.* – when no unit is named
 * @throws the error of the first interlock – when nothing may begin
 * @throws call.badParams – when a scanner is at the port, or the driver contradicts the recipe
 * @throws recipe.*, order.*, device.incompatible, policy.interlock – when there is no recipe, or the golden unit is due
 * first
 */
export async function portWork(job: LineJob, actor: string, parts: PortParts): Promise<Work> {
  const { bench, config, interlocks, ledger, ports } = parts;
  const orderId = job.orderId ?? (await ledger.activeOrder())?.orderId;
  if (orderId === undefined) throw new StationError('order.none', 'no order is active; name one');
  const named = await unitNamed(job, orderId, parts);
  await Promise.all([interlocks.look(), bench.refresh()]);
  const [first] = locksAtPort(bench.interlocks());
  if (first) throw lockError(first);
  await assertNoScanner(job.port, config.current().scanners, ports);
  const recipe = await recipeFor(job, orderId, parts);
  const passedAt = recipe.goldenUnit ? await ledger.goldenPassedAt(recipe.goldenUnit.unitSerial) : null;
  const golden = isGolden(goldenOf(recipe, passedAt, parts.clock.now()), named.unitSerial);
  return { job: { ...named, orderId, slotId: null, actor }, recipe, golden };
}

/** The unit by its serial, or by its label, which must name a unit of this order. */
async function unitNamed(
  { unitSerial, label }: LineJob,
  orderId: string,
  { labels }: PortParts,
): Promise<{ unitSerial: string; scanned?: Scanned }> {
  if (label !== undefined) {
    const { kind: _, unitSerial: read, ...rest } = await labels.unitOf(label, { orderId });
    return { unitSerial: read, scanned: { text: label, ...rest } };
  }
  const serial = unitSerialSchema.safeParse(unitSerial);
  if (serial.success) return { unitSerial: serial.data };
  throw new StationError('unit.badSerial', 'a unit serial has letters, digits, ":", "_" and "-"');
}

/**
 * A written recipe decides the driver and its settings. The caller's choice counts only for the standard recipe. The
 * caller's line counts in both cases, because it describes the place.
 */
async function recipeFor(job: LineJob, orderId: string, parts: PortParts): Promise<Recipe> {
  const { recipes } = parts;
  const { driver, settings, line } = job;
  const named = driver === undefined || driver === 'auto' ? undefined : parts.driverNamed(driver).name;
  const recipe = await recipes.forOrder(orderId, { driver: named ?? usualDriver, settings, line });
  if (recipe.mark.version === 0) {
    const found = driver === 'auto' ? await recogniseAt(job, parts) : recipe.driver;
    const chosen = parts.driverNamed(found);
    checkedLine(chosen, line, 'line');
    if (driver === 'auto') return recipes.forOrder(orderId, { driver: found, settings, line });
    checkedSettings(chosen, settings);
    return recipe;
  }
  const contradicts = named !== undefined && named !== recipe.driver;
  if (!contradicts && Object.keys(settings).length === 0) {
    checkedLine(parts.driverNamed(recipe.driver), line, 'line');
    return recipe;
  }
  const detail = `order ${orderId} is made by ${recipe.mark.name}, which says driver ${recipe.driver} and its settings`;
  throw new StationError('call.badParams', detail, { data: { path: contradicts ? 'driver' : 'settings' } });
}
