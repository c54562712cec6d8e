/** A certification request (RFC 2986), read once its self-signature is verified over its original bytes. */

import { readDer } from '../asn1/der.ts';
import { assertSetOrder, DerError, type DerNode, expect, hexOf, items, octetsOf, tags } from '../asn1/node.ts';
import { derOf } from '../asn1/pem.ts';
import { importKey, isRsa, type KeyFacts, readKey } from '../keys/publickey.ts';
import {
  type AlgorithmFacts,
  readAlgorithm,
  type SignatureAlgorithm,
  signatureAlgorithms,
  verifies,
} from './algorithm.ts';
import { refusal } from './csrrefusal.ts';
import { type NameFacts, readName, type Subject } from './name.ts';

/** Accepted departures from the standards. They change no meaning, and each is noted with the certificate. */
export type Deviation = 'ecdsaNullParameters' | 'rsaAbsentParameters';

export type CsrFacts = KeyFacts & {
  /** The request as DER: the original bytes, or the bytes inside the PEM. */
  der: Uint8Array;
  subject: Subject;
  /** RFC 4514; empty for an empty subject. */
  subjectText: string;
  signatureAlgorithm: SignatureAlgorithm;
  deviations: readonly Deviation[];
};

/** The largest request accepted, as DER. RSA-4096 with a long subject needs under 1.5 KiB. */
export const maxCsrBytes = 8192;
/** PEM is a third longer, and may stand inside a device's log. */
const maxCsrTextBytes = 2 * maxCsrBytes;

/**
 * Parses and verifies one request: DER, PEM, base64 or base64url. The extensions it asks for are ignored: the profile
 * decides. Work and memory are bounded by the size limit.
 * @throws `csr.tooLarge`, `csr.malformed`, `csr.unsupportedKey`, `csr.weakKey`, `csr.unsupportedAlgorithm`,
 * `csr.badSignature` – each with its `data.reason` of `refusals`
 */
export function parseCsr(bytes: Uint8Array): CsrFacts {
  try {
    return read(toDer(bytes));
  } catch (error) {
    if (error instanceof DerError) throw refusal(error.reason, `request: ${error.message}`);
    throw error;
  }
}

/** Returns a copy, so that the bytes cannot change after they were checked. */
function toDer(bytes: Uint8Array): Uint8Array {
  // A request is longer than 127 bytes, so as DER it starts with 0x30 0x8x. No text does.
  const isDer = bytes[0] === tags.sequence && (bytes[1] ?? 0) >= 0x80;
  if (bytes.length > (isDer ? maxCsrBytes : maxCsrTextBytes)) throw tooLarge(bytes.length);
  if (isDer) return new Uint8Array(bytes);
  const der = fromText(Buffer.from(bytes).toString('latin1'));
  if (der.length > maxCsrBytes) throw tooLarge(der.length);
  return der;
}

/** All ways in which a text can fail to hold a request share one reason: no DER was found in it. */
function fromText(text: string): Uint8Array {
  try {
    if (!text.includes('-----')) return fromBase64(text);
    return derOf(text, 'CERTIFICATE REQUEST', 'NEW CERTIFICATE REQUEST');
  } catch (error) {
    throw new DerError((error as Error).message, 'notDer');
  }
}

/**
 * RFC 4648 §4 with padding, or §5 with or without. Only the exact characters that encode the bytes, and white space,
 * are accepted.
 */
function fromBase64(text: string): Uint8Array {
  const given = text.replace(/[ \t\r\n]+/g, '');
  const bytes = Buffer.from(given, 'base64');
  const url = bytes.toString('base64url');
  const forms = [bytes.toString('base64'), url, url.padEnd(Math.ceil(url.length / 4) * 4, '=')];
  if (given === '' || !forms.includes(given)) throw new DerError('neither DER nor PEM nor base64');
  return new Uint8Array(bytes);
}

const tooLarge = (length: number) => refusal('oversize', `request of ${length} bytes, at most ${maxCsrBytes} are read`);

function read(der: Uint8Array): CsrFacts {
  const [info, algorithm, signature] = items(readDer(der), 'CertificationRequest', 3);
  const [version, subject, spki, attributes] = items(info, 'CertificationRequestInfo', 4);
  checkVersion(expect(version, tags.integer, 'version'));
  const name = readName(subject, 'subject');
  assertSetOrder(subject!, 'subject');
  checkUnambiguous(name.entries);
  checkAttributes(expect(attributes, 0xa0, 'attributes'));
  const key = readKey(spki!.der);
  const { algorithm: signatureAlgorithm, deviations } = acceptAlgorithm(readAlgorithm(algorithm), key);
  provePossession(info!.der, signatureAlgorithm, key, octetsOf(signature, 'signature'));
  return { ...key, der, subject: name.subject, subjectText: name.text, signatureAlgorithm, deviations };
}

