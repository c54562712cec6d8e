import { noNetwork } from '../faults.ts';
import { badConsole, type SimulatedFirmware, traitsOf } from '../firmware.ts';
import { answerText } from '../replaytext.ts';
import { createNrf91Device, type Nrf91Options } from './device.ts';

/** A board keeps its power when a program closes the port. */
const made =
  (more: Pick<Nrf91Options, 'form' | 'build'> = {}): SimulatedFirmware['make'] =>
  (chip, options) => {
    const traits = traitsOf('nRF9151-LACA', 'mfw_nrf91x1_2.0.2', imeiOf(chip));
    return createNrf91Device({ ...options, ...more, traits, selfPowered: true });
  };

export const nrf91Firmware: SimulatedFirmware = {
  make: made(),
  builds: {
    shell: { meaning: 'a Zephyr shell with the command "at" before the modem', make: made({ form: 'at' }) },
    smallShell: {
      meaning: 'that shell with 256 bytes for a command: a certificate does not fit',
      make: made({ form: 'at', build: { shellBufferBytes: 256 } }),
    },
    noUnescape: {
      meaning: 'that shell without CONFIG_AT_SHELL_UNESCAPE_LF: the modem refuses certificates (CME 527)',
      make: made({ form: 'at', build: { unescapes: false } }),
    },
    lfOnly: { meaning: 'a modem that takes PEM with LF only', make: made({ build: { pemLineEnds: 'lf' } }) },
    noNull: {
      meaning: 'a modem that signs about the request with NULL and sends it without',
      make: made({ build: { csrNull: false } }),
    },
  },
  faults: {
    ...noNetwork,
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
export function imeiOf(chip: number): string {
  const digits = `00${String((440_199_000_000 + chip) % 1e12).padStart(12, '0')}`;
  const sum = [...digits].reduce((total, digit, at) => {
    const value = Number(digit) * (at % 2 === 1 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return digits + ((10 - (sum % 10)) % 10);
}
