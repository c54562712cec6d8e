/**
 * The tokens of issuing. Types fix the order: only `lint` (app/ca) makes `Linted`, only `ledger.reserve` (app/records)
 * makes `Reservation`, and `Signer.sign` takes nothing else and spends it. A CRL has its own token: only
 * `ledger.reserveCrl` makes `CrlReservation`, and `Signer.signCrl` takes nothing else.
 */

declare const lintedBrand: unique symbol;
declare const reservationBrand: unique symbol;
declare const crlReservationBrand: unique symbol;

/**
 * The purpose of a certificate: a unit's identity, or the proof of possession that AWS asks for when a CA is
 * registered.
 */
export type CertificatePurpose = 'device' | 'caVerification';

/** Facts about a certificate to be signed. All come from the TBS bytes themselves. */
export type TbsFacts = {
  /** DER of the TBSCertificate (RFC 5280 §4.1): exactly the bytes that will be signed. */
  tbsDer: Uint8Array;
  /** Certificate serial, lower-case hex, two digits a byte, no sign byte. */
  serialHex: string;
  /** SHA-256 of the SubjectPublicKeyInfo DER, lower-case hex. */
  spkiSha256: string;
  /** SHA-256 of the issuing CA's certificate DER, lower-case hex. */
  issuerId: string;
  profile: string;
  purpose: CertificatePurpose;
  subject: string;
  notBeforeAt: string;
  notAfterAt: string;
};

export type Linted = TbsFacts & { readonly [lintedBrand]: true };

export type Reservation = {
  readonly serialHex: string;
  readonly tbsDer: Uint8Array;
  readonly issuerId: string;
  readonly [reservationBrand]: true;
};

/** Facts about a CRL to be signed. */
export type CrlFacts = {
  /** DER of the TBSCertList (RFC 5280 §5.1.2): exactly the bytes that will be signed. */
  tbsDer: Uint8Array;
  /** CRL number (RFC 5280 §5.2.3), from 1. */
  number: number;
  /** SHA-256 of the issuing CA's certificate DER, lower-case hex. */
  issuerId: string;
  /** The number of certificates it revokes. */
  entries: number;
  thisUpdateAt: string;
  nextUpdateAt: string;
};

export type CrlReservation = {
  readonly number: number;
  readonly tbsDer: Uint8Array;
  readonly issuerId: string;
  readonly [crlReservationBrand]: true;
};
