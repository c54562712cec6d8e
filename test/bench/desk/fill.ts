/**
 * A ledger of many units in the station's own schema, written in bulk: seven entries of the journal and three of the
 * audit log for each unit. Triggers and indexes come back at the end, so that the file is like one that grew.
 */
import { migrate } from '../../../app/records/index.ts';
import { resultsOfJournal } from '../../../app/records/migrations/resultcounts.ts';
import type { Sql } from '../../../app/records/sql.ts';
import { openSqlite } from '../../../native/sqlite.ts';

export const benchStart = '2025-01-01';
const perDay = 4000;
const perOrder = 5000;

/** A number from 0 to 99 that follows from the row and the seed. */
const dice = (salt: number, seed: number) => `abs((n * 2654435761 + ${salt * 7919 + seed * 104_729}) % 10007) % 100`;
const hexOf = (width: number, salt: string) => `printf('%0${width}x', n * 2654435761 + ${salt})`;
const timeOf = (seconds: string) =>
  `strftime('%Y-%m-%dT%H:%M:%fZ', '${benchStart}', '+' || (n / ${perDay}) || ' days', '+' || (21600 + (n % ${perDay}) * 10 + ${seconds}) || ' seconds')`;

const journalOf = [
  ['attempt.started', 'NULL', "'started'", `'{"slotId":1,"orderId":"' || orderId || '"}'`],
  ['device.identified', "'identify'", 'NULL', `'{"firmware":"1.4","keyType":"P-256"}'`],
  ['csr.recorded', "'csr'", 'NULL', `'{"spkiSha256":"' || spki || '"}'`],
  ['certificate.reserved', "'issue'", 'NULL', `'{"serialHex":"' || serialHex || '"}'`],
  ['certificate.issued', "'issue'", "'issued'", `'{"certificateId":"' || certificateId || '"}'`],
  ['step.done', "'verify'", 'NULL', `'{"proof":"nonce"}'`],
  [
    'attempt.ended',
    'NULL',
    'ended',
    `iif(ended = 'passed', '{"outcome":"PASS"}', '{"outcome":"' || iif(ended = 'failed', 'FAIL', 'ERROR') || '","error":{"code":"' || code || '","detail":"bench"}}')`,
  ],
] as const;

const auditOf = [
  ['attempt.started', `'{"slotId":1}'`],
  ['sign.done', `'{"certificateId":"' || certificateId || '"}'`],
  ['ended', `iif(ended = 'passed', '{}', '{"code":"' || code || '"}')`],
] as const;

/** Writes `units` units into the new file. The same seed gives the same rows. */
export function fillLedger(file: string, units: number, seed: number): void {
  const sql = openSqlite(file, { create: true });
  migrate(sql);
  sql.exec(
    'PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; PRAGMA cache_size = -400000; PRAGMA temp_store = MEMORY',
  );
  const later = sql.all<{ type: string; name: string; sql: string }>(
    "SELECT type, name, sql FROM sqlite_schema WHERE type IN ('trigger', 'index') AND sql IS NOT NULL ORDER BY type = 'trigger'",
  );
  for (const { type, name } of later) sql.exec(`DROP ${type} ${name}`);
  sql.exec('BEGIN');
  writeRows(sql, units, seed);
  for (const { sql: text } of later) sql.exec(text);
  sql.exec('DROP TABLE made');
  sql.exec('COMMIT; PRAGMA wal_checkpoint(TRUNCATE)');
  sql.close();
}

