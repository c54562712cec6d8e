/** Lints of subjectAltName. */

import { hexOf } from '../asn1/node.ts';
import { oids } from '../asn1/oids.ts';
import { type AltNameFacts, altNameProblem, readAltNames } from '../x509/altname.ts';
import { areUnique, type Lint, lintWhere, once, sameList } from './define.ts';

const namesIn = once<readonly AltNameFacts[]>(readAltNames);

const lintNames = (
  name: string,
  source: string,
  holds: (names: readonly AltNameFacts[]) => boolean,
  otherwise: string,
): Lint => lintWhere(oids.subjectAltName, name, source, (value) => holds(namesIn(value)), otherwise);

const keyOf = (name: AltNameFacts): string =>
  name.type === 'hardwareModuleName'
    ? `${name.type} ${name.hwType} ${hexOf(name.hwSerial)}`
    : JSON.stringify(name).toLowerCase();

const fits = (name: AltNameFacts): boolean => name.type === 'other' || altNameProblem(name) === undefined;
const allOf =
  (type: AltNameFacts['type'], holds: (name: AltNameFacts) => boolean) =>
  (names: readonly AltNameFacts[]): boolean =>
    names.filter((name) => name.type === type).every(holds);

const textOf = (name: AltNameFacts): string => ('value' in name ? name.value : '');

export const alternativeLints: readonly Lint[] = [
  lintNames(
    'subjectAltName.isNotEmpty',
    'RFC 5280 §4.2.1.6: where the extension is present, it MUST contain at least one entry',
    (names) => names.length > 0,
    'no names',
  ),
  lintNames(
    'subjectAltName.kindsAreKnown',
    'CA practice: URI, DNS and otherName; no mail or IP address is proved on a bench',
    (names) => names.every(({ type }) => type !== 'other'),
    'a kind of name no profile can ask for',
  ),
  lintNames(
    'subjectAltName.dnsIsHostName',
    'RFC 5280 §4.2.1.6: dNSName in the preferred name syntax of RFC 1034 §3.5, digits first as in RFC 1123 §2.1',
    allOf('dns', (name) => /\*/.test(textOf(name)) || fits(name)),
    'a DNS name that is none',
  ),
  lintNames(
    'subjectAltName.dnsIsOneHost',
    'RFC 5280 §4.2.1.6: wildcards are not addressed by it; CA practice: a device is one host',
    allOf('dns', (name) => !/\*/.test(textOf(name))),
    'a wildcard',
  ),
  lintNames(
    'subjectAltName.uriIsAbsolute',
    'RFC 5280 §4.2.1.6: a URI MUST NOT be relative, and follows RFC 3986: a scheme and something after it',
    allOf('uri', fits),
    'a URI without a scheme or with characters it cannot have',
  ),
  lintNames(
    'subjectAltName.otherNameSaysSomething',
    'RFC 5280 §4.2.1.6: names are never empty',
    allOf('otherName', fits),
    'an empty or unreadable otherName',
  ),
  lintNames(
    'subjectAltName.hardwareIsOne',
    'RFC 4108 §5: hwType and hwSerialNum identify one hardware module',
    (names) => names.filter(({ type }) => type === 'hardwareModuleName').length <= 1,
    'two hardware modules',
  ),
  lintNames(
    'subjectAltName.hardwareTypeIsArc',
    'RFC 4108 §5: hwType identifies the type of the hardware module; ITU-T X.667 §6: under 2.25 it is a whole UUID',
    allOf('hardwareModuleName', (name) => {
      if (name.type !== 'hardwareModuleName') return true;
      const uuid = /^2\.25\.(\d+)$/.exec(name.hwType)?.[1];
      return name.hwType.split('.').length > 3 || (uuid !== undefined && BigInt(uuid) < 2n ** 128n);
    }),
    'an OID that names a branch, not a type',
  ),
  lintNames(
    'subjectAltName.areUnique',
    'CA practice: a name twice is a mistake in what made it; DNS names and URIs compared without case',
    (names) => areUnique(names.map(keyOf)),
    'a name twice',
  ),
  lintNames(
    'subjectAltName.isFilled',
    "CA practice: a profile's template never stands in a certificate unfilled",
    (names) => names.every((name) => !/[{}]/.test(textOf(name))),
    'braces',
  ),
  lintWhere(
    oids.subjectAltName,
    'subjectAltName.isTheProfiles',
    'Birthmark: the kinds of name the profile names, in its order',
    (value, { profile }) =>
      sameList(
        namesIn(value).map(({ type }) => type),
        profile.subjectAltNames.map(({ type }) => type),
      ),
    'other names than the profile has',
  ),
];
