/** Reports compared with batches at the sizes where the tables grow, and with more reasons than there is room for. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createReconciler } from '../../app/registration/reconcile.ts';

const idOf = (n: number) => n.toString(16).padStart(64, '0');
const of = (count: number) => {
  const reconciler = createReconciler();
  for (let n = 0; n < count; n += 1) reconciler.member({ thingName: `unit-${n}`, certificateId: idOf(n) });
  return reconciler;
};
const result = (n: number) =>
  JSON.stringify({ response: { ResourceArns: { thing: `arn:aws:iot:eu-west-1:123456789012:thing/unit-${n}` } } });
const error = (n: number, reason: string) => JSON.stringify({ ThingName: `unit-${n}`, reason });

suite('reconciliation', () => {
  test('the first and the last unit have their state and their reason, however many there are', () => {
    for (const count of [2, 1023, 1024, 1025, 2047, 2048, 2049, 4097]) {
      const reconciler = of(count);
      reconciler.error(error(0, 'the first'));
      reconciler.error(error(count - 1, 'the last'));
      if (count > 2) reconciler.result(result(count - 2));
      const { results, ...counts } = reconciler.finish();
      const registered = count > 2 ? 1 : 0;
      assert.deepEqual(counts, { registered, rejected: 2, unaccounted: count - 2 - registered, strays: 0 });
      const all = [...results()];
      assert.deepEqual(
        all.map(({ line }) => line),
        Array.from({ length: count }, (_, n) => n + 1),
      );
      assert.deepEqual(all[0], { line: 1, state: 'rejected', reason: 'the first' });
      assert.deepEqual(all.at(-1), { line: count, state: 'rejected', reason: 'the last' });
      if (count > 2)
        assert.deepEqual(all.at(-2), { line: count - 1, state: 'registered', thingName: `unit-${count - 2}` });
    }
  });

  test('what AWS says of a unit is read through twenty objects, one in the other, and no deeper', () => {
    const nested = (depth: number) => {
      let value: object = { ThingName: 'unit-1', reason: 'deep' };
      for (let level = 1; level < depth; level += 1) value = level % 2 === 0 ? { in: value } : [value];
      return JSON.stringify(value);
    };
    const stateOf = (line: string) => {
      const reconciler = of(3);
      reconciler.error(line);
      const [, second] = [...reconciler.finish().results()];
      return second;
    };
    for (const depth of [1, 2, 11, 19, 20])
      assert.deepEqual(stateOf(nested(depth)), { line: 2, state: 'rejected', reason: 'deep' }, `${depth}`);
    assert.notDeepEqual(stateOf(nested(21)), { line: 2, state: 'rejected', reason: 'deep' });
  });

  test('each contradiction is one stray: a result twice, a result after an error, an error after a result', () => {
    const reconciler = of(3);
    for (const line of [result(0), result(0)]) reconciler.result(line);
    reconciler.error(error(1, 'no'));
    reconciler.result(result(1));
    reconciler.result(result(2));
    for (const reason of ['no', 'again']) reconciler.error(error(2, reason));
    const { results, ...counts } = reconciler.finish();
    assert.deepEqual(counts, { registered: 3, rejected: 0, unaccounted: 0, strays: 4 });
    assert.deepEqual(new Set([...results()].map(({ state }) => state)), new Set(['registered']));
  });

  test('a line number is the unit of that line, and one beyond the last is a stray', () => {
    const reconciler = of(2);
    for (const [lineNumber, reason] of [
      [2, 'second'],
      [3, 'beyond'],
      [1, 'first'],
    ])
      reconciler.error(JSON.stringify({ lineNumber, reason }));
    const { results, strays } = reconciler.finish();
    assert.equal(strays, 1);
    assert.deepEqual(
      [...results()].map((one) => one.state === 'rejected' && one.reason),
      ['first', 'second'],
    );
  });

  test('reasons are whole until 32 MiB of them are kept; later new ones are cut to sixty characters', () => {
    const size = 1000;
    const whole = Math.ceil((32 * 1024 * 1024) / size);
    const reconciler = of(whole + 4);
    const reasonOf = (n: number) => String(n).padStart(size, '.');
    for (let n = 0; n < whole; n += 1) reconciler.error(error(n, reasonOf(n)));
    const late = ['y'.repeat(61), 'z'.repeat(60), reasonOf(7), 'y'.repeat(70)];
    for (const [index, reason] of late.entries()) reconciler.error(error(whole + index, reason));
    const reasons = [...reconciler.finish().results()].map((one) => (one.state === 'rejected' ? one.reason : ''));
    assert.ok(reasons.slice(0, whole).every((reason, n) => reason === reasonOf(n)));
    const cut = `${'y'.repeat(60)}…`;
    assert.deepEqual(reasons.slice(whole), [cut, 'z'.repeat(60), reasonOf(7), cut]);
  });
});
