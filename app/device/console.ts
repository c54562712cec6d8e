import { StationError } from '../contract/errors.ts';
import type { ByteChannel } from './channel.ts';
import { createConsoleLines } from './consolelines.ts';
import type { DriverOptions, LinkTally } from './driver.ts';

/** How a text console is talked to. */
export type ConsoleSettings = {
  baud: number;
  /** What ends a typed line. */
  terminator: string;
  /** What the device prints, without a line end, when it waits for input. */
  prompt?: string | undefined;
  /** Whether it repeats what is typed: its answer then begins after that line, and a prompt before it means nothing. */
  echo: boolean;
  /** For a device without flow control: so many bytes at a time, then a pause, or until they were `echoed` if that is earlier. */
  pace?: { bytes: number; gapMs: number; echoed?: boolean };
};

/** One command and what its answer looks like. */
export type Ask = {
  /** As typed, without the terminator; its characters are bytes as UTF-8. */
  text: string;
  /** Ends the answer: a whole line that this matches (anchor it), or the prompt. */
  until: RegExp | 'prompt';
  /** Which lines are the answer's; others are log. All of them where absent. */
  wanted?: RegExp;
  /** From the first byte sent to the end of the answer; the time on the wire comes on top. */
  limitMs: number;
  /** Instead of those of the console. */
  terminator?: string;
  echo?: boolean;
  /**
   * The terminator goes out only once the text has come back unchanged; else Ctrl-C, and `link.garbled`. For what must not be
   * carried out with one character changed on the way. Needs the echo.
   */
  sure?: boolean;
};

/** `end` is the line that ended it, empty for a prompt. */
export type Reply = { lines: string[]; end: string };

/** One conversation with a text console: one command at a time, its answer told from the log around it. */
export interface TextConsole {
  /**
   * Says one command. What the device refuses is a reply.
   * @throws link.lost – the port is gone
   * @throws link.timeout – no end of the answer within `limitMs`
   * @throws link.garbled – with `sure`, where the text did not come back as it was typed
   * @throws link.flooded – far more bytes than an answer has
   * @throws call.cancelled – by the signal
   */
  ask(ask: Ask): Promise<Reply>;
  /**
   * Waits until nothing has come for `quietMs`, twenty times as long at most, and forgets what came: late answers among it.
   * @throws link.lost – the port is gone
   * @throws call.cancelled – by the signal
   */
  settle(quietMs: number): Promise<void>;
  tally(): LinkTally;
  /** Stops listening and leaves the channel open. */
  release(): void;
  close(): Promise<void>;
}

/** A longer line is nothing that any of these protocols says. */
const lineLimit = 4096;
const logLineLimit = 1024;
/** More than this during exchanges without one that was answered is a flood. */
const floodBytes = 65_536;
/** Time for an echo on which the terminator waits; the time on the wire comes on top. */
const echoMs = 500;

type Exchange = {
  ask: Ask;
  lines: string[];
  /** `typing`: what comes now is no answer to it. `echo`: typed, and its repetition has not come yet. */
  state: 'typing' | 'echo' | 'answer';
  /** What came since, without line ends, for an echo that the device broke in the middle. */
  echoed: string;
  received: number;
  /** Called when something came, while pieces wait for their echo. */
  onHeard: () => void;
  settle: (outcome: Reply | StationError) => void;
};

