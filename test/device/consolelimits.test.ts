/** What a text console counts and waits for, to the byte and to the millisecond. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../app/contract/clock.ts';
import type { ByteChannel } from '../../app/device/channel.ts';
import { openConsole } from '../../app/device/console.ts';
import { plainLine } from '../../app/device/declare.ts';
import { paced } from '../../app/device/pace.ts';
import { isError } from './support.ts';

/** A line on which nothing happens but by the test: each byte takes a millisecond. */
function lineOf() {
  let ms = 0;
  const timers = new Map<() => void, number>();
  const written: string[] = [];
  const logs: string[] = [];
  let say = (_: Uint8Array) => {};
  let unplug = () => {};
  const clock: Clock = {
    now: () => new Date(ms),
    monotonicMs: () => ms,
    after(forMs, fire) {
      timers.set(fire, ms + forMs);
      return () => timers.delete(fire);
    },
  };
  const channel: ByteChannel = {
    write: async (bytes) => void written.push(Buffer.from(bytes).toString('latin1')),
    onData(listener) {
      say = listener;
      return () => {};
    },
    onClose(listener) {
      unplug = listener;
      return () => {};
    },
    close: async () => {},
  };
  const line = { ...plainLine, baud: 10_000, terminator: 'cr', pieceBytes: 65_536, gapMs: 0 } as const;
  const options = { clock, line, onLog: (text: string) => logs.push(text) };
  const console = openConsole(paced(channel, line, clock), { prompt: '$ ', echo: false }, options);
  const advance = (byMs: number) => {
    ms += byMs;
    for (const [fire, dueMs] of [...timers])
      if (dueMs <= ms && timers.delete(fire)) {
        fire();
      }
  };
  const isOver = async (promise: Promise<unknown>) => {
    const over = await Promise.race([promise.then(() => true), turn(false)]);
    return over;
  };
  return {
    ...{ console, written, logs, advance, isOver },
    say: (text: string) => say(Buffer.from(text, 'latin1')),
    waiting: () => timers.size,
    unplug: () => unplug(),
  };
}

const version = { text: 'AT', until: /^OK$/, limitMs: 1000 };

test('each byte is counted, and the device’s time is what the wire does not take', async () => {
  const { console, say, advance, waiting } = lineOf();
  assert.deepEqual(console.tally(), { bytesSent: 0, bytesReceived: 0, deviceMs: 0 });
  const asked = console.ask(version);
  advance(100);
  say('v1\r\nOK\r\n');
  assert.deepEqual(await asked, { lines: ['v1'], end: 'OK' });
  assert.deepEqual(console.tally(), { bytesSent: 3, bytesReceived: 8, deviceMs: 100 - 3 - 8 });
  assert.equal(waiting(), 0, 'no time limit runs on');
  const quick = console.ask(version);
  say('OK\r\n');
  await quick;
  assert.equal(console.tally().deviceMs, 89, 'less than no time is none');
});

test('the time limit begins when the text is on the wire, and leaves a long answer its time', async () => {
  const { console, advance } = lineOf();
  const ended = assert.rejects(console.ask(version), isError('link.timeout'));
  advance(1000 + 3 + 2047);
  assert.equal(await Promise.race([ended.then(() => 'over'), turn('waits')]), 'waits');
  advance(1);
  await ended;
});

test('so many bytes without an answer, over one command or several, and one more is a flood; an answer begins again', async () => {
  const noise = (bytes: number) => `${'z'.repeat(bytes - 1)}\n`;
  const { console, say, advance } = lineOf();
  const wanted = { ...version, wanted: /^v/ };
  const first = console.ask(wanted);
  for (let each = 0; each < 32; each += 1) say(noise(2048));
  const lost = assert.rejects(first, isError('link.timeout'));
  advance(5000);
  await lost;
  const flooded = console.ask(wanted);
  say('z');
  await assert.rejects(flooded, isError('link.flooded'));

  const other = lineOf();
  const answered = other.console.ask(wanted);
  for (let each = 0; each < 31; each += 1) other.say(noise(2048));
  other.say('OK\n');
  await answered;
  const next = other.console.ask(wanted);
  for (let each = 0; each < 31; each += 1) other.say(noise(2048));
  other.say(noise(2045));
  other.say('OK\n');
  assert.equal((await next).end, 'OK', 'to the last byte');
  const last = other.console.ask(wanted).catch(({ code }: { code: string }) => code);
  for (let each = 0; each < 32; each += 1) other.say(noise(2048));
  other.say('z');
  assert.equal(await Promise.race([last, turn('waits')]), 'link.flooded');
});

