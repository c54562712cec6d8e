/** Backups of a station that works, and stations from them. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { usualBackups } from '../../app/contract/backups.ts';
import { createLedger, type Ledger } from '../../app/records/index.ts';
import { headOf } from '../../app/records/log/store.ts';
import { isOverdue, nextBackupAt } from '../../app/station/backups/schedule.ts';
import { paths } from '../../app/station/index.ts';
import { checkBackup } from '../../main/backup/check.ts';
import { checkpointFrom, type KnownCheckpoint } from '../../main/backup/continuity.ts';
import { type Making, makeBackup } from '../../main/backup/make.ts';
import { listPlace, outOfRotation, readManifest } from '../../main/backup/place.ts';
import { restoreBackup } from '../../main/backup/restore.ts';
import { systemClock } from '../../main/clock.ts';
import { keptCheckpoint } from '../../main/threads/checkpointfile.ts';
import { openDatabase, openDatabaseHere } from '../../main/threads/database.ts';
import { quickCheck } from '../../main/threads/quickcheck.ts';
import { verifyRecords } from '../../main/threads/verifyrecords.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { orderId, passUnit, refuses } from '../records/support.ts';
import { makeStation } from '../support.ts';

const root = mkdtempSync(join(tmpdir(), 'birthmark-backups-'));
after(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;
const fresh = (): string => join(root, String(++folders));
/** Lets others work, as the thread of backups does. */
const pause = async () => void (await turn());

/** A number of seconds, so that two backups never share a name. */
let second = Date.parse('2026-11-29T08:00:00.000Z');
const nextAt = (): string => {
  second += 1000;
  return new Date(second).toISOString();
};

const make = (dir: string, place: string, part: Partial<Making> = {}) =>
  makeBackup({ dir, place, by: 'test', madeAt: nextAt(), onProgress: () => {}, pause, ...part });
const restore = (from: string, given: KnownCheckpoint[] = [], before?: string) => {
  const dir = join(fresh(), 'station');
  const rest = { actor: 'test', clock: systemClock, onProgress: () => {}, pause };
  return restoreBackup({ from, dir, given, before, ...rest });
};
const check = async (folder: string) => (await checkBackup(folder, { pause })).verdict;

async function work<T>(dir: string, act: (ledger: Ledger) => Promise<T>): Promise<T> {
  const database = openDatabaseHere(paths(dir).records);
  try {
    return await act(createLedger(database, systemClock));
  } finally {
    await database.close();
  }
}

const pass = (dir: string, ...serials: string[]) =>
  work(dir, async (ledger) => {
    const issuerId = (await ledger.authorities()).find(({ kind }) => kind === 'issuing')!.issuerId;
    for (const unitSerial of serials) await passUnit({ ledger, issuerId } as never, unitSerial);
  });

const verdictOf = (dir: string, given: KnownCheckpoint[] = []) => {
  const steps = verifyRecords(paths(dir).records, given);
  for (;;) {
    const { value, done } = steps.next();
    if (done) return value;
  }
};
const noteOf = (dir: string, name: string): KnownCheckpoint => ({
  ...{ name, note: keptCheckpoint(paths(dir).records)!, at: nextAt() },
});

let station: string;
before(async () => {
  station = await makeStation();
  writeFileSync(join(station, 'webhook.key'), 'whsec_secret of the webhook');
  writeFileSync(join(station, 'ca', 'plain.key.pem'), '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n');
  await work(station, (ledger) =>
    ledger.makeOrder({ orderId, model: '*', quantity: 1000, profile: 'aws-iot-device', activate: true, actor: 'test' }),
  );
  await pass(station, 'U1', 'U2');
});
after(() => rmSync(dirname(station), { recursive: true, force: true }));

/** A copy of the station as it is, under its own key. */
function copyOf(dir: string): string {
  const to = join(fresh(), 'station');
  cpSync(dir, to, { recursive: true });
  return to;
}

