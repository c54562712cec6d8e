/** Lints of keyUsage and extKeyUsage. */

import { oids } from '../asn1/oids.ts';
import { isRsa } from '../keys/publickey.ts';
import { extensionOf } from '../x509/certificate.ts';
import { type KeyUsage, readExtendedKeyUsage, readKeyUsage } from '../x509/extension.ts';
import { areUnique, keyIn, type Lint, type LintFacts, lintThat, lintWhere, once, sameList } from './define.ts';

const usagesIn = once<readonly KeyUsage[]>(readKeyUsage);
const purposesIn = once<readonly string[]>(readExtendedKeyUsage);
const usageValue = ({ tbs }: LintFacts): Uint8Array => extensionOf(tbs, oids.keyUsage, 'keyUsage').value;
const usagesOf = (facts: LintFacts): readonly KeyUsage[] => usagesIn(usageValue(facts));
const hasRsaKey = ({ tbs }: LintFacts): boolean => isRsa(keyIn(tbs.spkiDer).keyType);

/** RFC 5280 §4.2.1.12 and CA practice: a device must not vouch for others. */
const vouching: readonly string[] = [oids.codeSigning, oids.timeStamping, oids.ocspSigning];

export const usageLints: readonly Lint[] = [
  lintThat(
    'keyUsage.signs',
    'RFC 8446 §4.4.2.2: a TLS client certificate with keyUsage MUST have digitalSignature',
    (facts) => usagesOf(facts).includes('digitalSignature'),
    'no digitalSignature',
  ),
  lintThat(
    'keyUsage.isMinimal',
    'X.690 §11.2.2: a named bit list drops its trailing zero bits; RFC 5280 §4.2.1.3: at least one bit MUST be set',
    (facts) => {
      // tag, length, unused bits, then the bits
      const [, , unused = 8, ...octets] = usageValue(facts);
      return ((octets.at(-1) ?? 0) & (1 << unused)) !== 0;
    },
    'no bit set, or zeros after the last',
  ),
  lintThat(
    'keyUsage.noCaBits',
    'RFC 5280 §4.2.1.3: keyCertSign only where cA is TRUE; cRLSign belongs to a CRL issuer',
    (facts) => !usagesOf(facts).some((usage) => usage === 'keyCertSign' || usage === 'cRLSign'),
    'keyCertSign or cRLSign',
  ),
  lintThat(
    'keyUsage.fitsEcKey',
    'RFC 8813 §3: an EC key MUST NOT have keyEncipherment or dataEncipherment',
    (facts) =>
      hasRsaKey(facts) || !usagesOf(facts).some((usage) => usage === 'keyEncipherment' || usage === 'dataEncipherment'),
    'encipherment with a key that cannot',
  ),
  lintThat(
    'keyUsage.fitsRsaKey',
    'RFC 3279 §2.3.1: an RSA key has no keyAgreement',
    (facts) => !hasRsaKey(facts) || !usagesOf(facts).includes('keyAgreement'),
    'keyAgreement with a key that cannot',
  ),
  lintThat(
    'keyUsage.onlyWithAgreement',
    'RFC 5280 §4.2.1.3: encipherOnly and decipherOnly are undefined without keyAgreement',
    (facts) => {
      const usages = usagesOf(facts);
      return usages.includes('keyAgreement') || !usages.some((one) => one === 'encipherOnly' || one === 'decipherOnly');
    },
    'encipherOnly or decipherOnly alone',
  ),
  lintThat(
    'keyUsage.isTheProfiles',
    'Birthmark: the usages the profile names for the type of the key',
    (facts) => {
      const { rsa, ec } = facts.profile.keyUsage;
      return sameList([...usagesOf(facts)].sort(), [...(hasRsaKey(facts) ? rsa : ec)].sort());
    },
    'other usages than the profile names',
  ),
  lintWhere(
    oids.extendedKeyUsage,
    'extKeyUsage.isClientAuth',
    'RFC 5280 §4.2.1.12: a TLS client whose certificate names purposes needs id-kp-clientAuth',
    (value) => purposesIn(value).includes(oids.clientAuth),
    'no clientAuth',
  ),
  lintWhere(
    oids.extendedKeyUsage,
    'extKeyUsage.isNotAny',
    'RFC 5280 §4.2.1.12: anyExtendedKeyUsage beside a purpose takes the limit away again; CA practice forbids it',
    (value) => !purposesIn(value).includes(oids.anyExtendedKeyUsage),
    'anyExtendedKeyUsage',
  ),
  lintWhere(
    oids.extendedKeyUsage,
    'extKeyUsage.vouchesForNobody',
    'RFC 5280 §4.2.1.12, CA/Browser Forum Baseline Requirements §7.1.2.7.10: no codeSigning, timeStamping, OCSPSigning',
    (value) => !purposesIn(value).some((purpose) => vouching.includes(purpose)),
    'a purpose that vouches for others',
  ),
  lintWhere(
    oids.extendedKeyUsage,
    'extKeyUsage.areUnique',
    'CA practice: a purpose named twice is a mistake in what made it',
    (value) => areUnique(purposesIn(value)),
    'a purpose twice',
  ),
  lintWhere(
    oids.extendedKeyUsage,
    'extKeyUsage.isTheProfiles',
    'Birthmark: the purposes the profile names',
    (value, { profile }) => sameList(purposesIn(value), profile.extendedKeyUsage),
    'other purposes than the profile names',
  ),
];
