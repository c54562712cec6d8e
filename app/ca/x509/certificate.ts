/** Reads certificates (RFC 5280 §4.1) for lints, for comparing, and for the chain. */

import { readDer } from '../asn1/der.ts';
import { DerError, type DerNode, expect, hexOf, items, octetsOf, smallOf, tags, upTo } from '../asn1/node.ts';
import { readTime } from '../asn1/time.ts';
import { sha256Hex } from '../keys/publickey.ts';
import { type AlgorithmFacts, readCertificateAlgorithm } from './algorithm.ts';
import { type ExtensionFacts, readExtensions } from './extension.ts';
import { type NameFacts, readName } from './name.ts';

/** The contents of the TBSCertificate bytes. They are only read here, not judged. */
export type TbsView = {
  /** 2 for v3. */
  version: number;
  /** The INTEGER's contents, sign octet included. */
  serial: Uint8Array;
  signature: AlgorithmFacts;
  issuerDer: Uint8Array;
  notBefore: Date;
  notAfter: Date;
  subject: NameFacts;
  subjectDer: Uint8Array;
  spkiDer: Uint8Array;
  /** Context tags of the optional parts after the key, in order. */
  optionalTags: number[];
  extensions: ExtensionFacts[];
};

/** @throws `DerError` */
export const readTbs = (tbsDer: Uint8Array): TbsView => tbsView(readDer(tbsDer));

function tbsView(node: DerNode): TbsView {
  const parts = upTo(node, 'TBSCertificate', 10);
  const hasVersion = parts[0]?.tag === 0xa0;
  const version = hasVersion ? smallOf(parts[0]?.children[0], 'version') : 0;
  const [serial, signature, issuer, validity, subject, spki, ...optional] = hasVersion ? parts.slice(1) : parts;
  const [notBefore, notAfter] = items(validity, 'validity', 2);
  return {
    version,
    serial: expect(serial, tags.integer, 'serialNumber').content,
    signature: readCertificateAlgorithm(signature),
    issuerDer: expect(issuer, tags.sequence, 'issuer').der,
    notBefore: readTime(notBefore),
    notAfter: readTime(notAfter),
    subject: readName(subject, 'subject'),
    subjectDer: expect(subject, tags.sequence, 'subject').der,
    spkiDer: expect(spki, tags.sequence, 'subjectPublicKeyInfo').der,
    optionalTags: optional.map((part) => part.tag),
    extensions: optional.at(-1)?.tag === 0xa3 ? readExtensions(optional.at(-1)) : [],
  };
}

export type CertificateView = {
  tbsDer: Uint8Array;
  tbs: TbsView;
  algorithm: AlgorithmFacts;
  signature: Uint8Array;
};

/** The outer parts of a certificate (RFC 5280 §4.1.1), and the algorithm that is repeated inside (§4.1.2.3). */
export type Signed = {
  tbsDer: Uint8Array;
  innerAlgorithm: AlgorithmFacts;
  algorithm: AlgorithmFacts;
  signature: Uint8Array;
};

/**
 * For a certificate whose contents are known. All of it is read as DER, but only these parts are looked at.
 * @throws `DerError`
 */
export function readSigned(der: Uint8Array): Signed {
  const [tbs, algorithm, signature] = items(readDer(der), 'Certificate', 3);
  return {
    tbsDer: tbs!.der,
    innerAlgorithm: algorithmOf(tbs!),
    algorithm: readCertificateAlgorithm(algorithm),
    signature: octetsOf(signature, 'signatureValue'),
  };
}

/**
 * Only the algorithm that TBSCertificate bytes name (§4.1.2.3).
 * @throws `DerError`
 */
export const readInnerAlgorithm = (tbsDer: Uint8Array): AlgorithmFacts => algorithmOf(readDer(tbsDer));

function algorithmOf(tbs: DerNode): AlgorithmFacts {
  const fields = expect(tbs, tags.sequence, 'TBSCertificate').children;
  return readCertificateAlgorithm(fields[fields[0]?.tag === 0xa0 ? 2 : 1]);
}

/** @throws `DerError` */
export function readCertificate(der: Uint8Array): CertificateView {
  const [tbs, algorithm, signature] = items(readDer(der), 'Certificate', 3);
  return {
    tbsDer: tbs!.der,
    tbs: tbsView(tbs!),
    algorithm: readCertificateAlgorithm(algorithm),
    signature: octetsOf(signature, 'signatureValue'),
  };
}

/**
 * The extension with its value.
 * @throws `DerError` – when it is missing
 */
export function extensionOf(tbs: TbsView, oid: string, what: string): ExtensionFacts {
  const found = tbs.extensions.find((one) => one.oid === oid);
  if (found === undefined) throw new DerError(`${what} is missing`);
  return found;
}

/** The certificate serial as the station writes it: lower-case hex, two digits an octet, no sign octet. */
export const serialHexOf = (tbs: TbsView): string =>
  hexOf(tbs.serial.length > 1 && tbs.serial[0] === 0 ? tbs.serial.subarray(1) : tbs.serial);

/** SHA-256 of the certificate's DER, lower-case hex: AWS IoT's certificateId. */
export const certificateId = (certificateDer: Uint8Array): string => sha256Hex(certificateDer);
