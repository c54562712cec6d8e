/**
 * Tells the scans of a keyboard-wedge scanner from typing. Keys with their times go in, verdicts come out. It knows
 * nothing about the page.
 *
 * A scanner types faster than a person. A run of such keys is a scan. It is taken whole or refused whole. None of its
 * keys reaches the page, except a first character in a text field, which is then taken back. In doubt the scan is
 * refused.
 *
 * The reader can notice pauses, keys without a character, repeats, two keys down at once, a missing end or prefix, keys
 * close before and after, and a gap where a key should be. It cannot notice: a key that is lost without a gap; the one
 * character of a scan that breaks off after it, if more than `quietMs` pass before the rest and it is a shortcut or
 * fell into a text field; the rest of a scan that comes more than `brokenMs` late; two scanners in perfect step whose
 * ends fall together; a scan that breaks off, if no end was taught (`suffix: []`). Against these a label rule with a
 * length or a check digit helps, because it refuses the text.
 */
import type { KeyboardScanner } from '../../app/contract/index.ts';
import {
  type BurstVerdict,
  gapMs,
  hasEnded,
  isMachine,
  judgeBurst,
  type KeyBurst,
  quietMs,
  type ScanTrouble,
  tailOf,
} from './keyburst.ts';
import { altStroke, isModifier, type KeyFacts, readStroke, type Stroke } from './keystroke.ts';
import type { ReaderAnswer, ReaderOutcome, ScanReader } from './readeranswer.ts';

/** After a broken scan, the next one within this time is refused, because it may be the rest. */
const brokenMs = 5000;
/** Keys right after a refused scan with an end are the rest of another scanner's scan. */
const refusedMs = 700;
/** A lone Enter right after a scan is a second end that comes late. */
const lateEndMs = 1000;
/** Two or three quick keys, or a stray key, may be the beginning of a scan. */
const fragmentMs = 2000;
/** The most typed characters that a refusal may take back with the scan. */
const takenBack = 3;

/** The time that a late timer waits for keys on their way: inside a scan, and when a field waits for held strokes. */
const longSlackMs = 250;
const shortSlackMs = 30;

const never = Number.NEGATIVE_INFINITY;

/**
 * @param shortcuts keys that act alone
 * @param begun since when keys are heard. A scan right after it may be the rest of one whose beginning no one heard.
 */
