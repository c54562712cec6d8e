/** A bundle that was unpacked into a folder. */
import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { BundleProblem, type BundleSource } from '../../app/records/bundle/index.ts';

const pieceBytes = 256 * 1024;

/** The files of the folder. */
export function folderSource(folder: string): BundleSource {
  const names = readdirSync(folder);
  return {
    names,
    *read(name) {
      if (!names.includes(name)) throw new BundleProblem(name, 'it is missing');
      const handle = openSync(join(folder, name), 'r');
      try {
        for (;;) {
          const piece = Buffer.alloc(pieceBytes);
          const bytes = readSync(handle, piece, 0, pieceBytes, null);
          if (bytes === 0) return;
          yield piece.subarray(0, bytes);
        }
      } finally {
        closeSync(handle);
      }
    },
  };
}
