/** A slot is a place on the USB tree: under which names a port is found, on each system. */
import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { agentDriver } from '../../../app/device/drivers/agent/index.ts';
import type { SystemPort } from '../../../native/ports/places.ts';
import { createSerialPorts } from '../../../native/serial.ts';
import { folderFor, isError, realClock } from '../../device/support.ts';
import { agentFolder, makeAgent, startAgent, whyNoAgent } from '../agent/support.ts';
import { until } from './support.ts';

const missing = whyNoAgent();
const line = agentDriver.line;
const none = () => Promise.reject(new Error('no udevadm'));
const place = 'pci-0000:00:14.0-usb-0:1.2:1.';

function makeDev(t: TestContext) {
  const dev = folderFor(t);
  const byPath = join(dev, 'serial/by-path');
  mkdirSync(byPath, { recursive: true });
  return { dev, byPath };
}

const firstOf = (watch: (name: string, listener: (present: boolean) => void) => () => void, name: string) =>
  new Promise<boolean>((resolve) => {
    const stop = watch(name, (present) => {
      resolve(present);
      queueMicrotask(() => stop());
    });
  });

test('on Linux the interfaces of one device are places of their own', async (t) => {
  const { dev, byPath } = makeDev(t);
  for (const [node, interfaceNumber] of [
    ['ttyACM0', 0],
    ['ttyACM1', 2],
  ] as const) {
    writeFileSync(join(dev, node), '');
    symlinkSync(`../../${node}`, join(byPath, `${place}${interfaceNumber}`));
  }
  for (const ask of [none, async () => [{ path: join(dev, 'ttyACM0') }, { path: join(dev, 'ttyACM1') }]]) {
    const ports = createSerialPorts({ platform: 'linux', dev, ask });
    const listed = await ports.list();
    assert.deepEqual(
      listed.map(({ path, usbLocation, stablePath }) => [path, usbLocation, stablePath]),
      [0, 2].map((number, index) => [
        join(dev, `ttyACM${index}`),
        `${place}${number}`,
        join(byPath, `${place}${number}`),
      ]),
    );
  }
  const { watch } = createSerialPorts({ platform: 'linux', dev, ask: none });
  const names = [`usb:${place}2`, `${place}2`, join(byPath, `${place}2`), join(dev, 'ttyACM1')];
  for (const name of names) assert.equal(await firstOf(watch, name), true, name);
  rmSync(join(byPath, `${place}2`));
  assert.deepEqual(await Promise.all(names.map((name) => firstOf(watch, name))), [false, false, false, true]);
  assert.equal(await firstOf(watch, `usb:${place}0`), true);
});

const composite = (paths: readonly [string, string]): SystemPort[] => [
  { path: paths[1], locationId: '14200000', vendorId: '1366', pnpId: 'USB\\VID_1366&PID_1051&MI_02\\7&1' },
  { path: paths[0], locationId: '14200000', vendorId: '1366', pnpId: 'USB\\VID_1366&PID_1051&MI_00\\7&1' },
];

test('macOS and Windows: the interfaces behind the first keep apart, and a place can be watched and not found', async () => {
  const windows = createSerialPorts({ platform: 'win32', ask: async () => composite(['COM10', 'COM9']) });
  assert.deepEqual(
    (await windows.list()).map(({ path, stablePath }) => [path, stablePath]),
    [
      ['COM9', 'usb:14200000-if02'],
      ['COM10', 'usb:14200000'],
    ],
  );
  for (const [name, present] of [
    ['COM9', true],
    ['usb:14200000', true],
    ['usb:14200000-if02', true],
    ['usb:14200000-if04', false],
    ['COM1', false],
  ] as const)
    assert.equal(await firstOf(windows.watch, name), present, name);
  await assert.rejects(windows.open('usb:14200000-if04', line), isError('link.noPort'));
  await assert.rejects(windows.open('COM1', line), isError('link.noPort'));
  // In the list, but not to be opened: on Windows that is another program's doing (here: the wrong system).
  await assert.rejects(
    windows.open('usb:14200000', line),
    (error) => isError('link.openFailed')(error) && (error as { data?: { reason?: string } }).data?.reason === 'busy',
  );

  const plain = composite(['/dev/tty.usbmodem1101', '/dev/tty.usbmodem1103']).map((port) => ({
    ...port,
    pnpId: undefined,
  }));
  const mac = createSerialPorts({ platform: 'darwin', dev: '/nowhere', ask: async () => plain });
  assert.deepEqual(
    (await mac.list()).map(({ path, usbLocation }) => [path, usbLocation]),
    [
      ['/dev/tty.usbmodem1101', '14200000'],
      ['/dev/tty.usbmodem1103', '14200000-port1'],
    ],
  );
});

if (missing) {
  test('a device at its place', (t) => t.skip(missing));
} else {
  makeAgent();
  const agentIn = async (t: TestContext, folder: string) => {
    const agent = await startAgent(join(agentFolder, 'build/agent'), ['--state', join(folder, 'state')]);
    t.after(() => agent.stop());
    return agent;
  };
  const idOf = async (ports: ReturnType<typeof createSerialPorts>, name: string) => {
    const device = agentDriver.connect(await ports.open(name, line), { clock: realClock });
    const { hardwareId } = await device.identify();
    await device.close();
    return hardwareId;
  };

  test('whatever is plugged in at a place is what is opened by its name', async (t) => {
    const { dev, byPath } = makeDev(t);
    const ports = createSerialPorts({ platform: 'linux', dev });
    const [first, second] = [await agentIn(t, folderFor(t)), await agentIn(t, folderFor(t))];
    const name = `usb:${place}0`;
    await assert.rejects(ports.open(name, line), isError('link.noPort'));
    symlinkSync(first.path, join(byPath, `${place}0`));
    const seen: boolean[] = [];
    t.after(ports.watch(name, (present) => seen.push(present)));
    const before = await idOf(ports, name);
    // Another unit in the same place, so fast that the place was never seen empty.
    symlinkSync(second.path, join(byPath, 'new'));
    renameSync(join(byPath, 'new'), join(byPath, `${place}0`));
    await until('the other unit', () => seen.length >= 3);
    assert.deepEqual(seen, [true, false, true]);
    assert.notEqual(await idOf(ports, name), before);
  });

  test('on macOS a place is found by the list, which is asked only when terminals come or go', async (t) => {
    const dev = folderFor(t);
    const agent = await agentIn(t, folderFor(t));
    let asked = 0;
    let there: SystemPort[] = [];
    const ask = async () => {
      asked += 1;
      return there;
    };
    const ports = createSerialPorts({ platform: 'darwin', dev, ask });
    const seen: boolean[] = [];
    const stops = Array.from({ length: 32 }, () => ports.watch('usb:14100000', (present) => seen.push(present)));
    t.after(() => stops.map((stop) => stop()));
    await until('nothing', () => seen.length === 32);
    assert.equal(asked, 1);
    there = [{ path: agent.path, locationId: '14100000' }];
    writeFileSync(join(dev, 'tty.usbmodem1'), '');
    await until('the device', () => seen.length === 64);
    assert.deepEqual(
      seen.slice(32),
      Array.from({ length: 32 }, () => true),
    );
    assert.equal(asked, 2, 'one list for all');
    assert.match(await idOf(ports, 'usb:14100000'), /^[0-9a-f]{24}$/);
  });
}
