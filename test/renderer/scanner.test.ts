import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type KeyPress, maxGapMs, minLength, nothingRead, pause, press, type Reading } from '../../renderer/scanner.ts';

/** Plays keys as the page would see them: what reached the page at once, what was given back later, what was scanned. */
function play(keys: readonly KeyPress[]) {
  let reading: Reading = nothingRead;
  let reached = '';
  let enters = 0;
  const scans: string[] = [];
  for (const key of keys) {
    const step = press(reading, key);
    reading = step.reading;
    reached += step.release;
    if (step.verdict.kind === 'scan') scans.push(step.verdict.text);
    if (step.verdict.kind === 'leave' && key.key === 'Enter') enters += 1;
    if (step.verdict.kind === 'leave' && key.key.length === 1) reached += key.key;
  }
  reached += pause(reading, Number.POSITIVE_INFINITY).release;
  return { reached, enters, scans };
}

const keysOf = (text: string, gap: number, from = 1000): KeyPress[] =>
  [...text].map((key, index) => ({ key, at: from + index * gap, chord: false }));
const withEnter = (keys: KeyPress[], gap: number): KeyPress[] => [
  ...keys,
  { key: 'Enter', at: (keys.at(-1)?.at ?? 0) + gap, chord: false },
];
const printable = fc.string({ minLength, maxLength: 40, unit: 'grapheme-ascii' });

test('a burst that ends in Enter is one scan, and its Enter reaches nothing', () => {
  fc.assert(
    fc.property(printable, fc.integer({ min: 0, max: maxGapMs }), (text, gap) => {
      const { scans, enters } = play(withEnter(keysOf(text, gap), gap));
      assert.deepEqual(scans, [text]);
      assert.equal(enters, 0);
    }),
  );
});

test('typing is never a scan and reaches the field whole, whatever it says', () => {
  fc.assert(
    fc.property(printable, fc.integer({ min: maxGapMs + 1, max: 900 }), (text, gap) => {
      const { scans, reached, enters } = play(withEnter(keysOf(text, gap), gap));
      assert.deepEqual(scans, []);
      assert.equal(reached, text);
      assert.equal(enters, 1);
    }),
  );
});

test('no character is lost or doubled, however typing and bursts are mixed', () => {
  const key = fc.record({
    key: fc.constantFrom('a', 'b', '7', '-', ' ', 'Tab', 'Shift', 'Backspace'),
    gap: fc.integer({ min: 0, max: 120 }),
    chord: fc.constant(false),
  });
  fc.assert(
    fc.property(fc.array(key, { maxLength: 60 }), (presses) => {
      let at = 0;
      const keys = presses.map(({ key: name, gap, chord }) => {
        at += gap;
        return { key: name, at, chord };
      });
      const typed = keys.map(({ key: name }) => (name.length === 1 ? name : '')).join('');
      assert.equal(play(keys).reached, typed);
    }),
  );
});

test('a burst shorter than a label is typing', () => {
  const { scans, reached, enters } = play(withEnter(keysOf('abc', 5), 5));
  assert.deepEqual(scans, []);
  assert.equal(reached, 'abc');
  assert.equal(enters, 1);
});

test('capital letters are scanned although the scanner presses Shift between them', () => {
  const keys = [...'BM-1'].flatMap((key, index) => [
    { key: 'Shift', at: index * 8, chord: false },
    { key, at: index * 8 + 3, chord: false },
  ]);
  assert.deepEqual(play(withEnter(keys, 4)).scans, ['BM-1']);
});

test('a shortcut with Ctrl in the middle ends the burst', () => {
  const keys = keysOf('abcdef', 5);
  const third = keys[3];
  assert.ok(third);
  third.chord = true;
  assert.deepEqual(play(withEnter(keys, 5)).scans, []);
});

test('typing before a scan does not become part of it', () => {
  const typed = keysOf('se', 200, 0);
  const scanned = withEnter(keysOf('BM-26-4101', 6, 1000), 6);
  assert.deepEqual(play([...typed, ...scanned]).scans, ['BM-26-4101']);
});
