/** All slots together: where a scan goes, what locks the bench, what the screens see. */
import { StationError, type WireError } from '../contract/errors.ts';
import { type BenchSnapshot, type LockReason, type SlotConfig, slotId, unitSerial } from '../contract/model.ts';
import type { Ports } from '../device/channel.ts';
import { type Interlock, inOrder, lockError, signingLock } from './interlocks.ts';
import type { Recipe } from './recipe.ts';
import { asStationError, type UnitResult } from './runner.ts';
import { createSlot, type SlotMachine, type Work } from './slot.ts';
import type { LineTools } from './unit.ts';

/** A sick station must not scrap units: this many ERRORs in a row lock the bench until an engineer has looked. */
const errorsUntilLock = 2;

export type BenchOptions = {
  tools: LineTools;
  ports: Ports;
  slots: SlotConfig[];
  /** Whether anyone who may run the line is signed in. */
  signedIn: () => boolean;
  /** What the station itself found wrong: clock, disk, records, a CA about to end. */
  interlocks: () => Interlock[];
  onChange: () => void;
  onLocked: (reason: LockReason) => void;
  onPassed: () => void;
  onLog: (slot: SlotConfig, line: string) => void;
};

export type Bench = ReturnType<typeof createBench>;

/** Not the line's own: a locked or absent key stops the bench by itself, and goes on by itself. */
const passing: readonly string[] = ['ca.locked', 'ca.tokenAbsent'];

