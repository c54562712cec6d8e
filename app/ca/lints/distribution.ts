/** Lints of certificatePolicies and cRLDistributionPoints. */

import { oids } from '../asn1/oids.ts';
import { type CertificatePolicy, readCertificatePolicies, readCrlDistributionPoints } from '../x509/extension.ts';
import { areUnique, type Lint, lintWhere, once, sameList } from './define.ts';

const termsIn = once<readonly CertificatePolicy[]>(readCertificatePolicies);
const addressesIn = once<readonly string[]>(readCrlDistributionPoints);
const policiesOf = (value: Uint8Array): string[] => termsIn(value).map(({ policy }) => policy);

export const distributionLints: readonly Lint[] = [
  lintWhere(
    oids.certificatePolicies,
    'certificatePolicies.areUnique',
    'RFC 5280 §4.2.1.4: a policy OID MUST NOT appear more than once',
    (value) => areUnique(policiesOf(value)),
    'a policy twice',
  ),
  lintWhere(
    oids.certificatePolicies,
    'certificatePolicies.noQualifiers',
    'RFC 5280 §4.2.1.4: RECOMMENDED that policy information terms consist of only an OID',
    (value) => termsIn(value).every(({ qualified }) => !qualified),
    'a policy with qualifiers',
  ),
  lintWhere(
    oids.certificatePolicies,
    'certificatePolicies.notAny',
    'RFC 5280 §4.2.1.4: anyPolicy is for a CA that does not wish to limit its path; a device says which policy it has',
    (value) => !policiesOf(value).includes(oids.anyPolicy),
    'anyPolicy',
  ),
  lintWhere(
    oids.certificatePolicies,
    'certificatePolicies.areTheProfiles',
    'Birthmark: the policies the profile names',
    (value, { profile }) => sameList(policiesOf(value), profile.policies),
    'other policies than the profile names',
  ),
  lintWhere(
    oids.crlDistributionPoints,
    'crlDistributionPoints.areHttp',
    'RFC 5280 §4.2.1.13: SHOULD be http or ldap; over https a client would need the CRL to fetch the CRL (§8)',
    (value) => addressesIn(value).every((address) => /^http:\/\/[^/]+\/./.test(address)),
    'an address that is not http with a host and a path',
  ),
  lintWhere(
    oids.crlDistributionPoints,
    'crlDistributionPoints.areUnique',
    'CA practice: an address twice is a mistake in what made it',
    (value) => areUnique(addressesIn(value)),
    'an address twice',
  ),
  lintWhere(
    oids.crlDistributionPoints,
    'crlDistributionPoints.areTheProfiles',
    'Birthmark: the addresses the profile names',
    (value, { profile }) => sameList(addressesIn(value), profile.crlDistributionPoints),
    'other addresses than the profile names',
  ),
];
