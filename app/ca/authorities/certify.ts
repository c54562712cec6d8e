/**
 * Makes CA certificates. The signing key may be in a file, a token or a service. Each result is read and verified
 * again.
 */
import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { CaKeyType } from '../../contract/authority.ts';
import { StationError } from '../../contract/errors.ts';
import { raw } from '../asn1/der.ts';
import { sameBytes } from '../asn1/node.ts';
import { importKey, keyIdentifier, readKey, sha256Hex } from '../keys/publickey.ts';
import { verifies } from '../x509/algorithm.ts';
import { assemble, readIssued } from '../x509/assemble.ts';
import { authorityKeyIdentifier, basicConstraints, keyUsage, subjectKeyIdentifier } from '../x509/extension.ts';
import { encodeTbs, newSerial } from '../x509/tbs.ts';
import type { CaFacts } from './facts.ts';
import type { CaKey } from './key.ts';
import { type CaNames, type CaPlan, planCa } from './plan.ts';
import { unfit } from './unfit.ts';

const generate = promisify(generateKeyPair) as (
  type: string,
  options: object,
) => Promise<{ privateKey: KeyObject; publicKey: KeyObject }>;

/**
 * Makes a private key for a file, on node's thread pool: RSA-4096 takes up to some seconds. The key includes its public
 * half.
 */
export async function newCaKeyPair(keyType: CaKeyType): Promise<KeyObject> {
  const { privateKey } = keyType.startsWith('RSA-')
    ? await generate('rsa', { modulusLength: Number(keyType.slice(4)) })
    : await generate('ec', { namedCurve: keyType });
  return privateKey;
}

export type RootRequest = CaNames & { years: number; key: CaKey; now: Date };

/**
 * The DER of a self-signed certificate with room for one CA below it.
 * @throws as `planCa` and `CaKey.sign`; `ca.mismatch`
 */
export function makeRootCertificate(request: RootRequest): Promise<Uint8Array> {
  const { spkiDer } = request.key;
  const plan = planCa({ ...request, keyType: readKey(spkiDer).keyType, parent: null });
  return certify(plan, { spkiDer, parentSki: keyIdentifier(spkiDer), parentKey: request.key });
}

export type IssuingRequest = CaNames & {
  years: number;
  /** The key to be certified. */
  spkiDer: Uint8Array;
  parent: CaFacts;
  parentKey: CaKey;
  /** How many CAs may stand below this one. The default is none. */
  pathLength?: number;
  now: Date;
};

/**
 * The DER of an issuing CA's certificate.
 * @throws as `planCa` and `CaKey.sign`; `ca.unfit` (`otherKey`) – when the key is not the parent's; `ca.mismatch`
 */
export async function makeIssuingCertificate(request: IssuingRequest): Promise<Uint8Array> {
  const { parent, parentKey, spkiDer } = request;
  const plan = planCa({ ...request, keyType: readKey(spkiDer).keyType });
  const parentSpkiDer = parent.view.tbs.spkiDer;
  if (sha256Hex(parentKey.spkiDer) !== parent.spkiSha256)
    throw unfit('otherKey', `the key that was opened is not that of ${parent.subjectText}`);
  if (sameBytes(spkiDer, parentSpkiDer)) throw unfit('otherKey', `the CA would have the key of ${parent.subjectText}`);
  return certify(plan, { spkiDer, parentSki: parent.ski ?? keyIdentifier(parentSpkiDer), parentKey });
}

type Keys = { spkiDer: Uint8Array; parentSki: Uint8Array; parentKey: CaKey };

/** The extensions that RFC 5280 §4.2.1 requires of a CA certificate. */
async function certify(plan: CaPlan, { spkiDer, parentSki, parentKey }: Keys): Promise<Uint8Array> {
  const tbsDer = encodeTbs({
    ...plan,
    serialHex: newSerial(),
    subject: raw(plan.subjectDer),
    spkiDer,
    extensions: [
      basicConstraints({ pathLength: plan.pathLength }),
      keyUsage(['keyCertSign', 'cRLSign']),
      subjectKeyIdentifier(keyIdentifier(spkiDer)),
      authorityKeyIdentifier(parentSki),
    ],
  });
  const der = assemble(tbsDer, plan.algorithm, await parentKey.sign(plan.algorithm, tbsDer));
  const made = readIssued(der);
  // A token may return the signature of another key, or a signature over other bytes. So every signature is verified
  // here.
  const verified = verifies(plan.algorithm, made.tbsDer, importKey(readKey(parentKey.spkiDer)), made.signature);
  if (!sameBytes(made.tbsDer, tbsDer) || !verified)
    throw new StationError('ca.mismatch', 'the CA certificate: the signature does not verify');
  return der;
}
