/** Acts on which two people agree: a unit gets another identity, or a unit is scrapped. */
import { StationError } from '../../contract/errors.ts';
import { audit } from '../audit/audit.ts';
import { write } from '../call.ts';
import { liveCertificate } from '../certificates/lifecycle.ts';
import { revokeCertificate } from '../certificates/revocations.ts';
import type { Sql } from '../sql.ts';
import { append, journalOf, positionOf } from './journal.ts';
import { assertNotScrapped } from './scrapped.ts';
import { assertUnit } from './units.ts';

type Agreement = {
  unitSerial: string;
  reason: string;
  actor: string;
  /** The second person. */
  agreedBy: string;
};

/**
 * Prepares a unit for another identity. One commit holds journal and audit `unit.reworked`, and the unit's certificate
 * becomes superseded and revoked; AWS learns of it from the queue. The next attempt needs another key.
 *
 * @throws unit.notFound
 * @throws unit.scrapped
 * @throws unit.notReworkable – data.reason: `noCertificate` or `inProgress`
 */
export const reworkUnit = write((sql, { unitSerial, reason, actor, agreedBy }: Agreement, at): void => {
  const { attempts, inProgress } = find(sql, unitSerial);
  const live = liveCertificate(sql, unitSerial);
  if (inProgress) throw notReworkable(unitSerial, 'inProgress', 'is being worked on');
  if (!live) throw notReworkable(unitSerial, 'noCertificate', 'holds no certificate: it is made like any other');
  const { serialHex } = live;
  revokeCertificate(sql, { serialHex, reason: 'superseded', note: reason, actor }, at);
  const data = { serialHex, reason, agreedBy };
  append(sql, { unitSerial, at, attempt: attempts, entry: 'unit.reworked', actor, data });
  audit(sql, { at, entry: 'unit.reworked', actor, subject: unitSerial, data });
});

/**
 * Scraps a unit. One commit holds journal and audit `unit.scrapped`, and every certificate of the unit becomes revoked
 * (`cessationOfOperation`).
 *
 * @throws unit.notFound
 * @throws unit.scrapped – it was scrapped before
 * @throws unit.inProgress
 */
export const scrapUnit = write((sql, { unitSerial, reason, actor, agreedBy }: Agreement, at): void => {
  const { attempts, inProgress } = find(sql, unitSerial);
  if (inProgress) {
    throw new StationError('unit.inProgress', `${unitSerial} is being worked on`, { data: { unitSerial } });
  }
  const usable = sql.all<{ serialHex: string }>(
    `SELECT c.serialHex FROM certificates c LEFT JOIN revocations r USING (serialHex)
     WHERE c.unitSerial = @unitSerial AND c.der IS NOT NULL AND r.serialHex IS NULL ORDER BY c.reservedAt`,
    { unitSerial },
  );
  for (const { serialHex } of usable) {
    revokeCertificate(sql, { serialHex, reason: 'cessationOfOperation', note: reason, actor }, at);
  }
  sql.run(
    `INSERT INTO scraps (unitSerial, reason, actor, agreedBy, scrappedAt)
     VALUES (@unitSerial, @reason, @actor, @agreedBy, @at)`,
    { unitSerial, reason, actor, agreedBy, at },
  );
  const data = { reason, agreedBy, revoked: usable.map(({ serialHex }) => serialHex) };
  append(sql, { unitSerial, at, attempt: attempts, entry: 'unit.scrapped', actor, data });
  audit(sql, { at, entry: 'unit.scrapped', actor, subject: unitSerial, data });
});

/** The number of the unit's attempts, and whether work on it is in progress. @throws unit.notFound, unit.scrapped */
function find(sql: Sql, unitSerial: string): { attempts: number; inProgress: boolean } {
  assertUnit(sql, unitSerial);
  assertNotScrapped(sql, unitSerial);
  const { open, attempts } = positionOf(journalOf(sql, unitSerial));
  return { attempts, inProgress: open !== null || liveCertificate(sql, unitSerial)?.state === 'reserved' };
}

const notReworkable = (unitSerial: string, reason: string, why: string) =>
  new StationError('unit.notReworkable', `${unitSerial} ${why}`, { data: { unitSerial, reason } });
