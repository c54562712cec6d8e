/** Leases that this station gives back: what was not used of them is for other stations again. */
import { StationError } from '../../contract/errors.ts';
import type { LeaseHere, LeaseReturn } from '../../contract/plant.ts';
import { runLength, unusedRuns } from '../../contract/serials.ts';
import { audit } from '../audit/audit.ts';
import { read } from '../call.ts';
import { countColumns, placesTaken } from '../orders/counts.ts';
import type { Sql } from '../sql.ts';

export type HeldLease = { leaseId: string; plantOrder: string; orderId: string };
type LeaseRow = HeldLease & { quantity: number; serialFrom: string | null; serialTo: string | null };

/** What this station has leased, the latest first. */
export const leasesHere = read((sql): LeaseHere[] =>
  sql.all(
    `SELECT l.leaseId, l.plantOrder, l.orderId, l.model, l.quantity, l.serialFrom, l.serialTo, l.leasedAt,
         r.quantity AS returned, coalesce(c.passed, 0) AS made,
         coalesce(iif(o.state = 'open' AND o.pausedAt IS NOT NULL, 'paused', o.state), 'none') AS state
       FROM plantLeases l LEFT JOIN plantReturns r USING (leaseId) LEFT JOIN orders o USING (orderId)
         LEFT JOIN (SELECT o.orderId, ${countColumns} FROM orders o WHERE o.orderId IN (SELECT orderId FROM plantLeases)) c
           USING (orderId)
       ORDER BY l.leasedAt DESC, l.leaseId`,
  ),
);

/**
 * Finds a lease by its id or by its order here.
 *
 * @throws order.notFound, plant.returned
 */
export function heldLease(sql: Sql, lease: string): HeldLease {
  const found = sql.get<HeldLease & { returned: number }>(
    `SELECT leaseId, plantOrder, orderId, leaseId IN (SELECT leaseId FROM plantReturns) AS returned FROM plantLeases
     WHERE leaseId = @lease OR orderId = @lease`,
    { lease },
  );
  if (!found)
    throw new StationError('order.notFound', `this station has no lease ${lease}`, { data: { orderId: lease } });
  if (found.returned) throw new StationError('plant.returned', `${lease} was given back before`);
  const { leaseId, plantOrder, orderId } = found;
  return { leaseId, plantOrder, orderId };
}

/**
 * Gives back the lease of an order that takes no more units; nothing when it has none that is held. Audit `lease.returned`.
 * The plant learns of it from the log, so that it hears of it however often the station breaks off.
 */
export function returnLeaseOf(sql: Sql, { orderId, actor }: { orderId: string; actor: string }, at: string): void {
  const lease = sql.get<LeaseRow>(
    `SELECT leaseId, plantOrder, orderId, quantity, serialFrom, serialTo FROM plantLeases
     WHERE orderId = @orderId AND leaseId NOT IN (SELECT leaseId FROM plantReturns)`,
    { orderId },
  );
  if (!lease) return;
  const { leaseId, plantOrder } = lease;
  const quantity = Math.max(0, lease.quantity - placesTaken(sql, { orderId, unitSerial: '' }));
  const serials = unusedOf(sql, lease);
  const count = serials.reduce((sum, [from, to]) => sum + runLength(from, to), 0);
  sql.run(
    'INSERT INTO plantReturns (leaseId, quantity, serials, returnedAt) VALUES (@leaseId, @quantity, @text, @at)',
    {
      ...{ leaseId, quantity, at },
      text: JSON.stringify(serials),
    },
  );
  audit(sql, {
    at,
    entry: 'lease.returned',
    actor,
    subject: orderId,
    data: { leaseId, plantOrder, quantity, serials: count },
  });
}

/** What came back of a lease. */
export function returnOf(sql: Sql, leaseId: string): LeaseReturn {
  const row = sql.get<{ quantity: number; serials: string }>(
    'SELECT quantity, serials FROM plantReturns WHERE leaseId = @leaseId',
    { leaseId },
  )!;
  return { quantity: row.quantity, serials: JSON.parse(row.serials) as LeaseReturn['serials'] };
}

/** A serial that any unit or certificate here has was used, whatever became of it. */
function unusedOf(sql: Sql, { serialFrom: from, serialTo: to }: LeaseRow): [string, string][] {
  if (from === null || to === null) return [];
  const used = sql.all<{ unitSerial: string }>(
    `SELECT unitSerial FROM units WHERE unitSerial BETWEEN @from AND @to
     UNION SELECT unitSerial FROM certificates WHERE unitSerial BETWEEN @from AND @to`,
    { from, to },
  );
  return unusedRuns(
    { from, to },
    used.map(({ unitSerial }) => unitSerial),
  );
}
