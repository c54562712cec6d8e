/**
 * Cuts the bytes of a serial scanner into scans. A scan that may lack a part is refused as a whole: when it was cut by
 * unplugging, has no end in time, began before the port was open, is too long, or was damaged on the way. The rest of a
 * torn scan never counts as a scan of its own.
 */
import type { ScannerConfig, ScannerSuffix } from '../contract/scanning.ts';

/** The reason why a scan was refused. */
export type TornReason = 'unplugged' | 'noEnd' | 'noBegin' | 'tooLong' | 'garbled' | 'noPrefix';
/** A scan, or the reason for its refusal. */
export type FrameResult = { text: string } | { torn: TornReason };

/** The most characters of a scan. */
const longestScan = 4096;
/** Bytes this soon after the opening of the port may be the end of a scan that began before. */
const settleMs = 300;
/**
 * A scanner sends a scan in one go, so after such a pause its end will not come. If the scanner sends no suffix, the
 * pause is the end.
 */
const endMs: Record<'marked' | 'unmarked', number> = { marked: 500, unmarked: 300 };

const ends: Record<Exclude<ScannerSuffix, 'none'>, readonly number[]> = {
  cr: [0x0d],
  lf: [0x0a],
  crlf: [0x0d, 0x0a],
  tab: [0x09],
};

/** Takes bytes and gives whole scans. */
export type ScanFrame = {
  /** Takes bytes that came at `at` (milliseconds that only grow). */
  feed(bytes: Uint8Array, at: number): FrameResult[];
  /** Says that no byte came until `at`. Returns the scans that this ends. */
  idle(at: number): FrameResult[];
  /** The time for the next call of `idle`; undefined when none is needed. */
  dueAt(): number | undefined;
  /** Says that the port is gone. */
  close(): FrameResult[];
};

type Settings = Pick<ScannerConfig, 'suffix' | 'prefix'>;

/** `openedAt` is the time at which the port was opened, on the clock of `feed`. */
export function createScanFrame({ suffix, prefix }: Settings, openedAt: number): ScanFrame {
  const end = suffix === 'none' ? undefined : ends[suffix];
  const kind = end ? 'marked' : 'unmarked';
  let pending: number[] = [];
  let lastAt = Number.NEGATIVE_INFINITY;
  /**
   * The rest of a torn scan is skipped until its end, however late the end comes. `at` is the time of the last report.
   */
  let skipping: { torn: TornReason; at: number } | undefined;

  const take = (): FrameResult[] => {
    const bytes = Uint8Array.from(pending);
    pending = [];
    const result = textOf(bytes, prefix);
    return result ? [result] : [];
  };

  /** Gives the scan up. This is reported once, however much of the scan still comes. */
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
    // A character has at most four bytes in UTF-8. The whole scan is checked for valid text later.
    return pending.length > longestScan * 4 ? tear('tooLong') : [];
  };

  /** Whether so much time has passed that a person has scanned again. Every scan must show a reaction. */
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
    // The scanner sends CR LF although the setting is CR; this is the LF.
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

/** `undefined` for an end without a scan. */
function textOf(bytes: Uint8Array, prefix: string): FrameResult | undefined {
  let text: string;
  try {
    // CR LF although LF was set, or the LF of the scan before although CR was set.
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

/** A byte with a parity error arrives as NUL. No scan has control characters other than the separators of labels. */
const isGarbled = (text: string): boolean =>
  [...text].some((character) => {
    const code = character.codePointAt(0) ?? 0;
    return (code < 0x20 && ![0x1d, 0x1e, 0x04].includes(code)) || (code >= 0x7f && code < 0xa0);
  });
