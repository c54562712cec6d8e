/** What an operator may begin: a serial that the unit can keep, and no second try where the station failed. */
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { driverNamed, driverNames } from '../../app/device/drivers/index.ts';
import { refuses } from '../records/support.ts';
import { type BedOptions, benchWhen, makeBed, slotWhen } from './support.ts';

const ends = ['PASS', 'FAIL', 'CHECK_STATION'] as const;

async function bedOf(t: TestContext, slots: number, options: BedOptions = {}) {
  const bed = await makeBed(slots, options);
  t.after(() => bed.close());
  return bed;
}

describe('the length of a unit serial', () => {
  for (const driver of driverNames) {
    const { longestSerial } = driverNamed(driver).traits;
    test(`${driver}: ${longestSerial} characters pass, one more is refused at the scan`, async (t) => {
      const { bench, operator } = await bedOf(t, 1, { driverOf: () => driver });
      const serialOf = (length: number) => `${'LONG-'.repeat(20)}`.slice(0, length - 1).concat('7');
      bench.plug(1);
      await slotWhen(operator, 1, 'SCAN');
      if (longestSerial < 64) {
        await assert.rejects(
          operator.call('bench.scan', { text: serialOf(longestSerial + 1) }),
          refuses('unit.serialTooLong'),
        );
        const { slots, lastScan } = await operator.call('bench.snapshot', {});
        assert.equal(slots[0]?.state, 'SCAN', 'the slot waits as before');
        assert.deepEqual(
          [lastScan?.error?.data?.length, lastScan?.error?.data?.longest],
          [longestSerial + 1, longestSerial],
        );
        await assert.rejects(
          operator.call('units.show', { unitSerial: serialOf(longestSerial + 1) }),
          refuses('unit.notFound'),
        );
      }
      await operator.call('bench.scan', { text: serialOf(longestSerial) });
      const { state, error } = await slotWhen(operator, 1, ...ends);
      assert.equal(state, 'PASS', JSON.stringify(error));
    });
  }

  test('a label that is scanned ahead is refused at once, not when its unit is plugged in', async (t) => {
    const { bench, operator, engineer } = await bedOf(t, 1);
    const text = JSON.stringify({
      name: 'ahead',
      model: '*',
      driver: 'agent',
      profile: 'aws-iot-device',
      rootCa: 'station',
      continuous: true,
    });
    await engineer.call(
      'recipes.approve',
      await engineer.call('recipes.save', { text }).then(({ name, version }) => ({ name, version })),
    );
    await assert.rejects(operator.call('bench.scan', { text: 'A'.repeat(33) }), refuses('unit.serialTooLong'));
    assert.equal((await operator.call('bench.snapshot', {})).heldLabel, undefined);
    assert.deepEqual(await operator.call('bench.scan', { text: 'A'.repeat(32) }), { slotId: null });
    bench.plug(1);
    assert.equal((await slotWhen(operator, 1, ...ends)).state, 'PASS');
  });

  test('orders and recipes whose serials no unit could keep are refused when they are written', async (t) => {
    const { engineer } = await bedOf(t, 1);
    const range = (length: number) => ({
      serialFrom: `${'S'.repeat(length - 2)}01`,
      serialTo: `${'S'.repeat(length - 2)}99`,
    });
    const order = { orderId: 'WO-LONG', model: 'X', quantity: 9, activate: false };
    await assert.rejects(engineer.call('orders.make', { ...order, ...range(33) }), refuses('unit.serialTooLong'));
    assert.equal((await engineer.call('orders.make', { ...order, ...range(32) })).orderId, 'WO-LONG');
    const recipe = (max: number, driver = 'agent') => ({
      text: JSON.stringify({
        name: 'long',
        model: '*',
        driver,
        profile: 'aws-iot-device',
        seal: false,
        label: { kind: 'gs1', length: { min: 8, max } },
      }),
    });
    const { problems } = await engineer.call('recipes.check', recipe(33));
    assert.deepEqual(problems, [
      {
        path: 'label.length.max',
        code: 'serialsTooLong',
        data: { driver: 'agent', most: 32 },
        message: 'agent takes unit serials of at most 32 characters',
        line: 1,
        column: 131,
      },
    ]);
    assert.deepEqual((await engineer.call('recipes.check', recipe(32))).problems, []);
    assert.deepEqual((await engineer.call('recipes.check', recipe(64, 'nrf91'))).problems, []);
  });
});

describe('a station that failed', () => {
  test('its unit is offered a second try by an engineer only, by press and by scan', async (t) => {
    const { bench, operator, engineer, station } = await bedOf(t, 1);
    const { label } = bench.plug(1);
    await slotWhen(operator, 1, 'SCAN');
    const signer = station.parts.authority.signer();
    const { sign } = signer;
    Object.assign(signer, { sign: () => Promise.reject(new Error('the token is sick')) });
    await operator.call('bench.scan', { text: label });
    const seen = await slotWhen(operator, 1, ...ends);
    assert.deepEqual([seen.state, seen.ask, seen.prompt], ['CHECK_STATION', 'callEngineer', undefined]);
    const promptId = (await slotWhen(engineer, 1, 'CHECK_STATION')).prompt?.promptId ?? '';
    await assert.rejects(operator.call('bench.retry', { slotId: 1, promptId }), refuses('unit.engineerFirst'));
    await assert.rejects(operator.call('bench.scan', { text: label }), refuses('unit.engineerFirst'));
    assert.equal((await operator.call('bench.snapshot', {})).slots[0]?.state, 'CHECK_STATION');
    Object.assign(signer, { sign });
    await engineer.call('bench.retry', { slotId: 1, promptId });
    assert.equal((await slotWhen(engineer, 1, ...ends)).state, 'PASS');
  });

  test('a unit that failed by itself is tried again by the operator; signed out, the tile asks for the sign-in', async (t) => {
    const { bench, operator, engineer } = await bedOf(t, 1);
    const { label } = bench.plug(1);
    bench.setFault(1, 'keyFails');
    await operator.call('bench.scan', { text: label });
    assert.ok((await slotWhen(operator, 1, 'FAIL')).prompt);
    await engineer.call('session.signOut', {});
    const [out] = (await engineer.call('bench.snapshot', {})).slots;
    assert.deepEqual([out?.state, out?.ask, out?.prompt], ['FAIL', 'signIn', undefined]);
    const [mine] = (await operator.call('bench.snapshot', {})).slots;
    bench.setFault(1, null);
    await operator.call('bench.retry', { slotId: 1, promptId: mine?.prompt?.promptId ?? '' });
    await benchWhen(operator, ({ slots }) => slots[0]?.state === 'PASS');
  });
});
