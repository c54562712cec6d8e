/** What the file says of its own health: each kind of damage by its own words. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createLedger, createLocalDatabase, migrate, type Sql } from '../../app/records/index.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { createTestClock, freshFolder, issueFor, makeBatch, makeBed, passUnit, refuses } from './support.ts';

/** Damages a file with two units as no call of the records can. */
async function damaged(t: TestContext, harm: (sql: Sql) => void) {
  const bed = await makeBed(t, { strange: true });
  await passUnit(bed, 'U1');
  await issueFor(bed, 'U2');
  assert.deepEqual(await bed.ledger.integrityCheck(), []);
  const sql = openSqlite(bed.file);
  sql.exec('PRAGMA foreign_keys = OFF');
  for (const trigger of ['journalNoUpdate', 'journalNoDelete', 'journalGapless', 'journalIndexed', 'scrapsNoDelete'])
    sql.exec(`DROP TRIGGER ${trigger}`);
  harm(sql);
  sql.close();
  return bed.ledger.integrityCheck();
}

test('members that cannot be are told: another unit’s certificate, two live batches, counts that are not theirs', async (t) => {
  const bed = await makeBed(t);
  const a = await passUnit(bed, 'U1');
  await passUnit(bed, 'U2');
  await makeBatch(bed, 'B1', ['U1']);
  await makeBatch(bed, 'B2', ['U2']);
  assert.deepEqual(await bed.ledger.integrityCheck(), []);
  const sql = openSqlite(bed.file);
  t.after(() => sql.close());
  for (const trigger of ['membersFixed', 'membersJoin']) sql.exec(`DROP TRIGGER ${trigger}`);
  sql.run(`UPDATE members SET certificateId = @id WHERE unitSerial = 'U2'`, { id: a.certificateId });
  sql.run(`INSERT INTO members SELECT 'B2', 2, unitSerial, certificateId, state, thingName, reason, live, target
    FROM members WHERE unitSerial = 'U1'`);
  assert.deepEqual(await bed.ledger.integrityCheck(), [
    'U2 is in a batch with a certificate that is not its own',
    'U1 is in two live batches of main',
    'the counts of batch B2 are not those of its members',
  ]);
});

const gap = ['the journal of U1 has a gap'];
const index = ['the index does not agree with the journal of U1'];
const last = `(SELECT max(position) FROM journal WHERE unitSerial = 'U1')`;

const harms: [string, string, string[]][] = [
  [
    'an entry that is missing from the middle of a journal',
    `DELETE FROM journal WHERE unitSerial = 'U1' AND position = 3`,
    gap,
  ],
  ['a journal without its beginning', `DELETE FROM journal WHERE unitSerial = 'U1' AND position = 1`, gap],
  [
    'a journal that begins before its beginning',
    `UPDATE journal SET position = position - 1 WHERE unitSerial = 'U1'`,
    gap,
  ],
  ['a journal without its end', `DELETE FROM journal WHERE unitSerial = 'U1' AND position = ${last}`, index],
  ['a state that the journal does not say', `UPDATE journalIndex SET state = 'failed' WHERE unitSerial = 'U1'`, index],
  ['an entry that is not the last', `UPDATE journalIndex SET entryId = entryId - 1 WHERE unitSerial = 'U1'`, index],
  ['an attempt too many', `UPDATE journalIndex SET attempts = 2 WHERE unitSerial = 'U1'`, index],
  ['a unit that the index has not', `DELETE FROM journalIndex WHERE unitSerial = 'U1'`, index],
  [
    'a unit that only the index has',
    `DELETE FROM journal WHERE unitSerial = 'U1'`,
    ['the index does not agree with the journal of U1'],
  ],
  [
    'a unit whose journal never said a state',
    `UPDATE journal SET state = NULL WHERE unitSerial = 'U1'`,
    ['the index does not agree with the journal of U1'],
  ],
  [
    'a scrapped unit whose journal does not say so',
    `INSERT INTO scraps VALUES ('U1', 'r', 'olga', 'erin', '2026-11-21T08:00:00.000Z')`,
    ['the journal of U1 does not say that it was scrapped'],
  ],
  [
    'a journal that says so of a unit that was not',
    `UPDATE journal SET entry = 'unit.scrapped' WHERE unitSerial = 'U1' AND position = ${last}`,
    ['the journal of U1 does not say that it was scrapped'],
  ],
  [
    'a row without its parent',
    `UPDATE units SET orderId = 'none' WHERE unitSerial = 'U1'`,
    ['units has a row without its parent'],
  ],
];