test('a line of log is told to its 1024th character', () => {
  const { say, logs } = lineOf();
  say(`${'a'.repeat(1024)}\n${'b'.repeat(1025)}\n`);
  assert.deepEqual(
    logs.map(({ length }) => length),
    [1024, 1024],
  );
});

test('of what nobody asked for 64 KiB are told, after each command again', async () => {
  const { console, say, logs } = lineOf();
  const line = `${'c'.repeat(1023)}\n`;
  for (let round = 0; round < 2; round += 1) {
    logs.length = 0;
    for (let each = 0; each < 66; each += 1) say(line);
    assert.equal(logs.length, 64);
    const asked = console.ask(version);
    say('OK\n');
    await asked;
    logs.length = 0;
    for (let each = 0; each < 63; each += 1) say(line);
    say(line.slice(1));
    say('d');
    say('\n');
    assert.equal(logs.length, 64, 'the last one came with the byte after them');
    const again = console.ask(version);
    say('OK\n');
    await again;
  }
});

test('an error names the command by its first forty characters, without what cannot be printed', async () => {
  const { console, advance } = lineOf();
  const asked = console.ask({ ...version, text: `\u0003${'x'.repeat(60)}` });
  const ended = assert.rejects(asked, { detail: `no answer to ".${'x'.repeat(39)}" in 1000 ms` });
  advance(5000);
  await ended;
});

test('one command at a time; a console that is closed takes none', async () => {
  const { console, waiting } = lineOf();
  const asked = assert.rejects(console.ask(version), isError('link.lost'));
  assert.throws(() => console.ask(version), /one command at a time/);
  await console.close();
  await asked;
  await assert.rejects(console.ask(version), isError('link.lost'));
  await assert.rejects(console.settle(10), isError('link.lost'));
  assert.equal(waiting(), 0);
});

test('what a console repeats of the command, though its settings say that it does not, is no answer', async () => {
  const { console, say, logs } = lineOf();
  const asked = console.ask(version);
  say('AT\r\nv1\r\nuart:~$ AT\r\nOK\r\n');
  assert.deepEqual(await asked, { lines: ['v1'], end: 'OK' });
  const empty = console.ask({ ...version, text: '' });
  say('v2\r\nOK\r\n');
  assert.deepEqual([await empty, logs], [{ lines: ['v2'], end: 'OK' }, []]);
});

test('a port that closes ends a command and a settling', async () => {
  const asking = lineOf();
  const asked = assert.rejects(asking.console.ask(version), isError('link.lost'));
  asking.unplug();
  await asked;
  const settling = lineOf();
  const settled = assert.rejects(settling.console.settle(10), isError('link.lost'));
  settling.unplug();
  await settled;
  assert.deepEqual([asking.waiting(), settling.waiting()], [0, 0]);
});

test('settling ends after the first silence, or after twenty of them', async () => {
  const { console, advance, say, isOver, waiting } = lineOf();
  const settled = console.settle(10);
  advance(9);
  say('late\n');
  advance(9);
  assert.equal(await isOver(settled), false);
  advance(1);
  assert.equal(await isOver(settled), true);
  assert.equal(waiting(), 0);
  const noisy = console.settle(10);
  for (let each = 0; each < 24; each += 1) {
    advance(8);
    say('.');
  }
  assert.equal(await isOver(noisy), false);
  advance(8);
  assert.equal(await isOver(noisy), true);
});
