/** A unit comes back for another identity: with each protocol it leaves with another key, and never keeps the old one. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { StationError } from '../../app/contract/index.ts';
import type { Driver } from '../../app/device/driver.ts';
import { agentDriver } from '../../app/device/drivers/agent/index.ts';
import { freertosDriver } from '../../app/device/drivers/freertos/index.ts';
import { isImei } from '../../app/device/drivers/nrf91/at.ts';
import { nrf91Driver } from '../../app/device/drivers/nrf91/index.ts';
import { zephyrDriver } from '../../app/device/drivers/zephyr/index.ts';
import { signCsr } from '../../app/issuing/index.ts';
import { runUnit, startAttempt, stepsOf } from '../../app/line/index.ts';
import { createAgentDevice } from '../../app/practice/devices/agent/device.ts';
import { createFreertosDevice } from '../../app/practice/devices/freertos/device.ts';
import { createNrf91Device } from '../../app/practice/devices/nrf91/device.ts';
import type { PracticeDevice } from '../../app/practice/devices/power.ts';
import { createZephyrDevice } from '../../app/practice/devices/zephyr/device.ts';
import type { StationHandle } from '../../app/station/index.ts';
import { systemClock } from '../../main/clock.ts';
import { openStation } from '../../main/openstation.ts';
import { makeCsr } from '../ca/support.ts';
import { refuses } from '../records/support.ts';
import { makeStation, passphrase } from '../support.ts';

const clock = systemClock;
const common = { clock, baud: 0, computeMs: 0 };
const named = (hardwareId: string) => ({ model: '', hardwareRevision: '', firmware: '1.0', hardwareId });

const drivers: Record<string, Driver> = {
  agent: agentDriver,
  nrf91: nrf91Driver,
  zephyr: zephyrDriver,
  freertos: freertosDriver,
};
const driverNamed = (name: string) => drivers[name] ?? agentDriver;

/** An IMEI ends with a digit that checks the others. */
const imei = (n: number) =>
  [...'0123456789'].map((last) => `35265610036${100 + n}${last}`).find((one) => isImei(one)) ?? '';

/** Each board has a chip of its own: the records know one unit by one chip. */
const devices: Record<string, (n: number) => PracticeDevice> = {
  agent: (n) =>
    createAgentDevice({ ...common, traits: { ...named(`a1a2a3${100 + n}`), model: 'BM-1', hardwareRevision: 'A' } }),
  nrf91: (n) =>
    createNrf91Device({
      ...common,
      traits: { ...named(imei(n)), model: 'nRF9151-LACA', firmware: 'mfw_nrf91x1_2.0.2' },
    }),
  zephyr: (n) =>
    createZephyrDevice({ ...common, traits: named(`a1b2c3d4e5f60${100 + n}`), firmware: { credBufferBytes: 4096 } }),
  freertos: () => createFreertosDevice({ ...common, traits: named('none') }),
};

