/** MQTT at the gateway, by npm mqtt: what a device may do, and what ends its connection. */
import assert from 'node:assert/strict';
import { before, describe, type TestContext, test } from 'node:test';
import type { IClientOptions, MqttClient } from 'mqtt';
import { createPace } from '../../../app/practice/aws/gateway/limits.ts';
import {
  allow,
  attempt,
  type Bed,
  bed,
  closed,
  connect,
  type Device,
  logged,
  nextOn,
  reasons,
  registered,
  setStatus,
} from './support.ts';

/** Devices have names of their own, so that one practice AWS serves all tests. */
let at: Bed;
let names = 0;
before(async (t) => {
  at = await bed(t as TestContext);
});

type Asked = { statements?: readonly object[]; thing?: boolean; clientId?: string };
async function online(
  t: TestContext,
  asked: Asked = {},
  options: IClientOptions = {},
): Promise<{ client: MqttClient; name: string; who: Device & { arn: string } }> {
  names += 1;
  const name = `unit-${names}`;
  const who = await registered(at, name, asked);
  return { client: await connect(t, at, who, asked.clientId ?? name, options), name, who };
}

describe('messages', () => {
  test('of one device reach another, at both qualities of service', async (t) => {
    const [one, two] = [await online(t), await online(t)];
    await two.client.subscribeAsync('up/#', { qos: 1 });
    for (const qos of [0, 1] as const) {
      const arrives = nextOn(two.client, `up/${qos}`);
      await one.client.publishAsync(`up/${qos}`, 'hello', { qos });
      assert.equal(await arrives, 'hello');
    }
  });

  test('of QoS 1 are not lost when others overtake them, and none comes twice', async (t) => {
    const [one, two, three] = [await online(t), await online(t), await online(t)];
    const got: string[] = [];
    await three.client.subscribeAsync({ 'mix/+/#': { qos: 1 }, 'mix/q1/#': { qos: 1 }, 'mix/end': { qos: 1 } });
    three.client.on('message', (topic) => got.push(topic));
    const all: Promise<unknown>[] = [];
    for (let n = 0; n < 20; n += 1) {
      all.push(one.client.publishAsync(`mix/q1/${n}`, 'x', { qos: 1 }));
      all.push(two.client.publishAsync(`mix/q0/${n}`, 'x', { qos: 0 }));
    }
    await Promise.all(all);
    const end = nextOn(three.client, 'mix/end');
    await one.client.publishAsync('mix/end', 'x', { qos: 1 });
    await end;
    const wanted = [...Array(20).keys()].flatMap((n) => [`mix/q0/${n}`, `mix/q1/${n}`]);
    assert.deepEqual(got.filter((topic) => topic !== 'mix/end').sort(), wanted.sort());
  });

  test('that are retained wait for who subscribes later', async (t) => {
    const [one, two] = [await online(t), await online(t)];
    await one.client.publishAsync('state/one', 'on', { qos: 1, retain: true });
    const arrives = nextOn(two.client, 'state/one');
    await two.client.subscribeAsync('state/+');
    assert.equal(await arrives, 'on');
  });

  test('are left by a device that vanishes, and not by one that says goodbye', async (t) => {
    const watcher = await online(t);
    await watcher.client.subscribeAsync('will/#', { qos: 1 });
    const will = (topic: string) => ({ will: { topic, payload: Buffer.from('gone'), qos: 1 as const, retain: false } });
    const [polite, lost] = [await online(t, {}, will('will/polite')), await online(t, {}, will('will/lost'))];
    const got: string[] = [];
    watcher.client.on('message', (topic) => got.push(topic));
    const arrives = nextOn(watcher.client, 'will/lost');
    await polite.client.endAsync();
    lost.client.stream.destroy();
    await arrives;
    assert.deepEqual(got, ['will/lost']);
  });

  test('wait in a persistent session', async (t) => {
    const [one, two] = [await online(t), await online(t, {}, { clean: false })];
    await two.client.subscribeAsync('later/#', { qos: 1 });
    await two.client.endAsync();
    await one.client.publishAsync('later/on', 'kept', { qos: 1 });
    const again = await connect(t, at, two.who, two.name, { clean: false });
    assert.equal(await nextOn(again, 'later/on'), 'kept');
  });
});

