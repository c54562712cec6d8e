/**
 * The bytes of a leaf: canonical JSON (RFC 8785) in UTF-8. The data of an entry is stored as canonical JSON, so that a
 * leaf is put together from the columns of its row.
 */
import canonicalize from 'canonicalize';
import type { Sql, SqlParams } from '../sql.ts';

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

const quote = JSON.stringify;
const maybe = (text: string | null): string => (text === null ? 'null' : quote(text));
const hex = (bytes: Uint8Array | null): string =>
  bytes === null ? 'null' : `"${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}"`;

/** The leaf of a row. The members are in the order of RFC 8785 section 3.2.3. */
const leafOf: { [S in Source]: (row: Rows[S]) => string } = {
  audit: ({ id, at, entry, actor, subject, data }) =>
    `{"actor":${quote(actor)},"at":${quote(at)},"data":${data},"entry":${quote(entry)},"kind":"audit","seq":${id},"subject":${quote(subject)}}`,
  journal: (row) =>
    `{"actor":${quote(row.actor)},"at":${quote(row.at)},"attempt":${row.attempt},"data":${row.data},"entry":${quote(row.entry)},"entryId":${row.id},"kind":"journal","ms":${row.ms},"position":${row.position},"state":${maybe(row.state)},"step":${maybe(row.step)},"unitSerial":${quote(row.unitSerial)}}`,
  statement: ({ id, ofTable, rowKey, digest }) =>
    `{"digest":${hex(digest)},"id":${id},"key":${rowKey},"kind":"row","of":${quote(ofTable)}}`,
};

/** `adopted`: the row was there before the log, and its data may not be canonical JSON. */
export function leafText<S extends Source>(source: S, row: Rows[S], adopted = false): string {
  const old = adopted && 'data' in row ? { ...row, data: canonicalText(row.data) } : row;
  return leafOf[source](old);
}

/** What is no JSON stays as it is: another program wrote it, and the leaf's hash says so. */
function canonicalText(data: string): string {
  try {
    return canonical(JSON.parse(data));
  } catch {
    return data;
  }
}

const columns: Record<Source, string> = {
  audit: 'SELECT seq AS id, at, entry, actor, subject, data FROM audit WHERE seq',
  journal:
    'SELECT entryId AS id, unitSerial, position, at, attempt, entry, step, actor, ms, data, state FROM journal WHERE entryId',
  statement: 'SELECT statementId AS id, ofTable, rowKey, digest FROM logStatements WHERE statementId',
};
const keyOf: Record<Source, string> = { audit: 'seq', journal: 'entryId', statement: 'statementId' };

/** The rows of a source in the order of the log, from `from` to `to`, at most `limit`; `and` narrows them. */
export const rowsOf = <S extends Source>(
  sql: Sql,
  source: S,
  from: number,
  to: number,
  limit: number,
  and: { where: string; params: SqlParams } = { where: '', params: {} },
): Rows[S][] =>
  sql.all<Rows[S]>(`${columns[source]} BETWEEN @from AND @to${and.where} ORDER BY ${keyOf[source]} LIMIT @limit`, {
    ...and.params,
    from,
    to,
    limit,
  });

/** The rows of a source with these ids, in the order of the log. */
export const rowsAmong = <S extends Source>(sql: Sql, source: S, ids: readonly number[]): Rows[S][] =>
  sql.all<Rows[S]>(`${columns[source]} IN (SELECT value FROM json_each(@ids)) ORDER BY ${keyOf[source]}`, {
    ids: JSON.stringify(ids),
  });
