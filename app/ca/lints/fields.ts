/** Lints of the basic fields: version, serial number, algorithm, validity, key. */
import { serialHexOf } from '../certificate.ts';
import { readKey } from '../key.ts';
import { type Lint, lintThat } from './lint.ts';

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
    'signature.fitsIssuer',
    'RFC 5280 §4.1.2.3 with RFC 5758 §3.2 and RFC 4055 §5: algorithm and parameters as the issuing key needs; no SHA-1',
    ({ tbs, issuer }) => tbs.signature.algorithm === issuer.algorithm && tbs.signature.parameters === 'asStandard',
    'not what the issuing CA signs with',
  ),
  lintThat(
    'validity.isOrdered',
    'RFC 5280 §4.1.2.5: the period from notBefore through notAfter',
    ({ tbs }) => tbs.notBefore < tbs.notAfter,
    'ends before it begins',
  ),
  lintThat(
    'validity.insideIssuer',
    'RFC 5280 §6.1.3 (a)(2): every certificate of a path must be valid at the time of use',
    ({ tbs, issuer }) => tbs.notBefore >= issuer.notBefore && tbs.notAfter <= issuer.notAfter,
    'reaches outside the validity of the issuing CA',
  ),
  {
    name: 'key.isSupported',
    source: 'AWS IoT Core, "X.509 client certificates": RSA of 2048 bits or more, or ECC on P-256, P-384, P-521',
    problem({ tbs }) {
      try {
        readKey(tbs.spkiDer);
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
      readKey(tbs.spkiDer).spkiSha256 === issuer.spkiSha256 ? "the CA's own key" : undefined,
  },
  lintThat(
    'fields.noUniqueIds',
    'RFC 5280 §4.1.2.8: CAs MUST NOT generate certificates with unique identifiers',
    ({ tbs }) => tbs.optionalTags.length === 1 && tbs.optionalTags[0] === 0xa3,
    'something other than extensions follows the key',
  ),
];
