/** The label that is scanned ahead: when it is kept, and when it is not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refuses } from '../records/support.ts';
import { benchWhen, makeBed, slotWhen } from './support.ts';

const recipe = {
  name: 'acme',
  model: '*',
  driver: 'agent',
  profile: 'aws-iot-device',
  rootCa: 'station',
  continuous: true,
};

test('a bench that is locked keeps no label for later: nothing begins by itself once it is released', async (t) => {
  let free = 500 * 1024 * 1024;
  const bed = await makeBed(1, { freeBytes: async () => free });
  t.after(() => bed.close());
  const { bench, operator, engineer, station } = bed;
  const { name, version } = await engineer.call('recipes.save', { text: JSON.stringify(recipe) });
  await engineer.call('recipes.approve', { name, version });
  const device = bench.newDevice();

  free = 0;
  await station.parts.lineTools.assertSound().catch(() => {});
  await benchWhen(operator, ({ locked }) => locked === 'disk');
  await assert.rejects(operator.call('bench.scan', { text: device.label }), refuses('unit.noSlotWaiting'));
  assert.equal((await operator.call('bench.snapshot', {})).heldLabel, undefined);

  free = 500 * 1024 * 1024;
  await station.parts.lineTools.assertSound();
  await benchWhen(operator, ({ locked }) => locked === undefined);
  bench.plug(1, device);
  await slotWhen(operator, 1, 'SCAN');
  await assert.rejects(operator.call('units.show', { unitSerial: device.label }), refuses('unit.notFound'));
});

test('a label that waits for its unit goes with the person who scanned it, and with no other', async (t) => {
  const bed = await makeBed(1);
  t.after(() => bed.close());
  const { bench, operator, engineer } = bed;
  const { name, version } = await engineer.call('recipes.save', { text: JSON.stringify(recipe) });
  await engineer.call('recipes.approve', { name, version });
  const { label } = bench.newDevice();
  await operator.call('bench.scan', { text: label });
  const held = async () => (await operator.call('bench.snapshot', {})).heldLabel;
  assert.equal(await held(), label);
  await engineer.call('session.signOut', {});
  assert.equal(await held(), label, 'another person left');
  await operator.call('session.signOut', {});
  await operator.call('session.signIn', { badge: 'OP-1', pin: '1111' });
  assert.equal(await held(), undefined);
});
