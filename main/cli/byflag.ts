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
  const [field = '', index] = path.split('.');
  const names = [field, ...(Object.hasOwn(flags, field) ? (flags[field] ?? []) : [])];
  const given = names.find((name) => (options as Record<string, unknown>)[name] !== undefined);
  const flag =
    given === undefined ? words[field] : `--${given.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  if (flag === undefined) return error;
  const at = /^\d+$/.test(index ?? '') ? `, number ${Number(index) + 1}` : '';
  return new StationError(code, `${flag}${at}: ${detail.slice(path.length + 2)}`, { data, cause: error });
}
