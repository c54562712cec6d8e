/** The log under SIGKILL: what was acknowledged is there, and the tree goes on from the last checkpoint that was given out. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRandom } from '../../app/practice/devices/faults.ts';
import { verifyRecords } from '../../main/threads/verifyrecords.ts';
import { openSqlite } from '../../native/sqlite.ts';

export type LogKillReport = { kills: number; acknowledged: number; leaves: number; wrong: string[] };

/** Lives on one file; then a new one, so that reading it stays quick. */
const livesAFile = 25;
const longestMs = 200;

/** `seed` chooses the moments; what stands where at them is the machine's. */
export async function runLogKills(kills: number, seed: number): Promise<LogKillReport> {
  const random = createRandom(seed);
  const report: LogKillReport = { kills: 0, acknowledged: 0, leaves: 0, wrong: [] };
  while (report.kills < kills && report.wrong.length === 0) {
    const dir = mkdtempSync(join(tmpdir(), 'birthmark-logkills-'));
    try {
      const told: string[] = [];
      let leaves = 0;
      for (let life = 0; life < livesAFile && report.kills < kills && report.wrong.length === 0; life += 1) {
        told.push(...(await killed(dir, life, random() * longestMs)));
        report.kills += 1;
        leaves = judge(dir, told, (what) => report.wrong.push(`kill ${report.kills}: ${what}`));
      }
      report.acknowledged += told.filter((line) => !line.startsWith('checkpoint ')).length;
      report.leaves += leaves;
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  }
  return report;
}

/** One life. @returns the whole lines that it said */
async function killed(dir: string, life: number, afterMs: number): Promise<string[]> {
  const file = fileURLToPath(new URL('./logkillchild.ts', import.meta.url));
  const child = spawn(process.execPath, [file, dir, String(life)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (said === '') setTimeout(() => child.kill('SIGKILL'), afterMs);
    said += text;
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  if (signal !== 'SIGKILL') throw new Error(`the writing process ended by itself (${code})`);
  return said.split('\n').slice(0, -1);
}

/** @returns the leaves of the log */
function judge(dir: string, told: readonly string[], wrong: (what: string) => void): number {
  const file = join(dir, 'records.db');
  const sql = openSqlite(file, { readOnly: true });
  const there = new Set([
    ...sql
      .all<{ subject: string }>(`SELECT subject FROM audit WHERE actor = 'kill'`)
      .map(({ subject }) => `entry ${subject}`),
    ...sql
      .all<{ unitSerial: string }>(`SELECT unitSerial FROM journal WHERE state = 'passed'`)
      .map(({ unitSerial }) => `unit ${unitSerial}`),
  ]);
  sql.close();
  const last = told.findLast((line) => line.startsWith('checkpoint '));
  for (const line of told)
    if (!line.startsWith('checkpoint ') && !there.has(line)) wrong(`${line} was acknowledged and is lost`);
  const note = last === undefined ? undefined : (JSON.parse(last.slice('checkpoint '.length)) as string);
  const steps = verifyRecords(file, note === undefined ? [] : [{ name: 'the last checkpoint seen', note }]);
  for (let step = steps.next(); ; step = steps.next()) {
    if (!step.done) continue;
    const { firstBad, size } = step.value;
    if (firstBad) wrong(`${firstBad.where}: ${firstBad.meaning}`);
    return size;
  }
}
