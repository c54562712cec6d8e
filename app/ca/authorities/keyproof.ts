/** Does this key belong to that CA? Asked of a backup before the original is taken away. */
import { randomBytes } from 'node:crypto';
import { StationError } from '../../contract/errors.ts';
import { sha256Hex } from '../keys/publickey.ts';
import { verifies } from '../x509/algorithm.ts';
import { readCa } from './facts.ts';
import type { CaKey } from './key.ts';
import { unfit } from './unfit.ts';

/**
 * Signs a text that was never there before and verifies it with the certificate's key. The text begins with a letter, so
 * no certificate, CRL or request is ever signed here: those begin with 0x30. Throws `ca.unfit` (`otherKey`, or as
 * `readCa`), `ca.damaged` where the signature does not fit, and as `CaKey.sign`.
 */
export async function proveKey(key: CaKey, certificateDer: Uint8Array): Promise<void> {
  const { spkiSha256, subjectText, algorithm, publicKey } = readCa(certificateDer);
  if (sha256Hex(key.spkiDer) !== spkiSha256) throw unfit('otherKey', `the key is not that of ${subjectText}`);
  const text = Buffer.from(`birthmark proof of a CA key, not a certificate: ${randomBytes(32).toString('hex')}`);
  if (!verifies(algorithm, text, publicKey, await key.sign(algorithm, text)))
    throw new StationError('ca.damaged', `the key does not sign as that of ${subjectText}`);
}
