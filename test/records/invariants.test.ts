/** Whatever is asked, in whatever order: what must always hold, holds. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Outcome } from '../../app/contract/errors.ts';
import { StationError } from '../../app/contract/errors.ts';
import { journalOf, positionOf } from '../../app/records/journal.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { type Bed, derOf, keyOf, lintedTbs, makeBatch, makeBed, orderId, sha256, start } from './support.ts';

const serials = ['A', 'B', 'C', 'D'];
const quantity = 3;

const unit = fc.constantFrom(...serials);
const ask = fc.oneof(
  fc.record({ act: fc.constant('start'), unit }),
  fc.record({ act: fc.constant('admit'), unit }),
  fc.record({ act: fc.constant('device'), unit, hardware: unit }),
  fc.record({ act: fc.constant('csr'), unit, key: unit }),
  fc.record({ act: fc.constant('reserve'), unit, key: unit }),
  fc.record({ act: fc.constant('issue'), unit }),
  fc.record({ act: fc.constant('void'), unit }),
  fc.record({ act: fc.constant('revoke'), unit }),
  fc.record({ act: fc.constant('end'), unit, outcome: fc.constantFrom<Outcome>('PASS', 'FAIL', 'ERROR', 'ABORTED') }),
  fc.record({ act: fc.constant('recover') }),
  fc.record({ act: fc.constant('batch') }),
  fc.record({ act: fc.constant('result'), state: fc.constantFrom('registered', 'rejected', 'unaccounted') }),
) as fc.Arbitrary<Ask>;

type Ask =
  | { act: 'start' | 'admit' | 'issue' | 'void' | 'revoke'; unit: string }
  | { act: 'device'; unit: string; hardware: string }
  | { act: 'csr' | 'reserve'; unit: string; key: string }
  | { act: 'end'; unit: string; outcome: Outcome }
  | { act: 'recover' | 'batch' }
  | { act: 'result'; state: 'registered' | 'rejected' | 'unaccounted' };

/** What a caller would remember: the last attempt and certificate serial of each unit. */
type Memory = { attempts: Map<string, number>; reserved: Map<string, string>; batches: number };

async function perform(bed: Bed, memory: Memory, asked: Ask): Promise<unknown> {
  const { ledger, issuerId } = bed;
  const of = (unitSerial: string) => ({ unitSerial, attempt: memory.attempts.get(unitSerial) ?? 0 });
  switch (asked.act) {
    case 'start': {
      const { attempt } = await ledger.startAttempt(start(asked.unit));
      return memory.attempts.set(asked.unit, attempt);
    }
    case 'admit':
      await ledger.admitUnit({ unitSerial: asked.unit, orderId, actor: 'x', practice: true });
      return memory.attempts.set(asked.unit, 0);
    case 'device':
      return ledger.recordDevice({
        ...of(asked.unit),
        hardwareId: asked.hardware,
        model: 'BM-1',
        firmware: '1',
        hardwareRevision: 'A',
      });
    case 'csr':
      return ledger.recordCsr({ ...of(asked.unit), csrDer: new Uint8Array([1]), spkiSha256: keyOf(asked.key) });
    case 'reserve': {
      const linted = lintedTbs(issuerId, { spkiSha256: keyOf(asked.key) });
      const { serialHex } = await ledger.reserve(linted, { ...of(asked.unit), actor: 'x' });
      return memory.reserved.set(asked.unit, serialHex);
    }
    case 'issue': {
      const serialHex = memory.reserved.get(asked.unit) ?? 'ff';
      return ledger.recordIssued({ serialHex, der: derOf(serialHex), certificateId: sha256(derOf(serialHex)) });
    }
    case 'void':
      return ledger.voidReservation({ serialHex: memory.reserved.get(asked.unit) ?? 'ff', reason: 'r' });
    case 'revoke':
      return ledger.queueRevocation({ serialHex: memory.reserved.get(asked.unit) ?? 'ff', reason: 'r' });
    case 'end':
      return ledger.endAttempt({ ...of(asked.unit), outcome: asked.outcome, actor: 'x', ms: 1 });
    case 'recover':
      for (const open of await ledger.openAttempts()) {
        await ledger.endAttempt({ ...open, step: undefined, outcome: 'ABORTED', actor: 'x', ms: null });
      }
      return undefined;
    case 'batch':
      memory.batches += 1;
      return makeBatch(bed, `B${memory.batches}`);
    case 'result':
      return settle(bed, asked.state);
  }
}

