import { createHash, randomBytes } from 'node:crypto';
import { closeSync, ftruncateSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type Bytes, knowDigest } from './bytes.ts';

/**
 * Large bodies lie in a file, one after the other. To keep them in memory would cost several times what it costs to write them: memory that
 * is new has to be made page by page, and each piece of a body that lives on lets the collector look at the whole heap.
 */
export type LargeBodies = {
  take(size: number): LargeBody;
  close(): void;
};

export type LargeBody = {
  /** Writes what comes next, and gives its memory back. @throws what the file system throws */
  add(piece: Buffer): void;
  /** All that was added. */
  end(): Bytes;
};

const perRead = 1 << 20;

/** @param folder for the file, which has no name there once it is open */
export function createLargeBodies(folder: string): LargeBodies {
  let file: number | undefined;
  let end = 0;
  let living = 0;
  const opened = () => {
    if (file !== undefined) return file;
    const path = join(folder, `.birthmark-bodies-${randomBytes(8).toString('hex')}`);
    file = openSync(path, 'wx+', 0o600);
    rmSync(path);
    return file;
  };
  // Bodies end in many places: a part that comes again, an upload that is given up, an object that is replaced.
  const gone = new FinalizationRegistry<undefined>(() => {
    living -= 1;
    if (living > 0 || file === undefined) return;
    ftruncateSync(file, 0);
    end = 0;
  });
  return {
    take(size) {
      const from = end;
      end += size;
      const [md5, sha256] = [createHash('md5'), createHash('sha256')];
      let length = 0;
      const bytes: Bytes = {
        get size() {
          return length;
        },
        *[Symbol.iterator]() {
          for (let at = 0; at < length; ) {
            const piece = Buffer.allocUnsafeSlow(Math.min(perRead, length - at));
            const read = readSync(opened(), piece, 0, piece.length, from + at);
            // Where it ends too early, it would be read for as long as the program runs.
            if (read === 0) throw new Error('the file of large bodies has ended');
            at += read;
            yield piece.subarray(0, read);
          }
        },
      };
      living += 1;
      gone.register(bytes, undefined);
      return {
        add(piece) {
          md5.update(piece);
          sha256.update(piece);
          for (let at = 0; at < piece.length; )
            at += writeSync(opened(), piece, at, piece.length - at, from + length + at);
          length += piece.length;
          giveBack(piece);
        },
        end() {
          knowDigest(bytes, 'md5', md5.digest());
          knowDigest(bytes, 'sha256', sha256.digest());
          return bytes;
        },
      };
    },
    close() {
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
}

/** Node's parser copies each piece of a body into memory of its own, which would wait for the collector otherwise. */
function giveBack({ buffer, byteLength }: Buffer): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}
