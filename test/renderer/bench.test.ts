import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type ErrorCode,
  errorCodes,
  type SlotState,
  type StepProgress,
  slotState,
  stepNames,
} from '../../app/contract/index.ts';
import { keepsUnit, pictureOf } from '../../renderer/bench/actpictures.ts';
import { benchAct, pictureOfAct } from '../../renderer/bench/benchact.ts';
import { fractionDone } from '../../renderer/bench/fractiondone.ts';
import { stateAppearance } from '../../renderer/bench/stateappearance.ts';
import { columnsFor, tileSize } from '../../renderer/bench/tilegrid.ts';
import { errorsEn } from '../../renderer/words/errors.en.ts';
import { tables } from '../../renderer/words/index.ts';
import { contrast, luminance, type Rgb, rgbOf, seenWith } from './colour.ts';
import { benchOf, slotIn } from './fixtures.ts';

const tokens = readFileSync(new URL('../../renderer/styles/tokens.css', import.meta.url), 'utf8');

function fill(state: SlotState, part: '' | '-ink'): Rgb {
  const found = new RegExp(`--state-${stateAppearance[state].token}${part}: (#[0-9a-f]{6})`).exec(tokens)?.[1];
  assert.ok(found, `${state} has a colour of its own`);
  return rgbOf(found);
}
const filled = ['SCAN', 'PASS', 'FAIL', 'CHECK_STATION', 'LOCKED'] as const satisfies readonly SlotState[];
const pairs = filled.flatMap((one, index) => filled.slice(index + 1).map((other) => [one, other] as const));

test('every state has a silhouette and a word of its own, in every language', () => {
  const states = slotState.options;
  assert.equal(new Set(states.map((state) => stateAppearance[state].icon)).size, states.length);
  for (const words of Object.values(tables)) {
    assert.equal(new Set(states.map((state) => words.bench.state[state])).size, states.length);
  }
});

test('pass and fail do not sound alike', () => {
  assert.notEqual(stateAppearance.PASS.sound, stateAppearance.FAIL.sound);
});

test('filled states read at seven to one', () => {
  for (const state of filled) assert.ok(contrast(fill(state, ''), fill(state, '-ink')) >= 7, state);
});

test('the results are told apart in greyscale', () => {
  const results = ['PASS', 'FAIL', 'CHECK_STATION'] as const;
  for (const [one, other] of [
    [results[0], results[1]],
    [results[1], results[2]],
    [results[0], results[2]],
  ] as const) {
    assert.ok(contrast(fill(one, ''), fill(other, '')) >= 1.35, `${one} and ${other}`);
  }
});

test('filled states differ for people who see colours differently', () => {
  for (const deficiency of ['protanopia', 'deuteranopia', 'tritanopia'] as const) {
    for (const [one, other] of pairs) {
      const [a, b] = [seenWith(deficiency, fill(one, '')), seenWith(deficiency, fill(other, ''))];
      const distance = Math.hypot(...a.map((value, index) => value - (b[index] ?? 0)));
      const lightness = Math.abs(luminance(a) - luminance(b));
      assert.ok(distance >= 40 || lightness >= 0.1, `${one} and ${other} with ${deficiency}: ${distance}`);
    }
  }
});

test('the tiles of up to 32 slots fit both screens with room for their words', () => {
  for (const [width, height] of [
    [972, 548],
    [1190, 548],
    [1612, 828],
  ] as const) {
    for (let count = 1; count <= 32; count++) {
      const columns = columnsFor(count, width, height);
      const rows = Math.ceil(count / columns);
      assert.ok(width / columns >= 170, `${count} slots on ${width}`);
      assert.ok(height / rows >= 64 + 8, `${count} slots on ${width}×${height}: ${height / rows}`);
    }
  }
  assert.deepEqual([1, 4, 5, 8, 9, 32].map(tileSize), ['large', 'large', 'middle', 'middle', 'small', 'small']);
});

test('the bar never goes back while steps go on', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 8, maxLength: 8 }), (fractions) => {
      let last = -1;
      for (let running = 0; running <= stepNames.length; running++) {
        for (const fraction of [undefined, fractions[running]]) {
          const steps = stepNames.map((name, index): StepProgress => {
            if (index < running) return { name, state: 'done' };
            if (index > running) return { name, state: 'waiting' };
            return { name, state: 'running', ...(fraction === undefined ? {} : { fraction }) };
          });
          const done = fractionDone(steps);
          assert.ok(done >= last && done <= 1);
          last = done;
        }
      }
      assert.equal(last, 1);
    }),
  );
});

