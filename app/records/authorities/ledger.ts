/** What the station asks of the records about its CAs. */
import type { Agreement } from '../../contract/agreement.ts';
import type { CaKeyType, CaRevocationReason, Custody } from '../../contract/authority.ts';
import type { CaRevocationRecord } from './revocations.ts';

export type IssuerKind = 'root' | 'issuing';
export type IssuerRecord = {
  /** SHA-256 of the certificate's DER, lower-case hex. */
  issuerId: string;
  kind: IssuerKind;
  certificateDer: Uint8Array;
  active: boolean;
  addedAt: string;
  /** From the CA above it to its root; empty for a root, and for the first CA of an older station. */
  chain: Uint8Array[];
};

/** `spkiSha256`: SHA-256 of the SubjectPublicKeyInfo DER, lower-case hex. */
export type CaKeyRecord = { spkiSha256: string; custody: Custody; backupProvedAt: string | null };
export type IssuerCount = { issuerId: string; issued: number; issuedSince: number; live: number };

export type CaRequestRecord = {
  /** SHA-256 of the SubjectPublicKeyInfo DER, lower-case hex. */
  requestId: string;
  subject: string;
  keyType: CaKeyType;
  custody: Custody;
  csrDer: Uint8Array;
  requestedAt: string;
};

export type AuthorityLedger = {
  /**
   * One commit: the CA, what stands above it, where its key is, and its request, if it had one, as completed. Refuses
   * `records.exists`, and `ca.notFound` for a request that is not open.
   */
  addIssuer(params: {
    certificateDer: Uint8Array;
    kind: IssuerKind;
    chain?: readonly Uint8Array[];
    /** The active one of its kind from now on; by default it is. */
    activate?: boolean;
    key?: { spkiSha256: string; custody: Custody };
    requestId?: string;
    actor: string;
    agreement?: Agreement | undefined;
  }): Promise<{ issuerId: string }>;
  /** Refuses `ca.notFound`, `ca.revoked`. */
  activateIssuer(params: { issuerId: string; actor: string; agreement?: Agreement | undefined }): Promise<void>;
  /**
   * For ever, one commit: the revocation with who agreed, its place in AWS's queue, audit `issuer.revoked`. From then on
   * nothing is reserved or recorded under this CA, no batch with its certificates goes to AWS, and the root's CRL is due.
   * Refuses `ca.notFound`, `ca.revoked`.
   */
  revokeIssuer(params: {
    issuerId: string;
    parentId: string;
    serialHex: string;
    reason: CaRevocationReason;
    note: string;
    actor: string;
    agreement: Agreement;
  }): Promise<void>;
  /** Oldest first. */
  caRevocations(): Promise<CaRevocationRecord[]>;
  /** AWS's answer. Refuses `records.conflict` where it was told already. */
  recordCloudCaRevocation(params: { issuerId: string; state: 'inactive' | 'unknown' }): Promise<void>;
  issuers(): Promise<IssuerRecord[]>;
  caKeys(): Promise<CaKeyRecord[]>;
  /** Device certificates of each issuer, in all and since then. */
  issuerCounts(since: string): Promise<IssuerCount[]>;
  /** Where the key of this CA is from now on; audited. */
  setCustody(params: {
    issuerId: string;
    spkiSha256: string;
    custody: Custody;
    actor: string;
    agreement?: Agreement | undefined;
  }): Promise<void>;
  /** A backup of this CA's key was restored and has signed; audited. */
  recordBackupProof(params: {
    issuerId: string;
    spkiSha256: string;
    custody: Custody;
    by: 'export' | 'shares';
    actor: string;
  }): Promise<void>;
  recordCaRequest(params: CaRequestRecord & { actor: string }): Promise<void>;
  /** Those that are open, the oldest first. */
  caRequests(): Promise<CaRequestRecord[]>;
  /** Refuses `ca.notFound`. */
  discardCaRequest(params: { requestId: string; actor: string }): Promise<void>;
};
