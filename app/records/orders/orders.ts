/** Work orders: what to make, by which recipe, how many, and how many are made. */
import { StationError } from '../../contract/errors.ts';
import type { LabelRule, Order, OrderRegistration } from '../../contract/model.ts';
import { rangeProblem } from '../../contract/serials.ts';
import { enforce, orderHasNotEnded, orderHasRoom, orderIsOpen, orderTakesSerial } from '../../issuing/rules/index.ts';
import { audit } from '../audit/audit.ts';
import { read, write } from '../call.ts';
import { placesKept } from '../certificates/supersessions.ts';
import { claimPlaces } from '../claims/places.ts';
import { bit, type Sql } from '../sql.ts';

type Kept<T> = Omit<T, 'label'> & { label: string | null };
type OrderRow = Kept<Omit<Order, 'active' | 'registration'>> & { active: number; registration: string | null };
export type OrderFacts = Pick<
  Order,
  'orderId' | 'model' | 'quantity' | 'state' | 'profile' | 'serialFrom' | 'serialTo' | 'endsAt' | 'recipe' | 'label'
>;

const facts = 'orderId, model, quantity, profile, serialFrom, serialTo, endsAt, recipe, label, state';

const selectOrders = `
  SELECT ${facts}, registration, active, createdAt,
    (SELECT count(*) FROM certificates c WHERE c.orderId = o.orderId AND c.state IN ('reserved', 'issued'))
      + (${placesKept('o.orderId')}) + ${claimPlaces('o.orderId')} AS issued,
    (SELECT count(*) FROM units u JOIN journalIndex j USING (unitSerial)
      WHERE u.orderId = o.orderId AND j.state IN ('passed', 'registered', 'rejected')
        AND NOT EXISTS (SELECT 1 FROM scraps s WHERE s.unitSerial = u.unitSerial)) AS passed
  FROM orders o`;

const withLabel = <T extends { label: string | null }>(row: T) => ({
  ...row,
  label: row.label === null ? null : (JSON.parse(row.label) as LabelRule),
});
const withActive = (row: OrderRow): Order => ({
  ...withLabel(row),
  registration: row.registration === null ? null : (JSON.parse(row.registration) as OrderRegistration),
  active: row.active === 1,
});

/** All orders with their counts, the latest first. */
export const listOrders = read((sql): Order[] =>
  sql.all<OrderRow>(`${selectOrders} ORDER BY createdAt DESC, orderId`).map(withActive),
);

/** The order that the line works on. */
export const activeOrder = read((sql): Order | undefined => {
  const row = sql.get<OrderRow>(`${selectOrders} WHERE active = 1`);
  return row && withActive(row);
});

/** The order that the line works on, without its counts. */
export function activeFacts(sql: Sql): OrderFacts | undefined {
  const row = sql.get<Kept<OrderFacts>>(`SELECT ${facts} FROM orders WHERE active = 1`);
  return row && withLabel(row);
}

/**
 * The facts of the order that the line needs.
 *
 * @throws order.notFound
 */
export function findOrder(sql: Sql, orderId: string): OrderFacts {
  const order = sql.get<Kept<OrderFacts>>(`SELECT ${facts} FROM orders WHERE orderId = @orderId`, { orderId });
  if (!order) throw new StationError('order.notFound', `there is no order ${orderId}`, { data: { orderId } });
  return withLabel(order);
}

/**
 * An order without its counts.
 *
 * @throws order.notFound
 */
export const order = read((sql, orderId: string): OrderFacts => findOrder(sql, orderId));

/**
 * Checks that units may still be made for the order.
 *
 * @throws order.closed, order.ended – when they may not
 */
export function assertOpen(order: OrderFacts, at: string): void {
  enforce(orderIsOpen({ order }) ?? orderHasNotEnded({ order, at }));
}

/** Whether the order takes certificates now. */
export const isOpen = (order: OrderFacts, at: string): boolean =>
  orderIsOpen({ order }) === undefined && orderHasNotEnded({ order, at }) === undefined;

/**
 * Checks that the order takes this unit and has room for one more certificate.
 *
 * @throws order.closed, order.ended, order.serialOutOfRange, order.full – when it does not
 */
