/** The constraints themselves, by raw SQL: they hold whatever the functions above them do. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { migrate, type Sql } from '../../app/records/index.ts';
import { migrations } from '../../app/records/migrations/index.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { freshFolder, issueFor, makeBatch, makeBed, passUnit, refuses, sha256 } from './support.ts';

const conflict = (kind: string) => refuses('records.conflict', { sqlite: `SQLITE_CONSTRAINT_${kind}` });

type Refusal = { name: string; text: string; kind: string };

/** Copies the unit's row with changes, as a careless program might. */
const certificate = (changes: Record<string, string>): string => {
  const columns = [
    'serialHex',
    'issuerId',
    'purpose',
    'unitSerial',
    'orderId',
    'attempt',
    'actor',
    'state',
    'profile',
    'subject',
    'spkiSha256',
    'notBeforeAt',
    'notAfterAt',
    'tbsDer',
    'der',
    'certificateId',
    'reservedAt',
    'issuedAt',
  ];
  const values = columns.map((column) => changes[column] ?? column);
  return `INSERT INTO certificates (${columns}) SELECT ${values} FROM certificates WHERE unitSerial = 'U1'`;
};
const reserved = { state: `'reserved'`, der: 'NULL', certificateId: 'NULL', issuedAt: 'NULL' };
const batchMember = `INSERT INTO members (batchId, line, unitSerial, certificateId, state, live) SELECT `;