export function createScanReader(
  scanner: KeyboardScanner | null,
  shortcuts: ReadonlySet<string> = new Set(),
  begun = never,
): ScanReader {
  const gap = gapMs(scanner);
  const tail = tailOf(scanner);
  let burst: KeyBurst | undefined;
  let alone: { key: string; at: number } | undefined;
  let altDigits = '';
  let lastEventAt = never;
  const held = new Set<string>();
  const was = { typed: never, fragment: never, scan: never, refused: never, broken: never, stray: never, lone: never };
  let lastMachineAt = never;
  let once = false;
  let focusMoved = false;
  let chain = 0;
  let chainAt = never;

  const dueOf = (of: KeyBurst) => of.lastAt + (!isMachine(of, scanner) ? gap : hasEnded(of) ? tail : quietMs);

  /** The trouble with the keys before a burst. */
  function before(at: number): ScanTrouble | undefined {
    if (at - was.broken <= brokenMs || at - was.fragment <= fragmentMs || at - begun <= quietMs) return 'rest';
    if (at - was.typed <= quietMs || at - was.scan <= quietMs || at - was.refused <= refusedMs) return 'near';
    return undefined;
  }

  function remember(ended: KeyBurst, verdict: BurstVerdict): void {
    lastMachineAt = ended.lastAt;
    was.fragment = never;
    if (verdict.kind === 'scan') {
      was.scan = ended.lastAt;
      was.broken = never;
      if (verdict.ends.length === 1) once = true;
    } else if (hasEnded(ended)) {
      was.refused = ended.lastAt;
      was.broken = never;
    } else was.broken = ended.lastAt;
  }

  /** Whether a lone Enter or Space may be the end or a part of a broken scan. Then it presses nothing. */
  const isLate = (at: number): boolean =>
    (!focusMoved && at - was.broken <= brokenMs) ||
    (!focusMoved && lastMachineAt > was.typed && (at - lastMachineAt <= lateEndMs || at - was.refused <= brokenMs)) ||
    at - was.stray <= fragmentMs ||
    at - was.lone <= quietMs;

  function swallow(at: number): void {
    was.broken = never;
    was.refused = at;
    lastMachineAt = at;
  }

  function closeTyping(ended: KeyBurst): ReaderOutcome[] {
    const { strokes, inField, lastAt, passed } = ended;
    const [first] = strokes;
    const press = first?.end === 'enter' || first?.typed === ' ';
    if (!inField && press && isLate(first.at)) {
      if (first.end) swallow(lastAt);
      return [];
    }
    was.typed = lastAt;
    if (strokes.length > 1 ? !hasEnded(ended) : lastAt - was.fragment <= fragmentMs) was.fragment = lastAt;
    const due = strokes.slice(passed);
    const typed: ReaderOutcome[] = due.length > 0 ? [{ kind: 'typed', strokes: due }] : [];
    if (inField || first === undefined || press || first.typed === '') return typed;
    if (shortcuts.has(first.typed)) alone = { key: first.typed, at: lastAt };
    else {
      was.fragment = lastAt;
      was.stray = lastAt;
    }
    was.lone = lastAt;
    return typed;
  }

  function close(): ReaderOutcome[] {
    const ended = burst;
    burst = undefined;
    if (!ended) return [];
    if (!isMachine(ended, scanner)) return closeTyping(ended);
    const verdict = judgeBurst(ended, scanner, before(ended.startedAt), once);
    remember(ended, verdict);
    const { strokes } = ended;
    if (verdict.kind === 'scan') return [{ kind: 'scan', text: verdict.text, strokes }];
    return [{ ...verdict, strokes, takeBack: chain <= takenBack }];
  }

  function quiet(at: number): ReaderOutcome[] {
    const outcomes: ReaderOutcome[] = burst && at > dueOf(burst) ? close() : [];
    if (!alone || at <= alone.at + quietMs) return outcomes;
    const { key } = alone;
    alone = undefined;
    return [...outcomes, { kind: 'shortcut', key }];
  }

  function begin(stroke: Stroke, facts: KeyFacts, inField: boolean): ReaderAnswer {
    const { at } = stroke;
    const afresh = at - chainAt > quietMs && at - was.fragment > fragmentMs;
    if (afresh) chain = 0;
    chain += 1;
    chainAt = at;
    burst = {
      strokes: [stroke],
      presses: 1,
      inField,
      startedAt: at,
      lastAt: at,
      machine: false,
      trouble: undefined,
      capsLock: facts.capsLock,
      down: new Map(facts.down ? [[facts.code || facts.key, 0]] : []),
      ups: 0,
      overlaps: false,
      twice: false,
      passed: 0,
    };
    const presses = stroke.end === 'enter' || stroke.typed !== '';
    const hold = inField ? stroke.end === 'enter' && isLate(at) : presses;
    // In a field, an Enter that ends no burst goes to the page at once and belongs to no scan.
    if (inField && stroke.end === 'enter') {
      burst = undefined;
      if (hold) swallow(at);
    } else if (!hold) burst.passed = 1;
    return { hold, begins: true, afresh, outcomes: [] };
  }

  /** Adds one more key to the burst, and notes a pause before it. */
  function goOn(to: KeyBurst, at: number): void {
    if (at - to.lastAt > gap) to.trouble ??= hasEnded(to) ? 'followed' : 'pause';
    to.presses += 1;
    to.lastAt = Math.max(to.lastAt, at);
  }

  function join(to: KeyBurst, stroke: Stroke, facts: KeyFacts): ReaderAnswer {
    const typedSoFar = to.strokes.length;
    to.machine = isMachine(to, scanner);
    goOn(to, stroke.at);
    if (facts.repeat) to.trouble ??= 'repeat';
    to.strokes.push(stroke);
    to.capsLock ||= facts.capsLock;
    const name = facts.code || facts.key;
    if (to.down.has(name) && !facts.repeat) to.twice = true;
    if (facts.down) to.down.set(name, typedSoFar);
    chainAt = to.lastAt;
    if (!stroke.edits || typedSoFar > 2) return { hold: true, begins: false, afresh: false, outcomes: [] };
    // A person corrects a quick slip. The letters come first, then this key.
    const due = to.strokes.slice(to.passed, typedSoFar);
    to.passed = typedSoFar + 1;
    const outcomes: ReaderOutcome[] = due.length > 0 ? [{ kind: 'typed', strokes: due }] : [];
    return { hold: false, begins: false, afresh: false, outcomes };
  }

  function take(stroke: Stroke, facts: KeyFacts, inField: boolean): ReaderAnswer {
    if (alone) was.fragment = alone.at;
    alone = undefined;
    return burst ? join(burst, stroke, facts) : begin(stroke, facts, inField);
  }

  const pass = (outcomes: ReaderOutcome[] = []): ReaderAnswer => ({
    hold: false,
    begins: false,
    afresh: false,
    outcomes,
  });

  function down(facts: KeyFacts, idle: number, inField: boolean): ReaderAnswer {
    const name = facts.code || facts.key;
    if (facts.alt && /^Numpad\d$/.test(facts.code)) {
      altDigits += facts.code.at(-1) ?? '';
      if (burst) goOn(burst, facts.at);
      held.add(name);
      return { ...pass(), hold: true };
    }
    const stroke = readStroke(facts, idle, scanner);
    if (facts.repeat && !burst) return stuck(stroke, held.has(name) || !inField);
    // Moving and editing keys alone are no scan.
    if (!burst && (stroke.edits || stroke.end === 'tab')) return pass();
    const heldDown = facts.repeat && burst?.strokes.length === 1 && burst.passed === 1;
    const answer = heldDown ? pass() : take(stroke, facts, inField);
    if (answer.hold) held.add(name);
    return answer;
  }

  /** Handles a key that repeats by itself after its scan. */
  function stuck(stroke: Stroke, ours: boolean): ReaderAnswer {
    const hold = !stroke.edits && (ours || lastMachineAt > was.typed);
    if (hold && lastMachineAt > was.typed) lastMachineAt = stroke.at;
    return { ...pass(), hold };
  }

  function up(facts: KeyFacts, idle: number, inField: boolean): ReaderAnswer {
    const name = facts.code || facts.key;
    if (facts.key === 'Alt' && altDigits !== '') {
      const stroke = altStroke(altDigits, facts.at, idle, scanner);
      altDigits = '';
      return take(stroke, facts, inField);
    }
    const index = burst?.down.get(name);
    if (burst && index !== undefined) {
      burst.ups += 1;
      burst.down.delete(name);
      if (burst.strokes.length - 1 > index) burst.overlaps = true;
    }
    return { ...pass(), hold: held.delete(name) };
  }

  return {
    key(facts, inField, moved = false) {
      focusMoved = moved;
      const idle = Math.max(0, facts.at - lastEventAt);
      lastEventAt = Math.max(lastEventAt, facts.at);
      const outcomes = quiet(facts.at);
      if (facts.down && isModifier(facts.key)) {
        if (facts.key === 'Alt') altDigits = '';
        return pass(outcomes);
      }
      const answer = facts.down ? down(facts, idle, inField) : up(facts, idle, inField);
      return { ...answer, outcomes: [...outcomes, ...answer.outcomes] };
    },
    quiet,
    dueAt: () => {
      const due = [...(burst ? [dueOf(burst)] : []), ...(alone ? [alone.at + quietMs] : [])];
      return due.length > 0 ? Math.min(...due) : undefined;
    },
    slack() {
      if (!burst || hasEnded(burst)) return 0;
      const [first] = burst.strokes;
      if (isMachine(burst, scanner) || burst.strokes.length === burst.passed) return longSlackMs;
      if (burst.inField) return shortSlackMs;
      return first?.end || first?.typed === ' ' ? 0 : longSlackMs;
    },
    leave() {
      held.clear();
      altDigits = '';
      if (burst) burst.trouble ??= isMachine(burst, scanner) ? 'left' : undefined;
      return close();
    },
  };
}
