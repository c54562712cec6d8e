/** One unit's history. */
import type { JournalEntry, UnitHistory } from '../../contract/model.ts';
import { memberEntries } from '../batches/membership.ts';
import { read } from '../call.ts';
import { stateOf, withRevocation } from '../certificates/search.ts';
import { connectionsOf } from '../connections/search.ts';
import { pemOf } from '../pem.ts';
import type { CertificateRow } from '../shapes.ts';
import type { Sql } from '../sql.ts';
import { journalOf } from './journal.ts';
import { findUnitRow } from './search.ts';
import { assertUnit } from './units.ts';

/**
 * Everything on record about one unit, each list oldest first.
 *
 * @throws unit.notFound
 */
export const showUnit = read((sql, unitSerial: string): UnitHistory => {
  assertUnit(sql, unitSerial);
  const row = findUnitRow(sql, unitSerial)!;
  const more = sql.get<Pick<UnitHistory, 'createdAt' | 'hardwareRevision'>>(
    `SELECT createdAt, NULLIF(NULLIF(hardwareRevision, ''), 'not told') AS hardwareRevision FROM units WHERE unitSerial = @unitSerial`,
    { unitSerial },
  )!;
  return {
    ...row,
    ...more,
    journal: storyOf(sql, unitSerial),
    certificates: certificatesOf(sql, unitSerial),
    requests: requestsOf(sql, unitSerial),
    batches: sql.all<UnitHistory['batches'][number]>(
      `SELECT m.batchId, b.target, b.way, m.state, m.thingName, m.reason FROM members m JOIN batches b USING (batchId)
       WHERE m.unitSerial = @unitSerial ORDER BY b.createdAt, b.batchId`,
      { unitSerial },
    ),
    connections: connectionsOf(sql, unitSerial),
  };
});

/** The journal, and between its entries those that follow from the unit's batches. */
function storyOf(sql: Sql, unitSerial: string): JournalEntry[] {
  const written = journalOf(sql, unitSerial).map(({ state: _, ...entry }) => ({ after: entry.entryId, entry }));
  // The sort is stable: what was written by then comes first.
  return [...written, ...memberEntries(sql, unitSerial)].sort((a, b) => a.after - b.after).map(({ entry }) => entry);
}

const requestsOf = (sql: Sql, unitSerial: string): UnitHistory['requests'] =>
  sql
    .all<Omit<UnitHistory['requests'][number], 'pem'> & { csrDer: Uint8Array }>(
      'SELECT attempt, receivedAt, spkiSha256, csrDer FROM csrs WHERE unitSerial = @unitSerial ORDER BY csrId',
      { unitSerial },
    )
    .map(({ csrDer, ...request }) => ({ ...request, pem: pemOf(csrDer, 'CERTIFICATE REQUEST') }));

function certificatesOf(sql: Sql, unitSerial: string): CertificateRow[] {
  return sql
    .all<Omit<CertificateRow, 'pem'> & { der: Uint8Array | null }>(
      `SELECT c.serialHex, ${stateOf} AS state, certificateId, subject, notBeforeAt, notAfterAt, reservedAt, issuedAt, awsTarget, der,
         (SELECT n.bySerialHex FROM supersessions n WHERE n.serialHex = c.serialHex) AS supersededBy,
         (SELECT o.serialHex FROM supersessions o WHERE o.bySerialHex = c.serialHex) AS supersedes
       FROM ${withRevocation} WHERE unitSerial = @unitSerial ORDER BY reservedAt, c.rowid`,
      { unitSerial },
    )
    .map(({ der, ...certificate }) => ({ ...certificate, pem: der && pemOf(der) }));
}
