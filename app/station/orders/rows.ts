/** From the cells of a file to orders, and what is wrong with each row. Pure. */
import { unitSerial } from '../../contract/base.ts';
import { timeAsWritten } from '../../contract/days.ts';
import { firstIssue } from '../../contract/issues.ts';
import { labelRule } from '../../contract/labelrule.ts';
import {
  type LabelRule,
  newModel,
  type OrderColumn,
  type OrderPreview,
  type OrderTable,
  order,
  orderColumns,
  type RowTrouble,
} from '../../contract/model.ts';
import { serialsProblem } from '../../contract/serials.ts';
import { readJson } from '../../iot/index.ts';

export type Problem = OrderPreview['problems'][number];

/** The terms of an order as a person, a file or the hook gives them. */
export type GivenOrder = {
  orderId: string;
  model: string;
  quantity: number;
  serialFrom?: string | undefined;
  serialTo?: string | undefined;
  pattern?: string | undefined;
  serials?: string[] | undefined;
  dueAt?: string | undefined;
  endsAt?: string | undefined;
  recipe?: string | undefined;
  profile?: string | undefined;
  label?: LabelRule | undefined;
};
/** The rows of one order. `given` is absent when they make none. */
export type RowGroup = { orderId: string; rows: number[]; given?: GivenOrder; problems: Problem[] };

/** `wrong`: what keeps the row from being read as its writer meant it. */
type Row = { row: number; cell: (column: OrderColumn) => string; wrong: Problem[] };

/** The column that a heading names, however it is written. */
const columnOf = (heading: string): OrderColumn | undefined => {
  const name = heading
    .normalize('NFC')
    .toLowerCase()
    .replace(/[\s_.-]/g, '');
  return (Object.keys(orderColumns) as OrderColumn[]).find((column) =>
    (orderColumns[column] as readonly string[]).includes(name),
  );
};

/** The orders of a table, in the order of their first rows; and the headings that mean nothing. */
export function ordersIn(
  { headers, rows, width, otherSheets = [] }: OrderTable,
  headerRow = 1,
): { groups: RowGroup[]; general: Problem[] } {
  const columns = headers.map(columnOf);
  const general: Problem[] = headers.flatMap((heading, index): Problem[] => {
    const twice = columns[index] !== undefined && columns.indexOf(columns[index]) !== index;
    if (columns[index] !== undefined && !twice) return [];
    const known = Object.keys(orderColumns).join(', ');
    const detail = twice
      ? `the column ${heading} stands twice; leave one of them out`
      : `there is no column "${heading}"; the columns are ${known}`;
    return [{ row: headerRow, column: heading, what: 'unknownColumn', value: heading, detail }];
  });
  for (const name of otherSheets) {
    const detail = `the sheet "${name}" is not read: orders come from the first visible sheet only`;
    general.push({ row: headerRow, column: null, what: 'otherSheet', value: name, detail });
  }
  const twice = new Set(columns.filter((column, index) => column !== undefined && columns.indexOf(column) !== index));
  const groups = new Map<string, Row[]>();
  for (const { row, cells, hidden = false, looksOther = [] } of rows) {
    const written = (column: OrderColumn) => [
      ...new Set(cells.flatMap((text, index) => (columns[index] === column ? text.trim() || [] : []))),
    ];
    const cell = (column: OrderColumn) => written(column)[0] ?? '';
    const shown = [...(hidden ? [hiddenRow(row)] : []), ...otherLooks(row, cells, columns, looksOther)];
    const wrong = [...differing(row, twice, written), ...beyond(row, cells, width), ...shown];
    const name = cell('order');
    const key = name === '' ? `\0${row}` : name;
    groups.set(key, [...(groups.get(key) ?? []), { row, cell, wrong }]);
  }
  return { groups: [...groups].map(([key, of]) => groupOf(key.startsWith('\0') ? '' : key, of)), general };
}

