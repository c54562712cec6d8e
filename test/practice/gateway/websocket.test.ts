/** MQTT over WebSocket with the credentials of a user or role. The addresses are signed by AWS's own device SDK. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { before, type TestContext, test } from 'node:test';
import mqtt, { type MqttClient } from 'mqtt';
import type { Standing } from '../../../app/practice/aws/index.ts';
import { type Bed, bed, closed, connect, nextOn, reasons, registered } from './support.ts';

const { device: awsDevice } = createRequire(import.meta.url)('aws-iot-device-sdk') as {
  device: { prepareWebSocketUrl(options: object, accessKeyId: string, secret: string, token?: string): string };
};

let at: Bed;
before(async (t) => {
  at = await bed(t as TestContext);
});

const unsigned = 'The WebSocket is not signed by a user or role of the account.';
type Credentials = NonNullable<Standing['credentials']>;
const addressFor = ({ accessKeyId, secretAccessKey, sessionToken }: Credentials, region = 'us-east-1'): string => {
  const { hostname: host, port } = new URL(at.aws.endpoint);
  const signed = awsDevice.prepareWebSocketUrl({ host, port, region }, accessKeyId, secretAccessKey, sessionToken);
  return signed.replace('wss:', 'ws:');
};

async function open(t: TestContext, address: string, clientId: string): Promise<MqttClient> {
  const client = mqtt.connect({
    ...{ protocol: 'ws', protocolVersion: 4, clientId, reconnectPeriod: 0 },
    transformWsUrl: () => address,
  });
  t.after(() => client.end(true));
  await new Promise<void>((resolve, reject) => {
    client.once('connect', () => resolve());
    client.on('error', reject);
    client.once('close', () => reject(new Error('closed')));
  });
  return client;
}
const attempt = (...args: Parameters<typeof open>): Promise<string> =>
  open(...args).then(
    () => 'connected',
    (error: Error) => error.message,
  );

test("the user of the account hears of its devices' connections, and speaks with them", async (t) => {
  const watcher = await open(t, addressFor(at.aws.credentials), 'station');
  await watcher.subscribeAsync(['$aws/events/presence/#', 'up'], { qos: 1 });
  const came = nextOn(watcher, '$aws/events/presence/connected/unit');
  const device = await connect(t, at, await registered(at, 'unit'), 'unit');
  assert.equal(JSON.parse(await came).clientId, 'unit');
  const arrives = nextOn(watcher, 'up');
  await device.publishAsync('up', 'hello', { qos: 1 });
  assert.equal(await arrives, 'hello');
  await device.subscribeAsync('down');
  const heard = nextOn(device, 'down');
  await watcher.publishAsync('down', 'well?', { qos: 1 });
  assert.equal(await heard, 'well?');
});

test('a role comes with the token of its session, and not without', async (t) => {
  const { credentials } = at.aws.act({ act: 'identity', name: 'watcher', kind: 'role' });
  assert.ok(credentials);
  const { sessionToken: _, ...without } = credentials;
  assert.equal(await attempt(t, addressFor(credentials), 'role'), 'connected');
  assert.equal(await attempt(t, addressFor(without), 'role'), 'closed');
  assert.equal(reasons(at.aws).at(-1), unsigned);
});

test('a wrong secret, another Region, another subject of the signature and no signature are refused', async (t) => {
  const { accessKeyId } = at.aws.credentials;
  const address = addressFor(at.aws.credentials);
  for (const wrong of [
    addressFor({ accessKeyId, secretAccessKey: 'another' }),
    addressFor({ accessKeyId: 'AKIAANOTHER', secretAccessKey: 'another' }),
    addressFor(at.aws.credentials, 'eu-central-1'),
    address.replace('X-Amz-Algorithm', 'x=1&X-Amz-Algorithm'),
    address.replace(/\?.*/, ''),
  ]) {
    const before = reasons(at.aws).length;
    assert.equal(await attempt(t, wrong, 'wrong'), 'closed');
    assert.deepEqual(reasons(at.aws).slice(before), [unsigned]);
  }
  assert.equal(await attempt(t, address.replace('/mqtt', '/other'), 'wrong'), 'closed');
  assert.match(reasons(at.aws).at(-1) ?? '', /path of MQTT over WebSocket is \/mqtt/);
});

test('an identity policy says what an identity may do: it ends a connection, or refuses a subscription', async (t) => {
  const { credentials } = at.aws.act({ act: 'identity', name: 'narrow', kind: 'user' });
  assert.ok(credentials);
  const resource = (what: string) => `arn:aws:iot:us-east-1:123456789012:${what}`;
  const Statement = [
    { Effect: 'Allow', Action: 'iot:Connect', Resource: resource('client/narrow') },
    { Effect: 'Allow', Action: 'iot:Subscribe', Resource: resource('topicfilter/$aws/events/presence/*') },
  ];
  at.aws.act({ act: 'policy', identity: 'narrow', policy: JSON.stringify({ Version: '2012-10-17', Statement }) });
  assert.equal(await attempt(t, addressFor(credentials), 'other'), 'closed');
  const client = await open(t, addressFor(credentials), 'narrow');
  await client.subscribeAsync('$aws/events/presence/#');
  await assert.rejects(client.subscribeAsync('up'));
  const gone = closed(client);
  client.publish('up', 'x');
  await gone;
  assert.match(reasons(at.aws).at(-1) ?? '', /user\/narrow is not authorized to perform: iot:Publish/);
});
