import type { Clock } from '../contract/clock.ts';
import type { ByteChannel } from './channel.ts';
import { createExcerpt } from './excerpt.ts';

/** What was heard and said on a line so far. Texts have one character a byte (latin1). */
export type Heard = {
  came: string;
  sent: string;
  /** The part of `sent` after the last byte that came. */
  unanswered: string;
};

/** Half of it is the beginning, where a chip tells how it started, and half is the end. */
const keptBytes = 16_384;

/** Listens to one line from now on. The returned channel is the same line, but what goes out by it is kept, too. */
export function listen(channel: ByteChannel, clock: Clock): { channel: ByteChannel; heard(): Heard; stop(): void } {
  const excerpt = createExcerpt(keptBytes);
  const stop = channel.onData((bytes) => excerpt.add('in', clock.monotonicMs(), bytes));
  return {
    channel: {
      write(bytes) {
        excerpt.add('out', clock.monotonicMs(), bytes);
        return channel.write(bytes);
      },
      onData: (listener) => channel.onData(listener),
      onClose: (listener) => channel.onClose(listener),
      close: () => channel.close(),
    },
    heard() {
      const pieces = excerpt.read().portions.flat();
      const said = (dir: 'in' | 'out', from = 0) =>
        pieces
          .slice(from)
          .filter((piece) => piece.dir === dir)
          .map(({ text }) => text)
          .join('');
      const lastIn = pieces.findLastIndex(({ dir }) => dir === 'in');
      return { came: said('in'), sent: said('out'), unanswered: said('out', lastIn + 1) };
    },
    stop,
  };
}
