/** Files in a bucket, with the practice AWS: what is written is what is read, and what fails leaves nothing that costs. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { CreateMultipartUploadCommand, ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import type { Checksums } from '../../app/registration/index.ts';
import { createObjectStore } from '../../app/registration/index.ts';
import { practice, s3Client } from '../practice/support.ts';

const sha256 = (...parts: readonly Uint8Array[]) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const base64 = (bytes: Buffer) => bytes.toString('base64');

/** "Checking object integrity": of several parts the digest of their digests, and how many they are. */
function checksumsOf(parts: readonly Uint8Array[]): Checksums {
  const digests = parts.map((part) => sha256(part));
  const whole = parts.length === 1 ? base64(digests[0]!) : `${base64(sha256(...digests))}-${parts.length}`;
  return { bytes: parts.reduce((sum, { length }) => sum + length, 0), parts: digests.map(base64), whole };
}

async function* each(parts: readonly Uint8Array[]) {
  yield* parts;
}

/** S3 takes no part but the last one under 5 MiB. */
const parts = [Buffer.alloc(5 * 2 ** 20, 1), Buffer.alloc(5 * 2 ** 20, 2), Buffer.from('the end')];

async function bedOf(t: TestContext) {
  const aws = await practice(t);
  const { endpoint: endpointUrl, region, bucket, credentials } = aws;
  const storeIn = async (name: string) => {
    const store = await createObjectStore({ endpointUrl, region, bucket: name, credentials });
    t.after(() => store.close());
    return store;
  };
  const s3 = s3Client(t, aws);
  const unfinished = async () => {
    const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
    return Uploads.map(({ Key }) => Key).sort();
  };
  return { aws, s3, bucket, storeIn, store: await storeIn(bucket), unfinished };
}

test('an object of one part and one of three come back as they were, with their size and checksum', async (t) => {
  const { store, unfinished } = await bedOf(t);
  for (const [key, pieces] of Object.entries({ 'a/one': [Buffer.from('one')], 'a/three': parts })) {
    const checksums = checksumsOf(pieces);
    await store.put(key, checksums, each(pieces));
    assert.deepEqual(await store.head(key), { bytes: checksums.bytes, checksum: checksums.whole });
    const read = [];
    for await (const chunk of await store.get(key)) read.push(chunk);
    assert.ok(Buffer.concat(read).equals(Buffer.concat(pieces)), key);
  }
  assert.deepEqual(await unfinished(), []);
  await store.put('b', checksumsOf([Buffer.from('b')]), each([Buffer.from('b')]));
  const bytes = parts.reduce((sum, { length }) => sum + length, 0);
  assert.deepEqual(await store.list('a/'), [
    { key: 'a/one', bytes: 3 },
    { key: 'a/three', bytes },
  ]);
  await store.remove(['a/one', 'never there', 'a/three']);
  assert.deepEqual(await store.list(''), [{ key: 'b', bytes: 1 }]);
  assert.equal(await store.head('a/one'), undefined);
  await assert.rejects(store.get('a/one'), { code: 'cloud.refused' });
});

test('bytes that changed on the way are refused, and leave neither an object nor parts', async (t) => {
  const { store, unfinished } = await bedOf(t);
  for (const pieces of [[Buffer.from('one')], parts]) {
    const changed = pieces.with(-1, Buffer.from('other'));
    await assert.rejects(store.put('k', checksumsOf(pieces), each(changed)), { code: 'cloud.refused' });
    assert.equal(await store.head('k'), undefined);
    assert.deepEqual(await unfinished(), []);
  }
});

test('unfinished uploads end where they are ours, and only there', async (t) => {
  const { s3, bucket, store, unfinished } = await bedOf(t);
  for (const Key of ['backup-1', 'backup-of-another', 'elsewhere'])
    await s3.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key }));
  const asked: string[] = [];
  await store.abortUploads('backup-', (key) => {
    asked.push(key);
    return key === 'backup-1';
  });
  assert.deepEqual(asked.sort(), ['backup-1', 'backup-of-another']);
  assert.deepEqual(await unfinished(), ['backup-of-another', 'elsewhere']);
});

test('a bucket is usable when it is there and closed to the public, or when nobody may ask who reads it', async (t) => {
  const { aws, bucket, store, storeIn } = await bedOf(t);
  await store.assertUsable();
  await assert.rejects((await storeIn('missing')).assertUsable(), { code: 'cloud.bucket' });
  aws.setFault({ kind: 'publicBucket', bucket });
  await assert.rejects(store.assertUsable(), { code: 'backup.bucketPublic', data: { bucket } });
  aws.setFault({ kind: 'deny', operation: 'GetBucketPolicyStatus' });
  await store.assertUsable();
  aws.setFault({ kind: 'deny', operation: 'ListObjectsV2' });
  await assert.rejects(store.assertUsable(), { code: 'cloud.denied' });
});

test('a list that comes in pages is whole', async (t) => {
  const asked: (string | null)[] = [];
  const server = createServer((request, response) => {
    const token = new URL(request.url ?? '', 'http://s3').searchParams.get('continuation-token');
    asked.push(token);
    const page = token === null ? { key: 'a', more: '<NextContinuationToken>t</NextContinuationToken>' } : { key: 'b' };
    response.setHeader('content-type', 'application/xml');
    response.end(
      `<ListBucketResult><Contents><Key>${page.key}</Key><Size>1</Size></Contents>${page.more ?? ''}</ListBucketResult>`,
    );
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  t.after(() => server.close());
  const endpointUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: 'id', secretAccessKey: 'key' };
  const store = await createObjectStore({ endpointUrl, region: 'eu-central-1', bucket: 'bucket', credentials });
  t.after(() => store.close());
  assert.deepEqual(await store.list(''), [
    { key: 'a', bytes: 1 },
    { key: 'b', bytes: 1 },
  ]);
  assert.deepEqual(asked, [null, 't']);
});
