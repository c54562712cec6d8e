/** The station's own verification beside batches of many units: it waits for them, and no longer than an hour. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as rest } from 'node:timers/promises';
import { createBatchLoad } from '../../main/threads/batchload.ts';
import { openVerification } from '../../main/threads/verification.ts';
import { makeBed, passUnit, refuses } from '../records/support.ts';

const hourMs = 3_600_000;

test('from a page a second on batches are a load, until a minute after them', () => {
  let now = 0;
  const load = createBatchLoad(() => now);
  assert.equal(load.isHeavy(), false);
  for (let page = 0; page < 59; page += 1) {
    load.note();
    now += 500;
    assert.equal(load.isHeavy(), false, `${page + 1} pages`);
  }
  load.note();
  assert.equal(load.isHeavy(), true, 'a full minute of them');
  now += 30_000;
  assert.equal(load.isHeavy(), true);
  now += 1000;
  assert.equal(load.isHeavy(), false, 'the first of them was a minute ago');
  for (let page = 0; page < 200; page += 1) {
    load.note();
    now += 1001;
  }
  assert.equal(load.isHeavy(), false, 'slower ones are none');
});

/** Verifications of records with a unit, whose load and clock the test sets. */
async function makeVerification(t: TestContext) {
  const bed = await makeBed(t);
  await passUnit(bed, 'U1');
  const world = { isHeavy: true, nowMs: 0, looks: 0 };
  const verification = openVerification(bed.file, {
    isHeavy: () => {
      world.looks += 1;
      return world.isHeavy;
    },
    lookEveryMs: 1,
    now: () => world.nowMs,
  });
  t.after(() => verification.close());
  let isDone = false;
  const run = () =>
    verification.run([]).finally(() => {
      isDone = true;
    });
  const looked = async (times: number) => {
    for (const wanted = world.looks + times; world.looks < wanted; ) await rest(1);
  };
  return { verification, world, run, looked, isDone: () => isDone };
}

test('a verification waits for batches, and is made after them', async (t) => {
  const { world, run, looked, isDone } = await makeVerification(t);
  const verdict = run();
  await looked(20);
  assert.equal(isDone(), false);
  world.isHeavy = false;
  assert.equal((await verdict).ok, true);
});

test('a verification that has begun is given up for a batch, and begins again after it', async (t) => {
  const { world, run, looked, isDone } = await makeVerification(t);
  world.isHeavy = false;
  const verdict = run();
  await looked(2);
  world.isHeavy = true;
  await looked(50);
  assert.equal(isDone(), false);
  world.isHeavy = false;
  assert.equal((await verdict).ok, true);
});

test('no batch keeps a verification waiting for longer than an hour', async (t) => {
  const { world, run, looked, isDone } = await makeVerification(t);
  const verdict = run();
  world.nowMs = hourMs - 1;
  await looked(20);
  assert.equal(isDone(), false);
  world.nowMs = hourMs;
  assert.equal((await verdict).ok, true);
});

test('a verification that is wanted at once begins, and so do those of the next hour', async (t) => {
  const { verification, world, run, looked, isDone } = await makeVerification(t);
  const verdict = run();
  await looked(20);
  verification.hurry();
  assert.equal((await verdict).ok, true);
  assert.equal((await run()).ok, true);
  world.nowMs = hourMs;
  const last = assert.rejects(run(), refuses('call.cancelled'));
  await looked(20);
  assert.equal(isDone(), true);
  verification.close();
  await last;
});

test('closing ends one that waits and one that is at work', async (t) => {
  for (const isHeavy of [true, false]) {
    const { verification, world, run, looked } = await makeVerification(t);
    world.isHeavy = isHeavy;
    const refused = assert.rejects(run(), refuses('call.cancelled'));
    await looked(2);
    verification.close();
    await refused;
    await assert.rejects(run(), refuses('call.cancelled'));
  }
});
