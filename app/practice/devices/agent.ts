import { createPublicKey } from 'node:crypto';
import type { Clock } from '../../contract/clock.ts';
import type { ByteChannel } from '../../device/channel.ts';
import type { Memory, Traits } from './commands.ts';
import { createRandom, damage, type Fault } from './faults.ts';
import { serve } from './serve.ts';
import { createWire } from './wire.ts';

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

/** `holds` is what a look into its memory would show: by item, and the key (`key`) as SubjectPublicKeyInfo. */
export type AgentDevice = PracticeDevice & { holds(): Map<string, Buffer> };

/** A simulated device that speaks native/agent/PROTOCOL.md, with a real key. */
export function createAgentDevice(options: PracticeDeviceOptions): AgentDevice {
  const { clock, traits, baud = 115_200, computeMs = 20, seed = 1 } = options;
  const memory: Memory = { items: new Map(), sealed: false };
  const random = createRandom(seed);
  let cutPower = () => {};

  const device: PracticeDevice = {
    traits,
    fault: {},
    connect() {
      cutPower();
      const wire = createWire({ baud, clock, alter: (bytes) => damage(bytes, device.fault, random) });
      cutPower = wire.cut;
      const onDeath = () => {
        wire.cut();
        options.onDeath?.();
      };
      serve({ device, memory, wire: wire.device, clock, computeMs, onDeath });
      return wire.channel;
    },
    powerOff: () => cutPower(),
  };
  const holds = () => {
    const key = memory.key && createPublicKey(memory.key).export({ type: 'spki', format: 'der' });
    return new Map([...memory.items, ...(key ? [['key', key] as const] : [])]);
  };
  return Object.assign(device, { holds });
}
