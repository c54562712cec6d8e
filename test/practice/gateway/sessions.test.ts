/** Sessions at the gateway: keep-alive, what waits for a device that is away, wills, retained messages, one client id. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, describe, type TestContext, test } from 'node:test';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { IConnectPacket, IPublishPacket } from 'mqtt-packet';
import packet from 'mqtt-packet';
import { sessionMs } from '../../../app/practice/aws/gateway/limits.ts';
import { type Raw, rawConnect } from '../../bench/gateway/raw.ts';
import { wallClock } from '../support.ts';
import { attempt, type Bed, bed, type Device, logged, reasons, registered } from './support.ts';

let at: Bed;
let who: Device;
let context: SecureContext;
/** What the gateway has planned for the end of a session. */
const hours = new Set<() => void>();
before(async (t) => {
  const clock = wallClock();
  const after: typeof clock.after = (ms, fire) => {
    if (ms < sessionMs) return clock.after(ms, fire);
    hours.add(fire);
    return () => void hours.delete(fire);
  };
  at = await bed(t as TestContext, { clock: { ...clock, after } });
  who = await registered(at, 'unit');
  context = createSecureContext({ ca: readFileSync(at.gateway.rootCaPem), cert: who.pem, key: who.key });
});

async function online(t: TestContext, clientId: string, more: Partial<IConnectPacket> = {}): Promise<Raw> {
  const device = await rawConnect(at.gateway.port, context, clientId, more);
  assert.ok(device, `${clientId} is in`);
  t.after(() => void device.socket.destroy());
  return device;
}

let ids = 0;
const subscribe = (device: Raw, topic: string) => {
  ids += 1;
  return device.ask({ cmd: 'subscribe', messageId: ids, subscriptions: [{ topic, qos: 1 }] }, 'suback');
};
const say = (device: Raw, topic: string, payload: string, more: Partial<IPublishPacket> = {}) => {
  ids += 1;
  const sent = { cmd: 'publish', topic, payload, qos: 1, messageId: ids, retain: false, dup: false, ...more } as const;
  return device.ask(sent, 'puback');
};
/** Everything that a device is sent; it acknowledges none of it by itself. */
function heard(device: Raw): IPublishPacket[] {
  const got: IPublishPacket[] = [];
  const parser = packet.parser();
  parser.on('packet', (one) => one.cmd === 'publish' && got.push(one));
  device.socket.on('data', (bytes) => void parser.parse(bytes));
  return got;
}
const until = async (holds: () => boolean, what: string): Promise<void> => {
  for (let tries = 0; !holds(); tries += 1) {
    assert.ok(tries < 1000, what);
    await new Promise((resolve) => setImmediate(resolve));
    if (tries > 100) await new Promise((resolve) => setTimeout(resolve, 20));
  }
};
const isClosed = ({ socket }: Raw) => socket.destroyed;
const texts = (got: readonly IPublishPacket[]) => got.map(({ payload }) => payload.toString());
const will = (payload: string, retain = false) =>
  ({ topic: 'will/it', payload: Buffer.from(payload), qos: 1, retain }) as const;

describe('a device that is silent', () => {
  // "Keep-alive interval", AWS General Reference: 30 to 1,200 seconds; MQTT 3.1.1 §3.1.2.10: one and a half times as long.
  for (const [asked, seconds] of [
    [5, 45],
    [60, 90],
    [0, 1800],
    [5000, 1800],
  ] as const)
    test(`is disconnected after ${seconds} seconds when it asked for a keep-alive of ${asked}, and its will is published`, async (t) => {
      const watcher = await online(t, 'watcher');
      await subscribe(watcher, 'will/#');
      const got = heard(watcher);
      t.mock.timers.enable({ apis: ['setTimeout'] });
      const device = await online(t, `silent-${asked}`, { keepalive: asked, will: will(`gone ${asked}`) });
      t.mock.timers.tick(seconds * 1000 - 1000);
      await device.ask({ cmd: 'pingreq' }, 'pingresp');
      t.mock.timers.tick(seconds * 1000 - 1000);
      assert.equal(isClosed(device), false, 'a ping keeps it');
      t.mock.timers.tick(2000);
      t.mock.timers.reset();
      await until(() => isClosed(device) && got.length > 0, 'closed, and its will is out');
      assert.deepEqual(texts(got), [`gone ${asked}`]);
      const ends = at.aws
        .log()
        .filter(({ eventType, clientId }) => eventType === 'Disconnect' && clientId === `silent-${asked}`);
      assert.deepEqual(
        ends.map(({ reason }) => reason),
        ['MQTT_KEEP_ALIVE_TIMEOUT'],
      );
    });
});

