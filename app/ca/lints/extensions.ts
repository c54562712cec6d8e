/** Lints of the extensions as a set, of basicConstraints and of the key identifiers. */

import { sameBytes } from '../asn1/node.ts';
import { oids } from '../asn1/oids.ts';
import { keyIdentifier } from '../keys/publickey.ts';
import type { Profile } from '../profiles/profile.ts';
import { extensionOf } from '../x509/certificate.ts';
import { readAuthorityKeyIdentifier, readBasicConstraints, readSubjectKeyIdentifier } from '../x509/extension.ts';
import { areUnique, type Lint, lintThat, once } from './define.ts';

const always: readonly string[] = [
  oids.basicConstraints,
  oids.keyUsage,
  oids.subjectKeyIdentifier,
  oids.authorityKeyIdentifier,
];

const expected = once((profile: Profile): readonly string[] => [
  ...always,
  ...(profile.extendedKeyUsage.length > 0 ? [oids.extendedKeyUsage] : []),
  ...(profile.subjectAltNames.length > 0 ? [oids.subjectAltName] : []),
  ...(profile.policies.length > 0 ? [oids.certificatePolicies] : []),
  ...(profile.crlDistributionPoints.length > 0 ? [oids.crlDistributionPoints] : []),
]);

export const extensionLints: readonly Lint[] = [
  lintThat(
    'extensions.areUnique',
    'RFC 5280 §4.2: MUST NOT include more than one instance of an extension',
    ({ tbs }) => areUnique(tbs.extensions.map((one) => one.oid)),
    'an extension occurs twice',
  ),
  {
    name: 'extensions.areKnown',
    source: 'CA practice: nothing gets into a certificate that its profile does not name',
    problem({ tbs, profile }) {
      const known = expected(profile);
      const stranger = tbs.extensions.find((one) => !known.includes(one.oid));
      return stranger === undefined ? undefined : `extension ${stranger.oid}`;
    },
  },
  {
    name: 'extensions.areThere',
    source: 'RFC 5280 §4.2: AKI MUST, SKI and keyUsage SHOULD be there; CA practice: so must be what the profile names',
    problem({ tbs, profile }) {
      const missing = expected(profile).find((oid) => tbs.extensions.every((one) => one.oid !== oid));
      return missing === undefined ? undefined : `no extension ${missing}`;
    },
  },
  lintThat(
    'extensions.criticality',
    'RFC 5280 §4.2.1.9, §4.2.1.3: basicConstraints and keyUsage critical; §4.2.1.1, §4.2.1.2: AKI and SKI not; ' +
      '§4.2.1.4, §4.2.1.6, §4.2.1.12, §4.2.1.13: the others better not',
    ({ tbs }) =>
      tbs.extensions.every((one) => one.critical === (one.oid === oids.basicConstraints || one.oid === oids.keyUsage)),
    'an extension is critical that must not be, or the reverse',
  ),
  lintThat(
    'basicConstraints.isNoCa',
    'RFC 5280 §4.2.1.9: cA says whether the key may verify certificates; written out so that no reader has to assume',
    ({ tbs }) => {
      const { ca, pathLength } = readBasicConstraints(
        extensionOf(tbs, oids.basicConstraints, 'basicConstraints').value,
      );
      return !ca && pathLength === undefined;
    },
    'the subject would be a CA',
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
