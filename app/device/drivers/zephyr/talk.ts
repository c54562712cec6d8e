import { StationError } from '../../../contract/errors.ts';
import { openConsole, type Reply, type TextConsole } from '../../console.ts';
import type { TalkOptions } from '../../declare.ts';
import type { PacedChannel } from '../../pace.ts';

type Say = {
  limitMs?: number;
  wanted?: RegExp;
  sure?: boolean;
  /** How often the command is sent until it is answered. */
  times?: number;
  raw?: boolean;
};

/** A conversation with a shell. It brings the shell back to its prompt before it repeats a command. */
export type Talk = {
  /**
   * Sends a command until it is answered, `times` at most. Silence, noise and floods are distinct errors.
   *
   * @throws as `TextConsole.ask`
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
          const reply = await console.ask({ text, until, limitMs, ...how });
          options.onUnderstood?.();
          return reply;
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

/** Whether a repetition may help. */
export const isSilence = (error: unknown): boolean =>
  error instanceof StationError && (error.code === 'link.timeout' || error.code === 'link.garbled');
