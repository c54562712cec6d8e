/** Whatever the conversation: how it ends when it is cancelled, when the port is gone and when it is closed, and that it leaves nothing behind. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ByteChannel } from '../../app/device/channel.ts';
import { openConsole } from '../../app/device/console.ts';
import { converseWith } from '../../app/device/conversation.ts';
import { plainLine, type TalkOptions } from '../../app/device/declare.ts';
import { openRequests } from '../../app/device/drivers/agent/requests.ts';
import { driverNamed, driverNames, drivers } from '../../app/device/drivers/index.ts';
import { paced } from '../../app/device/pace.ts';
import { openTerminal } from '../../app/device/terminal.ts';
import { createSilentLine } from './silentline.ts';
import { isError } from './support.ts';

type Talk = { act(): Promise<unknown>; close(): Promise<void> };
type Open = (channel: ByteChannel, options: TalkOptions) => Talk;
const line = { ...plainLine, terminator: 'crlf', pieceBytes: 4096, gapMs: 0 } as const;

const base: Record<string, Open> = {
  'a console': (channel, options) => {
    const console = openConsole(paced(channel, line, options.clock), { echo: true, prompt: '> ' }, options);
    return { act: () => console.ask({ text: 'AT', until: /^OK$/, limitMs: 1000 }), close: console.close };
  },
  'a console that must be sure': (channel, options) => {
    const console = openConsole(paced(channel, line, options.clock), { echo: true, prompt: '> ' }, options);
    return { act: () => console.ask({ text: 'AT', until: /^OK$/, limitMs: 1000, sure: true }), close: console.close };
  },
  'a console that settles': (channel, options) => {
    const console = openConsole(paced(channel, line, options.clock), { echo: true, prompt: '> ' }, options);
    return { act: () => console.settle(1000), close: console.close };
  },
  'a terminal': (channel, options) => {
    const wire = paced(channel, line, options.clock);
    const terminal = openTerminal(wire, { prompt: '> ', isLog: () => false }, options);
    return { act: () => terminal.enter('status', 1000), close: terminal.close };
  },
  'requests of the agent': (channel, options) => {
    const requests = openRequests(paced(channel, line, options.clock), options);
    return { act: () => requests.exchange([['hello']], 256), close: requests.close };
  },
};
const kinds: Record<string, Open> = { ...base };
for (const name of driverNames) {
  const driver = driverNamed(name);
  kinds[name] = (channel, options) => {
    const device = driver.connect(channel, options);
    return { act: device.identify, close: device.close };
  };
  kinds[`${name}, whose line is judged`] = (channel, options) => {
    const device = converseWith(driver, channel, options, Object.values(drivers));
    return { act: device.identify, close: device.close };
  };
}

function begin(open: Open) {
  const silent = createSilentLine();
  const talk = open(silent.channel, { clock: silent.clock, line, signal: silent.stop.signal });
  return { ...silent, ...talk };
}

for (const [title, open] of Object.entries(kinds))
  describe(title, () => {
    test('that was cancelled before it began writes nothing', async () => {
      const { clock, channel, written, stop } = createSilentLine();
      stop.abort();
      const { act, close } = open(channel, { clock, line, signal: stop.signal });
      await assert.rejects(act(), isError('call.cancelled'));
      await close();
      assert.deepEqual(written, []);
    });

    test('that is cancelled ends at once, and says and takes nothing more', async () => {
      const { act, stop, clock, written } = begin(open);
      const going = assert.rejects(act(), isError('call.cancelled'));
      let said = 0;
      let atMs = 0;
      clock.after(20, () => {
        stop.abort();
        said = written.length;
        atMs = clock.monotonicMs();
      });
      await going;
      assert.equal(clock.monotonicMs(), atMs, 'no time passes');
      await assert.rejects(act(), isError('call.cancelled'));
      await new Promise<void>((resolve) => void clock.after(20_000, resolve));
      assert.equal(written.length, said);
    });

    test('whose port is gone is lost at once, now and later', async () => {
      const { act, pull, clock } = begin(open);
      const going = assert.rejects(act(), isError('link.lost'));
      let atMs = 0;
      clock.after(20, () => {
        pull();
        atMs = clock.monotonicMs();
      });
      await going;
      await assert.rejects(act(), isError('link.lost'));
      assert.equal(clock.monotonicMs(), atMs);
    });

    test('that is closed in the middle ends, and leaves nothing on the channel', async () => {
      const { act, close, clock, left, isClosed, written } = begin(open);
      const going = assert.rejects(act(), isError('link.lost'));
      await new Promise<void>((resolve) => void clock.after(20, resolve));
      const said = written.length;
      await close();
      await going;
      assert.equal(isClosed(), true);
      // The pace of the channel lasts as long as the channel.
      assert.deepEqual(left(), { data: 0, closing: 1, timers: 0, signal: 0 });
      await new Promise<void>((resolve) => void clock.after(20_000, resolve));
      assert.equal(written.length, said);
    });
  });

for (const [title, open] of Object.entries(base).filter(([title]) => !title.includes('settles')))
  test(`${title} whose writes fail, on a port that does not say that it is gone, ends with its time limit`, async () => {
    const { clock, channel } = createSilentLine();
    const broken = { ...channel, write: () => Promise.reject(new Error('EIO')) };
    await assert.rejects(open(broken, { clock, line }).act(), isError('link.timeout'));
  });

for (const name of driverNames)
  test(`${name} asks nothing of a cancelled or a lost port whether the device is its own, and leaves nothing on it`, async () => {
    const driver = driverNamed(name);
    const cancelled = createSilentLine();
    cancelled.stop.abort();
    const options = { clock: cancelled.clock, signal: cancelled.stop.signal };
    await assert.rejects(driver.recognise(cancelled.channel, options), isError('call.cancelled'));
    assert.deepEqual(cancelled.written, []);
    const lost = createSilentLine();
    lost.clock.after(10, lost.pull);
    await assert.rejects(
      driver.recognise(lost.channel, { clock: lost.clock, signal: lost.stop.signal }),
      isError('link.lost'),
    );
    const silent = createSilentLine();
    const found = await driver.recognise(silent.channel, { clock: silent.clock, signal: silent.stop.signal });
    assert.equal(found, false);
    assert.ok(silent.clock.monotonicMs() <= 1000, 'a second at most');
    for (const { left } of [cancelled, lost, silent]) {
      const { data, timers, signal } = left();
      assert.deepEqual([data, timers, signal], [0, 0, 0]);
    }
  });
