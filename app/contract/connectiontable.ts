/** First connections as a table for other programs. */
import { csvCell } from './csv.ts';
import type { ConnectionFilter, FirstConnection } from './firstconnections.ts';

/** The columns, in their order. */
export const connectionColumns = [
  'unitSerial',
  'target',
  'orderId',
  'way',
  'state',
  'reason',
  'thingName',
  'madeName',
  'certificateId',
  'passedAt',
  'dueAt',
  'registeredAt',
  'connectedAt',
  'source',
  'clientId',
  'sourceIp',
  'tries',
  'lastTryAt',
] as const satisfies readonly (keyof FirstConnection)[];

/** The first line of the CSV file. */
export const csvHead = `${connectionColumns.join(',')}\r\n`;

/** Rows as CSV. */
export const csvRows = (rows: readonly FirstConnection[]): string =>
  rows.map((row) => `${connectionColumns.map((column) => csvCell(row[column])).join(',')}\r\n`).join('');

type Page = ConnectionFilter & { after?: { unitSerial: string; target: string }; limit: number };
type List = (page: Page) => Promise<{ rows: FirstConnection[] }>;
const pageSize = 500;

/** Every row that fits, a page at a time. */
export async function* connectionPages(list: List, filter: ConnectionFilter): AsyncGenerator<FirstConnection[]> {
  let last: FirstConnection | undefined;
  do {
    const after = last && { unitSerial: last.unitSerial, target: last.target };
    const { rows } = await list({ ...filter, limit: pageSize, ...(after && { after }) });
    if (rows.length > 0) yield rows;
    last = rows.length < pageSize ? undefined : rows.at(-1);
  } while (last !== undefined);
}

/** The whole table as CSV, in memory: for a list that a person looks at. */
export async function csvOf(list: List, filter: ConnectionFilter): Promise<string> {
  const parts = [csvHead];
  for await (const rows of connectionPages(list, filter)) parts.push(csvRows(rows));
  return parts.join('');
}

/** Rows as JSON Lines: one object a line, with the same fields. */
export const jsonRows = (rows: readonly FirstConnection[]): string =>
  rows.map((row) => `${JSON.stringify(row, [...connectionColumns])}\n`).join('');
