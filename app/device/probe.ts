import { StationError } from '../contract/errors.ts';
import type { ByteChannel } from './channel.ts';
import { createConsoleLines } from './consolelines.ts';
import type { TalkOptions } from './declare.ts';
import { sendMs } from './pace.ts';

const lineLimit = 1024;

/**
 * Sends the bytes once. Resolves with `true` as soon as a line without control sequences is `accepted`, and with
 * `false` after `limitMs` and the time on the wire. Other lines are not reported as log, because their source is still unknown. It leaves no
 * listener behind.
 *
 * @throws link.lost – the port is gone
 * @throws call.cancelled – by the signal
 */
export function probe(
  channel: ByteChannel,
  bytes: Uint8Array,
  accepted: (line: string) => boolean,
  limitMs: number,
  { clock, line, signal }: TalkOptions,
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const done = (settle: () => void) => {
      stopTimer();
      stopData();
      stopClose();
      signal?.removeEventListener('abort', onAbort);
      settle();
    };
    const onAbort = () => done(() => reject(new StationError('call.cancelled', 'the conversation was cancelled')));
    const stopTimer = clock.after(limitMs + 2 * sendMs(line, bytes.length), () => done(() => resolve(false)));
    const onLine = (line: string, whole: boolean) => {
      if (whole && accepted(line)) done(() => resolve(true));
    };
    const stopData = channel.onData(createConsoleLines({ limit: lineLimit, onLine, onPrompt: () => {} }).feed);
    const stopClose = channel.onClose(() => done(() => reject(new StationError('link.lost', 'the port closed'))));
    if (signal?.aborted) return onAbort();
    signal?.addEventListener('abort', onAbort);
    channel.write(bytes).catch((thrown: unknown) => done(() => reject(thrown)));
  });
}
