/** Makes an export from the files of a station, step by step: a bundle, or the entries alone. */
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { StationError } from '../../app/contract/errors.ts';
import type { ExportFormat, ExportScope } from '../../app/contract/exports.ts';
import { whyUnwritten, writeCode } from '../../app/files/index.ts';
import { entryLines, makeBundle } from '../../app/records/bundle/index.ts';
import type { Progress } from '../../app/records/log/verdict.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { existingLogSigner } from '../threads/logkey.ts';
import { zipSink } from './zip.ts';

export type ExportAsked = {
  format: ExportFormat;
  scope: ExportScope;
  /** The text of a checkpoint that was kept in another place; for a bundle. */
  since?: string | undefined;
};
/** `root` in base64. The head of the log is that of the state that was exported. */
export type ExportMade = { entries: number; size: number; root: string; key: string };

/**
 * Writes the export into `file`, which is there already. It writes nothing else, and a station may go on working.
 *
 * @throws as `makeBundle`; records.diskFull; records.failed – the key of the log is not there
 */
export function* exportSteps(recordsFile: string, file: string, asked: ExportAsked): Generator<Progress, ExportMade> {
  const { format, scope, since } = asked;
  const signer = existingLogSigner(recordsFile);
  const sql = openSqlite(recordsFile, { readOnly: true });
  try {
    const handle = openSync(file, 'r+');
    try {
      const write = (piece: Uint8Array) => writeAll(handle, piece);
      sql.exec('BEGIN');
      const sink = zipSink(write);
      const made = yield* format === 'bundle'
        ? makeBundle(sql, sink, { scope, signer, since })
        : entryLines(sql, scope, format, (text) => write(Buffer.from(text)));
      if (format === 'bundle') sink.close();
      fsyncSync(handle);
      return made;
    } finally {
      closeSync(handle);
    }
  } finally {
    if (sql.inTransaction()) sql.exec('COMMIT');
    sql.close();
  }
}

function writeAll(handle: number, piece: Uint8Array): void {
  try {
    for (let at = 0; at < piece.length; ) at += writeSync(handle, piece, at);
  } catch (cause) {
    throw new StationError(writeCode(cause), `the export could not be written: ${whyUnwritten(cause)}`, { cause });
  }
}
