/** What every simulated device has: power, a wire that faults may damage, and a memory of its own behind them. */
import type { Clock } from '../../contract/clock.ts';
import type { ByteChannel } from '../../device/channel.ts';
import { createRandom, damage, type Fault } from './faults.ts';
import { createWire, type DeviceEnd } from './wire.ts';

/** What is printed into a practice device at its making. */
export type Traits = {
  model: string;
  hardwareRevision: string;
  firmware: string;
  hardwareId: string;
  /** A unit serial set at an earlier stage; not erasable. */
  presetSerial?: string;
};

export type PracticeDevice = {
  readonly traits: Traits;
  /** May be changed at any time; takes effect at once (`flood`: at the next power-up). */
  fault: Fault;
  /** Powers the device up and connects it. It loses power when the channel closes; its memory stays. */
  connect(): ByteChannel;
  /** Cuts the power and the wire. */
  powerOff(): void;
};

export type PracticeDeviceOptions = {
  clock: Clock;
  traits: Traits;
  /** Default 115200; 0 is as fast as it goes. */
  baud?: number;
  /** How long each slow command computes; default 20. */
  computeMs?: number;
  /** For the faults that happen by chance; default 1. */
  seed?: number;
  /** Called when the fault `dieAt` strikes, after the power is gone. */
  onDeath?: () => void;
};

/** `start` is the firmware, run at each power-up; `die` takes its power away. What it remembers is the caller's. */
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
      const wire = createWire({ baud, clock, alter: (bytes) => damage(bytes, device.fault, random) });
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
