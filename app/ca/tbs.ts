/** The TBSCertificate (RFC 5280 §4.1.2): written from a profile, an issuer and checked facts, and nothing else. */
import { randomBytes } from 'node:crypto';
import { StationError } from '../contract/errors.ts';
import type { CertificatePurpose } from '../contract/issue.ts';
import { encodeAlgorithm, type SignatureAlgorithm } from './algorithm.ts';
import { type Asn1, encode, explicit, integer, raw, sequence, unsigned } from './der.ts';
import {
  authorityKeyIdentifier,
  basicConstraints,
  extendedKeyUsage,
  keyUsage,
  subjectKeyIdentifier,
} from './extension.ts';
import type { Issuer } from './issuer.ts';
import { isRsa, type KeyFacts, keyIdentifier } from './key.ts';
import { encodeName, type NameAttribute, valueProblem } from './name.ts';
import { type Profile, practiceUnit, type SubjectSource } from './profile.ts';
import { encodeTime, wholeSecond } from './time.ts';

export type TbsRequest = {
  profile: Profile;
  issuer: Issuer;
  /** The key to certify: a `CsrFacts`, or what `readKey` says of a throw-away key for `caVerification`. */
  key: KeyFacts;
  /** What the profile's subject draws on. */
  fields: Partial<Record<SubjectSource, string>>;
  /** From `newSerial()`. */
  serialHex: string;
  now: Date;
};

export type Tbs = { tbsDer: Uint8Array; profile: string; purpose: CertificatePurpose };

/**
 * A fresh certificate serial number: 128 bits from the system's generator (RFC 5280 §4.1.2.2 allows 20 octets; the CA
 * practice of the CA/Browser Forum's Baseline Requirements §7.1 asks for 64 random bits). 32 lower-case hex digits.
 */
export function newSerial(): string {
  for (;;) {
    const octets = randomBytes(16);
    // One length for all, so that no two ways to write one exist; and so never zero.
    if (octets[0] !== 0) return octets.toString('hex');
  }
}

/** Throws `unit.badSerial` or `call.badParams` for a value that cannot stand in a subject. */
export function buildTbs(request: TbsRequest): Tbs {
  const { profile, issuer, key, now } = request;
  const usages = isRsa(key.keyType) ? profile.keyUsage.rsa : profile.keyUsage.ec;
  const tbsDer = encodeTbs({
    serialHex: request.serialHex,
    algorithm: issuer.algorithm,
    issuerDer: issuer.subjectDer,
    ...validity(profile, issuer, now),
    subject: encodeName(subjectOf(request)),
    spkiDer: key.spkiDer,
    extensions: [
      basicConstraints(false),
      keyUsage(usages),
      extendedKeyUsage(profile.extendedKeyUsage),
      subjectKeyIdentifier(keyIdentifier(key.spkiDer)),
      authorityKeyIdentifier(issuer.ski),
    ],
  });
  return { tbsDer, profile: profile.name, purpose: profile.purpose };
}

export type TbsFields = {
  serialHex: string;
  algorithm: SignatureAlgorithm;
  issuerDer: Uint8Array;
  notBefore: Date;
  notAfter: Date;
  subject: Asn1;
  spkiDer: Uint8Array;
  extensions: readonly Asn1[];
};

/** The v3 structure itself, for device and CA certificates alike. */
export const encodeTbs = (fields: TbsFields): Uint8Array =>
  encode(
    sequence(
      explicit(0, integer(2)),
      unsigned(Buffer.from(fields.serialHex, 'hex')),
      encodeAlgorithm(fields.algorithm),
      raw(fields.issuerDer),
      sequence(encodeTime(fields.notBefore), encodeTime(fields.notAfter)),
      fields.subject,
      raw(fields.spkiDer),
      explicit(3, sequence(...fields.extensions)),
    ),
  );

/** Inside the issuer's validity: a chain is only as valid as its shortest part (RFC 5280 §6.1.3). */
function validity(profile: Profile, issuer: Issuer, now: Date): { notBefore: Date; notAfter: Date } {
  const start = now.getTime() - profile.backdateMs;
  const end = now.getTime() + profile.validityDays * 24 * 3600 * 1000;
  const notBefore = new Date(Math.max(start, issuer.notBefore.getTime()));
  const notAfter = new Date(Math.min(end, issuer.notAfter.getTime()));
  return { notBefore: wholeSecond(notBefore), notAfter: wholeSecond(notAfter) };
}

function subjectOf({ profile, issuer, fields }: TbsRequest): [NameAttribute, string][] {
  const entries = profile.subject.map(({ attribute, from }): [NameAttribute, string] => {
    const value = fields[from] ?? '';
    const problem = valueProblem(attribute, value);
    if (problem !== undefined)
      throw new StationError(from === 'unitSerial' ? 'unit.badSerial' : 'call.badParams', problem);
    return [attribute, value];
  });
  if (issuer.practice) entries.splice(-1, 0, ['organizationalUnitName', practiceUnit]);
  return entries;
}
