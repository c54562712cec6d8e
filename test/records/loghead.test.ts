/** The head of the log in a damaged file, where a value may be of any kind. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headOf } from '../../app/records/log/store.ts';
import type { SqlValue } from '../../app/records/sql.ts';
import { openSqlite } from '../../native/sqlite.ts';

const sound: Record<string, SqlValue> = {
  size: 1,
  root: new Uint8Array(32),
  frontier: new Uint8Array(32),
  statementId: 0,
  adopted: 0,
  publicKey: new Uint8Array(32),
  signature: new Uint8Array(64),
};
const names = Object.keys(sound);
const mayBeNone = ['publicKey', 'signature'];

/** A head without the checks that the records have. */
function headWith(values: Record<string, SqlValue>) {
  const sql = openSqlite(':memory:', { create: true });
  sql.exec(`CREATE TABLE logHead (${names.join(', ')})`);
  sql.run(`INSERT INTO logHead VALUES (${names.map((name) => `@${name}`).join(', ')})`, values);
  return () => {
    try {
      return headOf(sql);
    } finally {
      sql.close();
    }
  };
}

test('a sound head is read, signed or not', () => {
  assert.equal(headWith(sound)()?.size, 1);
  assert.equal(headWith({ ...sound, publicKey: null, signature: null })()?.signature, null);
});

test('a value of another kind is damage, named, and no fault of the program', () => {
  for (const name of names) {
    const bad: SqlValue[] = ['x', -1.5, ...(mayBeNone.includes(name) ? [] : [null])];
    if (name !== 'frontier' && name !== 'signature') bad.push(new Uint8Array(31));
    for (const value of bad)
      assert.throws(headWith({ ...sound, [name]: value }), {
        code: 'records.damaged',
        message: new RegExp(`its ${name} is`),
      });
  }
});
