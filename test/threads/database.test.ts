import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { StationError } from '../../app/contract/errors.ts';
import { createLedger, type Database } from '../../app/records/index.ts';
import { migrations } from '../../app/records/migrations/index.ts';
import { openDatabase } from '../../main/threads/database.ts';
import { startThread } from '../../main/threads/thread.ts';
import { openSqlite } from '../../native/sqlite.ts';
import {
  freshFolder,
  issueFor,
  keyOf,
  lintedTbs,
  makeBatch,
  makeBed,
  orderId,
  passUnit,
  refuses,
  reserveFor,
  sha256,
  start,
} from '../records/support.ts';

/**
 * Commits in a write-ahead log, read from its bytes: a frame whose third and fourth header words are not zero ends a
 * commit (sqlite.org/fileformat2.html#walformat).
 */
function commitsIn(walFile: string): number {
  const wal = readFileSync(walFile);
  const frameBytes = 24 + wal.readUInt32BE(8);
  let commits = 0;
  for (let frame = 32; frame + frameBytes <= wal.length; frame += frameBytes) {
    if (wal.readUInt32BE(frame + 4) !== 0) commits += 1;
  }
  return commits;
}

test('both threads wait for the disk', async (t) => {
  const { database } = await makeBed(t, { threads: true });
  const expected = { synchronous: 2, journalMode: 'wal', foreignKeys: 1 };
  assert.deepEqual(await database.write('integrityCheck.writer', { params: undefined, at: '' }), expected);
  assert.deepEqual(await database.read('integrityCheck.reader', { params: undefined, at: '' }), expected);
});

test('writes asked for at once share commits, and a read sees every write that resolved', async (t) => {
  const { database, ledger, file } = await makeBed(t, { threads: true });
  const before = commitsIn(`${file}-wal`);
  const count = 200;
  const entries = Array.from({ length: count }, (_, n) => ({
    entry: 'bench.released' as const,
    actor: 'x',
    subject: `${n}`,
    data: {},
  }));
  await Promise.all(entries.map((entry) => ledger.audit(entry)));
  const commits = commitsIn(`${file}-wal`) - before;
  assert.ok(commits >= 1 && commits < count / 2, `${commits} commits for ${count} writes`);
  const { rows } = await ledger.listAudit({ limit: count, offset: 0 });
  assert.deepEqual(
    rows.map((row) => row.subject),
    entries.map((entry) => entry.subject).reverse(),
    'in the order they were asked for',
  );
  await database.close();
});