describe('a backup', () => {
  test('two backups of one second are two', async () => {
    const [dir, place] = [copyOf(station), fresh()];
    const madeAt = new Date().toISOString();
    const names = [await make(dir, place, { madeAt }), await make(dir, place, { madeAt })].map(({ name }) => name);
    assert.equal(new Set(names).size, 2);
    for (const name of names) assert.equal((await check(join(place, name!))).ok, true);
  });

  test('of a station that writes all the time is one state, and other programs find its digests right', async () => {
    const dir = copyOf(station);
    const place = fresh();
    const database = await openDatabase(paths(dir).records);
    const ledger = createLedger(database, systemClock);
    let entries = 0;
    let isDone = false;
    const writing = (async () => {
      while (!isDone) {
        await ledger.audit({ entry: 'window.stayed', actor: 'test', subject: 'window', data: {} });
        entries += 1;
      }
    })();
    // The backup goes on only when the station has written once more, however slow the machine is.
    const nextEntry = async () => {
      const now = entries;
      while (entries === now) await turn();
    };
    await nextEntry();
    const before = entries;
    const made = await make(dir, place, { pause: nextEntry });
    isDone = true;
    assert.ok(entries > before, 'the station wrote meanwhile');
    await writing;
    await database.close();
    const folder = join(place, made.name!);
    const verdict = await check(folder);
    assert.deepEqual([verdict.ok, verdict.problems], [true, []]);
    assert.ok(verdict.size <= verdictOf(dir).size);
    const { files } = readManifest(folder);
    const sums = files.map(({ path, sha256 }) => `${sha256}  ${path}\n`).join('');
    execFileSync('sha256sum', ['--check', '--strict', '--quiet'], { cwd: folder, input: sums });
    assert.deepEqual(
      listPlace(place).map(({ name, size, problem }) => [name, size, problem]),
      [[made.name, verdict.size, null]],
    );
    assert.deepEqual(
      readdirSync(dir).filter((name) => name.startsWith('.')),
      [],
      'nothing of the work stays',
    );
  });

  test('has no secret in the clear, and says what it has not', async () => {
    const place = fresh();
    const { name } = await make(copyOf(station), place);
    const folder = join(place, name!);
    const { files, leftOut } = readManifest(folder);
    for (const { path } of files) {
      const text = readFileSync(join(folder, path), 'latin1');
      assert.ok(!/BEGIN (EC |RSA )?PRIVATE KEY|whsec_/.test(text), path);
    }
    const has = (path: string) => files.some((file) => file.path === path);
    assert.ok(['records.db', 'station.json', 'ca/root.key.pem', 'ca/issuing.key.pem', 'ca/root.crt.pem'].every(has));
    const secrets = leftOut.filter(({ why }) => why === 'secret').map(({ path }) => path);
    assert.deepEqual(secrets.sort(), ['ca/log.key.pem', 'ca/plain.key.pem', 'webhook.key']);
  });

  test('is checked byte by byte', async () => {
    const place = fresh();
    const { name } = await make(copyOf(station), place);
    const folder = join(place, name!);
    const harms: [string, (dir: string) => void, RegExp][] = [
      ['a page of the records', (dir) => flip(join(dir, 'records.db'), 5000), /records.db/],
      ['a certificate', (dir) => flip(join(dir, 'ca', 'root.crt.pem'), 100), /ca\/root.crt.pem/],
      ['a file that is gone', (dir) => rmSync(join(dir, 'station.json')), /station.json/],
      ['records that are cut off', (dir) => writeFileSync(join(dir, 'records.db'), 'SQLite'), /records.db/],
    ];
    for (const [what, harm, where] of harms) {
      const copy = fresh();
      cpSync(folder, copy, { recursive: true });
      harm(copy);
      const { ok, problems } = await check(copy);
      assert.equal(ok, false, what);
      assert.match(problems[0]!.where, where, what);
      await assert.rejects(restore(copy), refuses('backup.damaged'), what);
    }
    const half = fresh();
    cpSync(folder, half, { recursive: true });
    const list = join(half, 'backup.json');
    writeFileSync(list, readFileSync(list, 'utf8').slice(0, -20));
    await assert.rejects(check(half), refuses('backup.damaged'));
    await assert.rejects(check(dirname(half)), refuses('backup.damaged'));
  });

  test('whose records were changed by another program is not made, and older ones stay', async () => {
    const dir = copyOf(station);
    const place = fresh();
    const keep = { daily: 1, weekly: 0, monthly: 0 };
    const first = await make(dir, place, { keep });
    const sql = openSqlite(paths(dir).records);
    sql.exec(`UPDATE orders SET quantity = 7 WHERE orderId = '${orderId}'`);
    sql.close();
    await assert.rejects(make(dir, place, { keep }), refuses('records.damaged'));
    assert.deepEqual(
      listPlace(place).map(({ name }) => name),
      [first.name],
    );
  });

  test('goes nowhere without a word: a folder that is gone, is a file, lies in the data folder, or a second maker', async () => {
    const dir = copyOf(station);
    const gone = join(fresh(), 'drive', 'backups');
    await assert.rejects(make(dir, gone), refuses('backup.noPlace'));
    assert.ok(!existsSync(dirname(gone)), 'a drive that is not connected does not become a folder');
    const file = fresh();
    writeFileSync(file, '');
    await assert.rejects(make(dir, file), refuses('backup.noPlace'));
    await assert.rejects(make(dir, join(dir, 'backups')), refuses('call.badParams'));
    const link = fresh();
    symlinkSync(join(dir, 'ca'), link);
    await assert.rejects(make(dir, join(link, 'backups')), refuses('call.badParams'), 'by way of a link');
    const place = fresh();
    let second: Promise<unknown> | undefined;
    await make(dir, place, {
      onProgress: () => {
        second ??= assert.rejects(make(dir, place), refuses('backup.running'));
      },
    });
    await second;
    const { tries } = JSON.parse(readFileSync(join(dir, 'backups.json'), 'utf8')) as { tries: { code?: string }[] };
    assert.deepEqual(
      tries.map(({ code }) => code),
      ['backup.noPlace', 'backup.noPlace', 'call.badParams', 'call.badParams', undefined],
    );
  });

  test('that is stopped leaves nothing', async () => {
    const [dir, place] = [copyOf(station), fresh()];
    const stop = new Error('stopped');
    for (const stage of ['copying', 'verifying', 'writing', 'checking'])
      await assert.rejects(
        make(dir, place, {
          onProgress: (now) => {
            if (now.stage === stage) throw stop;
          },
        }),
      );
    assert.deepEqual(readdirSync(place), []);
    assert.deepEqual(
      readdirSync(dir).filter((name) => name.startsWith('.')),
      [],
    );
  });
});

