/** Whatever is asked, in whatever order: what must always hold, holds. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Outcome } from '../../app/contract/errors.ts';
import { StationError } from '../../app/contract/errors.ts';
import { journalOf, positionOf } from '../../app/records/units/journal.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { type Bed, derOf, keyOf, lintedTbs, makeBatch, makeBed, orderId, passUnit, sha256, start } from './support.ts';

const serials = ['A', 'B', 'C', 'D'];
const quantity = 3;

const unit = fc.constantFrom(...serials);
/** More keys than units: rework needs another one. */
const key = fc.constantFrom('A', 'B', 'C', 'D', 'E', 'F', 'G', 'H');
const ask = fc.oneof(
  fc.record({ act: fc.constant('start'), unit }),
  fc.record({ act: fc.constant('admit'), unit }),
  fc.record({ act: fc.constant('device'), unit, hardware: unit }),
  fc.record({ act: fc.constant('csr'), unit, key }),
  fc.record({ act: fc.constant('reserve'), unit, key }),
  fc.record({ act: fc.constant('issue'), unit }),
  fc.record({ act: fc.constant('void'), unit }),
  fc.record({ act: fc.constant('revoke'), unit }),
  fc.record({ act: fc.constant('end'), unit, outcome: fc.constantFrom<Outcome>('PASS', 'FAIL', 'ERROR', 'ABORTED') }),
  // Rarely reached by chance: a whole life, and then another one.
  { weight: 4, arbitrary: fc.record({ act: fc.constant('pass'), unit, key }) },
  { weight: 3, arbitrary: fc.record({ act: fc.constant('rework'), unit, key }) },
  fc.record({ act: fc.constantFrom('scrap', 'confirm', 'putBack'), unit }),
  fc.record({ act: fc.constant('recover') }),
  fc.record({ act: fc.constant('withdraw') }),
  fc.record({ act: fc.constant('batch') }),
  fc.record({ act: fc.constant('result'), state: fc.constantFrom('registered', 'rejected', 'unaccounted') }),
) as fc.Arbitrary<Ask>;

type Ask =
  | { act: 'start' | 'admit' | 'issue' | 'void' | 'revoke' | 'scrap' | 'confirm' | 'putBack'; unit: string }
  | { act: 'device'; unit: string; hardware: string }
  | { act: 'csr' | 'reserve' | 'pass' | 'rework'; unit: string; key: string }
  | { act: 'end'; unit: string; outcome: Outcome }
  | { act: 'recover' | 'batch' | 'withdraw' }
  | { act: 'result'; state: 'registered' | 'rejected' | 'unaccounted' };

/** What chance may miss in a run: what ends a certificate, and a unit. */
const everyEnd: Ask[] = [
  { act: 'pass', unit: 'A', key: 'A' },
  { act: 'rework', unit: 'A', key: 'B' },
  { act: 'pass', unit: 'A', key: 'B' },
  { act: 'pass', unit: 'B', key: 'C' },
  { act: 'scrap', unit: 'B' },
  { act: 'batch' },
  { act: 'withdraw' },
];

/** The device says what it is once more after its attempt has ended: what was counted of that attempt stays. */
const lateIdentity: Ask[] = [
  { act: 'reserve', unit: 'A', key: 'A' },
  { act: 'pass', unit: 'A', key: 'A' },
  { act: 'start', unit: 'A' },
  { act: 'revoke', unit: 'A' },
  { act: 'device', unit: 'A', hardware: 'A' },
  { act: 'revoke', unit: 'A' },
  { act: 'void', unit: 'A' },
  { act: 'rework', unit: 'A', key: 'A' },
  { act: 'pass', unit: 'A', key: 'A' },
  { act: 'rework', unit: 'A', key: 'A' },
];

