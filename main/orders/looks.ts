/**
 * How the cells of a sheet look in the spreadsheet, where that is not what is read: `00123` and `SN-0012` are numbers in a
 * form, `MAR1` has become a day, and a filter hides rows (ECMA-376, part 1, 18.3.1 and 18.8).
 */
import { attribute, tagsIn } from './workbook.ts';

export type Looks = {
  /** Rows that are hidden, or filtered away, by their number. */
  hidden: ReadonlySet<number>;
  /** Columns, from 0, of the cells of a row that show something else than their number, day or truth value. */
  other: ReadonlyMap<number, readonly number[]>;
};

/** Forms without a number of their own. The others of a small number are days, times, percents and fractions. */
const plainIds = [0, 1, 2, 3, 4, 11, 37, 38, 39, 40, 41, 42, 43, 44, 48, 49];
const plainForm = /^(?:General|@|[#,]*0?(?:\.[0#]+)?(?:E\+0+)?)$/i;

/** Tells by the number of its form whether a cell of a style shows its number as it is. */
function plainStyles(styles: string): boolean[] {
  const forms = new Map(
    tagsIn(styles, 'numFmt').map((tag) => [attribute(tag, /numFmtId/), attribute(tag, /formatCode/)]),
  );
  const isPlain = (id: string) => {
    const form = forms.get(id);
    if (form === undefined) return plainIds.includes(Number(id));
    // Its colours, its currency and the room that it leaves say nothing about the number.
    const [positive = ''] = form.split(';');
    return plainForm.test(positive.replace(/\[[^\]]*\]|[_*]./g, '').trim());
  };
  const block = /<(?:\w+:)?cellXfs\b[^>]*>([\s\S]*?)<\/(?:\w+:)?cellXfs>/.exec(styles)?.[1] ?? '';
  return tagsIn(block, 'xf').map((tag) => isPlain(attribute(tag, /numFmtId/) || '0'));
}

/** Letters of a column as its number from 0. */
const columnOf = (letters: string): number =>
  [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;

/** The last row and the last column of a sheet, both from 1, with or without something in them. */
export function extentOf(sheet: string): { row: number; column: number; name: string } {
  let [row, column, letters] = [0, 0, 'A'];
  for (const tag of tagsIn(sheet, 'row')) row = Math.max(row, Number(attribute(tag, /r/)) || 0);
  for (const tag of tagsIn(sheet, 'c')) {
    const [, here = '', of = '0'] = /^([A-Z]{1,3})(\d+)$/.exec(attribute(tag, /r/)) ?? [];
    row = Math.max(row, Number(of));
    if (columnOf(here) < column) continue;
    [column, letters] = [columnOf(here) + 1, here];
  }
  return { row, column, name: `${letters}${row}` };
}

/** @param styles the text of `styles.xml`; empty when there is none */
export function looksOf(sheet: string, styles: string): Looks {
  const isHidden = (tag: string) => ['1', 'true'].includes(attribute(tag, /hidden/));
  const hidden = new Set(tagsIn(sheet, 'row').flatMap((tag) => (isHidden(tag) ? Number(attribute(tag, /r/)) : [])));
  const plain = plainStyles(styles);
  const other = new Map<number, number[]>();
  for (const tag of tagsIn(sheet, 'c')) {
    const kind = attribute(tag, /t/) || 'n';
    const style = Number(attribute(tag, /s/) || '0');
    const isOther = kind === 'b' || kind === 'd' || (kind === 'n' && plain[style] === false);
    const [, letters = '', row = ''] = /^([A-Z]{1,3})(\d+)$/.exec(attribute(tag, /r/)) ?? [];
    if (isOther && letters !== '') other.set(Number(row), [...(other.get(Number(row)) ?? []), columnOf(letters)]);
  }
  return { hidden, other };
}
