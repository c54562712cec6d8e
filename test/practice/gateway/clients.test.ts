/** Clients that others wrote, each of which connects, subscribes, publishes and gets its message back. */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { before, type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import type { MqttClient } from 'mqtt';
import { type Bed, bed, connect, type Device, nextOn, registered } from './support.ts';

const require = createRequire(import.meta.url);
const run = promisify(execFile);

let at: Bed;
let who: Device;
let files: { root: string; cert: string; key: string };
let echo: MqttClient;
before(async (t) => {
  at = await bed(t as TestContext);
  who = await registered(at, 'unit');
  const [cert, key] = ['unit.pem', 'unit.key'].map((name) => join(at.keys.folder, name)) as [string, string];
  writeFileSync(cert, who.pem);
  writeFileSync(key, who.key);
  files = { root: at.gateway.rootCaPem, cert, key };
  // Answers `up/X` on `down/X`.
  echo = await connect(t as TestContext, at, await registered(at, 'echo'), 'echo');
  await echo.subscribeAsync('up/#', { qos: 1 });
  echo.on('message', (topic, payload) => void echo.publish(topic.replace('up', 'down'), payload, { qos: 1 }));
});

/** Skips where the program is missing; in CI that is a failure. */
function needs(t: TestContext, file: string, packageName: string): boolean {
  if (existsSync(file)) return true;
  if (process.env.CI) throw new Error(`${file} is missing: apt-get install ${packageName}`);
  t.skip(`SKIPPED: ${file} IS MISSING (apt-get install ${packageName})`);
  return false;
}

const subscribedBy = (clientId: string): Promise<void> =>
  new Promise((resolve) => {
    const poll = () =>
      at.aws.log().some((entry) => entry.eventType === 'Subscribe' && entry.clientId === clientId)
        ? resolve()
        : setTimeout(poll, 10);
    poll();
  });

test('mosquitto_pub and mosquitto_sub, at QoS 1', async (t) => {
  if (!needs(t, '/usr/bin/mosquitto_sub', 'mosquitto-clients')) return;
  const common = (clientId: string) => [
    ...['-h', 'localhost', '-p', String(at.gateway.port), '-V', 'mqttv311', '-q', '1', '-i', clientId],
    ...['--cafile', files.root, '--cert', files.cert, '--key', files.key],
  ];
  const subscriber = run('/usr/bin/mosquitto_sub', [...common('sub'), '-t', 'down/mosquitto', '-C', '1', '-W', '20']);
  await subscribedBy('sub');
  await run('/usr/bin/mosquitto_pub', [...common('pub'), '-t', 'up/mosquitto', '-m', 'hello']);
  assert.equal((await subscriber).stdout, 'hello\n');
});

test('mosquitto_pub, with a certificate that is not registered: a failure that it reports', async (t) => {
  if (!needs(t, '/usr/bin/mosquitto_pub', 'mosquitto-clients')) return;
  const strange = join(at.keys.folder, 'strange.pem');
  writeFileSync(strange, at.keys.issue('strange'));
  const args = ['-h', 'localhost', '-p', String(at.gateway.port), '-t', 'x', '-m', 'x'];
  // It is cut off; a client that still writes at that moment sees a broken pipe.
  await assert.rejects(
    run('/usr/bin/mosquitto_pub', [...args, '--cafile', files.root, '--cert', strange, '--key', files.key]),
    /connection was lost|Protocol error|TLS|Broken pipe/i,
  );
});

const paho = `
import sys
import paho.mqtt.client as mqtt
port, root, cert, key = sys.argv[1:]
made = dict(client_id='paho', protocol=mqtt.MQTTv311)
if hasattr(mqtt, 'CallbackAPIVersion'): made['callback_api_version'] = mqtt.CallbackAPIVersion.VERSION1
client = mqtt.Client(**made)
client.tls_set(root, cert, key)
client.on_connect = lambda c, u, f, code: c.subscribe('down/paho', 1) if code == 0 else sys.exit(code)
client.on_subscribe = lambda c, u, m, granted: c.publish('up/paho', 'hello', 1)
def got(c, u, message):
    print(message.payload.decode())
    c.disconnect()
client.on_message = got
client.connect('localhost', int(port))
client.loop_forever()
`;
test('paho, in Python', async (t) => {
  if (!needs(t, '/usr/lib/python3/dist-packages/paho/mqtt/client.py', 'python3-paho-mqtt')) return;
  const args = ['-c', paho, String(at.gateway.port), files.root, files.cert, files.key];
  const { stdout } = await run('/usr/bin/python3', args, { timeout: 30_000 });
  assert.equal(stdout, 'hello\n');
});

test("AWS's device SDK for JavaScript, version 1", async (t) => {
  const { device } = require('aws-iot-device-sdk') as { device(options: object): MqttClient };
  const client = device({
    ...{ host: 'localhost', port: at.gateway.port, clientId: 'sdk1', clean: true },
    ...{ keyPath: files.key, certPath: files.cert, caPath: files.root, region: 'us-east-1' },
  });
  t.after(() => new Promise<void>((resolve) => client.end(true, () => resolve())));
  await new Promise((resolve) => client.once('connect', resolve as () => void));
  await new Promise<void>((resolve, reject) =>
    client.subscribe('down/sdk1', { qos: 1 }, (error: Error | null) => (error ? reject(error) : resolve())),
  );
  const arrives = nextOn(client, 'down/sdk1');
  client.publish('up/sdk1', 'hello', { qos: 1 });
  assert.equal(await arrives, 'hello');
});

test("AWS's device SDK for JavaScript, version 2", async () => {
  // In a process of its own, because its native parts keep threads.
  const program = join(import.meta.dirname, 'sdk2child.ts');
  const args = [program, String(at.gateway.port), files.root, files.cert, files.key];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += chunk;
  });
  await new Promise((resolve) => child.once('close', resolve));
  assert.equal(said, 'hello\n');
});
