/**
 * A cell of CSV (RFC 4180). Names come from devices and from AWS, so no cell may be a formula to a spreadsheet: one
 * that begins like a formula gets an apostrophe before it (OWASP, "CSV Injection").
 */
export function csvCell(value: string | number | null): string {
  if (value === null) return '';
  const text = String(value);
  const safe = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
