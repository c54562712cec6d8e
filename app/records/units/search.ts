/** Finding units. */
import { dayAsWritten } from '../../contract/days.ts';
import type { UnitFilter, UnitOrder } from '../../contract/desk.ts';
import type { UnitRow } from '../../contract/model.ts';
import { read, together } from '../call.ts';
import type { Sql, SqlParams } from '../sql.ts';
import { behind, countWindow, type Order, orderText, type Part, pageSize, type WindowPage } from '../windows.ts';
import { candidatesOf } from './candidates.ts';
import { shownState, withScraps } from './scrapped.ts';

export type SearchParams = UnitFilter & Part;

type Row = Omit<UnitRow, 'practice'> & { practice: number };

const columns = `
  u.unitSerial, ${shownState} AS state, u.model, u.orderId, u.practice, u.hardwareId, j.attempts, j.updatedAt, j.errorCode,
  (SELECT c.certificateId FROM certificates c
    WHERE c.unitSerial = u.unitSerial AND c.state = 'issued') AS certificateId`;
const from = `FROM units u JOIN journalIndex j USING (unitSerial) ${withScraps}`;

/** Each is an order of an index, so that a page costs the same wherever it is. */
const orders: Record<UnitOrder, Omit<Order, 'descending'>> = {
  updatedAt: { tie: 'j.entryId' },
  unitSerial: { key: 'j.unitSerial', tie: 'j.entryId' },
  orderId: { key: 'j.orderId', tie: 'j.entryId' },
  model: { key: 'j.model', tie: 'j.entryId' },
};
const onDay = 'j.unitSerial IN (SELECT unitSerial FROM journal WHERE at >= @dayFrom AND at < @dayUntil)';

type Day = ReturnType<typeof dayOf>;
/** `mark`: the last entry of any journal at that moment. `orderedBy`: see `listUnits`. */
export type UnitPage = WindowPage<UnitRow> & { mark: number; orderedBy: UnitOrder };

const findUnits = read((sql, { day, ...search }: SearchParams & { day: Day }): UnitPage => {
  const { after, offset = 0, limit = pageSize } = search;
  const params: SqlParams = {};
  const { where, tooMany } = conditionsOf(sql, search, day, params);
  const orderedBy = tooMany ? 'unitSerial' : (search.orderBy ?? 'updatedAt');
  const order = { ...orders[orderedBy], descending: search.descending ?? orderedBy === 'updatedAt' };
  const further = behind(order, after, params);
  const all = further ? [...where, further] : where;
  const condition = all.length === 0 ? '' : `WHERE ${all.join(' AND ')}`;
  const counted = countWindow(sql, `SELECT 1 FROM journalIndex j ${condition}`, params);
  const key = order.key ?? 'NULL';
  // Only the rows of this page are looked up; those before them are passed in the index.
  const rows = sql.all<Row & { pageKey: string | null; pageTie: number }>(
    `SELECT ${columns}, p.pageKey, p.pageTie FROM (SELECT j.unitSerial, ${key} AS pageKey, j.entryId AS pageTie FROM journalIndex j
       ${condition} ORDER BY ${orderText(order)} LIMIT @limit OFFSET @offset) p
     JOIN units u USING (unitSerial) JOIN journalIndex j USING (unitSerial) ${withScraps}
     ORDER BY ${order.key === undefined ? '' : `p.pageKey${order.descending ? ' DESC' : ''}, `}p.pageTie${order.descending ? ' DESC' : ''}`,
    { ...params, limit, offset },
  );
  const end = rows.at(-1);
  const isLast = offset + rows.length >= counted.total && !counted.more;
  const { mark } = sql.get<{ mark: number }>('SELECT coalesce(max(entryId), 0) AS mark FROM journalIndex')!;
  return {
    ...counted,
    rows: rows.map(({ pageKey, pageTie, ...row }) => withPractice(row)),
    next: end && !isLast ? { key: end.pageKey ?? 0, tie: end.pageTie } : null,
    mark,
    orderedBy,
  };
});

