/**
 * X.501 names: the allowed contents of a subject (RFC 5280 appendix A.1 upper bounds), and its text form (RFC 4514).
 */
import type { nameAttributes } from '../../contract/profile.ts';
import { type Said, sentence } from '../../contract/sentences.ts';
import { type Asn1, dotted, oid, sequence, setOf, text } from '../asn1/der.ts';
import { DerError, type DerNode, expect, hexOf, items, tags } from '../asn1/node.ts';

type AttributeRule = { oid: string; short: string; tag: number; max: number };

const attributeRules = {
  commonName: { oid: '2.5.4.3', short: 'CN', tag: tags.utf8, max: 64 },
  serialNumber: { oid: '2.5.4.5', short: 'serialNumber', tag: tags.printable, max: 64 },
  countryName: { oid: '2.5.4.6', short: 'C', tag: tags.printable, max: 2 },
  localityName: { oid: '2.5.4.7', short: 'L', tag: tags.utf8, max: 128 },
  stateOrProvinceName: { oid: '2.5.4.8', short: 'ST', tag: tags.utf8, max: 128 },
  organizationName: { oid: '2.5.4.10', short: 'O', tag: tags.utf8, max: 64 },
  organizationalUnitName: { oid: '2.5.4.11', short: 'OU', tag: tags.utf8, max: 64 },
  dnQualifier: { oid: '2.5.4.46', short: 'dnQualifier', tag: tags.printable, max: 64 },
} as const satisfies Record<(typeof nameAttributes)[number], AttributeRule>;

export type NameAttribute = keyof typeof attributeRules;
/** The attributes that have a name here. For an attribute that occurs more than once, this is its first value. */
export type Subject = { [A in NameAttribute]?: string };
type NameEntry = { attribute?: NameAttribute; oid: string; tag: number; value?: string };
export type NameFacts = {
  subject: Subject;
  entries: readonly NameEntry[];
  /** The number of RDNs. It is smaller than the number of entries when one RDN has several values. */
  rdns: number;
  text: string;
};

const byOid = new Map(
  Object.entries(attributeRules).map(([name, rule]) => [rule.oid as string, name as NameAttribute]),
);
const encodings: Record<number, 'utf-8' | 'ascii'> = {
  [tags.utf8]: 'utf-8',
  [tags.printable]: 'ascii',
  [tags.ia5]: 'ascii',
};

/** Why a value cannot stand in a subject, or undefined. */
export function valueSaid(attribute: NameAttribute, value: string): Said | undefined {
  const rule: AttributeRule = attributeRules[attribute];
  // The limit counts characters. A text never has more characters than UTF-16 units.
  const length = value.length > rule.max ? [...value].length : value.length;
  if (length < 1 || length > rule.max) return sentence('attributeLength', { attribute, length, most: rule.max });
  if (attribute === 'countryName' && !/^[A-Z]{2}$/.test(value)) return sentence('countryForm');
  if (/\p{Cc}|\p{Cs}/u.test(value)) return sentence('attributeControl', { attribute });
  if (value.trim() !== value) return sentence('attributeSpace', { attribute });
  if (rule.tag === tags.printable && !isPrintable(value)) return sentence('attributePrintable', { attribute });
  return undefined;
}

/** The same in English. */
export const valueProblem = (attribute: NameAttribute, value: string): string | undefined =>
  valueSaid(attribute, value)?.message;

/** Whether the attribute must be a PrintableString (RFC 5280 appendix A.1). */
export const mustBePrintable = (attribute: NameAttribute): boolean => attributeRules[attribute].tag === tags.printable;

const isPrintable = (value: string): boolean => /^[A-Za-z0-9 '()+,\-./:=?]*$/.test(value);

/**
 * A Name of single-valued RDNs in the given order.
 * @throws `RangeError` – when a value cannot stand there
 */
export function encodeName(entries: readonly (readonly [NameAttribute, string])[]): Asn1 {
  return sequence(
    ...entries.map(([attribute, value]) => {
      const problem = valueProblem(attribute, value);
      if (problem !== undefined) throw new RangeError(problem);
      const rule = attributeRules[attribute];
      return setOf(sequence(oid(rule.oid), text(rule.tag, value)));
    }),
  );
}

/** Reads a Name. Strings of types other than UTF8, Printable and IA5 are left out of `subject` and shown as hex. */
export function readName(node: DerNode | undefined, what: string): NameFacts {
  const subject: Subject = {};
  const entries: NameEntry[] = [];
  const texts: string[] = [];
  for (const rdn of expect(node, tags.sequence, what).children) {
    const pairs = expect(rdn, tags.set, `${what} RDN`).children;
    if (pairs.length === 0) throw new DerError(`${what} has an empty RDN`);
    const shown = pairs.map((pair) => {
      const [type, value] = items(pair, `${what} attribute`, 2);
      const entry = readEntry(expect(type, tags.oid, `${what} attribute type`), value!, what);
      if (entry.attribute !== undefined && entry.value !== undefined) subject[entry.attribute] ??= entry.value;
      entries.push(entry);
      const key = entry.attribute === undefined ? entry.oid : attributeRules[entry.attribute].short;
      return `${key}=${entry.value === undefined ? `#${hexOf(value!.der)}` : escaped(entry.value)}`;
    });
    texts.unshift(shown.join('+'));
  }
  return { subject, entries, rdns: texts.length, text: texts.join(',') };
}

/** Octets per character (X.690 §8.23.7 and §8.23.8). */
const widths: Record<number, number> = { [tags.bmp]: 2, [tags.universal]: 4 };

function readEntry(type: DerNode, value: DerNode, what: string): NameEntry {
  if (value.tag >= 0x40) throw new DerError(`${what} has a value of no universal type`);
  if (value.content.length % (widths[value.tag] ?? 1) !== 0) throw new DerError(`${what} ends within a character`);
  const dottedOid = dotted(type.content);
  const attribute = byOid.get(dottedOid);
  const entry: NameEntry = { oid: dottedOid, tag: value.tag, ...(attribute === undefined ? {} : { attribute }) };
  const encoding = encodings[value.tag];
  return encoding === undefined ? entry : { ...entry, value: decode(value.content, encoding, what) };
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decode(content: Uint8Array, encoding: 'utf-8' | 'ascii', what: string): string {
  if (encoding === 'ascii' && content.some((octet) => octet >= 0x80)) throw new DerError(`${what} is not ASCII`);
  let value: string;
  try {
    value = strictUtf8.decode(content);
  } catch {
    throw new DerError(`${what} is not UTF-8`);
  }
  if (/\p{Cc}/u.test(value)) throw new DerError(`${what} holds control characters`);
  return value;
}

/** RFC 4514 §2.4. */
const escaped = (value: string): string => value.replace(/["+,;<>\\]|^[ #]| $/g, '\\$&');
