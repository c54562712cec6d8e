/** The log over the records: what a commit costs with it, and what a verification costs, beside raw SQLite and bare SHA-256. */
import { hash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { createLedger } from '../../app/records/index.ts';
import { leavesOf } from '../../app/records/log/store.ts';
import { systemClock } from '../../main/clock.ts';
import { openDatabaseHere } from '../../main/threads/database.ts';
import { verifyRecords } from '../../main/threads/verifyrecords.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { median } from './stats.ts';

const rounds = 15;
const entry = {
  ...{ entry: 'station.opened' as const, actor: 'bench', subject: 'door' },
  data: { from: 'real' as const },
};

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
    const ours = async (perCommit: number) =>
      void (await Promise.all(Array.from({ length: perCommit }, () => ledger.audit(entry))));
    const same = openRaw(join(dir, 'same.db'), true);
    const alone = openRaw(join(dir, 'alone.db'), false);
    await inTurns(20, Math.ceil(count / 20), { ours, same: same.commit, alone: alone.commit });
    await inTurns(1, Math.min(count, 2000), { ours, same: same.commit, alone: alone.commit });
    same.close();
    alone.close();
    await database.close();
    verifyBesideHashes(file);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/**
 * A plain program that commits what an entry puts on record, with nothing around it: no checks, no triggers, and values
 * that are there already. `all`: the entry's row, its place in the index by subject, its day, and what the log says in that
 * commit; else the row of the entry alone.
 */
function openRaw(file: string, all: boolean): { commit(perCommit: number): void; close(): void } {
  const sqlite = new Sqlite(file);
  sqlite.pragma('journal_mode = WAL');
  sqlite.pragma('synchronous = FULL');
  sqlite.exec(`CREATE TABLE audit (seq INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT, entry TEXT, actor TEXT, subject TEXT, data TEXT) STRICT;
    CREATE TABLE days (day TEXT, entry TEXT, actor TEXT, entries INTEGER, firstSeq INTEGER, lastSeq INTEGER,
      PRIMARY KEY (day, entry, actor)) STRICT, WITHOUT ROWID;
    CREATE TABLE runs (firstLeaf INTEGER PRIMARY KEY, source TEXT, firstId INTEGER, lastId INTEGER) STRICT;
    CREATE TABLE pending (leafIndex INTEGER PRIMARY KEY, hash BLOB) STRICT;
    CREATE TABLE tiles (position INTEGER PRIMARY KEY, hashes BLOB) STRICT;
    CREATE TABLE head (only INTEGER PRIMARY KEY, size INTEGER, root BLOB, frontier BLOB, publicKey BLOB, signature BLOB) STRICT`);
  if (all) sqlite.exec('CREATE INDEX bySubject ON audit (subject, seq)');
  const at = systemClock.now().toISOString();
  const bytes = (length: number) => Buffer.alloc(length, 7);
  const hashes = { one: bytes(32), tile: bytes(8192), frontier: bytes(512), signature: bytes(64) };
  const addEntry = sqlite.prepare('INSERT INTO audit (at, entry, actor, subject, data) VALUES (?, ?, ?, ?, ?)');
  const addDay = sqlite.prepare(`INSERT INTO days VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET entries = entries + excluded.entries, lastSeq = excluded.lastSeq`);
  const addRun = sqlite.prepare('INSERT INTO runs VALUES (?, ?, ?, ?)');
  const addPending = sqlite.prepare('INSERT INTO pending VALUES (?, ?)');
  const addTile = sqlite.prepare('INSERT INTO tiles VALUES (?, ?)');
  const endTile = sqlite.prepare('DELETE FROM pending');
  const putHead = sqlite.prepare('REPLACE INTO head VALUES (1, ?, ?, ?, ?, ?)');
  const data = JSON.stringify(entry.data);
  let size = 0;
  return {
    commit: sqlite.transaction((perCommit: number) => {
      for (let n = 0; n < perCommit; n += 1) addEntry.run(at, entry.entry, entry.actor, entry.subject, data);
      size += perCommit;
      if (!all) return;
      addDay.run(at.slice(0, 10), entry.entry, entry.actor, perCommit, size, size);
      addRun.run(size - perCommit, 'audit', size - perCommit + 1, size);
      if (size % 256 < perCommit) {
        endTile.run();
        addTile.run(Math.floor(size / 256), hashes.tile);
      }
      for (let n = Math.min(perCommit, size % 256); n > 0; n -= 1) addPending.run(size - n, hashes.one);
      putHead.run(size, hashes.one, hashes.frontier, hashes.one, hashes.signature);
    }),
    close: () => void sqlite.close(),
  };
}

type Side = (perCommit: number) => Promise<void> | void;

/** All sides in turns, so that a busy machine and a slow disk are unfair to none; shares are those of a round. */
async function inTurns(perCommit: number, commits: number, sides: { ours: Side; same: Side; alone: Side }) {
  const rates = { ours: [] as number[], same: [] as number[], alone: [] as number[] };
  const cpuUs = { ours: [] as number[], same: [] as number[], alone: [] as number[] };
  const ofRound = Math.ceil(commits / rounds);
  for (let round = 0; round <= rounds; round += 1)
    for (const name of ['ours', 'same', 'alone'] as const) {
      const [began, cpu] = [performance.now(), process.cpuUsage()];
      for (let done = 0; done < ofRound; done += 1) await sides[name](perCommit);
      const { user, system } = process.cpuUsage(cpu);
      // The first round warms everything up.
      if (round === 0) continue;
      rates[name].push((ofRound * perCommit * 1000) / (performance.now() - began));
      cpuUs[name].push((user + system) / ofRound / perCommit);
    }
  const share = (of: 'same' | 'alone') =>
    Math.round(100 * median(rates.ours.map((rate, round) => rate / rates[of][round]!)));
  const told = (of: 'ours' | 'same' | 'alone') =>
    `${Math.round(median(rates[of]))}/s (processor ${median(cpuUs[of]).toFixed(1)} µs)`;
  console.log(`log: append, ${perCommit} a commit: ${told('ours')}`);
  console.log(`  a raw better-sqlite3 FULL commit of the same bytes ${told('same')}: ${share('same')} %`);
  console.log(`  of the row of the entry alone ${told('alone')}: ${share('alone')} %`);
}

function verifyBesideHashes(file: string): void {
  const sql = openSqlite(file, { readOnly: true });
  const leaves = [...leavesOf(sql, 0, Number.MAX_SAFE_INTEGER)].map(({ text }) => text);
  sql.close();
  const times = { verify: [] as number[], bare: [] as number[], quick: [] as number[] };
  const acts = {
    verify() {
      const steps = verifyRecords(file);
      let step = steps.next();
      while (!step.done) step = steps.next();
      if (!step.value.ok) throw new Error(JSON.stringify(step.value.firstBad));
    },
    bare() {
      for (const leaf of leaves) hash('sha256', leaf, 'buffer');
    },
    quick() {
      for (const leaf of leaves) hash('sha256', leaf, 'binary');
    },
  };
  for (let round = 0; round < 5; round += 1)
    for (const name of ['verify', 'bare', 'quick'] as const) {
      // Processor time: neither waits for a disk, and other work on the machine does not count.
      const cpu = process.cpuUsage();
      acts[name]();
      const { user, system } = process.cpuUsage(cpu);
      times[name].push((user + system) / leaves.length);
    }
  const rate = (of: keyof typeof times) => `${Math.round(1e6 / median(times[of]))}/s`;
  const share = (of: 'bare' | 'quick') => Math.round((100 * median(times[of])) / median(times.verify));
  console.log(`log: verify ${leaves.length} leaves: ${rate('verify')}`);
  console.log(`  bare SHA-256 of each leaf, as a buffer ${rate('bare')}: ${share('bare')} %`);
  console.log(`  as a string, which Node makes in a third of the time ${rate('quick')}: ${share('quick')} %`);
}
