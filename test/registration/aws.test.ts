import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { GetObjectCommand, ListMultipartUploadsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { StationError } from '../../app/contract/errors.ts';
import { createAwsCloud, registerCa } from '../../app/registration/index.ts';
import { reportLines } from '../../app/registration/report.ts';
import { pki, practice, s3Client } from '../practice/support.ts';
import { cloudOf, temporaryFolder } from './support.ts';

/** @param isAws whether its answers have the id of a request, as all of AWS have */
async function server(t: TestContext, listener: RequestListener, isAws = true): Promise<string> {
  const http = createServer((request, response) => {
    if (isAws) response.setHeader('x-amzn-requestid', 'r-1').setHeader('x-amz-request-id', 'r-1');
    listener(request, response);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => http.once('listening', resolve));
  t.after(() => {
    http.closeAllConnections();
    http.close();
  });
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
}

suite("errors of AWS become the station's", () => {
  const faults = [
    [{ kind: 'throttle', times: 9 }, 'cloud.throttled', 'ThrottlingException'],
    [{ kind: 'error', status: 500, times: 9 }, 'cloud.unreachable', 'InternalFailureException'],
    [{ kind: 'error', status: 503, times: 9 }, 'cloud.unreachable', 'ServiceUnavailableException'],
    [{ kind: 'deny', operation: 'GetRegistrationCode' }, 'cloud.denied', 'AccessDeniedException'],
    [
      { kind: 'refuse', name: 'UnauthorizedException', times: 9, operation: 'GetRegistrationCode' },
      'cloud.denied',
      'UnauthorizedException',
    ],
    [
      { kind: 'refuse', name: 'LimitExceededException', times: 9, operation: 'GetRegistrationCode' },
      'cloud.refused',
      'LimitExceededException',
    ],
  ] as const;
  for (const [fault, code, awsError] of faults) {
    test(`${awsError} → ${code}`, async (t) => {
      const aws = await practice(t);
      const cloud = await cloudOf(t, aws);
      aws.setFault(fault);
      await assert.rejects(cloud.registrationCode(), (error) => {
        assert.ok(error instanceof StationError);
        assert.deepEqual(
          [error.code, error.data?.awsError, error.data?.operation],
          [code, awsError, 'GetRegistrationCode'],
        );
        return true;
      });
    });
  }

  test('wrong credentials, and their secret is in no error', async (t) => {
    const aws = await practice(t);
    const secretAccessKey = 'a-secret-that-must-not-show';
    for (const accessKeyId of [aws.credentials.accessKeyId, 'AKIAUNKNOWN']) {
      const cloud = await cloudOf(t, aws, { credentials: { accessKeyId, secretAccessKey } });
      for (const act of [() => cloud.registrationCode(), () => cloud.startTask({ templateBody: '{}', key: 'k' })]) {
        await assert.rejects(act(), (error) => {
          assert.ok(error instanceof StationError && error.code === 'cloud.credentials');
          assert.ok(!JSON.stringify(error).includes(secretAccessKey) && !JSON.stringify(error).includes(accessKeyId));
          return true;
        });
      }
    }
  });

  test('no credentials anywhere', async (t) => {
    const aws = await practice(t);
    const bare = {
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_EC2_METADATA_DISABLED: 'true',
    };
    const kept = { ...process.env };
    t.after(() => {
      process.env = kept;
    });
    Object.assign(process.env, bare);
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE']) delete process.env[name];
    const cloud = await createAwsCloud({
      region: aws.region,
      bucket: aws.bucket,
      roleArn: aws.roleArn,
      endpointUrl: aws.endpoint,
    });
    t.after(() => cloud.close());
    await assert.rejects(cloud.registrationCode(), { code: 'cloud.credentials' });
  });

  test('nobody there', async (t) => {
    const aws = await practice(t);
    const endpoint = await server(t, () => {});
    const cloud = await cloudOf(t, aws, { endpoint: 'http://127.0.0.1:1' });
    await assert.rejects(cloud.registrationCode(), { code: 'cloud.unreachable' });
    const hanging = await cloudOf(t, aws, { endpoint });
    await assert.rejects(hanging.registrationCode(AbortSignal.abort()), { code: 'call.cancelled' });
    const leave = new AbortController();
    const waiting = hanging.registrationCode(leave.signal);
    setImmediate(() => leave.abort());
    await assert.rejects(waiting, { code: 'call.cancelled' });
  });

  test('a proxy answers with a page of HTML', async (t) => {
    const endpoint = await server(
      t,
      (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Please sign in</html>');
      },
      false,
    );
    const cloud = await cloudOf(t, await practice(t), { endpoint });
    await assert.rejects(cloud.registrationCode(), { code: 'cloud.badAnswer' });
  });

  test('an answer without what was asked for', async (t) => {
    const endpoint = await server(t, (_request, response) => void response.writeHead(200).end('{}'));
    const cloud = await cloudOf(t, await practice(t), { endpoint });
    await assert.rejects(cloud.registrationCode(), { code: 'cloud.badAnswer' });
  });
});

suite('S3', () => {
  test('a batch beyond one part arrives whole, and uploading it again is harmless', async (t) => {
    const aws = await practice(t);
    const cloud = await cloudOf(t, aws);
    const file = join(temporaryFolder(t), 'batch');
    // More parts than are under way together, and an end at the end of a part.
    for (const [mib, parts] of [
      [21, 5],
      [5, 1],
    ] as const) {
      const bytes = randomBytes(mib * 1024 * 1024);
      await writeFile(file, bytes);
      const batch = { file, key: `batches/${mib}.json`, digest: createHash('sha256').update(bytes).digest('hex') };
      await cloud.uploadBatch(batch);
      await cloud.uploadBatch(batch);
      const { Body, Metadata, ChecksumSHA256 } = await s3Client(t, aws).send(
        new GetObjectCommand({ Bucket: aws.bucket, Key: batch.key, ChecksumMode: 'ENABLED' }),
      );
      assert.ok(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(bytes));
      assert.equal(Metadata?.sha256, batch.digest);
      const kept = parts === 1 ? Buffer.from(batch.digest, 'hex').toString('base64') : `-${parts}`;
      assert.ok(ChecksumSHA256?.endsWith(kept), 'S3 compared the SHA-256 of each part');
    }
  });

  test('a batch that broke off goes on with the parts that S3 has, and one that is given up leaves none', async (t) => {
    const aws = await practice(t);
    const cloud = await cloudOf(t, aws);
    const file = join(temporaryFolder(t), 'batch');
    const bytes = randomBytes(21 * 1024 * 1024);
    await writeFile(file, bytes);
    const digest = createHash('sha256').update(bytes).digest('hex');
    const left = async () => {
      const { Uploads = [] } = await s3Client(t, aws).send(new ListMultipartUploadsCommand({ Bucket: aws.bucket }));
      return Uploads.map(({ Key }) => Key);
    };
    for (const key of ['batches/whole.json', 'batches/given-up.json']) {
      // All parts are there, and the last call fails.
      aws.setFault({ kind: 'hangup', when: 'before', times: 5, operation: 'CompleteMultipartUpload' });
      await assert.rejects(cloud.uploadBatch({ file, key, digest }), { code: 'cloud.unreachable' });
      assert.deepEqual(await left(), [key]);
      if (key.includes('given-up')) await cloud.abandonBatch({ key });
      else {
        aws.setFault(null);
        aws.setFault({ kind: 'deny', operation: 'UploadPart' });
        await cloud.uploadBatch({ file, key, digest });
        const { Body, Metadata } = await s3Client(t, aws).send(new GetObjectCommand({ Bucket: aws.bucket, Key: key }));
        assert.ok(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(bytes), 'no part was sent again');
        assert.equal(Metadata?.sha256, digest);
        aws.setFault(null);
      }
      assert.deepEqual(await left(), []);
    }
  });

  test('a file that changed, and a key that holds something else, are refused', async (t) => {
    const aws = await practice(t);
    const cloud = await cloudOf(t, aws);
    const file = join(temporaryFolder(t), 'batch');
    await writeFile(file, 'lines');
    const digest = createHash('sha256').update('lines').digest('hex');
    await assert.rejects(cloud.uploadBatch({ file, key: 'k', digest: digest.replace(/.$/, 'x') }), {
      code: 'records.damaged',
    });
    await assert.rejects(cloud.uploadBatch({ file: `${file}-gone`, key: 'k', digest }), { code: 'records.damaged' });
    // Of a long file most parts are sent before its end is read. They never become an object.
    const long = `${file}-long`;
    await writeFile(long, Buffer.alloc(11 * 1024 * 1024));
    await assert.rejects(cloud.uploadBatch({ file: long, key: 'k', digest }), { code: 'records.damaged' });
    const { Uploads = [] } = await s3Client(t, aws).send(new ListMultipartUploadsCommand({ Bucket: aws.bucket }));
    assert.deepEqual(Uploads, []);
    assert.equal(aws.snapshot().buckets[0]?.objects.length, 0);
    await s3Client(t, aws).send(new PutObjectCommand({ Bucket: aws.bucket, Key: 'k', Body: 'something else' }));
    await assert.rejects(cloud.uploadBatch({ file, key: 'k', digest }), { code: 'cloud.refused' });
  });

  test('the bucket must be there and in the Region of the things', async (t) => {
    const aws = await practice(t);
    await (await cloudOf(t, aws)).checkBucket();
    await assert.rejects((await cloudOf(t, aws, { bucket: 'missing' })).checkBucket(), { code: 'cloud.bucket' });
    const endpoint = await server(t, (_request, response) => {
      response.writeHead(200, { 'x-amz-bucket-region': 'ap-south-1' }).end();
    });
    await assert.rejects((await cloudOf(t, aws, { endpoint })).checkBucket(), { code: 'cloud.bucket' });
  });
});

suite('reports', () => {
  const read = async (links: string[], endpoint?: string) => {
    const lines: string[] = [];
    for await (const line of reportLines(async () => links, endpoint, undefined)) lines.push(line);
    return lines;
  };

  test('several files are one stream of lines', async (t) => {
    const endpoint = await server(t, (request, response) => void response.end(`${request.url}\r\n\nlast`));
    assert.deepEqual(await read([`${endpoint}/1`, `${endpoint}/2`], endpoint), ['/1', '', 'last', '/2', '', 'last']);
  });

  test('an endless line is cut, and the next one read', async (t) => {
    const endpoint = await server(
      t,
      (_request, response) => void response.end(`${'x'.repeat(3 * 1024 * 1024)}\nnext\n`),
    );
    const [cut, next] = await read([endpoint], endpoint);
    assert.deepEqual([cut?.length, next], [1024 * 1024, 'next']);
  });

  test('only https and the endpoint itself are followed, and no redirect', async (t) => {
    let visited = 0;
    const elsewhere = await server(t, (_request, response) => {
      visited += 1;
      response.end('stolen');
    });
    const endpoint = await server(
      t,
      (_request, response) => void response.writeHead(302, { location: elsewhere }).end(),
    );
    for (const link of [elsewhere, 'file:///etc/passwd', 'nonsense']) {
      await assert.rejects(read([link], endpoint), { code: 'cloud.badAnswer' });
    }
    await assert.rejects(read([elsewhere]), { code: 'cloud.badAnswer' });
    await assert.rejects(read([endpoint], endpoint), StationError);
    assert.equal(visited, 0);
  });

  test('reading ends with its signal', async (t) => {
    const endpoint = await server(t, (_request, response) => void response.write('first\n'));
    const leave = new AbortController();
    const reading = async () => {
      for await (const _line of reportLines(async () => [endpoint], endpoint, leave.signal)) leave.abort();
    };
    await assert.rejects(reading(), { code: 'call.cancelled' });
  });

  test('a page of a proxy is no report', async (t) => {
    const page = await server(t, (_request, response) => void response.end('<html>\nPlease sign in\n'), false);
    const read = async () => {
      for await (const line of reportLines(async () => [`${page}/r`], page, undefined)) assert.fail(line);
    };
    await assert.rejects(read(), { code: 'cloud.badAnswer', message: /look for a proxy/ });
  });

  test('a refused link and a server in trouble are told apart', async (t) => {
    const endpoint = await server(
      t,
      (request, response) => void response.writeHead(Number(request.url?.slice(1))).end(),
    );
    await assert.rejects(read([`${endpoint}/403`], endpoint), { code: 'cloud.badAnswer' });
    await assert.rejects(read([`${endpoint}/499`], endpoint), { code: 'cloud.badAnswer' });
    for (const status of [500, 503])
      await assert.rejects(read([`${endpoint}/${status}`], endpoint), { code: 'cloud.unreachable' });
  });
});

suite('more than one page', () => {
  /** IoT answers each list in pages of one; the status and the kind that were asked for are in the names. */
  const paged = (t: TestContext) =>
    server(t, (request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://x');
      const page = Number(searchParams.get('nextToken') ?? 0);
      const asked = searchParams.get('status') ?? searchParams.get('reportType') ?? 'any';
      const items = pathname.endsWith('/reports')
        ? { resourceLinks: [`http://${request.headers.host}/file/${asked}-${page}`] }
        : { taskIds: [`${asked}-${page}`] };
      if (pathname.startsWith('/file/')) return void response.end(`${pathname.slice(6)}\n`);
      response.end(JSON.stringify({ ...items, ...(page < 2 && { nextToken: String(page + 1) }) }));
    });

  test('lists and reports are read to their end', async (t) => {
    const endpoint = await paged(t);
    const cloud = await cloudOf(t, await practice(t), { endpoint });
    assert.deepEqual(await cloud.listTasks(), ['any-0', 'any-1', 'any-2']);
    assert.deepEqual(await cloud.listRunningTasks(), [
      ...['InProgress-0', 'InProgress-1', 'InProgress-2'],
      ...['Cancelling-0', 'Cancelling-1', 'Cancelling-2'],
    ]);
    const lines: string[] = [];
    for await (const line of cloud.reports('t', 'ERRORS')) lines.push(line);
    assert.deepEqual(lines, ['ERRORS-0', 'ERRORS-1', 'ERRORS-2']);
  });

  test('a task and a page that say little are read as nothing', async (t) => {
    const endpoint = await server(t, (request, response) => {
      response.end(request.url?.includes('/gone') ? '{}' : JSON.stringify({ status: 'InProgress' }));
    });
    const cloud = await cloudOf(t, await practice(t), { endpoint });
    assert.deepEqual(await cloud.describeTask('t'), {
      taskId: 't',
      status: 'InProgress',
      inputFileBucket: '',
      inputFileKey: '',
      succeeded: 0,
      failed: 0,
      percent: 0,
      createdAt: undefined,
      message: undefined,
    });
    await assert.rejects(cloud.describeTask('gone'), { code: 'cloud.badAnswer' });
    assert.deepEqual(await cloud.listTasks(), []);
  });
});

suite('withdrawing', () => {
  test('a CA and a certificate that the account does not know', async (t) => {
    const aws = await practice(t);
    const cloud = await cloudOf(t, aws);
    assert.equal(await cloud.deactivateCa('0'.repeat(64)), false);
    assert.equal(await cloud.revokeCertificate('0'.repeat(64)), false);
    assert.equal(await cloud.describeCa('0'.repeat(64)), undefined);
    aws.setFault({ kind: 'deny', operation: 'UpdateCACertificate' });
    await assert.rejects(cloud.deactivateCa('0'.repeat(64)), { code: 'cloud.denied' });
  });

  test('a CA that it knows takes no more certificates, until it is activated', async (t) => {
    const cloud = await cloudOf(t, await practice(t));
    const keys = pki(t);
    const caCertificatePem = keys.ca('ca');
    const ca = { caCertificatePem, makeVerificationCertificate: async (code: string) => keys.issue(code) };
    const { certificateId } = await registerCa(cloud, ca);
    assert.equal(await cloud.deactivateCa(certificateId), true);
    assert.equal(await cloud.describeCa(certificateId), 'INACTIVE');
    await cloud.activateCa(certificateId);
    assert.equal(await cloud.describeCa(certificateId), 'ACTIVE');
  });
});

suite('registering the CA', () => {
  test('registers, finds it registered, and activates it again', async (t) => {
    const aws = await practice(t);
    const cloud = await cloudOf(t, aws);
    const keys = pki(t);
    let made = 0;
    const ca = {
      caCertificatePem: keys.ca('ca'),
      makeVerificationCertificate: async (code: string) => {
        made += 1;
        return keys.issue(code);
      },
    };
    const { certificateId, outcome } = await registerCa(cloud, ca);
    assert.deepEqual([outcome, await cloud.describeCa(certificateId)], ['registered', 'ACTIVE']);
    assert.equal((await registerCa(cloud, ca)).outcome, 'alreadyActive');
    assert.equal((await registerCa({ ...cloud, describeCa: async () => 'INACTIVE' }, ca)).outcome, 'activated');
    assert.equal(made, 1);
    let asked = 0;
    const late = {
      ...cloud,
      describeCa: (id: string) => (asked++ === 0 ? Promise.resolve(undefined) : cloud.describeCa(id)),
    };
    assert.equal((await registerCa(late, ca)).outcome, 'alreadyActive', 'another station was first');
  });

  test('a proof that is wrong is refused by AWS', async (t) => {
    const cloud = await cloudOf(t, await practice(t));
    const keys = pki(t);
    const ca = { caCertificatePem: keys.ca('ca'), makeVerificationCertificate: async () => keys.issue('wrong') };
    await assert.rejects(registerCa(cloud, ca), { code: 'cloud.refused' });
  });

  test('the endpoint for devices is told', async (t) => {
    const cloud = await cloudOf(t, await practice(t));
    assert.match(await cloud.describeEndpoint(), /-ats\.iot\.us-east-1\.amazonaws\.com$/);
  });
});
