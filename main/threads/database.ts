import { isLong, isPatient } from '../../app/records/calls.ts';
import { createLocalDatabase, type Database, migrate } from '../../app/records/index.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { keepCheckpoint } from './checkpointfile.ts';
import { logSigner } from './logkey.ts';
import { openLongReads } from './longreads.ts';
import { besides, startThread, type Thread } from './thread.ts';

export type OpenDatabase = {
  create?: boolean;
  /** The program of the writer's thread. A bench may give one with a special disk. */
  writer?: URL | undefined;
  /** Hears of each patient write. */
  onPatientWrite?: (() => void) | undefined;
};

/**
 * Opens the records in `file` on a writer and a reader thread. A long read has a thread of its own.
 * @throws `records.*` – e.g. `records.notStation` when the file is missing and `create` is not set
 */
export async function openDatabase(file: string, options: OpenDatabase = {}): Promise<Database> {
  const data = { file, create: options.create ?? false };
  const writer = await startThread(options.writer ?? besides('writer'), 'writer', data);
  let reader: Thread;
  try {
    reader = await startThread(besides('reader'), 'reader', data);
  } catch (thrown) {
    await writer.close();
    throw thrown;
  }
  const long = openLongReads(data);
  return {
    write: (name, asked) => {
      if (isPatient(name)) options.onPatientWrite?.();
      return writer.ask(name, asked);
    },
    read: (name, asked) => (isLong(name) ? long.read(name, asked) : reader.ask(name, asked)),
    async close() {
      long.close();
      // The last connection to close folds the write-ahead log into the file, and only the writer may write.
      await reader.close();
      await writer.close();
    },
  };
}

/**
 * Opens the records in `file` on this thread, and creates them when they are missing and `create` is set. A program that
 * ends after a moment is done sooner this way: to start both threads takes longer than most of its work.
 * @throws `records.*` as `openDatabase`
 */
export function openDatabaseHere(file: string, { create = false } = {}): Database {
  const writer = openSqlite(file, { create });
  try {
    migrate(writer);
    const database = createLocalDatabase(writer, openSqlite(file, { readOnly: true }), logSigner(file), () =>
      keepCheckpoint(writer, file),
    );
    keepCheckpoint(writer, file);
    return database;
  } catch (thrown) {
    writer.close();
    throw thrown;
  }
}
