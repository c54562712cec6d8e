import type { KeyboardScanner, ScannerEnd } from '../../app/contract/index.ts';
import type { Stroke } from './keystroke.ts';

/** Why a scan is refused whole. Each reason has words and a next act in the tables. */
export type ScanTrouble =
  /** There was a pause inside it, so a part may be missing. */
  | 'pause'
  /** There was a gap of about two keys, so one may be lost. */
  | 'hole'
  /** More keys came after its end. */
  | 'followed'
  /** Keys came just before it, or another scan ended just before. */
  | 'near'
  /** The scan before it broke off, so this may be the rest of that one. */
  | 'rest'
  /** Two sources typed at once: another scanner, or a person. */
  | 'overlap'
  /** A key that makes no character: F8, a dead key, an input method, an unknown key. */
  | 'strangeKey'
  /** A key repeated by itself. */
  | 'repeat'
  /** Letters came in the wrong case. */
  | 'capsLock'
  /** Enter or Tab was missing at the end. */
  | 'noSuffix'
  /** The end was not the taught one, or an unusual one. */
  | 'otherSuffix'
  /** The taught prefix was missing. */
  | 'noPrefix'
  /** There was only the end. */
  | 'empty'
  /** It was longer than any label. */
  | 'long'
  /** The window lost the keyboard in the middle of it. */
  | 'left';

/** A longer gap inside a burst is a pause. Wired scanners pause 1–16 ms, Bluetooth ones up to about 40. */
const longestGapMs = 50;
/** The silence before a scan, and inside a broken one. Keys that come sooner belong together. */
export const quietMs = 300;
/** The silence after the end, before a scan is taken. */
const tailMs = 100;
const longestText = 4096;
/** Timer ticks and USB frames make gaps of up to this length in any whole scan. */
const jitterMs = 20;

export const gapMs = (scanner: KeyboardScanner | null): number =>
  Math.max(longestGapMs, scanner ? scanner.gapMs * 1.2 + 5 : 0);
export const tailOf = (scanner: KeyboardScanner | null): number => Math.max(tailMs, 2 * gapMs(scanner));

/** By number of keys, the milliseconds a key up to which a burst is a machine's. */
const fastestMs: Record<number, number> = { 3: 30, 4: 40 };

/** A run of keys that came close together. */
export type KeyBurst = {
  strokes: Stroke[];
  /** The number of keys that went down. It is more than the strokes when Alt and digits make one. */
  presses: number;
  /** Whether a text field had the focus at its beginning. */
  inField: boolean;
  startedAt: number;
  lastAt: number;
  /** Whether it is certainly a machine's, whatever follows. */
  machine: boolean;
  /** The first trouble with it. */
  trouble: ScanTrouble | undefined;
  capsLock: boolean;
  /** Its keys that are down, with the index of their stroke. */
  down: Map<string, number>;
  /** The number of its keys that were released. */
  ups: number;
  overlaps: boolean;
  /** Whether a key went down that was down already, without repeating. Then it is on two keyboards. */
  twice: boolean;
  /** The number of strokes that the page already got. */
  passed: number;
};

const isEnd = ({ end }: Stroke): boolean => end !== undefined;
export const hasEnded = ({ strokes }: KeyBurst): boolean => strokes.at(-1)?.end !== undefined;

/** Whether a machine typed this. Then it is a scan, whole or not. */
export function isMachine(burst: KeyBurst, scanner: KeyboardScanner | null): boolean {
  const { strokes, presses, inField, startedAt, lastAt } = burst;
  if (burst.machine) return true;
  const count = strokes.length;
  if (count < 2) return false;
  if (!inField) return true;
  // A person left a field right after a letter.
  if (count === 2 && strokes[1]?.end === 'tab') return false;
  if (strokes.some(isEnd)) return true;
  const mean = (lastAt - startedAt) / (presses - 1);
  // A person may type three keys at once, but never five at such a pace.
  return count >= 3 && mean <= (fastestMs[count] ?? gapMs(scanner));
}

