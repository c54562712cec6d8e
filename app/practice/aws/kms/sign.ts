import { createPrivateKey, hash } from 'node:crypto';
import { kmsError } from '../errors.ts';
import { operation } from '../iot/operation.ts';
import { body, needBody, oneOf, type Type } from '../iot/shapes.ts';
import { type HashName, signDigest } from './digest.ts';
import { algorithmsOf, keyIdentifier, usableKeyOf } from './key.ts';

const signingAlgorithm = oneOf(
  'RSASSA_PSS_SHA_256',
  'RSASSA_PSS_SHA_384',
  'RSASSA_PSS_SHA_512',
  'RSASSA_PKCS1_V1_5_SHA_256',
  'RSASSA_PKCS1_V1_5_SHA_384',
  'RSASSA_PKCS1_V1_5_SHA_512',
  'ECDSA_SHA_256',
  'ECDSA_SHA_384',
  'ECDSA_SHA_512',
);

/** 1 to 4096 bytes, in strict base64. */
const blob: Type<Buffer> = (raw, name) => {
  const text = typeof raw === 'string' ? raw : '';
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) throw kmsError('ValidationException', `Value at '${name}' is not base64.`);
  if (bytes.length < 1 || bytes.length > 4096) {
    throw kmsError('ValidationException', `Value at '${name}' must have 1 to 4096 bytes.`);
  }
  return bytes;
};

export const signOperations = {
  /** The answer is DER (RFC 3279 §2.2.3) for ECDSA, and the bare signature for RSA. */
  Sign: operation(
    'POST',
    '/',
    {
      KeyId: needBody(keyIdentifier),
      Message: needBody(blob),
      MessageType: body(oneOf('RAW', 'DIGEST')),
      SigningAlgorithm: needBody(signingAlgorithm),
    },
    ({ KeyId, Message, MessageType = 'RAW', SigningAlgorithm }, account) => {
      const key = usableKeyOf(account, KeyId);
      if (!algorithmsOf[key.spec].includes(SigningAlgorithm)) {
        const why = `Algorithm ${SigningAlgorithm} and key spec ${key.spec} are incompatible.`;
        throw kmsError('InvalidKeyUsageException', why);
      }
      const bits = SigningAlgorithm.slice(-3);
      const hashName = `sha${bits}` as HashName;
      const digest = MessageType === 'DIGEST' ? Message : hash(hashName, Message, 'buffer');
      if (digest.length * 8 !== Number(bits)) {
        throw kmsError('ValidationException', `Digest is invalid length for algorithm ${SigningAlgorithm}.`);
      }
      const scheme = SigningAlgorithm.slice(0, -8);
      const signature = signDigest(createPrivateKey(key.privateKeyPem), scheme, hashName, digest);
      return { KeyId: key.arn, Signature: signature.toString('base64'), SigningAlgorithm };
    },
  ),
};
