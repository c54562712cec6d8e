import { StationError } from '../../../contract/errors.ts';
import { openConsole, type Reply, type TextConsole } from '../../console.ts';
import type { TalkOptions } from '../../declare.ts';
import type { PacedChannel } from '../../pace.ts';
import { incompatible, refusedWord } from './words.ts';

type Say = {
  limitMs?: number;
  wanted?: RegExp;
  sure?: boolean;
  /** How often the command is sent until it is answered. */
  times?: number;
  raw?: boolean;
  /** See `Ask`. */
  secret?: boolean;
};

/** A conversation with a shell. It brings the shell back to its prompt before it repeats a command. */
export type Talk = {
  /**
   * Sends a command until it is answered, `times` at most. Silence, noise and floods are distinct errors.
   *
   * @throws as `TextConsole.ask`
   * @throws device.incompatible – when the shell refuses a word of the command
   */
  say(text: string, until: RegExp, how?: Say): Promise<Reply>;
  /** Call it when text may stand at the prompt. It is cleared before the next command. */
  doubt(): void;
  console: TextConsole;
};

const quietMs = 40;
/** More bytes than this in answer to one command, with all its repetitions, are a flood. */
const floodBytes = 32_768;

/** Begins the conversation with one shell. */
export function openTalk(channel: PacedChannel, options: TalkOptions): Talk {
  const console = openConsole(channel, { prompt: 'uart:~$ ', echo: true }, options);
  let lost = true;
  const refusals = new Set<string>();

  /** A bad line can make a word that the shell refuses. If it refuses the same word again, it does not know the word. */
  const refusalOf = (text: string, end: string): StationError => {
    const refusal = `"${text.slice(0, 60)}": ${end}`;
    if (refusals.has(refusal)) return incompatible('word', `the firmware does not know what is meant by ${refusal}`);
    refusals.add(refusal);
    return new StationError('link.garbled', `the shell refused a word of ${refusal}`);
  };

  /** Ctrl-C ends a half-typed line and raw input. Firmware with another prompt gets the time to print it. */
  const recover = async () => {
    await console.settle(quietMs);
    try {
      await console.ask({ text: '\x03', terminator: '', until: 'prompt', limitMs: 250 });
    } catch (error) {
      if (!isSilence(error)) throw error;
    }
    lost = false;
  };

  return {
    console,
    doubt() {
      lost = true;
    },
    async say(text, until, { limitMs = 1500, times = 3, raw = false, ...ask } = {}) {
      const before = console.tally().bytesReceived;
      for (let attempt = 1; ; attempt += 1) {
        if (lost) await recover();
        try {
          const how = raw ? { ...ask, terminator: '', echo: false } : ask;
          const reply = await console.ask({ text, until: orRefused(until), limitMs, ...how });
          options.onUnderstood?.();
          if (until.test(reply.end)) return reply;
          throw refusalOf(text, reply.end);
        } catch (error) {
          if (!isSilence(error)) throw error;
          lost = true;
          if (attempt < times) continue;
          const heard = console.tally().bytesReceived - before;
          if (heard > floodBytes) throw new StationError('link.flooded', `${heard} bytes and no answer among them`);
          throw error;
        }
      }
    },
  };
}

const orRefused = (until: RegExp) => new RegExp(`${until.source}|${refusedWord.source}`);

/** Whether a repetition may help. */
export const isSilence = (error: unknown): boolean =>
  error instanceof StationError && (error.code === 'link.timeout' || error.code === 'link.garbled');
