/** The log over the records: what a commit costs with it, and what a verification costs, beside raw SQLite and bare SHA-256. */
import { hash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLedger } from '../../app/records/index.ts';
import { leavesOf } from '../../app/records/log/store.ts';
import { systemClock } from '../../main/clock.ts';
import { openDatabaseHere } from '../../main/threads/database.ts';
import { verifyRecords } from '../../main/threads/verifyrecords.ts';
import { openSqlite } from '../../native/sqlite.ts';

const perCommit = 20;

/** `count`: how many entries. */
export async function benchLog(count = 20_000): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'birthmark-bench-log-'));
  try {
    const file = join(dir, 'records.db');
    const database = openDatabaseHere(file, { create: true });
    const ledger = createLedger(database, systemClock);
    await ledger.initStation({
      stationId: 'bench',
      name: 'Bench',
      practice: true,
      createdAt: systemClock.now().toISOString(),
      actor: 'bench',
    });
    const data = { from: 'real' as const };
    const entry = { entry: 'station.opened' as const, actor: 'bench', subject: 'bench', data };
    const appended = await rate(count, async () => {
      for (let done = 0; done < count; done += perCommit)
        await Promise.all(Array.from({ length: perCommit }, () => ledger.audit(entry)));
    });
    const singles = Math.min(count, 2000);
    const single = await rate(singles, async () => {
      for (let done = 0; done < singles; done += 1) await ledger.audit(entry);
    });
    await database.close();
    const raw = openSqlite(join(dir, 'raw.db'), { create: true });
    raw.exec(
      'CREATE TABLE audit (seq INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT, entry TEXT, actor TEXT, subject TEXT, data TEXT) STRICT',
    );
    const row = {
      at: systemClock.now().toISOString(),
      entry: entry.entry,
      actor: 'bench',
      subject: 'bench',
      data: JSON.stringify(data),
    };
    const insert = () =>
      raw.run('INSERT INTO audit (at, entry, actor, subject, data) VALUES (@at, @entry, @actor, @subject, @data)', row);
    const rawAppended = await rate(count, async () => {
      for (let done = 0; done < count; done += perCommit) {
        raw.exec('BEGIN IMMEDIATE');
        for (let n = 0; n < perCommit; n += 1) insert();
        raw.exec('COMMIT');
      }
    });
    const rawSingle = await rate(singles, async () => {
      for (let done = 0; done < singles; done += 1) insert();
    });
    raw.close();
    say(`append, ${perCommit} a commit`, appended, rawAppended, 'raw better-sqlite3 FULL');
    say('append, 1 a commit', single, rawSingle, 'raw better-sqlite3 FULL');

    const sql = openSqlite(file, { readOnly: true });
    const leaves = [...leavesOf(sql, 0, Number.MAX_SAFE_INTEGER)].map(({ text }) => text);
    sql.close();
    const verified = await cpuRate(leaves.length, async () => {
      const steps = verifyRecords(file);
      let step = steps.next();
      while (!step.done) step = steps.next();
      if (!step.value.ok) throw new Error(JSON.stringify(step.value.firstBad));
    });
    const bare = await cpuRate(leaves.length, async () => {
      for (const leaf of leaves) hash('sha256', leaf, 'buffer');
    });
    say('verify', verified, bare, 'bare SHA-256 of each leaf');
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** How many a second. */
async function rate(count: number, act: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await act();
  return (count * 1000) / (performance.now() - began);
}

/** How many a second of processor time: neither waits for a disk, and other work on the machine does not count. */
async function cpuRate(count: number, act: () => Promise<void>): Promise<number> {
  const began = process.cpuUsage();
  await act();
  const { user, system } = process.cpuUsage(began);
  return (count * 1e6) / (user + system);
}

function say(what: string, ours: number, theirs: number, peer: string): void {
  const share = Math.round((100 * ours) / theirs);
  console.log(`log: ${what}: ${Math.round(ours)}/s, ${peer} ${Math.round(theirs)}/s, ${share} %`);
}