test('the one next act: sign in, then the reason of a lock, then the slot that waits for a person', () => {
  const bench = {
    ...benchOf(4),
    slots: [slotIn('WORKING', 1), slotIn('PASS', 2), slotIn('SCAN', 3), slotIn('FAIL', 4)],
  };
  assert.deepEqual(benchAct(bench, false), { kind: 'bench', act: 'signIn' });
  assert.deepEqual(benchAct({ ...bench, locked: 'repeatedErrors' }, true), {
    kind: 'locked',
    reason: 'repeatedErrors',
  });
  assert.deepEqual(
    benchAct({ ...bench, locked: 'records' }, false),
    { kind: 'locked', reason: 'records' },
    'signing in would not help',
  );
  assert.deepEqual(benchAct({ ...bench, locked: 'signedOut' }, false), { kind: 'bench', act: 'signIn' });
  assert.deepEqual(benchAct(bench, true), { kind: 'slot', slot: bench.slots[2] });
  assert.deepEqual(benchAct({ ...bench, slots: [slotIn('WORKING', 1)] }, true), { kind: 'bench', act: 'wait' });
  assert.deepEqual(benchAct({ ...bench, slots: [slotIn('WORKING', 1), slotIn('EMPTY', 2)] }, true), {
    kind: 'bench',
    act: 'plugIn',
  });
  const two = { ...bench, slots: [slotIn('SCAN', 1), slotIn('SCAN', 2)], askedSlotId: 2 };
  assert.deepEqual(benchAct(two, true), { kind: 'slot', slot: two.slots[1] }, 'the slot that has waited longest');
  assert.deepEqual(benchAct({ ...bench, slots: [] }, true), { kind: 'bench', act: 'noSlots' });
});

test('a label scanned ahead is the next act where a unit can be plugged in; a due golden unit comes before others', () => {
  const empty = { ...benchOf(2), continuous: true, slots: [slotIn('EMPTY', 1), slotIn('FAIL', 2)] };
  const held = { kind: 'held', label: 'BM-26-9' } as const;
  assert.deepEqual(benchAct({ ...empty, heldLabel: 'BM-26-9' }, true), held);
  const full = [slotIn('PASS', 1), slotIn('FAIL', 2)];
  assert.equal(benchAct({ ...empty, heldLabel: 'BM-26-9', slots: full }, true).kind, 'slot', 'first a slot is freed');
  const idle = { ...empty, slots: [slotIn('EMPTY', 1)] };
  assert.deepEqual(benchAct(idle, true), { kind: 'bench', act: 'plugInOrScan' });
  const golden = { unitSerial: 'BM-26-0001', passedAt: null, due: true };
  assert.deepEqual(benchAct({ ...idle, golden }, true), { kind: 'bench', act: 'plugGolden' });
});

test('each next act has its picture: bins for what is scrapped, engineers for what a station did', () => {
  const failed = (code: ErrorCode) => pictureOf({ ...slotIn('FAIL', 1), error: { code, detail: '' } });
  assert.equal(failed('csr.weakKey'), 'bin');
  assert.equal(failed('link.lost'), 'cable');
  assert.equal(failed('unit.badSerial'), 'scanner');
  assert.equal(failed('ca.tokenAbsent'), 'token');
  assert.equal(failed('ca.locked'), 'lock');
  assert.equal(failed('cloud.throttled'), 'wait');
  assert.equal(failed('records.diskFull'), 'engineer');
  assert.equal(failed('link.loopback'), 'swap');
  assert.equal(failed('link.stuck'), 'reset');
  for (const code of ['link.noise', 'link.booting', 'link.wrongFirmware', 'link.otherProgram'] as const) {
    assert.equal(failed(code), 'engineer');
    assert.ok(keepsUnit(code), 'the set-up of a slot scraps no unit');
  }
  assert.equal(pictureOfAct({ kind: 'locked', reason: 'caAbsent' }), 'token');
  assert.equal(pictureOfAct({ kind: 'held', label: 'X' }), 'cable');
});

test('a unit that is not to blame is never sent to the bin', () => {
  for (const code of errorCodes) {
    if (!keepsUnit(code)) continue;
    assert.notEqual(pictureOf({ ...slotIn('CHECK_STATION', 1), error: { code, detail: '' } }), 'bin', code);
    assert.doesNotMatch(errorsEn[code].next, /red bin/, code);
  }
  assert.ok(keepsUnit('records.diskFull') && !keepsUnit('csr.weakKey'));
});
