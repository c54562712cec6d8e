/** The lists of QA's desk as files for other programs: the rows, the order and the columns that a person sees. */
import { z } from 'zod';
import { csvCell } from './csv.ts';
import { auditFilter, certificateFilter, type ListCursor, type UnitOrder, unitFilter } from './desk.ts';
import { plantUnitFilter } from './plantdesk.ts';

/** Which rows: a list with its filter and its order. */
export const listAsked = z.discriminatedUnion('list', [
  z.strictObject({ list: z.literal('units'), filter: unitFilter }),
  z.strictObject({ list: z.literal('certificates'), filter: certificateFilter }),
  z.strictObject({ list: z.literal('audit'), filter: auditFilter }),
  z.strictObject({ list: z.literal('plant'), filter: plantUnitFilter }),
]);
export type ListAsked = z.infer<typeof listAsked>;

export const listFormat = z.enum(['csv', 'jsonl']);
export type ListFormat = z.infer<typeof listFormat>;

/** `columns` are names of fields of a row, in the order in which they are shown. */
export const listFile = z.strictObject({
  asked: listAsked,
  format: listFormat,
  columns: z.array(z.string().min(1).max(40)).min(1).max(30),
});
export type ListFile = z.infer<typeof listFile>;

export const listMethods = {
  units: 'units.list',
  certificates: 'certificates.list',
  audit: 'audit.list',
  plant: 'plant.units',
} as const;

type Row = Record<string, unknown>;
type Page = { rows: Row[]; next: ListCursor | null; mark?: number; orderedBy?: UnitOrder };
/** Asks the station for a page of a list. */
export type AskPage = (method: (typeof listMethods)[keyof typeof listMethods], params: object) => Promise<Page>;

const pageSize = 500;

/**
 * The whole list as text, a page at a time. Values are as they are on record: times in UTC, states by their names. CSV
 * has a line of column names first. A unit that changed while the file was made and is not in it yet comes at its end,
 * so that none is left out.
 */
export async function* listText(
  ask: AskPage,
  { asked, format, columns }: ListFile,
): AsyncGenerator<{ text: string; rows: number }> {
  const line = format === 'csv' ? csvLine(columns) : jsonLine(columns);
  const textOf = (rows: Row[]) => ({ text: rows.map(line).join(''), rows: rows.length });
  if (format === 'csv') yield { text: `${columns.map(csvCell).join(',')}\r\n`, rows: 0 };
  const method = listMethods[asked.list];
  const seen = new Set<unknown>();
  let mark: number | undefined;
  let moves = false;
  for (let after: ListCursor | null | undefined; after !== null; ) {
    const page: Page = await ask(method, { ...asked.filter, limit: pageSize, ...(after && { after }) });
    mark ??= page.mark;
    moves = page.orderedBy !== undefined && page.orderedBy !== 'unitSerial';
    // A unit that changed since its page was read may come a second time.
    const rows = moves ? page.rows.filter(({ unitSerial }) => !seen.has(unitSerial)) : page.rows;
    if (moves) for (const { unitSerial } of rows) seen.add(unitSerial);
    yield textOf(rows);
    after = page.next;
  }
  if (!moves || mark === undefined) return;
  for (let after: ListCursor | null = { key: 0, tie: mark }; after !== null; ) {
    const order = { orderBy: 'updatedAt', descending: false };
    const page: Page = await ask(method, { ...asked.filter, ...order, limit: pageSize, after });
    yield textOf(page.rows.filter(({ unitSerial }) => !seen.has(unitSerial)));
    after = page.next;
  }
}

const cellOf = (value: unknown): string | number | null => {
  if (value === null || value === undefined) return null;
  return typeof value === 'string' || typeof value === 'number' ? value : JSON.stringify(value);
};
const csvLine = (columns: readonly string[]) => (row: Row) =>
  `${columns.map((column) => csvCell(cellOf(row[column]))).join(',')}\r\n`;
const jsonLine = (columns: readonly string[]) => (row: Row) =>
  `${JSON.stringify(Object.fromEntries(columns.map((column) => [column, row[column] ?? null])))}\n`;
