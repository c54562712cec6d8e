import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { LineSettings } from '../../app/contract/model.ts';
import type { ByteChannel } from '../../app/device/channel.ts';
import { type Ask, type ConsoleSettings, openConsole } from '../../app/device/console.ts';
import { plainLine } from '../../app/device/declare.ts';
import { paced } from '../../app/device/pace.ts';
import { createJumpingClock, isError } from './support.ts';

type Settings = ConsoleSettings & Partial<LineSettings>;
const plain: Settings = { terminator: 'crlf', echo: false };
const shell: Settings = { terminator: 'cr', echo: true, prompt: 'uart:~$ ' };
const usual: LineSettings = { ...plainLine, terminator: 'crlf', pieceBytes: 4096, gapMs: 0 };
const at = (text: string, wanted?: RegExp): Ask => ({
  text,
  until: /^(OK|ERROR|\+CME ERROR: \d+)$/,
  limitMs: 1000,
  ...(wanted ? { wanted } : {}),
});

/** A channel whose other end is the test. */
function scripted() {
  let tell = (_: Uint8Array) => {};
  let closed = () => {};
  const sent: string[] = [];
  const channel: ByteChannel = {
    async write(bytes) {
      sent.push(Buffer.from(bytes).toString('latin1'));
      onWrite(sent.join(''));
    },
    onData(listener) {
      tell = listener;
      return () => {
        tell = () => {};
      };
    },
    onClose(listener) {
      closed = listener;
      return () => {};
    },
    close: async () => {},
  };
  let onWrite = (_: string) => {};
  return {
    channel,
    sent,
    say: (text: string | Uint8Array) => tell(typeof text === 'string' ? Buffer.from(text, 'latin1') : text),
    pull: () => closed(),
    /** Called with all that was written so far, at each write. */
    when(listener: (written: string) => void) {
      onWrite = listener;
    },
  };
}

function begin(settings = plain, signal?: AbortSignal) {
  const script = scripted();
  const logs: string[] = [];
  const clock = createJumpingClock();
  const { echo, prompt, ...chosen } = settings;
  const line = { ...usual, ...chosen };
  const options = { clock, line, onLog: (text: string) => logs.push(text), ...(signal ? { signal } : {}) };
  return {
    ...script,
    logs,
    clock,
    console: openConsole(paced(script.channel, line, clock), { echo, prompt }, options),
  };
}

test('an answer ends at the exact line only, whatever looks like it before', async () => {
  const { console, say, when, sent } = begin();
  when(() => say('OKAY\r\nxxOKxx\r\n OK\r\nOK \r\n+CME ERROR: x\r\nOK\r\n'));
  assert.deepEqual(await console.ask(at('AT')), {
    lines: ['OKAY', 'xxOKxx', ' OK', 'OK ', '+CME ERROR: x'],
    end: 'OK',
  });
  assert.deepEqual(sent, ['AT\r\n']);
});

test('what was said before the command, and lines that are not wanted, are log', async () => {
  const { console, say, when, logs } = begin();
  say('OK\r\n%XSIM: 1\r\n');
  when(() => say('+CEREG: 2\r\n352656100000000\r\nOK\r\n'));
  assert.deepEqual(await console.ask(at('AT+CGSN', /^\d{15}$/)), { lines: ['352656100000000'], end: 'OK' });
  assert.deepEqual(logs, ['OK', '%XSIM: 1', '+CEREG: 2']);
});

test('a shell: colours, echo, prompts before the echo, a log line printed over what is typed', async () => {
  const { console, say, when, logs } = begin(shell);
  say('\x1b[1;32muart:~$ \x1b[m');
  when(() =>
    say(
      'cred b\x1b[6D\x1b[J[00:01] <inf> hello\r\n\x1b[1;32muart:~$ \x1b[mcred list\r\n1,0,abc=,0\r\n1 credentials found.\r\n\x1b[1;32muart:~$ \x1b[m',
    ),
  );
  const ask: Ask = { text: 'cred list', until: 'prompt', limitMs: 1000 };
  assert.deepEqual(await console.ask(ask), { lines: ['1,0,abc=,0', '1 credentials found.'], end: '' });
  assert.deepEqual(logs, ['cred b', '[00:01] <inf> hello']);
});

