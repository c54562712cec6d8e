/** Profiles: what a certificate contains, as data. The request's own wishes have no say. */

import { StationError } from '../contract/errors.ts';
import type { CertificatePurpose } from '../contract/issue.ts';
import type { KeyUsage } from './extension.ts';
import type { NameAttribute } from './name.ts';
import { oids } from './oids.ts';

/** Where a subject's value comes from. */
export type SubjectSource = 'unitSerial' | 'organisation' | 'registrationCode';

export type Profile = {
  readonly name: string;
  readonly purpose: CertificatePurpose;
  /** In encoding order. A practice CA's certificates get `OU=PRACTICE` before the last. */
  readonly subject: readonly { attribute: NameAttribute; from: SubjectSource }[];
  /** From now; never past the issuer's end. */
  readonly validityDays: number;
  /** How long before now a certificate begins; never before the issuer's beginning. */
  readonly backdateMs: number;
  readonly keyUsage: { readonly ec: readonly KeyUsage[]; readonly rsa: readonly KeyUsage[] };
  /** OIDs. */
  readonly extendedKeyUsage: readonly string[];
};

export const practiceUnit = 'PRACTICE';

/**
 * A day. A line PC that keeps local time as UTC is up to 14 h ahead, and a device just flashed may take its time from
 * it: an hour, as public CAs do it, would leave units that refuse their own certificate on the test bench.
 */
export const backdateMs = 24 * 3600 * 1000;

// RFC 5280 §4.2.1.3; RFC 8446 §4.4.2.2: a TLS client signs; keyEncipherment is TLS 1.2's RSA key exchange.
const keyUsage: Profile['keyUsage'] = { ec: ['digitalSignature'], rsa: ['digitalSignature', 'keyEncipherment'] };

const awsIotDevice: Profile = {
  name: 'aws-iot-device',
  purpose: 'device',
  subject: [
    { attribute: 'organizationName', from: 'organisation' },
    { attribute: 'commonName', from: 'unitSerial' },
  ],
  // As long as an issuing CA lives: a fielded device cannot be handed a new certificate by the factory.
  validityDays: 3650,
  backdateMs,
  keyUsage,
  extendedKeyUsage: [oids.clientAuth],
};

/** RegisterCACertificate wants a certificate of the CA whose CN is the account's registration code. Used once, at once. */
const awsCaVerification: Profile = {
  name: 'aws-ca-verification',
  purpose: 'caVerification',
  subject: [{ attribute: 'commonName', from: 'registrationCode' }],
  validityDays: 7,
  backdateMs,
  keyUsage,
  extendedKeyUsage: [oids.clientAuth],
};

export const defaultProfile = awsIotDevice;
export const profiles: Readonly<Record<string, Profile>> = {
  [awsIotDevice.name]: awsIotDevice,
  [awsCaVerification.name]: awsCaVerification,
};

/** Throws `policy.profileUnknown`. */
export function profileNamed(name: string): Profile {
  const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  if (profile === undefined) throw new StationError('policy.profileUnknown', `no profile is named ${name}`);
  return profile;
}
