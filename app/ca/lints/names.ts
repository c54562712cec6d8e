/** Lints of issuer and subject. */
import { isPractice } from '../issuer.ts';
import { valueProblem } from '../name.ts';
import { sameBytes, tags } from '../node.ts';
import { type Lint, lintThat } from './lint.ts';

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
];
