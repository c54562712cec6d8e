/** All slots together: which slot gets a scan, and what the screens show. */
import { StationError, type WireError } from '../contract/errors.ts';
import { type BenchSnapshot, type SlotConfig, slotId, type UnitReading } from '../contract/model.ts';
import type { Ports } from '../device/channel.ts';
import { createBenchState, type Label, type StateOptions } from './benchstate.ts';
import { shownText } from './labels/index.ts';
import { assertSerialFits } from './longserial.ts';
import { createSlot, type SlotMachine } from './slot.ts';

export type BenchOptions = Omit<StateOptions, 'firstSlot'> & {
  ports: Ports;
  slots: SlotConfig[];
  /**
   * The unit that a scanned label names. `chosen` means that a person said it is a unit's label.
   *
   * @throws `scan.*`, `unit.badSerial`
   */
  readLabel: (text: string, chosen: boolean) => Promise<UnitReading>;
  onPassed: () => void;
  onLog: (slot: SlotConfig, line: string) => void;
};

export type Bench = ReturnType<typeof createBench>;

/** The person who acts, as the records name them. */
export type By = { actor: string; engineer: boolean };

/** A label that was scanned ahead, with its order. */
type Held = { label: Label; actor: string; orderId: string };

export function createBench(options: BenchOptions) {
  const { tools, onChange } = options;
  const { clock } = tools;
  let slots: SlotMachine[] = [];
  let lastScan: BenchSnapshot['lastScan'];
  let held: Held | undefined;
  const state = createBenchState({ ...options, firstSlot: () => slots[0]?.config });

  const fill = (configs: SlotConfig[]) => {
    slots = configs.map((config) =>
      createSlot({
        config,
        tools,
        ports: options.ports,
        onChange,
        onResult: ({ outcome }, golden) => {
          if (outcome === 'PASS' && !golden) options.onPassed();
          state.refresh().catch(options.onUnexpected);
        },
        onWaiting: () => void useHeld(),
        mayGoOn: state.mayGoOn,
        onLog: (line) => options.onLog(config, line),
      }),
    );
  };

  const shown = (scan: NonNullable<BenchSnapshot['lastScan']>) => {
    lastScan = scan;
    onChange();
  };

  /**
   * The slot that has waited longest. So the question on the screen does not change while a person lifts the scanner.
   */
  const asked = (): SlotMachine | undefined =>
    slots
      .flatMap((slot) => {
        const sinceMs = slot.waitingSince();
        return sinceMs === undefined ? [] : [{ slot, sinceMs }];
      })
      .sort((one, other) => one.sinceMs - other.sinceMs)[0]?.slot;

  /** @throws `unit.engineerFirst` – when the station failed here, and the person is no engineer */
  const assertMayRetry = (slot: SlotMachine, { engineer }: By) => {
    if (engineer || !slot.engineerFirst()) return;
    const { slotId } = slot.config;
    throw new StationError('unit.engineerFirst', `the station failed in slot ${slotId}`, { data: { slotId } });
  };

  const slotNamed = (id: number): SlotMachine => {
    const slot = slots.find((candidate) => candidate.config.slotId === id);
    if (!slot) throw new StationError('call.badParams', `there is no slot ${id}`);
    return slot;
  };

  const slotFor = (serial: string, promptId: string | undefined, by: By): SlotMachine => {
    if (slots.some((slot) => slot.worksOn(serial))) {
      throw new StationError('unit.inProgress', `${serial} is being worked on`, { data: { unitSerial: serial } });
    }
    // If a failed unit is still in its slot, its label means "try again" there, even when another slot asks for a
    // label.
    const again = slots.find((slot) => slot.mayRetry(serial));
    if (again) {
      assertMayRetry(again, by);
      return again;
    }
    const slot = promptId === undefined ? asked() : slots.find((candidate) => candidate.waitsFor(promptId));
    if (slot) return slot;
    if (promptId !== undefined) throw new StationError('call.stale', 'that question has been answered or withdrawn');
    throw new StationError('unit.noSlotWaiting', 'no slot is waiting for a label');
  };

  const begin = (slot: SlotMachine, label: Label, actor: string): Promise<void> =>
    slot.begin(label.unitSerial, () => state.workFor(slot.config, label, actor));

  const beginIn = async (slot: SlotMachine, label: Label, actor: string, at: string) => {
    await begin(slot, label, actor);
    shown({ text: label.unitSerial, at, slotId: slot.config.slotId });
    return { slotId: slotId.parse(slot.config.slotId) };
  };

  /** Continuous mode: a label that was scanned ahead goes to the next device that is plugged in. */
  const useHeld = async (): Promise<void> => {
    const next = held;
    const slot = asked();
    if (!next || !slot) return;
    held = undefined;
    const at = clock.now().toISOString();
    try {
      if (next.orderId !== state.order?.orderId)
        throw new StationError('call.stale', `the label was scanned for order ${next.orderId}`);
      await beginIn(slot, next.label, next.actor, at);
    } catch (thrown) {
      shown({ text: next.label.unitSerial, at, error: wireOf(thrown) });
    }
  };

  /** Keeps the label for the next device. Returns `undefined` when the recipe does not allow that. */
  const holdAhead = (label: Label, actor: string, at: string): { slotId: null } | undefined => {
    const { recipe, order } = state;
    if (!recipe?.continuous || !order || asked() || state.interlocks().length > 0) return undefined;
    if (slots.some((slot) => slot.mayRetry(label.unitSerial) || slot.worksOn(label.unitSerial))) return undefined;
    assertSerialFits(label.unitSerial, recipe.driver, tools);
    held = { label, actor, orderId: order.orderId };
    shown({ text: label.unitSerial, at });
    return { slotId: null };
  };

  fill(options.slots);

  return {
    refresh: state.refresh,
    release: state.release,
    interlocks: state.interlocks,
    golden: state.golden,
    snapshot: (): Omit<BenchSnapshot, 'seq'> => {
      const interlocks = state.interlocks();
      const [first] = interlocks;
      const golden = state.golden();
      const lock = { interlock: first, goldenDue: golden?.due ?? false };
      const { order, recipe, counters } = state;
      const next = first ? undefined : asked();
      return {
        practice: tools.practice,
        ...(first ? { locked: first.reason } : {}),
        interlocks,
        ...(order ? { order } : {}),
        ...(recipe ? { recipe: recipe.mark } : {}),
        ...(golden ? { golden: { unitSerial: golden.unitSerial, passedAt: golden.passedAt, due: golden.due } } : {}),
        continuous: recipe?.continuous ?? false,
        ...(held ? { heldLabel: held.label.unitSerial } : {}),
        counters,
        slots: slots.map((slot) => slot.snapshot(lock)),
        ...(next ? { askedSlotId: next.config.slotId } : {}),
        ...(lastScan ? { lastScan } : {}),
      };
    },

    /**
     * Gives a scan to a slot. `chosen` means that a person said it is a unit's label. In the result, `slotId` is null
     * when the label is kept for the next device.
     */
    async scan(
      text: string,
      { promptId, chosen = false }: { promptId?: string | undefined; chosen?: boolean },
      by: By,
    ): Promise<{ slotId: number | null }> {
      const at = clock.now().toISOString();
      const { actor } = by;
      try {
        const { kind: _, unitSerial, ...read } = await options.readLabel(text, chosen);
        const label = { unitSerial, scanned: { text, ...read } };
        const ahead = promptId === undefined ? holdAhead(label, actor, at) : undefined;
        return ahead ?? (await beginIn(slotFor(unitSerial, promptId, by), label, actor, at));
      } catch (thrown) {
        shown({ text: shownText(text), at, error: wireOf(thrown) });
        throw thrown;
      }
    },

    /** Forgets the label that was scanned ahead. */
    drop(): void {
      held = undefined;
      onChange();
    },

    /** Drops the label of a person who has left, because no work may begin in their name. */
    leave(actor: string): void {
      if (held?.actor === actor) held = undefined;
    },

    /** @throws `call.stale`, `unit.engineerFirst`, and as `begin` */
    async retry(id: number, promptId: string, by: By): Promise<void> {
      const slot = slots.find((candidate) => candidate.config.slotId === id);
      const serial = slot?.failedUnit();
      if (!slot?.waitsFor(promptId) || serial === undefined)
        throw new StationError('call.stale', 'there is nothing to try again');
      assertMayRetry(slot, by);
      await begin(slot, { unitSerial: serial }, by.actor);
    },

    abort: (id: number): void => slotNamed(id).abort(),

    /** The device of the unit that passed in this slot connects. @throws `call.stale` – when there is none */
    connect: (id: number, { actor }: By): void => slotNamed(id).connect(actor),

    busy: () => slots.some((slot) => slot.busy()),
    /** Whether the slot of this port works on a unit. */
    worksAt: (port: string) => slots.some((slot) => slot.config.port === port && slot.busy()),
    /** The number of units that are being worked on. */
    atWork: () => slots.filter((slot) => slot.busy()).length,

    /**
     * Ends all running work for that reason, and lets no other begin until `goOn`. Resolves once the outcomes are on
     * record, with the number of units that were being worked on.
     */
    async halt(reason: StationError): Promise<number> {
      const atWork = slots.filter((slot) => slot.busy()).length;
      await Promise.all(slots.map((slot) => slot.halt(reason)));
      return atWork;
    },
    goOn(): void {
      for (const slot of slots) slot.goOn();
    },

    async configure(configs: SlotConfig[]): Promise<void> {
      if (slots.some((slot) => slot.busy())) throw new StationError('unit.inProgress', 'a unit is being worked on');
      await Promise.all(slots.map((slot) => slot.close()));
      fill(configs);
      await state.refresh();
    },

    async close(): Promise<void> {
      state.close();
      await Promise.all(slots.map((slot) => slot.close()));
    },
  };
}

const wireOf = (thrown: unknown): WireError =>
  thrown instanceof StationError ? thrown.toJSON() : { code: 'internal', detail: 'an unexpected error' };
