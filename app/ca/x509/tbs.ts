/** The TBSCertificate (RFC 5280 §4.1.2). It is written from a profile, an issuer and checked facts only. */
import { randomBytes } from 'node:crypto';
import { StationError } from '../../contract/errors.ts';
import { type Asn1, encode, explicit, integer, raw, sequence, unsigned } from '../asn1/der.ts';
import { encodeTime, wholeSecond } from '../asn1/time.ts';
import type { Issuer } from '../authorities/issuer.ts';
import { isRsa, type KeyFacts, keyIdentifier } from '../keys/publickey.ts';
import { altNamesOf, type Fields, subjectOf } from '../profiles/fill.ts';
import { noExpiry, type Profile, practiceUnit, signatureOf } from '../profiles/profile.ts';
import { encodeAlgorithm, type SignatureAlgorithm } from './algorithm.ts';
import {
  authorityKeyIdentifier,
  basicConstraints,
  certificatePolicies,
  crlDistributionPoints,
  extendedKeyUsage,
  keyUsage,
  subjectAltName,
  subjectKeyIdentifier,
} from './extension.ts';
import { encodeName, type NameAttribute } from './name.ts';

export type TbsRequest = {
  profile: Profile;
  issuer: Issuer;
  /** The key to certify: a `CsrFacts`, or what `readKey` returns for a throw-away key for `caVerification`. */
  key: KeyFacts;
  /** The values for the profile's templates. */
  fields: Fields;
  /** From `newSerial()`. */
  serialHex: string;
  now: Date;
};

/** The bytes, and the profile they must follow. */
export type Tbs = { tbsDer: Uint8Array; profile: Profile };

/**
 * A fresh certificate serial number: 128 bits from the system's generator (RFC 5280 §4.1.2.2 allows 20 octets; the CA
 * practice of the CA/Browser Forum's Baseline Requirements §7.1 asks for 64 random bits). 32 lower-case hex digits.
 */
export function newSerial(): string {
  for (;;) {
    const octets = randomBytes(16);
    // All serials have the same length, so each has only one spelling, and none is zero.
    if (octets[0] !== 0) return octets.toString('hex');
  }
}

/**
 * @throws `unit.badSerial`, `call.badParams` – when a value is missing or cannot stand in the certificate;
 * `policy.profileInvalid` – when the profile's date has passed
 */
export function buildTbs(request: TbsRequest): Tbs {
  const { profile, issuer, key, now } = request;
  const tbsDer = encodeTbs({
    serialHex: request.serialHex,
    algorithm: signatureOf(profile, issuer.keyType),
    issuerDer: issuer.subjectDer,
    ...validityOf(profile, issuer, now),
    subject: encodeName(markedSubject(request)),
    spkiDer: key.spkiDer,
    extensions: extensionsOf(request),
  });
  return { tbsDer, profile };
}

function extensionsOf({ profile, issuer, key, fields }: TbsRequest): Asn1[] {
  const { extendedKeyUsage: purposes, policies, crlDistributionPoints: addresses } = profile;
  const names = altNamesOf(profile, fields);
  return [
    basicConstraints(false),
    keyUsage(isRsa(key.keyType) ? profile.keyUsage.rsa : profile.keyUsage.ec),
    ...(purposes.length > 0 ? [extendedKeyUsage(purposes)] : []),
    subjectKeyIdentifier(keyIdentifier(key.spkiDer)),
    authorityKeyIdentifier(issuer.ski),
    ...(names.length > 0 ? [subjectAltName(names)] : []),
    ...(policies.length > 0 ? [certificatePolicies(policies)] : []),
    ...(addresses.length > 0 ? [crlDistributionPoints(addresses)] : []),
  ];
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

/** The v3 structure itself, for device and CA certificates. */
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

/**
 * The validity stays inside the issuer's: a chain is only as valid as its shortest part (RFC 5280 §6.1.3). "No
 * well-defined expiration" is not a date, and outlives the issuer on purpose.
 */
function validityOf(profile: Profile, issuer: Issuer, now: Date): { notBefore: Date; notAfter: Date } {
  const start = new Date(Math.max(now.getTime() - profile.backdateMs, issuer.notBefore.getTime()));
  return { notBefore: wholeSecond(start), notAfter: wholeSecond(endOf(profile, issuer, now)) };
}

function endOf({ name, validity }: Profile, issuer: Issuer, now: Date): Date {
  if (validity.kind === 'noExpiry') return noExpiry;
  const end = validity.kind === 'days' ? now.getTime() + validity.days * 24 * 3600 * 1000 : Date.parse(validity.at);
  if (end <= now.getTime())
    throw new StationError('policy.profileInvalid', `what the profile ${name} issues would have expired already`);
  return new Date(Math.min(end, issuer.notAfter.getTime()));
}

function markedSubject({ profile, issuer, fields }: TbsRequest): [NameAttribute, string][] {
  const entries = subjectOf(profile, fields);
  if (!issuer.practice) return entries;
  return [...entries.slice(0, -1), ['organizationalUnitName', practiceUnit], ...entries.slice(-1)];
}
