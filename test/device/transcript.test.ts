/** What is kept of a conversation: all of it or its two ends, its times, and never a secret, however the bytes were cut. */
import assert from 'node:assert/strict';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { inflateSync } from 'node:zlib';
import fc from 'fast-check';
import type { TranscriptLine } from '../../app/contract/transcript.ts';
import type { ByteChannel } from '../../app/device/channel.ts';
import { driverNamed, drivers } from '../../app/device/drivers/index.ts';
import { bytesOf, createRecorder, readTranscript, textOf } from '../../app/device/transcript.ts';
import { createJumpingClock } from './support.ts';

/** A clock that a test moves, and a channel whose other end is the test. */
function createEnds() {
  let ms = 0;
  const listeners = new Set<(bytes: Uint8Array) => void>();
  const closing = new Set<() => void>();
  const channel: ByteChannel = {
    write: async () => {},
    onData(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onClose(listener) {
      closing.add(listener);
      return () => closing.delete(listener);
    },
    async close() {
      for (const listener of closing) listener();
    },
  };
  return {
    clock: { ...createJumpingClock(), monotonicMs: () => ms },
    channel,
    wait: (by: number) => {
      ms += by;
    },
    arrive: (bytes: Uint8Array) => {
      for (const listener of listeners) listener(bytes);
    },
    pull: () => channel.close(),
  };
}

test('what is kept is read by every later version: this is its form', async () => {
  const { data } = await keep([
    { dir: 'out', bytes: Buffer.from('AT\r\n') },
    { dir: 'in', bytes: Buffer.from('OK\r\n'), wait: 7 },
  ]);
  const lines = [
    [0, 1, 'AT\\r\\n'],
    [7, 0, 'OK\\r\\n'],
  ];
  assert.deepEqual(JSON.parse(inflateSync(data).toString()), { version: 1, lines });
});

type Chunk = { dir: 'out' | 'in'; bytes: Uint8Array; wait?: number };

async function keep(chunks: readonly Chunk[], driver = 'agent', limit?: number) {
  const ends = createEnds();
  const recorder = createRecorder(ends.clock, limit);
  const recorded = recorder.record(ends.channel);
  for (const { dir, bytes, wait = 0 } of chunks) {
    ends.wait(wait);
    if (dir === 'out') await recorded.write(bytes);
    else ends.arrive(bytes);
  }
  const kept = await recorder.finish(driverNamed(driver).redactions ?? []);
  const lines = await readTranscript(kept.data);
  const said = (dir: 'out' | 'in') => Buffer.concat(lines.filter((l) => l.dir === dir).map((l) => bytesOf(l.text)));
  return { ...kept, lines, said, text: lines.map((line) => line.text).join('') };
}

const out = (text: string, wait = 0): Chunk => ({ dir: 'out', bytes: Buffer.from(text, 'latin1'), wait });
const into = (text: string, wait = 0): Chunk => ({ dir: 'in', bytes: Buffer.from(text, 'latin1'), wait });

/** The same bytes in pieces as `sizes` say, over and over. */
function recut({ dir, bytes }: Chunk, sizes: readonly number[], wait = 0): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    chunks.push({ dir, bytes: bytes.subarray(at, at + size), wait });
    at += size;
  }
  return chunks;
}

const cuts = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 12 });

test('any bytes come back from their text', () => {
  const every = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  assert.deepEqual(new Uint8Array(bytesOf(textOf(every))), every);
  assert.equal(textOf(Buffer.from('AT+CGSN\r\n\\é')), 'AT+CGSN\\r\\n\\\\\\xc3\\xa9');
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => Buffer.compare(bytesOf(textOf(bytes)), bytes) === 0),
  );
});

test('what was said comes back byte for byte, in order and with its times, however it was cut', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.boolean(), fc.uint8Array({ minLength: 1, maxLength: 60 }), fc.integer({ min: 0, max: 80 }))),
      async (said) => {
        const chunks = said.map(([isOut, bytes, wait]): Chunk => ({ dir: isOut ? 'out' : 'in', bytes, wait }));
        const kept = await keep(chunks);
        assert.equal(kept.truncated, false);
        for (const dir of ['out', 'in'] as const) {
          const expected = Buffer.concat(chunks.filter((chunk) => chunk.dir === dir).map(({ bytes }) => bytes));
          assert.deepEqual(kept.said(dir), expected);
        }
        const times = kept.lines.map(({ ms }) => ms);
        assert.deepEqual(
          times,
          [...times].sort((one, other) => one - other),
        );
        assert.equal(
          kept.bytes,
          chunks.reduce((sum, { bytes }) => sum + bytes.length, 0),
        );
      },
    ),
    { numRuns: 200 },
  );
});

