/** Disks that are full, read-only, limited or damaged: what was acknowledged stays, and what was not is refused by its name. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createLedger } from '../../app/records/index.ts';
import { openDatabaseHere } from '../../main/threads/database.ts';
import { verifyRecords } from '../../main/threads/verifyrecords.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { createTestClock, fillStation, freshFolder, passUnit, refuses } from './support.ts';

const child = fileURLToPath(new URL('./diskfaultchild.ts', import.meta.url));
const inside = ['--user', '--map-root-user', '--mount', 'sh', '-euc'];
const whyNot =
  process.platform === 'linux' && spawnSync('unshare', [...inside, 'mount -t tmpfs none /mnt']).status === 0
    ? false
    : 'this system lets no user mount a tmpfs (unshare)';

async function stationIn(dir: string): Promise<void> {
  mkdirSync(dir, { recursive: true });
  const database = openDatabaseHere(join(dir, 'records.db'), { create: true });
  const ledger = createLedger(database, createTestClock());
  const bed = {
    file: join(dir, 'records.db'),
    database,
    ledger,
    clock: createTestClock(),
    ...(await fillStation(ledger, 9)),
  };
  await passUnit(bed, 'U1');
  await database.close();
}

const problemsOf = (dir: string) => {
  const steps = verifyRecords(join(dir, 'records.db'));
  for (;;) {
    const { value, done } = steps.next();
    if (done) return value.problems;
  }
};

/** What the child said: entries that were acknowledged, the refusal, and what came after it. */
function told(out: string) {
  const lines = out.split('\n');
  const numbers = (word: string) =>
    lines.filter((line) => line.startsWith(`${word} `)).map((line) => Number(line.slice(word.length + 1)));
  const refused = lines.find((line) => line.startsWith('refused '))?.slice(8);
  return { acks: numbers('ack'), more: numbers('more'), refused, isDone: lines.includes('done') };
}

function assertOnRecord(dir: string, numbers: readonly number[]): void {
  const sql = openSqlite(join(dir, 'records.db'), { readOnly: true });
  const found = sql.all<{ subject: string }>(`SELECT subject FROM audit WHERE entry = 'unit.scrapped'`);
  sql.close();
  const counts = new Map<string, number>();
  for (const { subject } of found) {
    const name = subject.split(' x')[0]!;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  for (const n of numbers) assert.ok((counts.get(`unit ${n}`) ?? 0) >= 1, `entry ${n} is on record`);
}

test('a full disk refuses, loses nothing that was acknowledged, and goes on when there is room', {
  skip: whyNot,
}, async (t) => {
  const made = freshFolder(t);
  await stationIn(join(made, 'station'));
  const disk = join(made, 'disk');
  mkdirSync(disk);
  const script = [
    `mount -t tmpfs -o size=6m none ${disk}`,
    `cp -r ${join(made, 'station')} ${disk}/station`,
    `dd if=/dev/zero of=${disk}/ballast bs=1k count=1500 status=none`,
    `${process.execPath} ${child} ${disk}/station ${disk}/ballast`,
    `cp -r ${disk}/station ${made}/after`,
  ].join('\n');
  const out = execFileSync('unshare', [...inside, script], { encoding: 'utf8' });
  const { acks, more, refused, isDone } = told(out);
  assert.equal(refused, 'records.diskFull');
  assert.ok(acks.length > 10 && more.length === 1 && isDone, out.slice(-300));
  assertOnRecord(join(made, 'after'), [...acks, ...more]);
  assert.deepEqual(problemsOf(join(made, 'after')), []);
});

test('a disk that takes no more of a file refuses, and loses nothing that was acknowledged', {
  skip: process.platform === 'win32' && 'no limits of files here',
}, async (t) => {
  const dir = join(freshFolder(t), 'station');
  await stationIn(dir);
  const out = execFileSync('bash', ['-c', 'ulimit -f 3000; exec "$0" "$@"', process.execPath, child, dir], {
    encoding: 'utf8',
  });
  const { acks, refused } = told(out);
  assert.ok(refused === 'records.failed' || refused === 'records.diskFull', refused);
  assert.ok(acks.length > 10);
  assertOnRecord(dir, acks);
  await reopen(dir);
  assert.deepEqual(problemsOf(dir), []);
});

async function reopen(dir: string): Promise<void> {
  const database = openDatabaseHere(join(dir, 'records.db'));
  assert.deepEqual(await createLedger(database, createTestClock()).integrityCheck(), []);
  await database.close();
}

test('a read-only disk refuses the station by its name', { skip: whyNot }, async (t) => {
  const made = freshFolder(t);
  await stationIn(join(made, 'station'));
  const script = `mount --bind ${made}/station ${made}/station && mount -o remount,bind,ro ${made}/station
${process.execPath} ${child} ${made}/station - || true`;
  const { stdout, stderr } = spawnSync('unshare', [...inside, script], { encoding: 'utf8' });
  assert.doesNotMatch(stdout, /ack/);
  assert.match(stderr, /records\.failed/);
});

test('a page that the disk changed refuses what needs it, and no unit is begun', async (t) => {
  const dir = join(freshFolder(t), 'station');
  await stationIn(dir);
  const file = join(dir, 'records.db');
  const sql = openSqlite(file, { readOnly: true });
  const { page } = sql.get<{ page: number }>(`SELECT rootpage AS page FROM sqlite_schema WHERE name = 'units'`)!;
  const { size } = sql.get<{ size: number }>('SELECT page_size AS size FROM pragma_page_size')!;
  sql.close();
  const whole = join(dirOf(dir), 'whole');
  cpSync(dir, whole, { recursive: true });
  execFileSync('dd', [
    'if=/dev/urandom',
    `of=${file}`,
    `bs=${size}`,
    `seek=${page - 1}`,
    'count=1',
    'conv=notrunc',
    'status=none',
  ]);
  const database = openDatabaseHere(file);
  const ledger = createLedger(database, createTestClock());
  const begin = { unitSerial: 'U2', orderId: 'WO-1', slotId: 1, actor: 'olga', driver: 'agent', practice: true };
  await assert.rejects(ledger.startAttempt(begin), refuses('records.damaged'));
  assert.notDeepEqual(await ledger.integrityCheck().catch(() => ['refused']), []);
  await database.close().catch(() => {});
  assert.equal(problemsOf(dir)[0]?.what, 'file');
  assert.deepEqual(problemsOf(whole), []);
});

test('a file that is no database, and one that is cut off, refuse by their names', async (t) => {
  const dir = join(freshFolder(t), 'station');
  await stationIn(dir);
  const file = join(dir, 'records.db');
  const whole = readFileSync(file);
  writeFileSync(
    file,
    'this is a letter to the customer, not a database; it is long enough for a header of one hundred bytes',
  );
  assert.throws(() => openDatabaseHere(file), refuses('records.damaged'));
  writeFileSync(file, whole.subarray(0, 40_960));
  await assert.rejects(
    async () => {
      const database = openDatabaseHere(file);
      const problems = await createLedger(database, createTestClock()).integrityCheck();
      await database.close();
      assert.deepEqual(problems, []);
    },
    (thrown: Error) => thrown.name === 'StationError' || thrown.name === 'AssertionError',
  );
});

const dirOf = (dir: string): string => join(dir, '..');
