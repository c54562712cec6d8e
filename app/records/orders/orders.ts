import { StationError } from '../../contract/errors.ts';
import type { LabelRule, Order } from '../../contract/model.ts';
import { inRange, rangeProblem } from '../../contract/serials.ts';
import { audit } from '../audit/audit.ts';
import { placesKept } from '../certificates/supersessions.ts';
import { bit, type Sql } from '../sql.ts';

type Kept<T> = Omit<T, 'label'> & { label: string | null };
type OrderRow = Kept<Omit<Order, 'active'>> & { active: number };
export type OrderFacts = Pick<
  Order,
  'orderId' | 'model' | 'quantity' | 'state' | 'profile' | 'serialFrom' | 'serialTo' | 'endsAt' | 'recipe' | 'label'
>;

const facts = 'orderId, model, quantity, profile, serialFrom, serialTo, endsAt, recipe, label, state';

const selectOrders = `
  SELECT ${facts}, active, createdAt,
    (SELECT count(*) FROM certificates c WHERE c.orderId = o.orderId AND c.state IN ('reserved', 'issued'))
      + (${placesKept('o.orderId')}) AS issued,
    (SELECT count(*) FROM units u JOIN journalIndex j USING (unitSerial)
      WHERE u.orderId = o.orderId AND j.state IN ('passed', 'registered', 'rejected')
        AND NOT EXISTS (SELECT 1 FROM scraps s WHERE s.unitSerial = u.unitSerial)) AS passed
  FROM orders o`;

const withLabel = <T extends { label: string | null }>(row: T) => ({
  ...row,
  label: row.label === null ? null : (JSON.parse(row.label) as LabelRule),
});
const withActive = (row: OrderRow): Order => ({ ...withLabel(row), active: row.active === 1 });

export const listOrders = (sql: Sql, _: object): Order[] =>
  sql.all<OrderRow>(`${selectOrders} ORDER BY createdAt DESC, orderId`).map(withActive);

export function activeOrder(sql: Sql, _: object): Order | undefined {
  const row = sql.get<OrderRow>(`${selectOrders} WHERE active = 1`);
  return row && withActive(row);
}

/** Without its counts. */
export function activeFacts(sql: Sql): OrderFacts | undefined {
  const row = sql.get<Kept<OrderFacts>>(`SELECT ${facts} FROM orders WHERE active = 1`);
  return row && withLabel(row);
}

/** The order as the line needs it, or `order.notFound`. */
export function findOrder(sql: Sql, orderId: string): OrderFacts {
  const order = sql.get<Kept<OrderFacts>>(`SELECT ${facts} FROM orders WHERE orderId = @orderId`, { orderId });
  if (!order) throw new StationError('order.notFound', `there is no order ${orderId}`, { data: { orderId } });
  return withLabel(order);
}

/** `order.closed` or `order.ended` unless units may still be made for it. */
export function assertOpen({ orderId, state, endsAt }: OrderFacts, at: string): void {
  if (state !== 'open') throw new StationError('order.closed', `order ${orderId} is closed`, { data: { orderId } });
  if (endsAt !== null && at >= endsAt) {
    throw new StationError('order.ended', `order ${orderId} ended at ${endsAt}`, { data: { orderId, endsAt } });
  }
}

/** Whether the order takes certificates now. */
export const isOpen = ({ state, endsAt }: OrderFacts, at: string): boolean =>
  state === 'open' && (endsAt === null || at < endsAt);

/** `order.serialOutOfRange` unless the order is for units of this serial. */
export function assertSerial({ orderId, serialFrom, serialTo }: OrderFacts, unitSerial: string): void {
  if (serialFrom === null || serialTo === null || inRange(unitSerial, serialFrom, serialTo)) return;
  throw new StationError(
    'order.serialOutOfRange',
    `order ${orderId} is for ${serialFrom} to ${serialTo}, not ${unitSerial}`,
    {
      data: { orderId, unitSerial, serialFrom, serialTo },
    },
  );
}

