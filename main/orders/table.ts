/** Reads the cells of a file of orders: CSV, XLSX or JSON. Runs in a thread with little memory. */
import { parse } from 'csv-parse/sync';
import { type Unzipped, unzipSync, zipSync } from 'fflate';
import { StationError } from '../../app/contract/errors.ts';
import {
  badOrderFile as bad,
  maxOrderFileBytes,
  maxOrderRows,
  type OrderTable,
  tooManyBytes,
  tooManyRows,
} from '../../app/contract/orderimport.ts';
import { readJson } from '../../app/iot/index.ts';
import { extentOf, looksOf } from './looks.ts';
import { numberText, readable, sheetsIn, textOf as textOfPart } from './workbook.ts';

/** What a workbook may hold when it is unpacked, and in how many parts. */
const maxUnpackedMiB = 32;
const maxParts = 200;
const maxColumns = 100;
/** The reader makes each cell up to the last one, also those that are not in the file. */
const maxSheetRows = 10 * maxOrderRows;
const maxSheetCells = maxOrderRows * maxColumns;

/**
 * The cells of the file, as text. The first row has the headings.
 *
 * @throws order.badFile
 */
export async function readTable(name: string, bytes: Uint8Array): Promise<OrderTable> {
  if (bytes.length > maxOrderFileBytes) throw tooManyBytes(bytes.length);
  const kind = /\.(csv|xlsx|json)$/i.exec(name)?.[1]?.toLowerCase();
  if (kind === 'json') return fromJson(textOf(bytes));
  if (kind === 'csv') {
    const rows = csvRows(textOf(bytes));
    return { ...fromRows(rows), width: headOf(rows)?.cells.length };
  }
  if (kind === 'xlsx') return sheetOf(bytes);
  throw bad('fileKind', `${name} is none of .csv, .xlsx and .json`);
}

const tooManyColumns = (found: number): StationError =>
  bad('fileColumns', `the file has ${found} columns; ${maxColumns} at most`, { found, limit: maxColumns });

function textOf(bytes: Uint8Array): string {
  const notText = (cause?: unknown) =>
    bad('fileText', 'the text is not UTF-8; save the file as "CSV UTF-8"', { cause });
  // UTF-16 without its mark is UTF-8 with a zero at each letter.
  if (bytes.includes(0)) throw notText();
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw notText(cause);
  }
}

type Rows = OrderTable['rows'];

/**
 * RFC 4180; the sign between cells is the one that the first line with text has most of. A first line `sep=;` names it,
 * as Excel writes and reads it.
 */
function csvRows(text: string): Rows {
  const head = /^[^\r\n]*\S[^\r\n]*/m.exec(text)?.[0] ?? '';
  const named = /^\s*"?sep=(.)"?\s*$/i.exec(head)?.[1];
  const delimiter = named ?? [',', ';', '\t'].sort((a, b) => head.split(b).length - head.split(a).length)[0] ?? ',';
  try {
    const records = parse(text, {
      delimiter,
      // By itself the parser takes the first line's end for all.
      record_delimiter: ['\r\n', '\n', '\r'],
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: 1_000_000,
    }) as unknown as { record: string[]; info: { lines: number } }[];
    let next = 1;
    const rows = records.map(({ record, info }) => {
      // A record is named by its first line; `lines` counts up to its last one.
      const row = Math.max(next, info.lines - record.join('').split('\n').length + 1);
      next = info.lines + 1;
      return { row, cells: record };
    });
    return named === undefined ? rows : rows.slice(1);
  } catch (cause) {
    throw bad('fileCsv', `the file is no CSV: ${cause instanceof Error ? cause.message : ''}`, { cause });
  }
}

/** The first bytes of a compound file (MS-CFB 2.2): an .xls, or a workbook with a password. */
const oldForm = [0xd0, 0xcf, 0x11, 0xe0];

/**
 * The first sheet that is not hidden. Formulas are not computed: a cell has the value that was saved with it, also an
 * error such as `#N/A`.
 */
