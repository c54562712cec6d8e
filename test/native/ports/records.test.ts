/** What real machines list: FTDI adapters and composite devices on Windows, an adapter with two drivers on macOS. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SystemPort } from '../../../native/ports/places.ts';
import { createSerialPorts } from '../../../native/serial.ts';

/** An adapter as Windows lists it by FTDI's driver. `serial` is that of the USB device, as the package finds it. */
const ftdi = (path: string, productId: string, instance: string, serial?: string): SystemPort => ({
  path,
  manufacturer: 'FTDI',
  vendorId: '0403',
  productId,
  pnpId: `FTDIBUS\\VID_0403+PID_${productId}+${instance}\\0000`,
  ...(serial === undefined ? {} : { serialNumber: serial }),
});

/** The registry's answers by the last part of the key, in the form of `reg query`. */
function windows(list: () => SystemPort[], locations: Record<string, string> = {}) {
  const asked: string[] = [];
  const query = async (program: string, ...args: string[]) => {
    const key = args[1] ?? '';
    asked.push(key);
    assert.deepEqual([program, args[0], args[2], args[3]], ['reg', 'query', '/v', 'LocationInformation']);
    const found = locations[key.split('\\').at(-1) ?? ''];
    return found && `\r\n${key}\r\n    LocationInformation    REG_SZ    ${found}\r\n\r\n`;
  };
  const ports = createSerialPorts({ platform: 'win32', ask: async () => list(), query });
  const places = async () => Object.fromEntries((await ports.list()).map(({ path, stablePath }) => [path, stablePath]));
  return { ports, places, asked, locations };
}

test('Windows: an FTDI adapter has the place of the USB device above it; another unit there has the same', async () => {
  let there = [ftdi('COM7', '6001', 'A50285BIA', 'A50285BI')];
  const { places, asked, locations } = windows(() => there, { A50285BI: 'Port_#0002.Hub_#0003' });
  assert.deepEqual(await places(), { COM7: 'usb:Port_#0002.Hub_#0003' });
  assert.deepEqual(asked, ['HKLM\\SYSTEM\\CurrentControlSet\\Enum\\USB\\VID_0403&PID_6001\\A50285BI']);
  await places();
  assert.equal(asked.length, 1, 'the registry is not read again while the adapter stays');
  // The next unit in the same socket: Windows gives its serial number another COM port.
  there = [ftdi('COM12', '6001', 'A9MX0QZTA', 'A9MX0QZT')];
  locations.A9MX0QZT = 'Port_#0002.Hub_#0003';
  assert.deepEqual(await places(), { COM12: 'usb:Port_#0002.Hub_#0003' });
  // The first one comes back, in another socket.
  locations.A50285BI = 'Port_#0004.Hub_#0003';
  there = [ftdi('COM7', '6001', 'A50285BIA', 'A50285BI')];
  assert.deepEqual(await places(), { COM7: 'usb:Port_#0004.Hub_#0003' });
});

test('Windows: without an answer of the registry the serial number is the place, or what stands for it', async () => {
  const made = '6&2F3E8C0A&0&2';
  const { places } = windows(() => [
    ftdi('COM7', '6001', 'A50285BIA', 'A50285BI'),
    ftdi('COM8', '6001', 'AB0JQ8P5A'),
    ftdi('COM9', '6001', `${made}&1`, made),
  ]);
  assert.deepEqual(await places(), { COM7: 'usb:A50285BI', COM8: 'usb:AB0JQ8P5A', COM9: `usb:${made}` });
});

test('Windows: the channels of one FTDI chip are places of their own, whatever COM numbers they got', async () => {
  const chip = (letters: string) =>
    [...letters].map((letter, at) => ftdi(`COM${20 + at}`, '6011', `FT4XYZ12${letter}`, 'FT4XYZ12'));
  const { places } = windows(() => chip('BADC'), { FT4XYZ12: 'Port_#0001.Hub_#0001' });
  const place = 'usb:Port_#0001.Hub_#0001';
  assert.deepEqual(await places(), {
    COM20: `${place}-port1`,
    COM21: place,
    COM22: `${place}-port3`,
    COM23: `${place}-port2`,
  });
});

