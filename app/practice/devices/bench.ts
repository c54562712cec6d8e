import type { Clock } from '../../contract/clock.ts';
import { StationError } from '../../contract/errors.ts';
import type { ByteChannel, Ports } from '../../device/channel.ts';
import { usualDriver } from '../../device/drivers/index.ts';
import { createRandom, type FaultKind, type NetTrouble } from './faults.ts';
import { drawChip, type Online, type SimulatedUnit } from './firmware.ts';
import { faultOf, faultsOf, firmwareOf } from './simulated.ts';

/** A device of the practice line: in a slot or on the table. */
export type BenchDevice = { readonly id: string; readonly model: string; readonly label: string };

export type SlotSnapshot = {
  /** 1, 2, … */
  slot: number;
  path: string;
  /** The device in the slot. `label` is the unit serial to scan. */
  device: BenchDevice | null;
  /**
   * The device that was last pulled out of this slot; a device that died counts as pulled. `plug(slot, it)` continues
   * with it.
   */
  lastDevice: BenchDevice | null;
  fault: FaultKind | null;
  /** The faults that a device of this slot can have. */
  faults: FaultKind[];
};

export type PracticeBenchOptions = {
  slots: number;
  clock: Clock;
  /** The driver name of a new device in that slot (1, 2, …); the default is the agent's. */
  driverOf?: (slot: number) => string;
  /** The default is 115200; 0 means as fast as possible. */
  baud?: number;
  /** Repeats the faults and the identities of another bench. Without it each device draws an identity of its own. */
  seed?: number;
  /** The text before the six digits of a label; the default is `PRACTICE-`. */
  labelPrefix?: string;
  /** The compute time of each slow command in ms; the default is 20. */
  computeMs?: number;
};

/** The practice line of the product: ports `practice:1` … with simulated devices that a person plugs, pulls and breaks. */
export interface PracticeBench extends Ports {
  newDevice(driver?: string): BenchDevice;
  /** Puts a device (by default a new one) into an empty slot. Its memory is as it was when the device was pulled. */
  plug(slot: number, device?: BenchDevice): BenchDevice;
  /**
   * Pulls the device. Its port disappears at once, also during a conversation. Returns the device; `null` for an empty
   * slot.
   */
  unplug(slot: number): BenchDevice | null;
  /**
   * Breaks the device in the slot, or the next device of an empty slot. `null` repairs it.
   *
   * @throws Error – for a fault that its firmware cannot have
   */
  setFault(slot: number, fault: FaultKind | null): void;
  snapshot(): SlotSnapshot[];
  /** How the device in the slot would connect to AWS, and what would be wrong; undefined if it cannot. */
  online(slot: number): (Online & { trouble: NetTrouble | null }) | undefined;
  /** Called after every change. Returns the function that stops this. */
  onChange(listener: () => void): () => void;
}

type Slot = {
  path: string;
  device: BenchDevice | null;
  lastDevice: BenchDevice | null;
  nextFault: FaultKind | null;
  taken: boolean;
};
type Inside = { device: SimulatedUnit; driver: string; fault: FaultKind | null };

