/** Records that went back to a backup: what is in doubt then, until an engineer has counted. */
import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { test } from 'node:test';
import { checkpointBody, originOf, publicKeyBytes, readCheckpoint, signedNote } from '../../app/records/log/note.ts';
import { endOfKey, isGivenUp, keysBefore, restoresOf } from '../../app/records/log/restores.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { makeBed, passUnit, refuses, start } from './support.ts';

const restore = { backup: 'b.db', madeAt: '2026-11-20T08:00:00.000Z', size: 9, root: 'ab', publicKey: null, known: 12 };

test('the counts of open orders are in doubt when something was lost, until each was counted', async (t) => {
  const bed = await makeBed(t);
  const { ledger, clock } = bed;
  const other = { model: 'BM-1', quantity: 5, profile: 'p', activate: false, actor: 'erik' };
  for (const orderId of ['WO-2', 'WO-3']) await ledger.makeOrder({ ...other, orderId });
  await ledger.closeOrder({ orderId: 'WO-3', actor: 'erik' });
  await passUnit(bed, 'A');
  await ledger.startAttempt(start('B'));
  assert.deepEqual(await ledger.noteRestore({ ...restore, lost: 0, actor: 'setup' }), [], 'nothing was lost');
  clock.advance(1000);
  const restoredAt = clock.now().toISOString();
  assert.deepEqual(await ledger.noteRestore({ ...restore, lost: 3, actor: 'setup' }), ['WO-1', 'WO-2']);
  const doubted = async () =>
    (await ledger.listOrders())
      .flatMap((order) => (order.restoredAt ? [[order.orderId, order.restoredAt]] : []))
      .sort();
  assert.deepEqual(await doubted(), [
    ['WO-1', restoredAt],
    ['WO-2', restoredAt],
  ]);

  const counting = { counted: 4, actor: 'erik' };
  await assert.rejects(ledger.reconcileOrder({ ...counting, orderId: 'WO-9' }), refuses('order.notFound'));
  await assert.rejects(ledger.reconcileOrder({ ...counting, orderId: 'WO-3' }), refuses('call.badParams'));
  await ledger.reconcileOrder({ ...counting, orderId: 'WO-1' });
  assert.deepEqual(await doubted(), [['WO-2', restoredAt]]);
  await assert.rejects(ledger.reconcileOrder({ ...counting, orderId: 'WO-1' }), refuses('call.badParams'));
  const { rows } = await ledger.listAudit({ limit: 99, offset: 0 });
  const [reconciled] = rows.filter(({ entry }) => entry === 'order.reconciled');
  assert.deepEqual([reconciled?.subject, reconciled?.data], ['WO-1', { restoredAt, counted: 4, onRecord: 1 }]);
  const notes = rows.filter(({ entry }) => entry === 'station.restored').map(({ data }) => data);
  assert.deepEqual(notes, [
    { ...restore, lost: 3, orders: ['WO-1', 'WO-2'], crlFloor: 1_000_000 },
    { ...restore, lost: 0, orders: [], crlFloor: 1_000_000 },
  ]);
});

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
const newKey = () => generateKeyPairSync('ed25519').privateKey;
/** A checkpoint of so many leaves, by this key. */
function checkpointBy(key: KeyObject, size: number) {
  const [origin, head] = [originOf('station-1'), { size, root: Buffer.alloc(32, 5) }];
  const signature = sign(null, Buffer.from(checkpointBody(origin, head)), key);
  return readCheckpoint(signedNote(origin, head, { publicKey: publicKeyBytes(key), signature }))!;
}

test('a restore gives up what its own key signed behind the backup, and nothing else', async (t) => {
  const bed = await makeBed(t);
  const { ledger, clock } = bed;
  const [first, second, now] = [newKey(), newKey(), newKey()];
  const root = base64(Buffer.alloc(32, 1));
  const at: string[] = [];
  for (const [publicKey, size] of [
    [null, 3],
    [first, 9],
    [second, 20],
  ] as const) {
    clock.advance(1000);
    at.push(clock.now().toISOString());
    const key = publicKey && base64(publicKeyBytes(publicKey));
    await ledger.noteRestore({ ...restore, root, size, publicKey: key, lost: publicKey ? 1 : null, actor: 'setup' });
  }
  const sql = openSqlite(bed.file, { readOnly: true });
  t.after(() => sql.close());
  const restores = restoresOf(sql);
  assert.deepEqual(
    restores.map(({ at, madeAt, size, lost, publicKey }) => [at, madeAt, size, lost, publicKey && base64(publicKey)]),
    [
      [at[0], restore.madeAt, 3, null, null],
      [at[1], restore.madeAt, 9, 1, base64(publicKeyBytes(first))],
      [at[2], restore.madeAt, 20, 1, base64(publicKeyBytes(second))],
    ],
  );
  for (const { root: kept } of restores) assert.equal(base64(kept), root);
  assert.equal(endOfKey(restores, checkpointBy(first, 5))?.at, at[1]);
  assert.equal(endOfKey(restores, checkpointBy(second, 5))?.at, at[2]);
  assert.equal(endOfKey(restores, checkpointBy(now, 5)), undefined);
  const givenUp = (key: KeyObject, ...sizes: number[]) =>
    sizes.map((size) => isGivenUp(restores, checkpointBy(key, size)));
  assert.deepEqual(givenUp(first, 8, 9, 10, 21), [false, false, true, true]);
  assert.deepEqual(givenUp(second, 10, 20, 21), [false, false, true]);
  assert.deepEqual(givenUp(now, 1, 4, 10, 100), [false, false, false, false]);
});

test('an entry about another station, or one in which another program wrote nonsense, declares no restore', async (t) => {
  const bed = await makeBed(t, { strange: true });
  const whole = { madeAt: '', size: 4, root: base64(Buffer.alloc(32)), publicKey: null, lost: null };
  const sql = openSqlite(bed.file);
  t.after(() => sql.close());
  const put = (entry: string, subject: string, data: object) =>
    sql.run('INSERT INTO audit (at, entry, actor, subject, data) VALUES (@at, @entry, @actor, @subject, @data)', {
      ...{ at: '2026-11-21T08:00:00.000Z', entry, actor: 'x', subject, data: JSON.stringify(data) },
    });
  put('station.restored', 'station-2', whole);
  put('station.made', 'station-1', whole);
  for (const wrong of [{}, { root: 7 }, { size: 'x' }, { size: 4.5 }, { size: null }, { root: null }])
    put('station.restored', 'station-1', { ...(Object.keys(wrong).length > 0 && whole), ...wrong });
  assert.deepEqual(restoresOf(sql), []);
  put('station.restored', 'station-1', { ...whole, publicKey: 7 });
  assert.deepEqual(
    restoresOf(sql).map(({ size, publicKey }) => [size, publicKey]),
    [[4, null]],
  );
  put('log.rekeyed', 'station-1', { before: 'first', publicKey: 'second' });
  put('log.rekeyed', 'station-2', { before: 'foreign', publicKey: 'x' });
  put('log.rekeyed', 'station-1', { before: 'second', publicKey: 'third' });
  assert.deepEqual(
    keysBefore(sql).map(({ publicKey }) => publicKey),
    ['first', 'second'],
    'the oldest first',
  );
});
