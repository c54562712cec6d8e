/** What the bench knows beside its slots: figures, order, recipe and golden unit, and what keeps it from beginning. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { StationError } from '../../app/contract/errors.ts';
import { refuses } from '../records/support.ts';
import { type FakeBench, fakeBench, gate } from './fakebench.ts';

const minute = 60_000;
const hour = 60 * minute;

const locksOf = ({ bench }: FakeBench) => bench.snapshot().interlocks.map(({ reason }) => reason);
const order = { orderId: 'WO-9', model: 'BM-9', quantity: 10, passed: 4, issued: 6 };

describe('the facts from the records', () => {
  test('before they are read there are none, and nothing begins', () => {
    const { bench, slot } = fakeBench({ plugged: [1] });
    const { counters, order, recipe, golden, continuous, slots, locked } = bench.snapshot();
    const since = new Date(2026, 10, 21).toISOString();
    const none = { passed: 0, failed: 0, errors: 0, firstPassYield: null, unitsPerHour: null, taktSeconds: null };
    assert.deepEqual(counters, { since, ...none });
    assert.deepEqual([order, recipe, golden, continuous, locked], [undefined, undefined, undefined, false, 'noOrder']);
    assert.equal(slots.length, 1);
    assert.equal(slot().state, 'LOCKED');
  });

  test('they are shown together: figures of today, the order with what is left of it, and its recipe', async () => {
    const bed = fakeBench({ slots: 2 });
    bed.facts.order = order;
    await bed.bench.refresh();
    const { counters, order: shown, recipe, locked, interlocks, practice } = bed.bench.snapshot();
    assert.deepEqual([counters.passed, counters.since], [3, new Date(2026, 10, 21).toISOString()]);
    assert.deepEqual(counters.shift, { name: 'Day' });
    assert.deepEqual(shown, { orderId: 'WO-9', model: 'BM-9', quantity: 10, passed: 4, left: 4, paused: false });
    assert.equal(recipe?.name, 'for-driver-1');
    assert.deepEqual([locked, interlocks, practice], [undefined, [], true]);
    assert.deepEqual(bed.calledOf('recipeFor'), [{ orderId: 'WO-9', slotId: 1 }]);
    bed.assertTold();
  });

  test('of an order that has issued more than it is for, none is left', async () => {
    const bed = fakeBench();
    for (const [issued, left] of [
      [9, 1],
      [10, 0],
      [11, 0],
    ] as const) {
      bed.facts.order = { ...order, issued };
      await bed.bench.refresh();
      assert.equal(bed.bench.snapshot().order?.left, left);
    }
  });

  test('a result brings new figures', async () => {
    const bed = fakeBench({ plugged: [1] });
    await bed.open();
    await bed.scan('U-1');
    bed.facts.passed = 4;
    await bed.fail('device.keyFailed');
    assert.equal(bed.bench.snapshot().counters.passed, 4);
    assert.deepEqual(bed.calledOf('passed'), [], 'a unit that failed has not passed');
  });

  test('records that cannot be read after a result are told to the station', async () => {
    const bed = fakeBench({ plugged: [1] });
    await bed.open();
    await bed.scan('U-1');
    bed.on.counters = () => Promise.reject(new Error('SQLITE_IOERR'));
    await bed.fail('device.keyFailed');
    assert.match(String(bed.calledOf('unexpected')[0]), /SQLITE_IOERR/);
    assert.equal(bed.slot().state, 'FAIL');
  });

  test('a recipe that is missing or outdated holds the bench and says which it is; any other error is no lock', async () => {
    const bed = fakeBench();
    const refusedWith = (thrown: Error) => {
      bed.on.recipeFor = () => Promise.reject(thrown);
      return bed.bench.refresh();
    };
    await refusedWith(new StationError('recipe.none', 'make one'));
    assert.deepEqual(bed.bench.snapshot().interlocks, [{ reason: 'noRecipe', detail: 'make one' }]);
    await refusedWith(new StationError('recipe.outdated', 'approve it'));
    assert.deepEqual(bed.bench.snapshot().interlocks, [{ reason: 'recipeOutdated', detail: 'approve it' }]);
    await assert.rejects(refusedWith(new Error('a bug')), /a bug/);
  });
});

describe('what keeps a unit from beginning', () => {
  const bedOf = async () => {
    const bed = fakeBench({ plugged: [1] });
    await bed.open();
    return bed;
  };

  test('an order that is full, or none; a person is signed in', async () => {
    const bed = await bedOf();
    bed.facts.order = { ...order, passed: 9 };
    await bed.bench.refresh();
    assert.deepEqual(locksOf(bed), []);
    bed.facts.order = { ...order, passed: 10 };
    await bed.bench.refresh();
    assert.deepEqual(locksOf(bed), ['orderFull']);
    bed.facts.order = undefined;
    bed.facts.signedIn = false;
    await bed.bench.refresh();
    assert.deepEqual(locksOf(bed), ['signedOut', 'noOrder']);
    const { locked, askedSlotId, slots } = bed.bench.snapshot();
    assert.deepEqual([locked, askedSlotId, slots[0]?.ask], ['signedOut', undefined, 'signIn']);
  });

  test('each scan asks the records and the station again, and waits for the answer', async () => {
    const bed = await bedOf();
    bed.facts.order = { ...order, passed: 10 };
    await assert.rejects(bed.scan('U-1'), refuses('order.full'));
    assert.deepEqual([bed.calledOf('look').length, bed.calledOf('activeOrder').length], [1, 1]);
    bed.facts.order = order;
    bed.on.look = () => bed.facts.found.push({ reason: 'disk', detail: 'full' });
    await assert.rejects(bed.scan('U-1'), refuses('policy.interlock', { reason: 'disk' }));
    assert.deepEqual(bed.calledOf('startAttempt'), []);
    assert.equal(bed.slot().state, 'LOCKED');
  });

  test('two station errors in a row, told once when it happens and not at each start', async () => {
    const bed = await bedOf();
    const after = async (errorsInARow: number) => {
      bed.facts.errorsInARow = errorsInARow;
      await bed.bench.release();
      return [locksOf(bed), bed.calledOf('locked')];
    };
    assert.deepEqual(await after(1), [[], []]);
    assert.deepEqual(await after(2), [['repeatedErrors'], ['repeatedErrors']]);
    assert.deepEqual((await after(2))[1], ['repeatedErrors']);
    assert.deepEqual((await after(3))[1], ['repeatedErrors']);
    const [found] = bed.bench.snapshot().interlocks;
    assert.equal(found?.releasable, true, 'an engineer may release it');
    await assert.rejects(bed.scan('U-1'), refuses('policy.benchLocked'));
    assert.deepEqual(await after(0), [[], ['repeatedErrors']]);
    assert.deepEqual(await after(3), [['repeatedErrors'], ['repeatedErrors', 'repeatedErrors']]);

    const restarted = fakeBench();
    restarted.facts.errorsInARow = 2;
    await restarted.bench.refresh();
    assert.deepEqual([locksOf(restarted), restarted.calledOf('locked')], [['repeatedErrors'], []]);
  });
});

describe('by itself', () => {
  test('the figures begin again at midnight, though nothing happens, and no other look at the day reads the records', async () => {
    const bed = fakeBench();
    await bed.open();
    for (let left = 16 * 60 - 1; left > 0; left -= 1) bed.time.advance(minute);
    await bed.settle();
    assert.deepEqual(bed.calledOf('counters'), []);
    bed.time.advance(minute);
    await bed.settle();
    const tomorrow = new Date(2026, 10, 22).toISOString();
    assert.deepEqual(bed.calledOf('counters'), [tomorrow]);
    assert.equal(bed.bench.snapshot().counters.since, tomorrow);
    bed.assertTold();
    bed.time.advance(24 * hour);
    await bed.settle();
    assert.equal(bed.calledOf('counters').length, 2, 'and at the next one');
    bed.on.counters = () => Promise.reject(new Error('SQLITE_IOERR'));
    bed.time.advance(24 * hour);
    await bed.settle();
    assert.equal(bed.calledOf('unexpected').length, 1);
  });

  test('a bench that looks all day keeps one timer, and one more for its golden unit', async () => {
    const bed = fakeBench();
    bed.facts.recipe = { goldenUnit: { unitSerial: 'GOLD', everyHours: 8 } };
    for (const [passedAt, timers] of [
      [new Date(2026, 10, 21, 7), 2],
      [new Date(2026, 10, 20), 1],
      [null, 1],
    ] as const) {
      bed.facts.goldenPassedAt = passedAt?.toISOString() ?? null;
      for (let each = 0; each < 3; each += 1) await bed.bench.refresh();
      assert.equal(bed.time.waiting(), timers, String(passedAt));
    }
  });

  test('a golden unit that becomes due is told at that moment', async () => {
    const bed = fakeBench({ plugged: [1] });
    bed.facts.recipe = { goldenUnit: { unitSerial: 'GOLD', everyHours: 8 } };
    bed.facts.goldenPassedAt = new Date(2026, 10, 21, 7).toISOString();
    await bed.open();
    const passedAt = bed.facts.goldenPassedAt;
    assert.deepEqual(bed.bench.snapshot().golden, { unitSerial: 'GOLD', passedAt, due: false });
    assert.equal(bed.slot().ask, 'scanLabel');
    bed.time.advance(7 * hour - 1);
    bed.assertTold();
    assert.equal(bed.slot().ask, 'scanLabel');
    bed.time.advance(1);
    assert.equal(bed.slot().ask, 'scanGolden');
    bed.assertTold();
    await assert.rejects(bed.scan('U-1'), refuses('policy.interlock', { reason: 'goldenUnit', unitSerial: 'GOLD' }));
  });

  test('without a golden unit a slot asks for a label, and the records are asked for none', async () => {
    const bed = fakeBench({ plugged: [1] });
    await bed.bench.refresh();
    assert.equal(bed.slot().ask, 'scanLabel');
    assert.deepEqual(bed.calledOf('goldenPassedAt'), []);
    assert.equal(bed.bench.golden(), undefined);
  });

  test('what was being read when the station closed is thrown away', async () => {
    const bed = fakeBench({ plugged: [1] });
    bed.facts.recipe = { goldenUnit: { unitSerial: 'GOLD', everyHours: 8 } };
    bed.facts.goldenPassedAt = new Date(2026, 10, 21, 7).toISOString();
    await bed.open();
    const read = gate();
    bed.on.counters = () => read.opened;
    bed.facts.passed = 77;
    const refreshed = bed.bench.refresh();
    await bed.settle();
    await bed.bench.close();
    read.open();
    await refreshed;
    assert.equal(bed.bench.snapshot().counters.passed, 3);
    assert.equal(bed.time.waiting(), 0);
    assert.equal(bed.line.watched(), 0);
  });
});
