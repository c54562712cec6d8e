/** Secrets out of a conversation before it is kept: found in what each side said, however it was cut into chunks. */
import type { Direction, Piece } from './excerpt.ts';

/** Stands in the place of each secret. */
export const redactedMark = '[redacted]';

/** Whatever the protocol: a private key as PEM (RFC 7468 §10, §11, and OpenSSL's own names), its end missing or not. */
const privateKey =
  /-----BEGIN [A-Z ]{0,24}PRIVATE KEY-----(?<secret>[\s\S]*?)(?:-----END [A-Z ]{0,24}PRIVATE KEY-----|$)/;

/** A secret that was seen is looked for in what is left, too: an echo may be broken by log lines, or damaged on its way. */
const shortGram = 6;
/** A key's lines have parts in common with certificates, which stay. */
const keyGram = 32;
const mostSecrets = 100;
const longestSecret = 8192;

/** `unmarked`: it cannot be told whether this was a secret. */
type Range = { from: number; to: number; unmarked?: boolean };
/** What one side said, without gaps. */
type Stream = { text: string; pieces: Piece[]; ranges: Range[] };

/**
 * `redactions` are the driver's: what their group `secret` matches goes, or all they match where there is no such group. Of a
 * portion after the first, the beginning goes as far as it may be the rest of a secret, where something of that direction is
 * missing before it.
 */
export function redact(
  portions: readonly Piece[][],
  leftOut: Readonly<Record<Direction, number>>,
  redactions: readonly RegExp[],
): Piece[][] {
  const secrets = { short: new Set<string>(), key: new Set<string>() };
  const streams = (['out', 'in'] as const).flatMap((dir) =>
    (leftOut[dir] > 0 ? portions : [portions.flat()]).map((portion, index) => {
      const stream = streamOf(portion, dir);
      if (index > 0) stream.ranges.push({ from: 0, to: unknownBeginning(stream.text), unmarked: true });
      for (const pattern of [privateKey, ...redactions]) {
        const found = pattern === privateKey ? secrets.key : secrets.short;
        for (const range of matches(pattern, stream.text)) {
          stream.ranges.push(range);
          if (found.size < mostSecrets) found.add(stream.text.slice(range.from, range.to).slice(0, longestSecret));
        }
      }
      return stream;
    }),
  );
  const short = gramsOf(secrets.short, shortGram);
  const key = gramsOf(secrets.key, keyGram);
  const texts = new Map<Piece, string>();
  for (const stream of streams) {
    for (const grams of [short, key]) if (grams.size > 0) stream.ranges.push(...occurrences(stream.text, grams));
    cut(stream, texts);
  }
  return portions.map((portion) =>
    portion.map((piece) => ({ ...piece, text: texts.get(piece) ?? '' })).filter(({ text }) => text !== ''),
  );
}

function streamOf(portion: readonly Piece[], dir: Direction): Stream {
  const pieces = portion.filter((piece) => piece.dir === dir);
  return { text: pieces.map(({ text }) => text).join(''), pieces, ranges: [] };
}

function matches(pattern: RegExp, text: string): Range[] {
  const every = new RegExp(pattern.source, [...new Set(`${pattern.flags}dg`)].join(''));
  return [...text.matchAll(every)].flatMap(({ indices }) => {
    const [from, to] = indices?.groups?.secret ?? indices?.[0] ?? [0, 0];
    return to > from ? [{ from, to }] : [];
  });
}

/** The line that was cut, lines that look like those of a key behind it, and a key whose end is there without its beginning. */
function unknownBeginning(text: string): number {
  const line = /^[^\r\n]*[\r\n]*(?:[A-Za-z0-9+/=]{16,}[\r\n]+)*/.exec(text)?.[0].length ?? 0;
  const end = /-----END [A-Z ]{0,24}PRIVATE KEY-----/.exec(text);
  const begin = text.search(/-----BEGIN [A-Z ]{0,24}PRIVATE KEY-----/);
  return end && (begin < 0 || begin > end.index) ? Math.max(line, end.index) : line;
}

/** Shorter secrets than a gram are looked for as they are. */
type Grams = Map<number, Set<string>>;

function gramsOf(secrets: ReadonlySet<string>, longest: number): Grams {
  const grams: Grams = new Map();
  for (const secret of secrets) {
    const { text } = withoutControls(secret);
    const size = Math.min(longest, text.length);
    if (size < 4) continue;
    const set = grams.get(size) ?? new Set();
    grams.set(size, set);
    for (let at = 0; at + size <= text.length; at += 1) set.add(text.slice(at, at + size));
  }
  return grams;
}

function occurrences(stream: string, grams: Grams): Range[] {
  const { text, at } = withoutControls(stream);
  const found: Range[] = [];
  for (const [size, set] of grams) {
    for (let from = 0; from + size <= text.length; from += 1) {
      if (!set.has(text.slice(from, from + size))) continue;
      // What stands between two parts of a secret is most likely a damaged part of it.
      const last = found.at(-1);
      const range = { from: at[from]!, to: at[from + size - 1]! + 1 };
      if (last && range.from >= last.from && range.from - last.to < size) last.to = Math.max(last.to, range.to);
      else found.push(range);
    }
  }
  return found;
}

/** What a console prints between the characters of a line, left out; `at` says where each character that is left stood. */
function withoutControls(text: string): { text: string; at: number[] } {
  const at: number[] = [];
  const parts: string[] = [];
  let from = 0;
  const keep = (to: number) => {
    parts.push(text.slice(from, to));
    for (; from < to; from += 1) at.push(from);
  };
  for (const { index, 0: control } of text.matchAll(/\x1b\[[0-9;?]{0,32}[@-~]|[\0-\x1f\x7f]+/g)) {
    keep(index);
    from = index + control.length;
  }
  keep(text.length);
  return { text: parts.join(''), at };
}

/** Each range becomes one mark, where it began. */
function cut({ pieces, ranges }: Stream, texts: Map<Piece, string>): void {
  const merged: Range[] = [];
  for (const range of ranges.filter(({ from, to }) => to > from).sort((one, other) => one.from - other.from)) {
    const last = merged.at(-1);
    if (last && range.from <= last.to) {
      last.to = Math.max(last.to, range.to);
      last.unmarked &&= range.unmarked ?? false;
    } else merged.push({ unmarked: false, ...range });
  }
  let start = 0;
  let next = 0;
  for (const piece of pieces) {
    const end = start + piece.text.length;
    let kept = '';
    let at = start;
    for (let range = merged[next]; range && range.from < end; range = merged[next]) {
      if (range.from >= start)
        kept += piece.text.slice(at - start, range.from - start) + (range.unmarked ? '' : redactedMark);
      at = Math.min(end, range.to);
      if (range.to > end) break;
      next += 1;
    }
    texts.set(piece, kept + piece.text.slice(at - start));
    start = end;
  }
}
