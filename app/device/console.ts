import { StationError } from '../contract/errors.ts';
import { lineEnds } from '../contract/lines.ts';
import { createConsoleLines } from './consolelines.ts';
import type { TalkOptions } from './declare.ts';
import type { LinkTally } from './driver.ts';
import { answerWireMs, type PacedChannel, sendMs, wireMs } from './pace.ts';

/** The habits of a text console. */
export type ConsoleSettings = {
  /** The text that the device prints, without a line end, when it waits for input. */
  prompt?: string | undefined;
  /** Whether the device repeats typed text. Its answer begins after that line; a prompt before it means nothing. */
  echo: boolean;
};

/** One command and the form of its answer. */
export type Ask = {
  /** The command without the terminator, sent as UTF-8. */
  text: string;
  /** Ends the answer: a whole line that matches (anchor the pattern), or the prompt. */
  until: RegExp | 'prompt';
  /** The lines that belong to the answer; others are log. If absent, all lines do. */
  wanted?: RegExp;
  /** From the first sent byte to the end of the answer, in ms. The time on the wire is added. */
  limitMs: number;
  /** Replaces the line's own. */
  terminator?: string;
  echo?: boolean;
  /**
   * For a command that must not run with a changed character. The terminator is sent only once the text has come back
   * unchanged. Otherwise Ctrl-C is sent, and the result is `link.garbled`. Needs the echo.
   */
  sure?: boolean;
  /** For a text that no log may have. A damaged echo of it looks like log, so this conversation tells none from here on. */
  secret?: boolean;
};

/** `end` is the line that ended the answer; it is empty for a prompt. */
export type Reply = { lines: string[]; end: string };

/** One conversation with a text console. It runs one command at a time and separates the answer from the log around it. */
export interface TextConsole {
  /**
   * Runs one command. A refusal by the device is a reply, not an error.
   *
   * @throws link.lost – the port is gone
   * @throws link.timeout – no end of the answer within `limitMs`
   * @throws link.garbled – with `sure`, when the text did not come back as it was typed
   * @throws link.flooded – far more bytes than an answer has
   * @throws call.cancelled – by the signal
   */
  ask(ask: Ask): Promise<Reply>;
  /**
   * Waits until the line was silent for `quietMs`, but twenty times as long at most. Drops everything that came, also
   * late answers.
   * @throws link.lost – the port is gone
   * @throws call.cancelled – by the signal
   */
  settle(quietMs: number): Promise<void>;
  tally(): LinkTally;
  close(): Promise<void>;
}

/** None of these protocols has longer lines. */
const lineLimit = 4096;
const logLineLimit = 1024;
/** More bytes than this, in exchanges without one answer, are a flood. */
const floodBytes = 65_536;
/** The time limit of an echo on which the terminator waits. The time on the wire is added. */
const echoMs = 500;

type Exchange = {
  ask: Ask;
  lines: string[];
  /** `typing`: the text is being sent, so incoming bytes are no answer yet. `echo`: the text is sent, but its echo has not come yet. */
  state: 'typing' | 'echo' | 'answer';
  /** The last line of the text that was sent so far. */
  typed: string;
  /** Bytes of the present write that were sent. */
  written: number;
  /** Incoming text without line ends, for an echo that the device broke in the middle. */
  echoed: string;
  received: number;
  /** Called when the text that was sent so far stands at the end of what came in. */
  onBack: () => void;
  settle: (outcome: Reply | StationError) => void;
};