describe('a persistent session', () => {
  test('has what came at QoS 1 meanwhile, in order, and nothing of QoS 0; what was not acknowledged comes again', async (t) => {
    const speaker = await online(t, 'speaker');
    const first = await online(t, 'away', { clean: false });
    assert.equal(first.sessionPresent, false);
    await subscribe(first, 'later/#');
    await first.end();
    for (const n of [1, 2, 3]) await say(speaker, 'later/on', `kept ${n}`);
    speaker.socket.write(
      packet.generate({ cmd: 'publish', topic: 'later/on', payload: 'lost', qos: 0, retain: false, dup: false }),
    );
    await speaker.ask({ cmd: 'pingreq' }, 'pingresp');

    const second = await online(t, 'away', { clean: false });
    assert.equal(second.sessionPresent, true);
    const got = heard(second);
    // What is waiting may come with CONNACK: the device acknowledges only the first of them.
    await second.ask({ cmd: 'pingreq' }, 'pingresp');
    await until(() => got.length > 0, 'the waiting messages');
    second.socket.destroy();

    const third = await online(t, 'away', { clean: false });
    const again = heard(third);
    await until(() => again.length >= 3, 'all three, as none was acknowledged');
    assert.deepEqual(texts(again), ['kept 1', 'kept 2', 'kept 3']);
    for (const { messageId } of again)
      third.socket.write(packet.generate({ cmd: 'puback', messageId: messageId ?? 0 }));
    await third.ask({ cmd: 'pingreq' }, 'pingresp');
    await third.end();
    const fourth = await online(t, 'away', { clean: false });
    const rest = heard(fourth);
    await fourth.ask({ cmd: 'pingreq' }, 'pingresp');
    assert.deepEqual([fourth.sessionPresent, texts(rest)], [true, []]);
  });

  test('ends an hour after its connection, and at once with a clean one', async (t) => {
    const speaker = await online(t, 'speaker-2');
    for (const isClean of [false, true]) {
      const name = `expiring-${isClean}`;
      const device = await online(t, name, { clean: false });
      await subscribe(device, 'old/#');
      hours.clear();
      await device.end();
      await until(() => hours.size === 1, 'its hour has begun');
      if (isClean) await (await online(t, name)).end();
      else for (const fire of hours) fire();
      await say(speaker, 'old/news', 'x');
      const back = await online(t, name, { clean: false });
      const got = heard(back);
      await back.ask({ cmd: 'pingreq' }, 'pingresp');
      assert.deepEqual([back.sessionPresent, texts(got)], [false, []], name);
    }
  });

  test('that is taken up again in its hour does not end', async (t) => {
    const device = await online(t, 'returns', { clean: false });
    await subscribe(device, 'x/#');
    hours.clear();
    await device.end();
    await until(() => hours.size === 1, 'its hour has begun');
    const again = await online(t, 'returns', { clean: false });
    assert.deepEqual([again.sessionPresent, hours.size], [true, 0]);
  });
});

test('one client id: of many connections at once one stays, its will is of the one that went, and the log has each', async (t) => {
  const watcher = await online(t, 'watcher-2');
  await subscribe(watcher, 'will/#');
  const got = heard(watcher);
  const since = at.aws.log().at(-1)?.seq ?? 0;
  const all = await Promise.all(
    [1, 2, 3].map((n) => rawConnect(at.gateway.port, context, 'twin', { will: will(`twin ${n}`) })),
  );
  t.after(() => {
    for (const one of all) one?.socket.destroy();
  });
  await until(() => all.filter((one) => one && !isClosed(one)).length === 1, 'one of three stays');
  await until(() => got.length === 2, 'two wills');
  const stays = all.findIndex((one) => one && !isClosed(one)) + 1;
  assert.deepEqual(
    texts(got).sort(),
    [1, 2, 3].filter((n) => n !== stays).map((n) => `twin ${n}`),
  );
  const ends = at.aws
    .log()
    .filter(({ seq, eventType, clientId }) => seq > since && eventType === 'Disconnect' && clientId === 'twin');
  assert.deepEqual(
    ends.map(({ reason }) => reason),
    ['DUPLICATE_CLIENTID', 'DUPLICATE_CLIENTID'],
  );
});

test('a retained message is the latest of its topic, also of a will, until an empty one takes it away', async (t) => {
  const speaker = await online(t, 'speaker-3');
  await say(speaker, 'state/a', 'old', { retain: true });
  await say(speaker, 'state/a', 'new', { retain: true });
  const watcher = await online(t, 'watcher-3');
  await subscribe(watcher, 'state/b');
  const told = heard(watcher);
  const lost = await online(t, 'lost', { will: { ...will('dead', true), topic: 'state/b' } });
  lost.socket.destroy();
  await until(() => told.length > 0, 'the will');
  const fresh = async (name: string) => {
    const device = await online(t, name);
    const got = heard(device);
    await subscribe(device, 'state/+');
    await device.ask({ cmd: 'pingreq' }, 'pingresp');
    return got;
  };
  const got = await fresh('fresh');
  assert.deepEqual(texts(got).sort(), ['dead', 'new']);
  assert.ok(got.every(({ retain }) => retain));
  for (const topic of ['state/a', 'state/b']) await say(speaker, topic, '', { retain: true });
  assert.deepEqual(await fresh('fresh-last'), []);
});

describe('limits of a connection', () => {
  test('a client id has at most 128 bytes', async (t) => {
    assert.equal(await attempt(t, at, who, 'ü'.repeat(64)), 'connected');
    assert.equal(await attempt(t, at, who, 'x'.repeat(129)), 'closed');
    assert.equal(reasons(at.aws).at(-1), 'The client id has more than 128 bytes.');
  });

  test('it has at most 50 subscriptions, counted without those that it gave back', async (t) => {
    const device = await online(t, 'subscriber');
    const many = Array.from({ length: 50 }, (_, n) => ({ topic: `many/${n}`, qos: 0 as const }));
    for (let n = 0; n < 50; n += 8)
      await device.ask({ cmd: 'subscribe', messageId: 800 + n, subscriptions: many.slice(n, n + 8) }, 'suback');
    await subscribe(device, 'many/0');
    await device.ask({ cmd: 'unsubscribe', messageId: 900, unsubscriptions: ['many/0'] }, 'unsuback');
    await subscribe(device, 'other');
    await assert.rejects(subscribe(device, 'one/more'), /closed in place of suback/);
    await logged(at.aws, /more than 50 subscriptions/);
  });
});
