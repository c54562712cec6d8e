import { StationError } from '../contract/errors.ts';
import { lineEnds } from '../contract/lines.ts';
import type { TalkOptions } from './declare.ts';
import type { LinkTally } from './driver.ts';
import { answerWireMs, type PacedChannel, sendMs, wireMs } from './pace.ts';
import { createTerminalLines } from './terminallines.ts';

/**
 * A console with a line editor that echoes typed text. A line is typed without its end, compared with its echo, and
 * only then entered. So a line with a lost or changed character never becomes a command. The echo does not show whether
 * an answer came whole; the caller must judge that.
 */
export interface Terminal {
  /**
   * Types the line and enters it. Resolves with the printed lines up to the next prompt, without log lines.
   *
   * @throws link.lost – the port is gone
   * @throws link.timeout – no prompt in time
   * @throws link.garbled – a prompt, but not after this line
   * @throws link.flooded – 32 KiB without a prompt
   * @throws call.cancelled – by the signal
   */
  enter(line: string, limitMs: number, end?: string): Promise<string[]>;
  tally(): LinkTally;
  close(): Promise<void>;
}

/** Facts about the console that are known beforehand. */
export type TerminalTraits = {
  prompt: string;
  isLog: (line: string) => boolean;
};

const ctrlC = '\x03';
/**
 * The time from the last byte to its echo. It is generous, because the USB adapter of a busy host delivers in steps of
 * 16 ms.
 */
const echoMs = 400;
/** A device that computes takes some time before it reads its input again. */
const promptMs = 1_500;
const attempts = 3;
/** More bytes than this without one accepted echo or prompt are a flood. */
const floodBytes = 32_768;

type Wait = { ready: () => boolean | undefined; settle: (result: boolean | StationError) => void };

/** Begins the conversation and listens at once. It sends nothing before the first line. */
export function openTerminal(channel: PacedChannel, traits: TerminalTraits, options: TalkOptions): Terminal {
  const { clock, line: wire, signal, onLog } = options;
  const { prompt } = traits;
  const tally: LinkTally = { bytesSent: 0, bytesReceived: 0, deviceMs: 0 };
  let lines: string[] = [];
  let strange = 0;
  let lost: StationError | undefined;
  let wait: Wait | undefined;

  const finish = (result: boolean | StationError) => {
    const ended = wait;
    wait = undefined;
    ended?.settle(result);
  };

  const onLine = (line: string) => {
    if (traits.isLog(line)) onLog?.(line);
    else lines.push(line);
    // No command needs these lines, and a device that never stops printing must not fill the memory.
    if (lines.length > 1000) lines.shift();
  };
  const cutter = createTerminalLines(onLine);

  const stopData = channel.onData((bytes) => {
    tally.bytesReceived += bytes.length;
    strange += bytes.length;
    cutter.show(Buffer.from(bytes).toString('latin1'));
    const result = wait?.ready();
    if (result !== undefined) finish(result);
    else if (strange > floodBytes) finish(new StationError('link.flooded', `${strange} bytes and no prompt`));
  });
  const fail = (error: StationError) => {
    lost ??= error;
    finish(lost);
  };
  const stopClose = channel.onClose(() => fail(new StationError('link.lost', 'the port closed')));
  const onAbort = () => fail(new StationError('call.cancelled', 'the conversation was cancelled'));
  signal?.addEventListener('abort', onAbort);
  if (signal?.aborted) onAbort();

  /** Writes, then waits until `ready` says yes or no. After the time limit the result is `false`, too. */
  const say = (text: string, limitMs: number, ready: Wait['ready']) =>
    new Promise<boolean>((resolve, reject) => {
      if (lost) return reject(lost);
      const onWireMs = 2 * sendMs(wire, text.length);
      const stopTimer = clock.after(limitMs + onWireMs, () => finish(false));
      const settle = (result: boolean | StationError) => {
        stopTimer();
        if (result === true) {
          strange = 0;
          channel.taken();
        }
        if (typeof result === 'boolean') resolve(result);
        else reject(result);
      };
      wait = { ready, settle };
      tally.bytesSent += text.length;
      // A failed write needs no handling here: the answer, the time limit or `onClose` reports it.
      channel.write(Buffer.from(text, 'latin1')).catch(() => {});
    });

  const atPrompt = () => cutter.held() === prompt || undefined;

  /** Gets an empty line at a fresh prompt, whatever was typed or running before. */
  const clear = async (limitMs: number) => {
    if (atPrompt()) return;
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      cutter.forget();
      if (await say(ctrlC, limitMs, atPrompt)) return;
    }
    throw silence(strange);
  };

  const type = async (line: string) => {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      await clear(promptMs);
      let typed = prompt;
      let same = true;
      for (let at = 0; at < line.length && same; at += wire.pieceBytes) {
        const piece = line.slice(at, at + wire.pieceBytes);
        typed += piece;
        const expected = typed;
        same = await say(piece, echoMs, () => echoed(cutter.held(), expected));
      }
      if (same) return;
      cutter.forget();
    }
    throw silence(strange);
  };

  /**
   * Enters the typed line. The line end may be lost, too: while the line still stands there, it has not been entered.
   */
  const carryOut = async (line: string, limitMs: number, end: string) => {
    const ready = () => (lines.includes(prompt + line) ? atPrompt() : undefined);
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      if (await say(end, attempt === 0 ? limitMs : promptMs, ready)) return;
      if (cutter.held() !== prompt + line) break;
    }
    const prompted = atPrompt();
    cutter.forget();
    if (prompted) throw new StationError('link.garbled', 'an answer that does not begin with the line entered');
    throw new StationError('link.timeout', 'no prompt after a line was entered');
  };

  return {
    async enter(line, limitMs, end = lineEnds[wire.terminator]) {
      strange = 0;
      await type(line);
      lines = [];
      const began = clock.monotonicMs();
      const received = tally.bytesReceived;
      await carryOut(line, limitMs + answerWireMs(wire), end);
      const onWireMs = wireMs(wire, tally.bytesReceived - received);
      tally.deviceMs += Math.max(0, Math.round(clock.monotonicMs() - began - onWireMs));
      return lines.slice(lines.lastIndexOf(prompt + line) + 1);
    },
    tally: () => ({ ...tally }),
    async close() {
      stopData();
      stopClose();
      signal?.removeEventListener('abort', onAbort);
      fail(new StationError('link.lost', 'the conversation was closed'));
      await channel.close();
    },
  };
}

const silence = (bytes: number) =>
  bytes === 0
    ? new StationError('link.timeout', 'the device does not answer')
    : new StationError('link.garbled', 'what comes back is not what was typed');

/**
 * `undefined` while it may still become the expected line, because the console prints log over it and then prints it
 * again.
 */
function echoed(held: string, expected: string): boolean | undefined {
  if (held === expected) return true;
  return held.length > expected.length && !held.includes('<') ? false : undefined;
}