async function sheetOf(bytes: Uint8Array): Promise<OrderTable> {
  if (oldForm.every((byte, at) => bytes[at] === byte))
    throw bad(
      'fileOldForm',
      'the workbook has a password, or the form of Excel 97: save it as .xlsx without a password',
    );
  const files = readable(unpacked(bytes));
  const sheets = sheetsIn(files);
  const shown = Math.max(
    0,
    sheets.findIndex(({ hidden }) => !hidden),
  );
  const sheet = textOfPart(files[sheets[shown]?.part ?? '']);
  const { row: last, column, name } = extentOf(sheet);
  if (last > maxSheetRows || last * column > maxSheetCells)
    throw bad('fileFar', `the sheet goes as far as ${name}; delete the rows and columns beside the orders`, { name });
  const safe = zipSync(files, { level: 0 });
  const { readSheet } = await import('read-excel-file/universal');
  try {
    const buffer = safe.buffer.slice(safe.byteOffset, safe.byteOffset + safe.byteLength) as ArrayBuffer;
    const rows = await readSheet(buffer, shown + 1, { parseNumber: numberText });
    const { hidden, other } = looksOf(sheet, textOfPart(files['xl/styles.xml']));
    const table = fromRows(
      rows.map((cells, index) => {
        const row = index + 1;
        return { row, cells: cells.map(cellText), hidden: hidden.has(row), looksOther: other.get(row) };
      }),
    );
    const others = sheets.filter(({ hidden, filled }, index) => index !== shown && !hidden && filled);
    return { ...table, otherSheets: others.map(({ name }) => name) };
  } catch (thrown) {
    if (thrown instanceof StationError) throw thrown;
    throw bad('fileSheet', 'the workbook cannot be read; save it again as .xlsx, or as CSV', { cause: thrown });
  }
}

/** Unpacks within bounds. It is packed again for the reader, which sees what was measured, whatever the archive says twice. */
function unpacked(bytes: Uint8Array): Unzipped {
  let total = 0;
  let parts = 0;
  try {
    return unzipSync(bytes, {
      filter: ({ originalSize, name }) => {
        total += originalSize;
        parts += 1;
        if (total > maxUnpackedMiB * 1024 * 1024 || parts > maxParts)
          throw bad(
            'fileUnpacks',
            `the workbook unpacks to more than ${maxUnpackedMiB} MiB; keep only the sheet of orders`,
            {
              limit: maxUnpackedMiB,
            },
          );
        return /\.(xml|rels)$/i.test(name);
      },
    });
  } catch (thrown) {
    if (thrown instanceof StationError) throw thrown;
    throw bad('fileWorkbook', 'the file is no .xlsx workbook', { cause: thrown });
  }
}

/** A day of a spreadsheet has no zone; it stays that day. A time has none either, and is one of this PC's zone. */
function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  if (!(cell instanceof Date)) return String(cell);
  const iso = cell.toISOString();
  if (iso.endsWith('T00:00:00.000Z')) return iso.slice(0, 10);
  const local = new Date(iso.slice(0, -1));
  return new Date(Math.round(local.getTime() / 1000) * 1000).toISOString();
}

const isFilled = ({ cells }: Rows[number]): boolean => cells.some((cell) => cell.trim() !== '');
const headOf = (rows: Rows) => rows.find(isFilled);

function fromRows(rows: Rows): OrderTable {
  const head = headOf(rows);
  const others = rows.filter((one) => one !== head && isFilled(one));
  if (!head || others.length === 0) throw bad('fileEmpty', 'the file has no orders');
  if (others.length > maxOrderRows) throw tooManyRows(others.length);
  const headers = head.cells.map((cell) => cell.trim());
  while (headers.length > 0 && headers.at(-1) === '') headers.pop();
  if (headers.length > maxColumns) throw tooManyColumns(headers.length);
  return { headers, rows: others };
}

/** A list of objects, or `{"orders": […]}`. A row is an object, counted from 1. */
function fromJson(text: string): OrderTable {
  const { value, broken, duplicates } = readJson(text);
  if (broken) throw bad('fileJson', `the file is no JSON: ${broken.message}, line ${broken.line}`);
  const [twice] = duplicates;
  if (twice) {
    const { line = 0, message, data } = twice;
    throw bad('fileTwice', `line ${line}: ${message}`, { found: line, name: String(data?.name).slice(0, 80) });
  }
  const list = Array.isArray(value) ? value : (value as { orders?: unknown } | null)?.orders;
  if (!Array.isArray(list)) throw bad('fileList', 'the file has no list of orders: [{"order": …}] or {"orders": […]}');
  if (list.length === 0) throw bad('fileEmpty', 'the file has no orders');
  if (list.length > maxOrderRows) throw tooManyRows(list.length);
  const wrong = list.findIndex((one) => typeof one !== 'object' || one === null || Array.isArray(one));
  if (wrong >= 0) throw bad('fileObject', `order ${wrong + 1} of the list is no object`, { found: wrong + 1 });
  const objects = list as Record<string, unknown>[];
  const headers = [...new Set(objects.flatMap((one) => Object.keys(one)))];
  if (headers.length > maxColumns) throw tooManyColumns(headers.length);
  const cell = (of: unknown): string => {
    if (of === null || of === undefined) return '';
    if (Array.isArray(of)) return of.map(String).join(' ');
    return typeof of === 'object' ? JSON.stringify(of) : String(of);
  };
  return {
    headers,
    rows: objects.map((one, index) => ({
      row: index + 1,
      cells: headers.map((name) => cell(Object.hasOwn(one, name) ? one[name] : '')),
    })),
  };
}
