/** Signature algorithms: RFC 5758 §3.2 (ECDSA, parameters absent) and RFC 4055 §5 (RSA PKCS#1 v1.5, parameters NULL). */
import { type KeyObject, verify } from 'node:crypto';
import { type Asn1, dotted, nothing, oid, sequence } from './der.ts';
import { type DerNode, expect, items, tags } from './node.ts';

type Family = 'EC' | 'RSA';
type AlgorithmRule = { oid: string; family: Family; hash: 'sha256' | 'sha384' | 'sha512' };

export const signatureAlgorithms = {
  'ecdsa-with-SHA256': { oid: '1.2.840.10045.4.3.2', family: 'EC', hash: 'sha256' },
  'ecdsa-with-SHA384': { oid: '1.2.840.10045.4.3.3', family: 'EC', hash: 'sha384' },
  'ecdsa-with-SHA512': { oid: '1.2.840.10045.4.3.4', family: 'EC', hash: 'sha512' },
  sha256WithRSAEncryption: { oid: '1.2.840.113549.1.1.11', family: 'RSA', hash: 'sha256' },
  sha384WithRSAEncryption: { oid: '1.2.840.113549.1.1.12', family: 'RSA', hash: 'sha384' },
  sha512WithRSAEncryption: { oid: '1.2.840.113549.1.1.13', family: 'RSA', hash: 'sha512' },
} as const satisfies Record<string, AlgorithmRule>;

export type SignatureAlgorithm = keyof typeof signatureAlgorithms;

const byOid = new Map(
  Object.entries(signatureAlgorithms).map(([name, rule]) => [rule.oid as string, name as SignatureAlgorithm]),
);

/** The AlgorithmIdentifier. */
export function encodeAlgorithm(algorithm: SignatureAlgorithm): Asn1 {
  const rule = signatureAlgorithms[algorithm];
  return rule.family === 'RSA' ? sequence(oid(rule.oid), nothing()) : sequence(oid(rule.oid));
}

export type AlgorithmFacts = {
  oid: string;
  /** Absent for every algorithm this station does not accept, SHA-1 and MD5 among them. */
  algorithm?: SignatureAlgorithm;
  /** `other`: neither what the algorithm's standard asks for nor NULL. */
  parameters: 'asStandard' | 'null' | 'other';
};

export function readAlgorithm(node: DerNode | undefined): AlgorithmFacts {
  const [type, parameters] = items(node, 'AlgorithmIdentifier', 1, 2);
  const dottedOid = dotted(expect(type, tags.oid, 'algorithm').content);
  const algorithm = byOid.get(dottedOid);
  if (algorithm === undefined) return { oid: dottedOid, parameters: 'other' };
  const standard = signatureAlgorithms[algorithm].family === 'RSA' ? tags.null : undefined;
  if (parameters?.tag === standard) return { oid: dottedOid, algorithm, parameters: 'asStandard' };
  return { oid: dottedOid, algorithm, parameters: parameters?.tag === tags.null ? 'null' : 'other' };
}

/** Whether `signature` (ECDSA: DER; RSA: as is) over `data` is the key's. Never throws: nonsense is not a signature. */
export function verifies(
  algorithm: SignatureAlgorithm,
  data: Uint8Array,
  publicKey: KeyObject,
  signature: Uint8Array,
): boolean {
  try {
    return verify(signatureAlgorithms[algorithm].hash, data, publicKey, signature);
  } catch {
    return false;
  }
}
