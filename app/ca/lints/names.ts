/** Lints of issuer and subject. */

import { sameBytes, tags } from '../asn1/node.ts';
import { isPractice } from '../authorities/facts.ts';
import { practiceUnit } from '../profiles/profile.ts';
import { mustBePrintable, valueProblem } from '../x509/name.ts';
import { areUnique, type Lint, lintThat, sameList } from './define.ts';

const isNoMark = ({ attribute, value }: { attribute?: string; value?: string }): boolean =>
  attribute !== 'organizationalUnitName' || value !== practiceUnit;

export const nameLints: readonly Lint[] = [
  lintThat(
    'issuer.isVerbatim',
    "RFC 5280 §4.1.2.4 and §6.1.3 (a)(4): issuer is the CA certificate's subject; equal bytes need no comparison rules",
    ({ tbs, issuer }) => sameBytes(tbs.issuerDer, issuer.subjectDer),
    "not the issuing CA's subject",
  ),
  lintThat(
    'subject.isNotTheIssuers',
    'RFC 5280 §6.1: a self-issued certificate is treated as a CA rolling over its key',
    ({ tbs, issuer }) => !sameBytes(tbs.subjectDer, issuer.subjectDer),
    "the issuing CA's own subject",
  ),
  lintThat(
    'subject.hasOneCommonName',
    'AWS IoT Core: JITP and provisioning templates name the thing after Certificate.Subject.CommonName; ' +
      'RegisterCACertificate reads the registration code from it',
    ({ tbs }) => tbs.subject.entries.filter((entry) => entry.attribute === 'commonName').length === 1,
    'not exactly one common name',
  ),
  {
    name: 'subject.valuesFit',
    source: 'RFC 5280 appendix A.1: upper bounds; §4.1.2.6: only attributes whose meaning is known here',
    problem({ tbs }) {
      for (const { attribute, oid, value } of tbs.subject.entries) {
        if (attribute === undefined) return `attribute ${oid}`;
        const problem = valueProblem(attribute, value ?? '');
        if (problem !== undefined) return problem;
      }
      return undefined;
    },
  },
  lintThat(
    'subject.stringTypes',
    'RFC 5280 §4.1.2.4: CAs MUST use PrintableString or UTF8String',
    ({ tbs }) => tbs.subject.entries.every(({ tag }) => tag === tags.utf8 || tag === tags.printable),
    'neither UTF8String nor PrintableString',
  ),
  lintThat(
    'subject.practiceMark',
    'Birthmark: practice certificates carry OU=PRACTICE, others never do',
    ({ tbs, issuer }) => isPractice(tbs) === issuer.practice,
    'the practice mark does not agree with the issuing CA',
  ),
  lintThat(
    'subject.isNotEmpty',
    'RFC 5280 §4.1.2.6: where the subject is empty, the name is in a critical subjectAltName; this CA always names it here',
    ({ tbs }) => tbs.subject.entries.length > 0,
    'an empty subject',
  ),
  lintThat(
    'subject.oneValueAnRdn',
    'CA/Browser Forum Baseline Requirements §7.1.4.1: each RDN holds exactly one attribute',
    ({ tbs }) => tbs.subject.rdns === tbs.subject.entries.length,
    'an RDN of several attributes',
  ),
  lintThat(
    'subject.attributesOnce',
    'CA/Browser Forum Baseline Requirements §7.1.4.1: no attribute twice; the practice mark stands beside another OU',
    ({ tbs }) => areUnique(tbs.subject.entries.filter(isNoMark).map((entry) => entry.oid)),
    'an attribute twice',
  ),
  lintThat(
    'subject.isTheProfiles',
    'Birthmark: the attributes the profile names, in its order, and the practice mark',
    ({ tbs, profile }) =>
      sameList(
        tbs.subject.entries.filter(isNoMark).map((entry) => entry.attribute ?? entry.oid),
        profile.subject.filter(isNoMark).map(({ attribute }) => attribute),
      ),
    'other attributes than the profile names',
  ),
  lintThat(
    'subject.printableWhereAsked',
    'RFC 5280 appendix A.1: countryName, serialNumber and dnQualifier are PrintableStrings',
    ({ tbs }) =>
      tbs.subject.entries.every(
        ({ attribute, tag }) => attribute === undefined || !mustBePrintable(attribute) || tag === tags.printable,
      ),
    'a UTF8String where a PrintableString is asked for',
  ),
  lintThat(
    'subject.isFilled',
    "CA practice: a profile's template never stands in a certificate unfilled",
    ({ tbs }) => tbs.subject.entries.every(({ value }) => !/[{}]/.test(value ?? '')),
    'braces',
  ),
  lintThat(
    'subject.saysSomething',
    'CA/Browser Forum Baseline Requirements §7.1.4.2: no value of only ".", "-" or spaces to say that there is none',
    ({ tbs }) => tbs.subject.entries.every(({ value }) => value === undefined || !/^[-. ]+$/.test(value)),
    'a value that says nothing',
  ),
];
