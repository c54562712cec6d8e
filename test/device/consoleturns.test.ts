/** What a console conversation does between its commands and in the middle of one, on a line whose other end is the test. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Ask, openConsole } from '../../app/device/console.ts';
import { plainLine } from '../../app/device/declare.ts';
import { encodeFrame, parseFrame } from '../../app/device/drivers/agent/frame.ts';
import { agentDriver } from '../../app/device/drivers/agent/index.ts';
import { openRequests } from '../../app/device/drivers/agent/requests.ts';
import { paced } from '../../app/device/pace.ts';
import { openTerminal } from '../../app/device/terminal.ts';
import { createSilentLine } from './silentline.ts';
import { isError } from './support.ts';

const prompt = '$ ';

function begin(answer?: (text: string, nowMs: number) => string, { echo = true, pieceBytes = 4096 } = {}) {
  const silent = createSilentLine(answer);
  const line = { ...plainLine, terminator: 'cr', pieceBytes, gapMs: 10 } as const;
  const logs: string[] = [];
  const options = { clock: silent.clock, line, onLog: (text: string) => void logs.push(text) };
  const channel = paced(silent.channel, line, silent.clock);
  const wait = (ms: number) => new Promise<void>((resolve) => void silent.clock.after(ms, resolve));
  return { ...silent, logs, wait, console: openConsole(channel, { echo, prompt }, options) };
}
const ask: Ask = { text: 'list', until: 'prompt', limitMs: 1000 };

describe('Ctrl-C', () => {
  test('is answered by the prompt, whatever half line stood there', async () => {
    const { console, say } = begin((text) => (text === '\x03' ? prompt : ''));
    say('half a li');
    const reply = await console.ask({ text: '\x03', terminator: '', until: 'prompt', limitMs: 250 });
    assert.deepEqual(reply, { lines: [], end: '' });
  });

  test('after text that came back changed is not written on a port that is gone, and the command ends', async () => {
    const { channel, clock } = createSilentLine((text) => text.replace('s', 'S'));
    const write = (bytes: Uint8Array) => (bytes[0] === 3 ? Promise.reject(new Error('EIO')) : channel.write(bytes));
    const line = { ...plainLine, terminator: 'cr', pieceBytes: 4096, gapMs: 0 } as const;
    const console = openConsole(paced({ ...channel, write }, line, clock), { echo: true }, { clock, line });
    await assert.rejects(console.ask({ ...ask, sure: true }), isError('link.timeout'));
  });
});

describe('while a command is typed', () => {
  test('a line of log is told, and its echo is none', async () => {
    const { console, say, wait, logs } = begin(undefined, { pieceBytes: 2 });
    const asked = console.ask(ask);
    await wait(5);
    say('boot\r\nli');
    await wait(5);
    say('list\r\n');
    await wait(20);
    say('\r\nlist\r\n7\r\n$ ');
    assert.deepEqual((await asked).lines, ['7']);
    assert.deepEqual(logs, ['boot']);
  });

  test('a line that is too long is told as log, also one with the command in it', async () => {
    const { console, say, wait, logs } = begin(undefined, { pieceBytes: 2 });
    const asked = console.ask(ask);
    await wait(5);
    say(`${'x'.repeat(4092)}list\r\n`);
    await wait(30);
    say('list\r\n7\r\n$ ');
    assert.deepEqual((await asked).lines, ['7']);
    assert.deepEqual(
      logs.map(({ length }) => length),
      [1024],
    );
  });

  test('a prompt means nothing, and after its echo it is the end', async () => {
    const { console, say, wait } = begin(undefined, { pieceBytes: 2 });
    const asked = console.ask(ask);
    say('$ ');
    await wait(50);
    say('\r\n$ ');
    await wait(5);
    say('list\r\n$ ');
    assert.deepEqual(await asked, { lines: [], end: '' });
  });
});

test('what was typed surely is counted once, with its line end', async () => {
  const { console } = begin((text) => (text === 'list' ? text : `\r\n7\r\n${prompt}`));
  assert.deepEqual((await console.ask({ ...ask, sure: true })).lines, ['7']);
  const { bytesSent, bytesReceived } = console.tally();
  assert.deepEqual([bytesSent, bytesReceived], [5, 4 + 2 + 3 + 2]);
});

test('an echo that comes within half a second is waited for; a later one is too late', async () => {
  for (const [afterMs, sure] of [
    [480, true],
    [520, false],
  ] as const) {
    const { console, say, clock, written } = begin((text) => (text === '\r' ? `\r\n${prompt}` : ''));
    clock.after(afterMs, () => say('list'));
    const asked = console.ask({ ...ask, sure: true, limitMs: 2000 });
    if (sure) await asked;
    else await assert.rejects(asked, isError('link.garbled'));
    assert.deepEqual(written, ['list', sure ? '\r' : '\x03']);
  }
});

test('a command whose echo or line end differs from the line’s says so itself', async () => {
  const { console, written } = begin((text) => (text === 'raw!' ? `7\r\n${prompt}` : ''));
  assert.deepEqual((await console.ask({ ...ask, text: 'raw', terminator: '!', echo: false })).lines, ['7']);
  const plain = begin((text) => `${text}\r\n7\r\n${prompt}`, { echo: false });
  assert.deepEqual((await plain.console.ask({ ...ask, echo: true })).lines, ['7']);
  assert.deepEqual([written, plain.written], [['raw!'], ['list\r']]);
});

describe('settling', () => {
  test('ends after one silence where nothing comes, and keeps nothing of what came', async () => {
    const { console, say, clock, logs, left } = begin((text) => `${text}\r\n7\r\n${prompt}`);
    say('half');
    await console.settle(100);
    assert.equal(clock.monotonicMs(), 100);
    assert.equal(left().timers, 0);
    say(' line\r\n');
    assert.deepEqual(logs, [' line'], 'the half line was dropped');
  });

  test('is over when it is over: a slow answer afterwards is not cut', async () => {
    const { console, say, wait } = begin();
    await console.settle(10);
    const asked = console.ask({ ...ask, echo: false });
    await wait(5);
    say('one ');
    await wait(300);
    say(`line\r\n${prompt}`);
    assert.deepEqual((await asked).lines, ['one line']);
  });

  test('is ended by a port that goes, and only once', async () => {
    const { console, pull, clock } = begin();
    const settled = assert.rejects(console.settle(10), isError('link.lost'));
    clock.after(5, pull);
    await settled;
    await assert.rejects(console.ask(ask), isError('link.lost'));
  });
});

test('a secret silences the log of this conversation, from its own echo on', async () => {
  const { console, say, logs } = begin((text) => `${text.trim()}\r\n${prompt}`);
  say('before\r\n');
  await console.ask({ ...ask, text: 'key 1234', secret: true });
  say('key 12?4\r\n');
  await console.ask(ask);
  say('after\r\n');
  assert.deepEqual(logs, ['before']);
});

describe('an answer says that the line is free: on a slow one the next command leaves at once', () => {
  const line = { ...plainLine, baud: 300, terminator: 'cr', pieceBytes: 5, gapMs: 100 } as const;

  test('of a console, with an echo or without', async () => {
    for (const echo of [true, false]) {
      const { clock, channel } = createSilentLine((text) => (echo ? text : '') + (/[\r]/.test(text) ? '\nOK\r\n' : ''));
      const console = openConsole(paced(channel, line, clock), { echo }, { clock, line });
      for (let each = 0; each < 3; each += 1)
        assert.equal((await console.ask({ text: 'AT', until: /^OK$/, limitMs: 1000 })).end, 'OK');
      assert.equal(clock.monotonicMs(), 0, String(echo));
    }
  });

  test('of a terminal, for each piece and for each line', async () => {
    const { clock, channel } = createSilentLine((text) =>
      text === '\x03' ? '\r\n> ' : text === '\r' ? '\r\ndone\r\n> ' : text,
    );
    const terminal = openTerminal(paced(channel, line, clock), { prompt: '> ', isLog: () => false }, { clock, line });
    for (let each = 0; each < 3; each += 1) assert.deepEqual(await terminal.enter('status now', 1000), ['done']);
    assert.equal(clock.monotonicMs(), 0);
  });

  test('of an agent, for as many bytes as it has answered', async () => {
    let held = '';
    const { clock, channel } = createSilentLine((text) => {
      held += text;
      const [whole, ...rest] = held.split('\n');
      if (rest.length === 0) return '';
      held = rest.join('\n');
      const frame = parseFrame('>', whole ?? '');
      return frame && frame !== 'damaged' ? encodeFrame('<', { seq: frame.seq, body: 'ok' }) : '';
    });
    const own = { ...line, pieceBytes: 32 };
    const requests = openRequests(paced(channel, own, clock), { clock, line: own });
    for (let each = 0; each < 3; each += 1) await requests.exchange([['hello'], ['seal']], 256);
    assert.equal(clock.monotonicMs(), 0);
  });
});

test('a request that does not fit into the smallest ring goes in small pieces from its third time on; a short one stays whole', async () => {
  const rest = encodeFrame('>', { seq: 1, body: 'data ' }).length;
  const small = [32, 32];
  for (const [length, sizes] of [
    [64, Array(8).fill(64)],
    [
      65,
      [
        65,
        65,
        ...Array(6)
          .fill([...small, 1])
          .flat(),
      ],
    ],
  ] as const) {
    const { clock, channel, written } = createSilentLine();
    const { line } = agentDriver;
    const requests = openRequests(paced(channel, line, clock), { clock, line });
    await assert.rejects(requests.exchange([['data', 'x'.repeat(length - rest)]], 256), isError('link.timeout'));
    assert.deepEqual(
      written.map((text) => text.length),
      sizes,
    );
  }
});
