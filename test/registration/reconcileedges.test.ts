/** Reports compared with batches at the sizes where the tables grow, and with more reasons than there is room for. */
import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { reconcileReports, reportFile } from '../../app/registration/collect.ts';
import { createReconciler, type MemberResult, resultsAPage } from '../../app/registration/reconcile.ts';
import { createRecording } from '../../app/registration/recording.ts';

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

  test('results are recorded while the report is read, and refusals when it was read to its end', async () => {
    const count = resultsAPage * 3;
    const file = join(mkdtempSync(join(tmpdir(), 'birthmark-reports-')), 'batch.json');
    const refused = resultsAPage + 1;
    const lines = Array.from({ length: count }, (_, n) => n).filter((n) => n !== refused);
    writeFileSync(reportFile(file, 'RESULTS'), lines.map((n) => `${result(n)}\n`).join(''));
    writeFileSync(reportFile(file, 'ERRORS'), error(refused, 'no'));
    async function* members() {
      for (let n = 0; n < count; n += 1) yield { thingName: `unit-${n}`, certificateId: idOf(n) };
    }
    const recorded: string[] = [];
    const recording = createRecording(async (page) => {
      recorded.push(`${page[0]!.state} ${page[0]!.line}–${page.at(-1)!.line}`);
    });
    const counts = await reconcileReports(file, members(), recording);
    assert.deepEqual(counts, { registered: count - 1, rejected: 1, unaccounted: 0, strays: 0 });
    const last = `rejected ${refused + 1}–${refused + 1}`;
    assert.deepEqual(recorded, ['registered 1–512', 'registered 513–1024', 'registered 1025–1536', last]);
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

  test('a registered unit is told when all units of its page are in a report; a refused one waits for the end', () => {
    const reconciler = of(resultsAPage + 2);
    const told = () => [...reconciler.settled()].map((page) => page.map(({ line }) => line));
    reconciler.error(error(1, 'no'));
    reconciler.error(JSON.stringify({ lineNumber: 3 }));
    reconciler.result(result(0));
    for (let n = 4; n < resultsAPage; n += 1) reconciler.result(result(n));
    assert.deepEqual(told(), []);
    reconciler.result(result(3));
    const registered = Array.from({ length: resultsAPage }, (_, n) => n + 1).filter((line) => line !== 2 && line !== 3);
    assert.deepEqual(told(), [registered]);
    assert.deepEqual(told(), []);
    for (const n of [resultsAPage, resultsAPage + 1]) reconciler.result(result(n));
    assert.deepEqual(told(), [[resultsAPage + 1, resultsAPage + 2]]);
    const { results, ...counts } = reconciler.finish();
    assert.deepEqual(
      [...results()].map(({ line, state }) => [line, state]),
      [
        [2, 'rejected'],
        [3, 'rejected'],
      ],
    );
    assert.deepEqual(counts, { registered: resultsAPage, rejected: 2, unaccounted: 0, strays: 0 });
  });

  test('property: whenever it is asked, each unit has one result, and it is what the reports say at their end', () => {
    const count = resultsAPage * 2 + 3;
    const unit = fc.nat(count - 1);
    const few = fc.array(unit, { maxLength: 4 });
    fc.assert(
      fc.property(few, few, fc.array(unit, { maxLength: 5 }), (refused, unnamed, asked) => {
        const reconciler = of(count);
        for (const n of refused) reconciler.error(error(n, 'no'));
        const results: MemberResult[] = [];
        // Units come from the last page to the first. Of each that AWS refused as well, the result outweighs.
        for (let n = count - 1; n >= 0; n -= 1) {
          if (!unnamed.includes(n) && !(refused.includes(n) && n % 2 === 0)) reconciler.result(result(n));
          if (asked.includes(n)) for (const page of reconciler.settled()) results.push(...page);
        }
        for (const n of refused) if (n % 4 === 0) reconciler.result(result(n));
        results.push(...reconciler.finish().results());
        const stateOf = (n: number) => {
          const isRegistered = refused.includes(n) && n % 2 === 0 ? n % 4 === 0 : !unnamed.includes(n);
          if (isRegistered) return 'registered';
          return refused.includes(n) ? 'rejected' : 'unaccounted';
        };
        assert.deepEqual(
          results.sort((a, b) => a.line - b.line).map(({ line, state }) => `${line} ${state}`),
          Array.from({ length: count }, (_, n) => `${n + 1} ${stateOf(n)}`),
        );
      }),
      { numRuns: 20 },
    );
  });
});
