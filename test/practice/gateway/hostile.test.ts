/** Clients that never finish what they begin: the gateway serves the others meanwhile. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { Duplex } from 'node:stream';
import { before, type TestContext, test } from 'node:test';
import { createSecureContext, type SecureContext } from 'node:tls';
import fc from 'fast-check';
import packet, { type ISubscribePacket } from 'mqtt-packet';
import { createLine } from '../../../app/practice/aws/gateway/line.ts';
import { rawConnect } from '../../bench/gateway/raw.ts';
import { attempt, type Bed, bed, type Device, logged, registered } from './support.ts';

let at: Bed;
let who: Device;
let context: SecureContext;
/** Connections that never finish their handshake, from before all tests: each resolves when the gateway ends it. */
let mute: Promise<unknown>[];
before(async (t) => {
  at = await bed(t as TestContext);
  who = await registered(at, 'unit');
  context = createSecureContext({ ca: readFileSync(at.gateway.rootCaPem), cert: who.pem, key: who.key });
  mute = [Buffer.alloc(0), Buffer.from('16030100800100007c', 'hex')].map((bytes) => {
    const socket = connectTcp({ host: '127.0.0.1', port: at.gateway.port });
    socket.on('error', () => {});
    socket.resume().write(bytes);
    return new Promise((resolve) => socket.once('close', resolve));
  });
});

test('connections that say nothing, or begin a handshake byte by byte, keep no device out, and the log tells of them', async (t) => {
  const hello = Buffer.from('16030100800100007c0303', 'hex');
  const sockets = Array.from({ length: 120 }, () => {
    const socket = connectTcp({ host: '127.0.0.1', port: at.gateway.port });
    socket.on('error', () => {});
    t.after(() => socket.destroy());
    return socket;
  });
  await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
  for (const byte of hello) for (const socket of sockets.slice(60)) socket.write(Buffer.from([byte]));
  assert.equal(await attempt(t, at, who, 'unit'), 'connected');
  assert.ok(sockets.every(({ destroyed }) => !destroyed));
  const since = at.aws.log().at(-1)?.seq ?? 0;
  for (const socket of sockets) socket.destroy();
  await logged(at.aws, /left, or said nothing, before its first message was whole/, since);
  assert.equal(await attempt(t, at, who, 'unit'), 'connected');
});

test('a device that does not read what it is sent keeps no message from the others', async (t) => {
  const subscribe: ISubscribePacket = { cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'flood', qos: 0 }] };
  const online = async (name: string) => {
    const device = await rawConnect(at.gateway.port, context, name);
    assert.ok(device);
    t.after(() => void device.socket.destroy());
    return device;
  };
  const [frozen, reader, speaker] = [await online('frozen'), await online('reader'), await online('speaker')];
  for (const device of [frozen, reader]) await device.ask(subscribe, 'suback');
  frozen.socket.pause();
  let got = 0;
  const parser = packet.parser();
  parser.on('packet', ({ cmd }) => {
    if (cmd === 'publish') got += 1;
  });
  reader.socket.on('data', (bytes) => void parser.parse(bytes));
  const payload = Buffer.alloc(100_000);
  for (let n = 1; n <= 90; n += 1)
    await speaker.ask(
      { cmd: 'publish', topic: 'flood', payload, qos: 1, messageId: n, retain: false, dup: false },
      'puback',
    );
  for (let tries = 0; got < 90; tries += 1) {
    assert.ok(tries < 500, `${got} of 90 messages came to the one that reads`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
});

test('a line gives the broker the same packets, however its bytes are cut', async () => {
  const topics = fc.array(fc.tuple(fc.stringMatching(/^[a-z]{1,9}$/), fc.uint8Array({ maxLength: 300 })), {
    minLength: 1,
    maxLength: 8,
  });
  const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(topics, cuts, async (messages, sizes) => {
      const packets = messages.map(([topic, payload]) =>
        packet.generate({ cmd: 'publish', topic, payload: Buffer.from(payload), qos: 0, retain: false, dup: false }),
      );
      const socket = new Duplex({ read: () => {}, write: (_chunk, _encoding, done) => done() });
      const seen: string[] = [];
      const line = createLine(socket, (frame) => {
        if (frame.type === 'publish') seen.push(frame.topic);
        return 'pass';
      });
      const passed: Buffer[] = [];
      line.on('data', (bytes: Buffer) => passed.push(Buffer.from(bytes)));
      const all = Buffer.concat(packets);
      for (let from = 0, n = 0; from < all.length; n += 1) {
        const size = sizes[n % sizes.length]!;
        socket.push(all.subarray(from, from + size));
        from += size;
      }
      socket.push(null);
      await new Promise((resolve) => line.once('end', resolve));
      assert.deepEqual(
        seen,
        messages.map(([topic]) => topic),
      );
      assert.deepEqual(Buffer.concat(passed), all);
    }),
    { numRuns: 60 },
  );
});

test('a connection that never finishes its handshake is ended after ten seconds', { timeout: 60_000 }, async () => {
  await Promise.all(mute);
});
