import { type ErrorCode, StationError } from '../../../contract/errors.ts';
import type { Reply } from '../../console.ts';

/** The words of the nRF91 modem's AT interface: how a command is wrapped, and how an answer is read. */

/** The name of the modems for people. */
export const title = 'nRF91';

/**
 * `raw` is the modem itself, or firmware that passes everything on to it. `at` is a Zephyr shell with the command `at`.
 */
export type Form = 'raw' | 'at';

/**
 * 3GPP 27.007 §9.2.0 and Nordic's own final lines. The last three come from a shell and not from the modem (zephyr:
 * shell.c; sdk-nrf: at_shell.c).
 */
export const final =
  /^(OK|ERROR|\+CME ERROR: \d{1,5}|.*: command not found|not terminated: ['"]|Sending AT command failed with error code -?\d{1,5})$/;

/** A shell accepts no line ends within a command. Its command `at` turns each `\n` into an LF. */
export const wrap = (form: Form, command: string): string =>
  form === 'raw' ? command : `at '${command.replaceAll('\r', '').replaceAll('\n', '\\n')}'`;

/**
 * `refused` is a bare ERROR: the command is unknown, malformed, or was damaged on the way. `cut`: the shell lost the end
 * of the command. `failed N`: the shell could not pass it on, for nrf_modem_at_cmd's reason.
 */
export type Verdict = 'ok' | 'refused' | 'cut' | `failed ${number}` | number;

/** The verdict in the last line of an answer. */
export function verdictOf({ end }: Reply): Verdict {
  if (end === 'OK') return 'ok';
  if (end.startsWith('not terminated')) return 'cut';
  const failed = /error code (-?\d+)$/.exec(end)?.[1];
  if (failed !== undefined) return `failed ${Number(failed)}`;
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

/** Whether the shell before the modem is the cause. No other command would help. */
export const isOfShell = (verdict: Verdict | 'lost' | undefined): verdict is 'cut' | `failed ${number}` =>
  typeof verdict === 'string' && (verdict === 'cut' || verdict.startsWith('failed'));

/** Nordic's figures for a shell that takes a whole certificate. */
const shellCut =
  'the shell\'s buffer is too small for the command, so it answers "not terminated": set CONFIG_SHELL_CMD_BUFF_SIZE and CONFIG_SHELL_BACKEND_SERIAL_RX_RING_BUFFER_SIZE to 2048 in the firmware';

function shellError(command: string, verdict: 'cut' | `failed ${number}`): StationError {
  if (verdict === 'cut')
    return new StationError('device.incompatible', shellCut, { data: { command, reason: 'shellBuffer' } });
  const error = verdict.slice('failed '.length);
  // NRF_EPERM and NRF_E2BIG (nrf_modem_at.h).
  const why: Record<string, string> = {
    '-1': ': the firmware has not started the modem (nrf_modem_lib_init)',
    '-7': ': the answer has no room, raise CONFIG_AT_SHELL_CMD_RESPONSE_MAX_LEN in the firmware',
  };
  const detail = `the shell did not pass ${command} to the modem (Sending AT command failed with error code ${error})${why[error] ?? ''}`;
  return new StationError('device.incompatible', detail, { data: { command, reason: 'atShell', error } });
}

/** The error for a command that the modem refused. Its data has the command and the CME number. */
export function refusalOf(command: string, verdict: Exclude<Verdict, 'ok'>): StationError {
  const name = /^AT[+%]?[A-Z]*/.exec(command)?.[0] ?? 'AT';
  if (isOfShell(verdict)) return shellError(name, verdict);
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

/** The check digit for the first fourteen digits of an IMEI (3GPP 23.003 §B). */
function checkDigitOf(imei: string): number {
  const sum = [...imei.slice(0, 14)].reduce((total, digit, at) => {
    const value = Number(digit) * (at % 2 === 1 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return (10 - (sum % 10)) % 10;
}

/** Whether the text has fifteen digits and a correct check digit at the end. */
export const isImei = (text: string): boolean => /^\d{15}$/.test(text) && text.endsWith(String(checkDigitOf(text)));

/**
 * Checks the last of the fifteen digits.
 *
 * @throws device.badImei – when it does not fit the others
 */
export function assertImei(imei: string): void {
  if (isImei(imei)) return;
  const digit = checkDigitOf(imei);
  const detail = `the modem says that its IMEI is ${imei}; its check digit would be ${digit}, so it was never given to this modem or is mistyped: write the right IMEI, or replace the module`;
  throw new StationError('device.badImei', detail, { data: { imei, checkDigit: digit } });
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
