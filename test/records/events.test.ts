/** Events for an MES and keys of its requests, as the station's rule removes them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openSqlite } from '../../native/sqlite.ts';
import { type Bed, makeBed, start } from './support.ts';
import { problemsAfter } from './tampering.ts';

const day = 86_400_000;
const once = (key: string) => ({ key, bodySha256: key.repeat(64) });
const terms = { model: 'BM-1', quantity: 5, profile: 'aws-iot-device', activate: false, actor: 'MES' };

/** An order by a key and a unit's result, on each of so many days. Returns the numbers of the events. */
async function work({ ledger, clock }: Bed, days: number): Promise<number[]> {
  for (let n = 0; n < days; n += 1) {
    await ledger.makeOrder({ ...terms, orderId: `MES-${n}`, once: once(String(n)) });
    const { attempt } = await ledger.startAttempt(start(`U${n}`));
    await ledger.endAttempt({ unitSerial: `U${n}`, attempt, outcome: 'FAIL', actor: 'olga', ms: 5 });
    clock.advance(day);
  }
  return seqs({ ledger });
}
const seqs = async ({ ledger }: Pick<Bed, 'ledger'>) =>
  (await ledger.listEvents({ after: 0, limit: 1000 })).events.map(({ seq }) => seq);
async function remove({ ledger }: Bed, rule: { before: string; isSent: boolean }): Promise<void> {
  while (await ledger.removeEvents({ ...rule, limit: 2 }));
}

test('old events go once they were delivered, keys by their age; none that waits goes, and the log verifies', async (t) => {
  const bed = await makeBed(t);
  const { ledger, clock, file } = bed;
  const began = clock.now().getTime();
  const all = await work(bed, 4);
  const sql = openSqlite(file, {});
  t.after(() => sql.close());
  const keys = () => sql.all<{ key: string }>('SELECT key FROM hookKeys ORDER BY key').map(({ key }) => key);
  const old = new Date(began + 2.5 * day).toISOString();

  const version = () => sql.get('PRAGMA data_version');
  const before = version();
  await remove(bed, { before: new Date(began).toISOString(), isSent: true });
  assert.deepEqual([await seqs(bed), keys()], [all, ['0', '1', '2', '3']], 'nothing is old enough');
  assert.deepEqual(version(), before, 'and a look that removes nothing writes nothing');
  await remove(bed, { before: old, isSent: true });
  assert.deepEqual(await seqs(bed), all, 'the receiver has none of them');
  assert.deepEqual(keys(), ['3']);

  await ledger.recordDelivery({ delivered: all[4]! });
  await remove(bed, { before: old, isSent: true });
  assert.deepEqual(await seqs(bed), all.slice(5), 'those that wait stay, however old');
  await ledger.recordDelivery({ delivered: all.at(-1)! });
  await remove(bed, { before: old, isSent: true });
  const kept = await seqs(bed);
  assert.equal(kept.length, 2, 'the delivered ones of the last day are not old');
  const { removed } = await ledger.listEvents({ after: 0, limit: 1 });
  assert.equal(removed, kept[0]! - 1, 'a reader learns how far they are gone');

  assert.deepEqual(
    problemsAfter(sql, () => {}),
    [],
  );
  const { rows } = await ledger.listAudit({ limit: 100, offset: 0 });
  const said = rows.flatMap(({ entry, data }) => (entry === 'events.removed' ? [data] : [])).reverse();
  const total = (name: string) => said.reduce((sum, data) => sum + Number(data[name]), 0);
  assert.deepEqual([total('events'), total('keys'), said.at(-1)?.through], [all.length - 2, 3, removed]);
  assert.equal((await ledger.makeOrder({ ...terms, orderId: 'MES-9', once: once('0') })).orderId, 'MES-9');
});

test('without a webhook the age alone counts', async (t) => {
  const bed = await makeBed(t);
  const all = await work(bed, 2);
  const before = new Date(bed.clock.now().getTime() - day).toISOString();
  await remove(bed, { before, isSent: false });
  assert.deepEqual(await seqs(bed), all.slice(-2));
});

test('an event that another program removed or put back is found, and no statement removes one before its time', async (t) => {
  const bed = await makeBed(t);
  await work(bed, 3);
  const sql = openSqlite(bed.file, {});
  t.after(() => sql.close());
  const first = sql.get<{ orderId: string; auditSeq: number }>('SELECT orderId, auditSeq FROM outbox WHERE seq = 1')!;
  await remove(bed, { before: new Date(bed.clock.now().getTime() - 1.5 * day).toISOString(), isSent: false });
  for (const table of ['outbox', 'hookKeys'])
    assert.throws(() => sql.exec(`DELETE FROM ${table}`), /goes only by its rule/, table);
  const found = (text: string) => problemsAfter(sql, () => sql.exec(text)).map(({ what }) => what);
  const mark = 'UPDATE outboxMark SET removed = 1000';
  assert.ok(found(`${mark}; DELETE FROM outbox WHERE seq = (SELECT min(seq) FROM outbox)`).includes('rowMissing'));
  assert.ok(
    found(`INSERT INTO outbox (seq, orderId, auditSeq) VALUES (1, '${first.orderId}', ${first.auditSeq})`).includes(
      'rowAdded',
    ),
  );
  assert.ok(
    found(
      `${mark}; DELETE FROM outbox; INSERT INTO audit (at, entry, actor, subject, data)
       SELECT at, entry, actor, subject, json_set(data, '$.through', 1000) FROM audit WHERE entry = 'events.removed'`,
    ).includes('entryAdded'),
    'an entry that another program wrote is no rule',
  );
});
