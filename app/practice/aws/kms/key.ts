import { type Account, type KmsKey, type KmsKeySpec, nowSeconds } from '../account.ts';
import { kmsError } from '../errors.ts';
import { text } from '../iot/shapes.ts';

/** Finds one key, and checks what its state allows ("Key states of AWS KMS keys", KMS developer guide). */

const rsaAlgorithms = ['RSASSA_PKCS1_V1_5', 'RSASSA_PSS'].flatMap((scheme) =>
  [256, 384, 512].map((bits) => `${scheme}_SHA_${bits}`),
);
/** The algorithms of each key ("Asymmetric key specs", KMS developer guide). A curve works with one hash only. */
export const algorithmsOf: Record<KmsKeySpec, readonly string[]> = {
  ECC_NIST_P256: ['ECDSA_SHA_256'],
  ECC_NIST_P384: ['ECDSA_SHA_384'],
  ECC_NIST_P521: ['ECDSA_SHA_512'],
  RSA_2048: rsaAlgorithms,
  RSA_3072: rsaAlgorithms,
  RSA_4096: rsaAlgorithms,
};

export const keyIdentifier = text(1, 2048);

/**
 * Finds a key by its id or its ARN.
 * @throws ServiceError NotFoundException, InvalidArnException
 */
export function keyOf(account: Account, identifier: string): KmsKey {
  const [, partition, service, region, , resource] = identifier.split(':');
  if (identifier.startsWith('arn:')) {
    if (partition !== 'aws' || service !== 'kms' || !/^key\/./.test(resource ?? '')) {
      throw kmsError('InvalidArnException', `${identifier} is not a valid ARN of a key.`);
    }
    if (region !== account.region) throw kmsError('NotFoundException', `Invalid arn ${region}`);
  }
  const key = [...account.state.keys.values()].find(({ keyId, arn }) => keyId === identifier || arn === identifier);
  if (key?.deletionAt !== undefined && key.deletionAt <= nowSeconds(account)) {
    account.state.keys.delete(key.keyId);
    account.changed();
  } else if (key) return key;
  const arn = identifier.startsWith('arn:')
    ? identifier
    : `arn:aws:kms:${account.region}:${account.id}:key/${identifier}`;
  throw kmsError('NotFoundException', `Key '${arn}' does not exist`);
}

/**
 * The key, if its state allows using it.
 * @throws ServiceError as `keyOf`; DisabledException, KMSInvalidStateException
 */
export function usableKeyOf(account: Account, identifier: string): KmsKey {
  const key = livingKeyOf(account, identifier);
  if (key.state === 'Disabled') throw kmsError('DisabledException', `${key.arn} is disabled.`);
  return key;
}

/**
 * The key, unless it is pending deletion.
 * @throws ServiceError as `keyOf`; KMSInvalidStateException
 */
export function livingKeyOf(account: Account, identifier: string): KmsKey {
  const key = keyOf(account, identifier);
  if (key.state === 'PendingDeletion') throw kmsError('KMSInvalidStateException', `${key.arn} is pending deletion.`);
  return key;
}
