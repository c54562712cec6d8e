/** What the practice S3 does not offer, it refuses: it takes no request for another one, and ignores no header. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import * as sdk from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { heldBytes } from '../../app/practice/aws/bytes.ts';
import { s3Offered, s3Operation } from '../../app/practice/aws/s3/routes.ts';
import { removeAtEnd } from '../folders.ts';
import { cli, needsAwsCli } from './awscli.ts';
import { practice, refusal, s3Client } from './support.ts';

const Bucket = 'birthmark-practice';
type AnyCommand = new (input: Record<string, unknown>) => sdk.PutObjectCommand;

/** Every operation of the service model, by the SDK's own commands. */
const commands = Object.entries(sdk).flatMap(([name, value]) =>
  /Command$/.test(name) && name !== '$Command' && typeof value === 'function'
    ? [[name.replace(/Command$/, ''), value as unknown as AnyCommand] as const]
    : [],
);

/** Each path label and each header that an operation cannot do without. */
const input = {
  Bucket,
  Key: 'kept',
  UploadId: 'unknown',
  PartNumber: 1,
  CopySource: `${Bucket}/kept`,
  Id: 'one',
  RenameSource: 'kept',
  RequestRoute: 'route',
  RequestToken: 'token',
  Body: 'other',
  Delete: { Objects: [{ Key: 'missing' }] },
};

async function bench(t: TestContext) {
  const aws = await practice(t);
  const s3 = s3Client(t, aws);
  await s3.send(new sdk.PutObjectCommand({ Bucket, Key: 'kept', Body: 'first' }));
  const state = async () => {
    const { Body, Metadata } = await s3.send(new sdk.GetObjectCommand({ Bucket, Key: 'kept' }));
    return { snapshot: aws.snapshot(), text: await Body?.transformToString(), Metadata };
  };
  return { aws, s3, state };
}

suite('the service model', () => {
  test('every operation that is not offered is refused with 501, and nothing changes', async (t) => {
    const { s3, state } = await bench(t);
    const before = await state();
    // The last one goes to a host of its own.
    const others = commands.filter(([name]) => ![...s3Offered, 'WriteGetObjectResponse'].includes(name));
    assert.ok(others.length > 80, `the model has many operations: ${others.length}`);
    const answers = new Map<string, string>();
    for (const [name, Command] of others) {
      answers.set(name, await refusal(s3.send(new Command(input))));
    }
    const strange = [...answers].filter(([, answer]) => !/ 501$/.test(answer));
    assert.deepEqual(strange, []);
    assert.deepEqual(await state(), before);
  });

  test('one key of the query or one header too many is never ignored', () => {
    const plain = { rawPath: '/', body: Buffer.alloc(0), pieces: heldBytes([]) };
    const segment = fc.string({ unit: fc.constantFrom('a', 'b', '-'), minLength: 1, maxLength: 3 });
    const name = fc.stringMatching(/^[a-z]{1,6}[A-Z]?[a-z]{0,4}$/);
    const wish = fc.record({
      method: fc.constantFrom('GET', 'PUT', 'POST', 'DELETE', 'HEAD', 'PATCH'),
      segments: fc.array(segment, { maxLength: 3 }),
      keys: fc.array(fc.oneof(name, fc.constantFrom('uploads', 'uploadId', 'partNumber', 'location', 'delete'))),
    });
    const asked = (method: string, segments: string[], keys: string[], headers = {}): string => {
      const query = new URLSearchParams(keys.map((key) => [key, '1']));
      try {
        return s3Operation({ ...plain, method, segments, query, headers });
      } catch (error) {
        assert.equal((error as Error).name, 'NotImplemented');
        return 'refused';
      }
    };
    fc.assert(
      fc.property(wish, name, ({ method, segments, keys }, more) => {
        const answer = asked(method, segments, keys);
        assert.ok(answer === 'refused' || s3Offered.includes(answer));
        // None of the keys in the table begins like this one, and no header either.
        assert.equal(asked(method, segments, [...keys, `zz${more}`]), 'refused');
        assert.equal(asked(method, segments, keys, { [`x-amz-zz-${more}`]: '1' }), 'refused');
        assert.equal(asked(method, segments, keys, { [`x-own-${more}`]: '1' }), answer, 'S3 knows no such header');
      }),
    );
  });

  test('every operation that is offered is one of the model, and in the README', () => {
    const names = commands.map(([name]) => name);
    assert.deepEqual(
      s3Offered.filter((name) => !names.includes(name)),
      [],
    );
    const readme = readFileSync(join(import.meta.dirname, '../../app/practice/aws/README.md'), 'utf8');
    const [, listed = ''] = /^S3: (.*?)\. Anything else/m.exec(readme) ?? [];
    assert.equal(listed, s3Offered.map((name) => `\`${name}\``).join(', '), 'the README names the same');
  });
});

