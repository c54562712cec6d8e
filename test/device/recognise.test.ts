/** Every simulated firmware is recognised as what it is, and by asking nothing has changed in any of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ByteChannel } from '../../app/device/channel.ts';
import { drivers } from '../../app/device/drivers/index.ts';
import { recognise } from '../../app/device/recognise.ts';
import { createNrf91Device } from '../../app/practice/devices/nrf91/device.ts';
import type { PracticeDevice } from '../../app/practice/devices/power.ts';
import { simulated } from '../../app/practice/devices/simulated.ts';
import { traits } from './nrf91support.ts';
import { createJumpingClock, isError, newKey } from './support.ts';

const table = Object.values(drivers);
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
  test(`${title} is recognised, whoever asks first, and works afterwards on the same line`, async () => {
    for (const order of [table, [...table].reverse()]) {
      const clock = createJumpingClock();
      const device = make(clock);
      device.fault = { noise: 1 };
      const channel = device.connect();
      const began = clock.monotonicMs();
      const found = await recognise(channel, order, { clock });
      assert.ok(found !== 'unknown' && found.name === name, `${title}: ${found === 'unknown' ? found : found.name}`);
      assert.ok(clock.monotonicMs() - began <= 1000 * order.length, 'a second for each at most');
      const open = found.connect(channel, { clock });
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
    assert.equal(await recognise(stranger(answer), table, { clock }), 'unknown');
  }
});

test('every probe ends its line, so that a console is left without half a command', async () => {
  let typed = '';
  const clock = createJumpingClock();
  const channel = stranger((bytes) => {
    typed += bytes;
    return '';
  });
  await recognise(channel, table, { clock });
  assert.ok(typed.endsWith('\r\n') || typed.endsWith('\r'));
});

test('a pulled cable and a cancelled call end it', async () => {
  const clock = createJumpingClock();
  const device = simulated.nrf91.make(1, { clock });
  assert.ok(device);
  const pulled = recognise(device.connect(), table, { clock });
  clock.after(10, () => device.powerOff());
  await assert.rejects(pulled, isError('link.lost'));
  const stop = new AbortController();
  const cancelled = recognise(device.connect(), table, { clock, signal: stop.signal });
  clock.after(10, () => stop.abort());
  await assert.rejects(cancelled, isError('call.cancelled'));
});
