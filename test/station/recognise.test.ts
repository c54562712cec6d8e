/** What the station finds out about a device that was plugged in, for the person who sets up a slot. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simulated } from '../../app/practice/devices/index.ts';
import { makeBed, slotWhen } from '../line/support.ts';
import { refuses } from '../records/support.ts';

const kinds = Object.keys(simulated);
const port = (at: number) => `practice:${at + 1}`;

test('an engineer asks each kind of device which driver it needs, and it is provisioned as before', async (t) => {
  const { bench, engineer, operator, close } = await makeBed(kinds.length, {
    driverOf: (slot) => kinds[slot - 1] ?? '',
  });
  t.after(close);
  const devices = kinds.map((_, at) => bench.plug(at + 1));
  const found: string[] = [];
  for (const [at] of kinds.entries()) found.push((await engineer.call('station.recognise', { port: port(at) })).driver);
  assert.deepEqual(found, kinds);
  for (const [at, { label }] of devices.entries()) {
    const { prompt } = await slotWhen(operator, at + 1, 'SCAN');
    await operator.call('bench.scan', { text: label, ...(prompt ? { promptId: prompt.promptId } : {}) });
  }
  for (const [at, kind] of kinds.entries()) {
    const { state, error } = await slotWhen(operator, at + 1, 'PASS', 'FAIL', 'CHECK_STATION');
    assert.equal(state, 'PASS', `${kind}: ${JSON.stringify(error)}`);
  }
});

test('refused: to an operator, where nothing answers, where nothing is plugged in, while units are worked on', async (t) => {
  const { bench, engineer, operator, close } = await makeBed(2);
  t.after(close);
  await assert.rejects(operator.call('station.recognise', { port: port(0) }), refuses('session.forbidden'));
  await assert.rejects(engineer.call('station.recognise', { port: port(0) }), refuses('link.noPort'));
  bench.plug(1);
  bench.setFault(1, 'silent');
  await assert.rejects(engineer.call('station.recognise', { port: port(0) }), refuses('link.timeout'));
  const { label } = bench.plug(2);
  const { prompt } = await slotWhen(operator, 2, 'SCAN');
  bench.setFault(2, 'silent');
  await operator.call('bench.scan', { text: label, ...(prompt ? { promptId: prompt.promptId } : {}) });
  await slotWhen(operator, 2, 'WORKING');
  await assert.rejects(engineer.call('station.recognise', { port: port(0) }), refuses('unit.inProgress'));
});