/** RFC 2986 §4.1: v1(0). */
function checkVersion(version: DerNode): void {
  if (hexOf(version.content) !== '00') throw refusal('wrongVersion', 'request: version is not v1(0)');
}

/**
 * With two common names, or an unreadable one, this station could compare another name than the one that other readers
 * see.
 */
function checkUnambiguous(entries: NameFacts['entries']): void {
  for (const once of ['commonName', 'serialNumber']) {
    const found = entries.filter((entry) => entry.attribute === once);
    if (found.length > 1) throw refusal('duplicateAttribute', `request: subject has ${once} twice`);
    if (found[0] !== undefined && found[0].value === undefined) throw new DerError(`${once} is of an old string type`);
  }
}

/** RFC 2986 §4.1: a set of attributes, each with a type of its own and a value. Their contents are ignored. */
function checkAttributes(attributes: DerNode): void {
  assertSetOrder(attributes, 'attributes', true);
  const types = new Set<string>();
  for (const attribute of attributes.children) {
    const [type, values] = items(attribute, 'attribute', 2);
    const name = hexOf(expect(type, tags.oid, 'attribute type').der);
    if (types.has(name)) throw refusal('duplicateAttribute', 'request: an attribute occurs twice');
    types.add(name);
    if (expect(values, tags.set, 'attribute values').children.length === 0)
      throw new DerError('attribute without value');
  }
}

/** SHA-1 and older hashes, by OID: RFC 3279 §2.2.1, RFC 3279 §2.2.3, OIW. */
const weakAlgorithms: readonly string[] = [
  '1.2.840.113549.1.1.2', // md2WithRSAEncryption
  '1.2.840.113549.1.1.3', // md4WithRSAEncryption
  '1.2.840.113549.1.1.4', // md5WithRSAEncryption
  '1.2.840.113549.1.1.5', // sha1WithRSAEncryption
  '1.3.14.3.2.29', // sha1WithRSASignature
  '1.2.840.10040.4.3', // dsa-with-sha1
  '1.2.840.10045.4.1', // ecdsa-with-SHA1
];

export const isWeakAlgorithm = (oid: string): boolean => weakAlgorithms.includes(oid);

function acceptAlgorithm(
  facts: AlgorithmFacts,
  key: KeyFacts,
): { algorithm: SignatureAlgorithm; deviations: CsrFacts['deviations'] } {
  const { algorithm, parameters, oid } = facts;
  if (isWeakAlgorithm(oid)) throw refusal('weakSignatureAlgorithm', `signature algorithm ${oid} is weak`);
  if (algorithm === undefined)
    throw refusal('unsupportedSignatureAlgorithm', `signature algorithm ${oid} is not accepted`);
  if ((signatureAlgorithms[algorithm].family === 'RSA') !== isRsa(key.keyType))
    throw refusal('algorithmMismatch', `signature algorithm ${oid} does not fit the key`);
  if (parameters === 'asStandard') return { algorithm, deviations: [] };
  const deviation = deviations[signatureAlgorithms[algorithm].family];
  if (parameters === deviation.parameters) return { algorithm, deviations: [deviation.name] };
  throw refusal('algorithmParameters', `signature algorithm ${oid} has wrong parameters`);
}

/** Accepted parameters other than the standard's, by family. The signature covers the same bytes either way. */
const deviations = {
  // Mbed TLS before 3.4 and the nRF91's modem write NULL where RFC 5758 §3.2 asks for no parameters, whatever the hash.
  EC: { parameters: 'null', name: 'ecdsaNullParameters' },
  // RFC 4055 §5: writers write NULL, and readers also accept its absence.
  RSA: { parameters: 'absent', name: 'rsaAbsentParameters' },
} as const satisfies Record<string, { parameters: AlgorithmFacts['parameters']; name: Deviation }>;

function provePossession(
  signed: Uint8Array,
  algorithm: SignatureAlgorithm,
  key: KeyFacts,
  signature: Uint8Array,
): void {
  if (!verifies(algorithm, signed, importKey(key), signature)) {
    throw refusal('badSignature', 'the request is not signed with the key it asks a certificate for');
  }
}
