/** What a plant's key has signed, what only looks like it, and public keys as people hand them on. */
import assert from 'node:assert/strict';
import { generateKeyPairSync, hash, type KeyObject, sign } from 'node:crypto';
import { test } from 'node:test';
import { newPlantKey, plantKeyId, publicBytes, publicPem, readDocument, readPublicKey } from '../../app/plant/index.ts';
import { signDocument } from '../../app/plant/signing.ts';
import { refuses } from '../records/support.ts';
import { documentOf, type OfDocument, signedOf } from './documents.ts';

const key = newPlantKey();
const publicKey = publicBytes(key);
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });

test('a public key is read as PEM or as 32 bytes in base64url, and nothing else is one', () => {
  const pem = publicPem(publicKey);
  const short = Buffer.from(publicKey).toString('base64url');
  assert.equal(publicKey.length, 32);
  for (const text of [pem, short, ` ${short}\n`, `\n${pem}\n`]) assert.deepEqual(readPublicKey(text), publicKey, text);
  assert.equal(plantKeyId(publicKey), hash('sha256', publicKey, 'hex'));
  const bytes = (length: number) => Buffer.alloc(length, 7).toString('base64url');
  const others = [
    ...['', 'key', bytes(31), bytes(33), `${short}=`, `${short.slice(0, -1)}!`, pem.slice(0, 60)],
    ec.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  ];
  for (const text of others) assert.throws(() => readPublicKey(text), refuses('call.badParams', { path: 'key' }), text);
});

const expected = { publicKey, plantId: 'plant-1', kind: 'recipes' } as const;
const given: OfDocument<'recipes'> = { kind: 'recipes', items: [], version: 3 };
const signText = (text: string, by: KeyObject = key) => ({ text, signature: sign(null, Buffer.from(text), by) });
const problemOf = (signed: { text: string; signature: Uint8Array }, of: object = {}) => {
  const read = readDocument(signed, { ...expected, ...of });
  return 'problem' in read ? read.problem : read.document;
};

test('a document is what the key signed, in its one form, of this plant and this kind', () => {
  const document = documentOf(given);
  const signed = signDocument(document, key);
  assert.deepEqual(problemOf(signed), document);
  assert.throws(() => signDocument(document, ec.privateKey), refuses('call.badParams'));

  const other = newPlantKey();
  assert.equal(problemOf(signDocument(document, other)), 'badSignature');
  assert.equal(problemOf(signed, { publicKey: publicBytes(other) }), 'badSignature');
  assert.equal(problemOf({ ...signed, text: signed.text.replace('"version":3', '"version":4') }), 'badSignature');
  assert.equal(problemOf(signed, { plantId: 'plant-2' }), 'otherPlant');
  assert.equal(problemOf(signed, { kind: 'people' }), 'badSignature');
  // Signed with the key, and still no document: a later program may sign what this one does not know.
  for (const text of [
    'no JSON',
    '{}',
    JSON.stringify(document, null, 1),
    signed.text.replace('"version":3', '"version":0'),
    signed.text.replace('"version":3', '"version":3,"more":1'),
  ])
    assert.equal(problemOf(signText(text)), 'unreadable', text);
  const people: OfDocument<'people'> = { kind: 'people', items: [], version: 3 };
  assert.deepEqual(problemOf(signedOf(people, key), { kind: 'people' }), documentOf(people));
});
