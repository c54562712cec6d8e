/** Signs with a token. The token gets a digest and does the raw PKCS#11 operation that every token has. */
import { hash } from 'node:crypto';
import { digestInfo, ecdsaDer, type SignatureAlgorithm, signatureAlgorithms } from '../../app/ca/x509/algorithm.ts';
import type { Handle, Mechanism, Module } from '../pkcs11.ts';

/** Longer than any signature: 512 octets for RSA-4096. */
const roomOctets = 1024;

export type SigningKey = {
  privateKey: Handle;
  /**
   * Size of the curve's order, for EC. More octets of a digest do not count (SEC 1 §4.1.3), and some tokens refuse
   * them.
   */
  orderOctets: number;
  /** CKA_ALWAYS_AUTHENTICATE: the token wants the PIN for each signature, as a YubiKey does for its slot 9c. */
  pinEachTime: boolean;
};

export function signWith(
  module: Module,
  session: Handle,
  key: SigningKey,
  pin: Uint8Array,
  algorithm: SignatureAlgorithm,
  data: Uint8Array,
): Uint8Array {
  const { calls, ck } = module;
  const { family } = signatureAlgorithms[algorithm];
  const { mechanism, input } = taskOf(module, algorithm, key.orderOctets, data);
  calls.C_SignInit(session, mechanism, key.privateKey);
  if (key.pinEachTime) calls.C_Login(session, ck.CKU_CONTEXT_SPECIFIC, Buffer.from(pin).toString('utf8'));
  const signature = calls.C_Sign(session, input, Buffer.alloc(roomOctets));
  return family === 'EC' ? ecdsaDer(signature) : new Uint8Array(signature);
}

function taskOf(
  { ck }: Module,
  algorithm: SignatureAlgorithm,
  orderOctets: number,
  data: Uint8Array,
): { mechanism: Mechanism; input: Buffer } {
  const rule = signatureAlgorithms[algorithm];
  const digest = hash(rule.hash, data, 'buffer');
  if (rule.family === 'EC')
    return { mechanism: { mechanism: ck.CKM_ECDSA }, input: Buffer.from(digest.subarray(0, orderOctets)) };
  if (!('saltLength' in rule))
    return { mechanism: { mechanism: ck.CKM_RSA_PKCS }, input: Buffer.from(digestInfo(rule.hash, digest)) };
  const [hashAlg, mgf] = {
    sha256: [ck.CKM_SHA256, ck.CKG_MGF1_SHA256] as const,
    sha384: [ck.CKM_SHA384, ck.CKG_MGF1_SHA384] as const,
    sha512: [ck.CKM_SHA512, ck.CKG_MGF1_SHA512] as const,
  }[rule.hash];
  const parameter = { type: ck.CK_PARAMS_RSA_PSS, hashAlg, mgf, saltLen: rule.saltLength };
  return { mechanism: { mechanism: ck.CKM_RSA_PKCS_PSS, parameter }, input: digest };
}