function flip(file: string, at: number): void {
  const bytes = readFileSync(file);
  bytes[at]! ^= 1;
  writeFileSync(file, bytes);
}

describe('a station from a backup', () => {
  test('goes on from it, and says what is lost', async () => {
    const [dir, place] = [copyOf(station), fresh()];
    const earlier = noteOf(dir, 'earlier');
    const made = await make(dir, place);
    await pass(dir, 'U3', 'U4');
    const later = noteOf(dir, 'later');
    const from = join(place, made.name!);

    const restored = await restore(from, [earlier, later], dir);
    assert.equal(restored.size, made.size);
    assert.deepEqual([...restored.secretsLeftOut].sort(), ['ca/plain.key.pem', 'webhook.key'], 'the log has a new key');
    assert.deepEqual(
      restored.checkpoints.map(({ name, relation }) => [name, relation]),
      [
        ['earlier', 'held'],
        ['later', 'goesOn'],
        [join(dir, 'records.checkpoint'), 'goesOn'],
        [join(dir, 'records.db'), 'goesOn'],
      ],
    );
    const { leaves, counted } = restored.lost!;
    assert.equal(leaves, verdictOf(dir).size - made.size!);
    assert.deepEqual([counted?.units, counted?.certificates], [2, 2]);
    assert.ok(counted!.entries > 10 && counted!.entries < leaves);

    const verdict = verdictOf(restored.folder, [earlier, later]);
    assert.deepEqual(verdict.problems, []);
    assert.deepEqual(
      verdict.restores?.map(({ size, lost }) => [size, lost]),
      [[made.size, leaves]],
    );
    await work(restored.folder, async (ledger) => {
      const { rows } = await ledger.listAudit({ limit: 3, offset: 0 });
      assert.deepEqual(
        rows.map(({ entry }) => entry),
        ['station.restored', 'log.rekeyed', rows[2]!.entry],
      );
      assert.deepEqual(restored.orders, ['WO-1', 'default']);
      assert.equal((await ledger.showOrder(orderId)).restoredAt, rows[0]!.at);
      await ledger.reconcileOrder({ orderId, counted: 4, actor: 'erik' });
      assert.equal((await ledger.showOrder(orderId)).restoredAt, undefined);
      await assert.rejects(ledger.reconcileOrder({ orderId, counted: 4, actor: 'erik' }), refuses('call.badParams'));
      const { number } = await ledger.crlSource((await ledger.authorities())[0]!.issuerId);
      assert.ok(number > 1_000_000, 'no CRL number comes a second time');
    });
    // It works on, and its later checkpoints hold.
    await pass(restored.folder, 'U5');
    const own = noteOf(restored.folder, 'own');
    await pass(restored.folder, 'U6');
    assert.deepEqual(verdictOf(restored.folder, [earlier, own]).problems, []);
  });

  test('does not go into the backup that it comes from, and a list of a later form is not called damaged', async () => {
    const [dir, place] = [copyOf(station), fresh()];
    const from = join(place, (await make(dir, place)).name!);
    const before = readdirSync(from);
    const rest = { from, given: [], actor: 'test', clock: systemClock, onProgress: () => {}, pause };
    await assert.rejects(restoreBackup({ ...rest, dir: join(from, 'station') }), refuses('call.badParams'));
    assert.deepEqual(readdirSync(from), before);
    const list = join(from, 'backup.json');
    writeFileSync(list, JSON.stringify({ ...JSON.parse(readFileSync(list, 'utf8')), version: 2 }));
    await assert.rejects(restore(from), refuses('records.newer'));
  });

  test('is not blamed for the checkpoint that its folder had, when the restore was declared', async () => {
    const [dir, place] = [copyOf(station), fresh()];
    const made = await make(dir, place);
    await pass(dir, 'U3');
    const lost = noteOf(dir, 'lost');
    const { folder } = await restore(join(place, made.name!));
    const beside = join(folder, 'records.checkpoint');
    copyFileSync(join(dir, 'records.checkpoint'), beside);
    assert.deepEqual(verdictOf(folder).problems, []);
    assert.equal(quickCheck(paths(folder).records), undefined);
    await work(folder, async () => {});
    const kept = readFileSync(beside, 'utf8');
    assert.notEqual(kept, lost.note, 'the file follows the log again');
    assert.deepEqual(verdictOf(folder).problems, []);
  });

  test('an older file in place of the records is still found, before a restore and after it', async () => {
    const [dir, place] = [copyOf(station), fresh()];
    const made = await make(dir, place);
    await pass(dir, 'U3');
    const rolled = copyOf(dir);
    copyFileSync(join(place, made.name!, 'records.db'), paths(rolled).records);
    assert.equal(verdictOf(rolled).firstBad?.what, 'rolledBack');
    assert.match(quickCheck(paths(rolled).records) ?? '', /an older file/);
    assert.equal(quickCheck(paths(dir).records), undefined);

    const { folder } = await restore(join(place, made.name!), [noteOf(dir, 'later')]);
    const early = fresh();
    copyFileSync(paths(folder).records, early);
    await pass(folder, 'U7');
    copyFileSync(early, paths(folder).records);
    assert.equal(verdictOf(folder).firstBad?.what, 'rolledBack');
  });

  test('is not made from a backup that a checkpoint contradicts', async () => {
    const dir = copyOf(station);
    const fork = copyOf(station);
    const place = fresh();
    await pass(dir, 'U3');
    await pass(fork, 'U4', 'U5');
    const made = await make(dir, place);
    const from = join(place, made.name!);
    const forked = noteOf(fork, 'forked');
    await assert.rejects(restore(from, [forked], fork), refuses('backup.notContinuous'));
    await pass(dir, 'U6', 'U7', 'U8');
    const second = await make(dir, place);
    await assert.rejects(restore(join(place, second.name!), [forked]), refuses('backup.notContinuous'));
    const other = await makeStation([], true);
    await assert.rejects(restore(from, [noteOf(other, 'other')]), refuses('backup.notContinuous'));
    await assert.rejects(restore(from, [{ name: 'x', note: 'nothing', at: '' }]), refuses('backup.notContinuous'));
    assert.throws(() => checkpointFrom(join(root, 'none')), refuses('call.badParams'));
  });

  test('is not made over another station, and a refusal leaves nothing', async () => {
    const [dir, place] = [copyOf(station), fresh()];
    const from = join(place, (await make(dir, place)).name!);
    const rest = { from, given: [], actor: 'test', clock: systemClock, onProgress: () => {}, pause };
    await assert.rejects(restoreBackup({ ...rest, dir }), refuses('records.exists'));
    const list = join(from, 'backup.json');
    writeFileSync(list, JSON.stringify({ ...readManifest(from), schema: 9999 }));
    const parent = fresh();
    mkdirSync(parent);
    await assert.rejects(restoreBackup({ ...rest, dir: join(parent, 'new') }), refuses('records.newer'));
    assert.deepEqual(readdirSync(parent), []);
  });

  test('that is stopped leaves nothing, at whichever pause', async () => {
    const [dir, place] = [copyOf(station), fresh()];
    const from = join(place, (await make(dir, place)).name!);
    const parent = fresh();
    mkdirSync(parent);
    const restoreUntil = async (last: number) => {
      let count = 0;
      const stop = async () => {
        count += 1;
        if (count === last) throw new Error('stopped');
      };
      const rest = { from, given: [], actor: 'test', clock: systemClock, onProgress: () => {}, pause: stop };
      await restoreBackup({ ...rest, dir: join(parent, 'new') });
      return count;
    };
    const pauses = await restoreUntil(Number.POSITIVE_INFINITY);
    rmSync(join(parent, 'new'), { recursive: true });
    for (const last of [1, Math.ceil(pauses / 2), pauses]) {
      await assert.rejects(restoreUntil(last));
      assert.deepEqual(readdirSync(parent), [], `pause ${last} of ${pauses}`);
    }
  });

  test('two that run from one backup are noticed at the folder of backups', async () => {
    const [dir, place] = [copyOf(station), fresh()];
    const from = join(place, (await make(dir, place)).name!);
    const [one, two] = [(await restore(from)).folder, (await restore(from)).folder];
    const first = await make(one, place);
    assert.equal(first.twins, undefined, 'its own past is no twin');
    const second = await make(two, place);
    assert.deepEqual(second.twins, [first.name]);
    assert.deepEqual((await make(one, place)).twins, [second.name]);
    // A copy of the folder has the same key; its log goes another way.
    const copy = copyOf(two);
    await pass(two, 'U8');
    await pass(copy, 'U9', 'U10');
    const shared = fresh();
    const mine = await make(two, shared);
    assert.deepEqual((await make(copy, shared)).twins, [mine.name]);
  });

  test('of an earlier version is brought up to date', async () => {
    const [dir, place] = [copyOf(station), fresh()];
    const from = join(place, (await make(dir, place)).name!);
    const sql = openSqlite(join(from, 'records.db'), { readOnly: true });
    assert.equal(sql.get<{ journal_mode: string }>('PRAGMA journal_mode')?.journal_mode, 'delete');
    assert.ok(headOf(sql)!.size > 0);
    sql.close();
    const { folder } = await restore(join(from, 'backup.json', '..'));
    assert.deepEqual(verdictOf(folder).problems, []);
  });
});

