import { createAgentDevice, type PracticeDevice, type PracticeDeviceOptions } from './agent.ts';
import type { Traits } from './commands.ts';
import { createFreertosDevice } from './freertos.ts';
import { createNrf91Device } from './nrf91.ts';
import { createZephyrDevice } from './zephyr.ts';

type Making = Omit<PracticeDeviceOptions, 'traits'>;

/** Simulated firmware by the name of its driver; `number` (1, 2, …) tells devices of one kind apart. */
export const simulated: Record<string, (number: number, options: Making) => PracticeDevice> = {
  agent: (number, options) =>
    createAgentDevice({ ...options, traits: traitsOf('BM-PRACTICE', '1.0.0', number.toString(16).padStart(24, '0')) }),
  freertos: (number, options) =>
    createFreertosDevice({ ...options, traits: traitsOf('', '', number.toString(16).padStart(24, '0')) }),
  zephyr: (number, options) =>
    createZephyrDevice({
      ...options,
      traits: traitsOf('', '3.2.1', number.toString(16).padStart(16, '0')),
      firmware: { credBufferBytes: 4096 },
    }),
  nrf91: (number, options) =>
    createNrf91Device({ ...options, traits: traitsOf('nRF9151-LACA', 'mfw_nrf91x1_2.0.2', imeiOf(number)) }),
};

const traitsOf = (model: string, firmware: string, hardwareId: string): Traits => {
  return { model, hardwareRevision: 'A', firmware, hardwareId };
};

/** Of the range for tests (3GPP 23.003 §6.2.1: reporting body 00), with its check digit. */
export function imeiOf(number: number): string {
  const digits = `00440199${String(number).padStart(6, '0')}`;
  const sum = [...digits].reduce((total, digit, at) => {
    const value = Number(digit) * (at % 2 === 1 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return digits + ((10 - (sum % 10)) % 10);
}
