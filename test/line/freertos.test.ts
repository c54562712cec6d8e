/** The whole life of FreeRTOS units over the line: practice firmware in, records out. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { freertosDriver } from '../../app/device/drivers/freertos/index.ts';
import { runUnit, startAttempt } from '../../app/line/index.ts';
import type { Fault } from '../../app/practice/devices/faults.ts';
import { createFreertosDevice } from '../../app/practice/devices/freertos/device.ts';
import type { PracticeDevice } from '../../app/practice/devices/power.ts';
import type { StationHandle } from '../../app/station/index.ts';
import { systemClock } from '../../main/clock.ts';
import { openStation } from '../../main/openstation.ts';
import { makeStation, passphrase } from '../support.ts';

const traits = { model: 'B-U585I', hardwareRevision: 'C', firmware: '1.0', hardwareId: 'none' };
const newDevice = () => createFreertosDevice({ clock: systemClock, traits, baud: 0, computeMs: 0 });

describe('FreeRTOS units on the line', { concurrency: false }, () => {
  let station: StationHandle;
  before(async () => {
    station = await openStation({ dir: await makeStation(), kind: 'host', threads: false });
    await station.parts.authority.unlock(passphrase);
  });
  after(() => station?.close());

  const run = async (device: PracticeDevice, unitSerial: string, fault: Fault = {}) => {
    const { lineTools } = station.parts;
    device.fault = fault;
    const job = { unitSerial, orderId: 'default', slotId: null, actor: 'test' };
    return runUnit({
      job,
      start: await startAttempt(job, await lineTools.recipeFor('default', { driver: freertosDriver.name }), lineTools),
      tools: lineTools,
      open: async () => device.connect(),
      onSteps: () => {},
      signal: new AbortController().signal,
    });
  };
  const show = (unitSerial: string) => station.parts.ledger.showUnit(unitSerial);

  test('two units pass, though nothing tells their chips apart; the journal says what was read and what was not', async () => {
    for (const unitSerial of ['RTOS-1', 'RTOS-2']) {
      const result = await run(newDevice(), unitSerial);
      assert.equal(result.outcome, 'PASS', result.error?.message);
    }
    const story = await show('RTOS-1');
    assert.equal(story.state, 'passed');
    assert.equal(story.hardwareId, null);
    const verify = story.journal.find((entry) => entry.entry === 'step.done' && entry.step === 'verify');
    const data = verify?.data as Record<string, unknown>;
    assert.deepEqual(data.compared, ['certificate', 'rootCa', 'endpoint', 'thingName']);
    assert.deepEqual(data.unread, ['chain', 'unitSerial']);
    assert.equal(data.proof, 'freshCsr');
  });

  test('a device that dies in any act is finished with the certificate it has', async () => {
    for (const [at, step] of ['set', 'key', 'csr', 'commit.cert', 'commit.root', 'commit.config'].entries()) {
      for (const when of ['before', 'after'] as const) {
        const device = newDevice();
        const unitSerial = `RTOS-DIES-${at}-${when}`;
        const first = await run(device, unitSerial, { dieAt: { step, when } });
        assert.equal(first.error?.code, 'link.lost', step);
        const issued = (await show(unitSerial)).certificates[0];
        const second = await run(device, unitSerial);
        assert.equal(second.outcome, 'PASS', `${step}: ${second.error?.message}`);
        const { certificates } = await show(unitSerial);
        assert.equal(certificates.length, 1, 'one certificate serial was ever used');
        if (issued) assert.equal(certificates[0]?.certificateId, issued.certificateId);
      }
    }
  });

  test('a device under another label, one with a broken key, one that is full: each its own error, and no certificate passes', async () => {
    const device = newDevice();
    assert.equal((await run(device, 'RTOS-OWN')).outcome, 'PASS');
    assert.equal((await run(device, 'RTOS-OTHER')).error?.code, 'unit.labelMismatch');
    assert.equal((await run(newDevice(), 'RTOS-LIES', { badProof: true })).error?.code, 'verify.proofFailed');
    assert.equal((await run(newDevice(), 'RTOS-WEAK', { key: 'weak' })).error?.code, 'csr.unsupportedKey');
    assert.equal((await run(newDevice(), 'RTOS-NOKEY', { key: 'fails' })).error?.code, 'device.keyFailed');
    const full = { refuse: { command: 'commit', error: 'storage' } };
    assert.equal((await run(newDevice(), 'RTOS-FULL', full)).error?.code, 'device.storageFull');
    assert.equal((await run(newDevice(), 'RTOS-NOISY', { noise: 4 })).outcome, 'PASS');
    assert.equal((await run(newDevice(), 'RTOS-BAD-LINE', { corrupt: 0.0002, drop: 0.0001 })).outcome, 'PASS');
  });
});
