/**
 * The bytes of a leaf: canonical JSON (RFC 8785) in UTF-8. SQLite puts it together from the columns of its row, so that a
 * leaf comes as one text: each value of its own would cost as much as the leaf's hash.
 */
import canonicalize from 'canonicalize';
import type { Sql, SqlParams, SqlValue } from '../sql.ts';

/** RFC 8785. The value is what JSON.stringify takes, and its undefined members are left out. */
export const canonical = (value: unknown): string => canonicalize(value) as string;

export type AuditRow = { id: number; at: string; entry: string; actor: string; subject: string; data: string };
export type JournalRow = {
  id: number;
  unitSerial: string;
  position: number;
  at: string;
  attempt: number;
  entry: string;
  step: string | null;
  actor: string;
  ms: number | null;
  data: string;
  state: string | null;
};
export type StatementRow = { id: number; ofTable: string; rowKey: string; digest: Uint8Array | null };
export type Rows = { audit: AuditRow; journal: JournalRow; statement: StatementRow };
export type Source = keyof Rows;
export type Leaf = { id: number; text: string };

/**
 * A piece of a leaf as an expression of SQL. Some are for JavaScript to say: of a number with a fraction SQLite writes 15
 * digits, and the data of an entry is stored as canonical JSON only since there is a log.
 */
type Piece = { sql: string; by?: 'number' | 'data' };
const plain = (column: string): Piece => ({ sql: column });
const text = (column: string): Piece => ({ sql: `json_quote(${column})` });
const real = (column: string): Piece => ({ sql: column, by: 'number' });
const data: Piece = { sql: 'data', by: 'data' };
const hex = (column: string): Piece => ({ sql: `iif(${column} IS NULL, 'null', '"' || lower(hex(${column})) || '"')` });

const leaf = (literals: TemplateStringsArray, ...pieces: Piece[]): Piece[] =>
  literals.flatMap((literal, at) => [{ sql: `'${literal}'` }, ...pieces.slice(at, at + 1)]);

/** The members are in the order of RFC 8785 section 3.2.3. */
const leafOf: Record<Source, Piece[]> = {
  audit: leaf`{"actor":${text('actor')},"at":${text('at')},"data":${data},"entry":${text('entry')},"kind":"audit","seq":${plain('seq')},"subject":${text('subject')}}`,
  journal: leaf`{"actor":${text('actor')},"at":${text('at')},"attempt":${plain('attempt')},"data":${data},"entry":${text('entry')},"entryId":${plain('entryId')},"kind":"journal","ms":${real('ms')},"position":${plain('position')},"state":${text('state')},"step":${text('step')},"unitSerial":${text('unitSerial')}}`,
  statement: leaf`{"digest":${hex('digest')},"id":${plain('statementId')},"key":${plain('rowKey')},"kind":"row","of":${text('ofTable')}}`,
};

/** Pieces that SQL says come together in one column. */
type Column = { name: string; sql: string; by: Piece['by'] };

function columnsOf(source: Source, isAdopted: boolean): Column[] {
  const columns: { said: string[]; by: Piece['by'] }[] = [];
  for (const { sql, by } of leafOf[source]) {
    const alone = by === 'data' && !isAdopted ? undefined : by;
    const last = columns.at(-1);
    if (alone === undefined && last && last.by === undefined) last.said.push(sql);
    else columns.push({ said: [sql], by: alone });
  }
  return columns.map(({ said, by }, at) => ({
    name: `piece${at}`,
    sql: by === undefined ? `concat(${said.join(', ')})` : said.join(),
    by,
  }));
}

const selectionOf = (columns: readonly Column[]): string =>
  columns.map(({ sql, name }) => `${sql} AS ${name}`).join(', ');

function textOf(columns: readonly Column[], row: Record<string, SqlValue>, isAdopted: boolean): string {
  let text = '';
  for (const { name, by } of columns) {
    const said = row[name]!;
    text += by === 'data' && isAdopted ? canonicalText(said as string) : said;
  }
  return text;
}

/** What is no JSON stays as it is: another program wrote it, and the leaf's hash says so. */
function canonicalText(data: string): string {
  try {
    const said = canonical(JSON.parse(data));
    // Of a name that stands twice SQLite reads the first value, and JSON.parse the last.
    return namesIn(said) === namesIn(data) ? said : data;
  } catch {
    return data;
  }
}
/** How many names the objects of a JSON text have. */
const namesIn = (json: string): number =>
  [...json.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)].filter(([, colon]) => colon !== undefined).length;

