/** How often an act is tried again, and that it is not done more coarsely, or more often, than it has to be. */
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import type { ByteChannel } from '../../app/device/channel.ts';
import type { Device, Driver } from '../../app/device/driver.ts';
import { freertosDriver } from '../../app/device/drivers/freertos/index.ts';
import { zephyrDriver } from '../../app/device/drivers/zephyr/index.ts';
import { createFreertosDevice } from '../../app/practice/devices/freertos/device.ts';
import type { PracticeDevice } from '../../app/practice/devices/power.ts';
import { createZephyrDevice } from '../../app/practice/devices/zephyr/device.ts';
import { config, createJumpingClock, isError, newKey, testCa } from './support.ts';

const traits = { model: 'X', hardwareRevision: 'A', firmware: '3.2.1', hardwareId: 'a1b2c3d4e5f60718' };
const ours = { ...config, thingName: config.unitSerial };
const clock = createJumpingClock();

/** A conversation whose every word is noted, and in which the device's words may be changed. */
function listening(t: TestContext, driver: Driver, unit: PracticeDevice, change = (text: string) => text) {
  const channel = unit.connect();
  const said: string[] = [];
  const between: ByteChannel = {
    ...channel,
    write: (bytes) => {
      said.push(Buffer.from(bytes).toString('latin1'));
      return channel.write(bytes);
    },
    onData: (listener) =>
      channel.onData((bytes) => listener(Buffer.from(change(Buffer.from(bytes).toString('latin1')), 'latin1'))),
  };
  const device: Device = driver.connect(between, { clock });
  t.after(() => device.close());
  const times = (pattern: RegExp) => said.join('').match(new RegExp(pattern, 'g'))?.length ?? 0;
  return { device, times };
}

/** The certificate of the unit's key. */
async function certified(device: Device) {
  await device.makeKey({ ...newKey, subject: ours.unitSerial });
  const { csrDer } = await device.readCsr(ours.unitSerial);
  return testCa().installation(csrDer, ours);
}

/** As the device would show another certificate than the one it has. */
const another = (text: string) => {
  const [, pem = ''] = /BEGIN CERTIFICATE-----\r\n([\s\S]*)\r\n-----END/.exec(text) ?? [];
  const lines =
    Buffer.from(testCa().rootCaDer)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return pem === '' ? text : text.replace(pem, lines.join('\r\n'));
};

describe('FreeRTOS', () => {
  const make = (t: TestContext, baud = 0) => {
    const unit = createFreertosDevice({ clock, traits, baud });
    t.after(() => unit.powerOff());
    return unit;
  };

  test('a certificate that the device never holds is written four times, and then told', async (t) => {
    const { device, times } = listening(t, freertosDriver, make(t), another);
    const what = await certified(device);
    const { rootCaDer } = what;
    await assert.rejects(
      device.install(what, () => {}),
      isError('device.refused'),
    );
    assert.equal(times(/pki import cert tls_cert/), 4);
    assert.ok(rootCaDer.length > 0 && times(/pki import cert root_ca_cert/) === 0, 'the next one is not begun');
  });

  test('a key that never comes is asked for twice', async (t) => {
    const { device, times } = listening(t, freertosDriver, make(t), (text) =>
      text.replace(/-----BEGIN CERTIFICATE REQUEST[\s\S]*REQUEST-----\r\n/, ''),
    );
    await assert.rejects(device.makeKey({ ...newKey, subject: 'SN-1' }), isError('device.refused'));
    assert.equal(times(/pki generate key/), 2);
  });

  test('a name that the device does not keep is stored twice, and then told', async (t) => {
    const { device, times } = listening(t, freertosDriver, make(t), (text) =>
      text.replaceAll('thing_name="SN-1"', 'thing_name="SN-2"'),
    );
    await assert.rejects(device.readCsr('SN-1'), isError('device.refused'));
    assert.equal(times(/conf commit/), 2);
  });

  test('what is stored is not stored again', async (t) => {
    const { device, times } = listening(t, freertosDriver, make(t));
    const what = await certified(device);
    const before = times(/conf commit/);
    await device.install(what, () => {});
    await device.install(what, () => {});
    assert.deepEqual([before, times(/conf commit/), times(/pki import cert/)], [1, 2, 2]);
    assert.equal(times(/pki generate key/), 1);
  });

  test('progress grows to its end, each certificate and setting with its length', async (t) => {
    const { device } = listening(t, freertosDriver, make(t));
    const what = await certified(device);
    const seen: [number, number][] = [];
    await device.install(what, (done, total) => seen.push([done, total]));
    const [last] = seen.slice(-1);
    assert.ok(last);
    const pem = [what.certificateDer, what.rootCaDer].map((der) => {
      const body = Math.ceil(der.length / 3) * 4;
      return body + 2 * Math.ceil(body / 64) + '-----BEGIN CERTIFICATE-----\r\n-----END CERTIFICATE-----\r\n'.length;
    });
    const settings = 'mqtt_endpoint'.length + ours.endpoint.length + 'thing_name'.length + ours.thingName.length;
    assert.deepEqual(last, [pem.reduce((sum, size) => sum + size, settings), last[1]]);
    assert.ok(seen.every(([done, total]) => total === last[1] && done <= total));
    assert.ok(seen.some(([done]) => done === pem[0]));
    const again: number[] = [];
    await device.install(what, (done) => again.push(done));
    const [certificate = 0, root = 0] = pem;
    assert.deepEqual(again, [certificate, certificate + root, last[1]], 'what is there counts as done, each at once');
  });

  test('labels of 32 characters are taken, longer ones are not', async (t) => {
    const [most, more] = ['x'.repeat(32), 'x'.repeat(33)];
    const unit = make(t);
    const connect = (certificateLabel: string) =>
      freertosDriver.connect(unit.connect(), { clock, settings: { certificateLabel } });
    await connect(most).identify();
    assert.throws(() => connect(more), isError('call.badParams'));
    await assert.rejects(connect('a\tb').identify(), isError('call.badParams'));
  });
});

