/** Certificate extensions (RFC 5280 §4.2): writing and reading. */

import {
  type Asn1,
  bitString,
  boolean,
  dotted,
  explicit,
  implicitOctets,
  integer,
  octetString,
  oid,
  readDer,
  sequence,
} from '../asn1/der.ts';
import { DerError, type DerNode, expect, items, smallOf, tags, upTo } from '../asn1/node.ts';
import { oids } from '../asn1/oids.ts';
import { type AltName, altNames, generalName, readGeneralName } from './altname.ts';

/** RFC 5280 §4.2.1.3, bit 0 first. */
export const keyUsageBits = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;
export type KeyUsage = (typeof keyUsageBits)[number];

const extension = (type: string, critical: boolean, value: Asn1): Asn1 =>
  critical ? sequence(oid(type), boolean(true), octetString(value)) : sequence(oid(type), octetString(value));

/** Critical. Only a CA has a `pathLength`. */
export function basicConstraints(ca: false | { pathLength: number }): Asn1 {
  const value = ca === false ? sequence() : sequence(boolean(true), integer(ca.pathLength));
  return extension(oids.basicConstraints, true, value);
}

/** Critical. A named bit list drops trailing zero bits (X.690 §11.2.2). */
export function keyUsage(usages: readonly KeyUsage[]): Asn1 {
  const positions = usages.map((usage) => keyUsageBits.indexOf(usage));
  const last = Math.max(...positions);
  const octets = new Uint8Array((last >> 3) + 1);
  for (const position of positions) octets[position >> 3]! |= 0x80 >> (position & 7);
  return extension(oids.keyUsage, true, bitString(octets, 7 - (last & 7)));
}

export const extendedKeyUsage = (purposes: readonly string[]): Asn1 =>
  extension(oids.extendedKeyUsage, false, sequence(...purposes.map(oid)));
export const subjectKeyIdentifier = (identifier: Uint8Array): Asn1 =>
  extension(oids.subjectKeyIdentifier, false, octetString(identifier));
export const authorityKeyIdentifier = (identifier: Uint8Array): Asn1 =>
  extension(oids.authorityKeyIdentifier, false, sequence(implicitOctets(0, identifier)));

export type ExtensionFacts = { oid: string; critical: boolean; value: Uint8Array };

/** The list inside `[3] EXPLICIT`, in order, duplicates included. */
export function readExtensions(node: DerNode | undefined): ExtensionFacts[] {
  const list = items(expect(node, 0xa3, 'extensions').children[0], 'extensions', 1, Infinity);
  return list.map((one) => {
    const parts = upTo(one, 'extension', 3);
    const critical = parts.length === 3;
    // DER leaves out a DEFAULT, so an encoded FALSE is not DER.
    if (critical && expect(parts[1], tags.boolean, 'critical').content[0] !== 0xff)
      throw new DerError('critical FALSE');
    return {
      oid: dotted(expect(parts[0], tags.oid, 'extension type').content),
      critical,
      value: expect(parts.at(-1), tags.octetString, 'extension value').content,
    };
  });
}

export function readBasicConstraints(value: Uint8Array): { ca: boolean; pathLength?: number } {
  const [ca, pathLength] = upTo(readDer(value), 'basicConstraints', 2);
  if (ca === undefined) return { ca: false };
  if (expect(ca, tags.boolean, 'cA').content[0] !== 0xff) throw new DerError('cA FALSE written out');
  return pathLength === undefined ? { ca: true } : { ca: true, pathLength: smallOf(pathLength, 'pathLenConstraint') };
}

export function readKeyUsage(value: Uint8Array): KeyUsage[] {
  const { content } = expect(readDer(value), tags.bitString, 'keyUsage');
  return keyUsageBits.filter((_, bit) => ((content[1 + (bit >> 3)] ?? 0) & (0x80 >> (bit & 7))) !== 0);
}

export const readExtendedKeyUsage = (value: Uint8Array): string[] =>
  items(readDer(value), 'extKeyUsage', 1, Infinity).map((one) => dotted(expect(one, tags.oid, 'purpose').content));

export const readSubjectKeyIdentifier = (value: Uint8Array): Uint8Array =>
  expect(readDer(value), tags.octetString, 'subjectKeyIdentifier').content;

/** The keyIdentifier. The other two forms of an AKI name a certificate, not a key, and are refused. */
export const readAuthorityKeyIdentifier = (value: Uint8Array): Uint8Array =>
  expect(items(readDer(value), 'authorityKeyIdentifier', 1)[0], 0x80, 'keyIdentifier').content;

/** Every form of an AKI that outside CAs write. */
export function readAuthority(value: Uint8Array): { keyIdentifier?: Uint8Array; serial?: Uint8Array } {
  const parts = upTo(readDer(value), 'authorityKeyIdentifier', 3);
  const [keyIdentifier, serial] = [0x80, 0x82].map((tag) => parts.find((part) => part.tag === tag)?.content);
  return { ...(keyIdentifier && { keyIdentifier }), ...(serial && { serial }) };
}

/** Not critical: the subject is never empty (RFC 5280 §4.2.1.6). */
export const subjectAltName = (names: readonly AltName[]): Asn1 =>
  extension(oids.subjectAltName, false, altNames(names));

/** Without qualifiers, as RFC 5280 §4.2.1.4 recommends. */
export const certificatePolicies = (policies: readonly string[]): Asn1 =>
  extension(oids.certificatePolicies, false, sequence(...policies.map((policy) => sequence(oid(policy)))));

/** One point an address, each the full name of a URI (RFC 5280 §4.2.1.13). */
export const crlDistributionPoints = (addresses: readonly string[]): Asn1 =>
  extension(
    oids.crlDistributionPoints,
    false,
    sequence(...addresses.map((value) => sequence(explicit(0, explicit(0, generalName({ type: 'uri', value })))))),
  );

export type CertificatePolicy = { policy: string; qualified: boolean };

export const readCertificatePolicies = (value: Uint8Array): CertificatePolicy[] =>
  items(readDer(value), 'certificatePolicies', 1, Infinity).map((one) => {
    const [policy, qualifiers] = upTo(one, 'PolicyInformation', 2);
    return {
      policy: dotted(expect(policy, tags.oid, 'policyIdentifier').content),
      qualified: qualifiers !== undefined,
    };
  });

/** The URIs. Points of another form (reasons, cRLIssuer, a name relative to the issuer, another kind) are refused. */
export const readCrlDistributionPoints = (value: Uint8Array): string[] =>
  items(readDer(value), 'cRLDistributionPoints', 1, Infinity).flatMap((point) => {
    const [name] = items(point, 'DistributionPoint', 1);
    const fullName = expect(expect(name, 0xa0, 'distributionPoint').children[0], 0xa0, 'fullName');
    return fullName.children.map((one) => {
      const read = readGeneralName(one);
      if (read.type !== 'uri') throw new DerError('a distribution point that is no URI');
      return read.value;
    });
  });
