/** A bundle that was unpacked into a folder. */
import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { BundleProblem, type BundleSource } from '../../app/records/bundle/index.ts';

const pieceBytes = 256 * 1024;

const isFile = (path: string): boolean => {
  try {
    return statSync(path).isFile();
  } catch (thrown) {
    // A link to itself, or to what is not there.
    if (['ENOENT', 'ELOOP', 'ENOTDIR'].includes(String((thrown as NodeJS.ErrnoException).code))) return false;
    throw thrown;
  }
};

/** The files of the folder. */
export function folderSource(folder: string): BundleSource {
  const names = readdirSync(folder);
  return {
    names,
    *read(name) {
      if (!names.includes(name)) throw new BundleProblem(name, 'it is missing');
      // A pipe would have to be waited for.
      if (!isFile(join(folder, name)))
        throw new BundleProblem(name, 'it is no file, but a folder, a device or a link to nothing');
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
