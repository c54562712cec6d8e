import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { strengthOf } from '../../renderer/controls/passphrasestrength.ts';
import { parseRoute } from '../../renderer/route.ts';
import {
  emptySetupDraft,
  keepSetupDraft,
  keptSetupDraft,
  missingSetupSteps,
  planOf,
  type SetupDraft,
} from '../../renderer/setup/setupdraft.ts';
import { emptyTarget, targetDraftOf, targetParams } from '../../renderer/station/targetrules.ts';
import { lastStepTimes } from '../../renderer/units/journal.ts';
import { stationStatus, storyOf } from './fixtures.ts';

const stored = new Map<string, string>();
Object.assign(globalThis, {
  localStorage: {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => stored.set(key, value),
    removeItem: (key: string) => stored.delete(key),
  },
});
beforeEach(() => stored.clear());

const passphrase = 'correct horse battery staple';
const full: SetupDraft = {
  ...emptySetupDraft,
  name: 'Line 3',
  organisation: 'Alster Sensors',
  passphrase,
  again: passphrase,
  understood: true,
  engineer: { name: 'Erika Sommer', badge: 'B-1001', pin: '739150' },
  withOperator: true,
  operator: { name: 'Olga Petrova', badge: 'B-2001', pin: '864207' },
  slots: [{ slotId: 1, name: 'Left', port: '/dev/ttyUSB0', driver: 'birthmark-agent' }],
};

test('a complete draft is a plan; each gap names its step', () => {
  assert.equal(planOf(full)?.operator?.badge, 'B-2001');
  assert.deepEqual(missingSetupSteps(emptySetupDraft), ['station', 'ca', 'people', 'slots']);
  assert.deepEqual(missingSetupSteps({ ...full, again: 'something else' }), ['ca']);
  assert.deepEqual(missingSetupSteps({ ...full, understood: false }), ['ca']);
  assert.deepEqual(missingSetupSteps({ ...full, withCloud: true }), ['cloud']);
  assert.equal(planOf({ ...full, operator: { ...full.operator, badge: 'B-1001' } }), undefined);
});

test('what is kept for later holds no passphrase and no PIN', () => {
  keepSetupDraft(full);
  const written = [...stored.values()].join();
  for (const secret of [passphrase, '739150', '864207']) assert.ok(!written.includes(secret), secret);
  assert.equal(keptSetupDraft()?.engineer.badge, 'B-1001');
  assert.deepEqual(missingSetupSteps(keptSetupDraft() ?? emptySetupDraft), ['ca', 'people']);
});

test('a kept draft that cannot be read is no draft', () => {
  stored.set('birthmark.setup', '{');
  assert.equal(keptSetupDraft(), undefined);
});

test('short and monotonous passphrases are weak, several words are not', () => {
  for (const weak of ['', 'short', 'aaaaaaaaaaaaaaaaaaaa', 'ababababababab'])
    assert.equal(strengthOf(weak), 'weak', weak);
  assert.notEqual(strengthOf(passphrase), 'weak');
  assert.equal(strengthOf('Correct-horse-battery-7-staple'), 'strong');
});

test('an AWS target comes back from its fields as it was', () => {
  const { cloud, device } = stationStatus();
  const { name, ...fields } = cloud ?? {};
  assert.equal(name, 'main');
  assert.deepEqual(targetParams(targetDraftOf(cloud, device.endpoint)), { cloud: fields, device });
  assert.deepEqual(missingSetupSteps({ ...full, withCloud: true, target: targetDraftOf(cloud, device.endpoint) }), []);
  assert.deepEqual(missingSetupSteps({ ...full, withCloud: true, target: emptyTarget }), ['cloud']);
});

test('every address leads to its screen, with any unit serial', () => {
  assert.deepEqual(parseRoute('#/units/A%2FB%3A1'), { screen: 'unit', id: 'A/B:1' });
  assert.deepEqual(parseRoute('#/station/people'), { screen: 'station', section: 'people' });
  assert.deepEqual(parseRoute(''), { screen: 'bench' });
});

test('the steps of the last attempt are timed in their order', () => {
  const { journal } = storyOf('BM-26-4102');
  assert.deepEqual(
    lastStepTimes(journal).map(({ step }) => step),
    ['identify', 'key', 'csr', 'decide', 'issue', 'install', 'verify', 'connect', 'seal'],
  );
});
