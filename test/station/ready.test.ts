import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createReadyCounts } from '../../app/station/batches/ready.ts';

test('a count that takes long is told again for a while, and then there is word that it may be stale', async () => {
  let nowMs = 0;
  let fire = () => {};
  let waitMs = 0;
  const clock = {
    now: () => new Date(nowMs),
    monotonicMs: () => nowMs,
    after: (ms: number, due: () => void) => {
      waitMs = ms;
      fire = due;
      return () => {};
    },
  };
  let [units, costMs, counts, stale] = [1, 10, 0, 0];
  const count = async () => {
    counts += 1;
    nowMs += costMs;
    return units;
  };
  const ready = createReadyCounts(clock, count, () => {
    stale += 1;
  });
  assert.equal(await ready.count('main'), 1);
  units = 2;
  assert.equal(await ready.count('main'), 2, 'a cheap count is always the one of now');
  costMs = 1000;
  assert.equal(await ready.count('main'), 2);
  units = 3;
  assert.deepEqual([await ready.count('main'), counts, waitMs], [2, 3, 20_000]);
  nowMs += waitMs;
  fire();
  assert.deepEqual([await ready.count('main'), counts, stale], [3, 4, 1]);
  ready.close();
});
