/** All slots together: where a scan goes, what locks the bench, what the screens see. */
import { StationError, type WireError } from '../contract/errors.ts';
import { type BenchSnapshot, type LockReason, type SlotConfig, slotId, unitSerial } from '../contract/model.ts';
import type { Ports } from '../device/channel.ts';
import type { Driver } from '../device/driver.ts';
import { cannotSign } from './issue.ts';
import type { UnitResult } from './runner.ts';
import { createSlot, type SlotMachine } from './slot.ts';
import type { LineTools, SigningState } from './unit.ts';

/** A sick station must not scrap units: this many ERRORs in a row lock the bench until an engineer has looked. */
const errorsUntilLock = 2;

export type BenchOptions = {
  tools: LineTools;
  ports: Ports;
  slots: SlotConfig[];
  driverNamed: (name: string) => Driver;
  /** Whether anyone who may run the line is signed in. */
  signedIn: () => boolean;
  onChange: () => void;
  onLocked: (reason: LockReason) => void;
  onPassed: () => void;
  onLog: (slot: SlotConfig, line: string) => void;
};

export type Bench = ReturnType<typeof createBench>;

export function createBench(options: BenchOptions) {
  const { tools } = options;
  const { ledger, clock } = tools;
  let slots: SlotMachine[] = [];
  let errorsInARow = 0;
  let counters: BenchSnapshot['counters'] | undefined;
  let order: BenchSnapshot['order'];
  let lastScan: BenchSnapshot['lastScan'];

  const lock = (): LockReason | undefined => {
    if (errorsInARow >= errorsUntilLock) return 'repeatedErrors';
    const { state } = tools.authority();
    if (state !== 'ready') return lockOf[state];
    if (!options.signedIn()) return 'signedOut';
    return order === undefined ? 'noOrder' : undefined;
  };

  /** Counters and order come from the records, so that a restart loses neither. */
  const refresh = async () => {
    const [nowCounters, active, errors] = await Promise.all([
      ledger.counters(startOfDay(clock.now())),
      ledger.activeOrder(),
      ledger.errorsInARow(),
    ]);
    counters = nowCounters;
    errorsInARow = errors;
    order = active && {
      orderId: active.orderId,
      model: active.model,
      quantity: active.quantity,
      passed: active.passed,
      left: Math.max(0, active.quantity - active.issued),
    };
    options.onChange();
  };

  const onResult = (result: UnitResult) => {
    const before = errorsInARow;
    errorsInARow = result.outcome === 'ERROR' ? before + 1 : 0;
    // A certificate that is not the one reserved: whatever signs cannot be trusted with another unit.
    if (result.error?.code === 'ca.mismatch') errorsInARow = errorsUntilLock;
    if (before < errorsUntilLock && errorsInARow >= errorsUntilLock) options.onLocked('repeatedErrors');
    if (result.outcome === 'PASS') options.onPassed();
    void refresh();
  };

  const fill = (configs: SlotConfig[]) => {
    slots = configs.map((config) =>
      createSlot({
        config,
        tools,
        ports: options.ports,
        driver: options.driverNamed(config.driver),
        onChange: options.onChange,
        onResult,
        onLog: options.onLog,
      }),
    );
  };

  const jobFor = (slot: SlotMachine, serial: string, actor: string) => {
    const reason = lock();
    if (reason) throw lockError(reason);
    if (order === undefined) throw new StationError('order.none', 'no order is active');
    return { unitSerial: serial, orderId: order.orderId, slotId: slot.config.slotId, actor };
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

  const askedNow = (reason: LockReason | undefined) => {
    const slot = reason ? undefined : asked();
    return slot ? { askedSlotId: slot.config.slotId } : {};
  };

  fill(options.slots);

  return {
    refresh,
    snapshot: (): Omit<BenchSnapshot, 'seq'> => {
      const reason = lock();
      return {
        practice: tools.practice,
        ...(reason ? { locked: reason } : {}),
        ...(order ? { order } : {}),
        counters: counters ?? emptyCounters(clock.now()),
        slots: slots.map((slot) => slot.snapshot(reason)),
        ...askedNow(reason),
        ...(lastScan ? { lastScan } : {}),
      };
    },

    async scan(text: string, promptId: string | undefined, actor: string): Promise<{ slotId: number }> {
      const at = clock.now().toISOString();
      try {
        const label = unitSerial.safeParse(text.trim());
        if (!label.success) {
          throw new StationError('unit.badSerial', 'a label has letters, digits, ":", "_" and "-", at most 64 of them');
        }
        const slot = slotFor(label.data, promptId);
        await slot.begin(jobFor(slot, label.data, actor));
        lastScan = { text: label.data, at, slotId: slot.config.slotId };
        options.onChange();
        return { slotId: slotId.parse(slot.config.slotId) };
      } catch (thrown) {
        lastScan = { text: text.slice(0, 80), at, error: wireOf(thrown) };
        options.onChange();
        throw thrown;
      }
    },

    async retry(id: number, promptId: string, actor: string): Promise<void> {
      const slot = slots.find((candidate) => candidate.config.slotId === id);
      const serial = slot?.failedUnit();
      if (!slot?.waitsFor(promptId) || serial === undefined)
        throw new StationError('call.stale', 'there is nothing to try again');
      await slot.begin(jobFor(slot, serial, actor));
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
      options.onChange();
    },

    async close(): Promise<void> {
      await Promise.all(slots.map((slot) => slot.close()));
    },
  };
}

const lockOf = {
  locked: 'caLocked',
  absent: 'caAbsent',
  missing: 'caMissing',
  expired: 'caExpired',
} as const satisfies Record<Exclude<SigningState, 'ready'>, LockReason>;

function lockError(reason: LockReason): StationError {
  switch (reason) {
    case 'caLocked':
      return cannotSign('locked');
    case 'caAbsent':
      return cannotSign('absent');
    case 'caMissing':
      return cannotSign('missing');
    case 'caExpired':
      return cannotSign('expired');
    case 'signedOut':
      return new StationError('session.signedOut', 'nobody is signed in');
    case 'noOrder':
      return new StationError('order.none', 'no order is active');
    case 'repeatedErrors':
      return new StationError('policy.benchLocked', 'the bench is locked after repeated station errors');
  }
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
});
