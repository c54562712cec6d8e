/** Finding units. */
import type { UnitRow, UnitState } from '../../contract/model.ts';
import { read, together } from '../call.ts';
import type { Sql, SqlParams } from '../sql.ts';
import { shownState, withScraps } from './scrapped.ts';

export type SearchParams = {
  query?: string | undefined;
  state?: UnitState | undefined;
  orderId?: string | undefined;
  offset?: number;
  limit?: number;
};

type Row = Omit<UnitRow, 'practice'> & { practice: number };

/** The number of rows on a page, unless the caller asks for another number. */
export const pageSize = 100;

const columns = `
  u.unitSerial, ${shownState} AS state, u.model, u.orderId, u.practice, u.hardwareId, j.attempts, j.updatedAt, j.errorCode,
  (SELECT c.certificateId FROM certificates c
    WHERE c.unitSerial = u.unitSerial AND c.state = 'issued') AS certificateId`;
const from = `FROM units u JOIN journalIndex j USING (unitSerial) ${withScraps}`;

/**
 * The units that fit a typed or scanned text. Ids are lower-case hexadecimal, so the beginning of an id is a range of
 * an index.
 */
const hits = `u.unitSerial IN (
  SELECT unitSerial FROM units WHERE unitSerial LIKE @part ESCAPE '\\' OR hardwareId LIKE @beginning ESCAPE '\\'
  UNION SELECT unitSerial FROM units WHERE orderId = @query
  UNION SELECT unitSerial FROM members WHERE thingName = @query
  UNION SELECT unitSerial FROM certificates WHERE certificateId >= @low AND certificateId < @high
  UNION SELECT unitSerial FROM certificates WHERE serialHex >= @low AND serialHex < @high)`;
const onDay = 'u.unitSerial IN (SELECT unitSerial FROM journal WHERE at >= @from AND at < @until)';

type Day = ReturnType<typeof dayOf>;
type Page = { total: number; rows: UnitRow[] };

const findUnits = read((sql, { day, ...search }: SearchParams & { day: Day }): Page => {
  const { offset = 0, limit = pageSize } = search;
  const where: string[] = [];
  const params: SqlParams = {};
  const query = search.query?.trim();
  if (day) {
    where.push(onDay);
    Object.assign(params, day);
  } else if (query) {
    where.push(hits);
    Object.assign(params, termsOf(query));
  }
  if (search.state) {
    const scrapped = search.state === 'scrapped';
    where.push(scrapped ? 's.unitSerial IS NOT NULL' : 'j.state = @state AND s.unitSerial IS NULL');
    if (!scrapped) params.state = search.state;
  }
  if (search.orderId !== undefined) {
    where.push('u.orderId = @orderId');
    params.orderId = search.orderId;
  }
  const condition = where.length === 0 ? '' : `WHERE ${where.join(' AND ')}`;
  const { total } = sql.get<{ total: number }>(`SELECT count(*) AS total ${from} ${condition}`, params)!;
  const rows = sql
    .all<Row>(`SELECT ${columns} ${from} ${condition} ORDER BY j.entryId DESC LIMIT @limit OFFSET @offset`, {
      ...params,
      limit,
      offset,
    })
    .map(withPractice);
  return { total, rows };
});

/**
 * A page of units, the latest change first; `total` counts all that match. `query` matches part of a unit serial, the
 * beginning of a certificateId, certificate serial or hardware id, a whole order id or thing name, or a local date
 * `yyyy-mm-dd`. The thread that asks works out the day, because it knows a changed time zone and the reader's thread
 * does not.
 */
export const listUnits = together(
  { findUnits },
  (ask, search: SearchParams): Promise<Page> => ask.findUnits({ ...search, day: dayOf(search.query) }),
);

const withPractice = (row: Row): UnitRow => ({ ...row, practice: row.practice === 1 });

/** One unit's row as `listUnits` has it; undefined for an unknown unit serial. */
export function findUnitRow(sql: Sql, unitSerial: string): UnitRow | undefined {
  const row = sql.get<Row>(`SELECT ${columns} ${from} WHERE u.unitSerial = @unitSerial`, { unitSerial });
  return row && withPractice(row);
}

/** The parameters of `hits` for a typed or scanned text. */
export function termsOf(query: string): SqlParams {
  const literal = query.replace(/[\\%_]/g, '\\$&');
  const id = query.toLowerCase();
  return { query, part: `%${literal}%`, beginning: `${literal}%`, low: id, high: `${id}\u{10ffff}` };
}

/** The local day `yyyy-mm-dd` as a range of ISO 8601 UTC times; undefined for other texts. */
export function dayOf(query: string | undefined): { from: string; until: string } | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(query?.trim() ?? '');
  if (!match) return undefined;
  const [year, month, day] = [Number(match[1]), Number(match[2]) - 1, Number(match[3])];
  return { from: new Date(year, month, day).toISOString(), until: new Date(year, month, day + 1).toISOString() };
}
