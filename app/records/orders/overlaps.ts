/** Which orders are for serials of other orders. */
import type { OrderOverlap } from '../../contract/model.ts';
import { type OrderSerials, overlapsOf } from '../../contract/serialoverlap.ts';
import { read } from '../call.ts';

type Overlaps = { orderId: string; overlaps: OrderOverlap[] };

/**
 * The orders that take units, and with them the `fresh` ones that are not made yet: those that share serials with others.
 */
export const orderOverlaps = read((sql, fresh: readonly OrderSerials[]): Overlaps[] => {
  const isFresh = new Set(fresh.map(({ orderId }) => orderId));
  const lists = new Map<string, string[]>();
  for (const { orderId, unitSerial } of sql.all<{ orderId: string; unitSerial: string }>(
    `SELECT orderId, unitSerial FROM orders JOIN orderSerials USING (orderId) WHERE state = 'open'`,
  )) {
    const list = lists.get(orderId);
    if (list) list.push(unitSerial);
    else lists.set(orderId, [unitSerial]);
  }
  const open = sql
    .all<Omit<OrderSerials, 'serials'>>(
      `SELECT orderId, serialFrom, serialTo, pattern FROM orders
       WHERE state = 'open' AND (serialFrom IS NOT NULL OR pattern IS NOT NULL OR listed IS NOT NULL) ORDER BY createdAt`,
    )
    .filter(({ orderId }) => !isFresh.has(orderId))
    .map((order) => ({ ...order, serials: lists.get(order.orderId) }));
  return [...overlapsOf([...fresh, ...open])].map(([orderId, overlaps]) => ({ orderId, overlaps }));
});
