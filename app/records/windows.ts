/** Lists in windows: a page is found by its key, and no count goes further than a window. */
import { type ListCursor, windowRows } from '../contract/desk.ts';
import type { Sql, SqlParams } from './sql.ts';

/** The number of rows on a page, unless the caller asks for another number. */
export const pageSize = 100;

export type Part = { after?: ListCursor | undefined; offset?: number | undefined; limit?: number | undefined };
export type WindowPage<Row> = { total: number; more: boolean; rows: Row[]; next: ListCursor | null };

/** `key` and `tie` are columns; where `key` is left out, `tie` alone is the order. */
export type Order = { key?: string; tie: string; descending: boolean };

/** The terms of an ORDER BY. */
export const orderText = ({ key, tie, descending }: Order): string =>
  [...(key === undefined ? [] : [key]), tie].map((column) => `${column}${descending ? ' DESC' : ''}`).join(', ');

/** The condition for rows behind `after`; undefined for the first window. */
export function behind(
  { key, tie, descending }: Order,
  after: ListCursor | undefined,
  params: SqlParams,
): string | undefined {
  if (!after) return undefined;
  params.afterTie = after.tie;
  const sign = descending ? '<' : '>';
  if (key === undefined) return `${tie} ${sign} @afterTie`;
  params.afterKey = after.key;
  return `(${key}, ${tie}) ${sign} (@afterKey, @afterTie)`;
}

/** Counts the rows of the window; `text` selects one row for each, with any order. */
export function countWindow(sql: Sql, text: string, params: SqlParams): { total: number; more: boolean } {
  const { count } = sql.get<{ count: number }>(
    `SELECT count(*) AS count FROM (${text} LIMIT ${windowRows + 1})`,
    params,
  )!;
  return { total: Math.min(count, windowRows), more: count > windowRows };
}
