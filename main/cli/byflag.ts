/** Refusals of the station name fields of its methods; a person at a command line knows flags. */
import { StationError } from '../../app/contract/errors.ts';

/** Flags with another name than the field that they give. */
const flags: Readonly<Record<string, readonly string[]>> = {
  orderId: ['order'],
  orderIds: ['order'],
  issuerId: ['ca'],
  perSecond: ['rate'],
  serials: ['serial'],
  targets: ['target'],
  unitSerials: ['unit', 'units', 'file'],
};

/** Parts of the settings, by their paths. Their flags may be those that are missing. */
const settings: Readonly<Record<string, string>> = {
  'device.endpoint': '--endpoint',
  'ca.autoLockMinutes': '--auto-lock-minutes',
  'session.idleMinutes': '--idle-minutes',
  crl: '--crl-every-hours and --crl-valid-days',
  'crl.everyHours': '--crl-every-hours',
  'crl.validDays': '--crl-valid-days',
  'rootCrl.validDays': '--root-crl-valid-days',
  'pins.leastDigits': '--pin-digits',
  'pins.reason': '--pin-reason',
  'transcripts.days': '--transcript-days',
  'transcripts.most': '--transcript-count',
};

/** Fields that are given without a flag. */
const words: Readonly<Record<string, string>> = {
  batchId: 'the batch',
  issuerId: 'the CA',
  jobId: 'the job',
  name: 'the name',
};

/**
 * The refusal with the flag in place of the field, where the command was given a flag for it: `serials.0: …` becomes
 * `--serial, number 1: …`. Any other error stays as it is.
 *
 * @param options what commander read
 */
export function byFlag(error: StationError, options: object): StationError {
  const { code, detail, data } = error;
  const path = data?.path;
  if (code !== 'call.badParams' || typeof path !== 'string' || !detail.startsWith(`${path}: `)) return error;
  const what = detail.slice(path.length + 2);
  if (Object.hasOwn(settings, path))
    return new StationError(code, `${settings[path]}: ${what}`, { data, cause: error });
  const [field = '', index] = path.split('.');
  const names = [field, ...(Object.hasOwn(flags, field) ? (flags[field] ?? []) : [])];
  const given = names.find((name) => (options as Record<string, unknown>)[name] !== undefined);
  const flag =
    given === undefined ? words[field] : `--${given.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  if (flag === undefined) return error;
  const at = /^\d+$/.test(index ?? '') ? `, number ${Number(index) + 1}` : '';
  return new StationError(code, `${flag}${at}: ${what}`, { data, cause: error });
}
