/** A certification request (RFC 2986): what it says, once its self-signature is verified over its original bytes. */
import { StationError } from '../contract/errors.ts';
import {
  type AlgorithmFacts,
  readAlgorithm,
  type SignatureAlgorithm,
  signatureAlgorithms,
  verifies,
} from './algorithm.ts';
import { readDer } from './der.ts';
import { importKey, isRsa, type KeyFacts, readKey } from './key.ts';
import { type NameFacts, readName, type Subject } from './name.ts';
import { DerError, type DerNode, expect, items, octetsOf, tags } from './node.ts';
import { derOf } from './pem.ts';

export type CsrFacts = KeyFacts & {
  /** The request as DER: the original bytes, also when it came as PEM. */
  der: Uint8Array;
  subject: Subject;
  /** RFC 4514; empty for an empty subject. */
  subjectText: string;
  signatureAlgorithm: SignatureAlgorithm;
  /** Departures from the standards that were accepted, for the record. */
  deviations: readonly 'ecdsaNullParameters'[];
};

/** The largest request accepted, as DER. RSA-4096 with a long subject needs under 1.5 KiB. */
export const maxCsrBytes = 8192;
/** PEM is a third longer, and may stand in a device's log. */
const maxCsrTextBytes = 2 * maxCsrBytes;

/**
 * Parses and verifies one request, DER or PEM. Extensions it asks for are never looked at: the profile decides.
 * Throws `csr.tooLarge`, `csr.malformed`, `csr.unsupportedKey`, `csr.weakKey`, `csr.unsupportedAlgorithm`,
 * `csr.badSignature`. Work and memory are bounded by the size limit.
 */
export function parseCsr(bytes: Uint8Array): CsrFacts {
  try {
    return read(toDer(bytes));
  } catch (error) {
    if (error instanceof DerError) throw new StationError('csr.malformed', `request: ${error.message}`);
    throw error;
  }
}

/** A copy, so that nobody changes the bytes after they were checked. */
function toDer(bytes: Uint8Array): Uint8Array {
  // A request is longer than 127 bytes, so as DER it starts 0x30 0x8x, which no text does.
  const isDer = bytes[0] === tags.sequence && (bytes[1] ?? 0) >= 0x80;
  if (bytes.length > (isDer ? maxCsrBytes : maxCsrTextBytes)) throw tooLarge(bytes.length);
  if (isDer) return Uint8Array.from(bytes);
  const der = derOf(Buffer.from(bytes).toString('latin1'), 'CERTIFICATE REQUEST', 'NEW CERTIFICATE REQUEST');
  if (der.length > maxCsrBytes) throw tooLarge(der.length);
  return der;
}

const tooLarge = (length: number): StationError =>
  new StationError('csr.tooLarge', `request of ${length} bytes, at most ${maxCsrBytes} are read`);

function read(der: Uint8Array): CsrFacts {
  const [info, algorithm, signature] = items(readDer(der), 'CertificationRequest', 3, 3);
  const [version, subject, spki, attributes] = items(info, 'CertificationRequestInfo', 4, 4);
  const { content: versionContent } = expect(version, tags.integer, 'version');
  if (versionContent.length !== 1 || versionContent[0] !== 0) throw new DerError('version is not v1(0)');
  const name = readName(subject, 'subject');
  checkUnambiguous(name.entries);
  checkAttributes(expect(attributes, 0xa0, 'attributes'));
  const key = readKey(spki!.der);
  const { algorithm: signatureAlgorithm, deviations } = acceptAlgorithm(readAlgorithm(algorithm), key);
  provePossession(info!.der, signatureAlgorithm, key, octetsOf(signature, 'signature'));
  return { ...key, der, subject: name.subject, subjectText: name.text, signatureAlgorithm, deviations };
}

/** Two common names, or one nobody can read, would let what is compared differ from what is read elsewhere. */
function checkUnambiguous(entries: NameFacts['entries']): void {
  for (const once of ['commonName', 'serialNumber']) {
    const found = entries.filter((entry) => entry.attribute === once);
    if (found.length > 1) throw new DerError(`subject has ${once} twice`);
    if (found[0] !== undefined && found[0].value === undefined) throw new DerError(`${once} is of an old string type`);
  }
}

function checkAttributes(attributes: DerNode): void {
  for (const attribute of attributes.children) {
    const [type, values] = items(attribute, 'attribute', 2, 2);
    expect(type, tags.oid, 'attribute type');
    if (expect(values, tags.set, 'attribute values').children.length === 0)
      throw new DerError('attribute without value');
  }
}

function acceptAlgorithm(
  facts: AlgorithmFacts,
  key: KeyFacts,
): { algorithm: SignatureAlgorithm; deviations: CsrFacts['deviations'] } {
  const refuse = (why: string) =>
    new StationError('csr.unsupportedAlgorithm', `signature algorithm ${facts.oid} ${why}`);
  const { algorithm, parameters } = facts;
  if (algorithm === undefined) throw refuse('is not accepted');
  if ((signatureAlgorithms[algorithm].family === 'RSA') !== isRsa(key.keyType)) throw refuse('does not fit the key');
  if (parameters === 'asStandard') return { algorithm, deviations: [] };
  // Mbed TLS before 3.4 (and the nRF91's modem) write NULL where RFC 5758 §3.2 wants nothing. It changes no meaning.
  if (algorithm === 'ecdsa-with-SHA256' && parameters === 'null')
    return { algorithm, deviations: ['ecdsaNullParameters'] };
  throw refuse('has wrong parameters');
}

function provePossession(
  signed: Uint8Array,
  algorithm: SignatureAlgorithm,
  key: KeyFacts,
  signature: Uint8Array,
): void {
  if (!verifies(algorithm, signed, importKey(key), signature)) {
    throw new StationError('csr.badSignature', 'the request is not signed with the key it asks a certificate for');
  }
}
