/** The common base of every simulated device: power, a wire that faults may damage, and a memory. */
import type { Clock } from '../../contract/clock.ts';
import type { ByteChannel } from '../../device/channel.ts';
import { createRandom, damage, type Fault } from './faults.ts';
import { createWire, type DeviceEnd } from './wire.ts';

/** The traits that a practice device gets when it is made. */
export type Traits = {
  model: string;
  hardwareRevision: string;
  firmware: string;
  hardwareId: string;
  /** A unit serial that was set at an earlier stage and cannot be erased. */
  presetSerial?: string;
};

export type PracticeDevice = {
  readonly traits: Traits;
  /** May be changed at any time. A change takes effect at once (`flood`: at the next power-up). */
  fault: Fault;
  /** Powers the device up and connects it. It loses power when the channel closes, but its memory stays. */
  connect(): ByteChannel;
  /** Cuts the power and the wire. */
  powerOff(): void;
};

export type PracticeDeviceOptions = {
  clock: Clock;
  traits: Traits;
  /** The default is 115200; 0 means as fast as possible. */
  baud?: number;
  /** The compute time of each slow command in ms; the default is 20. */
  computeMs?: number;
  /** The seed of random faults; the default is 1. */
  seed?: number;
  /** Called when the fault `dieAt` occurs, after the power is gone. */
  onDeath?: () => void;
};

/**
 * Makes a device. `start` is the firmware and runs at each power-up; `die` cuts its power. The caller keeps its memory.
 */
export function createPowered(
  { clock, traits, baud = 115_200, seed = 1, onDeath }: PracticeDeviceOptions,
  start: (device: PracticeDevice, wire: DeviceEnd, die: () => void) => void,
): PracticeDevice {
  const random = createRandom(seed);
  let cutPower = () => {};
  const device: PracticeDevice = {
    traits,
    fault: {},
    connect() {
      cutPower();
      const holds = () => device.fault.bridge ?? Number.POSITIVE_INFINITY;
      const wire = createWire({ baud, clock, alter: (bytes) => damage(bytes, device.fault, random), holds });
      cutPower = wire.cut;
      const die = () => {
        wire.cut();
        onDeath?.();
      };
      start(device, wire.device, die);
      return wire.channel;
    },
    powerOff: () => cutPower(),
  };
  return device;
}
