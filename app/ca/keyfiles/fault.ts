/** Faults of a key file from elsewhere, and the limit on the work it may ask for. */
import { StationError } from '../../contract/errors.ts';

export type BadKeyFileReason =
  | 'tooLarge'
  | 'unreadable'
  | 'noKey'
  | 'severalKeys'
  | 'unsupported'
  | 'tooManyRounds'
  | 'weakKey';

/** `ca.badKeyFile` with `data.reason`. */
export const badKeyFile = (reason: BadKeyFileReason, detail: string, cause?: unknown): StationError =>
  new StationError('ca.badKeyFile', `key file: ${detail}`, { data: { reason }, cause });

/** With most files a wrong passphrase and damage look the same. */
export const wrongPassphrase = (cause?: unknown): StationError =>
  new StationError('ca.wrongPassphrase', 'the passphrase does not open the key file, or the file is damaged', {
    cause,
  });

/**
 * Rounds of key derivation that one file may cost, counted in rounds of PBKDF2. The limit is half a minute on a line
 * PC, during which other work runs in between. Most tools ask for a hundredth of it. GnuTLS's PKCS #12 asks for a
 * tenth, and with triple DES for half. The file states its own cost, so the cost is checked before the work begins.
 */
const allRounds = 80_000_000;

export type Budget = { spend(rounds: number): void };

/**
 * `spend` counts the rounds that a file asks for.
 * @throws `ca.badKeyFile` (`tooManyRounds`) – from `spend`, once the file has asked for too much
 */
export function newBudget(): Budget {
  let left = allRounds;
  return {
    spend(rounds) {
      left -= rounds;
      if (left < 0) throw badKeyFile('tooManyRounds', `it asks for more than ${allRounds} rounds of key derivation`);
    },
  };
}
