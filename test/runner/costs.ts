/** What each file of tests is known to take: the pool begins with the longest, and fills processes with the others. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Seconds by file; `npm test -- --costs` writes it. Files that take less than `least` are not in it. */
const table = join(import.meta.dirname, 'costs.json');
const least = 2;
const usual = 0.8;

const known: Record<string, number> = existsSync(table) ? JSON.parse(readFileSync(table, 'utf8')) : {};

/** In seconds, of a check or a file by its path in the checkout. */
export const costOf = (name: string): number => known[name.replaceAll('\\', '/')] ?? usual;

export function keepCosts(took: readonly { name: string; ms: number }[]): void {
  const rows = took
    .map(({ name, ms }): [string, number] => [name.replaceAll('\\', '/'), Math.round(ms / 1000)])
    .filter(([, seconds]) => seconds >= least)
    .sort(([a], [b]) => a.localeCompare(b));
  writeFileSync(table, `${JSON.stringify(Object.fromEntries(rows), null, 2)}\n`);
}