test('what happens once happens once, however many ask at the same time', async (t) => {
  const bed = await makeBed(t, { threads: true, quantity: 3 });
  const { ledger, issuerId } = bed;
  const outcomes = async (work: Promise<unknown>[]) =>
    (await Promise.allSettled(work))
      .map((result) => (result.status === 'fulfilled' ? 'done' : result.reason.code))
      .sort()
      .join(' ');
  const times = <T>(count: number, act: (n: number) => Promise<T>) => Array.from({ length: count }, (_, n) => act(n));

  assert.equal(
    await outcomes(times(3, () => ledger.startAttempt(start('U1')))),
    'done unit.inProgress unit.inProgress',
  );
  assert.equal(
    await outcomes(
      times(3, () =>
        ledger.reserve(lintedTbs(issuerId, { spkiSha256: keyOf('U1') }), { unitSerial: 'U1', attempt: 1, actor: 'x' }),
      ),
    ),
    'done records.conflict records.conflict',
  );
  await Promise.all(['U2', 'U3', 'U4', 'U5'].map((serial) => ledger.startAttempt(start(serial))));
  const serialHex = 'ab'.repeat(16);
  const sameSerial = (unitSerial: string) =>
    ledger.reserve(lintedTbs(issuerId, { serialHex, spkiSha256: keyOf(unitSerial) }), {
      unitSerial,
      attempt: 1,
      actor: 'x',
    });
  assert.equal(await outcomes(['U2', 'U3'].map(sameSerial)), 'done records.conflict');
  const der = new Uint8Array([1]);
  assert.equal(
    await outcomes(times(2, () => ledger.recordIssued({ serialHex, der, certificateId: sha256(der) }))),
    'done records.conflict',
  );
  assert.equal(
    await outcomes(
      ['U4', 'U5'].map((unitSerial) =>
        ledger.recordCsr({ unitSerial, attempt: 1, csrDer: der, spkiSha256: sha256('shared') }),
      ),
    ),
    'done policy.keySeen',
  );
  assert.equal(
    await outcomes(
      ['U3', 'U4', 'U5'].map((unitSerial) =>
        ledger.reserve(lintedTbs(issuerId, { spkiSha256: keyOf(unitSerial) }), { unitSerial, attempt: 1, actor: 'x' }),
      ),
    ),
    'done order.full order.full',
  );
  const device = { attempt: 1, hardwareId: 'hw', model: 'BM-1', firmware: '1', hardwareRevision: 'A' };
  assert.equal(
    await outcomes(['U4', 'U5'].map((unitSerial) => ledger.recordDevice({ ...device, unitSerial }))),
    'done unit.hardwareIdTaken',
  );
  const person = { name: 'O', badge: 'OP-1', pin: '1234', role: 'operator', actor: 'x' } as const;
  assert.equal(await outcomes(times(2, () => ledger.addPerson(person))), 'call.badParams done');
  const order = { orderId: 'WO-2', model: 'm', quantity: 1, profile: 'p', activate: true, actor: 'x' };
  assert.equal(await outcomes(times(2, () => ledger.makeOrder(order))), 'done order.exists');
  await ledger.endAttempt({ unitSerial: 'U2', attempt: 1, outcome: 'PASS', actor: 'x', ms: 1 });
  assert.equal(await outcomes(times(2, (n) => makeBatch(bed, `B${n}`, ['U2']))), 'call.badParams done');
  assert.deepEqual(await ledger.integrityCheck(), []);
});

/** One day at the bench, as seen from outside: every result and every refusal. */
async function aDay(bed: Awaited<ReturnType<typeof makeBed>>): Promise<unknown[]> {
  const { ledger } = bed;
  const seen: unknown[] = [];
  const note = async (work: Promise<unknown>) =>
    seen.push(await work.catch((thrown) => (thrown instanceof StationError ? thrown.toJSON() : thrown)));
  const same = (serialHex: string) => ({ serialHex, spkiSha256: keyOf(serialHex) });
  const { attempt } = await ledger.startAttempt(start('U1'));
  const first = lintedTbs(bed.issuerId, same('aa'));
  await note(ledger.reserve(first, { unitSerial: 'U1', attempt, actor: 'x' }));
  await note(ledger.reserve(first, { unitSerial: 'U1', attempt, actor: 'x' }));
  await note(ledger.startAttempt(start('U1')));
  await note(ledger.recordIssued({ serialHex: 'aa', der: new Uint8Array([1, 2]), certificateId: sha256('a') }));
  await note(ledger.endAttempt({ unitSerial: 'U1', attempt, outcome: 'PASS', actor: 'x', ms: 5 }));
  await note(ledger.startAttempt(start('U2', 'none')));
  await note(ledger.signIn('NOBODY', '1234'));
  await note(makeBatch(bed, 'B1'));
  await note(ledger.batchHead('B1'));
  await note(ledger.showUnit('U1'));
  await note(ledger.listUnits({ query: 'u' }));
  await note(ledger.listOrders());
  await note(ledger.authorities());
  await note(ledger.openAttempts());
  await note(ledger.activeOrder());
  await note(ledger.listAudit({ limit: 100, offset: 0 }));
  await note(ledger.integrityCheck());
  return seen;
}

test('the records give the same answers on this thread and on their own', async (t) => {
  const [local, threaded] = await Promise.all([makeBed(t), makeBed(t, { threads: true })]);
  assert.deepEqual(await aDay(threaded), await aDay(local));
});

