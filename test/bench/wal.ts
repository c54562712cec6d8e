/** How long a write waits when a reader of one state ends, under which the write-ahead log grew: here, and with plain SQLite. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as rest } from 'node:timers/promises';
import { createLedger } from '../../app/records/index.ts';
import { systemClock } from '../../main/clock.ts';
import { openDatabase } from '../../main/threads/database.ts';
import { framesWaiting } from '../../main/threads/wal.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { quantile } from './stats.ts';

const mb = 1e6;
const pingMs = 5;
const calmMs = 2000;
const mostMs = 60_000;
const fewFrames = 2000;

const entry = {
  ...{ entry: 'station.opened' as const, actor: 'bench', subject: 'door' },
  data: { from: 'real' as const },
};

/** `count`: how large the log grows, in MB. */
export async function benchWal(count = 400): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'birthmark-bench-wal-'));
  try {
    const file = join(dir, 'records.db');
    const database = await openDatabase(file, { create: true });
    const ledger = createLedger(database, systemClock);
    const createdAt = systemClock.now().toISOString();
    await ledger.initStation({ stationId: 'bench', name: 'Bench', practice: true, createdAt, actor: 'bench' });
    await underReader('ours', file, count, () => ledger.audit(entry));
    await database.close();

    const plain = openSqlite(join(dir, 'plain.db'), { create: true });
    plain.exec('CREATE TABLE entries (seq INTEGER PRIMARY KEY, at TEXT)');
    await underReader('plain SQLite', join(dir, 'plain.db'), count, async () => {
      plain.run('INSERT INTO entries (at) VALUES (@at)', { at: createdAt });
    });
    plain.close();
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Writes all the time, from before the reader's end to some time after the last slow one. */
async function underReader(who: string, file: string, growMb: number, write: () => Promise<unknown>): Promise<void> {
  const reader = openSqlite(file, { readOnly: true });
  reader.exec('BEGIN');
  reader.get('SELECT count(*) FROM sqlite_schema');
  grow(file, growMb * mb);
  const sizeBefore = walBytes(file);
  const before: number[] = [];
  const after: number[] = [];
  const ping = async (into: number[], ms: number) => {
    for (let end = performance.now() + ms; performance.now() < end; await rest(pingMs)) {
      const began = performance.now();
      await write();
      into.push(performance.now() - began);
    }
  };
  await ping(before, calmMs);
  reader.exec('COMMIT');
  reader.close();
  const released = performance.now();
  const watch = openSqlite(file, { readOnly: true });
  let foldedMs: number | undefined;
  while (foldedMs === undefined && performance.now() - released < mostMs) {
    await ping(after, 50);
    if (framesWaiting(watch) < fewFrames) foldedMs = performance.now() - released;
  }
  await ping(after, calmMs);
  watch.close();
  const shown = (ms: readonly number[]) =>
    `p50 ${quantile(ms, 0.5).toFixed(1)} ms, p99 ${quantile(ms, 0.99).toFixed(1)} ms, at worst ${Math.max(...ms).toFixed(0)} ms`;
  console.log(`wal: ${who}, a log of ${(sizeBefore / mb).toFixed(0)} MB`);
  console.log(`  a write under the reader     ${shown(before)}`);
  console.log(`  a write after the reader     ${shown(after)}`);
  console.log(`  the log was folded in after  ${foldedMs === undefined ? 'no' : (foldedMs / 1000).toFixed(1)} s`);
}

/** Rows at random places, from another connection, until the log is so large. */
function grow(file: string, bytes: number): void {
  const sql = openSqlite(file);
  sql.exec('PRAGMA wal_autocheckpoint = 0; CREATE TABLE filler (k INTEGER PRIMARY KEY, b BLOB)');
  while (walBytes(file) < bytes) {
    sql.exec('BEGIN IMMEDIATE');
    for (let row = 0; row < 1000; row += 1)
      sql.run('INSERT OR REPLACE INTO filler VALUES (abs(random()) % 10000000, randomblob(3000))');
    sql.exec('COMMIT');
  }
  sql.close();
}

const walBytes = (file: string): number => statSync(`${file}-wal`).size;
