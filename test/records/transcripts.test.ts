/** Conversations on record: with the end of their attempt or not at all, permanent, and honest about those that are missing. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TranscriptRecord } from '../../app/records/index.ts';
import { schemaOf } from '../../app/records/log/schema.ts';
import { verifyLog } from '../../app/records/log/verify.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { type Bed, issueFor, makeBed, refuses, sha256, start } from './support.ts';
import { problemsAfter } from './tampering.ts';

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

describe('the rule for conversations', () => {
  const day = 86_400_000;
  /** Ends an attempt of the unit with a conversation of now. */
  async function talk(bed: Bed, unitSerial: string, outcome: 'PASS' | 'FAIL'): Promise<void> {
    const { ledger, clock } = bed;
    const { attempt } =
      outcome === 'PASS' ? await issueFor(bed, unitSerial) : await ledger.startAttempt(start(unitSerial));
    const transcript = { ...record(`said to ${unitSerial}`), startedAt: clock.now().toISOString() };
    await ledger.endAttempt({ unitSerial, attempt, outcome, actor: 'olga', ms: 5, transcript });
    clock.advance(day);
  }
  const kept = async ({ ledger }: Bed, ...serials: string[]) => {
    const counts = await Promise.all(serials.map(async (unit) => (await ledger.listTranscripts(unit)).length));
    return serials.filter((_, at) => counts[at]! > 0);
  };
  async function remove({ ledger }: Bed, rule: { before: string | null; most: number | null }): Promise<void> {
    for (let after: number | null = 0; after !== null; )
      after = await ledger.removeTranscripts({ ...rule, after, limit: 2 });
  }

  test('removes those of units that passed by age or by count, keeps each digest, and the log verifies', async (t) => {
    const bed = await makeBed(t);
    const { ledger, clock, file } = bed;
    const all = ['P1', 'F1', 'P2', 'P3', 'F2', 'P4', 'P5'];
    const began = clock.now().getTime();
    for (const unit of all) await talk(bed, unit, unit.startsWith('P') ? 'PASS' : 'FAIL');
    await remove(bed, { before: null, most: null });
    assert.deepEqual(await kept(bed, ...all), all, 'without a rule all stay');

    const before = new Date(began + 3.5 * day).toISOString();
    await remove(bed, { before, most: null });
    assert.deepEqual(await kept(bed, ...all), ['F1', 'F2', 'P4', 'P5']);
    await remove(bed, { before: null, most: 1 });
    assert.deepEqual(await kept(bed, ...all), ['F1', 'F2', 'P5']);

    await assert.rejects(ledger.transcript({ unitSerial: 'P1', attempt: 1 }), ({ detail }: { detail: string }) => {
      assert.match(detail, /removed at .* by the rule/);
      return detail.includes(sha256('said to P1'));
    });
    const { rows } = await ledger.listAudit({ limit: 20, offset: 0 });
    const removed = rows.filter(({ entry }) => entry === 'transcripts.removed').map(({ data }) => data.count);
    assert.deepEqual(removed, [1, 1, 2]);
    assert.deepEqual(await ledger.integrityCheck(), []);
    const sql = openSqlite(file, { readOnly: true });
    t.after(() => sql.close());
    const steps = verifyLog(sql, { schema: schemaOf(sql) });
    for (let next = steps.next(); ; next = steps.next()) {
      if (!next.done) continue;
      assert.deepEqual(next.value.problems, []);
      break;
    }
  });

  test('one that began at that very moment stays, and so does each of the latest', async (t) => {
    const bed = await makeBed(t);
    const all = ['P1', 'P2', 'F1', 'P3', 'P4'];
    const began: Record<string, string> = {};
    for (const unit of all) {
      began[unit] = bed.clock.now().toISOString();
      await talk(bed, unit, unit.startsWith('P') ? 'PASS' : 'FAIL');
    }
    await remove(bed, { before: began.P2!, most: 4 });
    assert.deepEqual(await kept(bed, ...all), ['P2', 'F1', 'P3', 'P4']);
    await remove(bed, { before: null, most: 3 });
    assert.deepEqual(await kept(bed, ...all), ['P2', 'F1', 'P3', 'P4']);
    await remove(bed, { before: began.P2!, most: 2 });
    assert.deepEqual(await kept(bed, ...all), ['F1', 'P3', 'P4'], 'either rule removes');
    await remove(bed, { before: null, most: 0 });
    assert.deepEqual(await kept(bed, ...all), ['F1'], 'the one of a unit that failed stays');
  });

  test('a conversation that another program removed is missed, with or without a digest in its place', async (t) => {
    const bed = await makeBed(t);
    await talk(bed, 'P1', 'PASS');
    const sql = openSqlite(bed.file, {});
    t.after(() => sql.close());
    const copy = `INSERT INTO removedTranscripts SELECT transcriptId, unitSerial, attempt, startedAt, zeroblob(32), startedAt FROM transcripts`;
    const found = problemsAfter(sql, () => sql.exec(`${copy}; DELETE FROM transcripts`)).map(({ what }) => what);
    assert.ok(found.includes('rowMissing') && found.includes('rowAdded'));
  });
});
