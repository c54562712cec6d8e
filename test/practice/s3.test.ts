import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { suite, test } from 'node:test';
import { ListThingsCommand } from '@aws-sdk/client-iot';
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { checkChecksums, compositeOf } from '../../app/practice/aws/s3/checksums.ts';
import { removeAtEnd } from '../folders.ts';
import { cli, needsAwsCli } from './awscli.ts';
import { iotClient, practice, refusal, s3Client } from './support.ts';

const Bucket = 'birthmark-practice';

suite('practice S3 through the SDK', () => {
  test('an object comes back as it was sent, with its metadata', async (t) => {
    const s3 = s3Client(t, await practice(t));
    await s3.send(
      new PutObjectCommand({
        Bucket,
        Key: "a/ü+ '()!*.json",
        Body: 'hällo',
        Metadata: { sha256: 'x' },
        ContentType: 'text/x',
      }),
    );
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: "a/ü+ '()!*.json" }));
    assert.equal(await got.Body?.transformToString(), 'hällo');
    assert.deepEqual(
      [got.Metadata, got.ContentType, got.ETag],
      [{ sha256: 'x' }, 'text/x', `"${createHash('md5').update('hällo').digest('hex')}"`],
    );
  });

  for (const ChecksumAlgorithm of ['CRC32', 'CRC32C', 'SHA1', 'SHA256'] as const) {
    test(`a streamed body is unframed and its trailing ${ChecksumAlgorithm} checked`, async (t) => {
      const s3 = s3Client(t, await practice(t));
      const bytes = randomBytes(200_000);
      const chunks = [bytes.subarray(0, 70_000), bytes.subarray(70_000)];
      await s3.send(
        new PutObjectCommand({
          Bucket,
          Key: 'k',
          Body: Readable.from(chunks),
          ContentLength: bytes.length,
          ChecksumAlgorithm,
        }),
      );
      const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'k', ChecksumMode: 'ENABLED' }));
      assert.deepEqual(Buffer.from((await got.Body?.transformToByteArray()) ?? []), bytes);
    });
  }

  test('a checksum is the same in whatever pieces the bytes came', () => {
    const bytes = randomBytes(1000);
    const inPieces = [bytes.subarray(0, 1), bytes.subarray(1, 1), bytes.subarray(1, 700), bytes.subarray(700)];
    for (const name of ['crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256']) {
      const header = `x-amz-checksum-${name}`;
      const value = compositeOf(header, [bytes.toString('base64')]).replace(/-1$/, '');
      assert.deepEqual(checkChecksums({ [header]: value }, inPieces), { header, value });
      assert.throws(() => checkChecksums({ [header]: value }, inPieces.slice(1)), { name: 'BadDigest' });
    }
    const value = compositeOf('x-amz-checksum-crc64nvme', [Buffer.from('123456789').toString('base64')]);
    assert.equal(value, 'rosUhgp5mIg=-1', "the catalogue's check value of CRC-64/NVME");
  });

  test('a body that is too large is refused by name, after all of it was sent', async (t) => {
    const aws = await practice(t);
    const { hostname, port } = new URL(aws.endpoint);
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const sent = request({ hostname, port, path: `/${Bucket}/k`, method: 'PUT' }, (response) => {
        response.resume().on('end', () => resolve(response.statusCode));
      });
      sent.on('error', reject);
      Readable.from(Array(257).fill(Buffer.alloc(1024 * 1024))).pipe(sent);
    });
    assert.equal(status, 413);
    assert.equal(aws.snapshot().buckets[0]?.objects.length, 0);
  });

  test('lib-storage uploads more than 8 MiB in parts', async (t) => {
    const aws = await practice(t);
    const s3 = s3Client(t, aws);
    const bytes = randomBytes(9 * 1024 * 1024);
    const upload = new Upload({ client: s3, params: { Bucket, Key: 'big', Body: Readable.from([bytes]) } });
    const done = await upload.done();
    assert.match(done.ETag ?? '', /^"[0-9a-f]{32}-2"$/);
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'big' }));
    assert.deepEqual(Buffer.from((await got.Body?.transformToByteArray()) ?? []), bytes);
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'big' }));
    assert.equal(head.ContentLength, bytes.length);
    const again = new Upload({
      client: s3,
      params: { Bucket, Key: 'big', Body: Readable.from([bytes]), IfNoneMatch: '*' },
    });
    assert.equal(await refusal(again.done()), 'PreconditionFailed 412');
  });

  test('If-None-Match: * writes once', async (t) => {
    const s3 = s3Client(t, await practice(t));
    const put = (Body: string) => s3.send(new PutObjectCommand({ Bucket, Key: 'once', Body, IfNoneMatch: '*' }));
    await put('first');
    assert.equal(await refusal(put('second')), 'PreconditionFailed 412');
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'once' }));
    assert.equal(await got.Body?.transformToString(), 'first');
  });

  test('buckets are made, found and listed', async (t) => {
    const aws = await practice(t);
    const s3 = s3Client(t, aws);
    await s3.send(new CreateBucketCommand({ Bucket: 'other-bucket' }));
    const { Buckets } = await s3.send(new ListBucketsCommand({}));
    assert.deepEqual(
      Buckets?.map((bucket) => bucket.Name),
      [Bucket, 'other-bucket'],
    );
    const head = await s3.send(new HeadBucketCommand({ Bucket: 'other-bucket' }));
    assert.equal(head.BucketRegion, aws.region);
    // The oldest Region says yes to a bucket that one has already.
    await s3.send(new CreateBucketCommand({ Bucket: 'other-bucket' }));
    assert.equal(await refusal(s3.send(new CreateBucketCommand({ Bucket: 'No_Good' }))), 'InvalidBucketName 400');
    for (const Bucket of ['a..b', '192.168.0.1', 'xn--bucket', 'a-s3alias', 'a.', 'ab'])
      assert.equal(await refusal(s3.send(new CreateBucketCommand({ Bucket }))), 'InvalidBucketName 400', Bucket);
    assert.equal(await refusal(s3.send(new HeadBucketCommand({ Bucket: 'missing' }))), 'NotFound 404');

    const elsewhere = s3Client(t, await practice(t, { region: 'eu-central-1' }));
    const make = () => elsewhere.send(new CreateBucketCommand({ Bucket: 'other-bucket' }));
    await make();
    assert.equal(await refusal(make()), 'BucketAlreadyOwnedByYou 409');
  });

  test('the first version of the listing goes on after a marker', async (t) => {
    const s3 = s3Client(t, await practice(t));
    for (const Key of ['a/1', 'a/2', 'b/1', 'c']) await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
    const list = (input: object) => s3.send(new ListObjectsCommand({ Bucket, ...input }));
    const first = await list({ MaxKeys: 2 });
    assert.deepEqual(
      [first.IsTruncated, first.NextMarker, first.Contents?.map(({ Key, Owner }) => [Key, Owner?.ID])],
      [
        true,
        undefined,
        [
          ['a/1', '123456789012'],
          ['a/2', '123456789012'],
        ],
      ],
    );
    const rest = await list({ Marker: 'a/2' });
    assert.deepEqual([rest.IsTruncated, rest.Marker, rest.Contents?.length], [false, 'a/2', 2]);
    const folders = await list({ Delimiter: '/', MaxKeys: 1 });
    assert.deepEqual([folders.CommonPrefixes, folders.NextMarker], [[{ Prefix: 'a/' }], 'a/']);
    assert.deepEqual((await list({ Delimiter: '/', Marker: 'a/' })).CommonPrefixes, [{ Prefix: 'b/' }]);
  });

  test('listing honours prefix, delimiter and pages', async (t) => {
    const s3 = s3Client(t, await practice(t));
    for (const Key of ['a/1', 'a/2', 'b/1', 'c<&>']) await s3.send(new PutObjectCommand({ Bucket, Key, Body: '' }));
    const folders = await s3.send(new ListObjectsV2Command({ Bucket, Delimiter: '/' }));
    assert.deepEqual(folders.CommonPrefixes, [{ Prefix: 'a/' }, { Prefix: 'b/' }]);
    assert.deepEqual(
      folders.Contents?.map((object) => object.Key),
      ['c<&>'],
    );
    const first = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'a/', MaxKeys: 1 }));
    const token = first.NextContinuationToken;
    assert.ok(token);
    const second = await s3.send(
      new ListObjectsV2Command({ Bucket, Prefix: 'a/', MaxKeys: 1, ContinuationToken: token }),
    );
    assert.deepEqual(
      [first, second].map((page) => [page.Contents?.[0]?.Key, page.IsTruncated]),
      [
        ['a/1', true],
        ['a/2', false],
      ],
    );
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a/1' }));
    assert.equal(await refusal(s3.send(new GetObjectCommand({ Bucket, Key: 'a/1' }))), 'NoSuchKey 404');
  });

  test('a part of an object can be read', async (t) => {
    const s3 = s3Client(t, await practice(t));
    await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: '0123456789' }));
    const read = async (Range: string) => {
      const { Body, ContentRange } = await s3.send(new GetObjectCommand({ Bucket, Key: 'k', Range }));
      return [await Body?.transformToString(), ContentRange];
    };
    assert.deepEqual(await read('bytes=2-4'), ['234', 'bytes 2-4/10']);
    assert.deepEqual(await read('bytes=-3'), ['789', 'bytes 7-9/10']);
    assert.equal(
      await refusal(s3.send(new GetObjectCommand({ Bucket, Key: 'k', Range: 'bytes=10-' }))),
      'InvalidRange 416',
    );
  });

  test('small parts, wrong parts and unknown uploads are refused', async (t) => {
    const s3 = s3Client(t, await practice(t));
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'm' }));
    const part = async (PartNumber: number) => {
      const { ETag } = await s3.send(new UploadPartCommand({ Bucket, Key: 'm', UploadId, PartNumber, Body: 'small' }));
      return { PartNumber, ETag };
    };
    const Parts = [await part(1), await part(2)];
    const complete = (parts: typeof Parts, id = UploadId) =>
      refusal(
        s3.send(
          new CompleteMultipartUploadCommand({ Bucket, Key: 'm', UploadId: id, MultipartUpload: { Parts: parts } }),
        ),
      );
    assert.equal(await complete(Parts), 'EntityTooSmall 400');
    assert.equal(await complete([...Parts].reverse()), 'InvalidPartOrder 400');
    assert.equal(await complete([{ PartNumber: 3, ETag: '"x"' }]), 'InvalidPart 400');
    assert.equal(await complete(Parts, 'unknown'), 'NoSuchUpload 404');
  });

  test('credentials are checked: unknown key, wrong secret, wrong region, unsigned', async (t) => {
    const aws = await practice(t);
    const head = (over: { credentials?: { accessKeyId: string; secretAccessKey: string }; region?: string }) =>
      refusal(s3Client(t, { ...aws, ...over }).send(new ListBucketsCommand({})));
    const { accessKeyId, secretAccessKey } = aws.credentials;
    assert.equal(
      await head({ credentials: { accessKeyId: 'AKIAUNKNOWN', secretAccessKey } }),
      'InvalidAccessKeyId 403',
    );
    assert.equal(await head({ credentials: { accessKeyId, secretAccessKey: 'wrong' } }), 'SignatureDoesNotMatch 403');
    assert.equal(await head({ region: 'eu-west-1' }), 'AuthorizationHeaderMalformed 400');
    const unsigned = await fetch(`${aws.endpoint}/${Bucket}/k`);
    assert.equal(unsigned.status, 403);
    assert.match(await unsigned.text(), /<Code>AccessDenied<\/Code>/);
  });

  test('a signature for another Region is refused with any credentials, too', async (t) => {
    const aws = await practice(t, { anyClient: true });
    const credentials = { accessKeyId: 'AKIAMINE', secretAccessKey: 'mine' };
    const at = { ...aws, credentials };
    await s3Client(t, at).send(new ListBucketsCommand({}));
    const elsewhere = { ...at, region: 'eu-west-1' };
    const list = s3Client(t, elsewhere).send(new ListBucketsCommand({}));
    assert.equal(await refusal(list), 'AuthorizationHeaderMalformed 400');
    const things = iotClient(t, elsewhere).send(new ListThingsCommand({}));
    assert.equal(await refusal(things), 'InvalidSignatureException 403');
  });

  test('an upload corrupted on the way is refused', async (t) => {
    const aws = await practice(t);
    const { accessKeyId, secretAccessKey } = aws.credentials;
    const { hostname, port } = new URL(aws.endpoint);
    // A client whose bytes are changed after the checksum was computed, on the wire.
    const s3 = new S3Client({
      endpoint: aws.endpoint,
      region: aws.region,
      credentials: { accessKeyId, secretAccessKey },
      maxAttempts: 1,
      forcePathStyle: true,
    });
    t.after(() => s3.destroy());
    s3.middlewareStack.add(
      (_next) => async (args) => {
        const { headers, path } = args.request as { headers: Record<string, string>; path: string };
        const chunks: Buffer[] = [];
        for await (const chunk of (args.request as { body: Readable }).body)
          chunks.push(Buffer.from(chunk as Uint8Array));
        const body = Buffer.from(Buffer.concat(chunks).toString('latin1').replace('intact', 'broken'), 'latin1');
        const status = await new Promise<string>((resolve, reject) => {
          const sent = request(
            { hostname, port, path: `${path}?x-id=PutObject`, method: 'PUT', headers },
            (response) => {
              let text = '';
              response.on('data', (data: Buffer) => {
                text += data.toString();
              });
              response.on('end', () => resolve(`${response.statusCode} ${/<Code>(\w+)/.exec(text)?.[1]}`));
            },
          );
          sent.on('error', reject);
          sent.end(body);
        });
        throw Object.assign(new Error(status), { name: status });
      },
      { step: 'finalizeRequest', priority: 'low' },
    );
    const put = s3.send(
      new PutObjectCommand({ Bucket, Key: 'k', Body: Readable.from(['intact data']), ContentLength: 11 }),
    );
    assert.match(await refusal(put), /^400 BadDigest/);
    assert.equal(aws.snapshot().buckets[0]?.objects.length, 0);
  });
});

