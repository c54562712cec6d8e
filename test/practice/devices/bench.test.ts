import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { type ErrorCode, StationError } from '../../../app/contract/errors.ts';
import type { Device } from '../../../app/device/driver.ts';
import { agentDriver } from '../../../app/device/drivers/agent/index.ts';
import { driverNamed } from '../../../app/device/drivers/index.ts';
import { createPracticeBench } from '../../../app/practice/devices/bench.ts';
import { type FaultKind, faultNames } from '../../../app/practice/devices/faults.ts';
import {
  createJumpingClock,
  folderFor,
  heldBy,
  judgeProof,
  newKey,
  nonceProof,
  sha256,
  testCa,
} from '../../device/support.ts';

const code = (error: unknown): ErrorCode | undefined => (error instanceof StationError ? error.code : undefined);

function begin(t: TestContext, slots = 3) {
  const clock = createJumpingClock();
  const folder = folderFor(t);
  const bench = createPracticeBench({ slots, clock });
  const ca = testCa();
  const connect = async (path = 'practice:1'): Promise<Device> =>
    agentDriver.connect(await bench.open(path, agentDriver.line), { clock });
  /** What a station does, without a station. */
  const provision = async (label: string, path = 'practice:1') => {
    const device = await connect(path);
    try {
      const { unitSerial } = await device.identify();
      if (unitSerial && unitSerial !== label) throw new StationError('unit.labelMismatch', unitSerial);
      await device.makeKey(newKey);
      const what = ca.installation((await device.readCsr(label)).csrDer, { unitSerial: label });
      await device.install(what, () => {});
      assert.equal((await heldBy(device)).certificate, sha256(what.certificateDer));
      const nonce = randomBytes(32);
      if (!judgeProof(folder, what.certificateDer, nonce, await nonceProof(device, nonce)))
        throw new StationError('verify.proofFailed', label);
      await device.seal();
    } finally {
      await device.close();
    }
  };
  return { clock, bench, connect, provision };
}

test('a port is there while a device is in its slot, and nobody else has it', async (t) => {
  const { bench, connect } = begin(t);
  const seen: boolean[] = [];
  const stop = bench.watch('practice:2', (present) => seen.push(present));
  await assert.rejects(connect('practice:2'), (error) => code(error) === 'link.noPort');
  await assert.rejects(connect('practice:9'), (error) => code(error) === 'link.noPort');
  const unit = bench.plug(2);
  assert.deepEqual(
    (await bench.list()).map((port) => port.path),
    ['practice:2'],
  );
  const device = await connect('practice:2');
  await assert.rejects(connect('practice:2'), (error) => code(error) === 'link.openFailed');
  await device.close();
  await (await connect('practice:2')).close();
  assert.equal(bench.unplug(2), unit);
  assert.equal(bench.unplug(2), null);
  stop();
  bench.plug(2);
  assert.deepEqual(seen, [false, true, false]);
});

test('pulling a device is told at once, and plugged in again it is the same device', async (t) => {
  const { bench, connect, provision } = begin(t);
  const unit = bench.plug(1);
  const device = await connect();
  const { hardwareId } = await device.identify();
  await device.makeKey(newKey);
  const going = device.readCsr('x');
  bench.unplug(1);
  await assert.rejects(going, (error) => code(error) === 'link.lost');
  assert.deepEqual(bench.snapshot()[0]?.lastDevice, unit);
  bench.plug(3, unit);
  const again = await (await connect('practice:3')).identify();
  assert.equal(again.hardwareId, hardwareId);
  assert.equal(again.hasKey, true);
  assert.throws(
    () => bench.plug(1, unit),
    (error) => code(error) === 'call.badParams',
  );
  bench.unplug(3);
  bench.plug(1, unit);
  await provision(unit.label);
});

test('32 devices at once', async (t) => {
  const { bench, connect } = begin(t, 32);
  const units = Array.from({ length: 32 }, (_, at) => bench.plug(at + 1));
  assert.equal(new Set(units.map((unit) => unit.label)).size, 32);
  const proofs = units.map(async (unit, at) => {
    const device = await connect(`practice:${at + 1}`);
    await device.makeKey(newKey);
    return sha256((await device.readCsr(unit.label)).csrDer);
  });
  assert.equal(new Set(await Promise.all(proofs)).size, 32);
});