suite('members that would change what an operation does', () => {
  const upload = { Bucket, Key: 'new', Body: 'x' };
  const cases: [title: string, send: (s3: sdk.S3Client) => Promise<unknown>][] = [
    ...Object.entries({
      tagging: { Tagging: 'a=b' },
      encryption: { ServerSideEncryption: 'aws:kms' as const },
      'a customer key': { SSECustomerAlgorithm: 'AES256' },
      'an ACL': { ACL: 'public-read' as const },
      'a storage class': { StorageClass: 'GLACIER' as const },
      'a lock': { ObjectLockLegalHoldStatus: 'ON' as const },
      'a redirect': { WebsiteRedirectLocation: '/x' },
      'an offset': { WriteOffsetBytes: 1 },
      'requester pays': { RequestPayer: 'requester' as const },
    }).map(([title, more]): [string, (s3: sdk.S3Client) => Promise<unknown>] => [
      `PutObject with ${title}`,
      (s3) => s3.send(new sdk.PutObjectCommand({ ...upload, ...more })),
    ]),
    [
      'DeleteObject of a version',
      (s3) => s3.send(new sdk.DeleteObjectCommand({ Bucket, Key: 'kept', VersionId: '1' })),
    ],
    [
      'DeleteObject if it matches',
      (s3) => s3.send(new sdk.DeleteObjectCommand({ Bucket, Key: 'kept', IfMatch: '"x"' })),
    ],
    [
      'DeleteObjects of versions',
      (s3) => s3.send(new sdk.DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'kept', VersionId: '1' }] } })),
    ],
    ['GetObject of a part', (s3) => s3.send(new sdk.GetObjectCommand({ Bucket, Key: 'kept', PartNumber: 1 }))],
    [
      'GetObject since a time',
      (s3) => s3.send(new sdk.GetObjectCommand({ Bucket, Key: 'kept', IfModifiedSince: new Date() })),
    ],
    [
      'UploadPartCopy',
      (s3) =>
        s3.send(new sdk.UploadPartCopyCommand({ Bucket, Key: 'm', UploadId: 'u', PartNumber: 1, CopySource: 'b/k' })),
    ],
    ['ListBuckets by prefix', (s3) => s3.send(new sdk.ListBucketsCommand({ Prefix: 'b' }))],
  ];
  for (const [title, send] of cases) {
    test(`${title} is refused, not ignored`, async (t) => {
      const { s3, state } = await bench(t);
      const before = await state();
      assert.match(await refusal(send(s3)), /^NotImplemented 501$/);
      assert.deepEqual(await state(), before);
    });
  }
});

