import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from 'node:fs';

/**
 * Writes a small file that is not there (`wx`) or begins one again (`w`). It is whole and on the disk then: a disk that gets
 * full takes the beginning of a piece without an error, so that one write is not enough.
 *
 * @throws Error with a `code` – as the system says
 */
export function writeSynced(file: string, text: string, { flags = 'wx', mode = 0o600 } = {}): void {
  const handle = openSync(file, flags, mode);
  try {
    writeFileSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Replaces a small file, or leaves it as it was. @throws as `writeSynced` */
export function replaceSynced(file: string, text: string, mode: number): void {
  const half = `${file}.new`;
  writeSynced(half, text, { flags: 'w', mode });
  renameSync(half, file);
}
