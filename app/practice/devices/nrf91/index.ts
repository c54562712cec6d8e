import { badConsole, type SimulatedFirmware, traitsOf } from '../firmware.ts';
import { answerText } from '../replaytext.ts';
import { createNrf91Device } from './device.ts';

export const nrf91Firmware: SimulatedFirmware = {
  make: (number, options) =>
    createNrf91Device({ ...options, traits: traitsOf('nRF9151-LACA', 'mfw_nrf91x1_2.0.2', imeiOf(number)) }),
  faults: {
    ...badConsole,
    storageFull: { refuse: { command: 'write.1', error: '515' } },
    dieDuringInstall: { dieAt: { step: 'write.1', when: 'before' } },
    // A modem does not know its unit serial.
    wrongLabel: null,
  },
  acts: ['cgsn', 'cfun', 'list.2', 'keygen', 'delete.2', 'write.1', 'list.1', 'write.0', 'list.0'],
  places: { certificate: '16842753,1', key: '16842753,2' },
  replay: answerText,
};

/** An IMEI from the range for tests (3GPP 23.003 §6.2.1: reporting body 00), with its check digit. */
export function imeiOf(number: number): string {
  const digits = `00${String((440_199_000_000 + number) % 1e12).padStart(12, '0')}`;
  const sum = [...digits].reduce((total, digit, at) => {
    const value = Number(digit) * (at % 2 === 1 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return digits + ((10 - (sum % 10)) % 10);
}