/** Begins the conversation and listens at once. It sends nothing before the first `ask`. */
export function openConsole(channel: PacedChannel, settings: ConsoleSettings, options: TalkOptions): TextConsole {
  const { clock, line, signal, onLog } = options;
  const tally: LinkTally = { bytesSent: 0, bytesReceived: 0, deviceMs: 0 };
  let current: Exchange | undefined;
  let lost: StationError | undefined;
  /** Bytes that came without a running command, and bytes of the exchanges since the last answer. */
  let [unasked, unanswered] = [0, 0];
  let onQuietBroken = () => {};
  let failSettle = (_: StationError) => {};
  let tellsLog = true;

  /** A line without text has no echo. */
  const hasEcho = (ask: Ask) => (ask.echo ?? settings.echo) && typedOf(ask) !== '';
  const tellLog = (line: string) => {
    if (tellsLog && unasked <= floodBytes) onLog?.(line.slice(0, logLineLimit));
  };
  const finish = (outcome: Reply | StationError) => {
    const exchange = current;
    current = undefined;
    unasked = 0;
    if (!(outcome instanceof StationError)) {
      unanswered = 0;
      channel.taken();
    }
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
    // The console repeats typed text although its settings say otherwise. This line is neither answer nor log.
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
    if (!current || !isBack(current)) return;
    channel.taken();
    current.onBack();
  });
  const lose = (error: StationError) => {
    lost ??= error;
    fail(lost);
  };
  const stopClose = channel.onClose(() => lose(new StationError('link.lost', 'the port closed')));
  const onAbort = () => lose(new StationError('call.cancelled', 'the conversation was cancelled'));
  signal?.addEventListener('abort', onAbort);
  if (signal?.aborted) onAbort();

  /** Types the bytes until the exchange is over. The answer may begin behind `text` bytes: with the first of two that end the line. */
  const type = (exchange: Exchange, bytes: Buffer, text: number) =>
    channel.write(bytes, (written) => {
      if (current !== exchange) return false;
      // This comes before the write is confirmed: a quick device answers sooner than the system confirms.
      if (written > text && exchange.state === 'typing') exchange.state = 'echo';
      if (exchange.state === 'echo' && !hasEcho(exchange.ask)) exchange.state = 'answer';
      tally.bytesSent += written - exchange.written;
      exchange.written = written;
      exchange.typed = openLine(bytes.subarray(0, written));
      return true;
    });

  const isBack = ({ typed }: Exchange) => settings.echo && typed !== '' && cutter.held().endsWith(typed);

  const typeSurely = async (exchange: Exchange, text: Buffer, terminator: Buffer) => {
    await type(exchange, text, text.length);
    exchange.written = 0;
    if (current === exchange && !isBack(exchange)) await echoOf(exchange, echoMs + wireMs(line, text.length));
    if (current !== exchange) return;
    if ((exchange.echoed + cutter.held()).endsWith(text.toString('latin1'))) return type(exchange, terminator, 0);
    await channel.write(Buffer.of(0x03));
    if (current === exchange)
      finish(new StationError('link.garbled', `"${nameOf(exchange.ask)}" did not come back as it was typed`));
  };

  /** Resolves once the echo of the text so far stands there, or after the limit. */
  const echoOf = (exchange: Exchange, limitMs: number) =>
    new Promise<void>((resolve) => {
      const cancel = clock.after(limitMs, resolve);
      exchange.onBack = () => {
        cancel();
        resolve();
      };
    });

  return {
    ask(ask) {
      if (current) throw new Error('one command at a time');
      if (lost) return Promise.reject(lost);
      const text = Buffer.from(ask.text, 'utf8');
      const terminator = Buffer.from(ask.terminator ?? lineEnds[line.terminator], 'utf8');
      const bytes = Buffer.concat([text, terminator]);
      tellsLog &&= !ask.secret;
      const began = clock.monotonicMs();
      if (ask.text.includes('\x03')) cutter.reset();
      return new Promise((resolve, reject) => {
        const cancel = clock.after(ask.limitMs + sendMs(line, bytes.length) + answerWireMs(line), () =>
          finish(new StationError('link.timeout', `no answer to "${nameOf(ask)}" in ${ask.limitMs} ms`)),
        );
        const exchange: Exchange = {
          ask,
          lines: [],
          state: 'typing',
          typed: '',
          written: 0,
          echoed: '',
          received: 0,
          onBack: () => {},
          settle(outcome) {
            cancel();
            // Nothing waits for an echo any more.
            exchange.onBack();
            const onWire = sendMs(line, bytes.length) + wireMs(line, exchange.received);
            tally.deviceMs += Math.max(0, clock.monotonicMs() - began - onWire);
            if (outcome instanceof StationError) reject(outcome);
            else resolve(outcome);
          },
        };
        current = exchange;
        // A failed write needs no handling here: `onClose` reports it, or the time limit does.
        const end = Math.min(text.length, bytes.length - 1);
        (ask.sure ? typeSurely(exchange, text, terminator) : type(exchange, bytes, end)).catch(() => {});
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
        // A device that never stops logging can still be used.
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
    async close() {
      stopData();
      stopClose();
      signal?.removeEventListener('abort', onAbort);
      lose(new StationError('link.lost', 'the conversation was closed'));
      await channel.close();
    },
  };
}

/** Whether this line, with those before it, is the echo of the typed text: alone, after a prompt of another form, or broken at a margin. */
function isEcho(exchange: Exchange, line: string): boolean {
  const typed = typedOf(exchange.ask);
  exchange.echoed = (exchange.echoed + line).slice(-2 * typed.length);
  return typed !== '' && (line.includes(typed) || exchange.echoed.endsWith(typed));
}

/** The line that has not ended. A pattern would begin at each byte of all that was typed. */
const openLine = (text: Buffer): string =>
  text.toString('latin1', Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1);

const typedOf = ({ text }: Ask): string => text.replace(/[\r\n\x03]/g, '');

/** A pattern with the flag `g` or `y` keeps a position, so it is reset for each line. */
const matches = (pattern: RegExp, line: string): boolean => {
  pattern.lastIndex = 0;
  return pattern.test(line);
};

/** A short name of the command for messages, because written text can be long. */
const nameOf = ({ text }: Ask): string => text.replace(/[^ -~]/g, '.').slice(0, 40);