test('an echo broken at the margin of a terminal is an echo', async () => {
  const { console, say, when } = begin(shell);
  when(() => say(`uart:~$ cred buf ${'A'.repeat(63)}\r\n${'A'.repeat(30)}\r\nStored 93 bytes.\r\nuart:~$ `));
  const ask: Ask = { text: `cred buf ${'A'.repeat(93)}`, until: 'prompt', limitMs: 1000 };
  assert.deepEqual((await console.ask(ask)).lines, ['Stored 93 bytes.']);
});

/** Anything a line may be filled with; `OK` and the prompt are more likely than by chance. */
const noise = fc
  .array(
    fc.oneof(
      fc.constantFrom('OK', '\r\n', '\r', '\n', 'uart:~$ ', '\x1b[32m', '\x1b[K', '\x1b', 'é', '\b'),
      fc.string(),
    ),
    {
      maxLength: 12,
    },
  )
  .map((parts) => Buffer.from(parts.join(''), 'utf8'));

test('how the bytes are cut into chunks never changes the outcome', async () => {
  const run = async (settings: Settings, ask: Ask, stream: Buffer, cuts: number[]) => {
    const { console, say, when, logs } = begin(settings);
    let typed = false;
    when(() => {
      if (typed) return;
      typed = true;
      const ends = [...new Set(cuts.map((cut) => cut % (stream.length + 1)))].sort((a, b) => a - b);
      let from = 0;
      for (const end of [...ends, stream.length]) {
        say(stream.subarray(from, end));
        from = end;
      }
    });
    const outcome = await console.ask(ask).catch((error: unknown) => (error as { code: string }).code);
    return { outcome, logs };
  };
  const asks: [Settings, Ask, string][] = [
    [plain, at('AT'), '\r\nOK\r\n'],
    [shell, { text: 'cred list', until: 'prompt', limitMs: 1000 }, '\r\nuart:~$ '],
  ];
  for (const [settings, ask, end] of asks) {
    await fc.assert(
      fc.asyncProperty(noise, noise, fc.array(fc.nat({ max: 300 }), { maxLength: 20 }), async (before, after, cuts) => {
        const stream = Buffer.concat([before, Buffer.from(`\r\n${ask.text}\r\n`), after, Buffer.from(end)]);
        const whole = await run(settings, ask, stream, []);
        assert.notEqual(whole.outcome, 'link.timeout');
        assert.deepEqual(await run(settings, ask, stream, cuts), whole);
        const bytewise = Array.from({ length: stream.length }, (_, index) => index);
        assert.deepEqual(await run(settings, ask, stream, bytewise), whole);
      }),
      { numRuns: 150 },
    );
  }
});

test('any bytes at all do no harm: the next command is answered', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 9000 }), async (bytes) => {
      const { console, say, when } = begin();
      say(bytes);
      when(() => say('\r\nOK\r\n'));
      assert.equal((await console.ask(at('AT'))).end, 'OK');
    }),
    { numRuns: 100 },
  );
});

test('a line too long is log, and its pieces are never an answer', async () => {
  const { console, say, when, logs } = begin();
  when((written) => say(written.length < 5 ? `${'x'.repeat(4096)}OK\r\nOK\r\n` : ''));
  assert.deepEqual(await console.ask(at('AT')), { lines: [], end: 'OK' });
  assert.deepEqual(
    logs.map((line) => line.length),
    [1024, 2],
  );
});