/** The usual suffixes of scanners. `tab` twice is not one. */
const usualEnds = ['enter', 'lf', 'tab', 'enter enter', 'enter lf'];

type BurstSplit = { body: Stroke[]; ends: ScannerEnd[] };

export function splitBurst(strokes: readonly Stroke[]): BurstSplit {
  const last = strokes.findLastIndex((stroke) => !isEnd(stroke));
  const ends = strokes.slice(last + 1).map(({ end }) => end as ScannerEnd);
  return { body: strokes.slice(0, last + 1), ends };
}

function endTrouble(
  ends: readonly ScannerEnd[],
  scanner: KeyboardScanner | null,
  once: boolean,
): ScanTrouble | undefined {
  const found = ends.join(' ');
  if (scanner) {
    const taught = scanner.suffix.join(' ');
    if (found === taught) return undefined;
    return found === '' ? 'noSuffix' : 'otherSuffix';
  }
  if (found === '') return 'noSuffix';
  // Two ends instead of the usual one mean two scanners at once, each with its own end.
  return usualEnds.includes(found) && !(once && ends.length > 1) ? undefined : 'otherSuffix';
}

/**
 * Whether one gap stands out. Pauses are measured from the last event of the keyboard, with releases and Shift, so that
 * capital letters make no gaps. If three or more gaps are alike, that is the scanner's habit.
 */
function hasHole(strokes: readonly Stroke[], scanner: KeyboardScanner | null): boolean {
  const idles = strokes
    .slice(1)
    .map(({ idle }) => idle)
    .sort((a, b) => b - a);
  const longest = idles[0] ?? 0;
  const usual = idles[idles.length >= 6 ? 2 : Math.floor(idles.length / 2)] ?? 0;
  return longest > Math.max(jitterMs, scanner?.gapMs ?? 0, usual * 1.75 + 3);
}

/**
 * Whether two keys were down at once. A source that never releases keys does not report this, and then the result is
 * false.
 */
const hasOverlap = ({ overlaps, twice, ups, down, strokes }: KeyBurst): boolean =>
  overlaps || (ups > 0 && (twice || [...down.values()].some((index) => index < strokes.length - 1)));

export type BurstVerdict =
  | { kind: 'scan'; text: string; ends: ScannerEnd[] }
  | { kind: 'refused'; trouble: ScanTrouble; key?: string };

const refused = (trouble: ScanTrouble): BurstVerdict => ({ kind: 'refused', trouble });

/**
 * Judges whether a burst is one whole scan.
 *
 * @param before the trouble with the keys before it
 * @param once whether scans of this page end with one key so far
 */
export function judgeBurst(
  burst: KeyBurst,
  scanner: KeyboardScanner | null,
  before: ScanTrouble | undefined,
  once: boolean,
): BurstVerdict {
  const { strokes, trouble } = burst;
  const { body, ends } = splitBurst(strokes);
  const strange = strokes.find((stroke) => stroke.char === undefined && !isEnd(stroke));
  if (strange) return { kind: 'refused', trouble: 'strangeKey', key: strange.id };
  const text = body.map(({ char }) => char ?? '').join('');
  if (burst.capsLock && /[a-z]/i.test(text)) return refused('capsLock');
  if (trouble) return refused(trouble);
  if (body.some(isEnd)) return refused('followed');
  if (before) return refused(before);
  const wrongEnd = endTrouble(ends, scanner, once);
  if (wrongEnd) return refused(wrongEnd);
  if (!text.startsWith(scanner?.prefix ?? '')) return refused('noPrefix');
  if (hasOverlap(burst) && !scanner?.overlaps) return refused('overlap');
  if (hasHole(strokes, scanner)) return refused('hole');
  const rest = text.slice(scanner?.prefix.length ?? 0);
  if (rest === '') return refused('empty');
  return rest.length > longestText ? refused('long') : { kind: 'scan', text: rest, ends };
}
