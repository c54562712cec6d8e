/** The one place where the CA's key is used for devices. It takes a reservation and spends it. */
import { StationError } from '../../contract/errors.ts';
import type { CrlReservation, Reservation } from '../../contract/issuance.ts';
import { sha256Hex } from '../keys/publickey.ts';
import type { SignatureAlgorithm } from '../x509/algorithm.ts';
import { readInnerAlgorithm } from '../x509/certificate.ts';
import { isCrlOf } from '../x509/crl.ts';
import type { Issuer } from './issuer.ts';
import type { CaKey } from './key.ts';

export interface Signer {
  /** SHA-256 of the issuing CA's certificate DER, lower-case hex: what it signs for. */
  readonly issuerId: string;
  /**
   * The signature (ECDSA: DER; RSA: as is) over exactly `reservation.tbsDer`. A reservation is spent by the attempt,
   * not by its success. Throws `ca.locked`, `ca.tokenAbsent` (then nothing is spent),
   * `ca.mismatch` (reserved for another CA), `ca.signFailed`.
   */
  sign(reservation: Reservation): Promise<Uint8Array>;
  /** As `sign`, for a CRL; signs nothing that is not a TBSCertList of its own CA (`ca.mismatch`). */
  signCrl(reservation: CrlReservation): Promise<Uint8Array>;
}

/**
 * Reservations tried by this process, whichever signer was given them: a copy of one, or a signer unlocked anew, is no
 * way to a second signature. Some hundred bytes a certificate; across restarts the ledger keeps the same promise.
 */
const spent = new Set<string>();

/** Marks the reservation as used. Throws `ca.mismatch`, or `ca.signFailed` the second time. Every `Signer` begins so. */
export function spend(reservation: Reservation | CrlReservation, issuerId: string): void {
  if (reservation.issuerId !== issuerId) throw new StationError('ca.mismatch', 'reserved for another CA');
  const key = `${issuerId}:${'number' in reservation ? `crl:${reservation.number}` : reservation.serialHex}`;
  if (spent.has(key)) throw new StationError('ca.signFailed', 'the reservation has been used');
  spent.add(key);
}

/** The signer of this issuer with this key. Throws `ca.damaged` when the key is not the issuer's. */
export function createSigner(key: CaKey, issuer: Issuer): Signer {
  if (sha256Hex(key.spkiDer) !== issuer.spkiSha256) {
    throw new StationError('ca.damaged', "the private key is not the CA certificate's");
  }
  const { issuerId } = issuer;
  /** Before anything is spent: what never reached the key may be tried again. */
  const assertReady = () => {
    const state = key.state();
    if (state === 'closed') throw new StationError('ca.locked', 'the CA is locked');
    if (state === 'absent') throw new StationError('ca.tokenAbsent', 'the token with the CA key is not plugged in');
  };
  return {
    issuerId,
    async sign(reservation) {
      assertReady();
      spend(reservation, issuerId);
      return key.sign(algorithmIn(reservation), reservation.tbsDer);
    },
    async signCrl(reservation) {
      if (!isCrlOf(reservation.tbsDer, issuer.subjectDer)) {
        throw new StationError('ca.mismatch', 'what was reserved as a CRL is not one of this CA');
      }
      assertReady();
      spend(reservation, issuerId);
      return key.sign(issuer.algorithm, reservation.tbsDer);
    },
  };
}

/** What the reserved bytes say they are signed with (RFC 5280 §4.1.2.3): nobody else has a say. */
function algorithmIn(reservation: Reservation): SignatureAlgorithm {
  const { algorithm, parameters } = readInnerAlgorithm(reservation.tbsDer);
  if (algorithm === undefined || parameters !== 'asStandard')
    throw new StationError('ca.signFailed', 'the reserved bytes name no algorithm of this CA');
  return algorithm;
}
