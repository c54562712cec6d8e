/** Conversations on record: with the end of their attempt or not at all, permanent, and honest about those that are missing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TranscriptRecord } from '../../app/records/index.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { makeBed, refuses, start } from './support.ts';

const record = (text: string): TranscriptRecord => ({
  startedAt: '2026-11-21T08:00:00.000Z',
  driver: 'agent',
  bytes: text.length,
  truncated: false,
  data: new TextEncoder().encode(text),
});
const end = { unitSerial: 'U1', outcome: 'FAIL', actor: 'olga', ms: 5 } as const;
const at = (attempt: number) => ({ unitSerial: 'U1', attempt });

for (const threads of [false, true])
  test(`an attempt and its conversation are one commit${threads ? ', on the writer thread' : ''}`, async (t) => {
    const { ledger } = await makeBed(t, { threads });
    const { attempt } = await ledger.startAttempt(start('U1'));
    await assert.rejects(ledger.transcript(at(attempt)), refuses('unit.noTranscript'));
    // An end that is refused leaves no conversation behind.
    const wrong = { ...end, attempt, outcome: 'PASS', transcript: record('refused') } as const;
    await assert.rejects(ledger.endAttempt(wrong), refuses('records.conflict'));
    assert.deepEqual(await ledger.listTranscripts('U1'), []);
    await ledger.endAttempt({ ...end, attempt, transcript: record('kept') });
    const { data, ...row } = await ledger.transcript(at(attempt));
    assert.equal(Buffer.from(data).toString(), 'kept');
    assert.deepEqual(await ledger.listTranscripts('U1'), [{ attempt, ...row }]);
    await assert.rejects(
      ledger.endAttempt({ ...end, attempt, transcript: record('again') }),
      refuses('records.conflict'),
    );
    assert.equal((await ledger.listTranscripts('U1')).length, 1);
  });

test('a conversation that cannot be kept takes the end of its attempt with it: neither is on record', async (t) => {
  const { ledger } = await makeBed(t);
  const { attempt } = await ledger.startAttempt(start('U1'));
  const broken = { ...record('x'), startedAt: 'yesterday' };
  await assert.rejects(ledger.endAttempt({ ...end, attempt, transcript: broken }));
  assert.equal((await ledger.openAttempts()).length, 1);
  assert.deepEqual(await ledger.listTranscripts('U1'), []);
});

test('which are missing, and why', async (t) => {
  const { ledger } = await makeBed(t);
  await assert.rejects(ledger.listTranscripts('NOBODY'), refuses('unit.notFound'));
  await assert.rejects(ledger.transcript({ unitSerial: 'NOBODY', attempt: 1 }), refuses('unit.notFound'));
  const { attempt } = await ledger.startAttempt(start('U1'));
  const why = (number: number) =>
    ledger.transcript(at(number)).then(
      () => '',
      (error: { detail: string }) => error.detail,
    );
  assert.match(await why(attempt), /has not ended/);
  await ledger.endAttempt({ ...end, attempt, outcome: 'ABORTED', actor: 'recovery', ms: null });
  assert.match(await why(attempt), /the station stopped in it/);
  assert.match(await why(7), /no attempt 7/);
  assert.match(await why(0), /golden/);
});

test('each look at a golden unit has its own', async (t) => {
  const { ledger, clock } = await makeBed(t);
  const { attempt } = await ledger.startAttempt(start('U1'));
  await ledger.endAttempt({ ...end, attempt });
  for (const text of ['monday', 'tuesday']) {
    clock.advance(86_400_000);
    const transcript = { ...record(text), startedAt: clock.now().toISOString() };
    await ledger.endGolden({ unitSerial: 'U1', actor: 'olga', ms: 1, transcript });
  }
  const rows = await ledger.listTranscripts('U1');
  assert.deepEqual(
    rows.map((row) => row.attempt),
    [0, 0],
  );
  const said = async (startedAt?: string) => Buffer.from((await ledger.transcript({ ...at(0), startedAt })).data);
  assert.equal((await said()).toString(), 'tuesday');
  assert.equal((await said(rows[0]?.startedAt)).toString(), 'monday');
});

test('what is on record stays as it is', async (t) => {
  const { ledger, file } = await makeBed(t);
  const { attempt } = await ledger.startAttempt(start('U1'));
  await ledger.endAttempt({ ...end, attempt, transcript: record('kept') });
  const sql = openSqlite(file, {});
  t.after(() => sql.close());
  for (const text of [
    "UPDATE transcripts SET data = 'x'",
    'DELETE FROM transcripts',
    `INSERT OR REPLACE INTO transcripts SELECT * FROM transcripts`,
  ])
    assert.throws(() => sql.exec(text), /append-only|constraint/i, text);
});
