/** Keys in a token: finds one, and reads its public half as a SubjectPublicKeyInfo. */
import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { encode, oid } from '../../app/ca/asn1/der.ts';
import { oids } from '../../app/ca/asn1/oids.ts';
import { StationError } from '../../app/contract/errors.ts';
import { type Handle, type Module, returned, type Template } from '../pkcs11.ts';

/** `octets` is the size of a coordinate. */
export const curves = (['P-256', 'P-384', 'P-521'] as const).map((name) => ({
  name,
  /** CKA_EC_PARAMS: the curve's OID in DER. */
  parameters: Buffer.from(encode(oid(oids[name]))),
  octets: Math.ceil(Number(name.slice(2)) / 8),
}));

const atOnce = 32;

export function objects({ calls }: Module, session: Handle, template: Template): Handle[] {
  calls.C_FindObjectsInit(session, template);
  try {
    const found: Handle[] = [];
    for (;;) {
      const some = calls.C_FindObjects(session, atOnce);
      found.push(...some);
      if (some.length < atOnce) return found;
    }
  } finally {
    calls.C_FindObjectsFinal(session);
  }
}

/** An attribute's bytes. Undefined when the object has none, or when the token does not tell. */
export function read({ calls, ck }: Module, session: Handle, object: Handle, type: number): Buffer | undefined {
  try {
    return calls.C_GetAttributeValue(session, object, [{ type }])[0]?.value;
  } catch (thrown) {
    const code = returned(thrown)?.code;
    if (code === ck.CKR_ATTRIBUTE_TYPE_INVALID || code === ck.CKR_ATTRIBUTE_SENSITIVE) return undefined;
    throw thrown;
  }
}

export function flag(module: Module, session: Handle, object: Handle, type: number): boolean | undefined {
  const value = read(module, session, object, type);
  return value === undefined || value.length === 0 ? undefined : value[0] !== 0;
}

/** The private or public key with this CKA_ID. */
export const findKey = (module: Module, session: Handle, kind: number, keyIdHex: string): Handle | undefined =>
  objects(module, session, [
    { type: module.ck.CKA_CLASS, value: kind },
    { type: module.ck.CKA_ID, value: Buffer.from(keyIdHex, 'hex') },
  ])[0];

/** `P-256`, `RSA-2048`, or another type in words. */
export function keyTypeOf(module: Module, session: Handle, object: Handle): string {
  const { ck } = module;
  const modulus = read(module, session, object, ck.CKA_MODULUS);
  if (modulus !== undefined && modulus.length > 0) return `RSA-${bitsOf(modulus)}`;
  const parameters = read(module, session, object, ck.CKA_EC_PARAMS);
  const curve = curves.find((known) => parameters?.equals(known.parameters));
  return curve?.name ?? (parameters === undefined ? 'not RSA or EC' : 'EC on another curve');
}

function bitsOf(modulus: Buffer): number {
  const start = modulus.findIndex((octet) => octet !== 0);
  return (modulus.length - start) * 8 - Math.clz32(modulus[start] ?? 0) + 24;
}

/**
 * The DER of the SubjectPublicKeyInfo of the key with this CKA_ID. It comes from the public object, or from the private
 * one when the token keeps only that.
 * @throws `ca.tokenFailed` – when neither object tells
 */
export function publicKeyOf(module: Module, session: Handle, keyIdHex: string, privateKey: Handle): Uint8Array {
  const publicKey = findKey(module, session, module.ck.CKO_PUBLIC_KEY, keyIdHex);
  const from = publicKey === undefined ? [privateKey] : [publicKey, privateKey];
  for (const object of from) {
    const key = rsaKey(module, session, object) ?? ecKey(module, session, object);
    if (key === undefined) continue;
    try {
      return new Uint8Array(createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'der' }));
    } catch (cause) {
      throw new StationError('ca.tokenFailed', `the public key ${keyIdHex} in the token is not a key`, { cause });
    }
  }
  throw new StationError('ca.tokenFailed', `the token does not tell the public key of ${keyIdHex}`);
}

function rsaKey(module: Module, session: Handle, object: Handle): JsonWebKey | undefined {
  const n = read(module, session, object, module.ck.CKA_MODULUS);
  const e = read(module, session, object, module.ck.CKA_PUBLIC_EXPONENT);
  if (n === undefined || n.length === 0 || e === undefined || e.length === 0) return undefined;
  return { kty: 'RSA', n: n.toString('base64url'), e: e.toString('base64url') };
}

function ecKey(module: Module, session: Handle, object: Handle): JsonWebKey | undefined {
  const parameters = read(module, session, object, module.ck.CKA_EC_PARAMS);
  const point = read(module, session, object, module.ck.CKA_EC_POINT);
  const curve = curves.find((known) => parameters?.equals(known.parameters));
  if (curve === undefined || point === undefined) return undefined;
  const bare = barePoint(point, curve.octets);
  if (bare === undefined) return undefined;
  const x = bare.subarray(1, 1 + curve.octets);
  const y = bare.subarray(1 + curve.octets);
  return { kty: 'EC', crv: curve.name, x: x.toString('base64url'), y: y.toString('base64url') };
}

/** 04‖X‖Y: CKA_EC_POINT holds it in an OCTET STRING (PKCS#11 v2.40 §2.3.3), which some tokens leave out. */
export function barePoint(point: Buffer, octets: number): Buffer | undefined {
  const length = 1 + 2 * octets;
  const bare = point.subarray(Math.max(0, point.length - length));
  const header = point.subarray(0, Math.max(0, point.length - length));
  const expected = length < 0x80 ? [0x04, length] : [0x04, 0x81, length];
  if (bare.length !== length || bare[0] !== 0x04) return undefined;
  return header.length === 0 || header.equals(Buffer.from(expected)) ? bare : undefined;
}