for (const [what, text, problems] of harms)
  test(`${what} is said`, async (t) => {
    const found = await damaged(t, (sql) => sql.exec(text));
    // The same harm may show in what is derived from the row, too.
    assert.deepEqual(
      problems.filter((problem) => !found.includes(problem)),
      [],
    );
  });

test('a byte that the disk changed is said, as SQLite words it', async (t) => {
  const problems = await damaged(t, (sql) => {
    const { page } = sql.get<{ page: number }>(
      `SELECT rootpage AS page FROM sqlite_schema WHERE name = 'unitsByOrder'`,
    )!;
    const { file } = sql.get<{ file: string }>('SELECT file FROM pragma_database_list')!;
    const { size } = sql.get<{ size: number }>('SELECT page_size AS size FROM pragma_page_size')!;
    sql.all('PRAGMA wal_checkpoint(TRUNCATE)');
    const bytes = readFileSync(file);
    bytes.write('WO-7', bytes.indexOf('WO-1', (page - 1) * size));
    writeFileSync(file, bytes);
  });
  assert.match(problems.join(), /^row \d missing from index unitsByOrder/);
});

for (const weak of ['writer', 'reader'] as const)
  test(`a ${weak} that does not wait for the disk is said`, async (t) => {
    const file = join(freshFolder(t), 'records.db');
    const writer = openSqlite(file, { create: true });
    migrate(writer);
    const reader = openSqlite(file, { readOnly: true });
    const database = createLocalDatabase(writer, reader);
    t.after(() => database.close());
    (weak === 'writer' ? writer : reader).exec('PRAGMA synchronous = NORMAL');
    const [problem, ...more] = await createLedger(database, createTestClock()).integrityCheck();
    assert.match(problem ?? '', /a connection does not wait for the disk/);
    assert.deepEqual(more, []);
  });

test('records without a write-ahead log are not those that were made', async (t) => {
  const file = join(freshFolder(t), 'records.db');
  const writer = openSqlite(file, { create: true });
  migrate(writer);
  writer.exec('PRAGMA journal_mode = DELETE');
  const database = createLocalDatabase(writer, openSqlite(file, { readOnly: true }));
  t.after(() => database.close());
  assert.equal((await createLedger(database, createTestClock()).integrityCheck()).length, 1);
});

test('records that belong to no station yet say so, and know no time that nobody doubts', async (t) => {
  const file = join(freshFolder(t), 'records.db');
  const writer = openSqlite(file, { create: true });
  migrate(writer);
  const database = createLocalDatabase(writer, openSqlite(file, { readOnly: true }));
  t.after(() => database.close());
  const ledger = createLedger(database, createTestClock());
  await assert.rejects(ledger.station(), refuses('records.notStation'));
  assert.equal(await ledger.trustedAt(), null);
  const facts = { stationId: 's', name: 'Real', practice: false, createdAt: '2026-11-21T08:00:00.000Z' };
  await ledger.initStation({ ...facts, actor: 'setup' });
  assert.deepEqual(await ledger.station(), facts);
  const { rows } = await ledger.listAudit({ limit: 9, offset: 0 });
  assert.deepEqual(
    rows.map(({ at, entry, actor, subject, data }) => [at, entry, actor, subject, data]),
    [[facts.createdAt, 'station.made', 'setup', 's', facts]],
  );
});
