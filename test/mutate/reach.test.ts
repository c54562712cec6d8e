/** What ran of a source, by V8's ranges; and the committed list of equivalents. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { equivalents } from './equivalent.ts';
import { mutantsOf } from './mutants.ts';
import { joined, ranIn } from './reach.ts';

const range = (startOffset: number, endOffset: number, count: number) => ({ startOffset, endOffset, count });

describe('what ran', () => {
  test('the innermost range decides', () => {
    const functions = [
      { ranges: [range(0, 100, 1), range(60, 70, 0)] },
      { ranges: [range(10, 40, 0)] },
      { ranges: [range(20, 30, 2)] },
    ];
    assert.deepEqual(ranIn({ functions }), [
      [0, 10],
      [20, 30],
      [40, 60],
      [70, 100],
    ]);
  });

  test('ranges of several processes are joined', () => {
    assert.deepEqual(
      joined([
        [5, 9],
        [0, 3],
        [8, 12],
        [3, 4],
      ]),
      [
        [0, 4],
        [5, 12],
      ],
    );
  });
});

describe('the list of equivalents', () => {
  test('each entry still names a mutation of its file, and says why it changes nothing', () => {
    const root = join(import.meta.dirname, '../..');
    for (const [file, ofFile] of Map.groupBy(equivalents, ({ file }) => file)) {
      const mutants = mutantsOf(file, readFileSync(join(root, file), 'utf8'));
      for (const { before, after, reason } of ofFile) {
        const isOne = mutants.some((mutant) => mutant.before === before && mutant.after === after);
        assert.ok(isOne, `${file}: ${before} → ${after}`);
        assert.ok(reason.length > 10, `${file}: ${reason}`);
      }
    }
  });
});