const agreed = { reason: 'r', actor: 'x', agreedBy: 'y' };

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
    case 'pass': {
      const passed = await passUnit(bed, asked.unit, asked.key);
      memory.attempts.set(asked.unit, passed.attempt);
      return memory.reserved.set(asked.unit, passed.serialHex);
    }
    case 'rework':
      return ledger.reworkUnit({ unitSerial: asked.unit, ...agreed });
    case 'scrap':
      return ledger.scrapUnit({ unitSerial: asked.unit, ...agreed });
    case 'confirm': {
      const serialHex = memory.reserved.get(asked.unit) ?? 'ff';
      return ledger.revokeCertificate({ serialHex, reason: 'unspecified', note: 'n', actor: 'x' });
    }
    case 'putBack':
      return ledger.putBackCertificate({ serialHex: memory.reserved.get(asked.unit) ?? 'ff', note: 'n', actor: 'x' });
    case 'withdraw': {
      const batch = (await ledger.listBatches()).find((row) => row.state === 'made');
      return batch && ledger.failOutdated({ batchId: batch.batchId, actor: 'x' });
    }
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

/** Each of these finds nothing, ever. */
const never = {
  'superseded, yet not revoked': `SELECT serialHex FROM certificates c WHERE state = 'superseded'
    AND NOT EXISTS (SELECT 1 FROM revocations r WHERE r.serialHex = c.serialHex)`,
  'revoked, yet in use': `SELECT serialHex FROM certificates JOIN revocations USING (serialHex) WHERE state = 'issued'`,
  'a scrapped unit with a certificate that is not revoked': `SELECT serialHex FROM scraps
    JOIN certificates c USING (unitSerial) WHERE c.der IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM revocations r WHERE r.serialHex = c.serialHex)`,
  'work on a scrapped unit': `SELECT e.entry FROM journal s JOIN journal e USING (unitSerial)
    WHERE s.entry = 'unit.scrapped' AND e.position > s.position AND e.entry NOT IN ('batch.left', 'registration.done')`,
  'the key from before rework, certified again': `SELECT n.serialHex FROM certificates o
    JOIN certificates n USING (unitSerial, spkiSha256)
    WHERE o.state = 'superseded' AND n.serialHex <> o.serialHex AND n.rowid > o.rowid`,
  'superseded and replaced, yet no link between the two': `SELECT o.serialHex FROM certificates o
    WHERE o.state = 'superseded' AND NOT EXISTS (SELECT 1 FROM supersessions s WHERE s.serialHex = o.serialHex)
    AND EXISTS (SELECT 1 FROM certificates n WHERE n.unitSerial = o.unitSerial AND n.rowid > o.rowid AND n.der IS NOT NULL)`,
};

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
    let waiting = 0;
    for (const { unitSerial, state } of rows) {
      if (state === 'scrapped' || live.some((one) => one.unitSerial === unitSerial)) continue;
      if ((await ledger.standing(unitSerial)).rework) waiting += 1;
    }
    assert.equal(order?.issued, live.length + waiting, 'a unit that is reworked keeps its place');
    assert.equal(order?.passed, rows.filter((row) => ['passed', 'registered', 'rejected'].includes(row.state)).length);
    const inBatches = sql.all<{ unitSerial: string }>(
      `SELECT m.unitSerial FROM members m JOIN certificates c USING (certificateId) WHERE m.live = 1 AND c.state = 'issued'`,
    );
    assert.equal(new Set(inBatches.map((row) => row.unitSerial)).size, inBatches.length, 'a unit in two live batches');
    for (const [what, text] of Object.entries(never)) assert.deepEqual(sql.all(text), [], what);
  } finally {
    sql.close();
  }
}

test('random work keeps certificates single, counts right and journals whole', async (t) => {
  const met = { done: 0, refused: 0, acts: new Set<string>() };
  await fc.assert(
    fc.asyncProperty(fc.array(ask, { minLength: 10, maxLength: 60 }), async (asks) => {
      const bed = await makeBed(t, { quantity });
      const memory: Memory = { attempts: new Map(), reserved: new Map(), batches: 0 };
      try {
        for (const asked of asks) {
          try {
            await perform(bed, memory, asked);
            met.done += 1;
            met.acts.add(asked.act);
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
    { numRuns: 25, examples: [[everyEnd], [lateIdentity]] },
  );
  assert.ok(met.done > 100 && met.refused > 100, 'the sequences reach both results and refusals');
  for (const act of ['rework', 'scrap', 'withdraw'] as const) assert.ok(met.acts.has(act), `${act} was never done`);
});
