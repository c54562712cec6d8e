import { createPublicKey, generateKeyPair, randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { type Account, type KmsKey, type KmsKeySpec, nowSeconds } from '../account.ts';
import { kmsError } from '../errors.ts';
import { operation } from '../iot/operation.ts';
import { body, flag, needBody, oneOf, structure, type Type, text, whole } from '../iot/shapes.ts';
import { algorithmsOf, keyIdentifier, keyOf, livingKeyOf, usableKeyOf } from './key.ts';

/** The keys of the account: signing keys only. */

const keySpecs = Object.keys(algorithmsOf) as KmsKeySpec[];
const keySpec = oneOf(...keySpecs, 'SYMMETRIC_DEFAULT', 'ECC_SECG_P256K1', 'HMAC_256', 'SM2', 'ML_DSA_65');
const marker = text(1, 1024);
const limit = whole(1, 1000);
/** Letters, digits, spaces and `_ . : / = + - @` ("Tag format", KMS developer guide). */
const tagText = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

const tag = structure({ TagKey: text(1, 128, tagText), TagValue: text(0, 256, tagText) });
const tags: Type<KmsKey['tags']> = (raw, name) => {
  if (!Array.isArray(raw)) throw kmsError('ValidationException', `Value at '${name}' must be a list`);
  if (raw.length > 50) throw kmsError('TagException', 'A key has at most 50 tags.');
  const read = raw.map((one: unknown, at) => {
    const { TagKey = '', TagValue = '' } = tag(one, `${name}.${at + 1}`);
    return { TagKey, TagValue };
  });
  const bad = read.some(({ TagKey }) => TagKey === '' || /^aws:/i.test(TagKey));
  if (bad || new Set(read.map(({ TagKey }) => TagKey)).size < read.length) {
    throw kmsError('TagException', 'A tag key is missing, reserved or given twice.');
  }
  return read;
};

/** Members that would change the kind of key. They are refused, not ignored. */
const notOffered = {
  Policy: body(text(1, 131072)),
  Origin: body(oneOf('AWS_KMS', 'EXTERNAL', 'AWS_CLOUDHSM', 'EXTERNAL_KEY_STORE')),
  CustomKeyStoreId: body(text(1, 64)),
  XksKeyId: body(text(1, 128)),
  MultiRegion: body(flag),
};

const secondsPerDay = 86_400;

export const keyOperations = {
  CreateKey: operation(
    'POST',
    '/',
    {
      ...notOffered,
      KeySpec: body(keySpec),
      CustomerMasterKeySpec: body(keySpec),
      KeyUsage: body(oneOf('SIGN_VERIFY', 'ENCRYPT_DECRYPT', 'KEY_AGREEMENT', 'GENERATE_VERIFY_MAC')),
      Description: body(text(0, 8192)),
      Tags: body(tags),
    },
    async ({ KeySpec, CustomerMasterKeySpec, KeyUsage, Description = '', Tags = [], ...rest }, account) => {
      const { Policy, Origin = 'AWS_KMS', CustomKeyStoreId, XksKeyId, MultiRegion = false } = rest;
      const spec = keySpecs.find((one) => one === (KeySpec ?? CustomerMasterKeySpec));
      if (spec !== undefined && KeyUsage === undefined) {
        throw kmsError('ValidationException', 'You must specify a KeyUsage value for an asymmetric KMS key.');
      }
      const strange = Policy ?? CustomKeyStoreId ?? XksKeyId;
      if (spec === undefined || KeyUsage !== 'SIGN_VERIFY') {
        throw kmsError('UnsupportedOperationException', 'The practice AWS makes RSA and NIST keys for signing only.');
      }
      if (strange !== undefined || Origin !== 'AWS_KMS' || MultiRegion) {
        throw kmsError('UnsupportedOperationException', 'The practice AWS makes keys of its own with no policy.');
      }
      const keyId = randomUUID();
      const key: KmsKey = {
        keyId,
        arn: `arn:aws:kms:${account.region}:${account.id}:key/${keyId}`,
        spec,
        privateKeyPem: await newPrivateKey(spec),
        description: Description,
        tags: Tags,
        state: 'Enabled',
        createdAt: nowSeconds(account),
      };
      account.state.keys.set(keyId, key);
      account.changed();
      return { KeyMetadata: metadataOf(account, key) };
    },
  ),

  DescribeKey: operation('POST', '/', { KeyId: needBody(keyIdentifier) }, ({ KeyId }, account) => ({
    KeyMetadata: metadataOf(account, keyOf(account, KeyId)),
  })),

  GetPublicKey: operation('POST', '/', { KeyId: needBody(keyIdentifier) }, ({ KeyId }, account) => {
    const key = usableKeyOf(account, KeyId);
    const der = createPublicKey(key.privateKeyPem).export({ type: 'spki', format: 'der' });
    return { KeyId: key.arn, PublicKey: der.toString('base64'), ...kindOf(key) };
  }),

  ListKeys: operation('POST', '/', { Limit: body(limit), Marker: body(marker) }, ({ Limit = 100, Marker }, account) => {
    const keys = [...account.state.keys.values()].sort((a, b) => (a.keyId < b.keyId ? -1 : 1));
    const first = Marker === undefined ? 0 : keys.findIndex(({ keyId }) => keyId === Marker);
    if (first < 0) throw kmsError('InvalidMarkerException', 'The marker is not one of this account.');
    const next = keys[first + Limit];
    return {
      Keys: keys.slice(first, first + Limit).map(({ keyId, arn }) => ({ KeyId: keyId, KeyArn: arn })),
      Truncated: next !== undefined,
      ...(next && { NextMarker: next.keyId }),
    };
  }),

  ListResourceTags: operation('POST', '/', { KeyId: needBody(keyIdentifier) }, ({ KeyId }, account) => ({
    Tags: keyOf(account, KeyId).tags,
    Truncated: false,
  })),

  EnableKey: operation('POST', '/', { KeyId: needBody(keyIdentifier) }, ({ KeyId }, account) =>
    setState(account, livingKeyOf(account, KeyId), 'Enabled'),
  ),

  DisableKey: operation('POST', '/', { KeyId: needBody(keyIdentifier) }, ({ KeyId }, account) =>
    setState(account, livingKeyOf(account, KeyId), 'Disabled'),
  ),

  ScheduleKeyDeletion: operation(
    'POST',
    '/',
    { KeyId: needBody(keyIdentifier), PendingWindowInDays: body(whole(7, 30)) },
    ({ KeyId, PendingWindowInDays = 30 }, account) => {
      const key = livingKeyOf(account, KeyId);
      key.deletionAt = nowSeconds(account) + PendingWindowInDays * secondsPerDay;
      setState(account, key, 'PendingDeletion');
      return { KeyId: key.arn, DeletionDate: key.deletionAt, KeyState: key.state, PendingWindowInDays };
    },
  ),
};

function setState(account: Account, key: KmsKey, state: KmsKey['state']): object {
  key.state = state;
  account.changed();
  return {};
}

async function newPrivateKey(spec: KmsKeySpec): Promise<string> {
  const [, size = ''] = /(\d+)$/.exec(spec) ?? [];
  const { privateKey } = spec.startsWith('RSA')
    ? await promisify(generateKeyPair)('rsa', { modulusLength: Number(size) })
    : await promisify(generateKeyPair)('ec', { namedCurve: `P-${size}` });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

const kindOf = ({ spec }: KmsKey) => ({
  KeySpec: spec,
  CustomerMasterKeySpec: spec,
  KeyUsage: 'SIGN_VERIFY',
  SigningAlgorithms: algorithmsOf[spec],
});

const metadataOf = (account: Account, key: KmsKey) => ({
  AWSAccountId: account.id,
  KeyId: key.keyId,
  Arn: key.arn,
  CreationDate: key.createdAt,
  Enabled: key.state === 'Enabled',
  Description: key.description,
  KeyState: key.state,
  ...(key.deletionAt !== undefined && { DeletionDate: key.deletionAt }),
  Origin: 'AWS_KMS',
  KeyManager: 'CUSTOMER',
  MultiRegion: false,
  ...kindOf(key),
});