describe('the schedule', () => {
  const config = { ...usualBackups, folder: '/backups' };
  const at = (hours: number) => new Date(Date.parse('2026-11-29T00:00:00Z') + hours * 3_600_000);
  const tried = (hours: number, name: string | null = 'b') => ({
    ...{ at: at(hours).toISOString(), by: 'schedule', folder: '/backups', name },
  });

  test('comes every so many hours, at once in a new folder, and sooner after a failure', () => {
    assert.equal(nextBackupAt([], usualBackups, at(0)), null);
    assert.deepEqual(nextBackupAt([], config, at(0)), at(0));
    assert.deepEqual(nextBackupAt([tried(0)], config, at(1)), at(24));
    assert.deepEqual(nextBackupAt([tried(0)], { ...config, folder: '/other' }, at(1)), at(1));
    const failures = (count: number) => Array.from({ length: count }, () => tried(30, null));
    const waits = [1, 2, 3, 4, 5, 20].map((count) => nextBackupAt([tried(0), ...failures(count)], config, at(30))!);
    assert.deepEqual(
      waits.map((next) => (next.getTime() - at(30).getTime()) / 60_000),
      [5, 10, 20, 40, 60, 60],
    );
    assert.deepEqual(nextBackupAt([tried(50)], config, at(1)), at(1), 'a clock that was set back does not put it off');
  });

  test('is overdue when nothing good came for too long', () => {
    assert.equal(isOverdue([], config, at(100)), false);
    assert.equal(isOverdue([tried(0)], config, at(48)), false);
    assert.equal(isOverdue([tried(0), tried(40, null)], config, at(49)), true);
    assert.equal(isOverdue([tried(0, null)], config, at(49)), true);
    assert.equal(isOverdue([tried(0)], usualBackups, at(1000)), false);
  });

  test('rotation keeps the backup that was just made, also when a clock that was ahead has left later ones', () => {
    const keep = { daily: 2, weekly: 0, monthly: 0 };
    const ahead = [0, 24, 48].map((hours) => ({ name: `ahead ${hours}`, madeAt: at(hours + 90_000).toISOString() }));
    const made = { name: 'now', madeAt: at(0).toISOString() };
    assert.deepEqual(outOfRotation([...ahead, made], keep, 'now'), ['ahead 0']);
  });

  test('rotation keeps the latest of each period, whatever was there', () => {
    const day = 86_400_000;
    const backups = fc.uniqueArray(fc.integer({ min: 0, max: 800 * 24 }), { maxLength: 60 });
    const counts = fc.record({
      daily: fc.integer({ min: 1, max: 10 }),
      weekly: fc.integer({ min: 0, max: 6 }),
      monthly: fc.integer({ min: 0, max: 14 }),
    });
    fc.assert(
      fc.property(backups, counts, (hours, keep) => {
        const all = hours.map((hour) => ({ name: String(hour), madeAt: at(hour).toISOString() }));
        const gone = new Set(outOfRotation(all, keep));
        const kept = all.filter(({ name }) => !gone.has(name));
        assert.ok(kept.length <= keep.daily + keep.weekly + keep.monthly);
        const times = (rows: typeof all) => rows.map(({ madeAt }) => Date.parse(madeAt)).sort((a, b) => b - a);
        assert.equal(times(kept)[0], times(all)[0], 'the latest stays');
        const days = [...new Set(times(all).map((time) => Math.floor(time / day)))].slice(0, keep.daily);
        for (const number of days) {
          const latest = times(all).find((time) => Math.floor(time / day) === number)!;
          assert.ok(times(kept).includes(latest), 'the latest of a day stays');
        }
        assert.deepEqual(outOfRotation(kept, keep), [], 'a second round removes nothing');
      }),
      { numRuns: 200 },
    );
  });
});