/** A column that stands twice, with two things to read in it. */
const differing = (
  row: number,
  twice: ReadonlySet<OrderColumn | undefined>,
  written: (column: OrderColumn) => string[],
): Problem[] =>
  [...twice].flatMap((column): Problem[] => {
    const [first, second] = column === undefined ? [] : written(column);
    if (column === undefined || second === undefined) return [];
    const detail = `the column stands twice, and says "${first}" and "${second}"; leave one of them out`;
    return [{ row, column, what: 'twoValues', value: second.slice(0, 80), detail }];
  });

/** A comma within a number, such as 1,000, makes a cell more: then the others are not what they seem. */
function beyond(row: number, cells: readonly string[], width = cells.length): Problem[] {
  const value = cells.slice(width).find((text) => text.trim() !== '');
  if (value === undefined) return [];
  const detail = `the row has a cell more than the first row: "${value.slice(0, 80)}"; put text with the sign between cells in quotes`;
  return [{ row, column: null, what: 'moreCells', value: value.slice(0, 80), detail }];
}

/** A filter hides rows: who looks at the workbook means the others. */
const hiddenRow = (row: number): Problem => {
  const detail = 'the workbook does not show this row: show it, or delete it';
  return { row, column: null, what: 'hiddenRow', value: '', detail };
};

/** Quantities and times are what they are in any form. A name is its letters. */
const otherLooks = (
  row: number,
  cells: readonly string[],
  columns: readonly (OrderColumn | undefined)[],
  looksOther: readonly number[],
): Problem[] =>
  looksOther.flatMap((index): Problem[] => {
    const [column, value = ''] = [columns[index], cells[index]];
    if (column === undefined || ['quantity', 'due', 'until'].includes(column) || value.trim() === '') return [];
    const detail = `the cell is a number, a day or a truth value, read as "${value.slice(0, 80)}", and the workbook shows it in another form; make the column text, and write it again`;
    return [{ row, column, what: 'looksOther', value: value.slice(0, 80), detail }];
  });

const once: readonly OrderColumn[] = [
  'model',
  'quantity',
  'recipe',
  'profile',
  'from',
  'to',
  'pattern',
  'due',
  'until',
  'label',
];

function groupOf(orderId: string, rows: Row[]): RowGroup {
  const problems: Problem[] = rows.flatMap(({ wrong }) => wrong);
  const [first] = rows as [Row];
  const trouble = (what: RowTrouble, column: OrderColumn, detail: string, { row, cell } = first) => {
    problems.push({ row, column, what, value: cell(column).slice(0, 80), detail });
    return undefined;
  };
  for (const row of rows.slice(1)) {
    for (const column of once) {
      const value = row.cell(column);
      if (value !== '' && value !== first.cell(column))
        trouble(
          'unlike',
          column,
          `row ${first.row} of this order says "${first.cell(column)}"; write the same or leave it empty`,
          row,
        );
    }
  }
  for (const row of rows.slice(1))
    if (row.cell('serial') === '' && orderId !== '' && !problems.some((one) => one.row === row.row))
      trouble(
        'addsNothing',
        'order',
        `row ${first.row} is about this order already, and this one has no serial; leave it out, or write its serial`,
        row,
      );
  const text = (column: OrderColumn, most: number) => {
    const value = first.cell(column);
    if (value === '') return undefined;
    return value.length <= most
      ? value
      : trouble('notText', column, `it has ${value.length} characters; ${most} at most`);
  };
  const id = order.shape.orderId.safeParse(orderId);
  if (orderId === '') trouble('missing', 'order', 'an order has a number; write it');
  else if (!id.success) trouble('notText', 'order', `an order number has ${id.error.issues[0]?.message}`);
  const model = first.cell('model');
  const given = newModel.safeParse(model);
  if (model === '') trouble('missing', 'model', 'write the model of its units, or * for any');
  else if (!given.success) trouble('notText', 'model', `the model ${firstIssue(given.error.issues).detail}`);
  const { serials, wrong } = serialsOf(rows);
  for (const { row, value } of wrong)
    trouble(
      'notSerials',
      'serial',
      shortened.test(value)
        ? `"${value}" is a number that a spreadsheet has shortened, without its last digits; make the column text`
        : `"${value}" is no unit serial: letters, digits, : _ and -, at most 64`,
      row,
    );
  const terms = {
    serialFrom: text('from', 64),
    serialTo: text('to', 64),
    pattern: text('pattern', 64),
    dueAt: timeIn(first, 'due', trouble),
    endsAt: timeIn(first, 'until', trouble),
    recipe: text('recipe', 40),
    profile: text('profile', 64),
    label: labelIn(first, trouble),
    ...(serials.length > 0 ? { serials } : {}),
  };
  const quantity = quantityIn(first, serials.length, trouble);
  if (quantity !== undefined && wrong.length === 0) {
    const { serialFrom = null, serialTo = null, pattern = null } = terms;
    const problem = serialsProblem({ serialFrom, serialTo, pattern, serials, quantity });
    const column = ({ serialFrom: 'from', pattern: 'pattern' } as const)[problem?.path ?? ''];
    if (problem?.has !== undefined)
      problems.push({
        row: first.row,
        column: 'quantity',
        what: 'fewSerials',
        value: first.cell('quantity').slice(0, 80),
        detail: `${problem.detail}; write ${problem.has} or fewer, or give it more serials`,
        has: problem.has,
      });
    else if (problem) trouble('notSerials', column ?? 'serial', `${problem.detail}; correct it`);
  }
  const group = { orderId, rows: rows.map(({ row }) => row), problems };
  return problems.length > 0 || quantity === undefined
    ? group
    : { ...group, given: { orderId, model, quantity, ...terms } };
}