export function createBench(options: BenchOptions) {
  const { tools } = options;
  const { ledger, clock } = tools;
  let slots: SlotMachine[] = [];
  let errorsInARow = 0;
  let counters: BenchSnapshot['counters'] | undefined;
  let order: BenchSnapshot['order'];
  let recipe: Recipe | undefined;
  let recipeProblem: Interlock | undefined;
  let goldenPassedAt: string | null = null;
  let lastScan: BenchSnapshot['lastScan'];
  let held: { label: string; actor: string } | undefined;

  const interlocks = (): Interlock[] => {
    const found = [...options.interlocks(), ...signingLock(tools.authority().state)];
    if (errorsInARow >= errorsUntilLock)
      found.push({ reason: 'repeatedErrors', detail: 'the bench is locked after repeated station errors' });
    if (!options.signedIn()) found.push({ reason: 'signedOut', detail: 'nobody is signed in' });
    if (order === undefined) found.push({ reason: 'noOrder', detail: 'no order is active' });
    else if (order.passed >= order.quantity)
      found.push({ reason: 'orderFull', detail: `order ${order.orderId} has its ${order.quantity}` });
    else if (recipeProblem) found.push(recipeProblem);
    return inOrder(found);
  };

  const golden = () => {
    const unit = recipe?.goldenUnit;
    if (!unit) return undefined;
    const due =
      goldenPassedAt === null || clock.now().getTime() - Date.parse(goldenPassedAt) >= unit.everyHours * 3_600_000;
    return { unitSerial: unit.unitSerial, passedAt: goldenPassedAt, due };
  };

  /** Counters, order and recipe come from the records, so that a restart loses none of them. */
  const refresh = async () => {
    const [nowCounters, active, errors] = await Promise.all([
      ledger.counters(startOfDay(clock.now())),
      ledger.activeOrder(),
      ledger.errorsInARow(),
    ]);
    counters = nowCounters;
    errorsInARow = errors;
    await resolveRecipe(active?.orderId);
    order = active && {
      orderId: active.orderId,
      model: active.model,
      quantity: active.quantity,
      passed: active.passed,
      left: Math.max(0, active.quantity - active.issued),
    };
    options.onChange();
  };

  /** Of the first slot, where the recipe leaves the driver to the slots. */
  const resolveRecipe = async (orderId: string | undefined) => {
    recipe = undefined;
    recipeProblem = undefined;
    const [first] = slots;
    if (orderId === undefined || !first) return;
    try {
      recipe = await tools.recipeFor(orderId, first.config);
      goldenPassedAt = recipe.goldenUnit ? await ledger.goldenPassedAt(recipe.goldenUnit.unitSerial) : null;
    } catch (thrown) {
      const { code, detail } = asStationError(thrown);
      recipeProblem = { reason: code === 'recipe.none' ? 'noRecipe' : 'recipeOutdated', detail };
    }
  };

  const onResult = (result: UnitResult, _: SlotConfig, wasGolden: boolean) => {
    const before = errorsInARow;
    const code = result.error?.code;
    if (!wasGolden && !(code && passing.includes(code))) errorsInARow = result.outcome === 'ERROR' ? before + 1 : 0;
    // A certificate that is not the one reserved: whatever signs cannot be trusted with another unit.
    if (code === 'ca.mismatch') errorsInARow = errorsUntilLock;
    if (before < errorsUntilLock && errorsInARow >= errorsUntilLock) options.onLocked('repeatedErrors');
    if (result.outcome === 'PASS' && !wasGolden) options.onPassed();
    void refresh();
  };

  const fill = (configs: SlotConfig[]) => {
    slots = configs.map((config) =>
      createSlot({
        config,
        tools,
        ports: options.ports,
        onChange: options.onChange,
        onResult,
        onWaiting: () => void useHeld(),
        onLog: options.onLog,
      }),
    );
  };

  const workFor = async (slot: SlotMachine, serial: string, actor: string): Promise<Work> => {
    const [first] = interlocks();
    if (first) throw lockError(first);
    if (order === undefined) throw new StationError('order.none', 'no order is active');
    const unit = golden();
    const isGolden = unit?.unitSerial === serial;
    if (unit?.due && !isGolden) {
      const detail = `the golden unit ${unit.unitSerial} is due first`;
      throw new StationError('policy.interlock', detail, {
        data: { reason: 'goldenUnit', unitSerial: unit.unitSerial },
      });
    }
    const job = { unitSerial: serial, orderId: order.orderId, slotId: slot.config.slotId, actor };
    return { job, recipe: await tools.recipeFor(order.orderId, slot.config), golden: isGolden };
  };

  /** The slot that has waited longest: the question on the screen does not change while someone lifts the scanner. */
  const asked = (): SlotMachine | undefined =>
    slots
      .filter((slot) => slot.waitingSince() !== undefined)
      .sort((one, other) => (one.waitingSince() ?? 0) - (other.waitingSince() ?? 0))[0];

  const slotFor = (serial: string, promptId: string | undefined): SlotMachine => {
    if (slots.some((slot) => slot.worksOn(serial))) {
      throw new StationError('unit.inProgress', `${serial} is being worked on`, { data: { unitSerial: serial } });
    }
    // The label of a failed unit that is still in its slot means "try again", whatever slot is asked.
    const again = slots.find((slot) => slot.mayRetry(serial));
    if (again) return again;
    const slot = promptId === undefined ? asked() : slots.find((candidate) => candidate.waitsFor(promptId));
    if (slot) return slot;
    if (promptId !== undefined) throw new StationError('call.stale', 'that question has been answered or withdrawn');
    throw new StationError('unit.noSlotWaiting', 'no slot is waiting for a label');
  };

  const beginIn = async (slot: SlotMachine, label: string, actor: string, at: string) => {
    await slot.begin(await workFor(slot, label, actor));
    lastScan = { text: label, at, slotId: slot.config.slotId };
    options.onChange();
    return { slotId: slotId.parse(slot.config.slotId) };
  };

  /** Continuous mode: the label that was scanned ahead goes to the device that is plugged in next. */
  const useHeld = async () => {
    const next = held;
    const slot = asked();
    if (!next || !slot) return;
    held = undefined;
    const at = clock.now().toISOString();
    await beginIn(slot, next.label, next.actor, at).catch((thrown: unknown) => {
      lastScan = { text: next.label, at, error: wireOf(thrown) };
      options.onChange();
    });
  };

  /** Keeps the label for the next device, where the recipe allows it. `undefined` where it does not. */
  const holdAhead = (label: string, actor: string, at: string): { slotId: null } | undefined => {
    if (!recipe?.continuous || asked() || interlocks().length > 0) return undefined;
    if (slots.some((slot) => slot.mayRetry(label) || slot.worksOn(label))) return undefined;
    held = { label, actor };
    lastScan = { text: label, at };
    options.onChange();
    return { slotId: null };
  };

  const askedNow = (reason: Interlock | undefined) => {
    const slot = reason ? undefined : asked();
    return slot ? { askedSlotId: slot.config.slotId } : {};
  };

  fill(options.slots);

  return {
    refresh,
    snapshot: (): Omit<BenchSnapshot, 'seq'> => {
      const found = interlocks();
      const [first] = found;
      const unit = golden();
      const lock = { interlock: first, goldenDue: unit?.due ?? false };
      return {
        practice: tools.practice,
        ...(first ? { locked: first.reason } : {}),
        interlocks: found,
        ...(order ? { order } : {}),
        ...(recipe ? { recipe: recipe.mark } : {}),
        ...(unit ? { golden: unit } : {}),
        continuous: recipe?.continuous ?? false,
        ...(held ? { heldLabel: held.label } : {}),
        counters: counters ?? emptyCounters(clock.now()),
        slots: slots.map((slot) => slot.snapshot(lock)),
        ...askedNow(first),
        ...(lastScan ? { lastScan } : {}),
      };
    },

    /** `slotId` null: the label is kept for the next device. */
    async scan(text: string, promptId: string | undefined, actor: string): Promise<{ slotId: number | null }> {
      const at = clock.now().toISOString();
      try {
        const label = unitSerial.safeParse(text.trim());
        if (!label.success) {
          throw new StationError('unit.badSerial', 'a label has letters, digits, ":", "_" and "-", at most 64 of them');
        }
        if (promptId === undefined) {
          const ahead = holdAhead(label.data, actor, at);
          if (ahead) return ahead;
        }
        return await beginIn(slotFor(label.data, promptId), label.data, actor, at);
      } catch (thrown) {
        lastScan = { text: text.slice(0, 80), at, error: wireOf(thrown) };
        options.onChange();
        throw thrown;
      }
    },

    /** Forgets the label that was scanned ahead. */
    drop(): void {
      held = undefined;
      options.onChange();
    },

    async retry(id: number, promptId: string, actor: string): Promise<void> {
      const slot = slots.find((candidate) => candidate.config.slotId === id);
      const serial = slot?.failedUnit();
      if (!slot?.waitsFor(promptId) || serial === undefined)
        throw new StationError('call.stale', 'there is nothing to try again');
      await slot.begin(await workFor(slot, serial, actor));
    },

    abort(id: number): void {
      const slot = slots.find((candidate) => candidate.config.slotId === id);
      if (!slot) throw new StationError('call.badParams', `there is no slot ${id}`);
      slot.abort();
    },

    /** An engineer has looked. */
    release(): void {
      errorsInARow = 0;
      options.onChange();
    },

    busy: () => slots.some((slot) => slot.busy()),

    async configure(configs: SlotConfig[]): Promise<void> {
      if (slots.some((slot) => slot.busy())) throw new StationError('unit.inProgress', 'a unit is being worked on');
      await Promise.all(slots.map((slot) => slot.close()));
      fill(configs);
      await refresh();
    },

    async close(): Promise<void> {
      await Promise.all(slots.map((slot) => slot.close()));
    },
  };
}

const wireOf = (thrown: unknown): WireError =>
  thrown instanceof StationError ? thrown.toJSON() : { code: 'internal', detail: 'an unexpected error' };

const startOfDay = (now: Date): string => {
  const midnight = new Date(now);
  midnight.setHours(0, 0, 0, 0);
  return midnight.toISOString();
};

const emptyCounters = (now: Date): BenchSnapshot['counters'] => ({
  since: startOfDay(now),
  passed: 0,
  failed: 0,
  errors: 0,
  firstPassYield: null,
  unitsPerHour: null,
  taktSeconds: null,
});
