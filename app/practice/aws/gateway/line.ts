import { Duplex } from 'node:stream';
import { type Frame, frameEnd, readFrame } from './frames.ts';
import { mostFrameBytes } from './limits.ts';

/** What becomes of a packet: the broker gets it, it is dropped, or the connection ends, perhaps after an answer. */
export type Fate = 'pass' | 'drop' | 'end' | { answer: Buffer };

/**
 * The connection as the broker sees it: whole packets, one at a time, each of which was looked at before. So nothing that
 * is malformed, too large or against AWS's limits reaches the broker.
 */
export function createLine(socket: Duplex, look: (frame: Frame) => Fate): Duplex {
  /** Bytes that are no whole packet yet. It grows by doubling: a device that sends byte by byte costs no copy for each. */
  let kept: Buffer = Buffer.alloc(0);
  let size = 0;
  let isOver = false;

  const line = new Duplex({
    allowHalfOpen: false,
    read: () => void socket.resume(),
    write: (chunk: Buffer, encoding, done) => {
      if (socket.destroyed) done();
      else socket.write(chunk, encoding, done);
    },
    final: (done) => {
      socket.end(() => done());
    },
    destroy: (_error, done) => {
      isOver = true;
      socket.destroy();
      done(null);
    },
  });

  const end = (answer?: Buffer): void => {
    isOver = true;
    if (answer === undefined) line.destroy();
    else socket.end(answer, () => line.destroy());
  };

  const keep = (bytes: Buffer): void => {
    if (size + bytes.length > kept.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(2 * kept.length, size + bytes.length));
      kept.copy(larger, 0, 0, size);
      kept = larger;
    }
    bytes.copy(kept, size);
    size += bytes.length;
  };

  const take = (chunk: Buffer): void => {
    let waiting = chunk;
    if (size > 0) {
      keep(chunk);
      waiting = kept.subarray(0, size);
    }
    while (!isOver && waiting.length > 0) {
      const at = frameEnd(waiting);
      const isWrong = at === -1 || (at ?? waiting.length) > mostFrameBytes;
      if (!isWrong && (at === undefined || at > waiting.length)) break;
      const packet = waiting.subarray(0, at);
      const fate = look(isWrong ? { type: 'malformed' } : readFrame(packet));
      waiting = waiting.subarray(packet.length);
      if (fate === 'end') end();
      else if (typeof fate === 'object') end(fate.answer);
      else if (fate === 'pass' && !line.push(packet)) socket.pause();
    }
    if (size > 0 && waiting.length === size) return;
    // What was passed on still lies in the old bytes.
    [kept, size] = [Buffer.alloc(0), 0];
    if (!isOver && waiting.length > 0) keep(waiting);
  };

  socket.on('data', (chunk: Buffer) => {
    if (!isOver) take(chunk);
  });
  socket.on('end', () => {
    if (!isOver) line.push(null);
  });
  // A device that vanishes is no error of the gateway.
  socket.on('error', () => line.destroy());
  socket.on('close', () => line.destroy());
  return line;
}
