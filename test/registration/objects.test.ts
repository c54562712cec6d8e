/** Files in a bucket, with the practice AWS: what is written is what is read, and what fails leaves nothing that costs. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import * as sdk from '@aws-sdk/client-s3';
import { openGrant } from '../../app/registration/account/awsobjects.ts';
import { unfinishedUpload } from '../../app/registration/account/awsunfinished.ts';
import type { Checksums } from '../../app/registration/index.ts';
import { createObjectStore } from '../../app/registration/index.ts';
import { practice, s3Client } from '../practice/support.ts';

type Practice = Awaited<ReturnType<typeof practice>>;

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
    const { Uploads = [] } = await s3.send(new sdk.ListMultipartUploadsCommand({ Bucket: bucket }));
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

/** An upload of `parts` that breaks off when its first part is there: AWS is not reached any more. */
async function* breaksOff(aws: Practice) {
  yield parts[0]!;
  aws.setFault({ kind: 'hangup', when: 'before', times: 100, operation: 'UploadPart' });
  yield* parts.slice(1);
}
/** How many parts go to AWS from now on. */
function counted(aws: Practice): () => number {
  aws.setFault(null);
  aws.setFault({ kind: 'slow', ms: 0, times: 100, operation: 'UploadPart' });
  return () => 100 - aws.account.faults.list().reduce((left, fault) => left + ('times' in fault ? fault.times : 0), 0);
}

test('an upload that broke off goes on with the parts that S3 has, and leaves none behind', async (t) => {
  const { aws, store, s3, bucket, unfinished } = await bedOf(t);
  const checksums = checksumsOf(parts);
  for (const attempt of [1, 2]) {
    await assert.rejects(store.put('k', checksums, breaksOff(aws)), { code: 'cloud.unreachable' });
    assert.deepEqual(await unfinished(), ['k'], `attempt ${attempt}`);
  }
  // Older ones of the same key, one of them without a SHA-256 for its parts, and another object's.
  for (const [Key, algorithm] of [
    ['k', 'CRC32'],
    ['k2', 'SHA256'],
  ] as const)
    await s3.send(new sdk.CreateMultipartUploadCommand({ Bucket: bucket, Key, ChecksumAlgorithm: algorithm }));
  const sent = counted(aws);
  await store.put('k', checksums, each(parts));
  assert.equal(sent(), 2, 'the first part is there already');
  assert.deepEqual(await store.head('k'), { bytes: checksums.bytes, checksum: checksums.whole });
  const read = [];
  for await (const chunk of await store.get('k')) read.push(chunk);
  assert.ok(Buffer.concat(read).equals(Buffer.concat(parts)));
  assert.deepEqual(await unfinished(), ['k2'], 'that of another key is not touched');
});

test('a part of other bytes is sent again, whatever number it has', async (t) => {
  const { aws, store, unfinished } = await bedOf(t);
  await assert.rejects(store.put('k', checksumsOf(parts), breaksOff(aws)), { code: 'cloud.unreachable' });
  const other = [Buffer.alloc(5 * 2 ** 20, 9), ...parts.slice(1)];
  const sent = counted(aws);
  await store.put('k', checksumsOf(other), each(other));
  assert.equal(sent(), 3);
  assert.equal((await store.head('k'))?.checksum, checksumsOf(other).whole);
  assert.deepEqual(await unfinished(), []);
});

test('parts that are told in several pages are all found', async () => {
  const asked: (string | undefined)[] = [];
  const s3 = {
    async send({
      input,
      constructor: { name },
    }: {
      input: { PartNumberMarker?: string };
      constructor: { name: string };
    }) {
      if (name === 'ListMultipartUploadsCommand')
        return { Uploads: [{ Key: 'k', UploadId: 'u', ChecksumAlgorithm: 'SHA256' }] };
      asked.push(input.PartNumberMarker);
      const [PartNumber, ...more] = [1, 2, 3].filter((number) => number > Number(input.PartNumberMarker ?? 0));
      return { Parts: [{ PartNumber }], IsTruncated: more.length > 0, NextPartNumberMarker: String(PartNumber) };
    },
  };
  const object = { Bucket: 'bucket', Key: 'k' };
  const { found } = await unfinishedUpload({ sdk, s3: s3 as never, object, signal: undefined });
  assert.deepEqual([found?.UploadId, [...(found?.parts.keys() ?? [])]], ['u', [1, 2, 3]]);
  assert.deepEqual(asked, [undefined, '1', '2']);
});

