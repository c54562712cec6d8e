/** What goes over the wire to AWS and what does not come back as a success: asked of a server that answers as it is told. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { getEventListeners } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { type Cloud, createAwsCloud } from '../../app/registration/index.ts';
import { temporaryFolder } from './support.ts';

/** A server that answers everything the same way, the requests it had, and its open connections. */
async function serverOf(t: TestContext, answer: RequestListener) {
  const asked: IncomingMessage[] = [];
  const sockets = new Set<Socket>();
  const http = createServer((request, response) => {
    asked.push(request);
    request.resume();
    response.setHeader('x-amzn-requestid', 'r-1');
    answer(request, response);
  });
  http.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  http.listen(0, '127.0.0.1');
  await new Promise((resolve) => http.once('listening', resolve));
  t.after(() => {
    http.closeAllConnections();
    http.close();
  });
  return { endpointUrl: `http://127.0.0.1:${(http.address() as AddressInfo).port}`, asked, sockets };
}

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
const target = { region: 'eu-central-1', bucket: 'devices', roleArn: 'arn:aws:iam::123456789012:role/r' };

async function cloudAt(t: TestContext, endpointUrl: string, over: object = {}): Promise<Cloud> {
  const cloud = await createAwsCloud({ ...target, endpointUrl, credentials, ...over });
  t.after(() => cloud.close());
  return cloud;
}

const answering =
  (status: number, body = '{}', headers: Record<string, string> = {}): RequestListener =>
  (_request, response) =>
    void response.writeHead(status, headers).end(body);

async function batchIn(t: TestContext, text = 'lines') {
  const file = join(temporaryFolder(t), 'batch');
  await writeFile(file, text);
  return { file, key: 'batches/b.json', digest: createHash('sha256').update(text).digest('hex') };
}

const denied = answering(403, '{"message":"no"}', { 'x-amzn-errortype': 'AccessDeniedException' });

suite('a refusal', () => {
  test('of any act is told, whatever the act', async (t) => {
    const cloud = await cloudAt(t, (await serverOf(t, denied)).endpointUrl);
    const batch = await batchIn(t);
    const pem = { caCertificatePem: 'a', verificationCertificatePem: 'b' };
    const acts: Record<string, () => Promise<unknown>> = {
      registrationCode: () => cloud.registrationCode(),
      registerCa: () => cloud.registerCa(pem),
      activateCa: () => cloud.activateCa('ab'),
      deactivateCa: () => cloud.deactivateCa('ab'),
      describeCa: () => cloud.describeCa('ab'),
      revokeCertificate: () => cloud.revokeCertificate('ab'),
      uploadBatch: () => cloud.uploadBatch(batch),
      publish: () => cloud.publish({ key: 'k', body: Buffer.from('x'), contentType: 'text/plain' }),
      startTask: () => cloud.startTask({ templateBody: '{}', key: 'k' }),
      describeTask: () => cloud.describeTask('t'),
      stopTask: () => cloud.stopTask('t'),
      listTasks: () => cloud.listTasks(),
      describeEndpoint: () => cloud.describeEndpoint(),
    };
    for (const [name, act] of Object.entries(acts)) await assert.rejects(act(), { code: 'cloud.denied' }, name);
  });

  test('of the bucket says that it is not there only when it is not', async (t) => {
    const codeFor = async (status: number, headers: Record<string, string> = {}) => {
      const { endpointUrl } = await serverOf(t, answering(status, '', headers));
      const cloud = await cloudAt(t, endpointUrl);
      return cloud.checkBucket().then(
        () => 'there',
        (error: { code: string }) => error.code,
      );
    };
    for (const status of [404, 301]) assert.equal(await codeFor(status), 'cloud.bucket', String(status));
    for (const status of [300, 302, 403, 405]) assert.notEqual(await codeFor(status), 'cloud.bucket', String(status));
    assert.equal(await codeFor(200), 'there');
    assert.equal(await codeFor(200, { 'x-amz-bucket-region': target.region }), 'there');
    assert.equal(await codeFor(200, { 'x-amz-bucket-region': 'us-east-1' }), 'cloud.bucket');
  });
});

suite('the connection', () => {
  test('the start of a task is asked for once, for its answer may be what was lost; other acts are repeated', async (t) => {
    const { endpointUrl, asked } = await serverOf(t, answering(500));
    const cloud = await cloudAt(t, endpointUrl);
    await assert.rejects(cloud.startTask({ templateBody: '{}', key: 'k' }), { code: 'cloud.unreachable' });
    assert.equal(asked.length, 1);
    await assert.rejects(cloud.stopTask('t'), { code: 'cloud.unreachable' });
    assert.ok(asked.length > 2);
  });

  test('the token of a session goes along when there is one, and the bucket is in the path', async (t) => {
    const { endpointUrl, asked } = await serverOf(t, answering(200));
    const token = () => asked.at(-1)?.headers['x-amz-security-token'];
    await (await cloudAt(t, endpointUrl)).checkBucket();
    assert.deepEqual([token(), asked.at(-1)?.url?.split('?')[0]], [undefined, '/devices/']);
    const session = { credentials: { ...credentials, sessionToken: 'session-1' } };
    await (await cloudAt(t, endpointUrl, session)).checkBucket();
    assert.equal(token(), 'session-1');
  });

  test('a cloud that is closed holds none', async (t) => {
    const { endpointUrl, sockets } = await serverOf(t, answering(200, '{"taskId":"t"}'));
    const cloud = await cloudAt(t, endpointUrl);
    await cloud.listTasks();
    await cloud.startTask({ templateBody: '{}', key: 'k' });
    await cloud.checkBucket();
    assert.equal(sockets.size, 3);
    cloud.close();
    for (let tries = 0; sockets.size > 0 && tries < 500; tries += 1) await wait(10);
    assert.equal(sockets.size, 0);
  });

  test('an upload leaves no listener at the signal of the station, which outlives it', async (t) => {
    const { endpointUrl } = await serverOf(t, answering(200, '', { etag: '"x"' }));
    const cloud = await cloudAt(t, endpointUrl);
    const { signal } = new AbortController();
    await cloud.uploadBatch(await batchIn(t), signal);
    assert.deepEqual(getEventListeners(signal, 'abort'), []);
  });

  test('a page has at most what AWS gives in one', async (t) => {
    const { endpointUrl, asked } = await serverOf(t, answering(200));
    await (await cloudAt(t, endpointUrl)).listTasks();
    assert.equal(new URL(asked[0]?.url ?? '', endpointUrl).searchParams.get('maxResults'), '250');
  });
});
