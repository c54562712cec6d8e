/** Certificate revocation lists: X.509 CRL v2, RFC 5280 §5. Only complete ones: no delta, no partition. */
import { StationError } from '../../contract/errors.ts';
import type { CrlFacts, CrlReservation } from '../../contract/issuance.ts';
import type { CaRevocationReason, RevocationReason } from '../../contract/model.ts';
import { type Asn1, bitString, encode, explicit, integer, octetString, oid, sequence, unsigned } from '../asn1/der.ts';
import { sameBytes, tags } from '../asn1/node.ts';
import { oids } from '../asn1/oids.ts';
import { readOne } from '../asn1/reader.ts';
import { encodeTime, wholeSecond } from '../asn1/time.ts';
import type { Issuer } from '../authorities/issuer.ts';
import { encodeAlgorithm, type SignatureAlgorithm, verifies } from './algorithm.ts';
import { extensionOf, readCertificate } from './certificate.ts';
import { authorityKeyIdentifier, readKeyUsage } from './extension.ts';

/** RFC 5280 §5.2.3 and §5.3.1. */
const crlNumber = '2.5.29.20';
const reasonCode = '2.5.29.21';
/** `unspecified` is expressed by leaving the extension out. */
const reasonCodes: Record<RevocationReason | CaRevocationReason, number> = {
  unspecified: 0,
  keyCompromise: 1,
  cACompromise: 2,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
  privilegeWithdrawn: 9,
};
const enumerated = 0x0a;

export type RevokedEntry = { serialHex: string; reason: RevocationReason | CaRevocationReason; revokedAt: string };

export type CrlRequest = {
  issuer: Issuer;
  /** Greater than the number of every CRL before. */
  number: number;
  /** Each certificate serial occurs once. */
  revoked: readonly RevokedEntry[];
  now: Date;
  /** How long the CRL is valid, in ms. The next CRL must be published before. */
  validMs: number;
};

/**
 * The TBSCertList to be reserved and signed.
 * @throws `ca.lintFailed` – when the CA may not sign CRLs
 */
export function buildCrl({ issuer, number, revoked, now, validMs }: CrlRequest): CrlFacts {
  // RFC 5280 §4.2.1.3: cRLSign must be asserted, because verifiers of a CRL require it.
  const { tbs } = readCertificate(issuer.certificateDer);
  if (!readKeyUsage(extensionOf(tbs, oids.keyUsage, 'keyUsage').value).includes('cRLSign')) {
    throw new StationError('ca.lintFailed', 'the CA certificate does not allow it to sign CRLs (keyUsage cRLSign)');
  }
  const thisUpdate = wholeSecond(now);
  const nextUpdate = new Date(thisUpdate.getTime() + validMs);
  const parts = [
    encode(integer(1)),
    encode(encodeAlgorithm(issuer.algorithm)),
    issuer.subjectDer,
    encode(encodeTime(thisUpdate)),
    encode(encodeTime(nextUpdate)),
    // RFC 5280 §5.1.2.6: the list is absent, not empty, when nothing is revoked.
    ...(revoked.length === 0 ? [] : [enclose(revoked.map(entryOf))]),
    encode(explicit(0, sequence(authorityKeyIdentifier(issuer.ski), extension(crlNumber, encode(integer(number)))))),
  ];
  return {
    tbsDer: enclose(parts),
    number,
    issuerId: issuer.issuerId,
    entries: revoked.length,
    thisUpdateAt: thisUpdate.toISOString(),
    nextUpdateAt: nextUpdate.toISOString(),
  };
}

function entryOf({ serialHex, reason, revokedAt }: RevokedEntry): Uint8Array {
  const code = reasonCodes[reason];
  const extensions = code === 0 ? [] : [sequence(extension(reasonCode, Uint8Array.of(enumerated, 1, code)))];
  return encode(
    sequence(unsigned(Buffer.from(serialHex, 'hex')), encodeTime(wholeSecond(new Date(revokedAt))), ...extensions),
  );
}

const extension = (type: string, value: Uint8Array): Asn1 => sequence(oid(type), octetString(value));

/** A SEQUENCE of values that are already encoded. A CRL may be longer than the codec's limit. */
function enclose(parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const octets = length.toString(16).padStart(Math.ceil(length.toString(16).length / 2) * 2, '0');
  const header = length < 0x80 ? [length] : [0x80 | (octets.length / 2), ...Buffer.from(octets, 'hex')];
  return new Uint8Array(Buffer.concat([Uint8Array.of(tags.sequence, ...header), ...parts]));
}

/** The CertificateList (RFC 5280 §5.1). `algorithm` is the issuer's. */
export const assembleCrl = (tbsDer: Uint8Array, algorithm: SignatureAlgorithm, signature: Uint8Array): Uint8Array =>
  enclose([tbsDer, encode(encodeAlgorithm(algorithm)), encode(bitString(signature))]);

/**
 * @throws `ca.mismatch` – unless `der` holds exactly the reserved TBS bytes, signed by the issuer with its algorithm
 */
export function verifyCrl(der: Uint8Array, reservation: CrlReservation, issuer: Issuer): void {
  const [tbs, algorithm, signature, ...rest] = readOne(der).children;
  if (tbs === undefined || algorithm === undefined || signature === undefined || rest.length > 0)
    throw mismatch('unreadable');
  if (!sameBytes(tbs.der, reservation.tbsDer)) throw mismatch('it holds other bytes than were reserved');
  if (!sameBytes(algorithm.der, encode(encodeAlgorithm(issuer.algorithm)))) throw mismatch('another algorithm');
  if (!verifies(issuer.algorithm, tbs.der, issuer.publicKey, signature.content.subarray(1)))
    throw mismatch('the signature does not verify');
}

/**
 * Whether the bytes begin like a version 2 CRL of this issuer. Such bytes can never pass for a TBSCertificate, whose
 * fourth or fifth part is a key or a SEQUENCE of two times. `signCrl` checks this last.
 */
export function isCrlOf(tbsDer: Uint8Array, issuerSubjectDer: Uint8Array): boolean {
  const [version, , issuer, thisUpdate, nextUpdate] = readOne(tbsDer).children;
  const times: readonly (number | undefined)[] = [tags.utcTime, tags.generalizedTime];
  return (
    version?.tag === tags.integer &&
    sameBytes(version.content, Uint8Array.of(1)) &&
    issuer !== undefined &&
    sameBytes(issuer.der, issuerSubjectDer) &&
    times.includes(thisUpdate?.tag) &&
    times.includes(nextUpdate?.tag)
  );
}

const mismatch = (why: string): StationError => new StationError('ca.mismatch', `CRL: ${why}`);