const refusals: Refusal[] = [
  {
    name: 'a certificate serial twice',
    text: certificate({ ...reserved, purpose: `'caVerification'`, unitSerial: 'NULL', orderId: 'NULL' }),
    kind: 'PRIMARYKEY',
  },
  {
    name: 'a second live certificate for a unit',
    text: certificate({ ...reserved, serialHex: `'ab'` }),
    kind: 'UNIQUE',
  },
  { name: 'a certificateId twice', text: certificate({ serialHex: `'ab'`, state: `'superseded'` }), kind: 'UNIQUE' },
  { name: 'an upper-case certificate serial', text: certificate({ ...reserved, serialHex: `'AB'` }), kind: 'CHECK' },
  {
    name: 'an issued certificate without its DER',
    text: certificate({ ...reserved, serialHex: `'ab'`, state: `'issued'` }),
    kind: 'CHECK',
  },
  {
    name: 'a device certificate without a unit',
    text: certificate({ ...reserved, serialHex: `'ab'`, unitSerial: 'NULL', orderId: 'NULL' }),
    kind: 'CHECK',
  },
  {
    name: 'a certificate of an unknown issuer',
    text: certificate({
      serialHex: `'ab'`,
      state: `'superseded'`,
      certificateId: `'${sha256('x')}'`,
      issuerId: `'${sha256('y')}'`,
    }),
    kind: 'FOREIGNKEY',
  },
  {
    name: 'a time that is not ISO 8601 UTC',
    text: certificate({ ...reserved, serialHex: `'ab'`, reservedAt: `'21.11.2026'` }),
    kind: 'CHECK',
  },
  { name: 'deleting a certificate', text: 'DELETE FROM certificates', kind: 'TRIGGER' },
  { name: 'changing TBS bytes', text: `UPDATE certificates SET tbsDer = x'00'`, kind: 'TRIGGER' },
  { name: 'changing an issued DER', text: `UPDATE certificates SET der = x'00'`, kind: 'TRIGGER' },
  {
    name: 'an issued certificate going back to reserved',
    text: `UPDATE certificates SET state = 'reserved', der = NULL`,
    kind: 'TRIGGER',
  },
  { name: 'an issued certificate becoming void', text: `UPDATE certificates SET state = 'void'`, kind: 'TRIGGER' },
  {
    name: 'a key of two units',
    text: `INSERT INTO keys SELECT spkiSha256, 'U2', firstSeenAt FROM keys WHERE unitSerial = 'U1'`,
    kind: 'PRIMARYKEY',
  },
  { name: 'a device of two units', text: `UPDATE units SET hardwareId = 'same'`, kind: 'UNIQUE' },
  {
    name: 'a unit serial twice',
    text: `INSERT INTO units SELECT unitSerial, orderId, model, practice, NULL, firmware, hardwareRevision, createdAt FROM units`,
    kind: 'PRIMARYKEY',
  },
  { name: 'a unit of no order', text: `UPDATE units SET orderId = 'none'`, kind: 'FOREIGNKEY' },
  {
    name: 'an order twice',
    text: `INSERT INTO orders SELECT orderId, model, quantity, profile, serialFrom, serialTo, endsAt, state, 0, createdAt, recipe, label, registration, dueAt, pausedAt, pattern, listed, restoredAt FROM orders`,
    kind: 'PRIMARYKEY',
  },
  {
    name: 'two active orders',
    text: `INSERT INTO orders SELECT 'WO-2', model, quantity, profile, serialFrom, serialTo, endsAt, state, 1, createdAt, recipe, label, registration, dueAt, pausedAt, pattern, listed, restoredAt FROM orders`,
    kind: 'UNIQUE',
  },
  {
    name: 'two active issuers of a kind',
    text: `INSERT INTO issuers SELECT '${sha256('2')}', kind, certificateDer, 1, addedAt FROM issuers`,
    kind: 'UNIQUE',
  },
  {
    name: 'a badge twice',
    text: `INSERT INTO people (name, badge, role, pinSalt, pinHash, active, createdAt) SELECT name, badge, role, pinSalt, pinHash, active, createdAt FROM people`,
    kind: 'UNIQUE',
  },
  {
    name: 'two stations in a file',
    text: `INSERT INTO station SELECT 2, stationId, name, practice, createdAt FROM station`,
    kind: 'CHECK',
  },
  {
    name: 'a unit in two live batches',
    text: `${batchMember} 'B2', 1, unitSerial, certificateId, 'waiting', 1 FROM members`,
    kind: 'TRIGGER',
  },
  {
    name: 'a unit twice in a batch',
    text: `${batchMember} batchId, 2, unitSerial, certificateId, 'rejected', 0 FROM members`,
    kind: 'UNIQUE',
  },
  {
    name: 'a line twice in a batch',
    text: `${batchMember} batchId, 1, 'U3', (SELECT certificateId FROM members WHERE unitSerial = 'U3'), 'rejected', 0
      FROM members WHERE batchId = 'B1'`,
    kind: 'PRIMARYKEY',
  },
  {
    name: 'a member with the certificate of another unit',
    text: `${batchMember} batchId, 2, 'U2', certificateId, 'rejected', 0 FROM members`,
    kind: 'TRIGGER',
  },
  {
    name: 'a member of a batch that is not on record',
    text: `${batchMember} 'B9', 1, unitSerial, certificateId, 'rejected', 0 FROM members`,
    kind: 'TRIGGER',
  },
  {
    name: 'a member going to another target than its batch',
    text: `INSERT INTO members (batchId, line, unitSerial, certificateId, state, live, target)
      SELECT batchId, 2, unitSerial, certificateId, 'waiting', 1, 'elsewhere' FROM members`,
    kind: 'TRIGGER',
  },
  { name: 'changing who a member is', text: `UPDATE members SET unitSerial = 'U2'`, kind: 'TRIGGER' },
  { name: 'removing a member', text: 'DELETE FROM members', kind: 'TRIGGER' },
  {
    name: 'replacing a member',
    text: 'REPLACE INTO members SELECT * FROM members',
    kind: 'TRIGGER',
  },
  {
    name: 'naming a certificate anew',
    text: `UPDATE certificates SET certificateId = '${sha256('x')}'`,
    kind: 'TRIGGER',
  },
  {
    name: 'a page without its members',
    text: `INSERT INTO memberPages SELECT batchId, lastLine + 1, lastLine + 1, afterEntry, at, actor FROM memberPages`,
    kind: 'TRIGGER',
  },
  { name: 'changing who put members there', text: `UPDATE memberPages SET actor = 'nobody'`, kind: 'TRIGGER' },
  { name: 'removing who put members there', text: 'DELETE FROM memberPages', kind: 'TRIGGER' },
  { name: 'letting go of a member that waits', text: 'UPDATE members SET live = 0', kind: 'CHECK' },
  { name: 'changing the journal', text: `UPDATE journal SET actor = 'nobody'`, kind: 'TRIGGER' },
  {
    name: 'shortening the journal',
    text: 'DELETE FROM journal WHERE entryId = (SELECT max(entryId) FROM journal)',
    kind: 'TRIGGER',
  },
  {
    name: 'a gap in the journal',
    text: `INSERT INTO journal (unitSerial, position, at, attempt, entry, actor, data) SELECT unitSerial, max(position) + 2, at, 1, 'x', 'x', '{}' FROM journal WHERE unitSerial = 'U1'`,
    kind: 'TRIGGER',
  },
  { name: 'changing the audit log', text: `UPDATE audit SET actor = 'nobody'`, kind: 'TRIGGER' },
  {
    name: 'shortening the audit log',
    text: 'DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)',
    kind: 'TRIGGER',
  },
  {
    name: 'replacing an audit entry',
    text: `REPLACE INTO audit SELECT seq, at, entry, 'nobody', subject, data FROM audit WHERE seq = 1`,
    kind: 'TRIGGER',
  },
  {
    name: 'replacing a certificate',
    text: certificate({ ...reserved }).replace('INSERT', 'REPLACE'),
    kind: 'TRIGGER',
  },
  {
    name: 'replacing a live certificate by another one',
    text: certificate({ ...reserved, serialHex: `'ab'` }).replace('INSERT', 'REPLACE'),
    kind: 'TRIGGER',
  },
  {
    name: 'replacing a CSR',
    text: `REPLACE INTO csrs SELECT csrId, unitSerial, 9, spkiSha256, csrDer, receivedAt FROM csrs`,
    kind: 'TRIGGER',
  },
  {
    name: 'replacing a journal entry',
    text: `REPLACE INTO journal SELECT entryId, unitSerial, position + 100, at, attempt, entry, step, 'x', ms, data, state FROM journal`,
    kind: 'TRIGGER',
  },
  { name: 'changing a CSR', text: `UPDATE csrs SET csrDer = x'00'`, kind: 'TRIGGER' },
  {
    name: 'a recipe version twice',
    text: `INSERT INTO recipes (name, version, hash, text, madeBy, madeAt) SELECT name, version, hash, text, madeBy, madeAt FROM recipes`,
    kind: 'UNIQUE',
  },
  { name: 'changing a recipe', text: `UPDATE recipes SET text = '{}'`, kind: 'TRIGGER' },
  { name: 'deleting a recipe', text: 'DELETE FROM recipes', kind: 'TRIGGER' },
  {
    name: 'replacing a recipe',
    text: `REPLACE INTO recipes SELECT recipeId, name, version, hash, '{}', madeBy, madeAt FROM recipes`,
    kind: 'TRIGGER',
  },
  {
    name: 'a recipe that is not JSON',
    text: `INSERT INTO recipes (name, version, hash, text, madeBy, madeAt) SELECT name, 9, hash, 'no', madeBy, madeAt FROM recipes`,
    kind: 'CHECK',
  },
  { name: 'changing a document', text: `UPDATE documents SET text = '{}'`, kind: 'TRIGGER' },
  { name: 'deleting a document', text: 'DELETE FROM documents', kind: 'TRIGGER' },
  {
    name: 'a document version twice',
    text: `INSERT INTO documents (kind, name, version, form, text, hash, madeBy, madeAt) SELECT kind, name, version, form, text, hash, madeBy, madeAt FROM documents`,
    kind: 'UNIQUE',
  },
  {
    name: 'a document without the hash of its text',
    text: `INSERT INTO documents (kind, name, version, form, text, madeBy, madeAt) SELECT kind, name, 9, form, text, madeBy, madeAt FROM documents`,
    kind: 'CHECK',
  },
  {
    name: 'a document that is not JSON',
    text: `INSERT INTO documents (kind, name, version, form, text, hash, madeBy, madeAt) SELECT kind, name, 9, form, 'no', hash, madeBy, madeAt FROM documents`,
    kind: 'CHECK',
  },
  { name: 'changing an approval', text: `UPDATE recipeApprovals SET actor = 'x'`, kind: 'TRIGGER' },
  { name: 'deleting an approval', text: 'DELETE FROM recipeApprovals', kind: 'TRIGGER' },
  {
    name: 'approving a version that was never written',
    text: `INSERT INTO recipeApprovals (name, version, profileHash, actor, at) SELECT name, 9, profileHash, actor, at FROM recipeApprovals`,
    kind: 'FOREIGNKEY',
  },
  {
    name: 'an audit entry that is not JSON',
    text: `INSERT INTO audit (at, entry, actor, subject, data) SELECT at, 'x', 'x', 'x', '[1]' FROM audit LIMIT 1`,
    kind: 'CHECK',
  },
];

