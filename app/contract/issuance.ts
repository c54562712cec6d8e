/**
 * The tokens of issuing. Order by types, not by custom: only `lint` (app/ca) makes `Linted`, only `ledger.reserve`
 * (app/records) makes `Reservation`, and `Signer.sign` takes nothing else and spends it. A CRL has a token of its own:
 * only `ledger.reserveCrl` makes `CrlReservation`, and `Signer.signCrl` takes nothing else.
 */

declare const lintedBrand: unique symbol;
declare const reservationBrand: unique symbol;
declare const crlReservationBrand: unique symbol;

/** What a certificate is for: a unit's identity, or the proof of possession AWS asks for when a CA is registered. */
export type CertificatePurpose = 'device' | 'caVerification';

/** Facts about a certificate to be signed, all taken from the TBS bytes themselves. */
export type TbsFacts = {
  /** DER of the TBSCertificate (RFC 5280 §4.1): exactly the bytes that will be signed. */
  tbsDer: Uint8Array;
  /** Certificate serial number, lower-case hex, two digits a byte, no sign byte. */
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
  /** How many certificates it revokes. */
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
