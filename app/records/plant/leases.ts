/** Parts of the plant's orders that this station has leased. Each is an order here. */
import { StationError } from '../../contract/errors.ts';
import type { PlantLease } from '../../contract/plant.ts';
import { write } from '../call.ts';
import type { Sql } from '../sql.ts';

/** The order here: that of the plant, and the beginning of the lease's id. An order has 40 characters at most. */
const orderOf = ({ plantOrder, leaseId }: PlantLease): string => `${plantOrder.slice(0, 31)}-${leaseId.slice(0, 8)}`;

/** Keeps what the plant leased to this station. Returns those that are held and have no order here, with its name. */
export const keepPlantLeases = write((sql, leases: PlantLease[], at): (PlantLease & { orderId: string })[] => {
  const named = leases.map((lease) => ({ ...lease, orderId: orderOf(lease) }));
  for (const lease of named) {
    if (sql.get('SELECT 1 FROM plantLeases WHERE leaseId = @leaseId', { leaseId: lease.leaseId })) continue;
    const { leaseId, plantOrder, orderId, model, quantity, serialFrom, serialTo } = lease;
    sql.run(
      `INSERT INTO plantLeases (leaseId, plantOrder, orderId, model, quantity, serialFrom, serialTo, leasedAt)
       VALUES (@leaseId, @plantOrder, @orderId, @model, @quantity, @serialFrom, @serialTo, @at)`,
      { leaseId, plantOrder, orderId, model, quantity, serialFrom, serialTo, at },
    );
  }
  return named.filter(
    ({ leaseId, orderId }) =>
      !sql.get('SELECT 1 FROM orders WHERE orderId = @orderId', { orderId }) &&
      !sql.get('SELECT 1 FROM plantReturns WHERE leaseId = @leaseId', { leaseId }),
  );
});

/**
 * Checks a quantity for an order against its lease, if it has one.
 *
 * @throws order.leased – it is more than was leased
 */
export function assertLeased(sql: Sql, orderId: string, quantity: number): void {
  const lease = sql.get<{ quantity: number }>('SELECT quantity FROM plantLeases WHERE orderId = @orderId', { orderId });
  if (lease === undefined || quantity <= lease.quantity) return;
  throw new StationError('order.leased', `order ${orderId} has a lease of ${lease.quantity}: lease more of the plant`, {
    data: { orderId, quantity: lease.quantity },
  });
}
