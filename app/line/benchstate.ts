/** What the bench knows besides its slots: figures, order, recipe and golden unit from the records, and the interlocks. */
import { StationError } from '../contract/errors.ts';
import type { BenchSnapshot, SlotConfig } from '../contract/model.ts';
import { coalesced } from './coalesce.ts';
import { startOfDay, startOfNextDay } from './day.ts';
import { type Golden, goldenOf, isGolden } from './golden.ts';
import { type Interlock, inOrder, lockError, signingLock } from './interlocks.ts';
import type { Recipe } from './recipe.ts';
import type { LineTools, UnitJob } from './unit.ts';
import type { Work } from './unitrun.ts';

/** The figures are those of another day by now, or the PC's time zone is another one: looked at so often, though nothing was done. */
const dayEveryMs = 30_000;

/** A sick station must not scrap units: this many ERRORs in a row lock the bench until an engineer has looked. */
const errorsUntilLock = 2;

export type StateOptions = {
  tools: LineTools;
  /** The first slot, for the recipe that leaves the driver to the slots. */
  firstSlot: () => SlotConfig | undefined;
  /** Whether anyone who may run the line is signed in. */
  signedIn: () => boolean;
  /** What the station itself found wrong: clock, disk, records, a CA about to end. `look` looks again. */
  interlocks: { now: () => Interlock[]; look: () => Promise<void> };
  onChange: () => void;
  /** The records could not be read. */
  onUnexpected: (thrown: unknown) => void;
  onLocked: (reason: Interlock['reason']) => void;
};

/** Read together, shown together: a snapshot never mixes one order with another one's recipe. */
type Known = {
  counters: BenchSnapshot['counters'];
  errorsInARow: number;
  order?: NonNullable<BenchSnapshot['order']>;
  recipe?: Recipe;
  recipeProblem?: Interlock;
  goldenPassedAt: string | null;
};

/** A unit serial, and the label it was read from. */
export type Label = Pick<UnitJob, 'unitSerial' | 'scanned'>;

export function createBenchState(options: StateOptions) {
  const { tools, onChange } = options;
  const { ledger, clock } = tools;
  let known: Known | undefined;
  let cancelDue = () => {};
  let cancelDay = () => {};
  let closed = false;

  const recipeOf = async (orderId: string, slot: SlotConfig): Promise<Partial<Known>> => {
    try {
      const recipe = await tools.recipeFor(orderId, slot);
      const { goldenUnit } = recipe;
      return { recipe, ...(goldenUnit ? { goldenPassedAt: await ledger.goldenPassedAt(goldenUnit.unitSerial) } : {}) };
    } catch (thrown) {
      if (!(thrown instanceof StationError)) throw thrown;
      const { code, detail } = thrown;
      return { recipeProblem: { reason: code === 'recipe.none' ? 'noRecipe' : 'recipeOutdated', detail } };
    }
  };

  const read = async (): Promise<Known> => {
    const [counters, active, errorsInARow] = await Promise.all([
      ledger.counters(startOfDay(clock.now()).toISOString()),
      ledger.activeOrder(),
      ledger.errorsInARow(),
    ]);
    if (!active) return { counters, errorsInARow, goldenPassedAt: null };
    const { orderId, model, quantity, passed, issued } = active;
    const order = { orderId, model, quantity, passed, left: Math.max(0, quantity - issued) };
    const slot = options.firstSlot();
    return { counters, errorsInARow, order, goldenPassedAt: null, ...(slot ? await recipeOf(orderId, slot) : {}) };
  };

  const golden = (): Golden | undefined => known?.recipe && goldenOf(known.recipe, known.goldenPassedAt, clock.now());

  /** A new day begins with new figures, also where nobody does anything then. */
  const watchDay = () => {
    cancelDay();
    const now = clock.now();
    const untilMs = startOfNextDay(now).getTime() - now.getTime();
    cancelDay = clock.after(Math.min(untilMs, dayEveryMs), () => {
      if (known?.counters.since === startOfDay(clock.now()).toISOString()) return watchDay();
      refresh().catch(options.onUnexpected);
    });
  };

  /** From the records, so that a restart loses nothing of it. */
  const refresh = coalesced(async (): Promise<void> => {
    const next = await read();
    if (closed) return;
    const locks = known !== undefined && known.errorsInARow < errorsUntilLock && next.errorsInARow >= errorsUntilLock;
    known = next;
    cancelDue();
    watchDay();
    const unit = golden();
    if (unit && !unit.due) cancelDue = clock.after(unit.dueInMs, onChange);
    if (locks) options.onLocked('repeatedErrors');
    onChange();
  });

  const interlocks = (): Interlock[] => {
    const found = [...options.interlocks.now(), ...signingLock(tools.authority().state)];
    const { order, errorsInARow = 0, recipeProblem } = known ?? {};
    if (errorsInARow >= errorsUntilLock)
      found.push({
        reason: 'repeatedErrors',
        detail: 'the bench is locked after repeated station errors',
        releasable: true,
      });
    if (!options.signedIn()) found.push({ reason: 'signedOut', detail: 'nobody is signed in' });
    if (order === undefined) found.push({ reason: 'noOrder', detail: 'no order is active' });
    else if (order.passed >= order.quantity)
      found.push({ reason: 'orderFull', detail: `order ${order.orderId} has its ${order.quantity}` });
    else if (recipeProblem) found.push(recipeProblem);
    return inOrder(found);
  };

  /** Everything is looked at anew: nothing begins on what was true half a minute ago. */
  const lookNow = async (): Promise<void> => {
    await Promise.all([options.interlocks.look(), refresh()]);
  };

  return {
    refresh,
    interlocks,
    golden,
    get order() {
      return known?.order;
    },
    get recipe() {
      return known?.recipe;
    },
    get counters() {
      return known?.counters ?? noCounters(clock.now());
    },

    /** What is to be done to the unit in that slot. Refuses what the first interlock says, and what comes before the golden unit. */
    async workFor(slot: SlotConfig, label: Label, actor: string): Promise<Work> {
      const { unitSerial, scanned } = label;
      await lookNow();
      const [first] = interlocks();
      if (first) throw lockError(first);
      const order = known?.order;
      if (!order) throw new StationError('order.none', 'no order is active');
      const job: UnitJob = { unitSerial, orderId: order.orderId, slotId: slot.slotId, actor, scanned };
      return { job, recipe: await tools.recipeFor(order.orderId, slot), golden: isGolden(golden(), unitSerial) };
    },

    /** Whether a unit that is at work may be tried again by itself: that whoever began it has left does not stop it. */
    async mayGoOn(): Promise<boolean> {
      await lookNow();
      return interlocks().every(({ reason }) => reason === 'signedOut');
    },

    /** An engineer has looked; that is on record already. */
    release: lookNow,
    close(): void {
      closed = true;
      cancelDue();
      cancelDay();
    },
  };
}

const noCounters = (now: Date): BenchSnapshot['counters'] => ({
  since: startOfDay(now).toISOString(),
  passed: 0,
  failed: 0,
  errors: 0,
  firstPassYield: null,
  unitsPerHour: null,
  taktSeconds: null,
});
