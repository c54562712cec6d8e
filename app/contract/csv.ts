/**
 * Where a spreadsheet could begin to read a formula: at the beginning of a cell, also behind blanks, and behind what
 * separates cells where it is not the comma (a spreadsheet in German splits at `;`, quotes or not). East Asian ones read
 * the wide signs, too.
 */
const begin = /(?<=^|[;\t\r\n])(?=[\s\p{Cf}]*[=+\-@＝＋－＠])|^(?=[\t\r\n])/gu;

/**
 * A cell of CSV (RFC 4180). Names come from devices and from AWS, so no cell may be a formula to a spreadsheet: where one
 * would begin, an apostrophe stands before it (OWASP, "CSV Injection"). A number is none.
 */
export function csvCell(value: string | number | null): string {
  if (value === null) return '';
  const safe = typeof value === 'number' ? String(value) : value.replaceAll(begin, "'");
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
