/** Bytes that no client would send: the gateway ends the connection, says so in its log, and serves the others. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { before, describe, type TestContext, test } from 'node:test';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import fc from 'fast-check';
import packet from 'mqtt-packet';
import { frameEnd, readFrame } from '../../../app/practice/aws/gateway/frames.ts';
import { filterRefusal, isAmong, topicRefusal } from '../../../app/practice/aws/gateway/topics.ts';
import { attempt, type Bed, bed, type Device, logged, registered } from './support.ts';

let at: Bed;
let who: Device;
before(async (t) => {
  at = await bed(t as TestContext);
  who = await registered(at, 'unit');
});

const hello = packet.generate({
  cmd: 'connect',
  clientId: 'unit',
  clean: true,
  keepalive: 60,
  protocolVersion: 4,
  protocolId: 'MQTT',
});

/** Sends bytes in pieces over TLS, and waits for the server to end the connection, or for its silence. */
async function send(pieces: readonly Uint8Array[]): Promise<void> {
  const socket: TLSSocket = connectTls({
    ...{ host: '127.0.0.1', port: at.gateway.port, servername: 'localhost' },
    ...{ ca: readFileSync(at.gateway.rootCaPem), cert: who.pem, key: who.key },
  });
  socket.on('error', () => {});
  await new Promise((resolve) => socket.once('secureConnect', resolve));
  const closed = new Promise((resolve) => socket.once('close', resolve));
  for (const piece of pieces) if (!socket.destroyed) socket.write(piece);
  // A packet that ends every connection that still stands.
  socket.write(Buffer.from([0xf0, 0]));
  socket.resume();
  socket.end();
  await closed;
}

const piecesOf = (bytes: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array[]> =>
  fc.array(bytes, { minLength: 1, maxLength: 4 });
/** Packets of clients, with some of their bytes changed. */
const damaged = fc
  .tuple(
    fc.constantFrom(
      packet.generate({ cmd: 'publish', topic: 'a/b', payload: 'x', qos: 1, messageId: 7, dup: false, retain: true }),
      packet.generate({
        cmd: 'subscribe',
        messageId: 7,
        subscriptions: [
          { topic: 'a/#', qos: 1 },
          { topic: '+/b', qos: 0 },
        ],
      }),
      packet.generate({ cmd: 'unsubscribe', messageId: 7, unsubscriptions: ['a/#'] }),
      packet.generate({ cmd: 'puback', messageId: 7 }),
      packet.generate({ cmd: 'pingreq' }),
      hello,
    ),
    fc.array(fc.tuple(fc.nat(40), fc.nat(255)), { maxLength: 3 }),
  )
  .map(([bytes, changes]) => {
    const copy = Buffer.from(bytes);
    for (const [place, value] of changes) if (place < copy.length) copy[place] = value;
    return copy as Uint8Array;
  });

describe('the gateway goes on after', () => {
  for (const [what, pieces] of [
    ['random bytes in place of CONNECT', piecesOf(fc.uint8Array({ minLength: 1, maxLength: 64 }))],
    ['random bytes after CONNECT', piecesOf(fc.uint8Array({ maxLength: 64 })).map((all) => [hello, ...all])],
    ['damaged packets', piecesOf(damaged).map((all) => [hello, ...all])],
    ['a damaged CONNECT', piecesOf(damaged)],
  ] as const) {
    test(what, async (t) => {
      await fc.assert(fc.asyncProperty(pieces, send), { numRuns: 60 });
      assert.equal(await attempt(t, at, who, 'unit'), 'connected');
    });
  }

  test('random bytes in place of a handshake', async (t) => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 200 });
    /** The beginning of a ClientHello, or nothing. */
    const start = fc.constantFrom(Buffer.alloc(0), Buffer.from('1603010080010000', 'hex'));
    await fc.assert(
      fc.asyncProperty(start, bytes, async (head, rest) => {
        const socket = connectTcp({ host: '127.0.0.1', port: at.gateway.port });
        socket.on('error', () => {});
        const closed = new Promise((resolve) => socket.once('close', resolve));
        socket.end(Buffer.concat([head, rest]));
        socket.resume();
        await closed;
      }),
      { numRuns: 60 },
    );
    assert.equal(await attempt(t, at, who, 'unit'), 'connected');
  });

  test('a packet that says it is 256 MB long: the connection ends at once', async () => {
    await send([hello, Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f]), Buffer.alloc(1000)]);
    await logged(at.aws, /The MQTT packet is malformed/);
  });

  test('packets out of their order, and text that is none: the log says what it was', async () => {
    const since = () => at.aws.log().at(-1)?.seq ?? 0;
    const told = async (pieces: Uint8Array[], reason: RegExp) => {
      const before = since();
      await send(pieces);
      await logged(at.aws, reason, before);
    };
    await told([packet.generate({ cmd: 'pingreq' })], /The first packet is not CONNECT/);
    await told([hello, hello], /CONNECT came twice/);
    // A topic of the bytes ff fe; and a CONNECT whose reserved flag is set.
    await told([hello, Buffer.from([0x30, 5, 0, 2, 0xff, 0xfe, 0x78])], /The MQTT packet is malformed/);
    const reserved = Buffer.from(hello);
    reserved[9] = (reserved[9] ?? 0) | 1;
    await told([reserved], /The MQTT packet is malformed/);
  });

  test('a length of five bytes', async () => {
    await send([hello, Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 0x7f])]);
  });
});

