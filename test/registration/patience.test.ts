import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { suite, type TestContext, test } from 'node:test';
import { StationError } from '../../app/contract/errors.ts';
import { createPatience, pause } from '../../app/registration/patience.ts';
import { leapingClock, listeningClock } from './support.ts';

const away = new StationError('cloud.unreachable', 'away');
const busy = new StationError('cloud.throttled', 'busy');

function withRandom(t: TestContext, value: number) {
  t.mock.method(Math, 'random', () => value);
}

/** Fails so many times, then gives 'done'. */
const failing = (times: number, error: Error) => {
  let left = times;
  return async () => {
    if (left-- > 0) throw error;
    return 'done';
  };
};

suite('patience', () => {
  test('each wait is twice the last one, up to a minute', async (t) => {
    withRandom(t, 0.5);
    const { clock, waits } = listeningClock();
    const told: string[] = [];
    const patience = createPatience(clock, undefined);
    assert.equal(await patience.through(failing(8, away), (reason) => told.push(reason)), 'done');
    assert.deepEqual(waits, [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
    assert.deepEqual(told, Array(8).fill('unreachable'));
  });

  test('stations of one account come back at different times, a quarter around the wait', async (t) => {
    for (const [random, wait] of [
      [0, 750],
      [1, 1250],
    ] as const) {
      withRandom(t, random);
      const { clock, waits } = listeningClock();
      const told: string[] = [];
      await createPatience(clock, undefined).through(failing(1, busy), (reason) => told.push(reason));
      assert.deepEqual([waits, told], [[wait], ['throttled']]);
      t.mock.restoreAll();
    }
  });

  test('a success forgets what failed before', async (t) => {
    withRandom(t, 0.5);
    const { clock, waits } = listeningClock();
    const patience = createPatience(clock, undefined);
    for (let round = 0; round < 3; round += 1) await patience.through(failing(2, away), () => {});
    assert.deepEqual(waits, [1000, 2000, 1000, 2000, 1000, 2000]);
  });

  test('what would fail again is not tried again', async () => {
    const { clock, waits } = listeningClock();
    for (const error of [new StationError('cloud.denied', 'no'), new Error('a fault of ours')])
      await assert.rejects(
        createPatience(clock, undefined).through(failing(1, error), () => {}),
        error,
      );
    assert.deepEqual(waits, []);
  });

  test('a weekend without network ends no submission, and the wait stays a minute', async (t) => {
    withRandom(t, 0.5);
    const { clock, waits } = listeningClock();
    const patience = createPatience(clock, undefined);
    assert.equal(await patience.through(failing(4000, away), () => {}), 'done');
    assert.ok(clock.monotonicMs() > 60 * 3600_000);
    assert.equal(waits.at(-1), 60_000);
  });
});

suite('a pause', () => {
  const listeners = (...signals: AbortSignal[]) => signals.map((signal) => getEventListeners(signal, 'abort').length);

  test('ends by itself and leaves no listener', async () => {
    const [signal, also] = [new AbortController().signal, new AbortController().signal];
    await pause(leapingClock(), 10, signal, also);
    assert.deepEqual(listeners(signal, also), [0, 0]);
  });

  test('ends early for either signal, and the timer with it: one refuses, the other does not', async () => {
    const { clock, cancelled } = listeningClock({ isStill: true });
    const [leave, go] = [new AbortController(), new AbortController()];
    const left = pause(clock, 10, leave.signal, go.signal);
    const gone = pause(clock, 20, undefined, go.signal);
    leave.abort();
    await assert.rejects(left, { code: 'call.cancelled' });
    assert.deepEqual(cancelled, [10]);
    go.abort();
    await gone;
    assert.deepEqual(cancelled, [10, 20]);
    assert.deepEqual(listeners(leave.signal, go.signal), [0, 0]);
  });

  test('does not begin when its signal has fired before', async () => {
    const { clock, cancelled } = listeningClock({ isStill: true });
    await assert.rejects(pause(clock, 10, AbortSignal.abort()), { code: 'call.cancelled' });
    assert.deepEqual(cancelled, [10]);
  });
});
