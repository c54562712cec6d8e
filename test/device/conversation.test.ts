/** What becomes of an error of a conversation: when its line is judged, who else is asked, and how long one waits. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type ErrorCode, StationError } from '../../app/contract/errors.ts';
import type { LineSettings } from '../../app/contract/lines.ts';
import { converseWith } from '../../app/device/conversation.ts';
import { plainLine } from '../../app/device/declare.ts';
import type { Device, Driver, DriverOptions } from '../../app/device/driver.ts';
import { createSilentLine } from './silentline.ts';

type Act = (options: DriverOptions) => Promise<unknown>;
const line: LineSettings = { ...plainLine, terminator: 'cr', pieceBytes: 64, gapMs: 0 };
const fails =
  (code: ErrorCode, data?: Record<string, string>): Act =>
  () =>
    Promise.reject(new StationError(code, 'as it was', data ? { data } : {}));

/** A driver whose device does the next of these acts at each `identify`. */
function driverOf(name: string, acts: readonly Act[], { isIt = false, terminator = 'lf' as const } = {}) {
  const asked: DriverOptions[] = [];
  let turn = 0;
  let closed = 0;
  const driver = {
    ...{ name, title: name.toUpperCase(), settings: {}, line: { ...line, terminator }, terminators: [terminator] },
    async recognise(_channel: unknown, options: DriverOptions) {
      asked.push(options);
      return isIt;
    },
    connect: (_channel: unknown, options: DriverOptions) =>
      ({
        identify: () => acts[turn++]?.(options),
        tally: () => ({ bytesSent: 0, bytesReceived: 0, deviceMs: 0 }),
        close: async () => {
          closed += 1;
        },
      }) as unknown as Device,
  } as unknown as Driver;
  return { driver, asked, closed: () => closed };
}

function begin(acts: readonly Act[], others: readonly Driver[] = [], more: Partial<DriverOptions> = {}) {
  const silent = createSilentLine();
  const own = driverOf('own', acts);
  const options = { clock: silent.clock, line, signal: silent.stop.signal, ...more };
  const device = converseWith(own.driver, silent.channel, options, [...others, own.driver]);
  const wait = (ms: number) => new Promise<void>((resolve) => void silent.clock.after(ms, resolve));
  /** What the act comes to: its result, or the code and the detail of its error. */
  const outcome = () =>
    device.identify().then(
      (result) => result as unknown,
      (thrown: unknown) => (thrown instanceof StationError ? `${thrown.code}: ${thrown.detail}` : thrown),
    );
  return { ...silent, ...own, device, wait, outcome };
}

/** Takes so long, or is cut. */
const takes =
  (ms: number, understands = false): Act =>
  ({ clock, signal, onUnderstood }) =>
    new Promise((resolve, reject) => {
      if (understands) onUnderstood?.();
      clock.after(ms, () => resolve('done'));
      const cut = () => reject(new StationError('call.cancelled', 'cut'));
      if (signal?.aborted) cut();
      signal?.addEventListener('abort', cut);
    });

describe('the patience with a device that was not understood', () => {
  test('is four seconds for each act, and no time between two acts counts', async () => {
    const { outcome, wait, clock } = begin([takes(3900), takes(3900), takes(3900), takes(4100)]);
    assert.equal(await outcome(), 'done');
    assert.equal(await outcome(), 'done');
    await wait(10_000);
    assert.equal(await outcome(), 'done');
    const began = clock.monotonicMs();
    assert.match(String(await outcome()), /^link\.timeout: nothing came back/);
    assert.ok(clock.monotonicMs() - began < 4500);
  });

  test('ends with the first word that was understood, for this act and for all after it', async () => {
    let told = 0;
    const acts = [takes(20_000, true), takes(20_000), takes(60_000)];
    const onUnderstood = () => {
      told += 1;
    };
    const { outcome } = begin(acts, [], { onUnderstood });
    for (const _ of acts) assert.equal(await outcome(), 'done');
    assert.equal(told, 1);
  });

  test('of a conversation that is closed is over', async () => {
    const { device, outcome, wait, left, closed } = begin([takes(3000)]);
    const going = outcome();
    await wait(10);
    await device.close();
    assert.equal(closed(), 1);
    assert.equal(left().data, 0);
    assert.equal(await going, 'done');
    await wait(10_000);
    assert.deepEqual([left().timers, left().signal], [0, 0]);
  });
});

