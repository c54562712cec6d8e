/**
 * Tables whose rows follow from rows of others: computed again and compared, slice by slice. A million units are read so in
 * some megabytes of memory.
 */
import { memberProblems } from '../batches/membership.ts';
import { journalNames } from '../entrynames.ts';
import { resultsOf } from '../migrations/resultcounts.ts';
import { countProblems } from '../orders/counts.ts';
import type { Sql } from '../sql.ts';
import { endOfIds } from './leaves.ts';
import { dayRanges, type Range, unitRanges } from './slices.ts';

const inRange = (column: string) => `${column} >= @from AND ${column} < @to`;

const serials = (sql: Sql, text: string, range: Range): string[] =>
  sql.all<{ unitSerial: string }>(text, range).map(({ unitSerial }) => unitSerial);

/** Units whose journal does not have the positions 1, 2, 3 … */
const gaps = (sql: Sql, range: Range): string[] =>
  serials(
    sql,
    `SELECT unitSerial FROM journal WHERE ${inRange('unitSerial')} GROUP BY unitSerial
     HAVING max(position) <> count(*) OR min(position) <> 1`,
    range,
  );

/** Units that were scrapped or not, and whose journal says otherwise. */
const strayScraps = (sql: Sql, range: Range): string[] =>
  serials(
    sql,
    `SELECT unitSerial FROM units u WHERE ${inRange('unitSerial')} AND EXISTS (SELECT 1 FROM scraps s WHERE s.unitSerial = u.unitSerial)
       <> EXISTS (SELECT 1 FROM journal j WHERE j.unitSerial = u.unitSerial AND j.entry = ${journalNames('unit.scrapped')})`,
    range,
  );

/** Units whose row in the journal's index differs from their journal. */
const strayIndex = (sql: Sql, range: Range): string[] =>
  serials(
    sql,
    `WITH said AS MATERIALIZED (SELECT unitSerial, state, data, max(entryId) FROM journal
         WHERE ${inRange('unitSerial')} AND state IS NOT NULL GROUP BY unitSerial),
       ends AS MATERIALIZED (SELECT unitSerial, max(entryId) AS entryId, max(attempt) AS attempts FROM journal
         WHERE ${inRange('unitSerial')} GROUP BY unitSerial)
     SELECT u.unitSerial FROM units u
     LEFT JOIN said USING (unitSerial) LEFT JOIN ends USING (unitSerial) LEFT JOIN journalIndex j USING (unitSerial)
     LEFT JOIN journal e ON e.entryId = ends.entryId
     WHERE ${inRange('u.unitSerial')} AND ((j.unitSerial IS NOT NULL AND (j.orderId IS NOT u.orderId OR j.model IS NOT u.model))
       OR j.state IS NOT said.state OR j.entryId IS NOT ends.entryId OR j.attempts IS NOT ends.attempts
       OR j.updatedAt IS NOT e.at OR j.errorCode IS NOT json_extract(said.data, '$.error.code'))
     UNION SELECT unitSerial FROM journalIndex i WHERE ${inRange('unitSerial')}
       AND NOT EXISTS (SELECT 1 FROM units n WHERE n.unitSerial = i.unitSerial)`,
    range,
  );

/** Orders whose counts of first connections differ from the connections. */
function strayCounts(sql: Sql): string[] {
  return sql
    .all<{ orderId: string }>(
      `WITH counted AS (SELECT orderId, target, state, coalesce(reason, '') AS reason, count(*) AS units
         FROM firstConnections GROUP BY 1, 2, 3, 4),
       kept AS (SELECT orderId, target, state, reason, units FROM connectionCounts WHERE units <> 0)
       SELECT orderId FROM (SELECT * FROM counted EXCEPT SELECT * FROM kept)
       UNION SELECT orderId FROM (SELECT * FROM kept EXCEPT SELECT * FROM counted)`,
    )
    .map((row) => row.orderId);
}

/** Rows that only one of the two has: what is counted, and what is kept. */
const differing = (column: string, counted: string, kept: string): string => `
  WITH counted AS MATERIALIZED (${counted}), kept AS (${kept})
  SELECT ${column} FROM (SELECT * FROM counted EXCEPT SELECT * FROM kept)
  UNION SELECT ${column} FROM (SELECT * FROM kept EXCEPT SELECT * FROM counted)`;

/** Days whose book differs from the entries of the journals. */
const strayDays = (sql: Sql, range: Range): string[] =>
  sql
    .all<{ day: string }>(
      differing(
        'day',
        `SELECT substr(at, 1, 10) AS day, min(entryId), max(entryId) FROM journal WHERE ${inRange('at')} GROUP BY 1`,
        `SELECT * FROM journalDays WHERE ${inRange('day')}`,
      ),
      range,
    )
    .map((row) => row.day);

