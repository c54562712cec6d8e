/** The base of simulated firmware with a text console is as awkward as the real thing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTextDevice, type Terminal, type TerminalOptions } from '../../app/practice/devices/text.ts';
import { traits } from './nrf91support.ts';
import { createJumpingClock } from './support.ts';

const settings: TerminalOptions = { ringBytes: 8, echo: true, lineLimit: 12, lineEnds: '\r\n' };

function begin(boot: (terminal: Terminal) => Promise<unknown>, changes: Partial<TerminalOptions> = {}, fault = {}) {
  const clock = createJumpingClock();
  const device = createTextDevice({ clock, traits, baud: 0 }, { ...settings, ...changes }, boot);
  device.fault = fault;
  const channel = device.connect();
  let heard = '';
  channel.onData((bytes) => {
    heard += Buffer.from(bytes).toString('utf8');
  });
  const pass = (ms: number) => new Promise<void>((resolve) => clock.after(ms, resolve));
  return { device, clock, channel, pass, heard: () => heard, type: (text: string) => channel.write(Buffer.from(text)) };
}

const repeating = (step: string, workMs: number) => async (terminal: Terminal) => {
  for (;;) {
    terminal.print('> ');
    const line = await terminal.readLine();
    await terminal.command(step, async () => {
      await terminal.work(workMs);
      return `[${JSON.stringify(line)}]\r\n`;
    });
  }
};

test('it echoes, edits, cuts what is too long, and takes CR, LF and both as one end', async () => {
  const { type, heard, pass } = begin(repeating('say', 0));
  for (const line of ['one\r', 'two\n', 'thr\x7fee\r\n']) {
    await type(line);
    await pass(10);
  }
  assert.equal(heard(), '> one\r\n["one"]\r\n> two\r\n["two"]\r\n> thr\b \bee\r\n["thee"]\r\n> ');
  await type('abcdefghijklmnop\rhalf\x03\r');
  await pass(10);
  assert.match(heard(), /\["abcdefghijkl"\]\r\n> half\["\\u0003"\]/);
});

test('what comes while it computes goes into the small buffer, and no further', async () => {
  const { type, heard, pass } = begin(repeating('say', 100));
  await type('go\r');
  await pass(10);
  await type('12345678901234\r');
  await pass(150);
  await type('\r');
  await pass(150);
  assert.match(heard(), /\["12345678"\]/);
});

test('log lines, delays, a lost answer and a death happen as they are set', async () => {
  const noisy = begin(
    repeating('say', 0),
    { logBefore: '\r\x1b[K', noise: ['<INF> a', '<INF> b'] },
    { noise: 2, delayMs: 30 },
  );
  await noisy.type('x\r');
  await noisy.pass(20);
  assert.ok(!noisy.heard().includes('["x"]'));
  await noisy.pass(20);
  assert.match(noisy.heard(), /\r\x1b\[K<INF> a\r\n\r\x1b\[K<INF> b\r\n\["x"\]/);

  const mute = begin(repeating('say', 0), {}, { loseAnswer: 'say' });
  await mute.type('x\ry\r');
  await mute.pass(10);
  assert.ok(!mute.heard().includes('["x"]') && mute.heard().includes('["y"]'), 'once');

  let ran = 0;
  const boot = async (terminal: Terminal) => {
    for (;;) {
      await terminal.readLine();
      await terminal.command('say', () => {
        ran += 1;
        return 'said\r\n';
      });
    }
  };
  for (const [when, times] of [
    ['before', 0],
    ['after', 1],
  ] as const) {
    ran = 0;
    const dying = begin(boot, {}, { dieAt: { step: 'say', when } });
    let closed = false;
    dying.channel.onClose(() => {
      closed = true;
    });
    await dying.type('x\r');
    await dying.pass(10);
    assert.deepEqual([closed, ran, dying.heard().includes('said')], [true, times, false], when);
    const again = dying.device.connect();
    await again.write(Buffer.from('x\r'));
    await dying.pass(10);
    assert.equal(ran, times + 1, 'powered up again, it works');
  }
});
