import { type ErrorCode, StationError } from '../../../contract/errors.ts';
import type { Reply } from '../../console.ts';

/** The words of the nRF91 modem's AT interface: how a command is wrapped, and how an answer is read. */

/**
 * `raw` is the modem itself, or firmware that passes everything on to it. `at` is a Zephyr shell with the command `at`.
 */
export type Form = 'raw' | 'at';

/** 3GPP 27.007 §9.2.0 and Nordic's own final lines. The last one comes from a shell and not from the modem. */
export const final = /^(OK|ERROR|\+CME ERROR: \d{1,5}|.*: command not found)$/;

/** A shell accepts no line ends within a command. Its command `at` turns each `\n` into an LF. */
export const wrap = (form: Form, command: string): string =>
  form === 'raw' ? command : `at '${command.replaceAll('\r', '').replaceAll('\n', '\\n')}'`;

/** `refused` is a bare ERROR: the command is unknown, malformed, or was damaged on the way. */
export type Verdict = 'ok' | 'refused' | number;

/** The verdict in the last line of an answer. */
export function verdictOf({ end }: Reply): Verdict {
  if (end === 'OK') return 'ok';
  const code = /^\+CME ERROR: (\d+)$/.exec(end)?.[1];
  return code === undefined ? 'refused' : Number(code);
}

/** CME error numbers (Nordic, AT commands reference, %CMNG and %KEYGEN). */
export const cme = {
  notFound: 513,
  notAllowed: 514,
  memoryFull: 515,
  whileActive: 518,
  exists: 519,
  authentication: 520,
  keyGeneration: 523,
  invalidContent: 527,
  powerOffWarning: 528,
} as const;

const words: Record<number, { says: string; code?: ErrorCode }> = {
  [cme.notFound]: { says: 'there is nothing under this security tag' },
  [cme.notAllowed]: { says: 'it does not allow this' },
  [cme.memoryFull]: { says: 'its credential memory is full', code: 'device.storageFull' },
  [cme.whileActive]: { says: 'it does this only while it is offline (CFUN=4)' },
  [cme.exists]: { says: 'there is something under this security tag already' },
  [cme.authentication]: { says: 'its credentials are locked with a public key (XPMNG): commands must be signed' },
  [cme.keyGeneration]: { says: 'it could not make the key', code: 'device.keyFailed' },
  [cme.invalidContent]: { says: 'the content is invalid or too large for it' },
  [cme.powerOffWarning]: { says: 'its supply voltage is too low (power-off warning)' },
};

/** The error for a command that the modem refused. Its data has the command and the CME number. */
export function refusalOf(command: string, verdict: Exclude<Verdict, 'ok'>): StationError {
  const name = /^AT[+%]?[A-Z]*/.exec(command)?.[0] ?? 'AT';
  if (verdict === 'refused')
    return new StationError('device.refused', `the modem answered ERROR to ${name}, without a number`, {
      data: { command: name, reason: 'ERROR' },
    });
  const known = words[verdict];
  return new StationError(
    known?.code ?? 'device.refused',
    `the modem refused ${name}: ${known?.says ?? 'for a reason this station does not know'} (CME ${verdict})`,
    { data: { command: name, reason: `CME ${verdict}` } },
  );
}

/** Whether the text has fifteen digits and a correct check digit at the end (3GPP 23.003 §B). */
export function isImei(text: string): boolean {
  if (!/^\d{15}$/.test(text)) return false;
  const sum = [...text].reduce((total, digit, at) => {
    const value = Number(digit) * (at % 2 === 1 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

/**
 * Whether this modem firmware cannot list digests (mfw_nrf9160 can from 1.3.2, mfw_nrf91x1 from 2.0.0). Names of
 * another form may.
 */
export function isTooOld(firmware: string): boolean {
  const [, family, ...numbers] = /^mfw_(nrf9160|nrf91x1)_(\d+)\.(\d+)\.(\d+)/.exec(firmware) ?? [];
  if (family === undefined) return false;
  const [major = 0, minor = 0, patch = 0] = numbers.map(Number);
  const version = major * 1e6 + minor * 1e3 + patch;
  return version < (family === 'nrf9160' ? 1_003_002 : 2_000_000);
}
