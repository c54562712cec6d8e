/** The one place where the CA's key is used for devices. It takes a reservation and spends it. */
import { createPublicKey, type KeyObject, sign } from 'node:crypto';
import { StationError } from '../contract/errors.ts';
import type { CrlReservation, Reservation } from '../contract/issue.ts';
import { keyFor, type SignatureAlgorithm, signatureAlgorithms } from './algorithm.ts';
import { readTbs } from './certificate.ts';
import { isCrlOf } from './crl.ts';
import type { Issuer } from './issuer.ts';
import { sha256Hex } from './key.ts';

export interface Signer {
  /** SHA-256 of the issuing CA's certificate DER, lower-case hex: what it signs for. */
  readonly issuerId: string;
  /**
   * The signature (ECDSA: DER; RSA: as is) over exactly `reservation.tbsDer`. A reservation is spent by the attempt,
   * not by its success. Throws `ca.locked`, `ca.mismatch` (reserved for another CA), `ca.signFailed`.
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

/** A key in this process's memory. Signing runs on node's thread pool. */
export class SoftwareSigner implements Signer {
  readonly issuerId: string;
  readonly #issuer: Issuer;
  #key: KeyObject | undefined;

  /** Throws `ca.damaged` when the key is not the issuer's. */
  constructor(privateKey: KeyObject, issuer: Issuer) {
    if (sha256Hex(createPublicKey(privateKey).export({ type: 'spki', format: 'der' })) !== issuer.spkiSha256) {
      throw new StationError('ca.damaged', "the private key is not the CA certificate's");
    }
    this.issuerId = issuer.issuerId;
    this.#issuer = issuer;
    this.#key = privateKey;
  }

  get locked(): boolean {
    return this.#key === undefined;
  }

  /** Drops the key; node frees its memory, cleared, when the last signature under way is done. */
  lock(): void {
    this.#key = undefined;
  }

  async sign(reservation: Reservation): Promise<Uint8Array> {
    return this.#spendOn(reservation, () => algorithmIn(reservation));
  }

  async signCrl(reservation: CrlReservation): Promise<Uint8Array> {
    if (!isCrlOf(reservation.tbsDer, this.#issuer.subjectDer)) {
      throw new StationError('ca.mismatch', 'what was reserved as a CRL is not one of this CA');
    }
    return this.#spendOn(reservation, () => this.#issuer.algorithm);
  }

  async #spendOn(
    reservation: Reservation | CrlReservation,
    algorithmOf: () => SignatureAlgorithm,
  ): Promise<Uint8Array> {
    const key = this.#key;
    if (key === undefined) throw new StationError('ca.locked', 'the CA is locked');
    spend(reservation, this.issuerId);
    const algorithm = algorithmOf();
    return new Promise((resolve, reject) => {
      sign(signatureAlgorithms[algorithm].hash, reservation.tbsDer, keyFor(algorithm, key), (cause, signature) => {
        if (cause === null) resolve(new Uint8Array(signature));
        else reject(new StationError('ca.signFailed', 'signing failed', { cause }));
      });
    });
  }
}

/** What the reserved bytes say they are signed with (RFC 5280 §4.1.2.3): nobody else has a say. */
function algorithmIn(reservation: Reservation): SignatureAlgorithm {
  const { algorithm, parameters } = readTbs(reservation.tbsDer).signature;
  if (algorithm === undefined || parameters !== 'asStandard')
    throw new StationError('ca.signFailed', 'the reserved bytes name no algorithm of this CA');
  return algorithm;
}
