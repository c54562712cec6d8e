import type { KeyboardScanner, ScannerEnd } from '../../app/contract/index.ts';
import type { Stroke } from './keystroke.ts';

/** Why a scan is refused whole. Each has words and a next act in the tables. */
export type ScanTrouble =
  /** A pause inside it: a part may be missing. */
  | 'pause'
  /** A gap of about two keys, where one may be lost. */
  | 'hole'
  /** More keys after its end. */
  | 'followed'
  /** Keys were pressed just before it, or another scan ended just before. */
  | 'near'
  /** The scan before it broke off: this may be the rest of that one. */
  | 'rest'
  /** Two sources at once: another scanner, or a person who types. */
  | 'overlap'
  /** A key that is no character: F8, a dead key, an input method, a key that was not taught. */
  | 'strangeKey'
  /** A key that repeats by itself. */
  | 'repeat'
  /** Letters come with the wrong case. */
  | 'capsLock'
  /** No Enter or Tab at the end. */
  | 'noSuffix'
  /** Not the end that was taught, or an unusual one. */
  | 'otherSuffix'
  /** The prefix that was taught is not there. */
  | 'noPrefix'
  /** Nothing but its end. */
  | 'empty'
  /** Longer than any label. */
  | 'long'
  /** The window lost the keyboard in the middle of it. */
  | 'left';

/** A pause longer than this inside a burst is one. Wired scanners pause 1–16 ms, Bluetooth ones up to about 40. */
const longestGapMs = 50;
/** This much silence before a scan and inside a broken one: what comes sooner belongs together. */
export const quietMs = 300;
/** After its end so much silence, before a scan is taken. */
const tailMs = 100;
const longestText = 4096;
/** Timer ticks and USB frames make gaps up to this in any whole scan. */
const jitterMs = 20;

export const gapMs = (scanner: KeyboardScanner | null): number =>
  Math.max(longestGapMs, scanner ? scanner.gapMs * 1.2 + 5 : 0);
export const tailOf = (scanner: KeyboardScanner | null): number => Math.max(tailMs, 2 * gapMs(scanner));

/** Up to this many milliseconds a key, so many keys are a machine's. */
const fastestMs: Record<number, number> = { 3: 30, 4: 40 };

/** A run of keys that came closely after each other. */
export type KeyBurst = {
  strokes: Stroke[];
  /** Keys that went down: more than strokes where Alt and digits make one. */
  presses: number;
  /** Whether a text field had the focus when it began. */
  inField: boolean;
  startedAt: number;
  lastAt: number;
  /** It is a machine's, whatever comes after. */
  machine: boolean;
  /** The first thing that was wrong with it. */
  trouble: ScanTrouble | undefined;
  capsLock: boolean;
  /** Keys of it that are down, with the index of their stroke. */
  down: Map<string, number>;
  /** Keys of it that were let go. */
  ups: number;
  overlaps: boolean;
  /** A key went down that was down already, and not by repeating: it is on two keyboards. */
  twice: boolean;
  /** Strokes already given to the page. */
  passed: number;
};

const isEnd = ({ end }: Stroke): boolean => end !== undefined;
export const hasEnded = ({ strokes }: KeyBurst): boolean => strokes.at(-1)?.end !== undefined;

/** Whether a machine typed this: then it is a scan, whole or not. */
export function isMachine(burst: KeyBurst, scanner: KeyboardScanner | null): boolean {
  const { strokes, presses, inField, startedAt, lastAt } = burst;
  if (burst.machine) return true;
  const count = strokes.length;
  if (count < 2) return false;
  if (!inField) return true;
  // A person who leaves a field right after a letter.
  if (count === 2 && strokes[1]?.end === 'tab') return false;
  if (strokes.some(isEnd)) return true;
  const mean = (lastAt - startedAt) / (presses - 1);
  // Three keys of a person may roll off the fingers, five at such a pace never do.
  return count >= 3 && mean <= (fastestMs[count] ?? gapMs(scanner));
}

/** Suffixes of scanners as they come; `tab` twice is none. */
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
  // Two of them where one was usual: two scanners at once, each with its own end.
  return usualEnds.includes(found) && !(once && ends.length > 1) ? undefined : 'otherSuffix';
}

/**
 * A gap that stands out of all others. Pauses are measured from the last thing the keyboard did, letting go and Shift
 * included, so that capital letters make no gaps. What three or more gaps have is the scanner's way.
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

/** Two keys down at once. Where no key was ever let go, the source does not say so, and this says nothing. */
const hasOverlap = ({ overlaps, twice, ups, down, strokes }: KeyBurst): boolean =>
  overlaps || (ups > 0 && (twice || [...down.values()].some((index) => index < strokes.length - 1)));

export type BurstVerdict =
  | { kind: 'scan'; text: string; ends: ScannerEnd[] }
  | { kind: 'refused'; trouble: ScanTrouble; key?: string };

const refused = (trouble: ScanTrouble): BurstVerdict => ({ kind: 'refused', trouble });

/**
 * Whether a burst is one whole scan.
 * @param before what is wrong with what came before it
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
