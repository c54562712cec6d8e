import { StationError } from '../../../contract/errors.ts';
import type { ByteChannel } from '../../channel.ts';
import { openConsole, type Reply, type TextConsole } from '../../console.ts';
import type { DriverOptions } from '../../driver.ts';

/** The line of Zephyr's shell; 8N1. */
export const line = { baud: 115_200, flowControl: 'none' } as const;

type Say = {
  limitMs?: number;
  wanted?: RegExp;
  sure?: boolean;
  /** How often it is said, until it is answered. */
  times?: number;
  raw?: boolean;
};

/** A shell that is brought back to its prompt before anything is said again. */
export type Talk = {
  /** Says a command until it is answered, `times` at most. Errors: `TextConsole.ask`; silence, noise and floods are told apart. */
  say(text: string, until: RegExp, how?: Say): Promise<Reply>;
  /** Something may stand typed at the prompt: it is cleared before anything else is said. */
  doubt(): void;
  console: TextConsole;
};

/** Nordic's tool sends 48 characters of base64 a line: with `cred buf ` and the line end that is less than the 64 bytes the shell keeps. */
const pace = { bytes: 62, gapMs: 8, echoed: true };
const quietMs = 40;
/** More than this in answer to one command, however often it was said, is a flood. */
const floodBytes = 32_768;

/** Begins the conversation with one shell. */
export function openTalk(channel: ByteChannel, options: DriverOptions): Talk {
  const console = openConsole(
    channel,
    { baud: line.baud, terminator: '\r', prompt: 'uart:~$ ', echo: true, pace },
    options,
  );
  let lost = true;

  /** Ctrl-C ends a half-typed line as well as raw input. Firmware with another prompt is given the time to print it. */
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
          return await console.ask({ text, until, limitMs, ...ask, ...(raw ? { terminator: '', echo: false } : {}) });
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

/** What a repetition may mend. */
export const isSilence = (error: unknown): boolean =>
  error instanceof StationError && (error.code === 'link.timeout' || error.code === 'link.garbled');
