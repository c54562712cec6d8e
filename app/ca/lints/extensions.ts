/** Lints of the extensions. */
import { extensionOf } from '../certificate.ts';
import {
  type KeyUsage,
  readAuthorityKeyIdentifier,
  readBasicConstraints,
  readExtendedKeyUsage,
  readKeyUsage,
  readSubjectKeyIdentifier,
} from '../extension.ts';
import { isRsa, keyIdentifier, readKey } from '../key.ts';
import { sameBytes } from '../node.ts';
import { oids } from '../oids.ts';
import { type Lint, type LintFacts, lintThat } from './lint.ts';

const known: readonly string[] = [
  oids.basicConstraints,
  oids.keyUsage,
  oids.extendedKeyUsage,
  oids.subjectKeyIdentifier,
  oids.authorityKeyIdentifier,
];

function usagesOf({ tbs }: LintFacts): KeyUsage[] {
  return readKeyUsage(extensionOf(tbs, oids.keyUsage, 'keyUsage').value);
}

export const extensionLints: readonly Lint[] = [
  lintThat(
    'extensions.areUnique',
    'RFC 5280 §4.2: MUST NOT include more than one instance of an extension',
    ({ tbs }) => new Set(tbs.extensions.map((one) => one.oid)).size === tbs.extensions.length,
    'an extension occurs twice',
  ),
  {
    name: 'extensions.areKnown',
    source: 'CA practice: nothing gets into a certificate that no profile names',
    problem({ tbs }) {
      const stranger = tbs.extensions.find((one) => !known.includes(one.oid));
      return stranger === undefined ? undefined : `extension ${stranger.oid}`;
    },
  },
  lintThat(
    'extensions.criticality',
    'RFC 5280 §4.2.1.9, §4.2.1.3: basicConstraints and keyUsage critical; §4.2.1.1, §4.2.1.2: AKI and SKI not; §4.2.1.12: EKU either',
    ({ tbs }) =>
      tbs.extensions.every((one) => one.critical === (one.oid === oids.basicConstraints || one.oid === oids.keyUsage)),
    'an extension is critical that must not be, or the reverse',
  ),
  lintThat(
    'basicConstraints.isNoCa',
    'RFC 5280 §4.2.1.9: cA says whether the key may verify certificates; written out so that nobody has to assume',
    ({ tbs }) => {
      const { ca, pathLength } = readBasicConstraints(
        extensionOf(tbs, oids.basicConstraints, 'basicConstraints').value,
      );
      return !ca && pathLength === undefined;
    },
    'the subject would be a CA',
  ),
  lintThat(
    'keyUsage.signs',
    'RFC 8446 §4.4.2.2: a TLS client certificate with keyUsage MUST have digitalSignature',
    (facts) => usagesOf(facts).includes('digitalSignature'),
    'no digitalSignature',
  ),
  lintThat(
    'keyUsage.noCaBits',
    'RFC 5280 §4.2.1.3: keyCertSign only where cA is TRUE; cRLSign belongs to a CRL issuer',
    (facts) => !usagesOf(facts).some((usage) => usage === 'keyCertSign' || usage === 'cRLSign'),
    'keyCertSign or cRLSign',
  ),
  lintThat(
    'keyUsage.fitsKey',
    'RFC 8813 §3: an EC key MUST NOT have keyEncipherment or dataEncipherment; RFC 4055 §1.2: RSA may',
    (facts) => {
      const rsa = isRsa(readKey(facts.tbs.spkiDer).keyType);
      return usagesOf(facts).every((usage) => usage === 'digitalSignature' || (rsa && usage === 'keyEncipherment'));
    },
    'a usage the key type does not have',
  ),
  lintThat(
    'extKeyUsage.isClientAuth',
    'RFC 5280 §4.2.1.12: id-kp-clientAuth, and nothing that would make the device a server or a code signer',
    ({ tbs }) =>
      readExtendedKeyUsage(extensionOf(tbs, oids.extendedKeyUsage, 'extKeyUsage').value).join() === oids.clientAuth,
    'not clientAuth alone',
  ),
  lintThat(
    'subjectKeyIdentifier.isTheKeys',
    'RFC 5280 §4.2.1.2 SHOULD be present; RFC 7093 §2 (1): from SHA-256 of the key',
    ({ tbs }) =>
      sameBytes(
        readSubjectKeyIdentifier(extensionOf(tbs, oids.subjectKeyIdentifier, 'subjectKeyIdentifier').value),
        keyIdentifier(tbs.spkiDer),
      ),
    'not made from the key',
  ),
  lintThat(
    'authorityKeyIdentifier.isTheIssuers',
    "RFC 5280 §4.2.1.1 MUST be present; §4.2.1.2: equal to the issuing CA's subject key identifier",
    ({ tbs, issuer }) =>
      sameBytes(
        readAuthorityKeyIdentifier(extensionOf(tbs, oids.authorityKeyIdentifier, 'authorityKeyIdentifier').value),
        issuer.ski,
      ),
    "not the issuing CA's key",
  ),
];
