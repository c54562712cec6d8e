/** The checkpoint beside the records is kept from time to time, and a disk that fails ends nothing. */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as rest } from 'node:timers/promises';
import { StationError } from '../../app/contract/errors.ts';
import { careForCheckpoint, keptCheckpoint } from '../../main/threads/checkpointfile.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { makeBed } from '../records/support.ts';

test('the checkpoint is kept at once, again while the station runs, and at the close', async (t) => {
  const { file } = await makeBed(t, { threads: true });
  const sql = openSqlite(file, { readOnly: true });
  t.after(() => sql.close());
  const again = async () => {
    rmSync(`${file.slice(0, file.lastIndexOf('/'))}/records.checkpoint`);
    while (keptCheckpoint(file) === undefined) await rest(5);
  };
  const care = careForCheckpoint(sql, file, 5);
  t.after(() => care.close());
  assert.match(keptCheckpoint(file) ?? '', /\n/);
  await again();
  await again();
});

test('a disk that does not answer is met without an end of the writer, and of its close', async (t) => {
  const { file } = await makeBed(t);
  const sql = openSqlite(file, { readOnly: true });
  t.after(() => sql.close());
  let looks = 0;
  const failing = {
    ...sql,
    get() {
      looks++;
      throw new StationError('records.failed', 'disk I/O error');
    },
  };
  const care = careForCheckpoint(failing, file, 1);
  while (looks < 3) await rest(1);
  care.close();
});
