/** The log of a connection that writes the station's records. */
import type { AuditWrite } from '../../contract/model.ts';
import { audit, type NewAuditEntry } from '../audit/audit.ts';
import type { Sql } from '../sql.ts';
import type { LogSigner } from './note.ts';
import { type LogWriter, openLog } from './seal.ts';
import { headOf, stationIdOf } from './store.ts';

/**
 * Opens the log of a migrated file. What was there before its log is taken in with the audit entry `log.begun`: from then
 * on it is as sure as the log, and no surer than it was. A key that is not the one of the last head leaves the entry
 * `log.rekeyed`: who lost the key and who took it away look alike, and a person has to ask.
 *
 * @param signer without one the log is kept and not signed
 */
export function beginLog(sql: Sql, signer?: LogSigner): LogWriter {
  const before = headOf(sql)?.publicKey ?? undefined;
  const log = openLog(sql, signer, (sql, { entries, rows }) => note(sql, 'log.begun', { entries, rows }));
  if (before === undefined || signer === undefined || Buffer.compare(before, signer.publicKey) === 0) return log;
  sql.exec('BEGIN IMMEDIATE');
  try {
    log.begin();
    note(sql, 'log.rekeyed', { before: base64(before), publicKey: base64(signer.publicKey) });
    log.seal();
    sql.exec('COMMIT');
  } catch (thrown) {
    if (sql.inTransaction()) sql.exec('ROLLBACK');
    throw thrown;
  }
  return log;
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

const note = (sql: Sql, entry: AuditWrite['entry'], data: Record<string, unknown>): void =>
  audit(sql, {
    ...{ at: new Date().toISOString(), actor: 'station', subject: stationIdOf(sql) ?? 'station' },
    ...({ entry, data } as AuditWrite),
  } as NewAuditEntry);