test('who may not look for unfinished uploads sends all of it, and leaves no parts when that breaks off', async (t) => {
  for (const operation of ['ListMultipartUploads', 'ListParts']) {
    const { aws, store, unfinished } = await bedOf(t);
    await assert.rejects(store.put('k', checksumsOf(parts), breaksOff(aws)), { code: 'cloud.unreachable' });
    aws.setFault(null);
    aws.setFault({ kind: 'deny', operation });
    await assert.rejects(store.put('k', checksumsOf(parts), breaksOff(aws)), { code: 'cloud.unreachable' });
    aws.setFault(null);
    assert.equal(
      (await unfinished()).length,
      operation === 'ListParts' ? 0 : 1,
      `only what was there before ${operation}`,
    );
    await store.put('k', checksumsOf(parts), each(parts));
    assert.deepEqual(await unfinished(), []);
  }
});

test('a file that cannot be read any more leaves no parts of it', async (t) => {
  const { aws, store, unfinished } = await bedOf(t);
  await assert.rejects(store.put('k', checksumsOf(parts), breaksOff(aws)), { code: 'cloud.unreachable' });
  aws.setFault(null);
  const gone = {
    [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('the file is gone')) }),
  };
  await assert.rejects(store.put('k', checksumsOf(parts), gone), /the file is gone/);
  assert.deepEqual(await unfinished(), []);
});

test('unfinished uploads end where they are ours, and only there', async (t) => {
  const { s3, bucket, store, unfinished } = await bedOf(t);
  for (const Key of ['backup-1', 'backup-of-another', 'elsewhere'])
    await s3.send(new sdk.CreateMultipartUploadCommand({ Bucket: bucket, Key }));
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
  // Each of the two is asked where the other one may not be.
  aws.setFault({ kind: 'publicAcl', bucket });
  await assert.rejects(store.assertUsable(), {
    ...{ code: 'backup.bucketPublic', data: { bucket } },
    detail: `the bucket ${bucket} is open, everybody has READ by its ACL: turn on Block Public Access`,
  });
  aws.setFault({ kind: 'deny', operation: 'GetBucketAcl' });
  await store.assertUsable();
  aws.setFault({ kind: 'deny', operation: 'ListObjectsV2' });
  await assert.rejects(store.assertUsable(), { code: 'cloud.denied' });
});

test('an ACL opens a bucket to everybody or to everybody with an account, and to no one where it has other grants', () => {
  const to = (group: string) => ({
    Grantee: { Type: 'Group' as const, URI: `http://acs.amazonaws.com/groups/${group}` },
  });
  const owner = { Grantee: { Type: 'CanonicalUser' as const, ID: 'owner' }, Permission: 'FULL_CONTROL' as const };
  const logs = { ...to('s3/LogDelivery'), Permission: 'WRITE' as const };
  for (const [grants, open] of [
    [undefined, undefined],
    [[owner, logs], undefined],
    [[owner, { ...to('global/AllUsers'), Permission: 'READ' as const }], 'everybody has READ by its ACL'],
    [
      [logs, { ...to('global/AuthenticatedUsers'), Permission: 'WRITE' as const }],
      'everybody with an account of AWS has WRITE by its ACL',
    ],
  ] as const)
    assert.equal(openGrant(grants), open);
});

test('a list that comes in pages is whole', async (t) => {
  const asked: (string | null)[] = [];
  const server = createServer((request, response) => {
    const token = new URL(request.url ?? '', 'http://s3').searchParams.get('continuation-token');
    asked.push(token);
    const page = token === null ? { key: 'a', more: '<NextContinuationToken>t</NextContinuationToken>' } : { key: 'b' };
    response.setHeader('content-type', 'application/xml').setHeader('x-amz-request-id', 'r-1');
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
