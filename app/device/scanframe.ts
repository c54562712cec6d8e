/**
 * Scans from the bytes of a serial scanner. What may lack a part is refused whole: cut by unplugging, without its end in time, begun
 * before the port was open, too long, damaged on the way. What is left of a torn scan never passes for one of its own.
 */
import type { ScannerConfig, ScannerSuffix } from '../contract/scanning.ts';

/** Why a scan was refused. */
export type TornReason = 'unplugged' | 'noEnd' | 'noBegin' | 'tooLong' | 'garbled' | 'noPrefix';
/** A scan, or what became of one. */
export type FrameResult = { text: string } | { torn: TornReason };

/** Characters of a scan at most. */
const longestScan = 4096;
/** What is sent this soon after the port was opened may be the end of a scan that began before. */
const settleMs = 300;
/** A scan is sent in one go: after such a pause its end is not to come. Where nothing ends it, the pause does. */
const endMs: Record<'marked' | 'unmarked', number> = { marked: 500, unmarked: 300 };

const ends: Record<Exclude<ScannerSuffix, 'none'>, readonly number[]> = {
  cr: [0x0d],
  lf: [0x0a],
  crlf: [0x0d, 0x0a],
  tab: [0x09],
};

/** Takes bytes and tells whole scans. */
export type ScanFrame = {
  /** Bytes that came at `at` (milliseconds that only grow). */
  feed(bytes: Uint8Array, at: number): FrameResult[];
  /** Nothing has come by `at`: what that ends. */
  idle(at: number): FrameResult[];
  /** When `idle` is to be asked next; undefined where nothing waits. */
  dueAt(): number | undefined;
  /** The port is gone. */
  close(): FrameResult[];
};

type Settings = Pick<ScannerConfig, 'suffix' | 'prefix'>;

/** `openedAt`: when the port was opened, in the time of `feed`. */
export function createScanFrame({ suffix, prefix }: Settings, openedAt: number): ScanFrame {
  const end = suffix === 'none' ? undefined : ends[suffix];
  const kind = end ? 'marked' : 'unmarked';
  let pending: number[] = [];
  let lastAt = Number.NEGATIVE_INFINITY;
  /** The rest of a torn scan is passed over until its end, however late that comes. `at`: of what was told last. */
  let skipping: { torn: TornReason; at: number } | undefined;

  const take = (): FrameResult[] => {
    const bytes = Uint8Array.from(pending);
    pending = [];
    const result = textOf(bytes, prefix);
    return result ? [result] : [];
  };

  /** The scan is given up; said once, whatever else of it comes. */
  const tear = (torn: TornReason): FrameResult[] => {
    pending = [];
    if (skipping) return [];
    skipping = { torn, at: lastAt };
    return [{ torn }];
  };

  const byte = (value: number): FrameResult[] => {
    pending.push(value);
    if (end && endsWith(pending, end)) {
      pending.length -= end.length;
      if (!skipping) return take();
      const { torn, at } = skipping;
      skipping = undefined;
      pending = [];
      return isAnother(at) ? [{ torn }] : [];
    }
    if (skipping) pending = pending.slice(-1);
    // Four bytes a character at most in UTF-8; that it is text at all is looked at when it is whole.
    return pending.length > longestScan * 4 ? tear('tooLong') : [];
  };

  /** So much later, a person has scanned again: nothing vanishes in silence. */
  const isAnother = (at: number): boolean => lastAt - at > endMs.marked;

  const idleInRest = ({ torn, at }: NonNullable<typeof skipping>): FrameResult[] => {
    pending = [];
    if (!end) skipping = undefined;
    if (!end || !isAnother(at)) return [];
    skipping = { torn, at: lastAt };
    return [{ torn }];
  };

  const idle = (at: number): FrameResult[] => {
    if (at - lastAt < endMs[kind]) return [];
    if (skipping) return idleInRest(skipping);
    if (pending.length === 0) return [];
    if (!end) return take();
    // The LF of a scanner that sends CR LF where CR was set.
    if (pending.every((value) => value === 0x0a || value === 0x0d)) {
      pending = [];
      return [];
    }
    return tear('noEnd');
  };

  return {
    feed(bytes, at) {
      if (bytes.length === 0) return [];
      const before = idle(at);
      lastAt = at;
      if (at - openedAt < settleMs) before.push(...tear('noBegin'));
      return [...before, ...[...bytes].flatMap(byte)];
    },
    idle,
    dueAt() {
      const isQuiet = skipping ? end !== undefined && !isAnother(skipping.at) : pending.length === 0;
      return isQuiet ? undefined : lastAt + endMs[kind];
    },
    close() {
      const torn = pending.length > 0 && !skipping ? [{ torn: 'unplugged' as const }] : [];
      pending = [];
      return torn;
    },
  };
}

const endsWith = (bytes: readonly number[], end: readonly number[]): boolean =>
  end.every((value, index) => bytes[bytes.length - end.length + index] === value);

/** `undefined` where nothing was scanned: an end too many. */
function textOf(bytes: Uint8Array, prefix: string): FrameResult | undefined {
  let text: string;
  try {
    // CR LF where LF was set, LF from the end of the scan before where CR was.
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes).replace(/^\n|\r$/g, '');
  } catch {
    return { torn: 'garbled' };
  }
  if (text === '') return undefined;
  if (text.length > longestScan) return { torn: 'tooLong' };
  if (isGarbled(text)) return { torn: 'garbled' };
  if (!text.startsWith(prefix)) return { torn: 'noPrefix' };
  return text === prefix ? undefined : { text: text.slice(prefix.length) };
}

/** A byte with a parity error comes as NUL; control characters other than the separators of labels are in no scan. */
const isGarbled = (text: string): boolean =>
  [...text].some((character) => {
    const code = character.codePointAt(0) ?? 0;
    return (code < 0x20 && ![0x1d, 0x1e, 0x04].includes(code)) || (code >= 0x7f && code < 0xa0);
  });
