/** No driver writes faster than a slow other end can take: pieces and pauses, and units behind small buffers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ByteChannel } from '../../app/device/channel.ts';
import { driverNamed, driverNames } from '../../app/device/drivers/index.ts';
import { paced } from '../../app/device/pace.ts';
import { simulated } from '../../app/practice/devices/simulated.ts';
import { attempt } from './storms.ts';
import { createJumpingClock, isError } from './support.ts';

type Wrote = { at: number; text: string };

/** A channel that notes when it was given what. Its other end is silent. */
function noting(clock: ReturnType<typeof createJumpingClock>, onWrite: (text: string) => void = () => {}) {
  const wrote: Wrote[] = [];
  const closers = new Set<() => void>();
  let gone = false;
  const channel: ByteChannel = {
    async write(bytes) {
      if (gone) throw Object.assign(new Error('gone'), { code: 'link.lost' });
      const text = Buffer.from(bytes).toString('latin1');
      wrote.push({ at: clock.monotonicMs(), text });
      onWrite(text);
    },
    onData: () => () => {},
    onClose(listener) {
      closers.add(listener);
      return () => closers.delete(listener);
    },
    async close() {
      gone = true;
      for (const closer of closers) closer();
    },
  };
  return { channel, wrote };
}

const slow = { baud: 10_000, pieceBytes: 8, gapMs: 5 };

test('a long write leaves in pieces; each waits until the piece before is sent, and for the pause', async () => {
  const clock = createJumpingClock();
  const { channel, wrote } = noting(clock);
  await paced(channel, slow, clock).write(Buffer.from('abcdefghijklmnopqrst'));
  assert.deepEqual(wrote, [
    { at: 0, text: 'abcdefgh' },
    { at: 13, text: 'ijklmnop' },
    { at: 26, text: 'qrst' },
  ]);
});

test('short writes one after the other are a burst, too; an answer makes room before the clock does', async () => {
  const clock = createJumpingClock();
  const { channel, wrote } = noting(clock);
  const line = paced(channel, slow, clock);
  await Promise.all(['one,', 'two,', 'three'].map((text) => line.write(Buffer.from(text))));
  assert.deepEqual(
    wrote.map(({ at }) => at),
    [0, 0, 13],
  );
  await line.write(Buffer.from('12345678'));
  line.taken();
  const now = clock.monotonicMs();
  await line.write(Buffer.from('next'));
  assert.deepEqual(wrote.at(-1), { at: now, text: 'next' });
});

test('a write that fits into a piece is never cut, whatever else is under way', async () => {
  const clock = createJumpingClock();
  const { channel, wrote } = noting(clock);
  const line = paced(channel, slow, clock);
  const frames = ['frame1', 'frame2', 'frame3'];
  const written = Promise.all(frames.map((text) => line.write(Buffer.from(text))));
  line.taken(3);
  await written;
  assert.deepEqual(
    wrote.map(({ text }) => text),
    frames,
  );
});

test('an answer that comes while a piece is being written makes room, and loses no write that waits', async () => {
  const clock = createJumpingClock();
  const answers = { now: () => {} };
  const { channel, wrote } = noting(clock, () => answers.now());
  const line = paced(channel, slow, clock);
  answers.now = () => line.taken();
  await Promise.all(['one,', 'two,three,', 'four,', 'five'].map((text) => line.write(Buffer.from(text))));
  assert.equal(wrote.map(({ text }) => text).join(''), 'one,two,three,four,five');
  assert.equal(clock.monotonicMs(), 0, 'nothing had to wait');
});

test('a careful line writes pieces of 32 bytes with 4 ms between, and stays as small and as slow as it was', async () => {
  const clock = createJumpingClock();
  const { channel, wrote } = noting(clock);
  const line = paced(channel, { baud: 10_000, pieceBytes: 100, gapMs: 1 }, clock);
  line.careful();
  assert.deepEqual(line.pace(), { baud: 10_000, pieceBytes: 32, gapMs: 4 });
  await line.write(Buffer.from('x'.repeat(70)));
  assert.deepEqual(
    wrote.map(({ at, text }) => [at, text.length]),
    [
      [0, 32],
      [36, 32],
      [72, 6],
    ],
  );
  const slower = paced(channel, { baud: 10_000, pieceBytes: 8, gapMs: 5 }, clock);
  slower.careful();
  assert.deepEqual(slower.pace(), { baud: 10_000, pieceBytes: 8, gapMs: 5 });
});

test('what is no longer wanted is left out, and a pulled cable ends a write that waits', async () => {
  const clock = createJumpingClock();
  const { channel, wrote } = noting(clock);
  const line = paced(channel, slow, clock);
  await line.write(Buffer.from('0123456789'.repeat(3)), (written) => written <= 16);
  assert.equal(wrote.map(({ text }) => text).join(''), '0123456789012345');
  const waiting = line.write(Buffer.from('x'.repeat(100)));
  await channel.close();
  await assert.rejects(waiting, { code: 'link.lost' });
});

