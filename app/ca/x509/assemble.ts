/** From signature to certificate, with the check that it is the certificate that was reserved. */
import { StationError } from '../../contract/errors.ts';
import type { Reservation } from '../../contract/issuance.ts';
import { bitString, encode, raw, sequence } from '../asn1/der.ts';
import { sameBytes } from '../asn1/node.ts';
import type { Issuer } from '../authorities/issuer.ts';
import { encodeAlgorithm, type SignatureAlgorithm, verifies } from './algorithm.ts';
import { readSigned, type Signed } from './certificate.ts';

/** The Certificate (RFC 5280 §4.1). `algorithm` is the issuer's. */
export const assemble = (tbsDer: Uint8Array, algorithm: SignatureAlgorithm, signature: Uint8Array): Uint8Array =>
  encode(sequence(raw(tbsDer), encodeAlgorithm(algorithm), bitString(signature)));

/**
 * @throws `ca.mismatch` – unless `der` holds exactly the reserved TBS bytes, signed by the issuer with its algorithm
 */
export function verifyIssued(der: Uint8Array, reservation: Reservation, issuer: Issuer): void {
  const { tbsDer, innerAlgorithm, algorithm, signature } = readIssued(der);
  if (!sameBytes(tbsDer, reservation.tbsDer)) throw mismatch('it holds other bytes than were reserved');
  // RFC 5280 §4.1.1.2: the outer algorithm MUST be the one inside.
  if (algorithm.algorithm !== issuer.algorithm || algorithm.oid !== innerAlgorithm.oid)
    throw mismatch('another algorithm');
  if (algorithm.parameters !== 'asStandard') throw mismatch('wrong algorithm parameters');
  if (!verifies(issuer.algorithm, tbsDer, issuer.publicKey, signature)) throw mismatch('the signature does not verify');
}

/** @throws `ca.mismatch` – when `der` cannot be read */
export function readIssued(der: Uint8Array): Signed {
  try {
    return readSigned(der);
  } catch (cause) {
    throw new StationError('ca.mismatch', 'issued certificate: unreadable', { cause });
  }
}

const mismatch = (why: string): StationError => new StationError('ca.mismatch', `issued certificate: ${why}`);
