/** Records with many passed units, written directly: what a line makes in a year is here in a minute. */
import { createHash, randomBytes } from 'node:crypto';
import { openSqlite } from '../../../native/sqlite.ts';

const actor = 'bench';

/** The order of the units that passed before. */
const orderId = 'WO-BEFORE';

/**
 * Adds units that passed, in an order of their own. Their certificates are bytes of the usual size, not certificates:
 * nothing here reads them.
 * @param file the records of a station that has an order and an issuing CA
 */
export function seedUnits(file: string, units: number): void {
  const sql = openSqlite(file);
  const { model } = sql.get<{ model: string }>('SELECT model FROM orders LIMIT 1')!;
  const { issuerId } = sql.get<{ issuerId: string }>(
    `SELECT issuerId FROM issuers WHERE kind = 'issuing' AND active = 1`,
  )!;
  sql.run(
    `INSERT INTO orders (orderId, model, quantity, profile, state, active, createdAt)
     SELECT @orderId, model, @units, profile, 'closed', 0, createdAt FROM orders LIMIT 1`,
    { orderId, units },
  );
  const at = '2026-11-21T08:00:00.000Z';
  const der = randomBytes(480);
  const page = 20_000;
  for (let from = 0; from < units; from += page) {
    sql.exec('BEGIN IMMEDIATE');
    for (let n = from; n < Math.min(from + page, units); n += 1) {
      const unitSerial = `SN-${String(n).padStart(8, '0')}`;
      der.writeUInt32BE(n, 100);
      const certificateId = createHash('sha256').update(der).digest('hex');
      sql.run(
        'INSERT INTO units (unitSerial, orderId, model, practice, createdAt) VALUES (@unitSerial, @orderId, @model, 1, @at)',
        { unitSerial, orderId, model, at },
      );
      sql.run(
        `INSERT INTO certificates (serialHex, issuerId, purpose, unitSerial, orderId, attempt, actor, state, profile, subject, spkiSha256,
           notBeforeAt, notAfterAt, tbsDer, der, certificateId, reservedAt, issuedAt)
         VALUES (@serialHex, @issuerId, 'device', @unitSerial, @orderId, 1, @actor, 'issued', 'p', 'CN=u', @certificateId,
           @at, @at, x'00', @der, @certificateId, @at, @at)`,
        { serialHex: certificateId.slice(0, 32), issuerId, unitSerial, orderId, actor, at, certificateId, der },
      );
      const journal = (position: number, entry: string, step: string | null, data: object, state: string | null) =>
        sql.run(
          `INSERT INTO journal (unitSerial, position, at, attempt, entry, step, actor, data, state)
           VALUES (@unitSerial, @position, @at, 1, @entry, @step, @actor, @data, @state)`,
          { unitSerial, position, at, entry, step, actor, data: JSON.stringify(data), state },
        );
      journal(1, 'attempt.started', null, {}, 'started');
      journal(2, 'step.done', 'install', { certificateId, thingName: `thing-${unitSerial}` }, null);
      journal(3, 'attempt.ended', null, {}, 'passed');
    }
    sql.exec('COMMIT');
  }
  sql.close();
}
