/** What the station finds out about a device that was plugged in, for the person who sets up a slot. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { driverNamed, driverNames } from '../../app/device/drivers/index.ts';
import { simulated } from '../../app/practice/devices/index.ts';
import { recogniseAt } from '../../app/station/bench/recognition.ts';
import { createJumpingClock } from '../device/support.ts';
import { type Behaviour, behaviours, wrongLine } from '../device/wronglines.ts';
import { makeBed, slotWhen } from '../line/support.ts';
import { refuses } from '../records/support.ts';

const kinds = Object.keys(simulated);
const port = (at: number) => `practice:${at + 1}`;

test('an engineer asks each kind of device which driver it needs, and it is provisioned as before', async (t) => {
  const { bench, engineer, operator, close } = await makeBed(kinds.length, {
    driverOf: (slot) => kinds[slot - 1] ?? '',
  });
  t.after(close);
  const devices = kinds.map((_, at) => bench.plug(at + 1));
  const found: string[] = [];
  for (const [at] of kinds.entries()) found.push((await engineer.call('station.recognise', { port: port(at) })).driver);
  assert.deepEqual(found, kinds);
  for (const [at, { label }] of devices.entries()) {
    const { prompt } = await slotWhen(operator, at + 1, 'SCAN');
    await operator.call('bench.scan', { text: label, ...(prompt ? { promptId: prompt.promptId } : {}) });
  }
  for (const [at, kind] of kinds.entries()) {
    const { state, error } = await slotWhen(operator, at + 1, 'PASS', 'FAIL', 'CHECK_STATION');
    assert.equal(state, 'PASS', `${kind}: ${JSON.stringify(error)}`);
  }
});

test('refused: to an operator, where nothing answers, where nothing is plugged in, while units are worked on', async (t) => {
  const { bench, engineer, operator, close } = await makeBed(2);
  t.after(close);
  await assert.rejects(operator.call('station.recognise', { port: port(0) }), refuses('session.forbidden'));
  await assert.rejects(engineer.call('station.recognise', { port: port(0) }), refuses('link.noPort'));
  bench.plug(1);
  bench.setFault(1, 'silent');
  await assert.rejects(engineer.call('station.recognise', { port: port(0) }), refuses('link.timeout'));
  const { label } = bench.plug(2);
  const { prompt } = await slotWhen(operator, 2, 'SCAN');
  bench.setFault(2, 'silent');
  await operator.call('bench.scan', { text: label, ...(prompt ? { promptId: prompt.promptId } : {}) });
  await slotWhen(operator, 2, 'WORKING');
  await assert.rejects(engineer.call('station.recognise', { port: port(0) }), refuses('unit.inProgress'));
});

test('what no driver speaks with is named by its sign, within 10 s: silence, noise, a loopback, a boot loader, another modem', async () => {
  const said: [Behaviour, code: string, detail: RegExp][] = [
    [behaviours.silent, 'link.timeout', /cable and power/],
    [behaviours.garbage, 'link.noise', /speed/],
    [behaviours.echo, 'link.loopback', /RX and TX/],
    [behaviours.download, 'link.booting', /DTR and RTS/],
    [behaviours.bootLoop, 'link.booting', /started \d+ times/],
    [behaviours.slowLog, 'link.flooded', /only prints its log/],
    [behaviours.quectel, 'device.incompatible', /is Quectel: it speaks none of agent, nrf91, freertos, zephyr/],
    [behaviours.renesas, 'device.incompatible', /is Renesas FreeRTOS/],
  ];
  for (const [behave, code, detail] of said) {
    const clock = createJumpingClock();
    const ports = { list: async () => [], watch: () => () => {}, open: async () => wrongLine(clock, behave) };
    const parts = { bench: { busy: () => false }, clock, driverNamed, driverNames, ports };
    await assert.rejects(recogniseAt('/dev/ttyX', {}, parts), { code, detail });
    assert.ok(clock.monotonicMs() < 10_000, `${code}: ${clock.monotonicMs()} ms`);
  }
});