suite('practice S3 through aws-cli', () => {
  test('cp, ls and rm of a small and a multipart file', async (t) => {
    if (!needsAwsCli(t)) return;
    const aws = await practice(t);
    const run = cli(aws);
    const folder = await mkdtemp(join(tmpdir(), 'birthmark-s3-'));
    removeAtEnd(folder);
    const bytes = randomBytes(9 * 1024 * 1024);
    await writeFile(join(folder, 'big'), bytes);
    await run('s3', 'cp', join(folder, 'big'), `s3://${Bucket}/x/big`, '--only-show-errors');
    await run('s3', 'cp', `s3://${Bucket}/x/big`, join(folder, 'back'), '--only-show-errors');
    assert.deepEqual(await readFile(join(folder, 'back')), bytes);
    const listed = (await run('s3api', 'list-objects-v2', '--bucket', Bucket)) as {
      Contents: { Key: string; Size: number }[];
    };
    assert.deepEqual(
      listed.Contents.map(({ Key, Size }) => [Key, Size]),
      [['x/big', bytes.length]],
    );
    await run('s3', 'rm', `s3://${Bucket}/x/big`, '--only-show-errors');
    await assert.rejects(run('s3api', 'head-object', '--bucket', Bucket, '--key', 'x/big'), /404/);
  });
});
