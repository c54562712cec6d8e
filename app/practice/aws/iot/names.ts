/** The names in a certificate, read from its DER: OpenSSL's words for them lose where one ends (RFC 5280 §4.1.2.4, §4.2.1.6). */
import { element } from './x509.ts';

/** Attributes of a distinguished name by their OID (DER in hex), under their names in policy variables. */
const attributes: Readonly<Record<string, string>> = {
  '550403': 'CommonName',
  '550404': 'Surname',
  '550405': 'SerialNumber',
  '550406': 'Country',
  '550408': 'State',
  '55040a': 'Organization',
  '55040b': 'OrganizationalUnit',
  '55040c': 'Title',
  '55042a': 'GivenName',
  '55042b': 'Initials',
  '55042c': 'GenerationQualifier',
  '55042e': 'DistinguishedNameQualifier',
  '550441': 'Pseudonym',
};

/** Kinds of GeneralName by their tag; RFC 5280 has others, which no variable names. */
const general: Readonly<Record<number, [kind: string, read: (der: Buffer, at: Element) => string | undefined]>> = {
  129: ['RFC822Name', latin],
  130: ['DNSName', latin],
  164: ['DirectoryName', (der, { from }) => nameText(der, from)],
  134: ['UniformResourceIdentifier', latin],
  135: ['IPAddress', address],
};

type Element = ReturnType<typeof element>;
type Named = [name: string, value: string];

/**
 * What policy variables say of one side of a certificate: `CommonName` and so on, and `AlternativeName.DNSName` and so on,
 * in the order of the certificate. A part that cannot be read gives nothing.
 */
export function namesOf(certificate: Buffer, side: 'Subject' | 'Issuer'): Named[] {
  const fields = childrenOf(certificate, element(certificate, element(certificate, 0).from));
  // version [0], serialNumber, signature, issuer, validity, subject; without a version all of them come one earlier.
  const first = certificate[fields[0]?.at ?? 0] === 0xa0 ? 1 : 0;
  const name = fields[first + (side === 'Issuer' ? 2 : 4)];
  const extensions = fields.find(({ at }) => certificate[at] === 0xa3);
  const alternatives = extensions && alternativesOf(certificate, extensions, side === 'Issuer' ? '551d12' : '551d11');
  return [...(name ? distinguished(certificate, name) : []), ...(alternatives ?? [])];
}

function distinguished(der: Buffer, name: Element): Named[] {
  return childrenOf(der, name)
    .flatMap((set) => childrenOf(der, set))
    .flatMap((pair): Named[] => {
      const [oid, value] = childrenOf(der, pair);
      const attribute = oid && attributes[hexOf(der, oid)];
      const text = value && textOf(der, value);
      return attribute === undefined || text === undefined ? [] : [[attribute, text]];
    });
}

function alternativesOf(der: Buffer, extensions: Element, wanted: string): Named[] | undefined {
  try {
    const all = childrenOf(der, element(der, extensions.from)).map((one) => childrenOf(der, one));
    const value = all.find(([oid]) => oid && hexOf(der, oid) === wanted)?.at(-1);
    if (value === undefined) return undefined;
    return childrenOf(der, element(der, value.from)).flatMap((one): Named[] => {
      const [kind, read] = general[der.readUInt8(one.at)] ?? [];
      const text = read?.(der, one);
      return text === undefined ? [] : [[`AlternativeName.${kind}`, text]];
    });
  } catch (thrown) {
    // OpenSSL does not look into extensions that nothing asks for, so that their bytes may be anything.
    if (thrown instanceof RangeError) return undefined;
    throw thrown;
  }
}

/** @throws RangeError – where a length goes beyond the bytes */
function childrenOf(der: Buffer, { from, to }: Element): Element[] {
  const children: Element[] = [];
  for (let at = from; at < to; ) {
    const child = element(der, at);
    if (child.to > to) throw new RangeError('a part of a certificate is longer than the whole');
    children.push(child);
    at = child.to;
  }
  return children;
}

const hexOf = (der: Buffer, { from, to }: Element) => der.toString('hex', from, to);

function latin(der: Buffer, { from, to }: Element): string {
  return der.toString('latin1', from, to);
}

/** The strings of X.520's DirectoryString, and IA5String. */
function textOf(der: Buffer, value: Element): string | undefined {
  const { at, from, to } = value;
  if (der[at] === 0x0c) return der.toString('utf8', from, to);
  if (der[at] === 0x1e && (to - from) % 2 === 0)
    return Buffer.from(der.subarray(from, to)).swap16().toString('utf16le');
  return [0x13, 0x14, 0x16].includes(der[at] ?? 0) ? latin(der, value) : undefined;
}

/** How AWS writes one is not documented: here the most specific first, as in RFC 4514, with the names of variables. */
function nameText(der: Buffer, at: number): string {
  const pairs = distinguished(der, element(der, at)).reverse();
  return pairs.map(([name, value]) => `${name}=${value}`).join(',');
}

/** How AWS writes an address of version 6 is not documented: here all eight groups, without leading zeros. */
function address(der: Buffer, { from, to }: Element): string | undefined {
  const octets = der.subarray(from, to);
  if (octets.length === 4) return octets.join('.');
  if (octets.length !== 16) return undefined;
  return Array.from({ length: 8 }, (_, group) => octets.readUInt16BE(group * 2).toString(16)).join(':');
}