test('what happens once cannot happen twice, and what is written stays', async (t) => {
  const bed = await makeBed(t);
  await passUnit(bed, 'U1');
  await issueFor(bed, 'U2');
  await passUnit(bed, 'U3');
  await bed.ledger.addPerson({ name: 'Olga', badge: 'OP-1', pin: '1234', role: 'operator', actor: 'test' });
  await makeBatch(bed, 'B1', ['U1']);
  await makeBatch(bed, 'B2', ['U3']);
  await bed.ledger.saveRecipe({ name: 'r', text: '{"model":"BM-1"}', actor: 'test' });
  await bed.ledger.approveRecipe({ name: 'r', version: 1, profileHash: sha256('p'), actor: 'test' });
  await bed.ledger.saveDocument({ kind: 'template', name: 't', form: 'bulk', text: '{}', actor: 'test' });
  await bed.database.close();

  const sql = openSqlite(bed.file);
  t.after(() => sql.close());
  const dump = () =>
    [
      'audit',
      'journal',
      'certificates',
      'members',
      'memberPages',
      'units',
      'keys',
      'recipes',
      'recipeApprovals',
      'documents',
    ].map((table) => sql.all(`SELECT * FROM ${table}`));
  const before = dump();
  for (const { name, text, kind } of refusals) {
    await t.test(name, () => assert.throws(() => sql.run(text), conflict(kind)));
  }
  assert.deepEqual(dump(), before);
});