describe('a connection', () => {
  test('of a client id that connects again goes to the newer one', async (t) => {
    const one = await online(t);
    const gone = closed(one.client);
    const again = await connect(t, at, one.who, one.name);
    await gone;
    assert.equal(again.connected, true);
  });

  test('needs the right to connect under this client id', async (t) => {
    const who = await registered(at, 'only-me', { statements: [allow('iot:Connect', 'client/only-me')] });
    assert.equal(await attempt(t, at, who, 'only-me'), 'connected');
    assert.equal(await attempt(t, at, who, 'another'), 'closed');
    assert.match(reasons(at.aws).at(-1) ?? '', /^no policy allows iot:Connect on client\/another \(only-me\)/);
  });

  test('knows its thing, where the certificate is attached to it', async (t) => {
    const own = `client/\${iot:Connection.Thing.ThingName}`;
    const statements = [allow('iot:Connect', own)];
    const attached = await registered(at, 'thing-a', { statements, thing: true });
    const loose = await registered(at, 'thing-b', { statements });
    assert.equal(await attempt(t, at, attached, 'thing-a'), 'connected');
    assert.equal(await attempt(t, at, loose, 'thing-b'), 'closed');
    assert.equal(await attempt(t, at, loose, 'thing-a'), 'closed');
  });

  test('may be refused to those who want a persistent session or leave a will', async (t) => {
    const Condition = { 'ForAllValues:StringEquals': { 'iot:ConnectAttributes': ['LastWill'] } };
    const who = await registered(at, 'attributes', {
      statements: [{ ...allow('iot:Connect', 'client/*'), Condition }],
    });
    const will = { topic: 'will/x', payload: Buffer.from('x'), qos: 0 as const, retain: false };
    assert.equal(await attempt(t, at, who, 'attributes'), 'connected');
    assert.equal(await attempt(t, at, who, 'attributes', { will }), 'connected');
    assert.equal(await attempt(t, at, who, 'attributes', { clean: false }), 'closed');
  });

  test('ends with the certificate', async (t) => {
    for (const status of ['INACTIVE', 'REVOKED'] as const) {
      const one = await online(t);
      const gone = closed(one.client);
      await setStatus(at.iot, one.who.id, status);
      await gone;
      assert.equal(await attempt(t, at, one.who, one.name), 'closed');
      assert.equal(reasons(at.aws).at(-1), `The certificate is ${status}.`);
    }
  });

  test('of MQTT 5 is refused by its own reason code, and one of MQTT 3.1 by its', async (t) => {
    const who = await registered(at, 'five');
    assert.match(await attempt(t, at, who, 'five', { protocolVersion: 5 }), /Unsupported Protocol Version/);
    const old = { protocolVersion: 3, protocolId: 'MQIsdp' } as const;
    assert.match(await attempt(t, at, who, 'five', old), /Unacceptable protocol version/);
  });
});

/** What ends a connection, and what the log says of it. */
const ends: { of: string; statements?: object[]; act: (client: MqttClient) => unknown; reason: RegExp }[] = [
  {
    of: 'a publication that no policy allows',
    statements: [allow('iot:Connect', 'client/*'), allow('iot:Publish', 'topic/mine/*')],
    act: (client) => client.publish('yours/x', 'x'),
    reason: /no policy allows iot:Publish on topic\/yours\/x/,
  },
  {
    of: 'a retained publication without the right to retain',
    statements: [allow('iot:Connect', 'client/*'), allow('iot:Publish', 'topic/*')],
    act: (client) => client.publish('mine/x', 'x', { retain: true }),
    reason: /no policy allows iot:RetainPublish on topic\/mine\/x/,
  },
  {
    of: 'a topic of AWS',
    act: (client) => client.publish('$aws/events/presence/connected/x', 'x'),
    reason: /reserved/,
  },
  {
    of: 'an answer of AWS',
    act: (client) => client.publish('$aws/certificates/create/json/accepted', 'x'),
    reason: /reserved/,
  },
  { of: "a topic of the broker's own", act: (client) => client.publish('$SYS/x', 'x'), reason: /reserved/ },
  { of: 'a subscription to those', act: (client) => client.subscribe('$SYS/#'), reason: /reserved/ },
  { of: 'QoS 2', act: (client) => client.publish('x', 'x', { qos: 2 }), reason: /QoS 2 is not supported/ },
  {
    of: 'a subscription with QoS 2',
    act: (client) => client.subscribe('x', { qos: 2 }),
    reason: /QoS 2 is not supported/,
  },
  {
    of: 'a payload of more than 128 kB',
    act: (client) => client.publish('x', Buffer.alloc(131_073)),
    reason: /more than 131072 bytes/,
  },
  { of: 'a topic of more than 256 bytes', act: (client) => client.publish('ü'.repeat(129), 'x'), reason: /256 bytes/ },
  {
    of: 'a topic of more than 7 slashes',
    act: (client) => client.publish('a/b/c/d/e/f/g/h/i', 'x'),
    reason: /7 slashes/,
  },
  {
    of: 'more than 8 subscriptions at once',
    act: (client) => client.subscribe([...Array(9).keys()].map((n) => `s/${n}`)),
    reason: /more than 8 subscriptions/,
  },
];
describe('a connection ends after', () => {
  for (const { of, statements, act, reason } of ends) {
    test(of, async (t) => {
      const { client } = await online(t, statements ? { statements } : {});
      const gone = closed(client);
      act(client);
      await gone;
      assert.match(reasons(at.aws).at(-1) ?? '', reason);
    });
  }
});

