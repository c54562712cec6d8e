/** Does this key belong to that CA? This is checked for a backup before the original is removed. */
import { randomBytes } from 'node:crypto';
import { StationError } from '../../contract/errors.ts';
import { sha256Hex } from '../keys/publickey.ts';
import { verifies } from '../x509/algorithm.ts';
import { readCa } from './facts.ts';
import type { CaKey } from './key.ts';
import { unfit } from './unfit.ts';

/**
 * Signs a fresh text and verifies it with the certificate's key. The text begins with a letter, so this function can
 * never sign a certificate, CRL or request: those begin with 0x30.
 * @throws `ca.unfit` – `otherKey`, or as `readCa`; `ca.damaged` – when the signature does not fit; and as `CaKey.sign`
 */
export async function proveKey(key: CaKey, certificateDer: Uint8Array): Promise<void> {
  const { spkiSha256, subjectText, algorithm, publicKey } = readCa(certificateDer);
  if (sha256Hex(key.spkiDer) !== spkiSha256) throw unfit('otherKey', `the key is not that of ${subjectText}`);
  const text = Buffer.from(`birthmark proof of a CA key, not a certificate: ${randomBytes(32).toString('hex')}`);
  if (!verifies(algorithm, text, publicKey, await key.sign(algorithm, text)))
    throw new StationError('ca.damaged', `the key does not sign as that of ${subjectText}`);
}
