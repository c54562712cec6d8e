/** A proxy that answers everything with a page: nothing counts as done. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { createAwsCloud, createObjectStore } from '../../app/registration/index.ts';
import { practice } from '../practice/support.ts';
import { refuses } from '../records/support.ts';

const page = '<!DOCTYPE html><html><body>Sign in to the network</body></html>';

async function proxy(t: TestContext, status: number) {
  const server = createServer((_, response) => {
    response.writeHead(status, { 'content-type': 'text/html' }).end(page);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const connection = {
    ...{ region: 'us-east-1', bucket: 'units', roleArn: 'arn:aws:iam::123456789012:role/registration' },
    endpointUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
  };
  const [cloud, store] = await Promise.all([createAwsCloud(connection), createObjectStore(connection)]);
  t.after(() => {
    cloud.close();
    store.close();
  });
  return { cloud, store };
}

const id = 'a'.repeat(64);

test('a sign-in page with 200 is no success: nothing counts as uploaded, revoked, changed or removed', async (t) => {
  const { cloud, store } = await proxy(t, 200);
  for (const act of [
    () => cloud.publish({ key: 'crl/ca.crl', body: Buffer.from('crl'), contentType: 'application/pkix-crl' }),
    () => cloud.checkBucket(),
    () => cloud.revokeCertificate(id),
    () => cloud.deactivateCa(id),
    () => cloud.account.setCertificate(id, 'REVOKED'),
    () => cloud.account.deleteCa(id),
    () => cloud.describeEndpoint(),
    () => store.remove(['backups/one']),
    () => store.assertUsable(),
  ])
    await assert.rejects(act(), { code: 'cloud.badAnswer', message: /look for a proxy/ }, String(act));
});

test('a page of a gateway that is out of order is waited for, as AWS is; one that denies is not a right that lacks', async (t) => {
  const away = await proxy(t, 502);
  await assert.rejects(away.cloud.revokeCertificate(id), refuses('cloud.unreachable'));
  await assert.rejects(away.cloud.checkBucket(), refuses('cloud.unreachable'));
  const denies = await proxy(t, 403);
  await assert.rejects(denies.cloud.revokeCertificate(id), refuses('cloud.badAnswer'));
  await assert.rejects(denies.cloud.checkBucket(), refuses('cloud.badAnswer'));
});

test('credentials that AWS refuses come with what to do', async (t) => {
  const aws = await practice(t);
  const { endpoint: endpointUrl, region, bucket, roleArn, credentials } = aws;
  const wrong = { ...credentials, secretAccessKey: 'another' };
  const cloud = await createAwsCloud({ region, bucket, roleArn, endpointUrl, credentials: wrong });
  t.after(() => cloud.close());
  await assert.rejects(
    cloud.describeEndpoint(),
    /InvalidSignatureException: the secret key, the Region .* or the clock/,
  );
  aws.setOutage('expired');
  await assert.rejects(cloud.describeEndpoint(), /: they have expired, get new ones/);
});
