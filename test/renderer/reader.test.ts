/** The reader of scans, key by key. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { createScanReader } from '../../renderer/scanreader/scanreader.ts';
import { dice, type KeyEventIn, merged, play, type ScannerKind, scanned, stroke, typing } from './keystreams.ts';

const usual: ScannerKind = { periodMs: 6, jitterMs: 0, holdMs: 2, suffix: ['enter'], prefix: '' };
const read = (text: string, kind: Partial<ScannerKind> = {}, from = 1000): KeyEventIn[] =>
  scanned(text, from, { ...usual, ...kind }, dice(1));
const label = fc.string({ minLength: 1, maxLength: 40, unit: fc.constantFrom(...'ABCXYZ0123456789-_:') });

describe('the reader of scans', () => {
  test('any label at any usual speed is one scan, and nothing of it reaches the page', () => {
    const kinds = fc.record({
      periodMs: fc.integer({ min: 1, max: 45 }),
      suffix: fc.constantFrom(['enter'], ['enter', 'enter'], ['enter', 'lf']),
    });
    fc.assert(
      fc.property(label, kinds, fc.constantFrom('field' as const, 'button' as const), (text, kind, focus) => {
        const played = play(read(text, kind), focus);
        assert.deepEqual([played.scans, played.refused, played.presses, played.leaked], [[text], [], [], []]);
        assert.deepEqual(played.field, []);
      }),
    );
  });

  test('typing is never a scan and reaches its field whole, Enter too', () => {
    fc.assert(
      fc.property(label, fc.integer(), (text, seed) => {
        const played = play(typing(`${text}\n`, 1000, dice(seed)), 'field');
        assert.deepEqual([played.scans, played.refused], [[], []]);
        assert.equal(played.field.map(({ char }) => char).join(''), text);
        assert.deepEqual(played.presses, ['person']);
      }),
    );
  });

  test('letters that roll off the fingers reach their field in their order', () => {
    const rolled = merged(
      stroke('t', 1000, 80, 'person'),
      stroke('h', 1035, 80, 'person'),
      stroke('e', 1180, 80, 'person'),
    );
    const { field, refused } = play(rolled, 'field');
    assert.equal(field.map(({ char }) => char).join(''), 'the');
    assert.deepEqual(refused, []);
  });

  test('a key alone is a shortcut after a silence, and not as the head of a scan', () => {
    assert.deepEqual(play(stroke('u', 1000, 80, 'person'), 'button').shortcuts, ['u']);
    const broken = merged(stroke('u', 1000, 2, 'scanner'), read('M-26-4101', {}, 1100));
    const played = play(broken, 'button');
    assert.deepEqual([played.shortcuts, played.scans, played.refused.length], [[], [], 1]);
  });

  test('capital letters are scanned although Shift goes down and up between them', () => {
    const keys = merged(
      read('BM-1', { periodMs: 20 }),
      ...[999, 1019].map((at) => stroke('Shift', at, 8, 'scanner', { code: 'ShiftLeft', shift: true })),
    );
    assert.deepEqual(play(keys, 'button').scans, ['BM-1']);
  });

  test('a key that a slow scanner lost leaves a gap', () => {
    const keys = scanned('BM-26-4101', 1000, { ...usual, periodMs: 24 }, dice(1), [{ at: 4, kind: 'lost', ms: 0 }]);
    assert.deepEqual(play(keys, 'button').refused, ['hole']);
  });

  test('two ends where one is usual are two scanners', () => {
    const keys = merged(read('BM-1'), read('BM-2', { suffix: ['enter', 'enter'] }, 3000));
    const played = play(keys, 'button');
    assert.deepEqual([played.scans, played.refused], [['BM-1'], ['otherSuffix']]);
  });

  test('the rest of a broken scan is refused however late within five seconds, and its Enter presses nothing', () => {
    for (const late of [60, 350, 1500, 4500]) {
      const keys = merged(read('GAP45-', { suffix: [] }), read('ABCDEFGH', {}, 1040 + late));
      const played = play(keys, 'button');
      assert.deepEqual([played.scans, played.presses], [[], []], `${late} ms`);
      const alone = play(merged(read('GAP45-', { suffix: [] }), stroke('Enter', 1040 + late, 2, 'scanner')), 'field');
      assert.deepEqual(alone.presses, [], `${late} ms`);
    }
    const next = merged(read('GAP45-', { suffix: [] }), read('ABCDEFGH', {}, 6500));
    assert.deepEqual(play(next, 'button').scans, ['ABCDEFGH'], 'and then the line is free again');
  });

  test('a scan right after the keys begin to be heard may be the rest of one, and is refused', () => {
    const outcomesOf = (from: number) => {
      const reader = createScanReader(null, new Set(), 1000);
      const outcomes = read('ABCDEFGH', {}, from).flatMap((key) => reader.key(key, false).outcomes);
      return [...outcomes, ...reader.quiet(from + 5000)].map((one) =>
        one.kind === 'refused' ? one.trouble : one.kind,
      );
    };
    assert.deepEqual([outcomesOf(1001), outcomesOf(1290), outcomesOf(1310)], [['rest'], ['rest'], ['scan']]);
  });

  test('a window that loses the keyboard in the middle of a scan says so', () => {
    const reader = createScanReader(null);
    for (const key of read('BM-26', { suffix: [] })) reader.key(key, false);
    const [outcome] = reader.leave();
    assert.equal(outcome?.kind === 'refused' && outcome.trouble, 'left');
  });
});