test('lines end where they ended, where the other side spoke, and at a pause', async () => {
  const { lines } = await keep([
    out('AT'),
    out('+CGSN\r\n', 1),
    into('3526', 123),
    into('56\r\nOK\r\n'),
    into('+X', 400),
  ]);
  assert.deepEqual(lines, [
    { ms: 0, dir: 'out', text: 'AT+CGSN\\r\\n' },
    { ms: 124, dir: 'in', text: '352656\\r\\n' },
    { ms: 124, dir: 'in', text: 'OK\\r\\n' },
    { ms: 524, dir: 'in', text: '+X' },
  ] satisfies TranscriptLine[]);
});

test('a port that is gone is told from one that was closed', async () => {
  for (const pulled of [true, false]) {
    const ends = createEnds();
    const recorder = createRecorder(ends.clock);
    const recorded = recorder.record(ends.channel);
    ends.wait(7);
    await (pulled ? ends.pull() : recorded.close());
    const lines = await readTranscript((await recorder.finish([])).data);
    assert.deepEqual(lines, pulled ? [{ ms: 7, dir: 'in', text: '', lost: true }] : []);
  }
});

test('of a flood the head and the tail are kept, and how much was left out; memory and record stay bounded', async () => {
  const limit = 8192;
  const chunks: Chunk[] = [out('hello\r\n')];
  for (let at = 0; at < 5000; at += 1) chunks.push(into(`reboot ${String(at).padStart(6, '0')}\r\n`, 1));
  const kept = await keep([...chunks, out('bye\r\n', 500)], 'agent', limit);
  assert.equal(kept.truncated, true);
  assert.ok(kept.bytes <= limit, `${kept.bytes} bytes`);
  assert.equal(kept.lines[0]?.text, 'hello\\r\\n');
  assert.equal(kept.lines.at(-1)?.text, 'bye\\r\\n');
  const gaps = kept.lines.filter((line) => line.leftOut !== undefined);
  assert.equal(gaps.length, 1);
  const missing = 5000 * 15 + 12 - limit;
  assert.ok(Math.abs((gaps[0]?.leftOut ?? 0) - missing) <= 1024, `${gaps[0]?.leftOut} of ${missing}`);
  const [before, after] = [gaps[0], kept.lines[kept.lines.indexOf(gaps[0]!) + 1]].map((line) => line?.text ?? '');
  assert.match(before ?? '', /^reboot 00\d{4}\\r/);
  assert.match(after ?? '', /^reboot 00\d{4}/);
  // Chunks larger than all that is kept, and of one byte.
  const large = await keep([out('>'), { dir: 'in', bytes: Buffer.alloc(100_000, 'x') }, into('!')], 'agent', limit);
  assert.ok(large.bytes <= limit && large.truncated);
  const small = await keep(recut({ dir: 'in', bytes: randomBytes(20_000) }, [1], 6), 'agent', limit);
  assert.ok(small.bytes <= limit && small.truncated);
});

test('recording a flood costs nothing that grows', async () => {
  const ends = createEnds();
  const recorder = createRecorder(ends.clock);
  recorder.record(ends.channel);
  const chunk = Buffer.alloc(4096, 'reboot: watchdog ');
  const round = () => {
    const began = performance.now();
    for (let at = 0; at < 2000; at += 1) {
      ends.wait(1);
      ends.arrive(chunk);
    }
    return performance.now() - began;
  };
  round();
  const before = process.memoryUsage();
  for (let at = 0; at < 20; at += 1) round();
  const after = process.memoryUsage();
  const grown = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers;
  // 160 MB came in.
  assert.ok(grown < 30_000_000, `${grown} bytes more`);
});

const keyPem = () =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const hexOf = (length: number) => randomBytes(length).toString('hex');

type Case = { driver: string; name: string; secret: () => string; said: (secret: string) => Chunk[] };
const log = '\r\x1b[K<INF>    10422 [WLAN      ] Link up. (net_main.c:117)\r\n> ';
const cases: Case[] = [
  { driver: 'agent', name: 'a PEM key in a log', secret: keyPem, said: (pem) => [into(`log\r\n${pem}done\r\n`)] },
  {
    driver: 'nrf91',
    name: 'a private key that is written',
    secret: keyPem,
    said: (pem) => [out(`AT%CMNG=0,16842753,2,"${pem.replaceAll('\n', '\r\n')}"\r\n`), into('OK\r\n')],
  },
  ...[3, 4, 5].map((type) => ({
    driver: 'nrf91',
    name: `credential type ${type}, in a shell that repeats it over two lines`,
    secret: () => hexOf(24),
    said: (psk: string) => [
      out(`at 'AT%CMNG=0,7,${type},"${psk}"'\r\n`),
      into(`at 'AT%CMNG=0,7,${type},"${psk.slice(0, 20)}\r\n${psk.slice(20)}"'\r\nOK\r\n`),
    ],
  })),
  {
    driver: 'nrf91',
    name: 'a signed command',
    secret: () => randomBytes(70).toString('base64'),
    said: (signature) => [out(`AT%XSUDO=${signature.length},"${signature}";%CMNG=3,1,0\r\n`), into('OK\r\n')],
  },
  {
    driver: 'freertos',
    name: 'a Wi-Fi password: typed, repeated with log in the middle of it, read back',
    secret: () => `pass ${hexOf(8)} "x"`,
    said: (password) => [
      out(`conf set wifi_credential ${password}`),
      into(`conf set wifi_credential ${password.slice(0, 9)}${log}conf set wifi_credential ${password.slice(0, 9)}`),
      into(password.slice(9)),
      out('\r\n'),
      into(`\r\nwifi_credential="${password}"\r\n> `),
      out('conf get\r\n'),
      into(`conf get\r\nthing_name="UNIT-1"\r\nwifi_credential="${password}"\r\ntime_hwm=0\r\n> `),
    ],
  },
  {
    driver: 'freertos',
    name: 'a Wi-Fi password whose echo was damaged where it says what it is',
    secret: () => hexOf(10),
    said: (password) => [
      out(`conf set wifi_credential ${password}\r\n`),
      into(`conf set wifi_credqntial ${password}\r\nconnecting with ${password}\r\n`),
      into(`and ${password.slice(0, 11)}?${password.slice(12)}\r\n`),
    ],
  },
];

