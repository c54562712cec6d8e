/**
 * Keeps the conversation with a device. Recording never fails and never slows the conversation: it only copies bytes.
 */
import { promisify } from 'node:util';
import { deflate, inflate } from 'node:zlib';
import type { Clock } from '../contract/clock.ts';
import type { TranscriptLine } from '../contract/transcript.ts';
import type { ByteChannel } from './channel.ts';
import { createExcerpt, type Direction, type Piece } from './excerpt.ts';
import { redact } from './redact.ts';

/** The transcript as it goes on record. `data` is for `readTranscript`. `startedAt` is in ISO 8601 UTC. */
export type KeptTranscript = { startedAt: string; bytes: number; truncated: boolean; data: Uint8Array };

/** Listens to one conversation. */
export type Recorder = {
  /** The same channel, but with the recorder listening. */
  record(channel: ByteChannel): ByteChannel;
  /** The transcript without secrets. `redactions` are those of `Driver`. */
  finish(redactions: readonly RegExp[]): Promise<KeptTranscript>;
};

/**
 * The limit for one attempt, before compression. A unit takes 5 to 20 KiB, and a device that floods takes the whole
 * limit.
 */
export const keptBytes = 262_144;
/** A longer pause begins a new line, so that it is visible. */
const pauseMs = 50;
const longestLine = 4096;
/** No transcript is larger after decompression. */
const inflatedLimit = 64 * 1024 * 1024;

/** Begins to listen now. Keeps `limitBytes` at most. */
export function createRecorder(clock: Clock, limitBytes = keptBytes): Recorder {
  const startedAt = clock.now().toISOString();
  const began = clock.monotonicMs();
  const excerpt = createExcerpt(limitBytes);
  let lostMs: number | undefined;
  const now = () => clock.monotonicMs() - began;

  return {
    record(channel) {
      const stopData = channel.onData((bytes) => excerpt.add('in', now(), bytes));
      let closing = false;
      channel.onClose(() => {
        stopData();
        if (!closing) lostMs ??= now();
      });
      return {
        write(bytes) {
          excerpt.add('out', now(), bytes);
          return channel.write(bytes);
        },
        onData: (listener) => channel.onData(listener),
        onClose: (listener) => channel.onClose(listener),
        close() {
          closing = true;
          stopData();
          return channel.close();
        },
      };
    },
    async finish(redactions) {
      const { portions, leftOut } = excerpt.read();
      const clean = redact(portions, leftOut, redactions);
      const missing = leftOut.out + leftOut.in;
      const lines = clean.flatMap((portion, index) => {
        const [first, ...rest] = linesOf(portion);
        // In whole KiB. Exact numbers would reveal the length of a secret.
        return first ? [index > 0 ? { ...first, leftOut: Math.ceil(missing / 1024) * 1024 } : first, ...rest] : [];
      });
      if (lostMs !== undefined) lines.push({ ms: Math.round(lostMs), dir: 'in', text: '', lost: true });
      const bytes = clean.flat().reduce((sum, { text }) => sum + text.length, 0);
      const data = await promisify(deflate)(JSON.stringify({ version: 1, lines: lines.map(packed) }));
      return { startedAt, bytes, truncated: missing > 0, data: new Uint8Array(data) };
    },
  };
}

/** Reads the lines of a kept transcript. Rejects when `data` is not one. */
export async function readTranscript(data: Uint8Array): Promise<TranscriptLine[]> {
  const text = (await promisify(inflate)(data, { maxOutputLength: inflatedLimit })).toString('utf8');
  const { lines } = JSON.parse(text) as { lines: Packed[] };
  return lines.map(([ms, dir, line, more]) => ({
    ms,
    dir: dir === 1 ? 'out' : 'in',
    text: line,
    ...(more === undefined ? {} : more === 0 ? { lost: true } : { leftOut: more }),
  }));
}

/**
 * Time, 1 for out and 0 for in, and text. A fourth number says how much was left out before it; 0 means that the port
 * was lost.
 */
type Packed = [number, 0 | 1, string, number?];
const packed = ({ ms, dir, text, leftOut, lost }: TranscriptLine): Packed => {
  const more = lost ? 0 : leftOut;
  const line: Packed = [ms, dir === 'out' ? 1 : 0, text];
  return more === undefined ? line : [line[0], line[1], line[2], more];
};

/** A line ends when its sender ended it, when the other side spoke, and at a pause. */
function linesOf(portion: readonly Piece[]): TranscriptLine[] {
  const lines: TranscriptLine[] = [];
  let open: { ms: number; lastMs: number; dir: Direction; text: string } | undefined;
  const close = () => {
    if (open) lines.push({ ms: Math.round(open.ms), dir: open.dir, text: textOf(Buffer.from(open.text, 'latin1')) });
    open = undefined;
  };
  for (const { ms, dir, text } of portion) {
    for (const part of text.match(/[^\n]*\n|[^\n]+/g) ?? []) {
      if (open && (open.dir !== dir || ms - open.lastMs > pauseMs || open.text.length + part.length > longestLine))
        close();
      open ??= { ms, lastMs: ms, dir, text: '' };
      open.text += part;
      open.lastMs = ms;
      if (part.endsWith('\n')) close();
    }
  }
  close();
  return lines;
}

const named: Record<string, string> = { '\r': '\\r', '\n': '\\n', '\t': '\\t', '\\': '\\\\' };

/** The bytes in a form for people; see `transcriptLine`. */
export const textOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes)
    .toString('latin1')
    .replace(/[^ -[\]-~]/g, (char) => named[char] ?? `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);

/** The opposite of `textOf`. */
export const bytesOf = (text: string): Buffer =>
  Buffer.from(
    text.replace(/\\(?:x([0-9a-f]{2})|(.))/g, (whole, hex: string | undefined, char: string) => {
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
      return { r: '\r', n: '\n', t: '\t', '\\': '\\' }[char] ?? whole;
    }),
    'latin1',
  );
