/**
 * The facts of the bench besides its slots: figures, order, recipe and golden unit from the records, and the
 * interlocks.
 */
import { StationError } from '../contract/errors.ts';
import type { BenchSnapshot, ShiftCalendar, SlotConfig } from '../contract/model.ts';
import { coalesced } from './coalesce.ts';
import { type Golden, goldenOf, isGolden } from './golden.ts';
import { type Interlock, inOrder, lockError, signingLock } from './interlocks.ts';
import type { Recipe } from './recipe.ts';
import { shiftAt } from './shifts.ts';
import type { LineTools, UnitJob } from './unit.ts';
import type { Work } from './unitrun.ts';

/** The interval at which the bench checks for another shift or another time zone, even when no unit runs. */
const shiftEveryMs = 30_000;

/** A faulty station must not scrap units. This many ERRORs in a row lock the bench until an engineer has checked it. */
const errorsUntilLock = 2;

export type StateOptions = {
  tools: LineTools;
  /** The first slot. It counts for a recipe that leaves the driver to the slots. */
  firstSlot: () => SlotConfig | undefined;
  shifts: () => ShiftCalendar;
  /** Whether a person who may run the line is signed in. */
  signedIn: () => boolean;
  /** The station's own findings: clock, disk, records, a CA that expires soon. `look` checks again. */
  interlocks: { now: () => Interlock[]; look: () => Promise<void> };
  onChange: () => void;
  /** Called when the records cannot be read. */
  onUnexpected: (thrown: unknown) => void;
  onLocked: (reason: Interlock['reason']) => void;
};

/** These facts are read and shown together, so that a snapshot never mixes one order with the recipe of another. */
type Known = {
  counters: BenchSnapshot['counters'];
  errorsInARow: number;
  order?: NonNullable<BenchSnapshot['order']>;
  recipe?: Recipe;
  recipeProblem?: Interlock;
  goldenPassedAt: string | null;
};

/** A unit serial and the label that it came from. */
export type Label = Pick<UnitJob, 'unitSerial' | 'scanned'>;

export function createBenchState(options: StateOptions) {
  const { tools, onChange } = options;
  const { ledger, clock } = tools;
  let known: Known | undefined;
  let cancelDue = () => {};
  let cancelShift = () => {};
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

  const shiftNow = () => {
    const { name, since, until } = shiftAt(options.shifts(), clock.now());
    return { shift: name === undefined ? {} : { shift: { name } }, since: since.toISOString(), until };
  };

  const read = async (): Promise<Known> => {
    const { shift, since } = shiftNow();
    const [figures, active, errorsInARow] = await Promise.all([
      ledger.counters(since),
      ledger.activeOrder(),
      ledger.errorsInARow(),
    ]);
    const counters = { ...figures, ...shift };
    if (!active) return { counters, errorsInARow, goldenPassedAt: null };
    const { orderId, model, quantity, passed, issued, state } = active;
    const left = Math.max(0, quantity - issued);
    const order = { orderId, model, quantity, passed, left, paused: state === 'paused' };
    const slot = options.firstSlot();
    return { counters, errorsInARow, order, goldenPassedAt: null, ...(slot ? await recipeOf(orderId, slot) : {}) };
  };

  const golden = (): Golden | undefined => known?.recipe && goldenOf(known.recipe, known.goldenPassedAt, clock.now());

  /** Shows new figures when another shift begins, even when no unit runs. */
  const watchShift = () => {
    cancelShift();
    const untilMs = shiftNow().until.getTime() - clock.now().getTime();
    cancelShift = clock.after(Math.max(1, Math.min(untilMs, shiftEveryMs)), () => {
      if (known?.counters.since === shiftNow().since) return watchShift();
      refresh().catch(options.onUnexpected);
    });
  };

  /** Reads everything from the records, so that a restart loses nothing. */
  const refresh = coalesced(async (): Promise<void> => {
    const next = await read();
    if (closed) return;
    const locks = known !== undefined && known.errorsInARow < errorsUntilLock && next.errorsInARow >= errorsUntilLock;
    known = next;
    cancelDue();
    watchShift();
    const unit = golden();
    if (unit && !unit.due) cancelDue = clock.after(unit.dueInMs, onChange);
    if (locks) options.onLocked('repeatedErrors');
    onChange();
  });

  const interlocks = (): Interlock[] => {
    const found = [...options.interlocks.now(), ...signingLock(tools.authority().state)];
    const { order, recipeProblem } = known ?? {};
    if (known && known.errorsInARow >= errorsUntilLock)
      found.push({
        reason: 'repeatedErrors',
        detail: 'the bench is locked after repeated station errors',
        releasable: true,
      });
    if (!options.signedIn()) found.push({ reason: 'signedOut', detail: 'nobody is signed in' });
    if (order === undefined) found.push({ reason: 'noOrder', detail: 'no order is active' });
    else if (order.passed >= order.quantity)
      found.push({
        reason: 'orderFull',
        detail: `order ${order.orderId} has its ${order.quantity}`,
        finding: { what: 'orderFull', values: { order: order.orderId, quantity: order.quantity } },
      });
    else if (order.paused)
      found.push({
        reason: 'orderPaused',
        detail: `order ${order.orderId} is paused: it takes no new units`,
        finding: { what: 'orderPaused', values: { order: order.orderId } },
      });
    else if (recipeProblem) found.push(recipeProblem);
    return inOrder(found);
  };

  /** Checks everything again, because no unit may begin on facts that are half a minute old. */
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
      return known?.counters ?? noCounters(shiftNow().since);
    },

    /**
     * The work on the unit in that slot.
     *
     * @throws the error of the first interlock; `policy.interlock` – when the golden unit is due first
     */
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

    /**
     * Whether the station may retry a unit that is being worked on. The retry does not need the person who began the
     * work.
     */
    async mayGoOn(): Promise<boolean> {
      await lookNow();
      return interlocks().every(({ reason }) => reason === 'signedOut');
    },

    /** Call it when the engineer's release of the bench is on record. */
    release: lookNow,
    close(): void {
      closed = true;
      cancelDue();
      cancelShift();
    },
  };
}

const noCounters = (since: string): BenchSnapshot['counters'] => ({
  since,
  passed: 0,
  failed: 0,
  errors: 0,
  firstPassYield: null,
  unitsPerHour: null,
  taktSeconds: null,
});