/** Takes the oldest unfinished batch to its end, every member with the same result. */
async function settle({ ledger }: Bed, state: 'registered' | 'rejected' | 'unaccounted'): Promise<void> {
  const batch = (await ledger.listBatches()).find((row) => row.state === 'made');
  if (!batch) return;
  const { batchId, count } = batch;
  for (const next of ['uploading', 'uploaded', 'starting', 'running', 'reconciling'] as const) {
    await ledger.advanceBatch({ batchId, state: next });
  }
  await ledger.recordResults({ batchId, results: Array.from({ length: count }, (_, n) => ({ line: n + 1, state })) });
  await ledger.advanceBatch({ batchId, state: 'done' });
}

async function assertInvariants({ ledger, file }: Bed): Promise<void> {
  assert.deepEqual(await ledger.integrityCheck(), []);
  const sql = openSqlite(file, { readOnly: true });
  try {
    const live = sql.all<{ unitSerial: string }>(
      `SELECT unitSerial FROM certificates WHERE purpose = 'device' AND state IN ('reserved', 'issued')`,
    );
    assert.equal(new Set(live.map((row) => row.unitSerial)).size, live.length, 'two live certificates for a unit');
    assert.ok(live.length <= quantity, 'more certificates than the order allows');
    const counted = (word: string) =>
      sql.get<{ n: number }>('SELECT count(*) AS n FROM audit WHERE entry = @word', { word })?.n ?? 0;
    const total = (where: string) =>
      sql.get<{ n: number }>(`SELECT count(*) AS n FROM certificates WHERE ${where}`)?.n ?? 0;
    assert.equal(counted('sign.intent'), total('1'), 'a certificate without its intent in the audit log');
    assert.equal(counted('sign.done'), total('der IS NOT NULL'));
    assert.equal(counted('sign.voided'), total(`state = 'void'`));

    const { rows } = await ledger.listUnits({});
    const open = new Set((await ledger.openAttempts()).map((attempt) => attempt.unitSerial));
    for (const row of rows) {
      const journal = journalOf(sql, row.unitSerial);
      const position = positionOf(journal);
      assert.equal(row.state, position.state, 'the list says otherwise than the journal');
      assert.equal(row.attempts, position.attempts);
      assert.equal(row.updatedAt, journal.at(-1)?.at);
      if (position.open) assert.ok(open.has(row.unitSerial), 'an open attempt that recovery would not find');
      const ended = journal.filter((entry) => entry.entry === 'attempt.ended' && entry.attempt > 0).length;
      assert.equal(ended + (position.open ? 1 : 0), position.attempts, 'an attempt without an end');
    }
    const [order] = await ledger.listOrders();
    assert.equal(order?.issued, live.length);
    assert.equal(order?.passed, rows.filter((row) => ['passed', 'registered', 'rejected'].includes(row.state)).length);
    const inBatches = sql.all<{ unitSerial: string }>('SELECT unitSerial FROM members WHERE live = 1');
    assert.equal(new Set(inBatches.map((row) => row.unitSerial)).size, inBatches.length, 'a unit in two live batches');
  } finally {
    sql.close();
  }
}

test('random work keeps certificates single, counts right and journals whole', async (t) => {
  const met = { done: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(ask, { minLength: 10, maxLength: 60 }), async (asks) => {
      const bed = await makeBed(t, { quantity });
      const memory: Memory = { attempts: new Map(), reserved: new Map(), batches: 0 };
      try {
        for (const asked of asks) {
          try {
            await perform(bed, memory, asked);
            met.done += 1;
          } catch (thrown) {
            // A refusal is an answer; anything else is a bug. No raw constraint may be what refuses: each has its code.
            if (!(thrown instanceof StationError) || thrown.code === 'internal') throw thrown;
            assert.equal(thrown.data?.sqlite, undefined, `${thrown.message} came from a constraint`);
            met.refused += 1;
          }
        }
        await assertInvariants(bed);
      } finally {
        await bed.database.close();
      }
    }),
    { numRuns: 40 },
  );
  assert.ok(met.done > 100 && met.refused > 100, 'the sequences reach both results and refusals');
});
