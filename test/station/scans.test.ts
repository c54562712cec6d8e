/** Label rules at the station: what a scan is there, which rule applies, and what begins a unit. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { plainRules, scanRules } from '../../app/contract/model.ts';
import { isError } from '../device/support.ts';
import { type Bed, makeBed, slotWhen } from '../line/support.ts';

const gs = '\u001d';
const gtin = '04006381333931';
const gs1Rule = { kind: 'gs1' as const, gtins: [{ gtin, model: 'ACME' }], length: { min: 8, max: 8 } };
const patternRule = (pattern: string) => ({ kind: 'pattern', pattern }) as const;

describe('scans at a station', () => {
  let bed: Bed;
  before(async () => {
    bed = await makeBed(2, {});
  });
  after(() => bed?.close());

  const read = (text: string) => bed.operator.call('scan.read', { text });
  const rules = (scan: object) => bed.engineer.call('station.configure', { scan: scanRules.parse(scan) });
  const scan = (text: string, more: object = {}) => bed.operator.call('bench.scan', { text, ...more });

  test('what is on record is told apart by itself; a deactivated person has no badge', async () => {
    assert.deepEqual(await read('OP-1'), { kind: 'badge', badge: 'OP-1' });
    assert.deepEqual(await read('OP-2'), { kind: 'unit', unitSerial: 'OP-2' });
    const added = await bed.engineer.call('people.add', {
      name: 'Neu',
      badge: 'NEW-77',
      pin: '735091',
      role: 'operator',
    });
    assert.deepEqual(await read(']C0NEW-77'), { kind: 'badge', badge: 'NEW-77' });
    assert.deepEqual(await read('default'), { kind: 'order', orderId: 'default' });
    await bed.engineer.call('people.deactivate', { personId: added.personId });
    assert.deepEqual(await read('NEW-77'), { kind: 'unit', unitSerial: 'NEW-77' });
  });

  test("nobody needs to be signed in to ask, and rules are an engineer's", async () => {
    const { createClient } = await import('../../app/contract/index.ts');
    const nobody = createClient(bed.station.connect('test'));
    assert.equal((await nobody.call('scan.read', { text: 'SN-1' })).kind, 'unit');
    await assert.rejects(bed.operator.call('station.configure', { scan: plainRules }), isError('session.forbidden'));
    await assert.rejects(
      bed.operator.call('scan.preview', { text: 'x', rules: plainRules }),
      isError('session.forbidden'),
    );
  });

  test('a rule that cannot be used is refused with its place, and nothing is changed', async () => {
    const bad = { unit: patternRule('(?P<serial>[A-Z') };
    await assert.rejects(rules(bad), isError('scan.badRule'));
    await assert.rejects(
      bed.engineer.call('scan.preview', { text: 'x', rules: scanRules.parse(bad) }),
      isError('scan.badRule'),
    );
    const order = { orderId: 'BAD', model: '*', quantity: 1, label: patternRule('[A-Z]+') };
    await assert.rejects(bed.engineer.call('orders.make', order), isError('scan.badRule'));
    assert.deepEqual((await bed.engineer.call('station.status', {})).scan, plainRules);
  });

  test("the order's rule goes before its recipe's, that before the station's", async () => {
    await rules({ unit: patternRule('S(?P<serial>\\d+)') });
    const text = JSON.stringify({
      name: 'acme',
      model: 'ACME',
      driver: 'agent',
      profile: 'aws-iot-device',
      label: patternRule('R(?P<serial>\\d+)'),
    });
    const { version } = await bed.engineer.call('recipes.save', { text });
    await bed.engineer.call('recipes.approve', { name: 'acme', version });
    assert.equal((await read('S12')).kind, 'unit');
    assert.equal((await read('R12')).kind, 'unknown');
    await bed.engineer.call('orders.make', { orderId: 'WO-1', model: 'ACME', quantity: 5 });
    assert.deepEqual(await read('R12'), { kind: 'unit', unitSerial: '12' });
    assert.equal((await read('S12')).kind, 'unknown');
    const made = await bed.engineer.call('orders.make', {
      orderId: 'WO-2',
      model: 'ACME',
      quantity: 5,
      label: gs1Rule,
    });
    assert.deepEqual(made.label, gs1Rule);
    assert.equal((await read('R12')).kind, 'unknown');
    const label = await read(`]d201${gtin}21ABCDEFGH${gs}10L7`);
    assert.deepEqual(label, { kind: 'unit', unitSerial: 'ABCDEFGH', model: 'ACME', gtin, lot: 'L7' });
    const listed = await bed.operator.call('orders.list', {});
    assert.deepEqual(listed.map(({ orderId, label: rule }) => [orderId, rule?.kind]).sort(), [
      ['WO-1', undefined],
      ['WO-2', 'gs1'],
      ['default', undefined],
    ]);
  });

  test('a recipe whose rule cannot be used is not saved', async () => {
    const text = JSON.stringify({
      name: 'bad',
      model: 'ACME',
      driver: 'agent',
      profile: 'aws-iot-device',
      label: patternRule('[A-Z]+'),
    });
    const { problems } = await bed.engineer.call('recipes.check', { text });
    assert.deepEqual(
      problems.map(({ path }) => path),
      ['label.pattern'],
    );
    await assert.rejects(bed.engineer.call('recipes.save', { text }), isError('recipe.invalid'));
  });

  test('what is no label of the order begins no unit; what was scanned is in the record of the one that is begun', async () => {
    await bed.engineer.call('orders.activate', { orderId: 'default' });
    await rules({
      badge: patternRule('[A-Z]{2}-\\d{4}'),
      unit: { ...patternRule('(?:(?P<model>[A-Z]+)/)?(?P<serial>[A-Z0-9-]{4,30})(?:#(?P<lot>\\w+))?') },
    });
    bed.bench.plug(1);
    await slotWhen(bed.operator, 1, 'SCAN');
    const label = bed.bench.snapshot()[0]?.device?.label ?? '';
    await assert.rejects(scan('EN-3001'), isError('scan.ambiguous'));
    await assert.rejects(scan('ab'), isError('scan.unknown'));
    await assert.rejects(scan('default'), isError('scan.notUnit'));
    await assert.rejects(scan('default', { as: 'unit' }), isError('scan.unknown'));
    await assert.rejects(scan(`${label}\u0000`), isError('scan.incomplete'));
    const units = await bed.operator.call('units.list', {});
    assert.equal(units.total, 0, 'no unit was begun');
    const shown = await bed.operator.call('bench.snapshot', {});
    assert.equal(shown.lastScan?.text, `${label}\u2400`);
    assert.equal(shown.lastScan?.error?.code, 'scan.incomplete');

    const raw = ` ]C0SENSE/${label}#L7\r\n`;
    await scan(raw);
    assert.equal((await bed.operator.call('bench.snapshot', {})).lastScan?.text, label);
    await slotWhen(bed.operator, 1, 'PASS', 'FAIL');
    const story = await bed.operator.call('units.show', { unitSerial: label });
    const started = story.journal.find(({ entry }) => entry === 'attempt.started');
    assert.deepEqual(started?.data.scanned, { text: raw, model: 'SENSE', lot: 'L7' });
    bed.bench.unplug(1);
  });

  test("an ambiguous label is a unit's where a person said so", async () => {
    await rules({ badge: patternRule('T.*'), unit: patternRule('(?P<serial>T.*)') });
    bed.bench.plug(2);
    await slotWhen(bed.operator, 2, 'SCAN');
    const label = bed.bench.snapshot()[1]?.device?.label ?? '';
    await assert.rejects(scan(label), isError('scan.ambiguous'));
    assert.deepEqual(await scan(label, { as: 'unit' }), { slotId: 2 });
    assert.equal((await slotWhen(bed.operator, 2, 'PASS', 'FAIL')).unitSerial, label);
    bed.bench.unplug(2);
  });

  test('a label of another model is refused before a unit starts', async () => {
    await rules({});
    await bed.engineer.call('orders.activate', { orderId: 'WO-2' });
    bed.bench.plug(1);
    await slotWhen(bed.operator, 1, 'SCAN');
    const other = await read(']d2010003600029145221ABCDEFGH');
    assert.equal(other.kind === 'unknown' && other.error.code, 'scan.wrongModel');
    await assert.rejects(scan(']d2010003600029145221ABCDEFGH'), isError('scan.wrongModel'));
    await assert.rejects(bed.operator.call('units.show', { unitSerial: 'ABCDEFGH' }), isError('unit.notFound'));
    bed.bench.unplug(1);
  });
});