const tables: Record<Source, { name: string; key: string; columns: string }> = {
  audit: { name: 'audit', key: 'seq', columns: 'at, entry, actor, subject, data' },
  journal: {
    name: 'journal',
    key: 'entryId',
    columns: 'unitSerial, position, at, attempt, entry, step, actor, ms, data, state',
  },
  statement: { name: 'logStatements', key: 'statementId', columns: 'ofTable, rowKey, digest' },
};

const each = <T>(make: (source: Source) => T): Record<Source, T> => ({
  audit: make('audit'),
  journal: make('journal'),
  statement: make('statement'),
});

const between = (source: Source): string => {
  const { name, key } = tables[source];
  return `FROM ${name} WHERE ${key} BETWEEN @from AND @to ORDER BY ${key} LIMIT @limit`;
};
const known = each((source) =>
  [false, true].map((isAdopted) => {
    const columns = columnsOf(source, isAdopted);
    return { columns, select: `SELECT ${selectionOf(columns)} ${between(source)}` };
  }),
);
const selectIds = each((source) => `SELECT ${tables[source].key} ${between(source)}`);

/** The largest id that a number of JavaScript holds, and the smallest with a minus before it. */
export const endOfIds = Number.MAX_SAFE_INTEGER;
const selectBeyond = each((source) => {
  const { name, key } = tables[source];
  const beyond = (where: string) => `SELECT * FROM (SELECT CAST(${key} AS TEXT) FROM ${name} WHERE ${where} LIMIT 20)`;
  return `${beyond(`${key} < -@end`)} UNION ALL ${beyond(`${key} > @end`)}`;
});
/** Ids beyond them, as text, at most 20 at each end. No station comes so far: another program wrote the rows. */
export const idsBeyond = (sql: Sql, source: Source): string[] =>
  sql.column<string>(selectBeyond[source], { end: endOfIds });

type Span = {
  from: number;
  to: number;
  /** At most so many. */
  limit: number;
  /** The rows were there before the log, and their data may not be canonical JSON. */
  adopted?: boolean;
};

function textsOf(sql: Sql, source: Source, { adopted = false, ...params }: Span): string[] {
  const { columns, select } = known[source][adopted ? 1 : 0]!;
  if (columns.length === 1) return sql.column<string>(select, params);
  return sql.all<Record<string, SqlValue>>(select, params).map((row) => textOf(columns, row, adopted));
}

/**
 * The leaves of a source from id `from` to `to` in the order of the log. Ids have no gaps in most places, and then the
 * texts alone say which they are: each has its id, so that another one is another leaf.
 */
export function leavesIn(sql: Sql, source: Source, span: Span): Leaf[] {
  const { from, to, limit } = span;
  const last = Math.min(to, from + limit - 1);
  const texts = textsOf(sql, source, { ...span, to: last });
  if (texts.length === last - from + 1) return texts.map((text, at) => ({ id: from + at, text }));
  const ids = sql.column<number>(selectIds[source], { from, to, limit });
  const end = ids.at(-1) ?? last;
  const all = end <= last ? texts : textsOf(sql, source, { ...span, from: ids[0]!, to: end });
  return ids.map((id, at) => ({ id, text: all[at] ?? '' }));
}

/** Rows whose columns are shown beside their leaf, which comes in pieces: who reads them knows later which are adopted. */
const shown = each((source) => {
  const { name, key, columns } = tables[source];
  const pieces = columnsOf(source, true);
  return { pieces, key, select: `SELECT ${key} AS id, ${columns}, ${selectionOf(pieces)} FROM ${name} WHERE ${key}` };
});

/** The rows of a source in the order of the log, from `from` to `to`, at most `limit`; `and` narrows them. */
export const rowsOf = <S extends Source>(
  sql: Sql,
  source: S,
  from: number,
  to: number,
  limit: number,
  and: { where: string; params: SqlParams } = { where: '', params: {} },
): Rows[S][] =>
  sql.all<Rows[S]>(
    `${shown[source].select} BETWEEN @from AND @to${and.where} ORDER BY ${shown[source].key} LIMIT @limit`,
    { ...and.params, from, to, limit },
  );

/** The rows of a source with these ids, in the order of the log. */
export const rowsAmong = <S extends Source>(sql: Sql, source: S, ids: readonly number[]): Rows[S][] =>
  sql.all<Rows[S]>(`${shown[source].select} IN (SELECT value FROM json_each(@ids)) ORDER BY ${shown[source].key}`, {
    ids: JSON.stringify(ids),
  });

/** The leaf of a row of `rowsOf` or `rowsAmong`. `adopted` as in a span. */
export const leafText = (source: Source, row: Rows[Source], adopted: boolean): string =>
  textOf(shown[source].pieces, row as unknown as Record<string, SqlValue>, adopted);
