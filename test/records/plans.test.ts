/** How SQLite finds the rows of one unit: by the unit, however many others there are. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { noAlerts } from '../../app/contract/alerts.ts';
import { createLedger, createLocalDatabase, migrate } from '../../app/records/index.ts';
import type { Sql, SqlParams } from '../../app/records/sql.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { createTestClock, fillStation, freshFolder, issueFor, makeBatch, passUnit, runBatch } from './support.ts';

/** The connection, which notes the text of each statement with parameters. */
function noting(sql: Sql, texts: Set<string>): Sql {
  const noted = (text: string): string => {
    texts.add(text);
    return text;
  };
  return {
    ...sql,
    run: (text, params) => sql.run(noted(text), params),
    get: <Row>(text: string, params?: SqlParams) => sql.get<Row>(noted(text), params),
    all: <Row>(text: string, params?: SqlParams) => sql.all<Row>(noted(text), params),
  };
}

test('however many rules there are, a certificate asks the records few times', async (t) => {
  const file = join(freshFolder(t), 'records.db');
  const writer = openSqlite(file, { create: true });
  migrate(writer);
  const reads: string[] = [];
  const counting = (sql: Sql): Sql => ({
    ...sql,
    get: <Row>(text: string, params?: SqlParams) => {
      reads.push(text);
      return sql.get<Row>(text, params);
    },
  });
  const database = createLocalDatabase(counting(writer), counting(openSqlite(file, { readOnly: true })));
  const clock = createTestClock();
  const ledger = createLedger(database, clock);
  const { issuerId } = await fillStation(ledger, 1000);
  reads.length = 0;
  await issueFor({ file, database, ledger, clock, issuerId }, 'A');
  const ofRules = reads.filter((text) => !/logHead|logTouched|logTiles|FROM station/.test(text));
  assert.ok(ofRules.length <= 14, `${ofRules.length} statements: ${ofRules.join('\n')}`);
  await database.close();
});

/** Every parameter is null: a plan does not depend on values. */
const nulls = (text: string): SqlParams =>
  Object.fromEntries([...text.matchAll(/@(\w+)/g)].map(([, name]) => [name!, null]));

test('nothing that is asked of one unit is answered by all certificates of a state or of a CA, nothing of a batch by all entries', async (t) => {
  const file = join(freshFolder(t), 'records.db');
  const texts = new Set<string>();
  const writer = openSqlite(file, { create: true });
  migrate(writer);
  const reader = openSqlite(file, { readOnly: true });
  const database = createLocalDatabase(noting(writer, texts), noting(reader, texts));
  const clock = createTestClock();
  const ledger = createLedger(database, clock);
  const { issuerId } = await fillStation(ledger, 1000);
  const bed = { file, database, ledger, clock, issuerId };
  for (const serial of ['A', 'B', 'C']) await passUnit(bed, serial);
  await issueFor(bed, 'D');
  await makeBatch(bed, 'B1', ['A', 'B']);
  await runBatch(ledger, 'B1');
  const upTo = await ledger.lastEntry();
  await ledger.candidatePage({ wanted: {}, upTo, after: 0 });
  await ledger.readyUnits();
  await ledger.batchCandidates({ unitSerials: ['C'] });
  await ledger.listUnits({ limit: 50 });
  await ledger.showUnit('A');
  await ledger.batchSteps('B1');

  const ofUnits = [...texts].filter((text) => /\bcertificates\b/.test(text) && /unitSerial/.test(text));
  assert.ok(ofUnits.length > 8, `${ofUnits.length} statements`);
  for (const text of ofUnits) {
    const plan = reader.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${text}`, nulls(text)).map(({ detail }) => detail);
    const byMany = plan.filter((step) => /certificates(ByState|OfIssuer)|SCAN c(ertificates)?\b/.test(step));
    assert.deepEqual(byMany, [], text);
  }
  // Whether a batch may go to AWS is seen from the certificates out of use; only a revoked CA is a reason to look at all members.
  const goes = [...texts].find((text) => /\bisFine\b/.test(text)) ?? '';
  const plan = reader.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${goes}`, nulls(goes)).map(({ detail }) => detail);
  assert.equal(
    plan.filter((step) => /^(SCAN|SEARCH) m USING PRIMARY KEY \(batchId=\?\)/.test(step)).length,
    1,
    plan.join('\n'),
  );
  const ofSubjects = [...texts].filter((text) => /\bFROM audit\b.*\bsubject = @/s.test(text));
  assert.ok(ofSubjects.length > 0);
  for (const text of ofSubjects) {
    const plan = reader.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${text}`, nulls(text)).map(({ detail }) => detail);
    assert.ok(
      plan.some((step) => /SEARCH audit USING INDEX auditBySubject/.test(step)),
      text,
    );
  }
  await database.close();
});

test('the alerts are judged by the events since the last look, however many came before', async (t) => {
  const file = join(freshFolder(t), 'records.db');
  const writer = openSqlite(file, { create: true });
  migrate(writer);
  const texts = new Set<string>();
  const reader = openSqlite(file, { readOnly: true });
  const database = createLocalDatabase(writer, noting(reader, texts));
  const ledger = createLedger(database, createTestClock());
  const rules = { ...noAlerts, overdue: true };
  await ledger.judgeAlerts({ rules, after: 7 });
  const ofEvents = [...texts].filter((text) => /\bFROM outbox\b/.test(text) && /@after/.test(text));
  assert.equal(ofEvents.length, 1);
  for (const text of ofEvents) {
    const plan = reader.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${text}`, nulls(text)).map(({ detail }) => detail);
    assert.ok(plan.includes('SEARCH outbox USING INTEGER PRIMARY KEY (rowid>?)'), plan.join('\n'));
  }
  await database.close();
});
