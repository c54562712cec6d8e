/** The whole life of a unit whose firmware has Zephyr's shells, through the line; and with the power lost at each step. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { driverNamed } from '../../app/device/drivers/index.ts';
import { runUnit, startAttempt } from '../../app/line/index.ts';
import type { PracticeDevice } from '../../app/practice/devices/power.ts';
import { createZephyrDevice } from '../../app/practice/devices/zephyr/device.ts';
import type { ZephyrFirmware } from '../../app/practice/devices/zephyr/machine.ts';
import type { StationHandle } from '../../app/station/index.ts';
import { systemClock } from '../../main/clock.ts';
import { openStation } from '../../main/openstation.ts';
import { makeStation, passphrase } from '../support.ts';

describe('a Zephyr device on the line', { concurrency: false }, () => {
  let station: StationHandle;
  let made = 0;

  before(async () => {
    station = await openStation({ dir: await makeStation(), kind: 'host', threads: false });
    await station.parts.authority.unlock(passphrase);
  });
  after(() => station?.close());

  const newDevice = (firmware: Partial<ZephyrFirmware> = { credBufferBytes: 4096 }): PracticeDevice => {
    made += 1;
    const hardwareId = `a1b2c3d4e5f6${String(made).padStart(4, '0')}`;
    const traits = { model: '', hardwareRevision: '', firmware: '3.2.1', hardwareId };
    return createZephyrDevice({ clock: systemClock, traits, firmware, baud: 0, computeMs: 0, seed: made });
  };
  const attempt = async (device: PracticeDevice, unitSerial: string, pullAt?: string, at = station) => {
    const { lineTools } = at.parts;
    const driver = driverNamed('zephyr');
    const job = { unitSerial, orderId: 'default', slotId: null, actor: 'test' };
    const start = await startAttempt(job, await lineTools.recipeFor('default', { driver: driver.name }), lineTools);
    return runUnit({
      job,
      start,
      tools: lineTools,
      open: async () => device.connect(),
      onSteps: (steps) => {
        const running = steps.find((step) => step.state === 'running');
        if (pullAt !== undefined && running?.name === pullAt) device.powerOff();
      },
      signal: new AbortController().signal,
    });
  };
  const journalOf = async (unitSerial: string, step: string, at = station) => {
    const { journal } = await at.parts.ledger.showUnit(unitSerial);
    return journal.find((entry) => entry.step === step && entry.entry === 'step.done')?.data;
  };

  test('it passes; the records say what the device holds, what it has no place for, and how it proved its key', async () => {
    const device = newDevice();
    const result = await attempt(device, 'ZEPHYR-1');
    assert.equal(result.outcome, 'PASS', result.error?.message);
    const story = await station.parts.ledger.showUnit('ZEPHYR-1');
    assert.equal(story.hardwareId, device.traits.hardwareId);
    assert.equal((await journalOf('ZEPHYR-1', 'identify'))?.firmware, '3.2.1 (Zephyr 4.2.99)');
    const verified = JSON.stringify(await journalOf('ZEPHYR-1', 'verify'));
    assert.match(verified, /"compared":\["rootCa","certificate","chain"\]/);
    assert.match(verified, /"unread":\["endpoint","thingName","unitSerial"\]/);
    assert.match(verified, /"proof":"freshCsr"/);
  });

  test('firmware with the default buffer has no room for Amazon’s RSA root, and is told what to change', async () => {
    const result = await attempt(newDevice({}), 'ZEPHYR-2');
    assert.equal(result.error?.code, 'device.storageFull');
    assert.match(result.error?.detail ?? '', /rootCa.*CONFIG_TLS_CREDENTIALS_SHELL_CRED_BUF_SIZE to 1\d{3} or more/);
  });

  test('with a small root it passes without its chain, on record', async () => {
    const practice = await openStation({ dir: await makeStation([], true), kind: 'host', threads: false });
    try {
      await practice.parts.authority.unlock(passphrase);
      const result = await attempt(newDevice({}), 'ZEPHYR-4', undefined, practice);
      assert.equal(result.outcome, 'PASS', result.error?.message);
      assert.match(JSON.stringify(await journalOf('ZEPHYR-4', 'verify', practice)), /"unread":\["chain",/);
    } finally {
      await practice.close();
    }
  });

  test('a proof by another key fails the unit', async () => {
    const device = newDevice();
    device.fault = { badProof: true };
    const result = await attempt(device, 'ZEPHYR-3');
    assert.equal(result.outcome, 'FAIL');
    assert.equal(result.error?.code, 'verify.proofFailed');
  });

  for (const [index, step] of ['identify', 'key', 'csr', 'install', 'verify'].entries())
    test(`power lost at "${step}": the next attempt passes with the same certificate`, async () => {
      const device = newDevice();
      const unitSerial = `PULLED-${index}`;
      const pulled = await attempt(device, unitSerial, step);
      assert.equal(pulled.error?.code, 'link.lost');
      const before = (await station.parts.ledger.showUnit(unitSerial)).certificates;
      const result = await attempt(device, unitSerial);
      assert.equal(result.outcome, 'PASS', result.error?.message);
      const { certificates } = await station.parts.ledger.showUnit(unitSerial);
      assert.equal(certificates.length, 1);
      if (before[0]) assert.equal(certificates[0]?.certificateId, before[0].certificateId);
      assert.equal(before.length, ['install', 'verify'].includes(step) ? 1 : 0);
    });
});
