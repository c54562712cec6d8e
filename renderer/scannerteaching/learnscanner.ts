/** Learns the habits of a scanner from its readings of known codes. Pure. */
import type { ScannerEnd, TaughtScanner } from '../../app/contract/index.ts';
import { splitBurst } from '../scanreader/keyburst.ts';
import { altStroke, isModifier, type KeyFacts, readStroke, type Stroke } from '../scanreader/keystroke.ts';
import { createScanReader } from '../scanreader/scanreader.ts';

/** A setting of the scanner or the PC that must change before the scanner can be taught. */
export type ReadProblem =
  | 'capsLock'
  | 'inputMethod'
  | 'repeat'
  | 'slow'
  | 'short'
  | 'unnamedKey'
  | 'sameKey'
  | 'suffix'
  | 'suffixVaries'
  | 'prefixVaries'
  | 'prefixUnknown'
  | 'separatorLost'
  | 'otherCode';

export type Capture = {
  strokes: Stroke[];
  /** The longest time between two keys, in ms. */
  gapMs: number;
  overlaps: boolean;
  problem: ReadProblem | undefined;
};

/** A slower scanner cannot be told from a person. */
export const slowestMs = 45;

/** The keys of one scan, all from one capture. */
export function captureOf(facts: readonly KeyFacts[]): Capture {
  const strokes: Stroke[] = [];
  const down = new Map<string, number>();
  let digits = '';
  let overlaps = false;
  let problem: ReadProblem | undefined;
  let before = facts[0]?.at ?? 0;
  const pressedAt: number[] = [];
  for (const fact of facts) {
    const idle = fact.at - before;
    before = fact.at;
    const name = fact.code || fact.key;
    if (!fact.down) {
      if (fact.key === 'Alt' && digits !== '') {
        strokes.push(altStroke(digits, fact.at, idle, null));
        digits = '';
      }
      const index = down.get(name);
      if (index !== undefined && index < strokes.length - 1) overlaps = true;
      down.delete(name);
    } else if (fact.alt && /^Numpad\d$/.test(fact.code)) {
      digits += fact.code.at(-1) ?? '';
      pressedAt.push(fact.at);
    } else if (!isModifier(fact.key)) {
      if (fact.capsLock) problem ??= 'capsLock';
      if (fact.composing || fact.key === 'Process') problem ??= 'inputMethod';
      if (fact.repeat) problem ??= 'repeat';
      if (fact.code === '' && fact.key === 'Unidentified') problem ??= 'unnamedKey';
      strokes.push(readStroke(fact, idle, null));
      pressedAt.push(fact.at);
      down.set(name, strokes.length - 1);
    }
  }
  const gapMs = Math.max(0, ...pressedAt.slice(1).map((at, index) => at - (pressedAt[index] ?? at)));
  if (gapMs > slowestMs) problem ??= 'slow';
  return { strokes, gapMs, overlaps, problem };
}

export type Read = { text: string; capture: Capture };

/** The trouble with one reading of a code, on its own. */
export function problemOf({ text, capture }: Read): ReadProblem | undefined {
  const { body, ends } = splitBurst(capture.strokes);
  if (capture.problem) return capture.problem;
  if (ends.length > 2 || ends.join() === 'tab,tab') return 'suffix';
  if (body.length === text.length - 1 && text.includes('\u001d')) return 'separatorLost';
  if (body.length < text.length) return 'short';
  return body.length > text.length + 8 ? 'otherCode' : undefined;
}

const headOf = ({ text, capture }: Read): Stroke[] => {
  const { body } = splitBurst(capture.strokes);
  return body.slice(0, body.length - text.length);
};

function keysOf(reads: readonly Read[]): Record<string, string> | ReadProblem {
  const keys: Record<string, string> = {};
  for (const { text, capture } of reads) {
    const { body } = splitBurst(capture.strokes);
    const own = body.slice(body.length - text.length);
    for (const [index, { id }] of own.entries()) {
      const char = text[index] ?? '';
      if (keys[id] !== undefined && keys[id] !== char) return 'sameKey';
      keys[id] = char;
    }
  }
  return keys;
}

/** AIM's identifier, which scanners can send before a code: `]C0` for Code 128, `]C1` for GS1-128. */
const isAim = (head: string): boolean => /^\][A-Za-z]\d$/.test(head);

export type Learned = {
  taught: TaughtScanner;
  /** The characters for which this PC's layout shows other ones. */
  bent: string[];
  aim: boolean;
};

/** The scanner, once all codes were read, or the trouble that prevents it. */
export function learnScanner(reads: readonly Read[]): Learned | { problem: ReadProblem } {
  const first = reads.map(problemOf).find((problem) => problem !== undefined);
  if (first) return { problem: first };
  const suffixes = new Set(reads.map(({ capture }) => splitBurst(capture.strokes).ends.join(' ')));
  if (suffixes.size !== 1) return { problem: 'suffixVaries' };
  const suffix = splitBurst(reads[0]?.capture.strokes ?? []).ends as ScannerEnd[];
  const keys = keysOf(reads);
  if (typeof keys === 'string') return { problem: keys };
  const heads = reads.map((read) => headOf(read).map(({ id }) => keys[id]));
  if (heads.flat().includes(undefined)) return { problem: 'prefixUnknown' };
  const prefixes = new Set(heads.map((head) => head.join('')));
  const aim = prefixes.size > 0 && [...prefixes].every(isAim);
  if (!aim && prefixes.size !== 1) return { problem: 'prefixVaries' };
  const prefix = aim ? '' : ([...prefixes][0] ?? '');
  const strokes = reads.flatMap(({ capture }) => capture.strokes);
  const bent = strokes
    .filter(({ id, typed }) => (keys[id] ?? '') > ' ' && typed !== keys[id])
    .map(({ id }) => keys[id] ?? '');
  const gapMs = Math.max(...reads.map(({ capture }) => capture.gapMs));
  const overlaps = reads.some(({ capture }) => capture.overlaps);
  return { taught: { suffix, prefix, gapMs, overlaps, keys }, bent: [...new Set(bent)].sort(), aim };
}

/** Reads keys with the settings of this scanner, by the same reader as all screens. */
export function readWith(taught: TaughtScanner, facts: readonly KeyFacts[]): string | undefined {
  const reader = createScanReader({ ...taught, taughtAt: '2026-01-01T00:00:00Z', taughtBy: '-' });
  const outcomes = facts.flatMap((fact) => reader.key(fact, false).outcomes);
  const all = [...outcomes, ...reader.quiet(Number.POSITIVE_INFINITY)];
  const [only] = all;
  return all.length === 1 && only?.kind === 'scan' ? only.text.replace(/^\][A-Za-z]\d/, '') : undefined;
}