/** Quarters of an hour whose counts of attempts or of steps differ from the journal. */
const strayResults = (sql: Sql, range: Range): string[] =>
  Object.entries(resultsOf(`(SELECT * FROM journal WHERE ${inRange('at')}) j`)).flatMap(([kept, counted]) =>
    sql
      .all<{ quarter: string }>(
        differing('quarter', counted, `SELECT * FROM ${kept} WHERE ${inRange('quarter')}`),
        range,
      )
      .map((row) => row.quarter),
  );

const sliceEntries = 10_000;

/** Days whose book differs from the entries of the audit log, which has no index by time. */
function* strayAuditDays(sql: Sql): Generator<string[]> {
  type Book = { day: string; entry: string; actor: string; entries: number; firstSeq: number; lastSeq: number };
  const counted = new Map<string, Book>();
  const nameOf = ({ day, entry, actor }: Book) => JSON.stringify([day, entry, actor]);
  for (let after = -endOfIds; ; ) {
    const found = sql.all<Book>(
      `SELECT substr(at, 1, 10) AS day, entry, actor, count(*) AS entries, min(seq) AS firstSeq, max(seq) AS lastSeq
       FROM (SELECT * FROM audit WHERE seq > @after AND seq <= @end ORDER BY seq LIMIT ${sliceEntries}) GROUP BY 1, 2, 3`,
      { after, end: endOfIds },
    );
    if (found.length === 0) break;
    for (const book of found) {
      const before = counted.get(nameOf(book));
      if (before === undefined) counted.set(nameOf(book), book);
      else {
        before.entries += book.entries;
        before.lastSeq = book.lastSeq;
      }
      after = Math.max(after, book.lastSeq);
    }
    yield [];
  }
  const kept = sql.all<Book>('SELECT day, entry, actor, entries, firstSeq, lastSeq FROM auditDays');
  const differ = kept.filter((book) => {
    const own = counted.get(nameOf(book));
    counted.delete(nameOf(book));
    return own?.entries !== book.entries || own.firstSeq !== book.firstSeq || own.lastSeq !== book.lastSeq;
  });
  yield [...new Set([...differ, ...counted.values()].map(({ day }) => day))];
}

/**
 * Tables whose next number is not the one after their last. Of none is a row removed, but of events, which go in their
 * order up to the one that is kept as the last to go.
 */
function strayNumbers(sql: Sql): string[] {
  return sql
    .all<{ name: string; seq: number; rows: number }>(
      'SELECT name, seq, count(*) AS rows FROM sqlite_sequence GROUP BY 1',
    )
    .flatMap(({ name, seq, rows }) => {
      // SQLite counts in one of two rows, and the other one stays behind.
      if (rows > 1) return [name];
      const known = numbered.find((table) => table === name);
      if (known === undefined) return [name];
      const last = `SELECT coalesce(max(rowid), 0) FROM ${known}`;
      const gone = known === 'outbox' ? 'SELECT removed FROM outboxMark' : '0';
      return sql.get(`SELECT 1 WHERE @seq = max((${last}), coalesce((${gone}), 0))`, { seq }) ? [] : [name];
    })
    .concat(
      numbered.filter((name) =>
        sql.get(
          `SELECT 1 FROM ${name} WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = '${name}') LIMIT 1`,
        ),
      ),
    );
}
const numbered = ['audit', 'journal', 'outbox', 'claims', 'awsRequests'] as const;

const bookOf = (day: string): string => `the book of ${day} does not agree with its entries`;

/** Tables with rows whose parents are missing, table by table. */
function* orphans(sql: Sql): Generator<string[]> {
  const tables = sql.all<{ name: string }>(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY rowid`);
  for (const { name } of tables)
    yield sql.all(`PRAGMA foreign_key_check(${name})`).map(() => `${name} has a row without its parent`);
}

/** Each difference as a sentence. What comes together was found in one step. */
export function* derivedProblems(sql: Sql): Generator<string[]> {
  yield strayNumbers(sql).map((name) => `the next number of ${name} does not follow from its rows`);
  yield* orphans(sql);
  for (const range of unitRanges(sql))
    yield [
      ...gaps(sql, range).map((unitSerial) => `the journal of ${unitSerial} has a gap`),
      ...strayScraps(sql, range).map((unitSerial) => `the journal of ${unitSerial} does not say that it was scrapped`),
      ...strayIndex(sql, range).map((unitSerial) => `the index does not agree with the journal of ${unitSerial}`),
    ];
  for (const range of dayRanges(sql)) {
    yield strayDays(sql, range).map(bookOf);
    yield strayResults(sql, range).map(
      (quarter) => `the counts of results of ${quarter} do not agree with the journal`,
    );
  }
  for (const days of strayAuditDays(sql)) yield days.map(bookOf);
  yield* countProblems(sql);
  yield strayCounts(sql).map((orderId) => `the counts of first connections of ${orderId} do not agree with them`);
  yield* memberProblems(sql);
}
