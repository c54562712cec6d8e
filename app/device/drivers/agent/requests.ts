import { StationError } from '../../../contract/errors.ts';
import type { TalkOptions } from '../../declare.ts';
import type { LinkTally } from '../../driver.ts';
import { type PacedChannel, sendMs, smallRing } from '../../pace.ts';
import { type Answer, readAnswer } from './answer.ts';
import { encodeFrame, frameLimit, parseFrame } from './frame.ts';
import { createFrameLines } from './framelines.ts';

/** A verb with its encoded fields, ready to send. */
export type Command = readonly string[];

/** Called with the index of a command: with its final answer, and with each word that says how far its work has come. */
export type Heard = { onAnswer?: (index: number) => void; onWord?: (index: number, word: string) => void };

/** One conversation by the reference agent protocol (native/agent/PROTOCOL.md sections 3 and 4). */
export interface Requests {
  /**
   * Sends the commands in order, with at most `windowBytes` unanswered, repeats lost ones, and returns the answers in
   * the same order. Only one exchange may run at a time. A refusal by the device is an answer, not an error.
   *
   * @throws link.lost – the port is gone
   * @throws link.timeout – a request was sent eight times and not answered
   * @throws link.garbled – the same, and damaged lines came
   * @throws link.flooded – 32 KiB of log without one answer
   * @throws call.cancelled – by the signal
   */
  exchange(commands: readonly Command[], windowBytes: number, heard?: Heard): Promise<Answer[]>;
  tally(): LinkTally;
  close(): Promise<void>;
}

/** The time in which the device must begin its answer. It announces longer work with `wait`. */
const answerMs = 500;
/** A `wait` holds the station no longer than this. */
const longestWaitMs = 60_000;
const attempts = 8;
/** More log than this without one answer is a flood. */
const floodBytes = 32_768;
const logLineLimit = 1024;

type Pending = { index: number; seq: number; bytes: Buffer; attempts: number; sent: boolean; waited: boolean };

type Exchange = {
  waiting: Pending[];
  answers: Answer[];
  windowBytes: number;
  heard: Heard;
  garbled: number;
  /** The time limit for the oldest unanswered request. */
  limitMs: number;
  settle: (error?: StationError) => void;
};

