/** The schema of the file against the one that the migrations make. */
import type { Sql } from '../sql.ts';
import type { SchemaRow } from './verdict.ts';

/**
 * The tables, indexes and triggers of a file, by name, the figures for SQLite's planner, and the numbers by which programs
 * know it. What SQLite makes for every file is left out.
 */
export const schemaOf = (sql: Sql): SchemaRow[] => [
  ...sql.all<SchemaRow>(
    `SELECT type, name, sql FROM sqlite_schema
     WHERE name <> 'sqlite_sequence' AND name NOT LIKE 'sqlite\\_autoindex\\_%' ESCAPE '\\' ORDER BY type, name`,
  ),
  ...sql.all<SchemaRow>(
    `SELECT 'number' AS type, 'user_version' AS name, CAST(user_version AS TEXT) AS sql FROM pragma_user_version
     UNION ALL SELECT 'number', 'application_id', CAST(application_id AS TEXT) FROM pragma_application_id`,
  ),
  ...figuresOf(sql),
];

/** Others would not change what the records say, but how long an answer takes. */
const figuresOf = (sql: Sql): SchemaRow[] =>
  sql.get(`SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_stat1'`)
    ? sql.all<SchemaRow>(
        `SELECT 'figures' AS type, coalesce(idx, tbl) AS name, group_concat(stat, '; ') AS sql
         FROM sqlite_stat1 GROUP BY 2 ORDER BY 2`,
      )
    : [];

/** What is not as the migrations made it. `where` begins with the kind of the thing. */
export function schemaProblems(sql: Sql, expected: readonly SchemaRow[]): { where: string; meaning: string }[] {
  const found = new Map(schemaOf(sql).map((row) => [`${row.type} ${row.name}`, row.sql]));
  const known = new Set<string>();
  const problems: { where: string; meaning: string }[] = [];
  for (const { type, name, sql: text } of expected) {
    const where = `${type} ${name}`;
    known.add(where);
    const there = found.get(where);
    if (there === undefined) problems.push({ where, meaning: `the ${type} ${name} was removed` });
    else if (there !== text) problems.push({ where, meaning: `the ${type} ${name} is not as this program made it` });
  }
  for (const where of found.keys())
    if (!known.has(where)) problems.push({ where, meaning: `the ${where} is not of this program` });
  for (const { type, name } of misplaced(sql))
    problems.push({ where: `${type} ${name}`, meaning: `the ${type} ${name} belongs to no table of its own` });
  return problems;
}

/** What the schema gives to a table that is not there; also of what SQLite makes for every file. */
const misplaced = (sql: Sql) =>
  sql.all<{ type: string; name: string }>(
    `SELECT type, name FROM sqlite_schema s
     WHERE iif(type = 'table', tbl_name <> name, NOT EXISTS (SELECT 1 FROM sqlite_schema t WHERE t.type = 'table' AND t.name = s.tbl_name))
     ORDER BY type, name`,
  );
