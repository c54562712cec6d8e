/** The catalogue of entries: where each puts its unit, and what becomes of entries that another version wrote. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  auditEntryOf,
  causes,
  type EntrySpec,
  entries,
  entryNames,
  type JournalFact,
  journalEntryOf,
  stateAfter,
} from '../../app/contract/index.ts';
import { auditLines, verifyAuditLines } from '../../app/records/audit/file.ts';
import { historyText } from '../../main/cli/units.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { strangeEntries } from '../entries.ts';
import { makeBed, passUnit } from './support.ts';

test('each entry is written somewhere, by whom is said, and a noun and a verb name it', () => {
  for (const name of entryNames) {
    const { journal, audit, by }: EntrySpec = entries[name];
    assert.match(name, /^[a-z]+\.[a-zA-Z]+$/);
    assert.ok(journal || audit, name);
    assert.ok(by.length > 0 && by.every((cause) => causes.includes(cause)), name);
  }
});

test('where entries put a unit; the others leave it where it is', () => {
  const moving = entryNames.filter((name) => (entries[name] as EntrySpec).state !== undefined);
  assert.deepEqual(moving.sort(), [
    'attempt.ended',
    'attempt.started',
    'certificate.issued',
    'connection.registered',
    'registration.done',
    'registration.provisioned',
    'unit.admitted',
    'unit.reworked',
    'unit.scrapped',
  ]);
  const ended = (outcome: 'PASS' | 'FAIL' | 'ERROR' | 'ABORTED') =>
    stateAfter({ entry: 'attempt.ended', data: { outcome } });
  assert.deepEqual(
    [ended('PASS'), ended('FAIL'), ended('ERROR'), ended('ABORTED')],
    ['passed', 'failed', 'error', 'aborted'],
  );
  const answered = (
    state: 'registered' | 'rejected' | 'unaccounted',
  ): JournalFact & { entry: 'registration.done' } => ({
    entry: 'registration.done',
    data: { batchId: 'B', line: 1, state, thingName: null, reason: null },
  });
  assert.equal(stateAfter(answered('registered')), 'registered');
  assert.equal(stateAfter(answered('rejected')), 'rejected');
  assert.equal(stateAfter(answered('unaccounted')), undefined);
  assert.equal(stateAfter({ ...answered('registered'), stays: true }), undefined, 'reworked since');
  assert.equal(stateAfter({ entry: 'unit.admitted', data: { orderId: 'WO' } }), 'started');
  assert.equal(stateAfter({ entry: 'csr.recorded', data: { spkiSha256: 'aa' } }), undefined);
});

test('entries of another version stay readable: shown as they are, never dropped, and they move nothing', async (t) => {
  const bed = await makeBed(t, { strange: true });
  const { ledger, file } = bed;
  await passUnit(bed, 'U1');
  const before = await ledger.showUnit('U1');
  const sql = openSqlite(file, { create: false });
  const at = '2026-11-21T09:00:00.000Z';
  const add = (entry: string, step: string | null, data: object) =>
    sql.run(
      `INSERT INTO journal (unitSerial, position, at, attempt, entry, step, actor, data)
       VALUES ('U1', (SELECT max(position) + 1 FROM journal WHERE unitSerial = 'U1'), @at, 1, @entry, @step, 'olga', @data)`,
      { at, entry, step, data: JSON.stringify(data) },
    );
  // Of a time to come, and of a time when less was kept.
  add('unit.blessed', null, { by: 'the future' });
  add('step.done', 'install', { certificateId: 'aa', bytes: 7 });
  add('constructor', null, {});
  sql.run(
    `INSERT INTO audit (at, entry, actor, subject, data) VALUES (@at, 'unit.blessed', 'olga', 'U1', '{"by":"the future"}')`,
    { at },
  );
  sql.run(
    `INSERT INTO audit (at, entry, actor, subject, data) VALUES (@at, 'issuer.added', 'erin', 'aa', '{"kind":"root"}')`,
    { at },
  );
  sql.close();

  const after = await ledger.showUnit('U1');
  assert.equal(after.state, 'passed');
  const added = after.journal.slice(before.journal.length);
  assert.deepEqual(
    added.map(({ entry, step, actor, data }) => [entry, step, actor, data]),
    [
      ['unit.blessed', null, 'olga', { by: 'the future' }],
      ['step.done', 'install', 'olga', { certificateId: 'aa', bytes: 7 }],
      ['constructor', null, 'olga', {}],
    ],
  );
  assert.equal(journalEntryOf(added[1]!, 'step.done'), undefined, 'not taken for what this version writes');
  assert.match(historyText(after), /unit\.blessed {2}olga {2}\{"by":"the future"\}/);
  assert.match(historyText(after), /hardware revision A/);

  const { rows } = await ledger.listAudit({ limit: 2, offset: 0 });
  const [issuer, blessed] = rows;
  assert.deepEqual([blessed?.entry, blessed?.data], ['unit.blessed', { by: 'the future' }]);
  assert.equal(auditEntryOf(issuer!, 'issuer.added')?.data.kind, 'root', 'the oldest records have the kind alone');
  const { lines } = auditLines({ stationId: 'a', name: 'Test', madeAt: at }, [...rows].reverse());
  assert.ok(lines.some((line) => line.includes('unit.blessed')));
  assert.deepEqual(verifyAuditLines(lines), { ok: true, entries: 2 });
  assert.equal(await ledger.errorsInARow(), 0);
  assert.deepEqual(await ledger.integrityCheck(), []);
  assert.equal(strangeEntries(file).length, 4, 'the judge of the other tests is not blind');
});
