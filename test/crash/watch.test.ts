/** SIGKILL before and after each durable act of the watch of first connections: the next life ends as if nothing had been. */
import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createLedger } from '../../app/records/index.ts';
import { openDatabaseHere } from '../../main/threads/database.ts';
import { freshFolder, makeBed, passUnit } from '../records/support.ts';
import { runKilled } from './killed.ts';
import { type Watched, watched, watchUnits } from './watchlife.ts';

test('a watch killed between facts ends with the same states, and tells each of them once', {
  timeout: 120_000,
}, async (t) => {
  const folder = freshFolder(t);
  const bed = await makeBed(t, { dir: folder });
  const ids: Record<string, string> = {};
  for (const serial of watched) ids[serial] = (await passUnit(bed, serial)).certificateId;
  await bed.database.close();

  const endOf = async (file: string) => {
    const database = openDatabaseHere(file);
    try {
      await watchUnits((clock) => createLedger(database, clock), ids as Watched);
      const ledger = createLedger(database, bed.clock);
      return await Promise.all(
        watched.map(async (serial) => {
          const [row] = await ledger.showConnections(serial);
          const { state, journal } = await ledger.showUnit(serial);
          const told = journal.map(({ entry }) => entry).filter((entry) => entry.startsWith('connection.'));
          return { serial, unit: state, first: row?.state, reason: row?.reason, clientId: row?.clientId, told };
        }),
      );
    } finally {
      await database.close();
    }
  };
  const fresh = (name: string) => {
    const file = join(folder, `${name}.db`);
    copyFileSync(bed.file, file);
    return file;
  };
  const expected = await endOf(fresh('whole'));
  assert.deepEqual(
    expected.map(({ first }) => first),
    ['connected', 'failed', 'connected', 'failed', 'overdue'],
  );
  const { acts, last } = await runKilled('watchchild.ts', [fresh('counted'), JSON.stringify(ids), 'none']);
  assert.equal(last, 'done');
  const names = acts.map((act) => act.split(' ')[2]);
  const kinds = ['expectConnections', 'noteConnections', 'putWatchMark', 'markOverdue'].map((act) => `ledger.${act}`);
  assert.deepEqual([...new Set(names)], kinds);
  // Nothing durable is between two acts, so that before one is after another. Of each kind the first and the last.
  const places = new Set(kinds.flatMap((kind) => [names.indexOf(kind), names.lastIndexOf(kind)]));
  const round = async (act: number) => {
    const file = fresh(`killed-${act}`);
    const killed = await runKilled('watchchild.ts', [file, JSON.stringify(ids), `after:${act + 1}`]);
    assert.equal(killed.signal, 'SIGKILL', names[act]);
    assert.deepEqual(await endOf(file), expected, names[act]);
  };
  await Promise.all([...places].map(round));
});
