/** SIGKILL at random moments while eight slots work, on units of every driver that live on. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runKills } from './kills.ts';

// Six lives of a station, each up to a minute on a busy machine; `npm run bench -- kills` has two hundred.
test('a station killed five times with eight slots at work: nothing twice, nothing lost, and every unit passes', {
  timeout: 360_000,
}, async (t) => {
  const seed = Math.floor(Math.random() * 1e6);
  t.diagnostic(`seed ${seed}`);
  const report = await runKills(5, seed);
  assert.deepEqual(report.wrong, [], `seed ${seed}`);
  assert.equal(report.passed, report.units);
  assert.ok(report.openAtKill >= 5, `${report.openAtKill} attempts were open when the station was killed`);
  assert.ok(report.attempts > report.units, 'units were begun again after a kill');
});
