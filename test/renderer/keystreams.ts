/** Streams of keystrokes as keyboards, scanners and people make them, from a seed; and a page that they are played to. */
import type { KeyboardScanner } from '../../app/contract/index.ts';
import type { KeyFacts } from '../../renderer/scanreader/keystroke.ts';
import type { ReaderOutcome } from '../../renderer/scanreader/readeranswer.ts';
import { createScanReader } from '../../renderer/scanreader/scanreader.ts';

export type Source = 'scanner' | 'person';
export type KeyEventIn = KeyFacts & { source: Source };

/** mulberry32: the same numbers for the same seed, anywhere. */
export function dice(seed: number) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const between = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  const pick = <T>(from: readonly T[]): T => from[between(0, from.length - 1)] as T;
  return { next, between, pick, chance: (share: number) => next() < share };
}
export type Dice = ReturnType<typeof dice>;

const symbols: Record<string, string> = { '-': 'Minus', ' ': 'Space', '/': 'Slash', '.': 'Period', '[': 'BracketLeft' };
const shifted: Record<string, string> = { _: 'Minus', ':': 'Semicolon', '?': 'Slash' };

/** Where a US keyboard has a character. */
export function placeOf(char: string): { code: string; shift: boolean } {
  if (/[a-z]/i.test(char)) return { code: `Key${char.toUpperCase()}`, shift: char !== char.toLowerCase() };
  if (/\d/.test(char)) return { code: `Digit${char}`, shift: false };
  return char in shifted ? { code: shifted[char] ?? '', shift: true } : { code: symbols[char] ?? '', shift: false };
}

const quietFacts = {
  shift: false,
  ctrl: false,
  alt: false,
  meta: false,
  altGraph: false,
  capsLock: false,
  repeat: false,
  composing: false,
};

export const stroke = (key: string, at: number, holdMs: number, source: Source, more: Partial<KeyFacts> = {}) => {
  const place = [...key].length === 1 ? placeOf(key) : { code: key, shift: false };
  const facts = { ...quietFacts, key, ...place, source, ...more };
  return [
    { ...facts, down: true, at },
    { ...facts, down: false, at: at + holdMs, repeat: false },
  ] satisfies KeyEventIn[];
};

export type ScannerKind = {
  /** From one key to the next, and how much that varies. */
  periodMs: number;
  jitterMs: number;
  /** How long a key is down. */
  holdMs: number;
  suffix: readonly string[];
  prefix: string;
};

export type Mishap = { at: number; kind: 'pause' | 'lost' | 'double' | 'stuck' | 'strange'; ms: number };

const suffixKeys: Record<string, [string, Partial<KeyFacts>]> = {
  enter: ['Enter', {}],
  tab: ['Tab', {}],
  lf: ['j', { ctrl: true }],
};

const strange: readonly [string, Partial<KeyFacts>][] = [
  ['F8', {}],
  ['Unidentified', { code: '' }],
  ['Dead', { code: 'Equal' }],
  ['Process', { code: 'KeyA', composing: true }],
  ['q', { ctrl: true }],
];

/** One label read by one scanner, from a time on. */
export function scanned(
  text: string,
  from: number,
  kind: ScannerKind,
  random: Dice,
  mishaps: readonly Mishap[] = [],
): KeyEventIn[] {
  const events: KeyEventIn[] = [];
  let at = from;
  const step = () => {
    at += Math.max(0.5, kind.periodMs + (random.next() * 2 - 1) * kind.jitterMs);
  };
  const keys: [string, Partial<KeyFacts>][] = [
    ...[...kind.prefix, ...text].map((char): [string, Partial<KeyFacts>] =>
      char === '\u001d' ? [']', { code: 'BracketRight', ctrl: true }] : [char, {}],
    ),
    ...kind.suffix.map((name): [string, Partial<KeyFacts>] => suffixKeys[name] ?? ['Enter', {}]),
  ];
  for (const [index, [key, more]] of keys.entries()) {
    const mishap = mishaps.find((candidate) => candidate.at === index);
    if (mishap?.kind === 'pause') at += mishap.ms;
    if (mishap?.kind === 'lost') {
      step();
      continue;
    }
    if (mishap?.kind === 'strange') {
      const [name, facts] = random.pick(strange);
      events.push(...stroke(name, at, kind.holdMs, 'scanner', facts));
      step();
    }
    if (mishap?.kind === 'stuck') {
      const [down, up] = stroke(key, at, mishap.ms + 500, 'scanner', more);
      if (!down || !up) continue;
      events.push(down);
      for (let late = 250; late < mishap.ms; late += 33) events.push({ ...down, at: at + late, repeat: true });
      events.push({ ...up, at: at + mishap.ms });
      at += mishap.ms + 10;
      continue;
    }
    events.push(...stroke(key, at, kind.holdMs, 'scanner', more));
    if (mishap?.kind === 'double') {
      step();
      events.push(...stroke(key, at, kind.holdMs, 'scanner', more));
    }
    step();
  }
  return events;
}