test('no answer, a flood, a pulled cable and a cancelled call each have their code, and nothing hangs', async () => {
  const silent = begin();
  await assert.rejects(silent.console.ask(at('AT')), isError('link.timeout'));
  silent.when(() => silent.say('OK\r\n'));
  assert.equal((await silent.console.ask(at('AT'))).end, 'OK', 'a time limit does not end the conversation');

  const flooding = begin();
  flooding.when(() => {
    for (let at = 0; at < 200; at += 1) flooding.say('reboot: watchdog '.repeat(64));
  });
  await assert.rejects(flooding.console.ask(at('AT')), isError('link.flooded'));
  assert.ok(flooding.logs.length < 100);

  const pulled = begin();
  pulled.when(() => pulled.pull());
  await assert.rejects(pulled.console.ask(at('AT')), isError('link.lost'));
  await assert.rejects(pulled.console.ask(at('AT')), isError('link.lost'));
  await assert.rejects(pulled.console.settle(10), isError('link.lost'));

  const stop = new AbortController();
  const cancelled = begin(plain, stop.signal);
  const asked = cancelled.console.ask(at('AT'));
  stop.abort();
  await assert.rejects(asked, isError('call.cancelled'));
  await assert.rejects(begin(plain, stop.signal).console.ask(at('AT')), isError('call.cancelled'));

  const closing = begin();
  const going = closing.console.ask(at('AT'));
  const rejected = assert.rejects(going, isError('link.lost'));
  await closing.console.close();
  await rejected;
});

test('without flow control it types in pieces: after a pause, or as soon as they were echoed', async () => {
  const pace = { pieceBytes: 4, gapMs: 5 };
  const slow = begin({ ...plain, ...pace });
  slow.when((written) => written.endsWith('\n') && slow.say('OK\r\n'));
  await slow.console.ask(at('AT+CGSN'));
  assert.deepEqual(slow.sent, ['AT+C', 'GSN\r', '\n']);
  assert.ok(slow.clock.monotonicMs() >= 10);

  const quick = begin({ ...shell, ...pace });
  let echoed = 0;
  quick.when((written) => {
    quick.say(`${written.slice(echoed)}${written.endsWith('\r') ? '\ndone\r\nuart:~$ ' : ''}`);
    echoed = written.length;
  });
  const reply = await quick.console.ask({ text: 'cred list', until: 'prompt', limitMs: 1000 });
  assert.deepEqual(reply.lines, ['done']);
  assert.equal(quick.clock.monotonicMs(), 0, 'no pause was waited for');
});

test('what must be sure is carried out only once it came back unchanged', async () => {
  const ask: Ask = { text: 'del 12', until: 'prompt', limitMs: 2000, sure: true };
  for (const [echo, carriedOut] of [
    ['del 12', true],
    ['de\x1b[10D\x1b[J[00:01] <inf> hello\r\nuart:~$ del 12', true],
    ['del 13', false],
    ['del 1', false],
    ['', false],
  ] as const) {
    const { console, say, when, sent, clock } = begin(shell);
    say('uart:~$ ');
    when((written) => {
      if (written === 'del 12') say(echo);
      if (written.endsWith('\r')) say('\r\ndone\r\nuart:~$ ');
    });
    if (carriedOut) assert.deepEqual((await console.ask(ask)).lines, ['done']);
    else await assert.rejects(console.ask(ask), isError('link.garbled'));
    assert.deepEqual(sent, ['del 12', carriedOut ? '\r' : '\x03'], echo);
    assert.ok(clock.monotonicMs() < (carriedOut ? 1 : 1000));
  }
});

test('settling waits for late answers to be over, but not for ever', async () => {
  const { console, say, clock } = begin();
  let left = 3;
  const late = () => {
    say('late\r\n');
    left -= 1;
    if (left > 0) clock.after(40, late);
  };
  clock.after(40, late);
  await console.settle(100);
  assert.equal(left, 0);
  const chatty = begin();
  let chatting = true;
  const chat = () => {
    chatty.say('log\r\n');
    if (chatting) chatty.clock.after(50, chat);
  };
  chat();
  await chatty.console.settle(100);
  chatting = false;
  assert.ok(chatty.clock.monotonicMs() >= 2000);
});
