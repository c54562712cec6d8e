/** The schema of the file against the one that the migrations make. */
import type { Sql } from '../sql.ts';
import type { SchemaRow } from './verdict.ts';

/**
 * All rows of a file's schema, by name, with the table that each belongs to; the figures for SQLite's planner; and the
 * numbers by which programs know the file. Where a row lies in the file is left out.
 */
export const schemaOf = (sql: Sql): SchemaRow[] => [
  ...sql.all<SchemaRow>(
    `SELECT type, name, tbl_name || ': ' || coalesce(sql, 'made by SQLite') AS sql FROM sqlite_schema ORDER BY type, name`,
  ),
  ...sql.all<SchemaRow>(
    `SELECT 'number' AS type, 'user_version' AS name, CAST(user_version AS TEXT) AS sql FROM pragma_user_version
     UNION ALL SELECT 'number', 'application_id', CAST(application_id AS TEXT) FROM pragma_application_id`,
  ),
  ...figuresOf(sql),
];

/** Others would not change what the records say, but how long an answer takes. */
const figuresOf = (sql: Sql): SchemaRow[] =>
  sql
    .all<{ name: string }>(
      `SELECT name FROM sqlite_schema WHERE type = 'table' AND name IN ('sqlite_stat1', 'sqlite_stat4')`,
    )
    .flatMap(({ name }) =>
      sql.all<SchemaRow>(
        `SELECT 'figures' AS type, coalesce(idx, tbl) AS name, group_concat(stat, '; ') AS sql
         FROM (SELECT tbl, idx, ${name === 'sqlite_stat1' ? 'stat' : `'sampled: ' || quote(sample) AS stat`} FROM ${name}) GROUP BY 2 ORDER BY 2`,
      ),
    );

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
  return problems;
}
