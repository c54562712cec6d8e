/** Files copied and hashed piece by piece, without Node's pool of threads. */
import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';

const pieceBytes = 4 * 1024 * 1024;

/** What the work on a long file does between two pieces: it tells how far it is, and lets others work. */
export type Between = (bytes: number) => Promise<void>;
export type Digest = { bytes: number; sha256: string };

async function pieces(file: string, each: (piece: Buffer) => void, between: Between): Promise<void> {
  const handle = openSync(file, 'r');
  try {
    const buffer = Buffer.allocUnsafe(pieceBytes);
    for (;;) {
      const bytes = readSync(handle, buffer, 0, pieceBytes, null);
      if (bytes === 0) return;
      each(buffer.subarray(0, bytes));
      await between(bytes);
    }
  } finally {
    closeSync(handle);
  }
}

/** The size and the SHA-256 of a file, lower-case hex. */
export async function digestOf(file: string, between: Between): Promise<Digest> {
  const hash = createHash('sha256');
  let bytes = 0;
  await pieces(
    file,
    (piece) => {
      hash.update(piece);
      bytes += piece.length;
    },
    between,
  );
  return { bytes, sha256: hash.digest('hex') };
}

/** Copies a file to one that is not there, and returns the digest of what was read. The copy is on the disk then. */
export async function copyFile(from: string, to: string, between: Between): Promise<Digest> {
  const hash = createHash('sha256');
  let bytes = 0;
  const handle = openSync(to, 'wx', 0o600);
  try {
    await pieces(
      from,
      (piece) => {
        for (let at = 0; at < piece.length; ) at += writeSync(handle, piece, at);
        hash.update(piece);
        bytes += piece.length;
      },
      between,
    );
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** A rename is durable only once its folder is. Windows and some network drives cannot do that and do not need to. */
export function syncFolderHere(dir: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(dir, 'r');
  try {
    fsyncSync(handle);
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code !== 'EINVAL' && code !== 'ENOTSUP') throw thrown;
  } finally {
    closeSync(handle);
  }
}