describe('rework on the line', { concurrency: false }, () => {
  let station: StationHandle;
  let boards = 0;
  before(async () => {
    station = await openStation({ dir: await makeStation([], true), kind: 'host', threads: false });
    await station.parts.authority.unlock(passphrase);
  });
  after(() => station?.close());

  type Options = { seal?: boolean; pullAt?: string };
  const attempt = async (driver: string, device: PracticeDevice, unitSerial: string, options: Options = {}) => {
    const lineTools = { ...station.parts.lineTools, driverNamed };
    const recipe = { ...(await lineTools.recipeFor('default', { driver: 'agent' })), driver };
    const job = { unitSerial, orderId: 'default', slotId: null, actor: 'test' };
    return runUnit({
      job,
      start: await startAttempt(
        job,
        options.seal ? recipe : { ...recipe, steps: stepsOf({ connect: false, seal: false }) },
        lineTools,
      ),
      tools: lineTools,
      open: async () => device.connect(),
      onSteps: (steps) => {
        const running = steps.find((step) => step.state === 'running')?.name;
        if (options.pullAt !== undefined && running === options.pullAt) device.powerOff();
      },
      signal: new AbortController().signal,
    });
  };
  const pass = async (...params: Parameters<typeof attempt>) => {
    const result = await attempt(...params);
    assert.equal(result.outcome, 'PASS', result.error?.message);
  };
  const rework = (unitSerial: string) =>
    station.parts.ledger.reworkUnit({ unitSerial, reason: 'board repaired', actor: 'olga', agreedBy: 'erin' });
  const keysOf = async (unitSerial: string) => {
    const { journal } = await station.parts.ledger.showUnit(unitSerial);
    return journal.filter(({ entry }) => entry === 'csr.recorded').map(({ data }) => data.spkiSha256);
  };
  /** The device itself, asked without the station. */
  const proves = async (driver: string, device: PracticeDevice, unitSerial: string) => {
    const { certificates } = await station.parts.ledger.showUnit(unitSerial);
    assert.deepEqual(
      certificates.map(({ state }) => state),
      [...Array(certificates.length - 1).fill('revoked'), 'issued'],
    );
    const talk = driverNamed(driver).connect(device.connect(), { clock });
    try {
      const { hasKey, hasCertificate } = await talk.identify();
      assert.deepEqual([hasKey, hasCertificate], [true, true]);
    } finally {
      await talk.close();
    }
  };

  for (const [driver, make] of Object.entries(devices)) {
    test(`${driver}: another key, another certificate, verified on the device`, async () => {
      const unitSerial = `REWORK-${driver}`;
      const device = make(++boards);
      await pass(driver, device, unitSerial);
      await rework(unitSerial);
      await pass(driver, device, unitSerial);
      const keys = await keysOf(unitSerial);
      assert.equal(new Set(keys).size, 2, 'a key for each certificate');
      await proves(driver, device, unitSerial);
      const { certificates, journal } = await station.parts.ledger.showUnit(unitSerial);
      assert.equal(certificates[0]?.supersededBy, certificates[1]?.serialHex);
      const erased = journal.some(({ entry }) => entry === 'device.erased');
      assert.equal(erased, driver !== 'freertos', 'on record where the protocol can forget');
    });

    test(`${driver}: power lost at any step of a rework; the next attempt ends it, with one live certificate`, async () => {
      for (const pullAt of ['identify', 'key', 'csr', 'install', 'verify']) {
        const unitSerial = `PULLED-${driver}-${pullAt}`;
        const device = make(++boards);
        await pass(driver, device, unitSerial);
        await rework(unitSerial);
        const cut = await attempt(driver, device, unitSerial, { pullAt });
        assert.equal(cut.error?.code, 'link.lost', pullAt);
        const issued = (await station.parts.ledger.showUnit(unitSerial)).certificates.find(
          (one) => one.state === 'issued',
        );
        await pass(driver, device, unitSerial);
        await proves(driver, device, unitSerial);
        const { certificates } = await station.parts.ledger.showUnit(unitSerial);
        assert.equal(certificates.length, 2, `${pullAt}: nothing is signed twice`);
        if (issued) assert.equal(certificates.at(-1)?.serialHex, issued.serialHex, 'what was recorded goes on');
        assert.notEqual((await keysOf(unitSerial)).at(0), (await keysOf(unitSerial)).at(-1));
      }
    });
  }
  test('a sealed device takes no other key: it is refused before anything is written, another board is not', async () => {
    const sealed = createAgentDevice({
      ...common,
      traits: { ...named('5ea1ed'), model: 'BM-1', hardwareRevision: 'A' },
    });
    await pass('agent', sealed, 'SEALED', { seal: true });
    await rework('SEALED');
    const refused = await attempt('agent', sealed, 'SEALED');
    assert.equal(refused.error?.code, 'device.sealed');
    assert.match(refused.error?.detail ?? '', /cannot be reworked/);
    assert.deepEqual(
      refused.steps.map(({ name }) => name),
      [],
      'it stops at identify',
    );
    const board = createAgentDevice({
      ...common,
      traits: { ...named('b0a4d2'), model: 'BM-1', hardwareRevision: 'A' },
    });
    await pass('agent', board, 'SEALED');
  });

  test('firmware that only says that it forgot its key gets no certificate', async () => {
    const liar = createAgentDevice({ ...common, traits: { ...named('11a4'), model: 'BM-1', hardwareRevision: 'A' } });
    await pass('agent', liar, 'LIAR');
    await rework('LIAR');
    const { lineTools } = station.parts;
    const agent = driverNamed('agent');
    const tools = {
      ...lineTools,
      driverNamed: () => ({
        ...agent,
        connect: (...params: Parameters<typeof agent.connect>) => ({
          ...agent.connect(...params),
          erase: async () => {},
        }),
      }),
    };
    const job = { unitSerial: 'LIAR', orderId: 'default', slotId: null, actor: 'test' };
    const result = await runUnit({
      job,
      start: await startAttempt(job, await tools.recipeFor('default', { driver: 'agent' }), tools),
      tools,
      open: async () => liar.connect(),
      onSteps: () => {},
      signal: new AbortController().signal,
    });
    assert.deepEqual([result.outcome, result.error?.code], ['FAIL', 'policy.keySeen']);
    assert.equal((await station.parts.ledger.showUnit('LIAR')).certificates.length, 1, 'nothing was reserved');
  });

  test('a CSR file of a reworked unit needs another key, too; one of a scrapped unit is refused', async () => {
    const { ledger, lineTools: tools } = station.parts;
    const sign = (csr: Uint8Array) => signCsr({ csr, unitSerial: 'FILE-1', orderId: undefined, actor: 'test' }, tools);
    const old = makeCsr('FILE-1').csrDer;
    const first = await sign(old);
    assert.equal((await sign(old)).serialHex, first.serialHex, 'the stored one, as before');
    await assert.rejects(sign(makeCsr('FILE-1').csrDer), refuses('policy.unitHasCertificate'));
    await rework('FILE-1');
    await assert.rejects(sign(old), (thrown) => thrown instanceof StationError && thrown.code === 'policy.keySeen');
    const second = await sign(makeCsr('FILE-1').csrDer);
    assert.notEqual(second.serialHex, first.serialHex);
    await ledger.scrapUnit({ unitSerial: 'FILE-1', reason: 'burnt', actor: 'olga', agreedBy: 'erin' });
    await assert.rejects(sign(makeCsr('FILE-1').csrDer), refuses('unit.scrapped'));
  });
});
