/** One stream from one seed: scans with mishaps, a second scanner, a person, a busy machine; and what was on the labels. */
import type { KeyboardScanner } from '../../app/contract/index.ts';
import {
  type Dice,
  dice,
  type Focus,
  type KeyEventIn,
  type Mishap,
  merged,
  placeOf,
  type ScannerKind,
  scanned,
  typing,
} from './keystreams.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const anyChar = `${alphabet}abcdefghijklmnopqrstuvwxyz-_:`;

const remainder = (text: string) =>
  [...text]
    .map((char) => Number.parseInt(char, 36))
    .reduce((sum, value) => (sum * (value > 9 ? 100 : 10) + value) % 97, 0);
const checked = (body: string) => `${body}${String(98 - remainder(`${body}00`)).padStart(2, '0')}`;
const ruled = 14;
export const fits = (text: string) => text.length === ruled && /^[A-Z0-9]+$/.test(text) && remainder(text) === 1;

const word = (random: Dice, from: string, length: number) =>
  Array.from({ length }, () => random.pick([...from])).join('');

const suffixes = [['enter'], ['enter'], ['tab'], ['enter', 'enter'], ['enter', 'lf'], []] as const;

const taughtOf = (kind: ScannerKind): KeyboardScanner => ({
  suffix: kind.suffix as KeyboardScanner['suffix'],
  prefix: kind.prefix,
  gapMs: kind.periodMs + kind.jitterMs,
  overlaps: false,
  keys: Object.fromEntries(
    [...`${anyChar} /.`].map((char) => {
      const { code, shift } = placeOf(char);
      return [`${shift ? 'Shift+' : ''}${code}`, char];
    }),
  ),
  taughtAt: '2026-11-20T08:00:00Z',
  taughtBy: 'Erika Sommer',
});

export type Stream = {
  events: KeyEventIn[];
  focus: Focus;
  scanner: KeyboardScanner | null;
  labels: string[];
  /** The station's label rule is needed. */
  byRule: boolean;
  clean: boolean;
  /** Up to three characters may stay in a text field: see scanreader.ts. */
  headMayStay: boolean;
};

function mishapsFor(random: Dice, length: number): Mishap[] {
  const count = random.chance(0.6) ? random.between(1, 2) : 0;
  return Array.from({ length: count }, () => {
    const kind = random.pick(['pause', 'pause', 'pause', 'lost', 'double', 'stuck', 'strange'] as const);
    const ms = random.chance(0.5) ? random.between(51, 300) : random.between(301, 2500);
    // A stuck last key is the scanner's end.
    return { at: random.between(1, kind === 'stuck' ? length - 1 : length), kind, ms };
  });
}

/** A machine that bunches what happens: all keys of a stretch get the time of its end, or times come in ticks. */
function bunched(events: KeyEventIn[], random: Dice): KeyEventIn[] {
  if (random.chance(0.5)) return events.map((event) => ({ ...event, at: Math.floor(event.at / 16) * 16 }));
  const from = events[random.between(0, events.length - 1)]?.at ?? 0;
  const until = from + random.between(20, 400);
  return events.map((event) => (event.at >= from && event.at < until ? { ...event, at: until } : event));
}

export function streamOf(seed: number): Stream {
  const random = dice(seed);
  const focus: Focus = random.pick(['field', 'button']);
  const taught = random.chance(0.4);
  const periodMs = random.between(1, 39);
  const kind: ScannerKind = {
    periodMs,
    jitterMs: Math.min(periodMs * 0.2, 6),
    holdMs: periodMs * random.pick([0.2, 0.5, 0.75]),
    suffix: random.pick(suffixes),
    prefix: taught && random.chance(0.3) ? '/' : '',
  };
  const two = random.chance(0.15);
  const person = focus === 'field' && random.chance(0.3);
  const mishap = random.chance(0.6);
  const busy = random.chance(0.2);
  const count = random.between(1, 3);
  const streams: KeyEventIn[][] = [];
  const labels: string[] = [];
  let at = 1000;
  let byRule = two || (kind.suffix.length === 0 && (mishap || busy)) || (busy && focus === 'field');
  let headMayStay = false;
  for (let index = 0; index < count; index += 1) {
    const shortest = kind.suffix.length === 0 || busy ? 5 : kind.suffix[0] === 'tab' ? 2 : 1;
    const length = byRule ? ruled : random.between(shortest, 20);
    // A few slow characters and a pause in a text field are what a person types.
    const few = focus === 'field' && length < 12;
    const chosen = (mishap ? mishapsFor(random, length) : []).filter(({ kind: what }) => !few || what === 'strange');
    // One more and one less: a check digit is wrong once in a hundred times.
    const mishaps = chosen.some(({ kind: what }) => what === 'double') ? chosen.slice(0, 1) : chosen;
    const late = mishaps.filter(({ kind: what, ms }) => (what === 'pause' || what === 'stuck') && ms > 250);
    if (mishaps.some(({ kind: what, ms }) => what === 'lost' || what === 'double' || ms > 1500)) byRule = true;
    // Beyond what timing can tell: the head alone, and what is cut off by more than the quiet time in a slow scan.
    if (late.length > 0) headMayStay = true;
    if (focus === 'field' && late.some(({ at: index }) => index <= 2)) byRule = true;
    labels.push(
      byRule ? checked(word(random, alphabet, ruled - 2)) : word(random, mishap || busy ? alphabet : anyChar, length),
    );
    const events = scanned(labels.at(-1) ?? '', at, kind, random, mishaps);
    streams.push(events);
    if (two) {
      labels.push(checked(word(random, alphabet, ruled - 2)));
      const other = { ...kind, periodMs: random.between(1, 40), suffix: random.pick(suffixes) };
      streams.push(scanned(labels.at(-1) ?? '', at + random.between(0, 200), other, random));
    }
    if (person)
      streams.push(
        typing(word(random, alphabet.toLowerCase(), random.between(1, 8)), at - random.between(0, 1500), random),
      );
    at = Math.max(at, ...streams.map((stream) => stream.at(-1)?.at ?? 0)) + random.between(mishap ? 800 : 350, 6000);
  }
  const events = merged(...streams);
  return {
    events: busy ? merged(bunched(events, random)) : events,
    focus,
    scanner: taught ? taughtOf(kind) : null,
    labels,
    byRule,
    clean: !(two || person || mishap || busy) && (taught || kind.suffix.length > 0),
    headMayStay: headMayStay || person || (busy && focus === 'field') || (mishap && kind.suffix.length === 0),
  };
}