export function assertTakes(sql: Sql, order: OrderFacts, { unitSerial, at }: { unitSerial: string; at: string }): void {
  assertOpen(order, at);
  enforce(orderTakesSerial({ order, unitSerial }));
  enforce(orderHasRoom({ order: { ...order, left: leftIn(sql, order, unitSerial) } }));
}

/**
 * The number of certificates that the order still allows. A certificate that `unitSerial` already holds does not count
 * against it. Units that are being reworked keep their places.
 */
export function leftIn(sql: Sql, order: OrderFacts, unitSerial: string): number {
  const live = sql.get<{ count: number }>(
    `SELECT count(*) AS count FROM certificates
     WHERE orderId = @orderId AND state IN ('reserved', 'issued') AND unitSerial <> @unitSerial`,
    { orderId: order.orderId, unitSerial },
  )!;
  const asked = sql.get<{ count: number }>(
    `SELECT count(*) AS count FROM awsRequests WHERE orderId = @orderId AND state = 'asked' AND unitSerial <> @unitSerial`,
    { orderId: order.orderId, unitSerial },
  )!;
  const kept = sql.get<{ count: number }>(`SELECT (${placesKept('@orderId', '@unitSerial')}) AS count`, {
    orderId: order.orderId,
    unitSerial,
  })!;
  const claims = sql.get<{ count: number }>(`SELECT ${claimPlaces('@orderId', '@unitSerial')} AS count`, {
    orderId: order.orderId,
    unitSerial,
  })!;
  return order.quantity - live.count - kept.count - asked.count - claims.count;
}

export type NewOrder = {
  orderId: string;
  model: string;
  quantity: number;
  profile: string;
  /** The range of unit serials for this order: both ends or neither. */
  serialFrom?: string | null | undefined;
  serialTo?: string | null | undefined;
  /** The end of issuing for this order, ISO 8601 UTC. */
  endsAt?: string | null | undefined;
  /** The name of its recipe. Without a name, the approved recipe of its model counts. */
  recipe?: string | null | undefined;
  /** The rule for reading its labels; null when the recipe or the station says it. */
  label?: LabelRule | null | undefined;
  activate: boolean;
  actor: string;
};

/**
 * Makes an order. Audit `order.made`.
 *
 * @throws order.exists
 * @throws call.badParams – the range of serials is not valid
 */
export const makeOrder = write((sql, { actor, activate, ...given }: NewOrder, at): Order => {
  const { orderId, serialFrom = null, serialTo = null, endsAt = null, recipe = null, label = null } = given;
  const order = { ...given, serialFrom, serialTo, endsAt, recipe, label };
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
  if (activate) activateOrder(sql, { orderId, actor }, at);
  return { ...order, registration: null, state: 'open', issued: 0, passed: 0, active: activate, createdAt: at };
});

type OrderAct = { orderId: string; actor: string };

/**
 * Makes this the order that the line works on. Audit `order.activated`.
 *
 * @throws order.notFound
 * @throws order.closed
 * @throws order.ended
 */
export const activateOrder = write((sql, { orderId, actor }: OrderAct, at): void => {
  assertOpen(findOrder(sql, orderId), at);
  sql.run('UPDATE orders SET active = 0 WHERE active = 1');
  sql.run('UPDATE orders SET active = @active WHERE orderId = @orderId', { orderId, active: bit(true) });
  audit(sql, { at, entry: 'order.activated', actor, subject: orderId, data: {} });
});

/**
 * Sets how the order's units are registered while the line runs; null for not at all. Audit `order.registration`.
 *
 * @throws order.notFound
 */
export const setOrderRegistration = write(
  (sql, { orderId, registration, actor }: OrderAct & { registration: OrderRegistration | null }, at): void => {
    findOrder(sql, orderId);
    const text = registration && JSON.stringify(registration);
    sql.run('UPDATE orders SET registration = @text WHERE orderId = @orderId', { orderId, text });
    audit(sql, { at, entry: 'order.registration', actor, subject: orderId, data: { registration } });
  },
);

/**
 * Closes the order: it takes no more units. Audit `order.closed`.
 *
 * @throws order.notFound
 */
export const closeOrder = write((sql, { orderId, actor }: OrderAct, at): void => {
  findOrder(sql, orderId);
  sql.run(`UPDATE orders SET active = 0, state = 'closed' WHERE orderId = @orderId`, { orderId });
  audit(sql, { at, entry: 'order.closed', actor, subject: orderId, data: {} });
});
