import { readKey } from '../ca/keys/publickey.ts';
import { type SignatureAlgorithm, signatureAlgorithms } from '../ca/x509/algorithm.ts';
import type { CaKeyType } from '../contract/authority.ts';
import { type ErrorCode, StationError } from '../contract/errors.ts';

/**
 * KMS's names for keys and algorithms, and its reasons for refusing one ("Asymmetric key specs", KMS developer guide).
 */

export const specs = {
  'P-256': 'ECC_NIST_P256',
  'P-384': 'ECC_NIST_P384',
  'P-521': 'ECC_NIST_P521',
  'RSA-2048': 'RSA_2048',
  'RSA-3072': 'RSA_3072',
  'RSA-4096': 'RSA_4096',
} as const satisfies Record<CaKeyType, string>;

type Bits = '256' | '384' | '512';
export type KmsAlgorithm = `${'ECDSA' | 'RSASSA_PSS' | 'RSASSA_PKCS1_V1_5'}_SHA_${Bits}`;

/** In KMS a curve works with one hash only. */
const bitsOfCurve: Partial<Record<CaKeyType, Bits>> = { 'P-256': '256', 'P-384': '384', 'P-521': '512' };

/** KMS's name for this algorithm. Undefined when its key of this type cannot sign with it. */
export function kmsAlgorithm(keyType: CaKeyType, algorithm: SignatureAlgorithm): KmsAlgorithm | undefined {
  const rule = signatureAlgorithms[algorithm];
  const curveBits = bitsOfCurve[keyType];
  const bits = rule.hash.slice(3) as Bits;
  if (rule.family === 'EC') return bits === curveBits ? `ECDSA_SHA_${bits}` : undefined;
  if (curveBits !== undefined) return undefined;
  return 'saltLength' in rule ? `RSASSA_PSS_SHA_${bits}` : `RSASSA_PKCS1_V1_5_SHA_${bits}`;
}

/**
 * The type of a public key from KMS.
 * @throws `ca.unfit` – when no CA here can have such a key
 */
export function typeOf(spkiDer: Uint8Array, keyArn: string): CaKeyType {
  let keyType: string;
  try {
    keyType = readKey(spkiDer).keyType;
  } catch (cause) {
    throw unfit(cause instanceof StationError ? cause.detail : 'its public key cannot be read', keyArn, cause);
  }
  if (!Object.hasOwn(specs, keyType)) throw unfit(`it is ${keyType}`, keyArn);
  return keyType as CaKeyType;
}

export const unfit = (why: string, keyArn: string, cause?: unknown): StationError =>
  new StationError('ca.unfit', `the KMS key ${keyArn} cannot be used: ${why}`, { data: { keyArn }, cause });

/** KMS's errors about the key itself. */
const states: Readonly<Record<string, string>> = {
  DisabledException: 'it is disabled',
  InvalidArnException: 'its ARN is not valid',
  InvalidKeyUsageException: 'it is not for this use',
  KMSInvalidStateException: 'it is pending deletion or not ready',
  NotFoundException: 'it does not exist',
  UnsupportedOperationException: 'it is not a key for this',
};

/**
 * Gives KMS's errors about the key itself their own code. Other errors stay as they are.
 * @param code `ca.unfit` when a person has just chosen the key, `ca.missing` when the station depends on it
 */
export function keyError(error: unknown, code: Extract<ErrorCode, 'ca.unfit' | 'ca.missing'>, keyArn: string): unknown {
  if (!(error instanceof StationError)) return error;
  const awsError = String(error.data?.awsError);
  if (!Object.hasOwn(states, awsError)) return error;
  return new StationError(code, `the KMS key ${keyArn} cannot be used: ${states[awsError]}`, {
    data: { ...error.data, keyArn },
    cause: error,
  });
}

/** The first and the last wait of `onceKnown`, some 10 s in all. */
const firstWaitMs = 300;
const lastWaitMs = 5_000;

/**
 * Repeats an act on a new key, which KMS does not know everywhere at once ("AWS KMS eventual consistency", developer
 * guide).
 */
export async function onceKnown<T>(act: () => Promise<T>): Promise<T> {
  for (let waitMs = firstWaitMs; ; waitMs *= 2) {
    try {
      return await act();
    } catch (error) {
      const unknown = error instanceof StationError && error.data?.awsError === 'NotFoundException';
      if (!unknown || waitMs > lastWaitMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
}
