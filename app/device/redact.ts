/**
 * Removes secrets from a conversation before it is kept. They are found in the text of each side, however it was cut
 * into chunks.
 */
import type { Direction, Piece } from './excerpt.ts';

/** Replaces each secret. */
export const redactedMark = '[redacted]';

/** In every protocol: a private key as PEM (RFC 7468 §10, §11, and OpenSSL's own names), with or without its end. */
const privateKey =
  /-----BEGIN [A-Z ]{0,24}PRIVATE KEY-----(?<secret>[\s\S]*?)(?:-----END [A-Z ]{0,24}PRIVATE KEY-----|$)/;

/**
 * A secret that was found is also searched in the rest, because log lines may break an echo, or the line may damage it.
 */
const shortGram = 6;
/** A key's lines have parts in common with certificates, which must stay. */
const keyGram = 32;
const mostSecrets = 100;
const longestSecret = 8192;

/** `unmarked` means that it is uncertain whether this was a secret. */
type Range = { from: number; to: number; unmarked?: boolean };
/** The text of one side, without gaps. */
type Stream = { text: string; pieces: Piece[]; ranges: Range[] };

/**
 * Removes secrets. `redactions` are the driver's patterns: the text of their group `secret` is removed, or of `key` for
 * parts of a private key, or the whole match without such a group. If bytes of a direction are missing before a later portion, the beginning of that portion
 * is removed as far as it may be the rest of a secret.
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
        const found = pattern === privateKey || pattern.source.includes('(?<key>') ? secrets.key : secrets.short;
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
    const [from, to] = indices?.groups?.secret ?? indices?.groups?.key ?? indices?.[0] ?? [0, 0];
    return to > from ? [{ from, to }] : [];
  });
}

/**
 * The end of an unknown beginning: the line that was cut, lines after it that look like a key, and a key that has an
 * end but no beginning.
 */
function unknownBeginning(text: string): number {
  const line = /^[^\r\n]*[\r\n]*(?:[A-Za-z0-9+/=]{16,}[\r\n]+)*/.exec(text)?.[0].length ?? 0;
  const end = /-----END [A-Z ]{0,24}PRIVATE KEY-----/.exec(text);
  const begin = text.search(/-----BEGIN [A-Z ]{0,24}PRIVATE KEY-----/);
  return end && (begin < 0 || begin > end.index) ? Math.max(line, end.index) : line;
}

/** Secrets that are shorter than a gram are searched as they are. */
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
      // Text between two parts of a secret is most likely a damaged part of it.
      const last = found.at(-1);
      const range = { from: at[from]!, to: at[from + size - 1]! + 1 };
      if (last && range.from >= last.from && range.from - last.to < size) last.to = Math.max(last.to, range.to);
      else found.push(range);
    }
  }
  return found;
}

/**
 * The text without the control characters that a console prints within a line. `at` has the original place of each
 * remaining character.
 */
function withoutControls(text: string): { text: string; at: number[] } {
  const at: number[] = [];
  const parts: string[] = [];
  let from = 0;
  const keep = (to: number) => {
    parts.push(text.slice(from, to));
    for (; from < to; from += 1) at.push(from);
  };
  for (const { index, 0: control } of text.matchAll(/\x1b(?:\[[0-9;?]{0,32}[@-~])?|[\0-\x1a\x1c-\x1f\x7f]+/g)) {
    keep(index);
    from = index + control.length;
  }
  keep(text.length);
  return { text: parts.join(''), at };
}

/** Replaces each range by one mark at its beginning. */
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
