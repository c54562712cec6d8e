/** Pieces of SQL that migrations share. firstschema.ts has its own, because a released migration is never edited. */

/** The check that a column holds ISO 8601 UTC text. */
export const time = (column: string): string =>
  `CHECK (${column} GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T*Z')`;

/** Triggers that keep rows from being changed, removed or replaced. REPLACE fires no delete trigger by itself. */
export const appendOnly = (table: string, key: string): string => `
CREATE TRIGGER ${table}NoReplace BEFORE INSERT ON ${table} WHEN EXISTS (SELECT 1 FROM ${table} WHERE ${key} = NEW.${key})
BEGIN SELECT RAISE(ABORT, '${table} is append-only'); END;
CREATE TRIGGER ${table}NoUpdate BEFORE UPDATE ON ${table} BEGIN SELECT RAISE(ABORT, '${table} is append-only'); END;
CREATE TRIGGER ${table}NoDelete BEFORE DELETE ON ${table} BEGIN SELECT RAISE(ABORT, '${table} is append-only'); END;
`;