describe('a packet is read', () => {
  test('as the library that wrote it means it', () => {
    const topic = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(topic, fc.constantFrom(0, 1, 2), fc.boolean(), fc.uint8Array(), (name, qos, retain, payload) => {
        const bytes = packet.generate({
          ...{
            cmd: 'publish',
            topic: name,
            qos: qos as 0,
            retain,
            dup: false,
            payload: Buffer.from(payload),
            messageId: 9,
          },
        });
        assert.equal(frameEnd(bytes), bytes.length);
        const { topic: read, ...rest } = readFrame(bytes) as Extract<ReturnType<typeof readFrame>, { type: 'publish' }>;
        assert.deepEqual(rest, { type: 'publish', qos, retain, payloadBytes: payload.length });
        assert.equal(read, Buffer.from(name).toString());
      }),
    );
  });

  test('whatever its bytes are, without an error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        const end = frameEnd(bytes);
        assert.ok(end === undefined || end === -1 || end >= 2);
        assert.ok(readFrame(Buffer.from(bytes)).type);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('topics', () => {
  test('a filter takes the topics that MQTT says', () => {
    // MQTT 3.1.1 §4.7.1.2, §4.7.1.3, §4.7.2.
    const taken: [filter: string, topic: string, is: boolean][] = [
      ['sport/tennis/player1/#', 'sport/tennis/player1', true],
      ['sport/tennis/player1/#', 'sport/tennis/player1/score/wimbledon', true],
      ['sport/#', 'sport', true],
      ['#', 'sport/tennis', true],
      ['sport/tennis/+', 'sport/tennis/player1', true],
      ['sport/tennis/+', 'sport/tennis/player1/ranking', false],
      ['sport/+', 'sport', false],
      ['sport/+', 'sport/', true],
      ['+/+', '/finance', true],
      ['/+', '/finance', true],
      ['+', '/finance', false],
      ['#', '$aws/events', false],
      ['+/monitor', '$SYS/monitor', false],
      ['$aws/#', '$aws/events/x', true],
    ];
    for (const [filter, topic, is] of taken) assert.equal(isAmong(topic, filter), is, `${filter} ${topic}`);
  });

  test('with a wildcard, or a filter with one in the wrong place, are refused', () => {
    for (const topic of ['a/+', 'a/#', '', 'a\0']) assert.ok(topicRefusal(topic), topic);
    for (const filter of ['a/#/b', 'a#', '#a', 'a+/b', '+a', '']) assert.ok(filterRefusal(filter), filter);
    for (const filter of ['#', '+', 'a/+/b', 'a/#', '+/+/#']) assert.equal(filterRefusal(filter), undefined, filter);
  });

  test('of AWS are taken as far as they are documented', () => {
    const name = '$aws/provisioning-templates/t/provision/json';
    const shadow = '$aws/things/t/shadow/name/n/update';
    for (const topic of [name, '$aws/certificates/create-from-csr/cbor', shadow, '$aws/rules/r/a/b/c/d/e/f/g/h'])
      assert.equal(topicRefusal(topic), undefined, topic);
    for (const topic of [`${name}/accepted`, `${shadow}/delta`, '$aws/events/x', '$aws/x', '$SYS/x', '$share/g/x'])
      assert.ok(topicRefusal(topic), topic);
    for (const filter of [`${name}/+`, `${shadow}/#`, '$aws/events/#']) assert.equal(filterRefusal(filter), undefined);
    for (const filter of ['$SYS/#', '$share/g/x', '$aws/rules/r/x']) assert.ok(filterRefusal(filter), filter);
  });
});
