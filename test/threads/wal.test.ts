/** A write-ahead log that grew under a reader becomes small again beside the line's writes, not with one of them. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { setTimeout as rest } from 'node:timers/promises';
import { StationError } from '../../app/contract/errors.ts';
import type { Sql } from '../../app/records/sql.ts';
import { careForWal, framesWaiting } from '../../main/threads/wal.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { type Bed, keyOf, makeBed, passUnit, start } from '../records/support.ts';

const mib = 1024 * 1024;
/** What SQLite leaves in the log for the next commits. */
const usualFrames = 1000;

/** A reader of one state of the records, as a verification is. */
function holdState(t: TestContext, { file }: Bed) {
  const sql = openSqlite(file, { readOnly: true });
  t.after(() => sql.close());
  const units = () => sql.get<{ n: number }>('SELECT count(*) AS n FROM journalIndex')!.n;
  sql.exec('BEGIN');
  units();
  return { units, release: () => sql.exec('COMMIT'), leave: () => sql.close() };
}

async function startUnits(bed: Bed, from: number, count: number): Promise<void> {
  for (let n = from; n < from + count; n++) {
    const unitSerial = `U${n}`;
    const { attempt } = await bed.ledger.startAttempt(start(unitSerial));
    await bed.ledger.recordDevice({
      ...{ unitSerial, attempt, hardwareId: `hw-${n}`, model: 'BM-1', firmware: '1.0', hardwareRevision: 'A' },
    });
    const csrDer = new Uint8Array(2 * mib).fill(n);
    await bed.ledger.recordCsr({ unitSerial, attempt, csrDer, spkiSha256: keyOf(unitSerial) });
  }
}

/** Without a write of the station, which would fold the log in by itself. */
async function isFoldedIn(t: TestContext, { file }: Bed): Promise<void> {
  const sql = openSqlite(file, { readOnly: true });
  t.after(() => sql.close());
  while (framesWaiting(sql) > usualFrames) await rest(20);
}

/** Where the log begins and ends again with the next writes. */
function framesOf(t: TestContext, { file }: Bed): number {
  const sql = openSqlite(file, { readOnly: true });
  t.after(() => sql.close());
  return sql.get<{ log: number }>('PRAGMA wal_checkpoint(NOOP)')!.log;
}

test('the log that grew under a reader is folded in when the reader ends, without a write', async (t) => {
  const bed = await makeBed(t, { threads: true });
  const held = holdState(t, bed);
  await startUnits(bed, 0, 10);
  const grown = framesOf(t, bed);
  assert.ok(grown > 4 * usualFrames, `${grown} frames under the reader`);
  assert.equal(held.units(), 0, 'the reader sees its own state');
  held.release();
  await isFoldedIn(t, bed);
  assert.equal(held.units(), 10);
  await passUnit(bed, 'after');
  assert.ok(framesOf(t, bed) < usualFrames, 'and the log begins at its front again');
  assert.deepEqual(await bed.ledger.integrityCheck(), []);
});

test('a reader that came while the log was folded keeps its state, and the line goes on', async (t) => {
  const bed = await makeBed(t, { threads: true });
  const first = holdState(t, bed);
  await startUnits(bed, 0, 10);
  const second = holdState(t, bed);
  first.release();
  await startUnits(bed, 10, 10);
  assert.equal(second.units(), 10);
  second.release();
  await isFoldedIn(t, bed);
  assert.equal(second.units(), 20);
});

test('records that are closed while their log is folded have all of it, and no log beside them', async (t) => {
  const bed = await makeBed(t, { threads: true });
  const held = holdState(t, bed);
  await startUnits(bed, 0, 10);
  // By now the folding is under way, and waits for the reader.
  await rest(400);
  held.leave();
  await bed.database.close();
  assert.equal(existsSync(`${bed.file}-wal`), false);
  assert.equal(holdState(t, bed).units(), 10);
});

test('a disk that does not answer the look at the log does not end the writer', async () => {
  let looks = 0;
  const get = (): never => {
    looks += 1;
    throw new StationError('records.failed', 'SQLITE_IOERR');
  };
  const care = careForWal({ get } as unknown as Sql, 'records.db');
  while (looks === 0) await rest(20);
  await care.close();
});
