/** Signature algorithms: RFC 5758 §3.2 (ECDSA, parameters absent), RFC 4055 §5 (RSA PKCS#1 v1.5, NULL) and §3.1 (PSS). */
import { constants, type KeyObject, type SignKeyObjectInput, verify } from 'node:crypto';
import {
  type Asn1,
  dotted,
  encode,
  explicit,
  integer,
  nothing,
  octetString,
  oid,
  sequence,
  unsigned,
} from '../asn1/der.ts';
import { type DerNode, expect, sameBytes, tags, upTo } from '../asn1/node.ts';

type Family = 'EC' | 'RSA';
type AlgorithmRule = {
  oid: string;
  family: Family;
  hash: 'sha256' | 'sha384' | 'sha512';
  /** For RSASSA-PSS only. It equals the length of the hash (RFC 4055 §3.1). */
  saltLength?: number;
};

const pss = '1.2.840.113549.1.1.10';

export const signatureAlgorithms = {
  'ecdsa-with-SHA256': { oid: '1.2.840.10045.4.3.2', family: 'EC', hash: 'sha256' },
  'ecdsa-with-SHA384': { oid: '1.2.840.10045.4.3.3', family: 'EC', hash: 'sha384' },
  'ecdsa-with-SHA512': { oid: '1.2.840.10045.4.3.4', family: 'EC', hash: 'sha512' },
  sha256WithRSAEncryption: { oid: '1.2.840.113549.1.1.11', family: 'RSA', hash: 'sha256' },
  sha384WithRSAEncryption: { oid: '1.2.840.113549.1.1.12', family: 'RSA', hash: 'sha384' },
  sha512WithRSAEncryption: { oid: '1.2.840.113549.1.1.13', family: 'RSA', hash: 'sha512' },
  'rsassaPss-SHA256': { oid: pss, family: 'RSA', hash: 'sha256', saltLength: 32 },
  'rsassaPss-SHA384': { oid: pss, family: 'RSA', hash: 'sha384', saltLength: 48 },
  'rsassaPss-SHA512': { oid: pss, family: 'RSA', hash: 'sha512', saltLength: 64 },
} as const satisfies Record<string, AlgorithmRule>;

export type SignatureAlgorithm = keyof typeof signatureAlgorithms;

const names = Object.keys(signatureAlgorithms) as SignatureAlgorithm[];
const ruleOf = (algorithm: SignatureAlgorithm): AlgorithmRule => signatureAlgorithms[algorithm];
/** PSS is recognised by its parameters, and no device request is signed with it. */
const byOid = new Map(names.filter((name) => ruleOf(name).oid !== pss).map((name) => [ruleOf(name).oid, name]));

const hashOids = {
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
};
const mgf1 = '1.2.840.113549.1.1.8';

/** The AlgorithmIdentifier. */
export function encodeAlgorithm(algorithm: SignatureAlgorithm): Asn1 {
  const { oid: type, family, hash, saltLength } = ruleOf(algorithm);
  if (saltLength !== undefined) return sequence(oid(type), pssParameters(hash, saltLength));
  return family === 'RSA' ? sequence(oid(type), nothing()) : sequence(oid(type));
}

/**
 * RSASSA-PSS-params with NULL hash parameters (RFC 4055 §2.1, §3.1). The trailer field has its default and is left out.
 */
function pssParameters(hash: AlgorithmRule['hash'], saltLength: number): Asn1 {
  const hashing = () => sequence(oid(hashOids[hash]), nothing());
  return sequence(
    explicit(0, hashing()),
    explicit(1, sequence(oid(mgf1), hashing())),
    explicit(2, integer(saltLength)),
  );
}

export type AlgorithmFacts = {
  oid: string;
  /** Absent for every algorithm that this station does not accept, such as SHA-1 and MD5. */
  algorithm?: SignatureAlgorithm;
  /** `null` and `absent`: the algorithm's standard asks for the other one. */
  parameters: 'asStandard' | 'null' | 'absent' | 'other';
};

/** The algorithm of a request: every algorithm here except PSS. */
export function readAlgorithm(node: DerNode | undefined): AlgorithmFacts {
  const [type, parameters] = upTo(node, 'AlgorithmIdentifier', 2);
  const dottedOid = dotted(expect(type, tags.oid, 'algorithm').content);
  const algorithm = byOid.get(dottedOid);
  if (algorithm === undefined) return { oid: dottedOid, parameters: 'other' };
  const standard = signatureAlgorithms[algorithm].family === 'RSA' ? tags.null : undefined;
  if (parameters?.tag === standard) return { oid: dottedOid, algorithm, parameters: 'asStandard' };
  if (parameters === undefined) return { oid: dottedOid, algorithm, parameters: 'absent' };
  return { oid: dottedOid, algorithm, parameters: parameters.tag === tags.null ? 'null' : 'other' };
}

/** The algorithm of a certificate. PSS is accepted when its parameters are exactly those that this CA writes. */
export function readCertificateAlgorithm(node: DerNode | undefined): AlgorithmFacts {
  const facts = readAlgorithm(node);
  if (facts.oid !== pss) return facts;
  const algorithm = names.find(
    (name) => ruleOf(name).oid === pss && sameBytes(encode(encodeAlgorithm(name)), node?.der ?? new Uint8Array()),
  );
  return algorithm === undefined ? facts : { oid: pss, algorithm, parameters: 'asStandard' };
}

/**
 * The key in the form that node:crypto's `sign` and `verify` take for this algorithm. The bare key is quicker where it
 * serves.
 */
export function keyFor(algorithm: SignatureAlgorithm, key: KeyObject): KeyObject | SignKeyObjectInput {
  const { saltLength } = ruleOf(algorithm);
  return saltLength === undefined ? key : { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength };
}

/** Whether `signature` (ECDSA: DER; RSA: as is) over `data` is the key's. Never throws: nonsense is not a signature. */
export function verifies(
  algorithm: SignatureAlgorithm,
  data: Uint8Array,
  publicKey: KeyObject,
  signature: Uint8Array,
): boolean {
  try {
    return verify(signatureAlgorithms[algorithm].hash, data, keyFor(algorithm, publicKey), signature);
  } catch {
    return false;
  }
}

/** The input of RSASSA-PKCS1-v1_5's padding, DigestInfo (RFC 8017 §9.2), for a token that only pads and signs. */
export const digestInfo = (hash: AlgorithmRule['hash'], digest: Uint8Array): Uint8Array =>
  encode(sequence(sequence(oid(hashOids[hash]), nothing()), octetString(digest)));

/**
 * Converts a token's ECDSA signature, r followed by s (PKCS#11 v2.40 §2.3.1), to the form of X.509 (RFC 3279 §2.2.3).
 */
export function ecdsaDer(signature: Uint8Array): Uint8Array {
  const half = signature.length / 2;
  return encode(sequence(unsigned(signature.subarray(0, half)), unsigned(signature.subarray(half))));
}
