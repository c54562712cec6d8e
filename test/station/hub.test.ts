import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { BenchSnapshot } from '../../app/contract/index.ts';
import { createSnapshotHub } from '../../app/station/snapshots.ts';

type Data = { seq: number; count: number };

/** A hub on a clock that the test moves; its one source counts how often it was asked. */
function bench(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let nowMs = 1000;
  t.mock.method(performance, 'now', () => nowMs);
  const errors: unknown[] = [];
  let asked = 0;
  let failing = false;
  const source = async () => {
    asked += 1;
    if (failing) throw new Error('the source failed');
    return { count: asked } as unknown as Omit<BenchSnapshot, 'seq'>;
  };
  const hub = createSnapshotHub({ 'bench.changed': source }, (thrown) => errors.push(thrown));
  /** What is due by then has been delivered. */
  const pass = async (ms: number) => {
    nowMs += ms;
    t.mock.timers.tick(ms);
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  };
  const listen = () => {
    const heard: Data[] = [];
    const stop = hub.subscribe('bench.changed', (data) => heard.push(data as Data));
    return { heard, stop };
  };
  const fail = (now: boolean) => {
    failing = now;
  };
  return { hub, pass, listen, errors, asked: () => asked, fail };
}

test('the current snapshot comes first, without any change', async (t) => {
  const { listen, pass } = bench(t);
  const { heard } = listen();
  assert.deepEqual(heard, [], 'never within the call that subscribes');
  await pass(0);
  assert.deepEqual(
    heard.map(({ count }) => count),
    [1],
  );
});

test('however many changes there are, one delivery in 50 ms, and the last change is not lost', async (t) => {
  const { hub, listen, pass } = bench(t);
  const { heard } = listen();
  await pass(0);
  const deliveries: number[] = [];
  for (let ms = 0; ms < 500; ms += 1) {
    hub.changed('bench.changed');
    hub.changed('bench.changed');
    const before = heard.length;
    await pass(1);
    if (heard.length > before) deliveries.push(ms);
  }
  assert.equal(deliveries.length, 10);
  for (const [index, at] of deliveries.slice(1).entries()) assert.ok(at - (deliveries[index] ?? 0) >= 50);
  const before = heard.length;
  hub.changed('bench.changed');
  await pass(50);
  assert.equal(heard.length, before + 1);
  await pass(1000);
  assert.equal(heard.length, before + 1, 'nothing changed, nothing is sent');
});

test('the sequence number grows from each snapshot to the next, whoever asks for it', async (t) => {
  const { hub, listen, pass } = bench(t);
  const first = listen();
  await pass(0);
  hub.changed('bench.changed');
  await pass(50);
  const second = listen();
  await pass(0);
  const { seq } = await hub.snapshot('bench.changed');
  const seen = [...first.heard, ...second.heard].map((data) => data.seq);
  assert.equal(seen.length, 3);
  assert.deepEqual(
    [...seen, seq],
    [...new Set([...seen, seq])].sort((one, other) => one - other),
  );
});

test('a failing source is reported and does not break the next delivery', async (t) => {
  const { hub, listen, pass, errors, fail } = bench(t);
  fail(true);
  const { heard } = listen();
  await pass(0);
  hub.changed('bench.changed');
  await pass(50);
  assert.deepEqual([heard.length, errors.length], [0, 2]);
  fail(false);
  hub.changed('bench.changed');
  await pass(50);
  assert.equal(heard.length, 1);
});

test('a failing listener does not keep the others from hearing', async (t) => {
  const { hub, listen, pass, errors } = bench(t);
  hub.subscribe('bench.changed', () => {
    throw new Error('the window is gone');
  });
  const { heard } = listen();
  await pass(0);
  hub.changed('bench.changed');
  await pass(50);
  assert.equal(heard.length, 2);
  assert.equal(errors.length, 2);
});

test('who stopped hears nothing, nobody listening costs nothing, and a closed hub is silent', async (t) => {
  const { hub, listen, pass, asked } = bench(t);
  const { heard, stop } = listen();
  stop();
  await pass(0);
  assert.deepEqual(heard, [], 'not even the first snapshot');
  const before = asked();
  hub.changed('bench.changed');
  await pass(50);
  assert.equal(asked(), before);
  const late = listen();
  hub.changed('bench.changed');
  hub.close();
  hub.changed('bench.changed');
  await pass(100);
  assert.deepEqual(late.heard, []);
});