function writeRows(sql: Sql, units: number, seed: number): void {
  sql.exec(`
    INSERT INTO station VALUES (1, 'bench', 'Bench', 0, '${benchStart}T00:00:00Z');
    INSERT INTO issuers (issuerId, kind, certificateDer, active, addedAt)
      VALUES ('${'ab'.repeat(32)}', 'issuing', x'00', 1, '${benchStart}T00:00:00Z');
    CREATE TEMP TABLE made AS WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${units - 1})
      SELECT n, printf('SN-%08d', n * 7 + ${seed}) AS unitSerial, 'WO-' || printf('%05d', n / ${perOrder}) AS orderId,
        'SENSE-' || (1 + n / ${perOrder} % 5) AS model,
        'HW' || ${hexOf(16, '17')} AS hardwareId, ${hexOf(32, '31')} AS serialHex, ${hexOf(64, '63')} AS certificateId,
        ${hexOf(64, '127')} AS spki,
        'Operator ' || (1 + n % 9) AS actor,
        CASE WHEN ${dice(1, seed)} < 3 THEN 'failed' WHEN ${dice(1, seed)} < 4 THEN 'error' ELSE 'passed' END AS ended,
        CASE ${dice(2, seed)} / 25 WHEN 0 THEN 'link.timeout' WHEN 1 THEN 'verify.readBackMismatch' WHEN 2 THEN 'device.refused' ELSE 'link.noise' END AS code
      FROM numbers;
    INSERT INTO orders (orderId, model, quantity, profile, state, active, createdAt)
      SELECT orderId, min(model), ${perOrder}, 'aws-iot-device', 'closed', 0, ${timeOf('0')} FROM made GROUP BY orderId;
    INSERT INTO units (unitSerial, orderId, model, practice, hardwareId, firmware, createdAt)
      SELECT unitSerial, orderId, model, 0, hardwareId, '1.4', ${timeOf('0')} FROM made;
    INSERT INTO certificates (serialHex, issuerId, purpose, unitSerial, orderId, attempt, actor, state, profile, subject, spkiSha256,
        notBeforeAt, notAfterAt, tbsDer, der, certificateId, reservedAt, issuedAt)
      SELECT serialHex, '${'ab'.repeat(32)}', 'device', unitSerial, orderId, 1, actor, iif(ended = 'failed', 'revocationQueued', 'issued'),
        'aws-iot-device', 'CN=' || unitSerial, spki, ${timeOf('0')}, '2045' || substr(${timeOf('0')}, 5), x'00', x'01', certificateId,
        ${timeOf('3')}, ${timeOf('4')} FROM made;
  `);
  const entries = journalOf.map(
    ([name, step, state, data], index) =>
      `SELECT n, unitSerial, ${index + 1}, ${timeOf(String(index))}, 1, '${name}', ${step}, actor, 100, ${data}, ${state} FROM made WHERE n >= @from AND n < @until`,
  );
  const audits = auditOf.map(
    ([name, data], index) =>
      `SELECT n, ${timeOf(String(index * 3))}, ${name === 'ended' ? "'unit.' || ended" : `'${name}'`}, actor, unitSerial, ${data} FROM made WHERE n >= @from AND n < @until`,
  );
  sql.exec('CREATE INDEX temp.madeByNumber ON made (n)');
  const page = 20_000;
  for (let from = 0; from < units; from += page) {
    const range = { from, until: from + page };
    sql.run(
      `INSERT INTO journal (unitSerial, position, at, attempt, entry, step, actor, ms, data, state)
       SELECT unitSerial, p, at, attempt, entry, step, actor, ms, data, state FROM (
         SELECT NULL AS n, NULL AS unitSerial, NULL AS p, NULL AS at, NULL AS attempt, NULL AS entry, NULL AS step, NULL AS actor, NULL AS ms, NULL AS data, NULL AS state WHERE 0
         UNION ALL ${entries.join(' UNION ALL ')}) ORDER BY n, p`,
      range,
    );
    sql.run(
      `INSERT INTO audit (at, entry, actor, subject, data) SELECT at, entry, actor, subject, data FROM (
         SELECT NULL AS n, NULL AS at, NULL AS entry, NULL AS actor, NULL AS subject, NULL AS data WHERE 0
         UNION ALL ${audits.join(' UNION ALL ')}) ORDER BY n, at`,
      range,
    );
  }
  const { last } = sql.get<{ last: number }>('SELECT max(position) AS last FROM journal')!;
  sql.exec(`
    INSERT INTO journalIndex (unitSerial, entryId, state, attempts, updatedAt, errorCode, orderId, model)
      SELECT m.unitSerial, j.entryId, m.ended, 1, j.at, iif(m.ended = 'passed', NULL, m.code), m.orderId, m.model
      FROM made m JOIN journal j ON j.entryId = (m.n + 1) * ${last} ORDER BY m.n;
    INSERT INTO journalDays SELECT substr(at, 1, 10), min(entryId), max(entryId) FROM journal GROUP BY 1;
    INSERT INTO auditDays SELECT substr(at, 1, 10), entry, actor, count(*), min(seq), max(seq) FROM audit GROUP BY 1, 2, 3;
    INSERT INTO attemptCounts ${resultsOfJournal.attemptCounts};
    INSERT INTO stepCounts ${resultsOfJournal.stepCounts};
    INSERT INTO orderUnits SELECT orderId, ended, count(*) FROM made GROUP BY 1, 2;
    INSERT INTO orderPlaces (orderId, live) SELECT orderId, count(*) FILTER (WHERE ended <> 'failed') FROM made GROUP BY 1;
  `);
}
