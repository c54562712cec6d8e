/** Records with many passed units, written directly: what a line makes in a year is here in a minute. */
import { createHash, randomBytes } from 'node:crypto';
import { beginLog } from '../../../app/records/log/begin.ts';
import { logSigner } from '../../../main/threads/logkey.ts';
import { openSqlite } from '../../../native/sqlite.ts';

const actor = 'bench';

/** The order of the units that passed before. */
const orderId = 'WO-BEFORE';

/** What differs between units. */
type Seed = {
  unitSerial: string;
  thingName: string;
  /** Its certificate, or bytes that stand for one. */
  der: Uint8Array;
  recipe?: { name: string; version: number };
  /** When it passed, ISO 8601 UTC. */
  at?: string;
};

/** Certificates are bytes of the usual size, not certificates: nothing reads them. */
function plainSeeds(): (n: number) => Seed {
  const der = randomBytes(480);
  return (n) => {
    der.writeUInt32BE(n, 100);
    const unitSerial = `SN-${String(n).padStart(8, '0')}`;
    return { unitSerial, thingName: `thing-${unitSerial}`, der };
  };
}

/**
 * Adds units that passed, in an order of their own.
 * @param file the records of a station that has an order and an issuing CA
 */
export function seedUnits(file: string, units: number, seedOf: (n: number) => Seed = plainSeeds()): void {
  const sql = openSqlite(file);
  // What the log does not hold, the station that opens the file would take for a forgery.
  const log = beginLog(sql, logSigner(file));
  const { model } = sql.get<{ model: string }>('SELECT model FROM orders LIMIT 1')!;
  const { issuerId } = sql.get<{ issuerId: string }>(
    `SELECT issuerId FROM issuers WHERE kind = 'issuing' AND active = 1`,
  )!;
  sql.exec('BEGIN IMMEDIATE');
  log.begin();
  sql.run(
    `INSERT INTO orders (orderId, model, quantity, profile, state, active, createdAt)
     SELECT @orderId, model, @units, profile, 'closed', 0, createdAt FROM orders LIMIT 1`,
    { orderId, units },
  );
  log.seal();
  sql.exec('COMMIT');
  const page = 20_000;
  for (let from = 0; from < units; from += page) {
    sql.exec('BEGIN IMMEDIATE');
    log.begin();
    for (let n = from; n < Math.min(from + page, units); n += 1) {
      const { unitSerial, thingName, der, recipe, at = '2026-11-21T08:00:00.000Z' } = seedOf(n);
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
      journal(1, 'attempt.started', null, recipe ? { recipe } : {}, 'started');
      journal(2, 'step.done', 'install', { certificateId, thingName }, null);
      journal(3, 'attempt.ended', null, {}, 'passed');
    }
    log.seal();
    sql.exec('COMMIT');
  }
  sql.close();
}

/** Says that the watch over first connections has seen these passes: a station that made them itself has looked at each long ago. */
export function passesSeen(file: string): void {
  const sql = openSqlite(file);
  sql.run(`INSERT INTO watchMarks VALUES ('passes', (SELECT max(entryId) FROM journal))`);
  sql.close();
}
