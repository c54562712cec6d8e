/** Teaching a scanner: what is learned from codes it reads, and what it is told to set. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { KeyboardScanner } from '../../app/contract/index.ts';
import { keyboardScanner } from '../../app/contract/model.ts';
import {
  captureOf,
  type Learned,
  learnScanner,
  type ReadProblem,
  readWith,
} from '../../renderer/scannerteaching/learnscanner.ts';
import { testCodes, testText } from '../../renderer/scannerteaching/testcodes.ts';
import { merged, play, stroke } from './keystreams.ts';
import { typedBy, type Way } from './usscanner.ts';

const taught = (way: Way, skip: readonly string[] = []) =>
  learnScanner(
    testCodes()
      .filter(({ name }) => !skip.includes(name))
      .map(({ text }) => ({ text, capture: captureOf(typedBy(text, way)) })),
  );

function learned(way: Way): Learned {
  const result = taught(way);
  assert.ok(!('problem' in result), JSON.stringify(result));
  return result;
}
const kept = ({ taught: profile }: Learned): KeyboardScanner =>
  keyboardScanner.parse({ ...profile, taughtAt: '2026-11-20T08:00:00Z', taughtBy: 'Erika Sommer' });

describe('teaching a scanner', () => {
  test('a US scanner on a German PC is read as it is printed', () => {
    const result = learned({ pc: 'de' });
    assert.deepEqual(result.bent, ['#', '(', ')', '*', '+', '-', '/', ':', 'Y', 'Z', ']', '_', 'y', 'z'].sort());
    const scans = typedBy(testText, { pc: 'de' });
    assert.equal(readWith(result.taught, scans), testText);
    assert.deepEqual(play(scans, 'button', kept(result)).scans, [testText]);
    assert.notDeepEqual(play(scans, 'button').scans, [testText], 'untaught it would come out bent');
    assert.deepEqual(learned({}).bent, []);
  });

  test('each end, a prefix, the kind of code, and each way to send the separator', () => {
    const ways: Way[] = [
      { suffix: ['tab'] },
      { suffix: ['enter', 'lf'] },
      { suffix: ['enter', 'enter'] },
      { suffix: [] },
      { prefix: '/x' },
      { gs: [']', { code: 'BracketRight', ctrl: true }] },
      { gs: ['Unnamed', { code: 'IntlRo' }] },
      { alt: true },
    ];
    for (const way of ways) {
      const result = learned(way);
      assert.deepEqual(result.taught.suffix, way.suffix ?? ['enter']);
      assert.equal(result.taught.prefix, way.prefix ?? '');
      const text = 'A1\u001dz9';
      assert.deepEqual(play(typedBy(text, way), 'button', kept(result)).scans, [text], JSON.stringify(way));
      const others = typedBy(text, { ...way, suffix: way.suffix?.[0] === 'tab' ? ['enter'] : ['tab'] });
      assert.deepEqual(play(others, 'button', kept(result)).scans, [], 'another end is refused');
    }
    assert.deepEqual([learned({ aim: true }).aim, learned({ aim: true }).taught.prefix], [true, '']);
    const prefixed = kept(learned({ prefix: '/x' }));
    assert.deepEqual(play(typedBy('A1B2', {}), 'button', prefixed).refused, ['noPrefix']);
  });

  test('a key that was not taught is refused, and so is Caps Lock', () => {
    const scanner = kept(learned({}));
    assert.deepEqual(play(typedBy('A>B', {}), 'button', scanner).refused, ['strangeKey']);
    assert.deepEqual(play(typedBy('AB1', { caps: true }), 'button', scanner).refused, ['capsLock']);
    const without = taught({}, ['separator']);
    assert.ok(!('problem' in without));
    assert.deepEqual(play(typedBy('A\u001dB', {}), 'button', kept(without)).refused, ['strangeKey']);
  });

  test('where the station cannot adapt it says what to set', () => {
    const cases: [Way, ReadProblem][] = [
      [{ caps: true }, 'capsLock'],
      [{ periodMs: 80 }, 'slow'],
      [{ gsLost: true }, 'separatorLost'],
      [{ upper: true }, 'sameKey'],
      [{ suffix: ['enter', 'enter', 'enter'] }, 'suffix'],
    ];
    for (const [way, problem] of cases) assert.deepEqual(taught(way), { problem }, JSON.stringify(way));
    const [digits, ...rest] = testCodes();
    assert.ok(digits);
    const reads = rest.map(({ text }) => ({ text, capture: captureOf(typedBy(text, {})) }));
    const other = (way: Way) => ({ text: digits.text, capture: captureOf(typedBy(digits.text, way)) });
    assert.deepEqual(learnScanner([other({ suffix: ['tab'] }), ...reads]), { problem: 'suffixVaries' });
    assert.deepEqual(learnScanner([other({ prefix: 'A' }), ...reads]), { problem: 'prefixVaries' });
    assert.deepEqual(learnScanner([{ ...other({}), text: `${digits.text}12` }, ...reads]), { problem: 'short' });
    const foreign = (code: { text: string }) => ({
      text: code.text,
      capture: captureOf(merged(stroke('F9', 994, 1, 'scanner'), typedBy(code.text, {}))),
    });
    assert.deepEqual(learnScanner(testCodes().map(foreign)), { problem: 'prefixUnknown' });
  });

  test('the codes on screen are pictures of their own, without a script in them', () => {
    for (const { image } of testCodes()) {
      assert.match(image.src, /^data:image\/svg\+xml,/);
      assert.doesNotMatch(decodeURIComponent(image.src), /script|style=|href/);
      assert.ok(image.width > 200 && image.width < 960 && image.height > 50, `${image.width} × ${image.height}`);
    }
    assert.equal(new Set(testCodes().map(({ image }) => image.src)).size, testCodes().length);
  });
});
