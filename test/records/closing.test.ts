/** What is left open after the records were closed: nothing. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { createLocalDatabase, migrate } from '../../app/records/index.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { freshFolder, refuses } from './support.ts';

test('closing ends both connections, once, and what is asked afterwards is refused', async (t) => {
  const file = join(freshFolder(t), 'records.db');
  const writer = openSqlite(file, { create: true });
  migrate(writer);
  const reader = openSqlite(file, { readOnly: true });
  const database = createLocalDatabase(writer, reader);
  assert.ok(writer.get('SELECT 1') && reader.get('SELECT 1'));
  await database.close();
  for (const connection of [writer, reader]) assert.throws(() => connection.get('SELECT 1'));
  await database.close();
  await assert.rejects(
    database.read('trustedAt', { params: {}, at: '2026-11-21T08:00:00.000Z' }),
    refuses('records.failed'),
  );
});
