/** Lints of the basic fields: version, serial number, algorithm, validity, key. */

import { isRsa } from '../keys/publickey.ts';
import { noExpiry, signatureOf } from '../profiles/profile.ts';
import { signatureAlgorithms } from '../x509/algorithm.ts';
import { serialHexOf } from '../x509/certificate.ts';
import { keyIn, type Lint, lintThat } from './define.ts';

const isNoExpiry = (date: Date): boolean => date.getTime() === noExpiry.getTime();

export const fieldLints: readonly Lint[] = [
  lintThat(
    'version.isV3',
    'RFC 5280 §4.1.2.1: version MUST be 3 when extensions are used',
    ({ tbs }) => tbs.version === 2,
    'not v3',
  ),
  lintThat(
    'serial.isPositive',
    'RFC 5280 §4.1.2.2: the serial number MUST be a positive integer; zero is refused too',
    ({ tbs }) => tbs.serial[0]! < 0x80 && tbs.serial.some((octet) => octet !== 0),
    'negative or zero',
  ),
  lintThat(
    'serial.isShort',
    'RFC 5280 §4.1.2.2: at most 20 octets',
    ({ tbs }) => tbs.serial.length <= 20,
    'longer than 20 octets',
  ),
  lintThat(
    'serial.isRandom',
    'CA/Browser Forum Baseline Requirements §7.1: at least 64 bits of a CSPRNG; this station draws 128',
    ({ tbs }) => serialHexOf(tbs).length === 32,
    'not 128 bits',
  ),
  lintThat(
    'signature.isStrong',
    'CA/Browser Forum Baseline Requirements §7.1.3.2 and AWS IoT Core, "X.509 certificates": SHA-256, -384 or -512; no SHA-1',
    ({ tbs }) => tbs.signature.algorithm !== undefined,
    'an algorithm this CA does not use',
  ),
  lintThat(
    'signature.fitsIssuer',
    'RFC 5280 §4.1.2.3: ECDSA for an EC key, RSA for an RSA key',
    ({ tbs, issuer }) => {
      const { algorithm } = tbs.signature;
      const family = isRsa(issuer.keyType) ? 'RSA' : 'EC';
      return algorithm === undefined || signatureAlgorithms[algorithm].family === family;
    },
    'not what the issuing key can sign with',
  ),
  lintThat(
    'signature.parameters',
    'RFC 5758 §3.2: none for ECDSA; RFC 4055 §5: NULL for RSA, §3.1: hash, MGF1 and salt length for PSS',
    ({ tbs }) => tbs.signature.parameters === 'asStandard',
    'other parameters than the algorithm has',
  ),
  lintThat(
    'signature.isTheProfiles',
    "Birthmark: the algorithm the profile names for the issuing CA's key, or the one that fits it best",
    ({ tbs, issuer, profile }) => tbs.signature.algorithm === signatureOf(profile, issuer.keyType),
    'not what the profile signs with',
  ),
  lintThat(
    'validity.isOrdered',
    'RFC 5280 §4.1.2.5: the period from notBefore through notAfter',
    ({ tbs }) => tbs.notBefore < tbs.notAfter,
    'ends before it begins',
  ),
  lintThat(
    'validity.insideIssuer',
    'RFC 5280 §6.1.3 (a)(2): every certificate of a path must be valid at the time of use; §4.1.2.5: "no well-defined expiration" is no time',
    ({ tbs, issuer }) =>
      tbs.notBefore >= issuer.notBefore && (tbs.notAfter <= issuer.notAfter || isNoExpiry(tbs.notAfter)),
    'reaches outside the validity of the issuing CA',
  ),
  lintThat(
    'validity.noExpiryIsMeant',
    'RFC 5280 §4.1.2.5: 99991231235959Z says that there is no well-defined expiration; only where the profile says so',
    ({ tbs, profile }) => isNoExpiry(tbs.notAfter) === (profile.validity.kind === 'noExpiry'),
    'with no expiration where the profile has one, or the reverse',
  ),
  lintThat(
    'validity.isNotLonger',
    'Birthmark: not a second longer than the profile says, its backdating included',
    ({ tbs, profile: { validity, backdateMs } }) => {
      if (validity.kind === 'noExpiry') return true;
      if (validity.kind === 'until') return tbs.notAfter <= new Date(validity.at);
      return tbs.notAfter.getTime() - tbs.notBefore.getTime() <= validity.days * 24 * 3600 * 1000 + backdateMs;
    },
    'longer than the profile allows',
  ),
  {
    name: 'key.isSupported',
    source: 'AWS IoT Core, "X.509 client certificates": RSA of 2048 bits or more, or ECC on P-256, P-384, P-521',
    problem({ tbs }) {
      try {
        keyIn(tbs.spkiDer);
        return undefined;
      } catch (error) {
        return (error as Error).message;
      }
    },
  },
  {
    name: 'key.isNotTheIssuers',
    source: 'CA practice: a CA key in a device certificate would let the chain of trust be confused',
    problem: ({ tbs, issuer }) =>
      keyIn(tbs.spkiDer).spkiSha256 === issuer.spkiSha256 ? "the CA's own key" : undefined,
  },
  lintThat(
    'fields.noUniqueIds',
    'RFC 5280 §4.1.2.8: CAs MUST NOT generate certificates with unique identifiers',
    ({ tbs }) => tbs.optionalTags.length === 1 && tbs.optionalTags[0] === 0xa3,
    'something other than extensions follows the key',
  ),
];
