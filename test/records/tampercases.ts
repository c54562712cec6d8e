/** Changes of a file of records, as SQL, and what the verification says of each first. */
import type { LogProblem } from '../../app/records/log/verdict.ts';

export const cases: readonly { name: string; change: string; what: LogProblem['what']; where: string | RegExp }[] = [
  {
    name: 'data that is no JSON',
    change: `PRAGMA ignore_check_constraints = ON; UPDATE audit SET data = 'x' WHERE seq = 5`,
    what: 'entryChanged',
    where: 'audit 5',
  },
  {
    name: 'a changed entry',
    change: `UPDATE audit SET actor = 'mallory' WHERE seq = 5`,
    what: 'entryChanged',
    where: 'audit 5',
  },
  {
    name: 'the last ten entries cut off',
    change: 'DELETE FROM audit WHERE seq > (SELECT max(seq) - 10 FROM audit)',
    what: 'entryMissing',
    where: /^audit \d+$/,
  },
  {
    name: 'a removed entry, and the rest renumbered',
    change: 'DELETE FROM audit WHERE seq = 6; UPDATE audit SET seq = seq - 1 WHERE seq > 6',
    what: 'entryChanged',
    where: 'audit 6',
  },
  {
    name: 'two entries that changed places',
    change:
      'UPDATE audit SET seq = 100007 WHERE seq = 7; UPDATE audit SET seq = 7 WHERE seq = 8; UPDATE audit SET seq = 8 WHERE seq = 100007',
    what: 'entryChanged',
    where: 'audit 7',
  },
  {
    name: 'an entry put in at the end',
    change: `INSERT INTO audit (at, entry, actor, subject, data) SELECT at, entry, actor, subject, data FROM audit WHERE seq = 3`,
    what: 'entryAdded',
    where: /^audit \d+$/,
  },
  {
    name: 'a changed outcome in a journal',
    change: `UPDATE journal SET state = 'failed' WHERE entry = 'attempt.ended' AND unitSerial = 'U3'`,
    what: 'entryChanged',
    where: /^journal \d+$/,
  },
  {
    name: 'an issued certificate removed',
    change: `DELETE FROM certificates WHERE unitSerial = 'U4'`,
    what: 'rowMissing',
    where: /^certificates \["[0-9a-f]+"\]$/,
  },
  {
    name: 'a changed PIN',
    change: `UPDATE people SET pinHash = zeroblob(32)`,
    what: 'rowChanged',
    where: 'people [1]',
  },
  {
    name: 'a webhook that is said to have come further',
    change: 'UPDATE outboxMark SET delivered = delivered + 2',
    what: 'rowChanged',
    where: 'outboxMark [1]',
  },
  { name: 'a changed role', change: `UPDATE people SET role = 'engineer'`, what: 'rowChanged', where: 'people [1]' },
  {
    name: 'a person put in',
    change: `INSERT INTO people SELECT 9, 'Eve', '999', 'engineer', pinSalt, pinHash, 1, createdAt, pinN, pinR, pinP, NULL, NULL FROM people`,
    what: 'rowAdded',
    where: 'people [9]',
  },
  {
    name: 'a changed order',
    change: 'UPDATE orders SET quantity = 5000',
    what: 'rowChanged',
    where: 'orders ["WO-1"]',
  },
  {
    name: 'a removed member',
    change: 'DELETE FROM members WHERE line = 3',
    what: 'rowChanged',
    where: 'members ["B1",0]',
  },
  {
    name: 'a changed member',
    change: `UPDATE members SET thingName = 'other' WHERE line = 2`,
    what: 'rowChanged',
    where: 'members ["B1",0]',
  },
  {
    name: 'a certificate, and what the log says of it, changed',
    change: `UPDATE certificates SET subject = 'CN=x' WHERE unitSerial = 'U1';
      UPDATE logStatements SET digest = zeroblob(32) WHERE ofTable = 'certificates'`,
    what: 'entryChanged',
    where: /^statement \d+$/,
  },
  {
    name: 'a changed index of the journal',
    change: `UPDATE journalIndex SET state = 'failed' WHERE unitSerial = 'U1'`,
    what: 'derived',
    where: 'records.db',
  },
  {
    name: 'a head that does not name its key',
    change: 'PRAGMA ignore_check_constraints = ON; UPDATE logHead SET publicKey = NULL',
    what: 'signature',
    where: 'log head',
  },
  {
    name: 'a head whose root is too short',
    change: 'PRAGMA ignore_check_constraints = ON; UPDATE logHead SET root = zeroblob(31)',
    what: 'file',
    where: 'records.db',
  },
  { name: 'a changed head', change: 'UPDATE logHead SET root = zeroblob(32)', what: 'signature', where: 'log head' },
  {
    name: 'a changed tile',
    change: 'UPDATE logTiles SET hashes = zeroblob(8192) WHERE level = 0 AND position = 0',
    what: 'entryChanged',
    where: 'audit 1',
  },
  ...(['zeroblob(32)', "unhex(replace(hex(zeroblob(32)), '00', 'ff'))"] as const).flatMap((hash) => [
    {
      name: `a changed hash of a leaf that fills no tile, ${hash}`,
      change: `UPDATE logPending SET hash = ${hash} WHERE leafIndex = (SELECT max(leafIndex) FROM logPending)`,
      what: 'entryChanged' as const,
      where: /^statement \d+$/,
    },
    {
      name: `a changed root of a former head, ${hash}`,
      change: `UPDATE logCheckpoints SET root = ${hash}`,
      what: 'checkpoint' as const,
      where: /^the kept checkpoint of \d+$/,
    },
  ]),
  {
    name: 'a statement of a table that no version has',
    change: `INSERT INTO logStatements (ofTable, rowKey, digest) VALUES ('none', '[1]', zeroblob(32))`,
    what: 'entryAdded',
    where: /^statement \d+$/,
  },
  { name: 'a removed table', change: 'DROP TABLE watchMarks', what: 'schema', where: 'table watchMarks' },
  {
    name: 'a removed index',
    change: 'DROP INDEX oneLiveCertificate',
    what: 'schema',
    where: 'index oneLiveCertificate',
  },
  {
    name: 'an entry put in before the first',
    change: `INSERT INTO audit (seq, at, entry, actor, subject, data) SELECT -3, at, entry, actor, subject, data FROM audit WHERE seq = 3`,
    what: 'entryAdded',
    where: 'audit -3',
  },
  {
    name: 'a second head',
    change: `PRAGMA ignore_check_constraints = ON; INSERT INTO logHead SELECT 2, size, root, frontier, statementId, adopted, publicKey, signature FROM logHead`,
    what: 'tree',
    where: 'log head',
  },
  {
    name: 'a former head removed',
    change: 'DELETE FROM logCheckpoints',
    what: 'rowMissing',
    where: /^logCheckpoints \[\d+\]$/,
  },
  {
    name: 'an older version of the schema named',
    change: 'PRAGMA user_version = 3',
    what: 'schema',
    where: 'number user_version',
  },
  {
    name: 'places of an order that does not exist',
    change: `INSERT INTO orderPlaces (orderId, live) VALUES ('WO-none', 1)`,
    what: 'derived',
    where: 'records.db',
  },
  {
    name: 'a next number of events that leaves some out',
    change: `UPDATE sqlite_sequence SET seq = seq + 1 WHERE name = 'outbox'`,
    what: 'derived',
    where: 'records.db',
  },
  {
    name: 'a second next number of the audit log',
    change: `INSERT INTO sqlite_sequence SELECT * FROM sqlite_sequence WHERE name = 'audit'`,
    what: 'derived',
    where: 'records.db',
  },
  // Beyond 2^53 one number of JavaScript stands for several of SQLite's.
  ...(['9007199254740993', '-9007199254740993', '-9223372036854775808', '9223372036854775807'] as const).flatMap(
    (id) => [
      {
        name: `an entry put in as number ${id}`,
        change: `INSERT INTO audit SELECT ${id}, at, entry, actor, subject, data FROM audit WHERE seq = 3`,
        what: 'entryAdded' as const,
        where: `audit ${id}`,
      },
      {
        name: `a statement put in as number ${id}`,
        change: `INSERT INTO logStatements SELECT ${id}, ofTable, rowKey, digest FROM logStatements WHERE statementId = 3`,
        what: 'entryAdded' as const,
        where: `statement ${id}`,
      },
    ],
  ),
  { name: 'the log thrown away', change: 'DELETE FROM logHead', what: 'noLog', where: 'log' },
  {
    name: 'a run of the log that ends later than its entries',
    change: 'UPDATE logRuns SET lastId = lastId + 1000 WHERE firstLeaf = (SELECT max(firstLeaf) FROM logRuns)',
    what: 'tree',
    where: /^leaf \d+$/,
  },
  {
    name: 'a run of the log that begins before its entries',
    change: 'UPDATE logRuns SET firstId = firstId - 1 WHERE firstLeaf = (SELECT max(firstLeaf) FROM logRuns)',
    what: 'tree',
    where: /^leaf \d+$/,
  },
  {
    name: 'a run of the log before its first leaf',
    change: `PRAGMA ignore_check_constraints = ON; INSERT INTO logRuns (firstLeaf, source, firstId, lastId) VALUES (-3, 'audit', 1, 2)`,
    what: 'tree',
    where: 'leaf 0',
  },
];