describe('a device stays connected', () => {
  test('after a payload of 128 kB, a topic of 256 bytes, of 7 slashes, 8 subscriptions', async (t) => {
    const { client } = await online(t);
    await client.publishAsync('x', Buffer.alloc(131_072), { qos: 1 });
    await client.publishAsync('x'.repeat(256), 'x', { qos: 1 });
    await client.publishAsync('a/b/c/d/e/f/g/h', 'x', { qos: 1 });
    const granted = await client.subscribeAsync(
      [...Array(8).keys()].map((n) => `s/${n}`),
      { qos: 1 },
    );
    assert.deepEqual(
      granted.map(({ qos }) => qos),
      Array(8).fill(1),
    );
  });

  test('after a subscription that no policy allows, which is refused by itself', async (t) => {
    const statements = [allow('iot:Connect', 'client/*'), allow('iot:Subscribe', 'topicfilter/mine/*')];
    const { client } = await online(t, { statements });
    await assert.rejects(client.subscribeAsync('yours/#'), /Unspecified error|Subscribe/i);
    await client.subscribeAsync('mine/x');
    assert.equal(client.connected, true);
  });

  test('and gets nothing that it may not receive', async (t) => {
    const statements = [
      allow('iot:Connect', 'client/*'),
      allow('iot:Subscribe', 'topicfilter/news/*'),
      allow('iot:Receive', 'topic/news/good'),
    ];
    const [one, two] = [await online(t), await online(t, { statements })];
    await two.client.subscribeAsync('news/#', { qos: 1 });
    const got: string[] = [];
    two.client.on('message', (topic) => got.push(topic));
    const arrives = nextOn(two.client, 'news/good');
    await one.client.publishAsync('news/bad', 'x', { qos: 1 });
    await one.client.publishAsync('news/good', 'x', { qos: 1 });
    await arrives;
    assert.deepEqual(got, ['news/good']);
    assert.ok(at.aws.log().some(({ reason }) => /no policy allows iot:Receive on topic\/news\/bad/.test(reason ?? '')));
  });

  test('and messages that come faster than 100 in a second are discarded', async (t) => {
    const { client } = await online(t);
    for (let n = 0; n < 400; n += 1) client.publish(`fast/${n}`, 'x');
    await logged(at.aws, /More than 100 messages in a second/);
    assert.equal(client.connected, true);
  });
});

test('a pace gives a hundred at once, and then one each hundredth of a second', () => {
  let nowMs = 0;
  const pace = createPace(100, () => nowMs);
  const taken = (): number => [...Array(300)].filter(() => pace.take()).length;
  assert.equal(taken(), 100);
  nowMs = 250;
  assert.equal(taken(), 25);
  nowMs = 60_000;
  assert.equal(taken(), 100);
});

describe('AWS tells', () => {
  test('who comes, subscribes and goes, with the documented fields', async (t) => {
    const watcher = await online(t);
    await watcher.client.subscribeAsync('$aws/events/#', { qos: 1 });
    names += 1;
    const name = `unit-${names}`;
    const came = nextOn(watcher.client, `$aws/events/presence/connected/${name}`);
    const who = await registered(at, name);
    const client = await connect(t, at, who, name);
    const connected = JSON.parse(await came);
    const { sessionIdentifier, timestamp, ...rest } = connected;
    assert.match(sessionIdentifier, /^[0-9a-f-]{36}$/);
    assert.ok(Math.abs(timestamp - Date.now()) < 10_000);
    assert.deepEqual(rest, {
      ...{ clientId: name, eventType: 'connected', principalIdentifier: who.id },
      ...{ ipAddress: '127.0.0.1', versionNumber: 0 },
    });
    const subscribes = nextOn(watcher.client, `$aws/events/subscriptions/subscribed/${name}`);
    await client.subscribeAsync('x/y');
    assert.deepEqual(JSON.parse(await subscribes).topics, ['x/y']);
    const goes = nextOn(watcher.client, `$aws/events/presence/disconnected/${name}`);
    await client.endAsync();
    const gone = JSON.parse(await goes);
    assert.equal(gone.sessionIdentifier, sessionIdentifier);
    assert.equal(gone.disconnectReason, 'CLIENT_INITIATED_DISCONNECT');
    assert.equal(gone.clientInitiatedDisconnect, true);
  });

  for (const [reason, act] of [
    ['CONNECTION_LOST', (client: MqttClient) => client.stream.destroy()],
    ['CLIENT_ERROR', (client: MqttClient) => client.publish('x', 'x', { qos: 2 })],
    ['SERVER_INITIATED_DISCONNECT', (_: MqttClient, who: Device) => setStatus(at.iot, who.id, 'REVOKED')],
    ['DUPLICATE_CLIENTID', (_: MqttClient, who: Device, name: string, t: TestContext) => connect(t, at, who, name)],
  ] as const) {
    test(`that a connection ended by ${reason}`, async (t) => {
      const [watcher, one] = [await online(t), await online(t)];
      await watcher.client.subscribeAsync('$aws/events/presence/disconnected/+', { qos: 1 });
      const goes = nextOn(watcher.client, `$aws/events/presence/disconnected/${one.name}`);
      await act(one.client, one.who, one.name, t);
      const { disconnectReason, clientInitiatedDisconnect } = JSON.parse(await goes);
      assert.deepEqual([disconnectReason, clientInitiatedDisconnect], [reason, false]);
    });
  }
});