/** As spreadsheets write long numbers, e.g. 8.90123E+18. */
const shortened = /^\d(\.\d+)?e\+\d+$/i;

type Trouble = (what: RowTrouble, column: OrderColumn, detail: string, row?: Row) => undefined;

function serialsOf(rows: readonly Row[]) {
  const serials: string[] = [];
  const wrong: { row: Row; value: string }[] = [];
  for (const row of rows) {
    for (const value of row.cell('serial').split(/[\s;,]+/)) {
      if (value === '') continue;
      if (unitSerial.safeParse(value).success) serials.push(value);
      else wrong.push({ row, value: value.slice(0, 80) });
    }
  }
  return { serials, wrong };
}

function quantityIn(row: Row, listed: number, trouble: Trouble): number | undefined {
  const text = row.cell('quantity');
  if (text === '') return listed > 0 ? listed : trouble('missing', 'quantity', 'write the number of its units');
  const value = /^\d{1,7}$/.test(text) ? Number(text) : Number.NaN;
  const most = 1_000_000;
  return value >= 1 && value <= most
    ? value
    : trouble('notNumber', 'quantity', `"${text.slice(0, 40)}" is no whole number from 1 to ${most}`);
}

/** A day such as 2026-12-24 means its end here; a time has its zone. */
function timeIn(row: Row, column: 'due' | 'until', trouble: Trouble): string | undefined {
  const text = row.cell(column);
  if (text === '') return undefined;
  const time = timeAsWritten(text, 'end');
  if (time !== undefined) return time;
  return trouble('notTime', column, `"${text.slice(0, 40)}" is no day; write it as 2026-12-24`);
}

function labelIn(row: Row, trouble: Trouble): LabelRule | undefined {
  const text = row.cell('label');
  if (text === '') return undefined;
  const { value, duplicates } = readJson(text);
  const { data } = labelRule.safeParse(value);
  if (data && duplicates.length === 0) return data;
  const why = data ? `it is no label rule: ${duplicates[0]?.message}` : 'it is no label rule';
  return trouble('notLabel', 'label', `${why}; write the JSON of one, as docs/labels.md has it, or leave it empty`);
}