/** The CA's own count: everything an order allows, looked at in the transaction that reserves the certificate serial. */
export function assertIssuable(
  sql: Sql,
  order: OrderFacts,
  request: { unitSerial: string; profile: string; at: string },
): void {
  const { unitSerial, profile, at } = request;
  assertOpen(order, at);
  assertSerial(order, unitSerial);
  if (profile !== order.profile) {
    const { orderId } = order;
    throw new StationError('order.profileNotAllowed', `order ${orderId} is for ${order.profile}, not ${profile}`, {
      data: { orderId, profile },
    });
  }
  assertRoom(sql, order, unitSerial);
}

/**
 * Certificates the order still allows; one that `unitSerial` holds already is not counted against it. Units that are
 * being reworked keep their places.
 */
export function leftIn(sql: Sql, order: OrderFacts, unitSerial: string): number {
  const live = sql.get<{ count: number }>(
    `SELECT count(*) AS count FROM certificates
     WHERE orderId = @orderId AND state IN ('reserved', 'issued') AND unitSerial <> @unitSerial`,
    { orderId: order.orderId, unitSerial },
  );
  const kept = sql.get<{ count: number }>(`SELECT (${placesKept('@orderId', '@unitSerial')}) AS count`, {
    orderId: order.orderId,
    unitSerial,
  });
  return Math.max(0, order.quantity - (live?.count ?? 0) - (kept?.count ?? 0));
}

/** `order.full` unless one more certificate fits. */
export function assertRoom(sql: Sql, order: OrderFacts, unitSerial: string): void {
  if (leftIn(sql, order, unitSerial) > 0) return;
  const { orderId, quantity } = order;
  throw new StationError('order.full', `order ${orderId} has its ${quantity}`, { data: { orderId, quantity } });
}

export type NewOrder = {
  orderId: string;
  model: string;
  quantity: number;
  profile: string;
  serialFrom: string | null;
  serialTo: string | null;
  endsAt: string | null;
  recipe: string | null;
  label: LabelRule | null;
  activate: boolean;
  actor: string;
  at: string;
};

export function makeOrder(sql: Sql, { actor, at, activate, ...order }: NewOrder): Order {
  const { orderId } = order;
  const { serialFrom, serialTo } = order;
  const problem = serialFrom === null || serialTo === null ? undefined : rangeProblem(serialFrom, serialTo);
  if ((serialFrom === null) !== (serialTo === null) || problem) {
    throw new StationError('call.badParams', problem ?? 'a range has two ends', { data: { path: 'serialFrom' } });
  }
  if (sql.get('SELECT 1 FROM orders WHERE orderId = @orderId', { orderId })) {
    throw new StationError('order.exists', `order ${orderId} exists already`, { data: { orderId } });
  }
  sql.run(
    `INSERT INTO orders (${facts}, active, createdAt)
     VALUES (@orderId, @model, @quantity, @profile, @serialFrom, @serialTo, @endsAt, @recipe, @label, 'open', 0, @at)`,
    { ...order, label: order.label && JSON.stringify(order.label), at },
  );
  audit(sql, { at, entry: 'order.made', actor, subject: orderId, data: { ...order } });
  if (activate) activateOrder(sql, { orderId, actor, at });
  return { ...order, state: 'open', issued: 0, passed: 0, active: activate, createdAt: at };
}

type OrderAct = { orderId: string; actor: string; at: string };

export function activateOrder(sql: Sql, { orderId, actor, at }: OrderAct): void {
  assertOpen(findOrder(sql, orderId), at);
  sql.run('UPDATE orders SET active = 0 WHERE active = 1');
  sql.run('UPDATE orders SET active = @active WHERE orderId = @orderId', { orderId, active: bit(true) });
  audit(sql, { at, entry: 'order.activated', actor, subject: orderId, data: {} });
}

export function closeOrder(sql: Sql, { orderId, actor, at }: OrderAct): void {
  findOrder(sql, orderId);
  sql.run(`UPDATE orders SET active = 0, state = 'closed' WHERE orderId = @orderId`, { orderId });
  audit(sql, { at, entry: 'order.closed', actor, subject: orderId, data: {} });
}
