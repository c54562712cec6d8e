/** On the practice line: units of several ways are told to connect to its gateway, and are held against its account. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { failedPhase } from '../../app/contract/connecting.ts';
import { createClient, type Station } from '../../app/contract/index.ts';
import { practicePins } from '../../app/contract/model.ts';
import type { StationHandle } from '../../app/station/index.ts';
import { openPracticeLine, practicePassphrase } from '../../main/practiceline.ts';
import { benchWhen, slotWhen } from '../line/support.ts';

let folder: string;
let line: StationHandle;
let operator: Station;
let engineer: Station;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'birthmark-would-'));
  line = await openPracticeLine(join(folder, 'station'));
  operator = createClient(line.connect('test'));
  await operator.call('session.signIn', { badge: 'OP-1001', pin: '1001' });
  engineer = createClient(line.connect('test'));
  await engineer.call('session.signIn', { badge: 'EN-3003', pin: '3003' });
});
after(async () => {
  await line.close();
  await rm(folder, { recursive: true, force: true });
});

async function pass(fault: string | null = null): Promise<string> {
  const { slots } = await operator.call('practice.snapshot', {});
  if (slots[0]?.deviceId) await operator.call('practice.unplug', { slotId: 1 });
  await slotWhen(operator, 1, 'EMPTY');
  await operator.call('practice.fault', { slotId: 1, fault });
  await operator.call('practice.plug', { slotId: 1 });
  const label = (await operator.call('practice.snapshot', {})).slots[0]?.label ?? '';
  await slotWhen(operator, 1, 'SCAN');
  await operator.call('bench.scan', { text: label });
  const slot = await slotWhen(operator, 1, 'PASS', 'FAIL', 'CHECK_STATION', 'LOCKED');
  assert.equal(slot.state, 'PASS', JSON.stringify(slot.error ?? slot.lockReason));
  return label;
}

/** The device of the first slot connects; the phase that failed, if one did. */
async function connectNow(): Promise<string> {
  await operator.call('bench.connect', { slotId: 1 });
  const { slots } = await benchWhen(
    operator,
    ({ slots: [one] }) => one?.homeCall !== undefined && one.homeCall.state !== 'running',
  );
  const failed = failedPhase(slots[0]?.homeCall?.phases ?? []);
  return failed ? `${failed.phase} ${failed.fault}` : (slots[0]?.homeCall?.error?.code ?? 'connected');
}

const why = async (unitSerial: string) => {
  const { would, checks } = await operator.call('connections.why', { unitSerial });
  const wrong = checks.filter(({ state }) => state === 'wrong').map(({ check }) => check);
  return { would, wrong, checks };
};

describe('connect now, and would it connect', { concurrency: false }, () => {
  test('JITP: the device is in at the second try, and would be in', { timeout: 60_000 }, async () => {
    await operator.call('practice.way', { way: 'jitp' });
    const serial = await pass();
    assert.equal(await connectNow(), 'connected');
    const { would, wrong, checks } = await why(serial);
    assert.deepEqual([would, wrong], ['yes', []], JSON.stringify(checks));
  });

  test('a certificate that is revoked in AWS: the check says so', {
    timeout: 60_000,
  }, async () => {
    await operator.call('practice.way', { way: 'jitp' });
    const serial = await pass('revoked');
    const { would, wrong } = await why(serial);
    assert.deepEqual([would, wrong], ['no', ['certificate']]);
  });

  test('where AWS is away, the rest is checked', { timeout: 60_000 }, async () => {
    const serial = await pass();
    await engineer.call('practice.outage', { outage: 'unavailable' });
    const { would, checks } = await why(serial);
    await engineer.call('practice.outage', { outage: null });
    assert.equal(would, 'unknown');
    assert.deepEqual(
      checks.filter(({ state }) => state === 'unknown').map(({ check }) => check),
      ['endpoint', 'clock', 'ca', 'certificate', 'policy'],
    );
  });

  test('a unit of the CA before is held against that CA', { timeout: 60_000 }, async () => {
    await operator.call('practice.way', { way: 'jitp' });
    // Its device stays outside, so that its CA counts.
    await engineer.call('practice.outage', { outage: 'gatewayRefuses' });
    const serial = await pass();
    const caOf = async () => (await why(serial)).checks.find(({ check }) => check === 'ca');
    const before = await caOf();
    assert.equal(before?.state, 'ok', before?.detail);
    const { authorities } = await engineer.call('ca.hierarchy', {});
    const root = authorities.find(({ role }) => role === 'root');
    const second = { badge: 'QA-2002', pin: practicePins.qa };
    await engineer.call('ca.makeIssuing', {
      second,
      ...{ commonName: 'The next CA', keyType: 'P-256', years: 5 },
      ...{ parentId: root?.issuerId ?? '', access: { kind: 'secret', secret: practicePassphrase } },
      ...{ custody: { kind: 'file', passphrase: practicePassphrase } },
    });
    const made = (await engineer.call('ca.hierarchy', {})).authorities.find(
      ({ commonName }) => commonName === 'The next CA',
    );
    await engineer.call('ca.activate', { issuerId: made?.issuerId ?? '', second });
    assert.deepEqual(await caOf(), before);
    await engineer.call('practice.outage', { outage: null });
  });

  test('a unit without a certificate, and a target that is not there, are refused', async () => {
    await assert.rejects(operator.call('connections.why', { unitSerial: 'NEVER-1' }), { code: 'unit.notFound' });
    const [unit] = (await operator.call('units.list', { state: 'passed' })).rows;
    await assert.rejects(operator.call('connections.why', { unitSerial: unit?.unitSerial ?? '', target: 'nowhere' }), {
      code: 'cloud.noTarget',
    });
  });
});