test('whatever is written and answered when: all of it in order, never more than a piece under way', async () => {
  const act = fc.oneof(
    fc.record({ write: fc.integer({ min: 0, max: 40 }) }),
    fc.record({ wait: fc.integer({ min: 0, max: 40 }) }),
    fc.record({ taken: fc.integer({ min: 1, max: 40 }) }),
  );
  const line = fc.record({
    baud: fc.integer({ min: 300, max: 20_000 }),
    pieceBytes: fc.integer({ min: 1, max: 30 }),
    gapMs: fc.integer({ min: 0, max: 20 }),
  });
  await fc.assert(
    fc.asyncProperty(line, fc.array(act, { maxLength: 30 }), async (settings, acts) => {
      const clock = createJumpingClock();
      let inBuffer: { bytes: number; untilMs: number }[] = [];
      const { channel, wrote } = noting(clock, (text) => {
        const now = clock.monotonicMs();
        inBuffer = inBuffer.filter(({ untilMs }) => untilMs > now + 1e-6);
        // The line sends them one after the other.
        const begins = Math.max(now, inBuffer.at(-1)?.untilMs ?? 0);
        inBuffer.push({ bytes: text.length, untilMs: begins + (text.length * 10_000) / settings.baud });
        const held = inBuffer.reduce((sum, { bytes }) => sum + bytes, 0);
        assert.ok(held <= settings.pieceBytes, `${held} bytes under way`);
      });
      const channelOf = paced(channel, settings, clock);
      let said = '';
      const writes: Promise<void>[] = [];
      for (const each of acts) {
        if ('write' in each) {
          const text = String.fromCharCode(97 + (said.length % 26)).repeat(each.write);
          said += text;
          writes.push(channelOf.write(Buffer.from(text)));
        } else if ('wait' in each) await new Promise<void>((resolve) => void clock.after(each.wait, resolve));
        else {
          // An answer tells that the oldest bytes were taken, as far as there are any.
          let left = each.taken;
          for (const one of inBuffer) {
            const gone = Math.min(one.bytes, left);
            one.bytes -= gone;
            left -= gone;
          }
          inBuffer = inBuffer.filter(({ bytes }) => bytes > 0);
          channelOf.taken(each.taken - left);
        }
      }
      await Promise.all(writes);
      assert.equal(wrote.map(({ text }) => text).join(''), said);
    }),
    { numRuns: 200 },
  );
});

for (const name of driverNames) {
  const driver = driverNamed(name);
  test(`${name}: a unit passes on firmware whose receive ring holds 64 bytes`, async () => {
    const clock = createJumpingClock();
    const device = simulated[name].make(1, { clock });
    device.fault = { bridge: 64 };
    const storm = { driver, device, clock, assertHolds: () => {} };
    assert.equal(await attempt(storm, {}), 'installed');
  });

  test(`${name}: a unit passes behind a bridge of 1 KiB, at the usual speed and at slow ones`, async () => {
    for (const baud of [driver.line.baud, 19_200, 1200]) {
      const clock = createJumpingClock();
      const device = simulated[name].make(1, { clock, baud });
      device.fault = { bridge: 1024 };
      const open = (line = { ...driver.line, baud }) => ({
        ...driver,
        connect: (channel: ByteChannel) => driver.connect(channel, { clock, line }),
      });
      const storm = { driver: open(), device, clock, assertHolds: () => {} };
      assert.equal(await attempt(storm, {}), 'installed', `${baud} baud`);
    }
  });
}

test('an agent at another speed needs a line of that speed: the limits of time follow it', async () => {
  const clock = createJumpingClock();
  const device = simulated.agent.make(1, { clock, baud: 1200 });
  const storm = { driver: driverNamed('agent'), device, clock, assertHolds: () => {} };
  assert.equal(await attempt(storm, {}), 'link.timeout');
});

test('without the pace the same bridge loses the certificate, so the bridge is a real one', async () => {
  const clock = createJumpingClock();
  const device = simulated.nrf91.make(1, { clock });
  device.fault = { bridge: 1024 };
  const { line } = driverNamed('nrf91');
  const unpaced = { ...line, pieceBytes: 65_536 };
  const open = driverNamed('nrf91').connect(device.connect(), { clock, line: unpaced });
  await open.identify();
  await open.makeKey({ keyType: 'P-256', subject: 'unit', mayReplace: true });
  const certificate = Buffer.alloc(1200, 0x30);
  const what = { certificateDer: certificate, chainDer: [], rootCaDer: certificate, config: {} };
  await assert.rejects(
    open.install(what, () => {}),
    isError('link.garbled'),
  );
});