/** No part of it that would be of use. */
function assertGone(kept: string, secret: string, what: string) {
  for (const line of secret.split(/\s+/).filter((part) => part.length >= 8 && !part.includes('---')))
    for (let at = 0; at + 8 <= line.length; at += 8)
      assert.ok(!kept.includes(line.slice(at, at + 8)), `${what}: a part of the secret is in\n${kept}`);
}

for (const { driver, name, secret, said } of cases)
  test(`${driver}: ${name} is never kept, however it was cut; what is around it stays`, async () => {
    await fc.assert(
      fc.asyncProperty(cuts, fc.integer({ min: 0, max: 60 }), async (sizes, wait) => {
        const hidden = secret();
        const chunks = said(hidden).flatMap((chunk) => recut(chunk, sizes, wait));
        const kept = await keep([out('first\r\n'), ...chunks, into('last\r\n', 100)], driver);
        // In both directions, each as it was said, without the control characters between.
        for (const dir of ['out', 'in'] as const) {
          const text = kept.said(dir).toString('latin1');
          assertGone(text, hidden, dir);
          assertGone(text.replace(/[\r\n]/g, ''), hidden, dir);
        }
        assert.match(kept.text, /^first.*\[redacted\].*last\\r\\n$/s);
      }),
      { numRuns: 60 },
    );
  });

test('how long a secret was does not show', async () => {
  const of = (password: string) => keep([out(`conf set wifi_credential ${password}\r\n`), into('\r\n> ')], 'freertos');
  const [short, long] = [await of('12345678'), await of('a much longer password than the other one')];
  assert.deepEqual(short, { ...long, startedAt: short.startedAt, said: short.said });
});

test('where the beginning of a secret was left out, its rest is not kept', async () => {
  for (const secret of [keyPem(), keyPem().replaceAll('\n', '\r\n')]) {
    for (let cut = 0; cut < secret.length; cut += 3) {
      // 2048 bytes of the end are kept: the key begins before them.
      const rest = secret.slice(cut);
      const filler = 'x'.repeat(2048 - rest.length - 6);
      const kept = await keep([into('a'.repeat(3000)), into(secret), into(`${filler}\r\nend.`)], 'agent', 4096);
      assert.equal(kept.truncated, true);
      assertGone(kept.said('in').toString('latin1'), secret, `cut at ${cut}`);
      assert.match(kept.text, /end\.$/);
    }
  }
});

test('requests and certificates are public and stay', async () => {
  const pem =
    '-----BEGIN CERTIFICATE-----\r\nMIIBKDCBzwIUSNEOAUiomZo7EjTFyor1KhXhBawwCgYIKoZIzj0EAwIwGjEYMBYG\r\n-----END CERTIFICATE-----\r\n';
  for (const driver of Object.keys(drivers)) {
    const kept = await keep(
      [out(`AT%CMNG=0,1,1,"${pem}"\r\n`), into(pem.replaceAll('CERTIFICATE', 'CERTIFICATE REQUEST'))],
      driver,
    );
    assert.ok(!kept.text.includes('[redacted]'));
  }
});

test('a secret that comes back as the very first or the very last bytes leaves none of its characters', async () => {
  for (const [before, after] of [
    ['said ', ''],
    ['', ' it was'],
    ['', ''],
  ] as const) {
    const ends = createEnds();
    const recorder = createRecorder(ends.clock);
    const recorded = recorder.record(ends.channel);
    await recorded.write(Buffer.from('pin=Jwordfishjabberwock5\n'));
    ends.wait(100);
    ends.arrive(Buffer.from(`${before}Jwordfishjabberwock5${after}`));
    const { data } = await recorder.finish([/pin=(?<secret>\w+)/]);
    const lines = await readTranscript(data);
    const text = lines.map((line) => line.text).join('');
    assert.ok(text.startsWith('pin='), text);
    assert.ok(text.includes(before) && text.includes(after));
    assert.doesNotMatch(text, /[Jjf5]/);
  }
});
