/** KMS's names for keys and algorithms, and which keys of KMS no CA here can have. */
import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { test } from 'node:test';
import { StationError } from '../../app/contract/errors.ts';
import { keyError, kmsAlgorithm, onceKnown, typeOf } from '../../app/registration/keyspec.ts';

const keyArn = 'arn:aws:kms:eu-central-1:123456789012:key/1';
const derOf = ({ publicKey }: { publicKey: KeyObject }) => publicKey.export({ type: 'spki', format: 'der' });

/** Of 2056 bits. KMS has no such spec, but a key that came from outside may be of any size. */
const oddModulus = [
  '2TkNpcSrMI0VC9Fquk6SKv5BkkbU1xGrgZWInkf-3QlG4LS0taJzZpE5OMyqp7iI4LcT2_lt3qcCvoJXG-jUtuiPI9K-t3I713Ud',
  'iK6mqtLulE2HaOENVDqkos3lza7adjf_eMjqVf5WpfaZ8VHaShOJcPiSSn1ZsRC3TtKdaeEDl0tZwoGdN-0lweiF9sZ-YIIo7IvD',
  'Jqvx8OgKjp6fGCpc5Ru8tI5zDdFvjLRJV_hjPbDqiQm99lShwjVYv4TF-1nzFUSve4cR52QK9Y2D-0yVWO5RZ3qLCGgN08tZUzO8',
  '2oyBVkylK1M1_s64tbk3Omz6e6a0kRluVDU95LzWys8',
].join('');

test('a curve signs with the hash of its strength only, RSA with any', () => {
  assert.equal(kmsAlgorithm('P-256', 'ecdsa-with-SHA256'), 'ECDSA_SHA_256');
  assert.equal(kmsAlgorithm('P-384', 'ecdsa-with-SHA384'), 'ECDSA_SHA_384');
  assert.equal(kmsAlgorithm('P-521', 'ecdsa-with-SHA512'), 'ECDSA_SHA_512');
  assert.equal(kmsAlgorithm('P-256', 'ecdsa-with-SHA384'), undefined);
  assert.equal(kmsAlgorithm('RSA-2048', 'ecdsa-with-SHA256'), undefined);
  assert.equal(kmsAlgorithm('P-256', 'sha256WithRSAEncryption'), undefined);
  assert.equal(kmsAlgorithm('RSA-3072', 'sha256WithRSAEncryption'), 'RSASSA_PKCS1_V1_5_SHA_256');
  assert.equal(kmsAlgorithm('RSA-4096', 'sha512WithRSAEncryption'), 'RSASSA_PKCS1_V1_5_SHA_512');
});

test('a key that a CA can have has its type; of others it is said what they are', () => {
  assert.equal(typeOf(derOf(generateKeyPairSync('ec', { namedCurve: 'P-384' })), keyArn), 'P-384');
  const unfit = (said: RegExp) => ({ code: 'ca.unfit', detail: said, data: { keyArn } });
  const odd = derOf({ publicKey: createPublicKey({ key: { kty: 'RSA', n: oddModulus, e: 'AQAB' }, format: 'jwk' }) });
  assert.throws(() => typeOf(odd, keyArn), unfit(/: it is RSA-2056$/));
  const curve = derOf(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }));
  assert.throws(() => typeOf(curve, keyArn), unfit(/: public key: curve 1\.3\.132\.0\.10$/));
  assert.throws(() => typeOf(Buffer.from('no key'), keyArn), { code: 'ca.unfit', data: { keyArn } });
});

test('what KMS says of the key itself gets the code of the moment; anything else stays', () => {
  const said = (awsError: string) =>
    new StationError('cloud.refused', awsError, { data: { awsError, httpStatus: 400 } });
  for (const code of ['ca.unfit', 'ca.missing'] as const) {
    const told = keyError(said('DisabledException'), code, keyArn) as StationError;
    assert.deepEqual([told.code, told.data], [code, { awsError: 'DisabledException', httpStatus: 400, keyArn }]);
    assert.match(told.detail, /it is disabled$/);
  }
  const foreign = Object.assign(new Error('ours'), { data: { awsError: 'DisabledException' } });
  for (const other of [
    said('ThrottlingException'),
    said('toString'),
    new StationError('cloud.denied', 'no'),
    foreign,
    undefined,
  ])
    assert.equal(keyError(other, 'ca.unfit', keyArn), other);
});

test('only a key that KMS does not know yet is asked for again', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const foreign = Object.assign(new Error('ours'), { data: { awsError: 'NotFoundException' } });
  for (const error of [new StationError('cloud.denied', 'no'), foreign, undefined]) {
    let tries = 0;
    const once = onceKnown(() => {
      tries += 1;
      return Promise.reject(error);
    });
    assert.equal(await once.catch((thrown: unknown) => thrown), error);
    assert.equal(tries, 1);
  }
});
