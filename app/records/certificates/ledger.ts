/** What the rest of the station asks of the records about revocation; the rules are those of `ledger.ts`. */
import type { CrlFacts, CrlReservation } from '../../contract/issuance.ts';
import type { CertificateState, IssuedCertificate, RevocationReason } from '../../contract/model.ts';
import type { CrlSource, CrlStanding, IssuedCrl } from './crls.ts';
import type { CloudRevocation } from './revocations.ts';
import type { ShownCertificate } from './search.ts';

export type RevocationLedger = {
  /** Latest first. */
  listCertificates(params: {
    query?: string | undefined;
    state?: CertificateState | undefined;
    /** Of the CA that issued it. */
    issuerId?: string | undefined;
    offset?: number;
    limit?: number;
  }): Promise<{ total: number; rows: IssuedCertificate[] }>;
  /** With its DER and its issuer's. Refuses `certificate.notFound`. */
  showCertificate(serialHex: string): Promise<ShownCertificate>;
  /**
   * For ever; what was issued, queued or superseded. Refuses `certificate.notFound`, `certificate.notIssued`,
   * `certificate.revoked`, `unit.inProgress`.
   */
  revokeCertificate(params: {
    serialHex: string;
    reason: RevocationReason;
    note: string;
    actor: string;
  }): Promise<void>;
  /** From the revocation queue back to issued. Refuses as `revokeCertificate`, and `records.conflict`. */
  putBackCertificate(params: { serialHex: string; note: string; actor: string }): Promise<void>;
  /** Revocations AWS is still to be told of, oldest first. */
  cloudRevocations(limit: number): Promise<CloudRevocation[]>;
  /** AWS's answer; `false` when a batch may still bring the certificate there, so that it is asked again. */
  recordCloudRevocation(params: { serialHex: string; state: 'revoked' | 'unknown' }): Promise<boolean>;
  /** What the next CRL of this issuer is to say, and its number. */
  crlSource(issuerId: string): Promise<CrlSource>;
  /**
   * The only place that makes a `CrlReservation`. One commit: number, TBS bytes, audit `crl.intent`; a CRL that was
   * never finished is void. Refuses `records.conflict` (number not above all others, or a revocation since).
   */
  reserveCrl(crl: CrlFacts, actor: string): Promise<CrlReservation>;
  /** Audit `crl.made`. Refuses `records.conflict` unless reserved. */
  recordCrl(params: { number: number; der: Uint8Array }): Promise<void>;
  /** Refuses `records.conflict` unless reserved. */
  voidCrl(params: { number: number; reason: string }): Promise<void>;
  lastCrl(issuerId: string): Promise<IssuedCrl | undefined>;
  crlStanding(issuerId: string): Promise<CrlStanding>;
};
