/** A console with a line editor: what is typed, compared and entered, and what each trouble on the way ends in. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../app/contract/clock.ts';
import type { ByteChannel } from '../../app/device/channel.ts';
import { plainLine } from '../../app/device/declare.ts';
import { paced } from '../../app/device/pace.ts';
import { openTerminal } from '../../app/device/terminal.ts';
import { isError } from './support.ts';

const ctrlC = '\x03';
const end = '\r\n';

/** What the device shows for what it got, and how many milliseconds later it does; nothing when it is silent. */
type Firmware = (text: string, time: number) => string | undefined;

/** A line on which each byte takes a millisecond and nothing happens but by the test. */
function consoleOf(answers: Firmware = () => undefined, { signal }: { signal?: AbortSignal } = {}) {
  let ms = 0;
  const timers = new Map<() => void, number>();
  const written: string[] = [];
  const logs: string[] = [];
  const listeners = new Set<(bytes: Uint8Array) => void>();
  const closers = new Set<() => void>();
  const say = (text: string) => {
    for (const listener of listeners) listener(Buffer.from(text, 'latin1'));
  };
  const usual = (text: string) => (text === ctrlC ? `${end}> ` : text === end ? `${end}done${end}> ` : text);
  const clock: Clock = {
    now: () => new Date(ms),
    monotonicMs: () => ms,
    after(forMs, fire) {
      timers.set(fire, ms + forMs);
      return () => timers.delete(fire);
    },
  };
  const channel: ByteChannel = {
    async write(bytes) {
      const text = Buffer.from(bytes).toString('latin1');
      const time = written.filter((each) => each === text).length;
      written.push(text);
      const shown = answers(text, time) ?? usual(text);
      if (shown !== '') queueMicrotask(() => say(shown));
    },
    onData(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onClose(listener) {
      closers.add(listener);
      return () => closers.delete(listener);
    },
    close: async () => {},
  };
  const traits = { prompt: '> ', isLog: (text: string) => text.startsWith('<LOG>') };
  const line = { ...plainLine, baud: 10_000, terminator: 'crlf', pieceBytes: 4, gapMs: 0 } as const;
  const options = { clock, line, onLog: (text: string) => void logs.push(text), ...(signal ? { signal } : {}) };
  const wire = paced(channel, { ...line, pieceBytes: 65_536 }, clock);
  const heard = () => listeners.size + closers.size;
  const heardBefore = heard();
  const terminal = openTerminal(wire, traits, options);
  const advance = async (byMs: number) => {
    await turn();
    ms += byMs;
    for (const [fire, dueMs] of [...timers]) if (dueMs <= ms && timers.delete(fire)) fire();
    await turn();
  };
  return {
    ...{ terminal, written, logs, say, advance },
    waiting: () => timers.size,
    /** Listeners that the conversation has on the channel. */
    heard: () => heard() - heardBefore,
    unplug: () => {
      for (const closer of closers) closer();
    },
  };
}

test('a line is typed in pieces at a fresh prompt, entered, and answered up to the next prompt', async () => {
  const { terminal, written, waiting } = consoleOf();
  assert.deepEqual(await terminal.enter('status', 1000), ['done']);
  assert.deepEqual(written, [ctrlC, 'stat', 'us', end]);
  assert.deepEqual(await terminal.enter('help', 1000), ['done'], 'the prompt is there');
  assert.deepEqual(written.slice(4), ['help', end]);
  assert.equal(waiting(), 0, 'no time limit runs on');
  const other = consoleOf((text) => (text === '\r\n\r\n' ? `${end}a${end}b${end}> ` : undefined));
  assert.deepEqual(await other.terminal.enter('x', 1000, '\r\n\r\n'), ['a', 'b']);
});

test('log lines are told and are in no answer', async () => {
  const { terminal, logs } = consoleOf((text) =>
    text === end ? `${end}<LOG> 1${end}yes${end}<LOG> 2${end}> ` : undefined,
  );
  assert.deepEqual(await terminal.enter('ab', 1000), ['yes']);
  assert.deepEqual(logs, ['<LOG> 1', '<LOG> 2']);
});

test('what came back changed is never entered: it is cleared and typed again, three times', async () => {
  const once = consoleOf((text, time) => (text === 'stat' && time === 0 ? 'stXt?' : undefined));
  assert.deepEqual(await once.terminal.enter('status', 1000), ['done']);
  assert.deepEqual(once.written, [ctrlC, 'stat', ctrlC, 'stat', 'us', end]);
  const always = consoleOf((text) => (text === 'us' ? 'uS?' : undefined));
  await assert.rejects(always.terminal.enter('status', 1000), isError('link.garbled'));
  assert.equal(always.written.filter((text) => text === 'us').length, 3);
  assert.ok(!always.written.includes(end));
});

test('a character that does not come back is waited for, for its time and that of the wire', async () => {
  const { terminal, written, advance } = consoleOf((text, time) => (text === 'stat' && time === 0 ? 'sta' : undefined));
  const entered = terminal.enter('status', 1000);
  await advance(407);
  assert.equal(written.length, 2, '400 ms, and four bytes there and back');
  await advance(1);
  assert.deepEqual(written.slice(2, 4), [ctrlC, 'stat']);
  assert.deepEqual(await entered, ['done']);
  const late = consoleOf((text) => (text === 'stat' ? 'sta' : undefined));
  const goes = late.terminal.enter('status', 1000);
  await late.advance(100);
  late.say('t');
  assert.deepEqual(await goes, ['done'], 'late is not lost');
});

test('a log line over what is typed is no damage: the console repeats the line, of the same length or longer', async () => {
  for (const over of ['\r> st<L', '<LOG> a line\r\n> st', '\r<LOG> a line']) {
    const { terminal, written, advance, say } = consoleOf((text) => (text === 'stat' ? over : undefined));
    const entered = terminal.enter('status', 1000);
    await advance(100);
    assert.equal(written.length, 2, 'it waits');
    say(over.endsWith('> st') ? 'at' : '\r> stat');
    assert.deepEqual(await entered, ['done'], over);
    assert.ok(!written.slice(1).includes(ctrlC));
  }
  const same = consoleOf((text) => (text === 'stat' ? 'stXt' : undefined));
  const entered = same.terminal.enter('status', 1000);
  await same.advance(100);
  same.say('\r> stat');
  assert.deepEqual(await entered, ['done'], 'so many characters may still be repeated');
});

test('of an answer without end a thousand lines are kept, the line that was entered among them', async () => {
  const answer = (count: number) => consoleOf((text) => (text === end ? `${end}${'x\n'.repeat(count)}> ` : undefined));
  assert.equal((await answer(999).terminal.enter('ab', 1000)).length, 999);
  const more = answer(1000);
  const entered = assert.rejects(more.terminal.enter('ab', 1000), isError('link.garbled'));
  await more.advance(3052);
  await entered;
});

test('a device that says nothing at all is a timeout after three times, one that says something else is garble', async () => {
  for (const [shown, code] of [
    ['', 'link.timeout'],
    ['?', 'link.garbled'],
  ] as const) {
    const { terminal, written, advance } = consoleOf((text) => (text === ctrlC ? shown : undefined));
    const entered = assert.rejects(terminal.enter('x', 1000), isError(code));
    for (let each = 0; each < 3; each += 1) await advance(1502);
    await entered;
    assert.deepEqual(written, [ctrlC, ctrlC, ctrlC]);
  }
});

test('a line end that was lost is sent again while the line still stands there', async () => {
  const once = consoleOf((text, time) => (text === end && time === 0 ? '' : undefined));
  const entered = once.terminal.enter('ab', 1000);
  await once.advance(3051);
  assert.equal(once.written.filter((text) => text === end).length, 1);
  await once.advance(1);
  assert.deepEqual(await entered, ['done']);
  const always = consoleOf((text) => (text === end ? '' : undefined));
  const lost = assert.rejects(always.terminal.enter('ab', 1000), isError('link.timeout'));
  await always.advance(3052);
  await always.advance(1504);
  await always.advance(1504);
  await lost;
  assert.equal(always.written.filter((text) => text === end).length, 3);
  const begun = consoleOf((text) => (text === end ? `${end}working` : undefined));
  const works = assert.rejects(begun.terminal.enter('ab', 1000), isError('link.timeout'));
  await begun.advance(3052);
  await works;
  assert.equal(begun.written.filter((text) => text === end).length, 1, 'it was entered: never twice');
});

test('a prompt after another line is no answer to this one', async () => {
  const { terminal, advance } = consoleOf((text) => (text === end ? '\r\x1b[Kother\r\n> ' : undefined));
  const entered = assert.rejects(terminal.enter('ab', 1000), isError('link.garbled'));
  await advance(3052);
  await entered;
});

test('a prompt that comes in the middle of what is typed, or after a bad answer, is never typed at: Ctrl-C first', async () => {
  const reset = consoleOf((text, time) => (text === 'stat' && time === 0 ? `${end}> ` : undefined));
  const entered = reset.terminal.enter('status', 1000);
  await reset.advance(408);
  assert.deepEqual(await entered, ['done']);
  assert.deepEqual(reset.written, [ctrlC, 'stat', ctrlC, 'stat', 'us', end]);
  const other = consoleOf((text, time) => (text === end && time === 0 ? '\r\x1b[Kother\r\n> ' : undefined));
  const garbled = assert.rejects(other.terminal.enter('ab', 1000), isError('link.garbled'));
  await other.advance(3052);
  await garbled;
  assert.deepEqual(await other.terminal.enter('ab', 1000), ['done']);
  assert.deepEqual(other.written, [ctrlC, 'ab', end, ctrlC, 'ab', end]);
});

test('the answer to a line is not that of the same line before', async () => {
  const { terminal, advance } = consoleOf((text, time) =>
    text === end && time === 1 ? '\r\x1b[Kother\r\n> ' : undefined,
  );
  assert.deepEqual(await terminal.enter('ab', 1000), ['done']);
  const again = assert.rejects(terminal.enter('ab', 1000), isError('link.garbled'));
  await advance(3052);
  await again;
});

test('what came before a line counts for no flood of it', async () => {
  const { terminal, say } = consoleOf((text) => (text === end ? '' : undefined));
  say(`${'z'.repeat(1000)}\n`.repeat(30));
  const entered = terminal.enter('ab', 1000);
  for (let each = 0; each < 8; each += 1) await turn();
  say(`${end}${'z\n'.repeat(900)}${'y'.repeat(20_000)}\n> `);
  assert.equal((await entered).length, 901);
});

test('so many bytes without a prompt, and one more is a flood; a prompt begins the count again', async () => {
  const flood = 'z'.repeat(1023) + end.slice(1);
  const { terminal, say } = consoleOf((text) => (text === end ? `${end}` : undefined));
  const entered = terminal.enter('ab', 1000);
  for (let each = 0; each < 5; each += 1) await turn();
  for (let each = 0; each < 31; each += 1) say(flood);
  say('> ');
  assert.equal((await entered).length, 31);
  const again = terminal.enter('ab', 1000);
  const flooded = assert.rejects(again, isError('link.flooded'));
  for (let each = 0; each < 5; each += 1) await turn();
  say('z'.repeat(32_768 - 2));
  assert.equal(await Promise.race([flooded.then(() => 'over'), turn('waits')]), 'waits');
  say('z');
  await flooded;
});

test('each byte is counted, and the device’s time is what the wire does not take', async () => {
  const { terminal, advance, say } = consoleOf((text) => (text === end ? '' : undefined));
  assert.deepEqual(terminal.tally(), { bytesSent: 0, bytesReceived: 0, deviceMs: 0 });
  const entered = terminal.enter('ab', 1000);
  await advance(50);
  say(`${end}ok${end}> `);
  await entered;
  assert.deepEqual(terminal.tally(), { bytesSent: 1 + 2 + 2, bytesReceived: 4 + 2 + 8, deviceMs: 50 - 8 });
});

test('a port that closes, a signal and the end of the conversation each have their code, now and later', async () => {
  const lost = consoleOf(() => '');
  const entered = assert.rejects(lost.terminal.enter('ab', 1000), isError('link.lost'));
  await turn();
  lost.unplug();
  await entered;
  await assert.rejects(lost.terminal.enter('ab', 1000), isError('link.lost'));
  const stop = new AbortController();
  const stopped = consoleOf(() => '', stop);
  const cancelled = assert.rejects(stopped.terminal.enter('ab', 1000), isError('call.cancelled'));
  await turn();
  stop.abort();
  await cancelled;
  const never = consoleOf(() => '', { signal: AbortSignal.abort() });
  await assert.rejects(never.terminal.enter('ab', 1000), isError('call.cancelled'));
  assert.deepEqual(never.written, []);
  const closed = consoleOf(() => '');
  const ended = assert.rejects(closed.terminal.enter('ab', 1000), isError('link.lost'));
  await turn();
  assert.equal(closed.heard(), 2);
  await closed.terminal.close();
  await ended;
  assert.deepEqual([closed.waiting(), closed.heard()], [0, 0], 'nothing of it stays on the channel');
});
