/** The differences between AWS and the records as a table for other programs. */
import { csvCell } from './csv.ts';
import type { DriftFinding } from './drift.ts';

const columns = ['kind', 'certificateId', 'unitSerial', 'found'] as const satisfies readonly (keyof DriftFinding)[];
/** The most rows of a page. */
const pageSize = 500;

type List = (page: { after: number; limit: number }) => Promise<{ rows: DriftFinding[] }>;

/** Every difference that the station kept, a page at a time. */
async function* driftPages(list: List): AsyncGenerator<DriftFinding[]> {
  for (let after = 0, full = true; full; after += pageSize) {
    const { rows } = await list({ after, limit: pageSize });
    if (rows.length > 0) yield rows;
    full = rows.length === pageSize;
  }
}

/** The table in parts: CSV with a first line of names, or JSON Lines. */
export async function* driftTable(list: List, form: 'csv' | 'jsonl'): AsyncGenerator<string> {
  if (form === 'csv') yield `${columns.join(',')}\r\n`;
  for await (const rows of driftPages(list))
    yield rows
      .map((row) =>
        form === 'csv'
          ? `${columns.map((column) => csvCell(row[column])).join(',')}\r\n`
          : `${JSON.stringify(row, [...columns])}\n`,
      )
      .join('');
}

/** The whole table as CSV, in memory: for a person who looks at it. */
export async function driftCsv(list: List): Promise<string> {
  const parts: string[] = [];
  for await (const part of driftTable(list, 'csv')) parts.push(part);
  return parts.join('');
}