test('close finishes what was asked, then refuses; the file needs no log beside it', async (t) => {
  const { database, ledger, file } = await makeBed(t, { threads: true });
  const work = Array.from({ length: 50 }, (_, n) =>
    ledger.audit({ entry: 'bench.released', actor: 'x', subject: `${n}`, data: {} }),
  );
  const reading = ledger.listOrders();
  await Promise.all([database.close(), database.close()]);
  assert.equal((await Promise.allSettled(work)).filter((result) => result.status === 'fulfilled').length, 50);
  assert.equal((await reading).length, 1);
  await assert.rejects(ledger.listOrders(), refuses('records.failed'));
  await assert.rejects(
    ledger.audit({ entry: 'bench.released', actor: 'x', subject: '', data: {} }),
    refuses('records.failed'),
  );
  assert.equal(existsSync(`${file}-wal`), false);
});

test('the writer commits what came before the word to close', async (t) => {
  const file = join(freshFolder(t), 'records.db');
  const thread = await startThread(new URL('../../main/threads/writer.ts', import.meta.url), 'writer', {
    file,
    create: true,
  });
  const params = { entry: 'bench.released', actor: 'x', subject: '', data: {} };
  const asked = { params, at: '2026-11-21T08:00:00.000Z' };
  const work = Array.from({ length: 20 }, () => thread.ask('audit', asked));
  const closed = thread.close();
  await Promise.all(work);
  await closed;
});

test('a file that is missing, newer, foreign or no database is refused when it is opened', async (t) => {
  const dir = freshFolder(t);
  await assert.rejects(openDatabase(join(dir, 'none.db')), refuses('records.notStation'));
  assert.equal(existsSync(join(dir, 'none.db')), false);
  const newer = openSqlite(join(dir, 'newer.db'), { create: true });
  newer.exec(`PRAGMA user_version = ${migrations.length + 1}`);
  newer.close();
  await assert.rejects(
    openDatabase(join(dir, 'newer.db'), { create: true }),
    refuses('records.newer', { version: migrations.length + 1, known: migrations.length }),
  );
  await assert.rejects(openDatabase(new URL(import.meta.url).pathname), refuses('records.damaged'));
});

test('an unexpected error is our bug, and its stack stays inside the process', async (t) => {
  const { database } = await makeBed(t, { threads: true });
  const asked = database.write('nothing', { params: {}, at: '' });
  await assert.rejects(asked, (thrown) => {
    assert.ok(thrown instanceof StationError);
    assert.equal(thrown.code, 'internal');
    assert.match(String((thrown.cause as Error).stack), / at runWrite /);
    assert.doesNotMatch(JSON.stringify(thrown), / at runWrite /);
    return true;
  });
});

test('when a thread dies, everything asked of it is refused, before and after', async () => {
  const program = new URL('./dying.ts', import.meta.url);
  const thread = await startThread(program, 'dying', { file: '', create: false });
  assert.equal(await thread.ask('hello', {}), 'hello');
  const pending = [thread.ask('silence', {}), thread.ask('silence', {})];
  const deadly = thread.ask('die', {});
  for (const asked of [...pending, deadly]) await assert.rejects(asked, refuses('records.failed'));
  await assert.rejects(thread.ask('hello', {}), refuses('records.failed'));
  await thread.close();
});

test('a thread keeps less for what is dropped at once than the writer', async () => {
  const youngOf = async (name: string) => {
    const program = new URL('./dying.ts', import.meta.url);
    const thread = await startThread(program, name, { file: '', create: false });
    const young = Number(await thread.ask('young', {}));
    await thread.close();
    return young;
  };
  const reader = await youngOf('reader');
  const writer = await youngOf('writer');
  assert.ok(reader > 0 && reader < writer, `${reader} and ${writer} MB`);
});

test('what is open in the file when it is opened again is what was left', async (t) => {
  const bed = await makeBed(t, { threads: true });
  await reserveFor(bed, 'A');
  await issueFor(bed, 'B');
  await passUnit(bed, 'C');
  const before = [await bed.ledger.openAttempts(), await bed.ledger.listUnits({})];
  await bed.database.close();
  const database: Database = await openDatabase(bed.file);
  t.after(() => database.close());
  const ledger = createLedger(database, bed.clock);
  assert.deepEqual([await ledger.openAttempts(), await ledger.listUnits({})], before);
  assert.equal((await ledger.activeOrder())?.orderId, orderId);
});