/** Begins the conversation and listens at once; nothing is sent before the first `ask`. */
export function openConsole(channel: ByteChannel, settings: ConsoleSettings, options: DriverOptions): TextConsole {
  const { clock, signal, onLog } = options;
  const tally: LinkTally = { bytesSent: 0, bytesReceived: 0, deviceMs: 0 };
  let current: Exchange | undefined;
  let lost: StationError | undefined;
  /** Bytes that came while no command was under way, and bytes of exchanges since the last one that was answered. */
  let unasked = 0;
  let unanswered = 0;
  let onQuietBroken = () => {};
  let failSettle = (_: StationError) => {};

  /** Nothing is repeated of a line without text. */
  const hasEcho = (ask: Ask) => (ask.echo ?? settings.echo) && typedOf(ask) !== '';
  const wireMs = (bytes: number) => (bytes * 10_000) / settings.baud;
  const tellLog = (line: string) => {
    if (unasked <= floodBytes) onLog?.(line.slice(0, logLineLimit));
  };
  const finish = (outcome: Reply | StationError) => {
    const exchange = current;
    current = undefined;
    unasked = 0;
    if (!(outcome instanceof StationError)) unanswered = 0;
    exchange?.settle(outcome);
  };
  const fail = (error: StationError) => {
    finish(error);
    failSettle(error);
  };

  const onLine = (line: string, whole: boolean) => {
    const exchange = current;
    if (!exchange || !whole || exchange.state === 'typing') {
      if (exchange && whole && isEcho(exchange, line)) return;
      return tellLog(line);
    }
    if (exchange.state === 'echo') {
      if (!isEcho(exchange, line)) return tellLog(line);
      exchange.state = 'answer';
      return;
    }
    const { ask, lines } = exchange;
    if (ask.until !== 'prompt' && matches(ask.until, line)) return finish({ lines, end: line });
    // A console that repeats what is typed although it was not said to: no answer, and no log line either.
    if (!hasEcho(ask) && typedOf(ask) !== '' && line.endsWith(typedOf(ask))) return;
    if (!ask.wanted || matches(ask.wanted, line)) lines.push(line);
    else tellLog(line);
  };
  const onPrompt = () => {
    if (current?.state === 'answer' && current.ask.until === 'prompt') finish({ lines: current.lines, end: '' });
  };
  const cutter = createConsoleLines({ limit: lineLimit, prompt: settings.prompt, onLine, onPrompt });

  const stopData = channel.onData((bytes) => {
    tally.bytesReceived += bytes.length;
    onQuietBroken();
    if (current) {
      current.received += bytes.length;
      unanswered += bytes.length;
      if (unanswered > floodBytes) fail(new StationError('link.flooded', `${unanswered} bytes and not one answer`));
    } else unasked += bytes.length;
    cutter.feed(bytes);
    current?.onHeard();
  });
  const stopClose = channel.onClose(() => {
    lost ??= new StationError('link.lost', 'the port closed');
    fail(lost);
  });
  const onAbort = () => {
    lost ??= new StationError('call.cancelled', 'the conversation was cancelled');
    fail(lost);
  };
  signal?.addEventListener('abort', onAbort);
  if (signal?.aborted) onAbort();

  /** Types the bytes in pieces; ends early when the exchange is over. `last`: the answer may begin after them. */
  const type = async (exchange: Exchange, bytes: Uint8Array, last = true) => {
    const { pace } = settings;
    const size = pace?.bytes ?? bytes.length;
    for (let at = 0; at < bytes.length && current === exchange; at += size) {
      const piece = bytes.subarray(at, at + size);
      // Before the write is confirmed: a quick device answers earlier than the system does.
      if (last && at + size >= bytes.length && exchange.state === 'typing') exchange.state = 'echo';
      if (exchange.state === 'echo' && !hasEcho(exchange.ask)) exchange.state = 'answer';
      tally.bytesSent += piece.length;
      await channel.write(piece);
      if (pace && at + size < bytes.length) await pause(exchange, pace, Buffer.from(bytes.subarray(0, at + size)));
    }
  };

  const typeSurely = async (exchange: Exchange, text: Buffer, terminator: Buffer) => {
    await type(exchange, text, false);
    const typed = text.toString('latin1');
    if (current === exchange) await pause(exchange, { gapMs: echoMs + wireMs(text.length), echoed: true }, text);
    if (current !== exchange) return;
    if ((exchange.echoed + cutter.held()).endsWith(typed)) return type(exchange, terminator);
    await channel.write(Buffer.of(0x03));
    if (current === exchange)
      finish(new StationError('link.garbled', `"${nameOf(exchange.ask)}" did not come back as it was typed`));
  };

  type Pause = { gapMs: number; echoed?: boolean };
  const pause = (exchange: Exchange, pace: Pause, typed: Buffer) =>
    new Promise<void>((resolve) => {
      const ending =
        typed
          .toString('latin1')
          .split(/[\r\n]/)
          .at(-1) ?? '';
      const done = () => {
        cancel();
        exchange.onHeard = () => {};
        resolve();
      };
      const cancel = clock.after(pace.gapMs, done);
      exchange.onHeard = () => {
        if (pace.echoed && ending !== '' && cutter.held().endsWith(ending)) done();
      };
      exchange.onHeard();
    });

  const stop = () => {
    stopData();
    stopClose();
    signal?.removeEventListener('abort', onAbort);
    lost ??= new StationError('link.lost', 'the conversation was closed');
    fail(lost);
  };

  return {
    ask(ask) {
      if (current) throw new Error('one command at a time');
      if (lost) return Promise.reject(lost);
      const text = Buffer.from(ask.text, 'utf8');
      const terminator = Buffer.from(ask.terminator ?? settings.terminator, 'utf8');
      const bytes = Buffer.concat([text, terminator]);
      const pauses = settings.pace ? (bytes.length / settings.pace.bytes) * settings.pace.gapMs : 0;
      const began = clock.monotonicMs();
      if (ask.text.includes('\x03')) cutter.reset();
      return new Promise((resolve, reject) => {
        const cancel = clock.after(ask.limitMs + wireMs(bytes.length) + pauses, () =>
          finish(new StationError('link.timeout', `no answer to "${nameOf(ask)}" in ${ask.limitMs} ms`)),
        );
        const exchange: Exchange = {
          ask,
          lines: [],
          state: 'typing',
          echoed: '',
          received: 0,
          onHeard: () => {},
          settle(outcome) {
            cancel();
            const onWire = wireMs(bytes.length + exchange.received);
            tally.deviceMs += Math.max(0, clock.monotonicMs() - began - onWire);
            if (outcome instanceof StationError) reject(outcome);
            else resolve(outcome);
          },
        };
        current = exchange;
        // `onClose` tells why a write failed; where it does not, the time limit does.
        (ask.sure ? typeSurely(exchange, text, terminator) : type(exchange, bytes)).catch(() => {});
      });
    },
    settle(quietMs) {
      if (lost) return Promise.reject(lost);
      return new Promise((resolve, reject) => {
        let cancelQuiet = () => {};
        const done = (error?: StationError) => {
          cancelQuiet();
          cancelAll();
          onQuietBroken = () => {};
          failSettle = () => {};
          cutter.reset();
          if (error) reject(error);
          else resolve();
        };
        // A device that never stops logging can still be talked to.
        const cancelAll = clock.after(quietMs * 20, () => done());
        const wait = () => {
          cancelQuiet();
          cancelQuiet = clock.after(quietMs, () => done());
        };
        onQuietBroken = wait;
        failSettle = done;
        wait();
      });
    },
    tally: () => ({ ...tally, deviceMs: Math.round(tally.deviceMs) }),
    release: stop,
    async close() {
      stop();
      await channel.close();
    },
  };
}

/** Whether this line, with those before it, is what was typed: alone, after a prompt of another form, or broken at a margin. */
function isEcho(exchange: Exchange, line: string): boolean {
  const typed = typedOf(exchange.ask);
  exchange.echoed = (exchange.echoed + line).slice(-2 * typed.length);
  return typed !== '' && (line.includes(typed) || exchange.echoed.endsWith(typed));
}

const typedOf = ({ text }: Ask): string => text.replace(/[\r\n\x03]/g, '');

/** A regular expression with the flag `g` or `y` remembers; here each line is looked at from its beginning. */
const matches = (pattern: RegExp, line: string): boolean => {
  pattern.lastIndex = 0;
  return pattern.test(line);
};

/** Enough to know it by; what is written can be long. */
const nameOf = ({ text }: Ask): string => text.replace(/[^ -~]/g, '.').slice(0, 40);
