/** What a form finds wrong: by the schema of its call, by its own rules, and by what the station refused. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { methods, stationChange, stationPlan } from '../../app/contract/index.ts';
import { fieldAt, formFields, type Rules, wrongPaths } from '../../renderer/controls/formfields.ts';

type Typed = { orderId: string; model: string; quantity: string; note: string };

const typed: Typed = { orderId: 'WO-1', model: 'SENSE-2', quantity: '12', note: '' };
const rules: Rules<Typed> = {
  schema: methods['orders.make'].params,
  params: ({ orderId, model, quantity }) => ({ orderId, model, quantity: Number(quantity) }),
  also: ({ note }) => ({ note: note === 'bad' && 'not this note', model: note === 'sure' }),
  words: (name) => `wrong ${name}`,
};
const fieldsOf = (part: Partial<Typed>, refused?: string) =>
  formFields(rules, { ...typed, ...part }, () => undefined, refused);

test('a path of the schema is that of the station, and belongs to the last field it names', () => {
  const wrong = wrongPaths(stationPlan.pick({ cloud: true }).extend({ pins: stationChange.shape.pins }), {
    cloud: { region: 'eu-central-1', bucket: 'units', roleArn: 'no', policyNames: ['a b'] },
    pins: { leastDigits: 4, reason: 'short' },
  });
  assert.deepEqual(wrong.sort(), ['cloud.policyNames.0', 'cloud.roleArn', 'pins.reason']);
  assert.equal(fieldAt('cloud.policyNames.0', ['region', 'policyNames']), 'policyNames');
  assert.equal(fieldAt('device.endpoint', ['region', 'device']), 'device');
  assert.equal(fieldAt('/usr/lib/module.so', ['region', 'device']), undefined);
});

test('values that the station would take fit, and no field has a problem', () => {
  const fields = fieldsOf({});
  assert.equal(fields.fits, true);
  assert.deepEqual([...fields.wrong], []);
  assert.equal(fields.field('quantity').problem, undefined);
});

test('each field that the schema refuses is named, an empty one as well', () => {
  const fields = fieldsOf({ orderId: '', quantity: 'many' });
  assert.equal(fields.fits, false);
  assert.deepEqual([...fields.wrong].sort(), ['orderId', 'quantity']);
  assert.equal(fields.field('quantity').problem, 'wrong quantity');
  assert.equal(fields.field('model').problem, undefined);
});

test('a rule of the form has its own words, or those of the field', () => {
  assert.equal(fieldsOf({ note: 'bad' }).field('note').problem, 'not this note');
  assert.equal(fieldsOf({ note: 'bad' }).fits, false);
  assert.equal(fieldsOf({ note: 'sure' }).field('model').problem, 'wrong model');
});

test('a part of the call that is no field keeps the form from fitting', () => {
  const fields = formFields({ ...rules, params: () => ({ ...typed, second: 1 }) }, typed, () => undefined);
  assert.equal(fields.fits, false);
});

test('what the station refused is a problem of its field until it changes', () => {
  assert.equal(fieldsOf({}, 'orderId').field('orderId').problem, 'wrong orderId');
  assert.equal(fieldsOf({}, 'orderId').field('model').problem, undefined);
});

test('typing sets that field alone', () => {
  const set: Partial<Typed>[] = [];
  formFields(rules, typed, (part) => set.push(part))
    .field('model')
    .onValue('SENSE-3');
  assert.deepEqual(set, [{ model: 'SENSE-3' }]);
});