describe('an error', () => {
  test('that says nothing of the line is passed on as it is, and nobody is asked', async () => {
    const other = driverOf('other', [], { isIt: true });
    for (const code of ['device.refused', 'link.lost', 'call.cancelled', 'device.sealed'] as const)
      assert.equal(await begin([fails(code)], [other.driver]).outcome(), `${code}: as it was`);
    const bug = new TypeError('a bug');
    assert.equal(await begin([() => Promise.reject(bug)], [other.driver]).outcome(), bug);
    assert.deepEqual(other.asked, []);
  });

  test('of a caller who gave up is passed on, whatever the line is', async () => {
    const other = driverOf('other', [], { isIt: true });
    const { outcome, stop, wait } = begin([takes(3000)], [other.driver]);
    const going = outcome();
    await wait(5);
    stop.abort();
    assert.equal(await going, 'call.cancelled: cut');
    const never = begin([fails('link.timeout')], [other.driver]);
    never.stop.abort();
    assert.equal(await never.outcome(), 'link.timeout: as it was');
    assert.deepEqual(other.asked, []);
  });

  test('of a line on which nothing was understood is the other firmware that is there', async () => {
    for (const code of ['link.timeout', 'link.garbled', 'device.badAnswer'] as const) {
      const other = driverOf('other', [], { isIt: true });
      assert.equal(
        await begin([fails(code)], [other.driver]).outcome(),
        'link.wrongFirmware: the slot is set to OWN, this is OTHER',
      );
    }
  });

  test('of a flood asks nobody', async () => {
    const other = driverOf('other', [], { isIt: true });
    const { outcome, say } = begin([fails('link.flooded')], [other.driver]);
    say('one\r\ntwo\r\n');
    assert.equal(await outcome(), 'link.flooded: as it was');
    assert.deepEqual(other.asked, []);
  });

  test('after the device was understood stays, unless the line has a sign that may come late', async () => {
    const other = driverOf('other', [], { isIt: true });
    const understood =
      (act: Act): Act =>
      (options) => {
        options.onUnderstood?.();
        return act(options);
      };
    const plain = begin([understood(fails('link.timeout'))], [other.driver]);
    assert.equal(await plain.outcome(), 'link.timeout: as it was');
    const late = begin([understood(fails('link.timeout'))], [other.driver]);
    late.say('AT\r\nAT\r\n');
    assert.match(String(await late.outcome()), /^link\.otherProgram/);
    assert.deepEqual(other.asked, []);
  });

  test('for a command that the console lacks asks the others, and is told where none is there', async () => {
    const acts = ['notBuiltIn', 'word'].map((reason) => fails('device.incompatible', { reason }));
    for (const act of acts) {
      const understood: Act = (options) => {
        options.onUnderstood?.();
        return act(options);
      };
      const other = driverOf('other', [], { isIt: true });
      assert.match(String(await begin([understood], [other.driver]).outcome()), /^link\.wrongFirmware/);
      const stranger = driverOf('other', []);
      assert.equal(await begin([understood], [stranger.driver]).outcome(), 'device.incompatible: as it was');
      assert.equal(stranger.asked.length, 1);
    }
    const other = driverOf('other', [], { isIt: true });
    const plain = begin([fails('device.incompatible', { reason: 'keyType' })], [other.driver]);
    assert.equal(await plain.outcome(), 'device.incompatible: as it was');
  });

  test('of a device that speaks its driver after all is its own, or came too late', async () => {
    const silent = createSilentLine();
    const outcome = async (act: Act) => {
      const own = driverOf('own', [act], { isIt: true });
      const device = converseWith(own.driver, silent.channel, { clock: silent.clock, line }, [own.driver]);
      return device.identify().catch(({ code, detail }: StationError) => `${code}: ${detail}`);
    };
    assert.equal(await outcome(fails('device.badAnswer')), 'device.badAnswer: as it was');
    assert.equal(await outcome(takes(5000)), 'link.timeout: the device answered late');
  });

  test('of a cut conversation with a device that says something is garble', async () => {
    const { outcome, say, clock } = begin([takes(5000)]);
    clock.after(100, () => say('hello'));
    assert.match(String(await outcome()), /^link\.garbled: the device answers, but not as/);
  });

  test('with a port that goes while the others are asked is that the port is gone', async () => {
    const { outcome, pull, clock } = begin([fails('link.timeout')]);
    clock.after(20, pull);
    assert.match(String(await outcome()), /^link\.lost/);
  });
});

test('the others are asked at this line’s speed, each with its own line end and without the settings of this one', async () => {
  const other = driverOf('other', []);
  const slow = { ...line, baud: 9600 };
  const own = begin([fails('link.timeout')], [other.driver], { line: slow, settings: { secTag: 7 } });
  await own.outcome();
  const [asked] = other.asked;
  assert.deepEqual([asked?.line, asked?.settings], [{ ...slow, terminator: 'lf' }, {}]);
  assert.deepEqual([own.asked[0]?.line, own.asked[0]?.settings], [slow, { secTag: 7 }]);
  assert.equal(asked?.signal, own.stop.signal);
  assert.deepEqual(own.written, ['\r\n'], 'half a line was ended');
  const bare = driverOf('other', []);
  const silent = createSilentLine();
  const without = driverOf('own', [fails('link.timeout')]);
  await converseWith(without.driver, silent.channel, { clock: silent.clock }, [bare.driver])
    .identify()
    .catch(() => {});
  assert.equal('signal' in (bare.asked[0] ?? {}), false);
  assert.deepEqual(bare.asked[0]?.line, without.driver.line);
});
