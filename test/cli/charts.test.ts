/** `desk charts`: figures for people, as JSON and as CSV. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scratch } from '../ca/support.ts';
import { makeStation, passphrase } from '../support.ts';
import { json, run } from './commandline.ts';

test('charts of a period, and the numbers of one as CSV', async () => {
  const data = ['--data', await makeStation()];
  const period = ['--from', '2026-11-02', '--to', '2026-11-04'];
  const { code, value } = await json('desk', 'charts', ...period, ...data);
  assert.deepEqual([code, value.total.started, value.failures], [0, 0, []]);
  assert.match((await run('desk', 'charts', ...period, ...data)).out, /^First-pass yield – of 0 units/);
  const csv = await run('desk', 'charts', ...period, '--csv', 'yield', ...data);
  const [head, first] = csv.out.split('\r\n');
  assert.equal(head, 'since,until,first,firstPassed,yield,centre,lower,upper,out');
  assert.match(first ?? '', /^2026-11-02T00:00:00.000Z,2026-11-0\dT[\d:.]+Z,0,0,,,,,$/);
  const wrong = await json('desk', 'charts', ...period, '--columns', 'year', ...data);
  assert.deepEqual([wrong.code, wrong.value.error.code], [2, 'call.badParams']);
});

test('rules of alerts are set by an engineer, and what is left out stays; a late order is raised at once', async (t) => {
  const file = scratch(t);
  const data = ['--data', await makeStation()];
  const rights = ['--passphrase-file', file('passphrase', passphrase), ...data];
  assert.match((await run('desk', 'alerts', ...data)).out, /^No alerts\.\nNo rules\.\n$/);
  assert.equal((await json('desk', 'alerts', '--overdue', 'on', ...data)).value.error.code, 'session.forbidden');
  const set = await json('desk', 'alerts', '--yield', '50:95', '--step', 'verify:2000', 'seal:900', ...rights);
  assert.deepEqual(set.value.rules, {
    yield: { units: 50, percent: 95 },
    sameCode: null,
    stepTimes: [
      { step: 'verify', limitMs: 2000 },
      { step: 'seal', limitMs: 900 },
    ],
    overdue: false,
  });
  for (const wrong of [
    ['--yield', '50'],
    ['--step', 'dance:5'],
    ['--yield', '2:95'],
    ['--overdue', 'maybe'],
  ])
    assert.equal(
      (await json('desk', 'alerts', ...wrong, ...rights)).value.error.code,
      'call.badParams',
      wrong.join(' '),
    );
  await json('orders', 'make', 'LATE-1', '--model', 'M', '--quantity', '4', '--due', '2026-01-02', ...rights);
  const late = await json('desk', 'alerts', '--step', 'none', '--overdue', 'on', ...rights);
  assert.deepEqual([late.value.rules.stepTimes, late.value.rules.yield.units], [[], 50]);
  assert.deepEqual([late.value.open[0].rule, late.value.open[0].orderId], ['overdue', 'LATE-1']);
  assert.match((await run('doctor', ...data)).out, /1 alerts stand, about LATE-1/);
});
