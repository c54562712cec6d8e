/** What the audit log says of publishing: what each place has, and what witnesses held against the log. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leafHash, verifyConsistency } from '../../app/records/log/merkle.ts';
import { headOf, leavesOf, rootOfFirst } from '../../app/records/log/store.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { type Bed, makeBed, passUnit } from './support.ts';

const why = 'hours';
const publish = ({ ledger }: Bed, subject: string, size: number, cosignatures: string[] = []) =>
  ledger.audit({
    ...{ entry: 'checkpoint.published', actor: 'station', subject },
    data: { size, root: `root ${size}`, why, cosignatures },
  } as never);
const cosign = ({ ledger }: Bed, subject: string, size: number) =>
  ledger.audit({
    ...{ entry: 'checkpoint.cosigned', actor: 'station', subject },
    data: { size, root: `root ${size}`, why, cosignature: 'a line' },
  } as never);

test('each place has the last that arrived there; the list has the latest first, and says what was cosigned', async (t) => {
  const bed = await makeBed(t, { strange: true });
  const { ledger, clock } = bed;
  const at: string[] = [];
  for (const add of [
    () => publish(bed, 'folder', 5),
    () => publish(bed, 'bucket', 5, ['one', 'two']),
    () => cosign(bed, 'witness', 7),
    () => publish(bed, 'folder', 9),
    () => publish(bed, 'elsewhere', 11),
  ]) {
    clock.advance(1000);
    at.push(clock.now().toISOString());
    await add();
  }
  await ledger.audit({
    entry: 'checkpoint.failed',
    actor: 'station',
    subject: 'folder',
    data: { code: 'cloud.refused', why },
  } as never);
  assert.deepEqual(await ledger.lastPublished(['folder', 'witness', 'none']), {
    folder: { at: at[3], size: 9, root: 'root 9' },
    witness: { at: at[2], size: 7, root: 'root 7' },
  });
  assert.deepEqual(await ledger.publishedCheckpoints(['folder', 'bucket', 'witness']), [
    { at: at[3], place: 'folder', size: 9, root: 'root 9', why, cosigned: false },
    { at: at[2], place: 'witness', size: 7, root: 'root 7', why, cosigned: true },
    { at: at[1], place: 'bucket', size: 5, root: 'root 5', why, cosigned: true },
    { at: at[0], place: 'folder', size: 5, root: 'root 5', why, cosigned: false },
  ]);
  assert.deepEqual(await ledger.publishedCheckpoints([]), []);
  for (let size = 0; size < 101; size += 1) await publish(bed, 'many', size);
  const many = await ledger.publishedCheckpoints(['many']);
  assert.deepEqual([many.length, many[0]?.size, many.at(-1)?.size], [100, 100, 1]);
});

test('what witnesses held against the log is told with the latest first, until a restore explains it', async (t) => {
  const bed = await makeBed(t, { strange: true });
  const { ledger, clock } = bed;
  const hold = async (witness: string, note: string | null, subject = 'station-1') => {
    clock.advance(1000);
    await ledger.audit({
      ...{ entry: 'checkpoint.contradicted', actor: 'station', subject },
      data: { witness, held: 30, size: 20, note },
    } as never);
    return clock.now().toISOString();
  };
  const told = async () => (await ledger.contradictions()).map(({ at, witness, proved }) => [at, witness, proved]);
  assert.deepEqual(await told(), []);
  const first = await hold('w1', 'a checkpoint');
  const second = await hold('w2', null);
  await hold('w3', null, 'station-2');
  const both = [
    [second, 'w2', false],
    [first, 'w1', true],
  ];
  assert.deepEqual(await told(), both);
  const [{ held, size } = { held: 0, size: 0 }] = await ledger.contradictions();
  assert.deepEqual([held, size], [30, 20]);
  const restored = { entry: 'station.restored', actor: 'setup', data: {} } as const;
  await ledger.audit({ ...restored, subject: 'station-2' } as never);
  assert.deepEqual(await told(), both, 'of another station');
  await ledger.audit({ ...restored, subject: 'station-1' } as never);
  assert.deepEqual(await told(), []);
  const third = await hold('w2', null);
  assert.deepEqual(await told(), [[third, 'w2', false]]);
});

test('the log goes on from each size that it had, by its own proof', async (t) => {
  const bed = await makeBed(t);
  await passUnit(bed, 'A');
  assert.equal(await bed.ledger.currentCheckpoint(), null, 'nothing is signed');
  const sql = openSqlite(bed.file, { readOnly: true });
  t.after(() => sql.close());
  const { size, root } = headOf(sql)!;
  assert.deepEqual(leafHash([...leavesOf(sql, 0, 1)][0]!.text), rootOfFirst(sql, 1));
  for (const older of [1, 2, size - 1, size]) {
    const proof = (await bed.ledger.consistencyOf({ older, size })).map((hash) => Buffer.from(hash, 'base64'));
    assert.ok(
      verifyConsistency({ older: { size: older, root: rootOfFirst(sql, older) }, newer: { size, root }, proof }),
    );
  }
});
