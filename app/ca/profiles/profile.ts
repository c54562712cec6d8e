/** Profiles: the contents of a certificate, as data. The request has no influence on them. */

import { StationError } from '../../contract/errors.ts';
import type { CertificatePurpose } from '../../contract/issuance.ts';
import type { IssuerKey, ProfileFile, UnitField } from '../../contract/profile.ts';
import { oids } from '../asn1/oids.ts';
import { algorithmFor, isRsa, type KeyType } from '../keys/publickey.ts';
import type { SignatureAlgorithm } from '../x509/algorithm.ts';

/** The source of a subject's value. */
export type SubjectSource = UnitField | 'registrationCode';

/**
 * A profile as its file has it (`app/contract/profile.ts`). A practice CA puts `OU=PRACTICE` before the subject's last
 * attribute.
 */
export type Profile = Readonly<ProfileFile> & { readonly purpose: CertificatePurpose };

export const practiceUnit = 'PRACTICE';

/**
 * One day. A line PC that takes local time for UTC is up to 14 h ahead, and a freshly flashed device may take its time
 * from that PC. With one hour, as public CAs do it, units on the test bench would refuse their own certificate.
 */
export const backdateMs = 24 * 3600 * 1000;

/** RFC 5280 §4.1.2.5: 99991231235959Z, "no well-defined expiration date". */
export const noExpiry = new Date('9999-12-31T23:59:59Z');

const keyUsage: Profile['keyUsage'] = { ec: ['digitalSignature'], rsa: ['digitalSignature', 'keyEncipherment'] };
const keyUsageSource =
  "RFC 5280 §4.2.1.3; RFC 8446 §4.4.2.2: a TLS client signs; keyEncipherment is TLS 1.2's RSA key exchange";
const clientAuthSource = 'RFC 5280 §4.2.1.12: id-kp-clientAuth, the device is the client of a TLS server';
const plain = { subjectAltNames: [], policies: [], crlDistributionPoints: [], signature: {} };

const awsIotDevice: Profile = {
  ...plain,
  name: 'aws-iot-device',
  purpose: 'device',
  sources: {
    subject: 'AWS IoT Core, "Just-in-time provisioning": AWS::IoT::Certificate::CommonName names the thing',
    validity: 'CA practice: as long as an issuing CA lives; the factory cannot hand a fielded device a new certificate',
    keyUsage: keyUsageSource,
    extendedKeyUsage: clientAuthSource,
  },
  subject: [
    { attribute: 'organizationName', value: '{organisation}' },
    { attribute: 'commonName', value: '{unitSerial}' },
  ],
  validity: { kind: 'days', days: 3650 },
  backdateMs,
  keyUsage,
  extendedKeyUsage: [oids.clientAuth],
};

const ieeeIdevid: Profile = {
  ...plain,
  name: 'ieee-802.1ar-idevid',
  purpose: 'device',
  sources: {
    subject: 'IEEE 802.1AR-2018 §8.6: serialNumber (X.520) in the subject; commonName beside it, as AWS IoT reads it',
    validity: 'IEEE 802.1AR-2018 §8.7 and RFC 5280 §4.1.2.5: notAfter 99991231235959Z, no well-defined expiration',
    keyUsage: `IEEE 802.1AR-2018 §8.10; ${keyUsageSource}`,
    subjectAltNames:
      'IEEE 802.1AR-2018 §8.10 and RFC 4108 §5: hardwareModuleName; ITU-T X.667: hardware type under 2.25',
  },
  subject: [
    { attribute: 'organizationName', value: '{organisation}' },
    { attribute: 'serialNumber', value: '{unitSerial}' },
    { attribute: 'commonName', value: '{unitSerial}' },
  ],
  validity: { kind: 'noExpiry' },
  backdateMs,
  keyUsage,
  // An initial identity is not tied to one use. LDevIDs enrolled with it are (RFC 5280 §4.2.1.12: no EKU means any
  // purpose).
  extendedKeyUsage: [],
  subjectAltNames: [{ type: 'hardwareModuleName', hardwareType: 'fromModel', hardwareSerial: '{hardwareId}' }],
};

/**
 * RegisterCACertificate wants a certificate of the CA whose CN is the account's registration code. It is used once, at
 * once.
 */
const awsCaVerification: Profile = {
  ...plain,
  name: 'aws-ca-verification',
  purpose: 'caVerification',
  sources: {
    subject: 'AWS IoT Core, "Register your CA certificate": the common name is the registration code',
    validity: 'CA practice: used once, at once',
    keyUsage: keyUsageSource,
    extendedKeyUsage: clientAuthSource,
  },
  subject: [{ attribute: 'commonName', value: '{registrationCode}' }],
  validity: { kind: 'days', days: 7 },
  backdateMs,
  keyUsage,
  extendedKeyUsage: [oids.clientAuth],
};

export const defaultProfile = awsIotDevice;
export const profiles: Readonly<Record<string, Profile>> = {
  [awsIotDevice.name]: awsIotDevice,
  [ieeeIdevid.name]: ieeeIdevid,
  [awsCaVerification.name]: awsCaVerification,
};

/**
 * A profile that comes with the product.
 * @throws `policy.profileUnknown`
 */
export function profileNamed(name: string): Profile {
  const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  if (profile === undefined) throw new StationError('policy.profileUnknown', `no profile is named ${name}`);
  return profile;
}

/** The algorithm that an issuing CA with such a key uses under this profile. */
export function signatureOf(profile: Profile, issuerKey: KeyType): SignatureAlgorithm {
  const kind = (isRsa(issuerKey) ? 'RSA' : issuerKey) as IssuerKey;
  return profile.signature[kind] ?? algorithmFor(issuerKey);
}
