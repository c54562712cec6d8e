import type { Traits } from './agent/commands.ts';
import { createAgentDevice } from './agent/device.ts';
import { type Fault, type FaultKind, faultKinds, faultNames } from './faults.ts';
import { createFreertosDevice } from './freertos/device.ts';
import { createNrf91Device } from './nrf91/device.ts';
import type { PracticeDevice, PracticeDeviceOptions } from './power.ts';
import { createZephyrDevice } from './zephyr/device.ts';

type Making = Omit<PracticeDeviceOptions, 'traits'>;

/** Simulated firmware by the name of its driver; `number` (1, 2, …) tells devices of one kind apart. */
export const simulated: Record<string, (number: number, options: Making) => PracticeDevice> = {
  agent: (number, options) =>
    createAgentDevice({ ...options, traits: traitsOf('BM-PRACTICE', '1.0.0', number.toString(16).padStart(24, '0')) }),
  nrf91: (number, options) =>
    createNrf91Device({ ...options, traits: traitsOf('nRF9151-LACA', 'mfw_nrf91x1_2.0.2', imeiOf(number)) }),
  freertos: (number, options) =>
    createFreertosDevice({ ...options, traits: traitsOf('B-U585I', '1.0', `not told ${number}`) }),
  // With room for a chain, as its maker would build it for production.
  zephyr: (number, options) =>
    createZephyrDevice({
      ...options,
      firmware: { credBufferBytes: 4096 },
      traits: traitsOf('nRF9161-DK', '3.2.1', number.toString(16).padStart(16, '0')),
    }),
};

const traitsOf = (model: string, firmware: string, hardwareId: string): Traits => {
  return { model, hardwareRevision: 'A', firmware, hardwareId };
};

/** Of the range for tests (3GPP 23.003 §6.2.1: reporting body 00), with its check digit. */
export function imeiOf(number: number): string {
  const digits = `00${String((440_199_000_000 + number) % 1e12).padStart(12, '0')}`;
  const sum = [...digits].reduce((total, digit, at) => {
    const value = Number(digit) * (at % 2 === 1 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return digits + ((10 - (sum % 10)) % 10);
}

/** Consoles have no checksums: every character is looked at when it comes back, and what is too bad is given up. */
const badConsole = { corruptBytes: { corrupt: 0.0003 }, dropBytes: { drop: 0.0002 } };

/** What the faults of the practice line mean where a firmware has other names for it; null where it cannot happen. */
const ownFaults: Record<string, Partial<Record<FaultKind, Fault | null>>> = {
  freertos: badConsole,
  nrf91: {
    ...badConsole,
    storageFull: { refuse: { command: 'write.1', error: '515' } },
    dieDuringInstall: { dieAt: { step: 'write.1', when: 'before' } },
    // A modem knows nothing of its unit serial.
    wrongLabel: null,
  },
  zephyr: { ...badConsole, wrongLabel: null },
};

/** `null` where this firmware cannot have that fault. */
export function faultOf(driver: string, kind: FaultKind): Fault | null {
  const own = ownFaults[driver]?.[kind];
  return own === undefined ? faultKinds[kind] : own;
}

export const faultsOf = (driver: string): FaultKind[] => faultNames.filter((kind) => faultOf(driver, kind) !== null);
