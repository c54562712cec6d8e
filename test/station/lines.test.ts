/** The line of a unit at a station: set for slot and recipe, shown with its origin, and used when the port is opened. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createClient, type LineFact, type Person } from '../../app/contract/index.ts';
import type { OpenSettings } from '../../app/device/channel.ts';
import { makeBed, slotWhen } from '../line/support.ts';
import { refuses } from '../records/support.ts';

const recipe = {
  name: 'wired',
  model: '*',
  driver: 'nrf91',
  profile: 'aws-iot-device',
  seal: false,
  line: { flowControl: 'none', baud: 57_600 },
};

async function bedOf(t: TestContext, driver = 'nrf91') {
  const opened: OpenSettings[] = [];
  const bed = await makeBed(2, {
    driverOf: () => driver,
    portsOf: (real) => ({
      list: () => real.list(),
      watch: (name, listener) => real.watch(name, listener),
      open(name, line) {
        opened.push(line);
        return real.open(name, line);
      },
    }),
  });
  t.after(bed.close);
  const { engineer, operator, bench } = bed;
  const { slots } = await engineer.call('station.status', {});
  const setLine = (line: object) =>
    engineer.call('station.configure', { slots: slots.map((slot, at) => (at === 0 ? { ...slot, line } : slot)) });
  const approve = async (changes: object = {}) => {
    const { name, version } = await engineer.call('recipes.save', { text: JSON.stringify({ ...recipe, ...changes }) });
    await engineer.call('recipes.approve', { name, version });
  };
  const shownFor = async (slotId: number) =>
    wordsOf((await operator.call('station.lines', {})).find((one) => one.slotId === slotId)?.line ?? []);
  const pass = async () => {
    const { label } = bench.plug(1);
    const { prompt } = await slotWhen(operator, 1, 'SCAN');
    await operator.call('bench.scan', { text: label, ...(prompt ? { promptId: prompt.promptId } : {}) });
    const { state, error } = await slotWhen(operator, 1, 'PASS', 'FAIL', 'CHECK_STATION');
    assert.equal(state, 'PASS', JSON.stringify(error));
  };
  return { ...bed, opened, setLine, approve, shownFor, pass };
}

const wordsOf = (line: readonly LineFact[]) =>
  Object.fromEntries(line.map(({ key, value, from }) => [key, `${value} (${from})`]));

test('the slot decides before the recipe, the recipe before the driver: so it is shown, and so a port is opened', async (t) => {
  const { opened, setLine, approve, shownFor, pass } = await bedOf(t);
  assert.deepEqual((await shownFor(1)).flowControl, 'rtscts (driver)');
  await approve();
  await setLine({ baud: 230_400, dtr: 'off', rts: 'off' });
  const { baud, flowControl, dtr, rts } = await shownFor(1);
  assert.deepEqual([baud, flowControl, dtr, rts], ['230400 (place)', 'none (recipe)', 'off (place)', 'off (place)']);
  assert.equal((await shownFor(2)).baud, '57600 (recipe)', 'the other slot is wired as usual');
  await pass();
  const [line] = opened;
  assert.deepEqual([line?.baud, line?.flowControl, line?.dtr, line?.rts], [230_400, 'none', 'off', 'off']);
});

test('a board with three wires: without flow control a modem passes by the setting of its slot alone', async (t) => {
  const { opened, setLine, pass } = await bedOf(t);
  await setLine({ flowControl: 'none' });
  await pass();
  assert.deepEqual(
    opened.map(({ flowControl }) => flowControl),
    ['none'],
  );
});

test('a command at a named port sets the line, also where a recipe is written; its result says it', async (t) => {
  const { station, bench, opened, approve } = await bedOf(t);
  await approve();
  const olga: Person = { personId: 0, name: 'Olga', badge: 'OP-1', role: 'operator' };
  const command = createClient(station.connect('cli', olga));
  const { label } = bench.plug(2);
  const job = { port: 'practice:2', unitSerial: label };
  await assert.rejects(command.call('line.run', { ...job, line: { baud: 1 } }), refuses('call.badParams'));
  const result = await command.call('line.run', { ...job, line: { gapMs: 1, flowControl: 'xonxoff' } });
  assert.equal(result.outcome, 'PASS', JSON.stringify(result.error));
  const { baud, flowControl, gapMs, terminator } = wordsOf(result.line);
  assert.deepEqual(
    [baud, flowControl, gapMs, terminator],
    ['57600 (recipe)', 'xonxoff (place)', '1 (place)', 'crlf (driver)'],
  );
  assert.deepEqual([opened[0]?.baud, opened[0]?.flowControl], [57_600, 'xonxoff']);
});

test('asked which driver it needs, a device is asked over the line of its slot', async (t) => {
  const { engineer, bench, opened } = await bedOf(t);
  bench.plug(1);
  const line = { flowControl: 'none', dtr: 'off', rts: 'off' } as const;
  assert.deepEqual(await engineer.call('station.recognise', { port: 'practice:1', line }), { driver: 'nrf91' });
  assert.deepEqual(
    opened.map(({ flowControl, dtr, rts }) => [flowControl, dtr, rts].join()),
    ['none,off,off'],
  );
});

test('what a driver cannot speak over is refused with its path, in a slot, in a recipe and by a command', async (t) => {
  const { engineer, setLine, station, bench } = await bedOf(t, 'freertos');
  const path = { path: 'slots.0.line.terminator' };
  await assert.rejects(setLine({ terminator: 'nul' }), refuses('call.badParams', path));
  await assert.rejects(setLine({ parity: 'even' }), refuses('call.badParams'));
  const problems = async (line: object, driver = 'zephyr') =>
    (await engineer.call('recipes.check', { text: JSON.stringify({ ...recipe, driver, line }) })).problems;
  assert.deepEqual(
    (await problems({ terminator: 'crlf' })).map(({ path: at }) => at),
    ['line.terminator'],
  );
  assert.deepEqual(
    (await problems({ baud: 0, wires: 3 })).map(({ path: at }) => at),
    ['line.baud', 'line.wires'],
  );
  assert.deepEqual(await problems({ terminator: 'lf', baud: 9600 }), []);
  const command = createClient(station.connect('cli', { personId: 0, name: 'Olga', badge: 'OP-1', role: 'operator' }));
  const job = {
    port: 'practice:2',
    unitSerial: bench.plug(2).label,
    driver: 'agent',
    line: { terminator: 'cr' },
  } as const;
  await assert.rejects(command.call('line.run', job), refuses('call.badParams', { path: 'line.terminator' }));
});

test('a screen is told every name of a port, so that a slot under another name of it is known', async (t) => {
  const found = { path: '/dev/tty.usbserial-1420', otherPaths: ['/dev/cu.usbserial-1420'], label: 'CH340' };
  const place = { usbLocation: '14200000', stablePath: 'usb:14200000' };
  const { engineer, close } = await makeBed(1, {
    portsOf: (real) => ({ ...real, list: async () => [{ ...found, ...place }] }),
  });
  t.after(close);
  const [port] = await engineer.call('station.ports', {});
  assert.deepEqual([port?.path, port?.names], ['usb:14200000', [found.path, ...found.otherPaths]]);
});