describe('Zephyr', () => {
  const make = (t: TestContext, bufLoad = true) => {
    const unit = createZephyrDevice({ clock, traits, firmware: { credBufferBytes: 4096, bufLoad } });
    t.after(() => unit.powerOff());
    return unit;
  };
  const wholesale = /[A-Za-z0-9+/]{200,}={0,2}\x03/;
  const piece = /cred buf [A-Za-z0-9+/]{9,48}=*\r/;

  test('firmware that takes a credential in one go gets it so', async (t) => {
    const { device, times } = listening(t, zephyrDriver, make(t));
    await device.install(await certified(device), () => {});
    assert.deepEqual([times(wholesale), times(piece), times(/cred buf load/)], [2, 0, 2]);
  });

  test('other firmware gets it in pieces of 48 characters', async (t) => {
    const { device, times } = listening(t, zephyrDriver, make(t, false));
    const what = await certified(device);
    await device.install(what, () => {});
    assert.deepEqual([times(wholesale), times(/cred buf clear/)], [0, 2]);
    assert.ok(times(piece) >= 20 && times(/cred buf [A-Za-z0-9+/]{48}\r/) >= times(piece) - 2);
  });

  test('once something got lost on the way it is not tried in one go again', async (t) => {
    let changed = 0;
    const { device, times } = listening(t, zephyrDriver, make(t), (text) =>
      text.replace(/Stored (\d{3,4}) bytes/, (whole, count) =>
        changed++ === 0 ? `Stored ${Number(count) - 1} bytes` : whole,
      ),
    );
    const what = await certified(device);
    await device.install(what, () => {});
    assert.equal(times(wholesale), 1);
    assert.ok(times(piece) > 20);
    assert.deepEqual(
      (await device.readBack(what)).items.map(({ same }) => same),
      [true, true, true],
    );
  });

  test('a credential that the device never holds is written five times, and then told', async (t) => {
    const digest = `${'A'.repeat(43)}=`;
    const { device, times } = listening(t, zephyrDriver, make(t), (text) =>
      text.replace(/(,CA,)[A-Za-z0-9+/]{43}=/, `$1${digest}`),
    );
    const what = await certified(device);
    await assert.rejects(
      device.install(what, () => {}),
      isError('link.garbled'),
    );
    assert.deepEqual([times(/cred add \d+ CA /), times(/cred add \d+ SERV /), times(/cred del \d+ CA/)], [5, 0, 4]);
  });

  test('a request that never comes whole is asked for six times; one that is signed badly each time is passed on', async (t) => {
    const broken = listening(t, zephyrDriver, make(t), (text) => text.replace(/CSR: ..../, 'CSR: !!!!'));
    await broken.device.makeKey(newKey);
    await assert.rejects(broken.device.readCsr('SN-1'), isError('device.badAnswer'));
    assert.equal(broken.times(/nrf_cloud_cred csr/), 6);
    assert.deepEqual(await broken.device.makeKey(newKey), { created: false }, 'the key stays');
  });

  test('progress is that of the characters sent, and ends at their sum', async (t) => {
    for (const bufLoad of [true, false]) {
      const { device } = listening(t, zephyrDriver, make(t, bufLoad));
      const what = await certified(device);
      const seen: [number, number][] = [];
      await device.install(what, (done, total) => seen.push([done, total]));
      const total = seen[0]?.[1];
      assert.ok(seen.every(([done, all], at) => all === total && done >= (seen[at - 1]?.[0] ?? 0)));
      assert.deepEqual(seen.at(-1), [total, total]);
      const again: [number, number][] = [];
      await device.install(what, (done, all) => again.push([done, all]));
      assert.deepEqual(again.at(-1), [total, total], 'what is there counts as done');
      assert.equal(again.length, 2);
    }
  });
});