test('Windows: composite devices with a bogus serial number and MI_00 have a place each, and no two the same', async () => {
  const composite = (path: string, rest: string, locationId?: string): SystemPort => ({
    path,
    vendorId: '1366',
    productId: '1051',
    pnpId: `USB\\VID_1366&PID_1051&${rest}`,
    serialNumber: rest.split('\\')[1],
    ...(locationId === undefined ? {} : { locationId }),
  });
  const { places } = windows(() => [
    composite('COM3', 'MI_00\\7&2B1F9C34&0&0000', '0000.0014.0000.002.000.000.000.000.000'),
    composite('COM4', 'MI_02\\7&2B1F9C34&0&0002', '0000.0014.0000.002.000.000.000.000.000'),
    // Two devices that say MI_00 and report no location.
    composite('COM5', 'MI_00\\6&3A1B2C3D&0&0000'),
    composite('COM6', 'MI_00\\6&11112222&0&0000'),
    // Two ports of one device that both say MI_00.
    composite('COM7', 'MI_00\\8&5C5C5C5C&0&0000', 'Port_#0003.Hub_#0001'),
    composite('COM8', 'MI_00\\8&5C5C5C5C&0&0000', 'Port_#0003.Hub_#0001'),
  ]);
  const found = await places();
  assert.deepEqual(found, {
    COM3: 'usb:0000.0014.0000.002.000.000.000.000.000',
    COM4: 'usb:0000.0014.0000.002.000.000.000.000.000-if02',
    COM5: 'usb:6&3A1B2C3D&0',
    COM6: 'usb:6&11112222&0',
    COM7: 'usb:Port_#0003.Hub_#0001',
    COM8: 'usb:Port_#0003.Hub_#0001-port1',
  });
  assert.equal(new Set(Object.values(found)).size, 6);
});

const mac = (paths: string[], locationId = '14200000'): SystemPort[] =>
  paths.map((path) => ({ path, locationId, vendorId: '1a86', productId: '7523' }));

const onMac = (list: SystemPort[]) => createSerialPorts({ platform: 'darwin', dev: '/nowhere', ask: async () => list });

test('macOS: an adapter that two drivers serve is one port, and answers to all its names', async () => {
  const both = mac(['/dev/tty.wchusbserial1420', '/dev/tty.usbserial-1420']);
  const [port, ...others] = await onMac(both).list();
  assert.equal(others.length, 0);
  assert.equal(port?.stablePath, 'usb:14200000');
  assert.equal(port?.path, '/dev/tty.usbserial-1420');
  assert.deepEqual(port?.otherPaths, [
    '/dev/cu.usbserial-1420',
    '/dev/tty.wchusbserial1420',
    '/dev/cu.wchusbserial1420',
  ]);
});

test('macOS: tty. and cu. are one; ports of one device stay two, also with two drivers; two devices stay two', async () => {
  const places = async (list: SystemPort[]) => (await onMac(list).list()).map(({ stablePath }) => stablePath);
  assert.deepEqual(await places(mac(['/dev/cu.usbserial-1420', '/dev/tty.usbserial-1420'])), ['usb:14200000']);
  assert.deepEqual(await places(mac(['/dev/tty.usbmodem1101', '/dev/tty.usbmodem1103'])), [
    'usb:14200000',
    'usb:14200000-port1',
  ]);
  const twice = ['usbserial-14201', 'usbserial-14202', 'wchusbserial14201', 'wchusbserial14202'];
  assert.deepEqual(await places(mac(twice.map((name) => `/dev/tty.${name}`))), ['usb:14200000', 'usb:14200000-port1']);
  const apart = [...mac(['/dev/tty.usbserial-1410'], '14100000'), ...mac(['/dev/tty.wchusbserial1420'])];
  assert.deepEqual(await places(apart), ['usb:14100000', 'usb:14200000']);
});