/** The conditions on `journalIndex j`. `tooMany`: the text fits more units than a window takes. */
function conditionsOf(
  sql: Sql,
  search: SearchParams,
  day: Day,
  params: SqlParams,
): { where: string[]; tooMany: boolean } {
  const where: string[] = [];
  const { state, orderId, model, errorCode, since, until } = search;
  const query = search.query?.trim();
  let tooMany = false;
  if (day) {
    where.push(onDay);
    Object.assign(params, { dayFrom: day.from, dayUntil: day.until });
  } else if (query) {
    const { serials, more } = candidatesOf(sql, query, orderId);
    tooMany = more;
    if (more) {
      where.push(`j.unitSerial LIKE @part ESCAPE '\\'`);
      params.part = `%${query.replace(/[\\%_]/g, '\\$&')}%`;
    } else {
      where.push('j.unitSerial IN (SELECT value FROM json_each(@serials))');
      params.serials = JSON.stringify(serials);
    }
  }
  const scrapped = 'EXISTS (SELECT 1 FROM scraps s WHERE s.unitSerial = j.unitSerial)';
  if (state === 'scrapped') where.push('j.unitSerial IN (SELECT unitSerial FROM scraps)');
  else if (state) {
    // Without statistics SQLite cannot know that an order, a model or an error narrows more than a state does.
    const narrower = orderId ?? model ?? errorCode;
    where.push(`${narrower === undefined ? '' : '+'}j.state = @state AND NOT ${scrapped}`);
    params.state = state;
  }
  const chosen = Object.entries({ orderId, errorCode, model }).filter(([, value]) => value !== undefined);
  for (const [index, [column, value]] of chosen.entries()) {
    if (value === undefined) continue;
    where.push(`${index === 0 ? '' : '+'}j.${column} = @${column}`);
    params[column] = value;
  }
  if (since !== undefined || until !== undefined) {
    where.push(...periodOf(sql, since, until, params));
  }
  return { where, tooMany };
}

const firstTime = '0000';
const lastTime = '9999';

/** The last change of a unit in a period: its exact time, and the span of entries that these days have. */
function periodOf(sql: Sql, since = firstTime, until = lastTime, params: SqlParams): string[] {
  const days = { fromDay: since.slice(0, 10), untilDay: until.slice(0, 10) };
  const span = sql.get<{ first: number | null; last: number | null }>(
    'SELECT min(firstEntry) AS first, max(lastEntry) AS last FROM journalDays WHERE day >= @fromDay AND day <= @untilDay',
    days,
  );
  Object.assign(params, { since, until, firstEntry: span?.first ?? 0, lastEntry: span?.last ?? -1 });
  return ['j.entryId >= @firstEntry AND j.entryId <= @lastEntry', 'j.updatedAt >= @since AND j.updatedAt < @until'];
}

/**
 * A page of units, the latest change first unless `orderBy` says otherwise. `query` matches part of a unit serial, the
 * beginning of a certificateId, certificate serial or hardware id, a whole order id or thing name, or a local date
 * `yyyy-mm-dd`. A text that fits more than a window of units is answered in the order of unit serials, as `orderedBy`
 * says. The thread that asks works out the day, because it knows a changed time zone and the reader's thread does not.
 */
export const listUnits = together(
  { findUnits },
  (ask, search: SearchParams): Promise<UnitPage> => ask.findUnits({ ...search, day: dayOf(search.query) }),
);

const withPractice = (row: Row): UnitRow => ({ ...row, practice: row.practice === 1 });

/** One unit's row as `listUnits` has it; undefined for an unknown unit serial. */
export function findUnitRow(sql: Sql, unitSerial: string): UnitRow | undefined {
  const row = sql.get<Row>(`SELECT ${columns} ${from} WHERE u.unitSerial = @unitSerial`, { unitSerial });
  return row && withPractice(row);
}

/** The local day `yyyy-mm-dd` as a range of ISO 8601 UTC times; undefined for other texts. */
export const dayOf = (query: string | undefined): { from: string; until: string } | undefined =>
  dayAsWritten(query?.trim() ?? '');
