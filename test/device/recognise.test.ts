/** Every simulated firmware is recognised as what it is, and by asking nothing has changed in any of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type LineChoice, lineOf } from '../../app/contract/model.ts';
import type { ByteChannel, OpenSettings } from '../../app/device/channel.ts';
import type { Driver } from '../../app/device/driver.ts';
import { drivers } from '../../app/device/drivers/index.ts';
import { recognise } from '../../app/device/recognise.ts';
import { createNrf91Device } from '../../app/practice/devices/nrf91/device.ts';
import type { PracticeDevice } from '../../app/practice/devices/power.ts';
import { simulated } from '../../app/practice/devices/simulated.ts';
import { traits } from './nrf91support.ts';
import { createJumpingClock, isError, newKey } from './support.ts';

const table = Object.values(drivers);
const candidatesOf = (all: readonly Driver[], place: LineChoice = {}) =>
  all.map((driver) => ({ driver, line: lineOf(driver, { recipe: {}, place }) }));
type Make = (clock: ReturnType<typeof createJumpingClock>) => PracticeDevice;
const kinds: [string, string, Make][] = [
  ...Object.entries(simulated).map(([name, { make }]): [string, string, Make] => [
    name,
    name,
    (clock) => make(1, { clock, computeMs: 20 }),
  ]),
  ['nrf91 behind a shell', 'nrf91', (clock) => createNrf91Device({ clock, traits, form: 'at' })],
];

for (const [title, name, make] of kinds) {
  test(`${title} is recognised, whoever asks first, and works afterwards`, async () => {
    for (const order of [table, [...table].reverse()]) {
      const clock = createJumpingClock();
      const device = make(clock);
      device.fault = { noise: 1 };
      const opened: OpenSettings[] = [];
      const plug = async (line: OpenSettings) => {
        opened.push(line);
        return device.connect();
      };
      const began = clock.monotonicMs();
      const found = await recognise(plug, candidatesOf(order), { clock });
      assert.ok(found !== 'unknown' && found.name === name, `${title}: ${found === 'unknown' ? found : found.name}`);
      assert.ok(clock.monotonicMs() - began <= 2000 * order.length, 'a second for each in each round');
      assert.ok(opened.length <= 2, 'drivers with the same line share an opening');
      assert.equal(opened.at(-1)?.flowControl, found.line.flowControl, 'it was found on the line that it will work on');
      const open = found.connect(device.connect(), { clock });
      const identity = await open.identify();
      assert.deepEqual([identity.hasKey, identity.hasCertificate], [false, false], 'nothing was made by asking');
      assert.equal((await open.makeKey(newKey)).created, true);
      await open.close();
    }
  });
}

/** A device that is none of ours. */
function stranger(answer: (typed: string) => string): ByteChannel {
  const listeners = new Set<(bytes: Uint8Array) => void>();
  return {
    async write(bytes) {
      const said = answer(Buffer.from(bytes).toString('latin1'));
      queueMicrotask(() => {
        for (const listener of listeners) listener(Buffer.from(said, 'latin1'));
      });
    },
    onData(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onClose: () => () => {},
    close: async () => {},
  };
}

test('what is none of ours is unknown: silence, an echo, a modem without an IMEI, a login, noise', async () => {
  const strangers: ((typed: string) => string)[] = [
    () => '',
    (typed) => typed,
    () => '\r\nOK\r\n',
    () => '123456789012345\r\nOK\r\n',
    () => 'login: ',
    (typed) => `-sh: ${typed.trim()}: not found\r\n# `,
    () => '\x00\xff\xfe'.repeat(500),
    () => '<0001 ok proto=1*00000000\n',
  ];
  for (const answer of strangers) {
    const clock = createJumpingClock();
    assert.equal(await recognise(async () => stranger(answer), candidatesOf(table), { clock }), 'unknown');
  }
});

test('every probe ends its line, so that a console is left without half a command', async () => {
  let typed = '';
  const clock = createJumpingClock();
  const channel = stranger((bytes) => {
    typed += bytes;
    return '';
  });
  await recognise(async () => channel, candidatesOf(table), { clock });
  assert.ok(typed.endsWith('\r\n') || typed.endsWith('\r'));
});

test('a pulled cable and a cancelled call end it', async () => {
  const clock = createJumpingClock();
  const device = simulated.nrf91.make(1, { clock });
  assert.ok(device);
  const pulled = recognise(async () => device.connect(), candidatesOf(table), { clock });
  clock.after(10, () => device.powerOff());
  await assert.rejects(pulled, isError('link.lost'));
  const stop = new AbortController();
  const cancelled = recognise(async () => device.connect(), candidatesOf(table), { clock, signal: stop.signal });
  clock.after(10, () => stop.abort());
  await assert.rejects(cancelled, isError('call.cancelled'));
});

test('each driver asks over the line that its own work would get; a slot that settles it for all is opened once', async () => {
  const opened = async (place: LineChoice) => {
    const lines: OpenSettings[] = [];
    const closed: OpenSettings[] = [];
    const open = async (line: OpenSettings) => {
      lines.push(line);
      return { ...stranger(() => ''), close: async () => void closed.push(line) };
    };
    await recognise(open, candidatesOf(table, place), { clock: createJumpingClock() });
    assert.deepEqual(closed, lines, 'every opening is closed again');
    return lines.map(({ baud, flowControl, dtr, rts }) => [baud, flowControl, dtr, rts].join());
  };
  assert.deepEqual(await opened({}), ['115200,none,on,on', '115200,rtscts,on,on']);
  assert.deepEqual(await opened({ flowControl: 'none', baud: 9600, dtr: 'off', rts: 'off' }), ['9600,none,off,off']);
});
