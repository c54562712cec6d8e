/** Joins the reports (lcov) that each file of tests leaves: a line that one of them ran counts as run. */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Of each source, how often each line ran, by its number. */
type Hits = Map<string, Map<number, number>>;

function add(hits: Hits, report: string): void {
  let lines = new Map<number, number>();
  for (const row of report.split('\n')) {
    const [key, value = ''] = row.split(/:(.*)/s);
    if (key === 'SF') {
      const source = value.replaceAll('\\', '/');
      lines = hits.get(source) ?? new Map();
      hits.set(source, lines);
    } else if (key === 'DA') {
      const [line = 0, count = 0] = value.split(',').map(Number);
      lines.set(line, (lines.get(line) ?? 0) + count);
    }
  }
}

const lcovOf = (hits: Hits): string =>
  [...hits]
    .map(([source, lines]) => {
      const rows = [...lines].sort(([a], [b]) => a - b).map(([line, count]) => `DA:${line},${count}`);
      const ran = [...lines.values()].filter((count) => count > 0).length;
      return ['TN:', `SF:${source}`, ...rows, `LH:${ran}`, `LF:${lines.size}`, 'end_of_record', ''].join('\n');
    })
    .join('');

/** `app/ca` of `app/ca/lint.ts`, `native` of `native/serial.ts`. */
const partOf = (source: string): string => {
  const folders = source.split('/').slice(0, -1);
  return folders.slice(0, folders[0] === 'native' ? 1 : 2).join('/');
};

/** Writes `lcov.info` into the folder and returns a table: part, lines, how many of them ran. */
export function joinCoverage(folder: string): string {
  const hits: Hits = new Map();
  for (const name of globSync('*.info', { cwd: folder }).sort())
    if (name !== 'lcov.info') add(hits, readFileSync(join(folder, name), 'utf8'));
  writeFileSync(join(folder, 'lcov.info'), lcovOf(hits));
  const parts = new Map<string, { lines: number; ran: number }>();
  for (const [source, lines] of hits) {
    for (const part of [partOf(source), 'all']) {
      const sum = parts.get(part) ?? { lines: 0, ran: 0 };
      sum.lines += lines.size;
      sum.ran += [...lines.values()].filter((count) => count > 0).length;
      parts.set(part, sum);
    }
  }
  const row = (part: string, lines: string, ran: string) =>
    `  ${part.padEnd(24)}${lines.padStart(8)}${ran.padStart(9)}`;
  const rows = [...parts]
    .sort(([a], [b]) => Number(a === 'all') - Number(b === 'all') || a.localeCompare(b))
    .map(([part, { lines, ran }]) => row(part, `${lines}`, `${((100 * ran) / lines).toFixed(1)} %`));
  return [row('part', 'lines', 'ran'), ...rows].join('\n');
}
