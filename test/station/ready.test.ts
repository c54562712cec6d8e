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

test('who asks while a count is under way shares the one after it', async () => {
  const clock = { now: () => new Date(0), monotonicMs: () => 0, after: () => () => {} };
  const ends: (() => void)[] = [];
  let units = 1;
  const count = () => {
    const seen = units;
    return new Promise<number>((resolve) => ends.push(() => resolve(seen)));
  };
  const ready = createReadyCounts(clock, count, () => {});
  const first = ready.count('main');
  units = 2;
  const later = [ready.count('main'), ready.count('main'), ready.count('main')];
  assert.equal(ends.length, 1);
  ends[0]!();
  assert.equal(await first, 1);
  while (ends.length < 2) await Promise.resolve();
  ends[1]!();
  assert.deepEqual([await Promise.all(later), ends.length], [[2, 2, 2], 2], 'they see what changed meanwhile');
  ready.close();
});
