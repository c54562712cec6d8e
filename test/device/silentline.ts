/** A line at whose other end nothing answers but by the test, and which tells what a conversation has left on it. */
import { getEventListeners } from 'node:events';
import type { Clock } from '../../app/contract/clock.ts';
import type { ByteChannel } from '../../app/device/channel.ts';
import { createJumpingClock } from './support.ts';

/** `answer` is called with each write, as latin1; what it returns comes back after all else that is to be done now. */
export function createSilentLine(answer: (text: string, nowMs: number) => string = () => '') {
  const jumping = createJumpingClock();
  const timers = new Set<object>();
  const data = new Set<(bytes: Uint8Array) => void>();
  const closing = new Set<() => void>();
  const written: string[] = [];
  const stop = new AbortController();
  let closed = false;
  const clock: Clock = {
    ...jumping,
    after(ms, fire) {
      const timer = {};
      timers.add(timer);
      const cancel = jumping.after(ms, () => {
        timers.delete(timer);
        fire();
      });
      return () => {
        timers.delete(timer);
        cancel();
      };
    },
  };
  const say = (text: string) => {
    for (const listener of [...data]) listener(Buffer.from(text, 'latin1'));
  };
  const pull = () => {
    closed = true;
    for (const listener of [...closing]) listener();
  };
  const channel: ByteChannel = {
    async write(bytes) {
      const text = Buffer.from(bytes).toString('latin1');
      written.push(text);
      const said = answer(text, jumping.monotonicMs());
      if (said !== '') queueMicrotask(() => say(said));
    },
    onData(listener) {
      data.add(listener);
      return () => data.delete(listener);
    },
    onClose(listener) {
      closing.add(listener);
      return () => closing.delete(listener);
    },
    close: async () => pull(),
  };
  return {
    ...{ clock, channel, written, say, pull, stop },
    isClosed: () => closed,
    /** Listeners and timers that are still there. */
    left: () => ({
      data: data.size,
      closing: closing.size,
      timers: timers.size,
      signal: getEventListeners(stop.signal, 'abort').length,
    }),
  };
}
