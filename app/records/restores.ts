/** A station that was restored from a backup: the entry that declares it, and the orders whose counts are in doubt. */
import { StationError } from '../contract/errors.ts';
import type { AuditData } from '../contract/model.ts';
import { audit } from './audit/audit.ts';
import { read, write } from './call.ts';
import { auditNames } from './entrynames.ts';

/** Numbers of CRLs that the lost records may have given out. One an hour for a hundred years are fewer. */
const crlGap = 1_000_000;

export type NewRestore = Omit<AuditData<'station.restored'>, 'orders' | 'crlFloor'> & { actor: string };

/**
 * Declares that the records were restored. The counts of open orders are in doubt from then on, unless nothing was lost.
 * Audit `station.restored`. Returns these orders.
 */
export const noteRestore = write((sql, { actor, ...facts }: NewRestore, at): string[] => {
  const { stationId } = sql.get<{ stationId: string }>('SELECT stationId FROM station')!;
  const { number } = sql.get<{ number: number }>('SELECT coalesce(max(number), 0) AS number FROM crls')!;
  const orders =
    facts.lost === 0
      ? []
      : sql
          .all<{ orderId: string }>(`SELECT orderId FROM orders WHERE state = 'open' ORDER BY orderId`)
          .map((row) => row.orderId);
  for (const orderId of orders) sql.run('UPDATE orders SET restoredAt = @at WHERE orderId = @orderId', { orderId, at });
  const data = { ...facts, orders, crlFloor: number + crlGap };
  audit(sql, { at, entry: 'station.restored', actor, subject: stationId, data });
  return orders;
});

/**
 * An engineer counted what was made of an order: its counts are no longer in doubt. Audit `order.reconciled`.
 *
 * @throws order.notFound
 * @throws call.badParams – its counts are not in doubt
 */
export const reconcileOrder = write(
  (sql, { orderId, counted, actor }: { orderId: string; counted: number; actor: string }, at): void => {
    const row = sql.get<{ restoredAt: string | null; passed: number }>(
      `SELECT restoredAt, (SELECT coalesce(sum(n.units), 0) FROM orderUnits n
         WHERE n.orderId = o.orderId AND n.state IN ('passed', 'registered', 'rejected')) AS passed
       FROM orders o WHERE orderId = @orderId`,
      { orderId },
    );
    if (!row) throw new StationError('order.notFound', `there is no order ${orderId}`, { data: { orderId } });
    const { restoredAt, passed } = row;
    if (restoredAt === null)
      throw new StationError('call.badParams', `the counts of order ${orderId} are not in doubt`);
    sql.run('UPDATE orders SET restoredAt = NULL WHERE orderId = @orderId', { orderId });
    const data = { restoredAt, counted, onRecord: passed };
    audit(sql, { at, entry: 'order.reconciled', actor, subject: orderId, data });
  },
);

/** Those of these backups, made or sent, that the audit log does not know yet. */
export const unknownBackups = read(
  (sql, { entry, subjects }: { entry: 'backup.made' | 'backup.sent'; subjects: readonly string[] }): string[] =>
    subjects.filter(
      (subject) =>
        sql.get(`SELECT 1 FROM audit WHERE subject = @subject AND entry = ${auditNames(entry)}`, { subject }) ===
        undefined,
    ),
);
