/** The records' needs of a SQLite connection, all synchronous. native/sqlite.ts is the real one. */
export type SqlValue = string | number | null | Uint8Array;
export type SqlParams = Record<string, SqlValue>;

export interface Sql {
  /** Runs statements without parameters. */
  exec(text: string): void;
  /**
   * Runs one writing statement with named parameters (`@name`). Returns the number of changed rows and the last rowid.
   */
  run(text: string, params?: SqlParams): { changes: number; lastId: number };
  get<Row>(text: string, params?: SqlParams): Row | undefined;
  all<Row>(text: string, params?: SqlParams): Row[];
  /** As `all`, with the values of each row in the order of its columns: for many rows, in half of the time. */
  rows<Row extends SqlValue[]>(text: string, params?: SqlParams): Row[];
  /** The values of the one column that the statement gives: for texts of many rows, in half of the time. */
  column<Value extends SqlValue>(text: string, params?: SqlParams): Value[];
  /** Row by row, for results of any length. Nothing may be written before the last one. */
  each<Row>(text: string, params?: SqlParams): Iterable<Row>;
  /** False once SQLite has rolled a transaction back by itself, as it does on a full disk. */
  inTransaction(): boolean;
  close(): void;
}

/** A boolean for SQLite, which has none. */
export const bit = (value: boolean): number => (value ? 1 : 0);

/** How the connection handles a commit. `synchronous` 2 is FULL (sqlite.org/pragma.html#pragma_synchronous). */
export type Connection = { synchronous: number; journalMode: string; foreignKeys: number };

/** The settings of this connection, as SQLite reports them. */
export function connectionOf(sql: Sql): Connection {
  return {
    synchronous: sql.get<{ synchronous: number }>('PRAGMA synchronous')!.synchronous,
    journalMode: sql.get<{ journal_mode: string }>('PRAGMA journal_mode')!.journal_mode,
    foreignKeys: sql.get<{ foreign_keys: number }>('PRAGMA foreign_keys')!.foreign_keys,
  };
}