export function createPracticeBench(options: PracticeBenchOptions): PracticeBench {
  const { clock, baud = 115_200, seed, labelPrefix = 'PRACTICE-', computeMs = 20 } = options;
  const { driverOf = (): string => usualDriver } = options;
  const random = seed === undefined ? undefined : createRandom(seed);
  const inside = new Map<BenchDevice, Inside>();
  const slots = Array.from({ length: options.slots }, (_, at): Slot => {
    return { path: `practice:${at + 1}`, device: null, lastDevice: null, nextFault: null, taken: false };
  });
  const listeners = new Set<() => void>();
  const watchers = new Map<string, Set<(present: boolean) => void>>();

  const slotOf = (number: number): Slot => {
    const slot = slots[number - 1];
    if (!slot) throw new StationError('call.badParams', `the practice line has no slot ${number}`);
    return slot;
  };
  const insideOf = (device: BenchDevice): Inside => {
    const found = inside.get(device);
    if (!found) throw new StationError('call.badParams', `${device.id} is not of this practice line`);
    return found;
  };
  const changed = (slot: Slot, presence: boolean) => {
    if (presence) for (const watcher of [...(watchers.get(slot.path) ?? [])]) watcher(slot.device !== null);
    for (const listener of [...listeners]) listener();
  };
  const applyFault = (device: BenchDevice, fault: FaultKind | null) => {
    const { device: practice, driver } = insideOf(device);
    practice.fault = (fault && faultOf(driver, fault)) ?? {};
    inside.set(device, { device: practice, driver, fault });
  };
  const takeOut = (slot: Slot): BenchDevice | null => {
    const device = slot.device;
    if (!device) return null;
    slot.device = null;
    slot.lastDevice = device;
    insideOf(device).device.powerOff();
    changed(slot, true);
    return device;
  };

  const newDevice = (driver: string = usualDriver): BenchDevice => {
    const firmware = firmwareOf(driver);
    if (!firmware) throw new StationError('call.badParams', `there is no practice device for the driver ${driver}`);
    const number = inside.size + 1;
    const onDeath = () => {
      inside.set(unit, { device, driver, fault: null });
      const slot = slots.find((each) => each.device === unit);
      if (slot) takeOut(slot);
    };
    const faultSeed = (seed ?? 1) * 1000 + number;
    const device = firmware.make(drawChip(random), { clock, baud, computeMs, seed: faultSeed, onDeath });
    const unit: BenchDevice = {
      id: `device-${number}`,
      model: device.traits.model,
      label: labelPrefix + String(number).padStart(6, '0'),
    };
    inside.set(unit, { device, driver, fault: null });
    return unit;
  };
  /** The driver of the device in the slot, or of the next one there. */
  const driverIn = (number: number): string => {
    const { device } = slotOf(number);
    return device ? insideOf(device).driver : driverOf(number);
  };

  const open = (slot: Slot): ByteChannel => {
    if (!slot.device) throw new StationError('link.noPort', `${slot.path} is empty`);
    if (slot.taken) throw new StationError('link.openFailed', `${slot.path} is already open`);
    const device = slot.device;
    const channel = insideOf(device).device.connect();
    slot.taken = true;
    channel.onClose(() => {
      slot.taken = false;
    });
    return channel;
  };

  return {
    newDevice,
    plug(number, device = newDevice(driverOf(number))) {
      const slot = slotOf(number);
      if (slot.device) throw new StationError('call.badParams', `slot ${number} is not empty`);
      if (slots.some((each) => each.device === device))
        throw new StationError('call.badParams', `${device.id} is in another slot`);
      if (slot.nextFault) applyFault(device, slot.nextFault);
      slot.nextFault = null;
      slot.device = device;
      if (slot.lastDevice === device) slot.lastDevice = null;
      changed(slot, true);
      return device;
    },
    unplug: (number) => takeOut(slotOf(number)),
    setFault(number, fault) {
      const slot = slotOf(number);
      const driver = driverIn(number);
      if (fault && faultOf(driver, fault) === null)
        throw new StationError('call.badParams', `${fault} cannot happen to a device that speaks ${driver}`);
      if (slot.device) applyFault(slot.device, fault);
      else slot.nextFault = fault;
      changed(slot, false);
    },
    snapshot: () =>
      slots.map((slot, at) => ({
        slot: at + 1,
        path: slot.path,
        device: slot.device,
        lastDevice: slot.lastDevice,
        fault: slot.device ? insideOf(slot.device).fault : slot.nextFault,
        faults: faultsOf(driverIn(at + 1)),
      })),
    online(number) {
      const { device } = slotOf(number);
      const unit = device && insideOf(device).device;
      const found = unit?.online?.();
      return found && { ...found, trouble: unit?.fault.net ?? null };
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    list: async () =>
      slots
        .filter((slot) => slot.device)
        .map((slot) => ({ path: slot.path, label: `Practice device (${slot.device?.label})` })),
    async open(path) {
      const slot = slots.find((each) => each.path === path);
      if (!slot) throw new StationError('link.noPort', `${path} does not exist`);
      return open(slot);
    },
    watch(path, listener) {
      const set = watchers.get(path) ?? new Set();
      watchers.set(path, set.add(listener));
      listener(slots.some((slot) => slot.path === path && slot.device !== null));
      return () => set.delete(listener);
    },
  };
}