test('no device of two runs has the identity of another; a seed repeats them, and IMEIs keep their check digit', async (t) => {
  const { clock } = begin(t);
  const drivers = ['agent', 'nrf91', 'zephyr'] as const;
  const idsOf = async (seed?: number) => {
    const bench = createPracticeBench({ slots: 6, clock, ...(seed === undefined ? {} : { seed }) });
    const ids: string[] = [];
    for (const [at, driver] of [...drivers, ...drivers].entries()) {
      bench.plug(at + 1, bench.newDevice(driver));
      const device = driverNamed(driver).connect(await bench.open(`practice:${at + 1}`, driverNamed(driver).line), {
        clock,
      });
      ids.push((await device.identify()).hardwareId);
      await device.close();
    }
    return ids;
  };
  const [one, other, seeded, again] = [await idsOf(), await idsOf(), await idsOf(7), await idsOf(7)];
  assert.equal(new Set([...one, ...other, ...seeded]).size, 18);
  assert.deepEqual(seeded, again);
  // The nRF91 driver refuses an IMEI with a wrong check digit.
  for (const imei of [one[1], one[4], seeded[1]]) assert.match(imei ?? '', /^00\d{13}$/);
});

test('a modem in a slot keeps its power while programs come and go; pulled and plugged, it begins again', async (t) => {
  const { clock, bench } = begin(t);
  const unit = bench.plug(1, bench.newDevice('nrf91'));
  const { line } = driverNamed('nrf91');
  const heardAfter = async (text: string) => {
    const channel = await bench.open('practice:1', line);
    let heard = '';
    channel.onData((bytes) => {
      heard += Buffer.from(bytes).toString('latin1');
    });
    await channel.write(Buffer.from(text));
    await new Promise<void>((resolve) => clock.after(5000, resolve));
    await channel.close();
    return heard;
  };
  // A program ended in the middle of a text, and left more than the modem's host keeps.
  assert.equal(await heardAfter(`AT%CMNG=0,1,0,"${'A'.repeat(4500)}`), '');
  assert.equal(await heardAfter('\r\nAT+CGSN\r\n"\r\nAT+CGSN\r\n'), '');
  bench.unplug(1);
  bench.plug(1, unit);
  assert.match(await heardAfter('AT+CGSN\r\n'), /^\d{15}\r\nOK\r\n$/);
});

test('every change is told, and the snapshot says what is where', (t) => {
  const { bench } = begin(t, 2);
  let changes = 0;
  const stop = bench.onChange(() => {
    changes += 1;
  });
  bench.setFault(1, 'silent');
  const unit = bench.plug(1);
  assert.deepEqual(bench.snapshot(), [
    { slot: 1, path: 'practice:1', device: unit, lastDevice: null, fault: 'silent', faults: faultNames },
    { slot: 2, path: 'practice:2', device: null, lastDevice: null, fault: null, faults: faultNames },
  ]);
  bench.unplug(1);
  bench.plug(1);
  assert.equal(bench.snapshot()[0]?.fault, null, 'the fault went with the device');
  assert.equal(changes, 4);
  stop();
  bench.unplug(1);
  assert.equal(changes, 4);
});

/** How each fault shows; `undefined`: the unit still passes. */
const shows: Record<FaultKind, ErrorCode | undefined> = {
  corruptBytes: undefined,
  dropBytes: undefined,
  noisy: undefined,
  silent: 'link.timeout',
  flooding: 'link.flooded',
  keyFails: 'device.keyFailed',
  weakKey: undefined,
  duplicateKey: undefined,
  storageFull: 'device.storageFull',
  dieDuringInstall: 'link.lost',
  badProof: 'verify.proofFailed',
  wrongLabel: 'unit.labelMismatch',
  // Troubles of the network. The line does not meet them.
  noServerName: undefined,
  clockBehind: undefined,
  clockAhead: undefined,
  wrongCa: undefined,
  wrongRoot: undefined,
  revoked: undefined,
};

for (const kind of faultNames) {
  test(`${kind} shows as ${shows[kind] ?? 'nothing on the line'}; mended, the unit passes`, async (t) => {
    const { bench, provision } = begin(t);
    const unit = bench.plug(1);
    bench.setFault(1, kind);
    const outcome = await provision(unit.label).then(
      () => undefined,
      (error: unknown) => code(error) ?? error,
    );
    assert.equal(outcome, shows[kind]);
    if (outcome === undefined) return;
    if (kind === 'dieDuringInstall') {
      assert.equal(bench.snapshot()[0]?.device, null, 'a dead device has no port');
      bench.plug(1, unit);
    } else bench.setFault(1, null);
    await provision(unit.label);
  });
}

test('devices with the same broken generator make the same key', async (t) => {
  const { bench, connect } = begin(t);
  const keys: string[] = [];
  for (const slot of [1, 2]) {
    bench.plug(slot);
    bench.setFault(slot, 'duplicateKey');
    const device = await connect(`practice:${slot}`);
    await device.makeKey(newKey);
    const csr = Buffer.from((await device.readCsr('x')).csrDer).toString('hex');
    // A P-256 SubjectPublicKeyInfo: 91 bytes.
    keys.push(/3059301306.{172}/.exec(csr)?.[0] ?? `none in slot ${slot}`);
  }
  assert.equal(keys[0], keys[1]);
});
