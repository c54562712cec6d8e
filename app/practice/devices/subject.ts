/** Subjects as devices take them from a typed line: `CN=unit-1,O=Acme\, Inc,C=NO` (Mbed TLS, mbedtls_x509_string_to_names). */
import { ia5String, objectIdentifier, printableString, sequence, set, utf8String } from './der.ts';

/** The attributes in the order of the name, each with the name that `attributes` has for it. */
export type Subject = readonly (readonly [attribute: string, value: string])[];

type Attribute = { oid: string; write: (text: string) => Buffer };
const utf8 = (oid: string): Attribute => ({ oid, write: utf8String });
const printable = (oid: string): Attribute => ({ oid, write: printableString });
const ia5 = (oid: string): Attribute => ({ oid, write: ia5String });

/** The names that Mbed TLS knows (x509_create.c), with the string type that it writes. */
const attributes: Readonly<Record<string, Attribute>> = {
  CN: utf8('2.5.4.3'),
  commonName: utf8('2.5.4.3'),
  SN: utf8('2.5.4.4'),
  serialNumber: printable('2.5.4.5'),
  C: printable('2.5.4.6'),
  countryName: printable('2.5.4.6'),
  L: utf8('2.5.4.7'),
  locality: utf8('2.5.4.7'),
  ST: utf8('2.5.4.8'),
  stateOrProvinceName: utf8('2.5.4.8'),
  O: utf8('2.5.4.10'),
  organizationName: utf8('2.5.4.10'),
  OU: utf8('2.5.4.11'),
  organizationalUnitName: utf8('2.5.4.11'),
  title: utf8('2.5.4.12'),
  postalCode: utf8('2.5.4.17'),
  GN: utf8('2.5.4.42'),
  dnQualifier: printable('2.5.4.46'),
  DC: ia5('0.9.2342.19200300.100.1.25'),
  emailAddress: ia5('1.2.840.113549.1.9.1'),
};

/** The subject that this text names; `undefined` for text that is none, e.g. with an attribute that is not known. */
export function subjectFrom(text: string): Subject | undefined {
  const parts = text.match(/(?:\\.|[^,\\])+/g) ?? [];
  if (text === '' || parts.join(',') !== text) return undefined;
  const subject = parts.map((part) => {
    const [, attribute = '', value = ''] = /^ *([A-Za-z]+)=(.+)$/s.exec(part) ?? [];
    return [attribute, value.replace(/\\(.)/gs, '$1')] as const;
  });
  const known = ([attribute, value]: readonly [string, string]) =>
    Object.hasOwn(attributes, attribute) && value !== '' && value.length <= 255;
  return subject.every(known) ? subject : undefined;
}

/** The subject as an X.501 Name, DER. Attributes are among `attributes`. */
export const nameOf = (subject: Subject): Buffer =>
  sequence(
    ...subject.map(([attribute, value]) => {
      const { oid, write } = attributes[attribute] ?? utf8('2.5.4.3');
      return set(sequence(objectIdentifier(oid), write(value)));
    }),
  );