/** A person who types, 70 to 260 ms from key to key, each down for 60 to 130. */
export function typing(text: string, from: number, random: Dice): KeyEventIn[] {
  let at = from;
  return [...text].flatMap((char) => {
    at += random.between(70, 260);
    return stroke(char === '\n' ? 'Enter' : char, at, random.between(60, 130), 'person');
  });
}

/** In the order of their times; what came first stays first. */
export const merged = (...streams: KeyEventIn[][]): KeyEventIn[] => streams.flat().sort((a, b) => a.at - b.at);

export type Focus = 'field' | 'button';
export type Played = {
  scans: string[];
  refused: string[];
  /** Who pressed the focused control, each time. */
  presses: Source[];
  shortcuts: string[];
  /** What is in the field at the end, by who typed it. */
  field: { char: string; source: Source }[];
  /** Keys, other than moving ones, of a scanner that a control or the page got. */
  leaked: string[];
};

/** A page of one control, with the reader before it, as `keylistener.ts` puts it there. */
export function play(
  events: readonly KeyEventIn[],
  focus: Focus,
  scanner: KeyboardScanner | null = null,
  shortcuts = ['b', 'u', 'l', 's', '?'],
): Played {
  const reader = createScanReader(scanner, new Set(shortcuts));
  const inField = focus === 'field';
  const played: Played = { scans: [], refused: [], presses: [], shortcuts: [], field: [], leaked: [] };
  let sinceQuiet: Played['field'] = [];
  let sinceBurst: Played['field'] = [];
  const sourceAt = (at: number): Source => events.find((event) => event.down && event.at === at)?.source ?? 'person';

  const reach = (key: string, typed: string, source: Source) => {
    if (inField) {
      if (typed !== '') played.field.push({ char: typed, source });
      else if (key === 'Enter') played.presses.push(source);
    } else if (key === 'Enter' || key === ' ') played.presses.push(source);
    else if (source === 'scanner' && typed !== '') played.leaked.push(key);
  };

  const follow = (outcomes: readonly ReaderOutcome[]) => {
    for (const outcome of outcomes) {
      if (outcome.kind === 'shortcut') played.shortcuts.push(outcome.key);
      else if (outcome.kind === 'typed') {
        for (const { key, typed, at } of outcome.strokes)
          if (inField || key === 'Enter' || key === ' ') reach(key, typed, sourceAt(at));
      } else {
        played.field = outcome.kind === 'refused' && outcome.takeBack ? [...sinceQuiet] : [...sinceBurst];
        if (outcome.kind === 'scan') played.scans.push(outcome.text);
        else played.refused.push(outcome.trouble);
      }
    }
  };

  const wait = (until: number) => {
    for (let due = reader.dueAt(); due !== undefined && due + 1 < until; due = reader.dueAt())
      follow(reader.quiet(due + 1));
  };

  for (const event of events) {
    wait(event.at);
    const answer = reader.key(event, inField);
    follow(answer.outcomes);
    if (answer.begins && answer.afresh) sinceQuiet = [...played.field];
    if (answer.begins) sinceBurst = [...played.field];
    // What a stuck key leaves in a field is its own matter.
    if (event.down && !answer.hold && !(event.repeat && inField)) {
      const printable = !event.ctrl && !event.alt && [...event.key].length === 1;
      reach(event.key, printable ? event.key : '', event.source);
    }
  }
  wait(Number.POSITIVE_INFINITY);
  return played;
}