suite('what is offered beside the station’s own calls', () => {
  test('a locked object is neither replaced nor removed until its time; a bucket without locks refuses one', async (t) => {
    const { s3 } = await bench(t);
    const lock = { ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate: new Date(Date.now() + 60_000) } as const;
    const put = (part: object) =>
      refusal(s3.send(new sdk.PutObjectCommand({ Bucket: 'worm', Key: 'k', Body: 'x', ...lock, ...part })));
    await s3.send(new sdk.CreateBucketCommand({ Bucket: 'worm', ObjectLockEnabledForBucket: true }));
    assert.equal(await put({ Bucket }), 'InvalidRequest 400');
    assert.equal(await put({ ObjectLockMode: undefined }), 'InvalidArgument 400');
    assert.equal(await put({ ObjectLockMode: 'OTHER' }), 'InvalidArgument 400');
    assert.equal(await put({ ObjectLockRetainUntilDate: new Date(Date.now() - 60_000) }), 'InvalidArgument 400');
    await s3.send(new sdk.PutObjectCommand({ Bucket: 'worm', Key: 'k', Body: 'x', ...lock }));
    const head = await s3.send(new sdk.HeadObjectCommand({ Bucket: 'worm', Key: 'k' }));
    assert.equal(head.ObjectLockMode, 'COMPLIANCE');
    assert.equal(head.ObjectLockRetainUntilDate?.getTime(), lock.ObjectLockRetainUntilDate.getTime());
    assert.equal(await put({ ObjectLockMode: undefined, ObjectLockRetainUntilDate: undefined }), 'AccessDenied 403');
    assert.equal(await refusal(s3.send(new sdk.DeleteObjectCommand({ Bucket: 'worm', Key: 'k' }))), 'AccessDenied 403');
    const many = { Objects: [{ Key: 'k' }] };
    const { Errors } = await s3.send(new sdk.DeleteObjectsCommand({ Bucket: 'worm', Delete: many }));
    assert.deepEqual(
      Errors?.map(({ Code }) => Code),
      ['AccessDenied'],
    );
  });

  test('conditions of reads and writes hold', async (t) => {
    const { s3, state } = await bench(t);
    const { ETag } = await s3.send(new sdk.HeadObjectCommand({ Bucket, Key: 'kept' }));
    const put = (more: object) =>
      refusal(s3.send(new sdk.PutObjectCommand({ Bucket, Key: 'kept', Body: 'b', ...more })));
    const before = await state();
    assert.equal(await put({ IfMatch: '"other"' }), 'PreconditionFailed 412');
    assert.equal(await put({ IfNoneMatch: '*' }), 'PreconditionFailed 412');
    assert.equal(await put({ IfMatch: ETag, Key: 'none' }), 'NoSuchKey 404');
    assert.deepEqual(await state(), before);
    const get = (more: object) => refusal(s3.send(new sdk.GetObjectCommand({ Bucket, Key: 'kept', ...more })));
    assert.deepEqual(
      [await get({ IfMatch: ETag }), await get({ IfMatch: '"other"' }), await get({ IfNoneMatch: ETag })],
      ['accepted', 'PreconditionFailed 412', 'Unknown 304'],
    );
    assert.equal(await put({ IfMatch: ETag }), 'accepted');
    assert.equal((await state()).text, 'b');
  });

  test('headers of an object come back with it, also with its copy', async (t) => {
    const { s3 } = await bench(t);
    const about = { CacheControl: 'max-age=60', ContentEncoding: 'gzip', ContentType: 'application/pkix-crl' };
    await s3.send(new sdk.PutObjectCommand({ Bucket, Key: 'crl/a b', Body: 'x', Metadata: { by: 'me' }, ...about }));
    await s3.send(new sdk.CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/crl/a%20b` }));
    const { CacheControl, ContentEncoding, ContentType, Metadata } = await s3.send(
      new sdk.HeadObjectCommand({ Bucket, Key: 'copy' }),
    );
    assert.deepEqual({ CacheControl, ContentEncoding, ContentType, Metadata }, { ...about, Metadata: { by: 'me' } });
    const again = new sdk.CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/copy` });
    assert.equal(await refusal(s3.send(again)), 'InvalidRequest 400');
    const missing = new sdk.CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/none` });
    assert.equal(await refusal(s3.send(missing)), 'NoSuchKey 404');
  });

  test('the parts of an upload are listed with their checksums, and the whole has one over them', async (t) => {
    const { s3 } = await bench(t);
    const at = { Bucket, Key: 'parts' };
    const { UploadId } = await s3.send(new sdk.CreateMultipartUploadCommand({ ...at, ChecksumAlgorithm: 'SHA256' }));
    const bodies = [Buffer.alloc(5 * 1024 * 1024, 'a'), Buffer.from('end')];
    const Parts: sdk.CompletedPart[] = [];
    for (const [index, Body] of bodies.entries()) {
      const PartNumber = index + 1;
      const { ETag, ChecksumSHA256 } = await s3.send(
        new sdk.UploadPartCommand({ ...at, UploadId, PartNumber, Body, ChecksumAlgorithm: 'SHA256' }),
      );
      Parts.push({ ETag, ChecksumSHA256, PartNumber });
    }
    const { Uploads } = await s3.send(new sdk.ListMultipartUploadsCommand({ Bucket }));
    assert.deepEqual(
      Uploads?.map((upload) => [upload.Key, upload.UploadId]),
      [['parts', UploadId]],
    );
    const listed = await s3.send(new sdk.ListPartsCommand({ ...at, UploadId }));
    assert.deepEqual(
      listed.Parts?.map(({ ETag, ChecksumSHA256, PartNumber }) => ({ ETag, ChecksumSHA256, PartNumber })),
      Parts,
    );
    const complete = (MultipartUpload: sdk.CompletedMultipartUpload) =>
      s3.send(new sdk.CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload }));
    const [first, second] = Parts;
    assert.ok(first && second);
    const wrong = { Parts: [first, { ...second, ChecksumSHA256: first.ChecksumSHA256 }] };
    assert.equal(await refusal(complete(wrong)), 'InvalidPart 400');
    const { ChecksumSHA256 } = await complete({ Parts });
    assert.match(ChecksumSHA256 ?? '', /^[\w+/]{43}=-2$/);
  });

  test('a bucket with objects stays; another Region’s is not made here', async (t) => {
    const { s3, aws } = await bench(t);
    assert.equal(await refusal(s3.send(new sdk.DeleteBucketCommand({ Bucket }))), 'BucketNotEmpty 409');
    const { Deleted } = await s3.send(
      new sdk.DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'kept' }, { Key: 'never' }] } }),
    );
    assert.deepEqual(
      Deleted?.map(({ Key }) => Key),
      ['kept', 'never'],
      'deleting what is not there is no error',
    );
    await s3.send(new sdk.DeleteBucketCommand({ Bucket }));
    assert.deepEqual(aws.snapshot().buckets, []);
    const other = new sdk.CreateBucketCommand({
      Bucket: 'other',
      CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' },
    });
    assert.equal(await refusal(s3.send(other)), 'IllegalLocationConstraintException 400');
  });

  test('a bucket of another owner than expected is refused', async (t) => {
    const { s3, aws } = await bench(t);
    const head = (ExpectedBucketOwner: string) =>
      refusal(s3.send(new sdk.GetObjectCommand({ Bucket, Key: 'kept', ExpectedBucketOwner })));
    assert.deepEqual([await head(aws.accountId), await head('999999999999')], ['accepted', 'AccessDenied 403']);
  });
});

test('aws-cli makes a bucket, copies in, between and out, lists, and removes all', async (t) => {
  if (!needsAwsCli(t)) return;
  const { aws } = await bench(t);
  const folder = await mkdtemp(join(tmpdir(), 'practice-s3-'));
  removeAtEnd(folder);
  await writeFile(`${folder}/in`, 'héllo');
  const s3 = async (...args: string[]) => String((await cli(aws, 'text')('s3', ...args)) ?? '');
  await s3('mb', 's3://walk');
  await s3('cp', `${folder}/in`, 's3://walk/a/in');
  await s3('cp', 's3://walk/a/in', 's3://walk/b/in');
  assert.match(await s3('ls', '--recursive', 's3://walk'), /6 a\/in\n.* 6 b\/in/);
  await s3('cp', 's3://walk/b/in', `${folder}/out`);
  assert.equal(await readFile(`${folder}/out`, 'utf8'), 'héllo');
  await s3('rb', '--force', 's3://walk');
  assert.deepEqual(
    aws.snapshot().buckets.map(({ name }) => name),
    [Bucket],
  );
});