/** Begins the conversation and listens at once. Time limits are computed from the line. */
export function openRequests(channel: PacedChannel, options: TalkOptions): Requests {
  const { clock, signal, onLog } = options;
  const tally: LinkTally = { bytesSent: 0, bytesReceived: 0, deviceMs: 0 };
  let lastSeq = Math.floor(Math.random() * 0xffff);
  let current: Exchange | undefined;
  let lost = false;
  let noiseBytes = 0;
  let cancelTimer = () => {};

  const nextSeq = () => {
    lastSeq = (lastSeq % 0xffff) + 1;
    return lastSeq;
  };

  const finish = (error?: StationError) => {
    const exchange = current;
    cancelTimer();
    current = undefined;
    exchange?.settle(error);
  };

  const giveUp = (exchange: Exchange) =>
    finish(
      exchange.garbled > 0
        ? new StationError('link.garbled', `${exchange.garbled} damaged lines in one exchange; gave up`)
        : new StationError('link.timeout', `no answer after ${attempts} attempts`),
    );

  /** Restarts the time limit from now. The time of bytes still on the wire, in both directions, is added. */
  const arm = (exchange: Exchange) => {
    cancelTimer();
    if (current !== exchange) return;
    const onWire = exchange.waiting.reduce((sum, each) => sum + (each.sent ? each.bytes.length : 0), frameLimit);
    cancelTimer = clock.after(exchange.limitMs + sendMs(channel.pace(), onWire), () => {
      exchange.limitMs = answerMs;
      for (const each of exchange.waiting) if (current === exchange && each.sent) send(exchange, each);
      arm(exchange);
    });
  };

  const send = (exchange: Exchange, each: Pending) => {
    if (each.attempts >= attempts) return giveUp(exchange);
    // Twice may be noise. A long request that is lost each time may not fit into the firmware's ring.
    if (each.attempts === 2 && each.bytes.length > smallRing) channel.careful();
    each.attempts += 1;
    each.sent = true;
    tally.bytesSent += each.bytes.length;
    // A failed write needs no handling here: the answer, the time limit or `onClose` reports it.
    channel.write(each.bytes).catch(() => {});
  };

  /** Sends as many requests as the window allows. */
  const fill = (exchange: Exchange) => {
    let unanswered = 0;
    for (const each of exchange.waiting) {
      unanswered += each.bytes.length;
      if (unanswered > exchange.windowBytes && each !== exchange.waiting[0]) return;
      if (!each.sent) send(exchange, each);
      if (current !== exchange) return;
    }
  };

  /** Repeats the oldest request, because a damaged line was most likely that request or its answer. */
  const repeatOldest = (exchange: Exchange) => {
    exchange.garbled += 1;
    const oldest = exchange.waiting[0];
    if (oldest?.sent) send(exchange, oldest);
    arm(exchange);
  };

  const onFrame = (exchange: Exchange, seq: number, body: string) => {
    if (seq === 0) return repeatOldest(exchange);
    const at = exchange.waiting.findIndex((each) => each.seq === seq && each.sent);
    const pending = exchange.waiting[at];
    if (!pending) return;
    noiseBytes = 0;
    options.onUnderstood?.();
    const [word = '', ...rest] = body.split(' ');
    if (word === 'wait') {
      // A device that repeats `wait` must not hold the station, so it counts once.
      if (pending.waited) return;
      pending.waited = true;
      exchange.limitMs = Math.min(wholeMs(rest[0]), longestWaitMs) + answerMs;
      return arm(exchange);
    }
    if (word === 'at') {
      // It changes nothing: the time that `wait` announced is for the whole work.
      exchange.heard.onWord?.(pending.index, rest[0] ?? '');
      return;
    }
    exchange.limitMs = answerMs;
    const answer = readAnswer(word, rest);
    tally.deviceMs += wholeMs(answer.values.ms);
    exchange.answers[pending.index] = answer;
    exchange.waiting.splice(at, 1);
    channel.taken(pending.bytes.length);
    exchange.heard.onAnswer?.(pending.index);
    if (exchange.waiting.length === 0) return finish();
    fill(exchange);
    arm(exchange);
  };

  const onLine = (line: string) => {
    const frame = parseFrame('<', line);
    if (frame === undefined) {
      noiseBytes += line.length + 1;
      if (noiseBytes <= floodBytes) onLog?.(line);
      else if (current) finish(new StationError('link.flooded', `${noiseBytes} bytes of log without one answer`));
    } else if (current) {
      if (frame === 'damaged') repeatOldest(current);
      else onFrame(current, frame.seq, frame.body);
    }
  };

  const cut = createFrameLines(logLineLimit, onLine);
  const stopData = channel.onData((bytes) => {
    tally.bytesReceived += bytes.length;
    cut(bytes);
  });
  const stopClose = channel.onClose(() => {
    lost = true;
    finish(new StationError('link.lost', 'the port closed'));
  });
  const onAbort = () => finish(new StationError('call.cancelled', 'the conversation was cancelled'));
  signal?.addEventListener('abort', onAbort);

  return {
    exchange(commands, windowBytes, heard = {}) {
      if (current) throw new Error('one exchange at a time');
      return new Promise((resolve, reject) => {
        if (lost) return reject(new StationError('link.lost', 'the port is closed'));
        if (signal?.aborted) return reject(new StationError('call.cancelled', 'the conversation was cancelled'));
        const answers: Answer[] = [];
        const settle = (error?: StationError) => (error ? reject(error) : resolve(answers));
        const waiting = commands.map((command, index) => {
          const seq = nextSeq();
          const bytes = Buffer.from(encodeFrame('>', { seq, body: command.join(' ') }), 'latin1');
          return { index, seq, bytes, attempts: 0, sent: false, waited: false };
        });
        if (waiting.length === 0) return resolve(answers);
        noiseBytes = 0;
        current = { waiting, answers, windowBytes, heard, garbled: 0, limitMs: answerMs, settle };
        fill(current);
        arm(current);
      });
    },
    tally: () => ({ ...tally }),
    async close() {
      stopData();
      stopClose();
      signal?.removeEventListener('abort', onAbort);
      lost = true;
      finish(new StationError('link.lost', 'the conversation was closed'));
      await channel.close();
    },
  };
}

/** A duration that the device reports counts only if it is a plain number. */
const wholeMs = (text: string | undefined): number => (/^[0-9]{1,7}$/.test(text ?? '') ? Number(text) : 0);
