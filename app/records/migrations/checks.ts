/** Pieces of SQL that migrations share; firstSchema has its own, as a migration that was released is never edited. */

/** ISO 8601 UTC text. */
export const time = (column: string): string =>
  `CHECK (${column} GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T*Z')`;

/** What is written there is never changed and never removed, nor replaced: REPLACE fires no delete trigger by itself. */
export const appendOnly = (table: string, key: string): string => `
CREATE TRIGGER ${table}NoReplace BEFORE INSERT ON ${table} WHEN EXISTS (SELECT 1 FROM ${table} WHERE ${key} = NEW.${key})
BEGIN SELECT RAISE(ABORT, '${table} is append-only'); END;
CREATE TRIGGER ${table}NoUpdate BEFORE UPDATE ON ${table} BEGIN SELECT RAISE(ABORT, '${table} is append-only'); END;
CREATE TRIGGER ${table}NoDelete BEFORE DELETE ON ${table} BEGIN SELECT RAISE(ABORT, '${table} is append-only'); END;
`;
