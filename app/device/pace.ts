import type { Clock } from '../contract/clock.ts';
import type { LineSettings } from '../contract/lines.ts';
import type { ByteChannel } from './channel.ts';

/**
 * A channel that never holds more than `pieceBytes` under way. Bridges and firmware behind them take bytes faster than
 * they can pass them on, and drop what does not fit without a word.
 */
export interface PacedChannel extends ByteChannel {
  /**
   * Writes in order, piece by piece. `before` is called before each piece, with the number of bytes that will then have
   * been written; `false` leaves out the rest. The time limit of an answer must allow for `sendMs`.
   *
   * @throws `link.lost` – when the port is gone
   */
  write(bytes: Uint8Array, before?: (written: number) => boolean): Promise<void>;
  /**
   * The other end has answered or echoed `count` of the bytes (the default is all of them), so their place is free
   * sooner than the clock says.
   */
  taken(count?: number): void;
  /**
   * From now on it writes in pieces that the smallest usual ring holds. For a driver whose writes do not arrive whole.
   */
  careful(): void;
  /** The pace of now. */
  pace(): Pace;
}

export type Pace = Pick<LineSettings, 'baud' | 'pieceBytes' | 'gapMs'>;

/** The bytes of the smallest receive ring that is usual: Zephyr's default. */
export const smallRing = 64;
/** Half of it, and the time in which firmware that is busy elsewhere comes back to it. */
const careful = { pieceBytes: smallRing / 2, gapMs: 4 } as const;

/** A timer of the system may fire a little early. The rest of the time is at least this. */
const leastWaitMs = 1;

/** The time in ms that so many bytes take on the wire. A byte has ten bits. */
export const wireMs = ({ baud }: Pick<Pace, 'baud'>, bytes: number): number => (bytes * 10_000) / baud;

/** The time in ms until so many bytes are sent, with the pauses between them. */
export const sendMs = (line: Pace, bytes: number): number =>
  wireMs(line, bytes) + Math.floor(bytes / line.pieceBytes) * line.gapMs;

/** The time in ms for an answer to come in. None of the protocols has longer ones. */
export const answerWireMs = (line: Pace): number => wireMs(line, 2048);

type Waiting = {
  bytes: Uint8Array;
  at: number;
  before: (written: number) => boolean;
  writes: Promise<void>[];
  settle: (done: Promise<unknown>) => void;
};

/** Paces the channel as the line says. Bytes leave at once while there is room for them. */
export function paced(channel: ByteChannel, line: Pace, clock: Clock): PacedChannel {
  let pace = line;
  const queue: Waiting[] = [];
  /** Bytes that the other end may not have taken yet, and the time at which it has, by the speed of the line. */
  let underWay = 0;
  let takenAtMs = 0;
  let cancelWait: (() => void) | undefined;
  let pumping = false;

  const room = (): number => {
    if (clock.monotonicMs() >= takenAtMs) underWay = 0;
    return pace.pieceBytes - underWay;
  };

  /** The next piece. It is not cut further for a smaller room, so that a short line stays whole in a transcript. */
  const pieceOf = ({ bytes, at }: Waiting) => bytes.subarray(at, at + pace.pieceBytes);

  const writePiece = (head: Waiting): void => {
    const piece = pieceOf(head);
    if (!head.before(head.at + piece.length)) {
      head.at = head.bytes.length;
      return;
    }
    head.at += piece.length;
    underWay += piece.length;
    const sentAtMs = Math.max(clock.monotonicMs(), takenAtMs - pace.gapMs) + wireMs(pace, piece.length);
    takenAtMs = sentAtMs + pace.gapMs;
    const written = channel.write(piece);
    // The caller learns of it once all is written.
    written.catch(() => {});
    head.writes.push(written);
  };

  /** Writes what there is room for. The other end may answer while it runs. */
  const pump = (): void => {
    if (pumping) return;
    pumping = true;
    for (let head = queue[0]; head; head = queue[0]) {
      while (head.at < head.bytes.length && room() >= pieceOf(head).length) writePiece(head);
      if (head.at < head.bytes.length) break;
      queue.shift();
      head.settle(Promise.all(head.writes));
    }
    pumping = false;
    cancelWait?.();
    cancelWait = undefined;
    if (queue.length > 0) cancelWait = clock.after(Math.max(leastWaitMs, takenAtMs - clock.monotonicMs()), pump);
  };

  const free = (): void => {
    underWay = 0;
    takenAtMs = 0;
    pump();
  };
  channel.onClose(free);

  return {
    write: (bytes, before = () => true) =>
      new Promise((resolve, reject) => {
        const settle = (done: Promise<unknown>) => done.then(() => resolve(), reject);
        queue.push({ bytes, at: 0, before, writes: [], settle });
        pump();
      }),
    taken(count = underWay) {
      if (count >= underWay) return free();
      underWay -= count;
      pump();
    },
    careful() {
      const { pieceBytes, gapMs } = pace;
      const smaller = Math.min(pieceBytes, careful.pieceBytes);
      pace = { ...pace, pieceBytes: smaller, gapMs: Math.max(gapMs, careful.gapMs) };
    },
    pace: () => pace,
    onData: (listener) => channel.onData(listener),
    onClose: (listener) => channel.onClose(listener),
    close: () => channel.close(),
  };
}
