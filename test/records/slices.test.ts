/** All records are compared slice by slice, and nothing falls between two slices. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { derivedProblems } from '../../app/records/log/derived.ts';
import { unitRanges } from '../../app/records/log/slices.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { seedUnits } from '../bench/batches/seed.ts';
import { makeBed } from './support.ts';

const serial = (n: number) => `SN-${String(n).padStart(8, '0')}`;
const units = 2001;

test('of two thousand units each that was harmed is told, wherever its slice begins or ends', async (t) => {
  const bed = await makeBed(t, { strange: true });
  seedUnits(bed.file, units);
  const sql = openSqlite(bed.file);
  t.after(() => sql.close());
  const told = () => [...derivedProblems(sql)].flat();
  assert.deepEqual(told(), []);
  const harmed = [0, 999, 1000, 1001, 1999, 2000].map(serial);
  const list = harmed.map((name) => `'${name}'`).join(', ');
  const index = (name: string) => `the index does not agree with the journal of ${name}`;

  sql.exec('BEGIN');
  sql.exec(`UPDATE journalIndex SET attempts = 2 WHERE unitSerial IN (${list})`);
  assert.deepEqual(told(), harmed.map(index));
  sql.exec('ROLLBACK; BEGIN');
  sql.exec('DROP TRIGGER journalNoDelete');
  sql.exec(`DELETE FROM journal WHERE position = 2 AND unitSerial IN (${list})`);
  assert.deepEqual(
    told().filter((problem) => problem.includes('gap')),
    harmed.map((name) => `the journal of ${name} has a gap`),
  );
  // Serials that no unit has: before all others, between two, and after all others.
  sql.exec('ROLLBACK; BEGIN; PRAGMA defer_foreign_keys = ON');
  const strangers = ['', `${serial(999)}0`, '\u{10ffff}'];
  for (const unitSerial of strangers)
    sql.run(
      `INSERT INTO journalIndex SELECT * FROM (SELECT @unitSerial, entryId, state, attempts, updatedAt, errorCode, orderId, model
         FROM journalIndex LIMIT 1)`,
      { unitSerial },
    );
  assert.deepEqual(
    told().filter((problem) => problem.includes('index')),
    strangers.map(index),
  );
  sql.exec('ROLLBACK');
});

test('so many units are a slice, and the last one has what is left', async (t) => {
  const bed = await makeBed(t, { strange: true });
  const sql = openSqlite(bed.file);
  t.after(() => sql.close());
  const slices = () => [...unitRanges(sql)].map(({ from, to }) => [from, typeof to === 'string' ? to : 'end']);
  assert.deepEqual(slices(), [['', 'end']], 'a file without units is one slice');
  seedUnits(bed.file, units);
  assert.deepEqual(slices(), [
    ['', serial(1000)],
    [serial(1000), serial(2000)],
    [serial(2000), 'end'],
  ]);
});
