/** The one place where the CA's key signs for devices. It takes a reservation and spends it. */
import { StationError } from '../../contract/errors.ts';
import type { CrlReservation, Reservation } from '../../contract/issuance.ts';
import { sha256Hex } from '../keys/publickey.ts';
import type { SignatureAlgorithm } from '../x509/algorithm.ts';
import { readInnerAlgorithm } from '../x509/certificate.ts';
import { isCrlOf } from '../x509/crl.ts';
import type { Issuer } from './issuer.ts';
import type { CaKey } from './key.ts';

export interface Signer {
  /** The CA that this signer signs for: SHA-256 of the DER of its certificate, lower-case hex. */
  readonly issuerId: string;
  /**
   * Checks that the key would sign now. Call it before a reservation, so that no serial and no number is lost.
   *
   * @throws ca.locked, ca.tokenAbsent – when it would not
   */
  assertReady(): void;
  /**
   * The signature (ECDSA: DER; RSA: as is) over exactly `reservation.tbsDer`. The attempt spends the reservation, even
   * if it fails.
   *
   * @throws `ca.locked`, `ca.tokenAbsent` – then nothing is spent; `ca.mismatch` – when it is reserved for another CA;
   * `ca.signFailed`
   */
  sign(reservation: Reservation): Promise<Uint8Array>;
  /**
   * As `sign`, for a CRL.
   * @throws as `sign`; `ca.mismatch` – when the bytes are not a TBSCertList of this CA
   */
  signCrl(reservation: CrlReservation): Promise<Uint8Array>;
}

/**
 * Reservations that this process has tried with any signer. A copied reservation, or a signer that was unlocked again,
 * gives no second signature. One entry costs some hundred bytes. Across restarts the ledger keeps the same promise.
 */
const spent = new Set<string>();

/**
 * Marks the reservation as used. Every `Signer` does this first.
 * @throws `ca.mismatch`; `ca.signFailed` – the second time
 */
export function spend(reservation: Reservation | CrlReservation, issuerId: string): void {
  if (reservation.issuerId !== issuerId) throw new StationError('ca.mismatch', 'reserved for another CA');
  const key = `${issuerId}:${'number' in reservation ? `crl:${reservation.number}` : reservation.serialHex}`;
  if (spent.has(key)) throw new StationError('ca.signFailed', 'the reservation has been used');
  spent.add(key);
}

/**
 * The signer of this issuer with this key.
 * @throws `ca.damaged` – when the key is not the issuer's
 */
export function createSigner(key: CaKey, issuer: Issuer): Signer {
  if (sha256Hex(key.spkiDer) !== issuer.spkiSha256) {
    throw new StationError('ca.damaged', "the private key is not the CA certificate's");
  }
  const { issuerId } = issuer;
  /** Runs before a reservation is spent, so that an attempt that never reached the key can be repeated. */
  const assertReady = () => {
    const state = key.state();
    if (state === 'closed') throw new StationError('ca.locked', 'the CA is locked');
    if (state === 'absent') throw new StationError('ca.tokenAbsent', 'the token with the CA key is not plugged in');
  };
  return {
    issuerId,
    assertReady,
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

/** The algorithm named inside the reserved bytes (RFC 5280 §4.1.2.3). Nothing else decides it. */
function algorithmIn(reservation: Reservation): SignatureAlgorithm {
  const { algorithm, parameters } = readInnerAlgorithm(reservation.tbsDer);
  if (algorithm === undefined || parameters !== 'asStandard')
    throw new StationError('ca.signFailed', 'the reserved bytes name no algorithm of this CA');
  return algorithm;
}