test('values of the wrong type are refused, not stored as they come', async (t) => {
  const { database, file } = await makeBed(t);
  await database.close();
  const sql = openSqlite(file);
  t.after(() => sql.close());
  assert.throws(() => sql.run(`UPDATE orders SET quantity = 'many'`), conflict('DATATYPE'));
});

const steps = ['CREATE TABLE one (a TEXT) STRICT', 'ALTER TABLE one ADD COLUMN b TEXT'];
const versionOf = (sql: Sql) => sql.get<{ user_version: number }>('PRAGMA user_version')?.user_version;
const openFresh = (file: string) => openSqlite(file, { create: true });

test('an older file is brought up to date, each migration once', (t) => {
  const sql = openFresh(join(freshFolder(t), 'a.db'));
  t.after(() => sql.close());
  migrate(sql, steps.slice(0, 1));
  sql.run(`INSERT INTO one VALUES ('kept')`);
  migrate(sql, steps);
  migrate(sql, steps);
  assert.equal(versionOf(sql), 2);
  assert.deepEqual(sql.all('SELECT * FROM one'), [{ a: 'kept', b: null }]);
});

test('a migration that fails leaves the file as it was', (t) => {
  const sql = openFresh(join(freshFolder(t), 'a.db'));
  t.after(() => sql.close());
  migrate(sql, steps.slice(0, 1));
  assert.throws(() => migrate(sql, [...steps, 'CREATE TABLE one (again TEXT)']), { name: 'StationError' });
  assert.equal(versionOf(sql), 1);
  assert.deepEqual(
    sql.all<{ name: string }>(`SELECT name FROM pragma_table_info('one')`).map((column) => column.name),
    ['a'],
  );
});

test('a file of a newer program, and another program’s database, are refused and left alone', (t) => {
  const dir = freshFolder(t);
  const newer = openFresh(join(dir, 'newer.db'));
  t.after(() => newer.close());
  newer.exec(`PRAGMA user_version = ${migrations.length + 1}`);
  assert.throws(
    () => migrate(newer),
    refuses('records.newer', { version: migrations.length + 1, known: migrations.length }),
  );
  const other = openFresh(join(dir, 'other.db'));
  t.after(() => other.close());
  other.exec('CREATE TABLE bookmarks (url TEXT)');
  assert.throws(() => migrate(other), refuses('records.notStation'));
  assert.equal(
    newer.all('SELECT name FROM sqlite_schema').length + other.all('SELECT name FROM sqlite_schema').length,
    1,
  );
});
