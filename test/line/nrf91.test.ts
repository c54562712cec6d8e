/** A modem on the line: its CSR comes once, so what the records know decides what happens to its key. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { nrf91Driver } from '../../app/device/drivers/nrf91/index.ts';
import { runUnit, startAttempt } from '../../app/line/index.ts';
import { createNrf91Device, type Nrf91Device } from '../../app/practice/devices/nrf91/device.ts';
import { imeiOf } from '../../app/practice/devices/nrf91/index.ts';
import type { StationHandle } from '../../app/station/index.ts';
import { systemClock } from '../../main/clock.ts';
import { openStation } from '../../main/openstation.ts';
import { traits } from '../device/nrf91support.ts';
import { makeStation, passphrase } from '../support.ts';

describe('a modem on the line', { concurrency: false }, () => {
  let station: StationHandle;
  let made = 0;

  before(async () => {
    station = await openStation({ dir: await makeStation(), kind: 'host', threads: false });
    await station.parts.authority.unlock(passphrase);
  });
  after(() => station?.close());

  const newModem = (): Nrf91Device => {
    made += 1;
    const hardwareId = imeiOf(made);
    return createNrf91Device({ clock: systemClock, traits: { ...traits, hardwareId }, baud: 0, computeMs: 0 });
  };

  /** One attempt; `pullAt` cuts the power at the beginning of that step. */
  const attempt = async (device: Nrf91Device, unitSerial: string, pullAt?: string) => {
    const { lineTools } = station.parts;
    const job = { unitSerial, orderId: 'default', slotId: null, actor: 'test' };
    const start = await startAttempt(
      job,
      await lineTools.recipeFor('default', { driver: nrf91Driver.name }),
      lineTools,
    );
    return runUnit({
      job,
      start,
      tools: lineTools,
      open: async () => device.connect(),
      onSteps: (steps) => {
        if (pullAt !== undefined && steps.find((step) => step.state === 'running')?.name === pullAt) device.powerOff();
      },
      signal: new AbortController().signal,
    });
  };
  const story = (unitSerial: string) => station.parts.ledger.showUnit(unitSerial);
  const stepData = async (unitSerial: string, name: string) => {
    const { journal } = await story(unitSerial);
    return journal.filter((entry) => entry.entry === 'step.done' && entry.step === name).at(-1)?.data ?? {};
  };

  test('it passes; the journal says what the proof was, and what it cannot hold or tell', async () => {
    const result = await attempt(newModem(), 'MODEM-1');
    assert.equal(result.outcome, 'PASS', result.error?.message);
    const { keyMark } = await stepData('MODEM-1', 'key');
    assert.match(String(keyMark), /^[0-9A-F]{64}$/);
    assert.match(String((await stepData('MODEM-1', 'csr')).notes), /COSE digest/);
    assert.deepEqual((await stepData('MODEM-1', 'install')).notHeld, ['endpoint', 'thingName', 'unitSerial']);
    assert.deepEqual(await stepData('MODEM-1', 'verify'), {
      compared: ['certificate', 'chain', 'rootCa'],
      unread: ['endpoint', 'thingName', 'unitSerial'],
      proof: 'csr',
      keyMark,
    });
    assert.deepEqual(await stepData('MODEM-1', 'seal'), {}, 'the standard recipe of a modem has no such step');
  });

  test('pulled before the certificate is there, it goes on with the CSR on record and the certificate on record', async () => {
    const device = newModem();
    const pulled = await attempt(device, 'MODEM-2', 'install');
    assert.equal(pulled.error?.code, 'link.lost');
    const key = device.holds().get('16842753,2');
    const before = await story('MODEM-2');
    const result = await attempt(device, 'MODEM-2');
    assert.equal(result.outcome, 'PASS', result.error?.message);
    assert.equal(result.certificateId, before.certificates[0]?.certificateId);
    assert.equal((await story('MODEM-2')).certificates.length, 1);
    assert.deepEqual(device.holds().get('16842753,2'), key, 'the key is the same');
    assert.match(String((await stepData('MODEM-2', 'csr')).notes), /on record/);
  });

  test('when the answer with the CSR never came, it makes another key', async () => {
    const lost = newModem();
    lost.fault = { dieAt: { step: 'keygen', when: 'after' } };
    assert.equal((await attempt(lost, 'MODEM-4')).error?.code, 'link.lost');
    const key = lost.holds().get('16842753,2');
    assert.ok(key);
    assert.equal((await attempt(lost, 'MODEM-4')).outcome, 'PASS');
    assert.notDeepEqual(lost.holds().get('16842753,2'), key);
  });

  test('with a certificate on record, a key nobody knows is left alone and an engineer is called', async () => {
    const device = newModem();
    assert.equal((await attempt(device, 'MODEM-5', 'verify')).error?.code, 'link.lost');
    // A person made another key on the bench.
    const open = nrf91Driver.connect(device.connect(), { clock: systemClock });
    await open.makeKey({ keyType: 'P-256', subject: 'somebody', mayReplace: true });
    await open.close();
    const key = device.holds().get('16842753,2');
    const result = await attempt(device, 'MODEM-5');
    assert.deepEqual([result.outcome, result.error?.code], ['FAIL', 'device.keyUnknown']);
    assert.deepEqual(device.holds().get('16842753,2'), key);
    assert.equal((await story('MODEM-5')).certificates.filter((one) => one.state === 'issued').length, 1);
  });
});
