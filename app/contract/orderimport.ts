/** Orders from a file: its columns, what can be wrong with a row, and what a preview says. */
import { z } from 'zod';
import { isoTime, wireError } from './base.ts';
import { StationError } from './errors.ts';

/**
 * The columns of a file of orders. The other names in a list mean the same, as JSON and the hook spell them, and as
 * spreadsheets in German have them.
 */
export const orderColumns = {
  order: ['order', 'orderid', 'orderno', 'ordernumber', 'workorder', 'auftrag', 'auftragsnr', 'auftragsnummer'],
  model: ['model', 'modell'],
  quantity: ['quantity', 'qty', 'menge', 'anzahl', 'stückzahl'],
  recipe: ['recipe', 'rezept'],
  profile: ['profile', 'profil'],
  from: ['from', 'serialfrom', 'von'],
  to: ['to', 'serialto', 'bis'],
  pattern: ['pattern', 'muster'],
  serial: ['serial', 'unitserial', 'serials', 'seriennummer', 'seriennummern'],
  due: ['due', 'dueat', 'fällig', 'fälligam', 'termin'],
  until: ['until', 'endsat', 'ende', 'gültigbis'],
  label: ['label', 'etikett'],
} as const;
export type OrderColumn = keyof typeof orderColumns;

/**
 * The cells of a file. `row` counts from 1 as a spreadsheet or an editor does. `otherSheets` names the sheets of a
 * workbook that are not read and have cells.
 */
export type OrderTable = {
  headers: string[];
  /** Of a CSV file: the cells of its first row, with those that have no heading. */
  width?: number | undefined;
  /** `hidden`: the workbook does not show the row. `looksOther`: columns, from 0, of cells that it shows in another form. */
  rows: { row: number; cells: string[]; hidden?: boolean | undefined; looksOther?: readonly number[] | undefined }[];
  otherSheets?: string[] | undefined;
};

export const maxOrderFileBytes = 2 * 1024 * 1024;
export const maxOrderRows = 20_000;

/**
 * `otherRow`: the row is good, and another row of its order is not. `unlike`: the rows of an order say different things.
 * `twoValues`: a column stands twice, and its cells differ. `moreCells`: a row of CSV has more cells than the first row.
 * `hiddenRow`: a workbook does not show the row. `looksOther`: it shows the cell in a form, such as `00123` for 123, or as a day.
 * `addsNothing`: an earlier row of its order says it all, so that one of them is too many, or a serial is missing.
 * `fewSerials`: its quantity is more than its serials; `has` is their number. `refused`: the station would refuse the order,
 * and `detail` says why. `unknownColumn` and `otherSheet` are about no row.
 */
export const rowTroubles = [
  'missing',
  'notNumber',
  'notText',
  'notTime',
  'notSerials',
  'notLabel',
  'unlike',
  'twoValues',
  'moreCells',
  'hiddenRow',
  'looksOther',
  'exists',
  'fewSerials',
  'refused',
  'otherRow',
  'addsNothing',
  'unknownColumn',
  'otherSheet',
] as const;
export type RowTrouble = (typeof rowTroubles)[number];

/** Why a file of orders cannot be read: `data.reason` of `order.badFile`. `limit` and `found` are numbers beside it; of `fileTwice`, `found` is the line, and `name` stands there. */
export const orderFileReasons = [
  'fileLarge',
  'fileKind',
  'fileText',
  'fileCsv',
  'fileSheet',
  'fileUnpacks',
  'fileWorkbook',
  'fileOldForm',
  'fileEmpty',
  'fileRows',
  'fileColumns',
  'fileJson',
  'fileTwice',
  'fileList',
  'fileObject',
  'fileSlow',
  /** A cell or a row far from the orders; the reader makes room for all between. */
  'fileFar',
  'fileMemory',
  'fileUnread',
] as const;
export type OrderFileReason = (typeof orderFileReasons)[number];

/** `order.badFile` with its reason. `detail` is in English. */
export const badOrderFile = (
  reason: OrderFileReason,
  detail: string,
  { cause, ...facts }: { limit?: number; found?: number; name?: string; cause?: unknown } = {},
): StationError => new StationError('order.badFile', detail, { data: { reason, ...facts }, cause });

/** `order.badFile` for a file of so many rows. */
export const tooManyRows = (found: number): StationError =>
  badOrderFile('fileRows', `the file has ${found} rows; ${maxOrderRows} at most`, { found, limit: maxOrderRows });

/** `order.badFile` for a file of so many bytes. */
export const tooManyBytes = (found: number): StationError =>
  badOrderFile('fileLarge', `the file has ${found} bytes; ${maxOrderFileBytes} at most`, {
    found,
    limit: maxOrderFileBytes,
  });

/** The other order, and the unit serials that it is for as well: `A1 – A9`, `A1 … A9` (some of them), or a pattern. */
export const orderOverlap = z.object({ orderId: z.string(), serials: z.string() });

export type OrderOverlap = z.infer<typeof orderOverlap>;

export const orderPreview = z.object({
  /** SHA-256 of the file, lower-case hex. */
  sha256: z.string(),
  rows: z.int(),
  /** `same`: an order on record says the same. `bad`: it has a bad row, so none of its rows is taken. */
  orders: z.array(
    z.object({
      orderId: z.string(),
      model: z.string(),
      quantity: z.int(),
      /** Its serials in words, or empty. */
      serials: z.string(),
      dueAt: isoTime.nullable(),
      standing: z.enum(['new', 'same', 'bad']),
      rows: z.int(),
      /** Orders that take units, or are in this file, and share unit serials with it; ten at most. */
      overlaps: z.array(orderOverlap),
    }),
  ),
  /** The first thousand. `column` is null when it is about the whole row. `detail` is in English and says what to do. */
  problems: z.array(
    z.object({
      row: z.int(),
      column: z.string().nullable(),
      what: z.enum(rowTroubles),
      value: z.string(),
      detail: z.string(),
      has: z.number().optional(),
      /** With `refused`: the error of the station. */
      error: wireError.optional(),
    }),
  ),
  badRows: z.int(),
  /** The rows that are not taken, as CSV with the reason in the last column. Null when every row is good. */
  refusedCsv: z.string().nullable(),
});
export type OrderPreview = z.infer<typeof orderPreview>;
