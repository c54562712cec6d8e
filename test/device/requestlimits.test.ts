/** What one exchange of the agent's protocol counts and waits for, to the byte and to the millisecond. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Clock } from '../../app/contract/clock.ts';
import type { ByteChannel } from '../../app/device/channel.ts';
import { plainLine } from '../../app/device/declare.ts';
import { encodeFrame, parseFrame } from '../../app/device/drivers/agent/frame.ts';
import { openRequests } from '../../app/device/drivers/agent/requests.ts';
import { paced } from '../../app/device/pace.ts';
import { isError } from './support.ts';

const line = { ...plainLine, baud: 10_000, terminator: 'lf', pieceBytes: 65_536, gapMs: 0 } as const;

/** A line on which nothing happens but by the test: each byte takes a millisecond, and no timer fires by itself. */
function lineOf() {
  const sent: { seq: number; bytes: number }[] = [];
  const logs: string[] = [];
  const waits: number[] = [];
  let timer: (() => void) | undefined;
  let say = (_: Uint8Array) => {};
  const clock: Clock = {
    now: () => new Date(0),
    monotonicMs: () => 0,
    after(ms, fire) {
      waits.push(ms);
      timer = fire;
      return () => {
        if (timer === fire) timer = undefined;
      };
    },
  };
  const channel: ByteChannel = {
    async write(bytes) {
      const frame = parseFrame('>', Buffer.from(bytes).toString('latin1').trimEnd());
      assert.ok(frame && frame !== 'damaged');
      sent.push({ seq: frame.seq, bytes: bytes.length });
    },
    onData(listener) {
      say = listener;
      return () => {};
    },
    onClose: () => () => {},
    close: async () => {},
  };
  const requests = openRequests(paced(channel, line, clock), { clock, line, onLog: (text) => logs.push(text) });
  const answer = (index: number, body = 'ok') => {
    const bytes = Buffer.from(encodeFrame('<', { seq: sent[index]?.seq ?? 0, body }), 'latin1');
    say(bytes);
    return bytes.length;
  };
  const fire = () => {
    const due = timer;
    timer = undefined;
    due?.();
  };
  return {
    ...{ requests, sent, logs, waits, answer, fire },
    say: (text: string) => say(Buffer.from(text)),
    isWaiting: () => timer !== undefined,
  };
}

const numbersFrom = async (t: TestContext, random: number, count: number) => {
  t.mock.method(Math, 'random', () => random);
  const { requests, sent, answer } = lineOf();
  for (let each = 0; each < count; each += 1) {
    const exchanged = requests.exchange([['hello']], 256);
    answer(each);
    await exchanged;
  }
  return sent.map(({ seq }) => seq);
};

test('requests are numbered from 1 to 65535 and then from 1 again; 0 is the number of none', async (t) => {
  assert.deepEqual(await numbersFrom(t, 0, 2), [1, 2]);
  assert.deepEqual(await numbersFrom(t, 65_533 / 65_535, 4), [65_534, 65_535, 1, 2]);
});

test('each byte in either direction is counted, and the time that the device says it took', async () => {
  const { requests, sent, answer, say } = lineOf();
  assert.deepEqual(requests.tally(), { bytesSent: 0, bytesReceived: 0, deviceMs: 0 });
  const exchanged = requests.exchange([['hello'], ['key', 'P-256']], 256);
  const [one, other] = sent.map(({ bytes }) => bytes);
  say('boot\n');
  const received = 5 + answer(0, 'ok ms=12') + answer(1, 'ok ms=30');
  await exchanged;
  assert.deepEqual(requests.tally(), {
    bytesSent: (one ?? 0) + (other ?? 0),
    bytesReceived: received,
    deviceMs: 42,
  });
});

test('it waits for the device and for what is on the wire, and for nothing once it is done', async () => {
  const { requests, sent, waits, answer, isWaiting, fire } = lineOf();
  const exchanged = requests.exchange([['hello'], ['key', 'P-256']], 20);
  assert.equal(sent.length, 1, 'the window has room for one');
  const [{ bytes: first } = { bytes: 0 }] = sent;
  assert.deepEqual(waits, [500 + 256 + first]);
  answer(0);
  const second = sent[1]?.bytes ?? 0;
  assert.deepEqual(waits.slice(1), [500 + 256 + second]);
  answer(1, 'wait 3000');
  assert.deepEqual(waits.slice(2), [3000 + 500 + 256 + second]);
  fire();
  assert.deepEqual([sent.length, waits.at(-1)], [3, 500 + 256 + second], 'it is sent again, with the usual time');
  answer(2);
  await exchanged;
  assert.equal(isWaiting(), false);
});

test('one damaged line among silences says that the line is bad, not that the device is silent', async () => {
  for (const [damaged, code] of [
    [0, 'link.timeout'],
    [1, 'link.garbled'],
  ] as const) {
    const { requests, say, fire, sent, isWaiting } = lineOf();
    const exchanged = requests.exchange([['hello']], 256);
    for (let each = 0; each < damaged; each += 1)
      say(`${encodeFrame('<', { seq: 1, body: 'ok' }).replace('ok', 'og')}`);
    for (let each = 0; each < 8; each += 1) fire();
    await assert.rejects(exchanged, isError(code));
    assert.equal(sent.length, 8);
    assert.equal(isWaiting(), false, 'no time limit runs on');
  }
});

test('so much log is told, and one byte more without an answer is a flood; an answer begins the count again', async () => {
  const kib = (count: number) => `${'z'.repeat(1023)}\n`.repeat(count);
  const { requests, say, answer, logs } = lineOf();
  const exchanged = requests.exchange([['hello'], ['key', 'P-256']], 256);
  say(kib(32));
  assert.deepEqual([logs.length, logs[0]?.length], [32, 1023]);
  answer(0);
  say(kib(32));
  answer(1);
  await exchanged;
  const flooded = requests.exchange([['hello']], 256);
  say(kib(32));
  say('\n');
  await assert.rejects(flooded, isError('link.flooded'));
  assert.equal(logs.length, 96, 'what floods is not told any more');
});

test('what the device says between two exchanges counts for neither', async () => {
  const { requests, say, answer } = lineOf();
  const kib = (count: number) => `${'z'.repeat(1023)}\n`.repeat(count);
  say(kib(20));
  const exchanged = requests.exchange([['hello']], 256);
  say(kib(20));
  answer(0);
  await exchanged;
});

test('a line of log is told in pieces of 1024 characters', () => {
  const { say, logs } = lineOf();
  say(`${'a'.repeat(1024)}\n${'b'.repeat(1025)}\n`);
  assert.deepEqual(
    logs.map((line) => [line[0], line.length]),
    [
      ['a', 1024],
      ['b', 1024],
      ['b', 1],
    ],
  );
});

test('no command is no exchange, and two at once are a bug', async () => {
  const { requests, answer, isWaiting } = lineOf();
  assert.deepEqual(await requests.exchange([], 256), []);
  assert.equal(isWaiting(), false);
  const exchanged = requests.exchange([['hello']], 256);
  assert.throws(() => requests.exchange([['hello']], 256), /one exchange at a time/);
  answer(0);
  await exchanged;
});
