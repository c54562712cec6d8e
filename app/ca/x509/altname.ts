/** Subject alternative names (RFC 5280 §4.2.1.6): writes and reads the three kinds that a profile may ask for. */
import { type Said, sentence } from '../../contract/sentences.ts';
import { type Asn1, dotted, encode, explicit, implicitOctets, oid, raw, readDer, sequence, text } from '../asn1/der.ts';
import { DerError, type DerNode, expect, tags } from '../asn1/node.ts';
import { oids } from '../asn1/oids.ts';
import { type HardwareModuleName, hardwareModuleName, readHardwareModuleName } from './hardwaremodule.ts';

export type AltName =
  | { type: 'dns'; value: string }
  | { type: 'uri'; value: string }
  | { type: 'otherName'; oid: string; value: string }
  | ({ type: 'hardwareModuleName' } & HardwareModuleName);

/** Names that others write. A kind that no profile has is told by its tag. */
export type AltNameFacts = AltName | { type: 'other'; tag: number };

/** Context tags of GeneralName. */
const dnsName = 2;
const uniformResourceIdentifier = 6;

export const altNames = (names: readonly AltName[]): Asn1 => sequence(...names.map(generalName));

export function generalName(name: AltName): Asn1 {
  if (name.type === 'dns') return implicitOctets(dnsName, Buffer.from(name.value, 'latin1'));
  if (name.type === 'uri') return implicitOctets(uniformResourceIdentifier, Buffer.from(name.value, 'latin1'));
  if (name.type === 'otherName') return otherName(name.oid, text(tags.utf8, name.value));
  return otherName(oids.hardwareModuleName, hardwareModuleName(name));
}

/** `[0] IMPLICIT SEQUENCE { type-id, value [0] EXPLICIT }`. */
function otherName(type: string, value: Asn1): Asn1 {
  const der = encode(sequence(oid(type), explicit(0, value)));
  der[0] = 0xa0;
  return raw(der);
}

/**
 * The names in the extension's value. An empty list is allowed here; a lint reports it.
 * @throws `DerError`
 */
export const readAltNames = (value: Uint8Array): AltNameFacts[] =>
  expect(readDer(value), tags.sequence, 'subjectAltName').children.map(readGeneralName);

export function readGeneralName(node: DerNode): AltNameFacts {
  if (node.tag === 0x80 + dnsName) return { type: 'dns', value: ia5(node) };
  if (node.tag === 0x80 + uniformResourceIdentifier) return { type: 'uri', value: ia5(node) };
  return node.tag === 0xa0 ? readOtherName(node) : { type: 'other', tag: node.tag };
}

function readOtherName(node: DerNode): AltNameFacts {
  const [type, wrapped, more] = node.children;
  if (more !== undefined) throw new DerError('otherName has more than two parts');
  const typeOid = dotted(expect(type, tags.oid, 'otherName type').content);
  const [value] = expect(wrapped, 0xa0, 'otherName value').children;
  if (typeOid === oids.hardwareModuleName) return { type: 'hardwareModuleName', ...readHardwareModuleName(value) };
  const { content } = expect(value, tags.utf8, 'otherName value');
  return { type: 'otherName', oid: typeOid, value: Buffer.from(content).toString('utf8') };
}

function ia5({ content }: DerNode): string {
  if (content.some((octet) => octet >= 0x80)) throw new DerError('a name is not ASCII');
  return Buffer.from(content).toString('latin1');
}

/** Why a value cannot stand as this kind of name, or undefined. */
export function altNameSaid(name: AltName): Said | undefined {
  if (name.type === 'dns') return isHostName(name.value) ? undefined : sentence('notHostName', { name: name.value });
  if (name.type === 'uri') return isUri(name.value) ? undefined : sentence('notUri', { name: name.value });
  if (name.type === 'otherName')
    return name.value === '' || /\p{Cc}|\p{Cs}/u.test(name.value) ? sentence('otherNameForm') : undefined;
  return name.hwSerial.length > 0 && name.hwSerial.length <= 64 ? undefined : sentence('hardwareSerialLength');
}

/** The same in English. */
export const altNameProblem = (name: AltName): string | undefined => altNameSaid(name)?.message;

/** RFC 1034 §3.5 as RFC 5280 asks for it, with the digits of RFC 1123. No wildcard: a device is one host. */
const isHostName = (value: string): boolean =>
  value.length <= 253 &&
  /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/i.test(value);

/** RFC 3986 with a scheme and something after it, as RFC 5280 §4.2.1.6 asks. */
const isUri = (value: string): boolean =>
  /^[a-z][a-z0-9+.-]*:(?:%[0-9a-f]{2}|[\w.~:/?#[\]@!$&'()*+,;=-])+$/i.test(value);
