/** Records of a station that waits, or has waited, for many units: by the seed, the same each time. */
import { randomBytes } from 'node:crypto';
import { createLedger } from '../../../app/records/index.ts';
import { systemClock } from '../../../main/clock.ts';
import { openDatabaseHere } from '../../../main/threads/database.ts';
import { openSqlite } from '../../../native/sqlite.ts';

const actor = 'bench';
const orders = 200;
/** The numbers of a page. */
const each = `FROM (WITH RECURSIVE g (value) AS (SELECT @from UNION ALL SELECT value + 1 FROM g WHERE value < @last)
  SELECT value FROM g)`;

export const serialOf = (n: number): string => `SN-${String(n).padStart(8, '0')}`;

/** Sixty of a hundred are connected, thirty are waited for, five are overdue, and with five something is wrong. */
export async function fillConnections(file: string, units: number, seed: number): Promise<void> {
  const database = openDatabaseHere(file, { create: true });
  const ledger = createLedger(database, systemClock);
  const createdAt = '2026-01-01T08:00:00.000Z';
  await ledger.initStation({ stationId: 'station-1', name: 'Bench', practice: true, createdAt, actor });
  const { issuerId } = await ledger.addAuthority({ certificateDer: randomBytes(400), kind: 'issuing', actor });
  await ledger.makeOrder({
    ...{ orderId: 'WO-NOW', model: 'BM-1', quantity: 1, profile: 'aws-iot-device', activate: true, actor },
  });
  await database.close();
  const sql = openSqlite(file);
  // The file is thrown away when it is not whole.
  sql.exec('PRAGMA synchronous = OFF');
  sql.run(
    `INSERT INTO orders (orderId, model, quantity, profile, state, active, createdAt)
     SELECT 'WO-' || value, 'BM-1', @units, 'aws-iot-device', 'closed', 0, strftime('%Y-%m-%dT%H:%M:%fZ', '2026-01-01', '+' || value || ' hours')
     ${each}`,
    { units, from: 0, last: orders - 1 },
  );
  const page = 50_000;
  const at = `'2026-06-01T08:00:00.000Z'`;
  const unitSerial = `printf('SN-%08d', value)`;
  const orderId = `'WO-' || (value % ${orders})`;
  /** A number below 1,000 that looks like chance. Products stay below 2^53. */
  const chance = (salt: number) => `(((value * 48271 + @seed * ${salt}) % 2147483647 * 16807) % 2147483647 % 1000)`;
  const certificateId = `printf('%064x', value * 2654435761 + @seed)`;
  const [dice, second] = [chance(7), chance(13)];
  const state = `CASE WHEN ${dice} < 600 THEN 'connected' WHEN ${dice} < 900 THEN 'waiting' WHEN ${dice} < 950 THEN 'overdue' ELSE 'failed' END`;
  const reason = `CASE WHEN ${dice} < 950 THEN NULL WHEN ${second} < 600 THEN 'templateFailed' WHEN ${second} < 900 THEN 'notAllowed' WHEN ${second} < 999 THEN 'revoked' ELSE 'noPolicy' END`;
  const way = `CASE WHEN ${second} < 500 THEN 'jitp' WHEN ${second} < 800 THEN 'claim' ELSE 'bulk' END`;
  for (let from = 0; from < units; from += page) {
    const params = { seed, from, last: Math.min(from + page, units) - 1 };
    sql.exec('BEGIN IMMEDIATE');
    sql.run(
      `INSERT INTO units (unitSerial, orderId, model, practice, createdAt) SELECT ${unitSerial}, ${orderId}, 'BM-1', 1, ${at} ${each}`,
      { from: params.from, last: params.last },
    );
    sql.run(
      `INSERT INTO journal (unitSerial, position, at, attempt, entry, actor, data, state)
       SELECT ${unitSerial}, 1, ${at}, 1, 'attempt.ended', 'bench', '{}', 'passed' ${each}`,
      { from: params.from, last: params.last },
    );
    sql.run(
      `INSERT INTO certificates (serialHex, issuerId, purpose, unitSerial, orderId, attempt, actor, state, profile, subject, spkiSha256,
         notBeforeAt, notAfterAt, tbsDer, der, certificateId, reservedAt, issuedAt)
       SELECT printf('%032x', value), @issuerId, 'device', ${unitSerial}, ${orderId}, 1, 'bench', 'issued', 'p', 'CN=u', ${certificateId},
         ${at}, ${at}, x'00', x'00', ${certificateId}, ${at}, ${at} ${each}`,
      { ...params, issuerId },
    );
    sql.run(
      `INSERT INTO firstConnections (unitSerial, target, orderId, way, state, thingName, certificateId, passedAt, dueAt, connectedAt,
         source, reason, askAt)
       SELECT unitSerial, target, orderId, way, state, unitSerial, iif(way = 'claim' AND state <> 'connected', NULL, certificateId), ${at},
         strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '+' || (value % 90 + 1) || ' days'), iif(state = 'connected', ${at}, NULL), iif(state = 'connected', 'presence', NULL), reason,
         iif(way = 'jitp', '9999-12-31T23:59:59.999Z', ${at})
       FROM (SELECT value, ${unitSerial} AS unitSerial, CASE WHEN value < 10 THEN 'new' WHEN value % 10 < 7 THEN 'eu' ELSE 'us' END AS target, ${orderId} AS orderId, ${way} AS way,
         ${state} AS state, ${reason} AS reason, ${certificateId} AS certificateId ${each})`,
      params,
    );
    sql.exec('COMMIT');
  }
  sql.run("INSERT INTO watchMarks SELECT 'passes', max(entryId) FROM journal");
  sql.close();
}
