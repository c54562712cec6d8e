/** Work orders: what to make, by which recipe, how many, and how many are made. */
import { StationError } from '../../contract/errors.ts';
import type { LabelRule, Order, OrderRegistration } from '../../contract/model.ts';
import {
  enforce,
  orderHasNotEnded,
  orderHasRoom,
  orderIsNotPaused,
  orderIsOpen,
  orderTakesSerial,
} from '../../issuing/rules/index.ts';
import { read } from '../call.ts';
import type { Sql } from '../sql.ts';
import { countColumns, pacesOf, placesTaken, takenColumn } from './counts.ts';

type Kept<T> = Omit<T, 'label'> & { label: string | null };
type OrderRow = Kept<Omit<Order, 'active' | 'registration' | 'left' | 'pace' | 'restoredAt'>> & {
  restoredAt: string | null;
  active: number;
  registration: string | null;
};
export type OrderFacts = Pick<
  Order,
  | 'orderId'
  | 'model'
  | 'quantity'
  | 'state'
  | 'profile'
  | 'serialFrom'
  | 'serialTo'
  | 'pattern'
  | 'listed'
  | 'dueAt'
  | 'endsAt'
  | 'recipe'
  | 'label'
>;

const facts = `orderId, model, quantity, profile, serialFrom, serialTo, pattern, listed, dueAt, endsAt, recipe, label,
  iif(state = 'open' AND pausedAt IS NOT NULL, 'paused', state) AS state`;

const selectOrders = `SELECT ${facts}, registration, active, createdAt, restoredAt, ${countColumns} FROM orders o`;

const withLabel = <T extends { label: string | null }>(row: T) => ({
  ...row,
  label: row.label === null ? null : (JSON.parse(row.label) as LabelRule),
});
const whole = ({ restoredAt, ...row }: OrderRow, pace: Order['pace'] = null): Order => ({
  ...withLabel(row),
  ...(restoredAt === null ? {} : { restoredAt }),
  registration: row.registration === null ? null : (JSON.parse(row.registration) as OrderRegistration),
  left: Math.max(0, row.quantity - row.passed),
  pace,
  active: row.active === 1,
});

/** All orders with their counts and their pace, the latest first. */
export const listOrders = read((sql, _: undefined, at): Order[] => {
  const paces = pacesOf(sql, at);
  return sql
    .all<OrderRow>(`${selectOrders} ORDER BY createdAt DESC, orderId`)
    .map((row) => whole(row, paces.get(row.orderId) ?? null));
});

/**
 * One order with its counts and its pace.
 *
 * @throws order.notFound
 */
export const showOrder = read((sql, orderId: string, at): Order => {
  const row = sql.get<OrderRow>(`${selectOrders} WHERE orderId = @orderId`, { orderId });
  if (!row) throw notFound(orderId);
  return whole(row, pacesOf(sql, at).get(orderId) ?? null);
});

/** The unit serials on the list of an order, in their order; empty when it has none. */
export const orderSerials = read((sql, orderId: string): string[] =>
  sql
    .all<{ unitSerial: string }>('SELECT unitSerial FROM orderSerials WHERE orderId = @orderId ORDER BY unitSerial', {
      orderId,
    })
    .map(({ unitSerial }) => unitSerial),
);

/** The order that the line works on. */
export const activeOrder = read((sql): Order | undefined => {
  const row = sql.get<OrderRow>(`${selectOrders} WHERE active = 1`);
  return row && whole(row);
});

/** The order that the line works on, without its counts. */
export function activeFacts(sql: Sql): OrderFacts | undefined {
  const row = sql.get<Kept<OrderFacts>>(`SELECT ${facts} FROM orders WHERE active = 1`);
  return row && withLabel(row);
}

/** The id of the order that the line works on. @throws order.none */
export function activeId(sql: Sql): string {
  const orderId = sql.get<{ orderId: string }>('SELECT orderId FROM orders WHERE active = 1')?.orderId;
  if (orderId === undefined) throw new StationError('order.none', 'no order is active; name one');
  return orderId;
}

const notFound = (orderId: string) =>
  new StationError('order.notFound', `there is no order ${orderId}`, { data: { orderId } });

/**
 * The facts of the order that the line needs.
 *
 * @throws order.notFound
 */
export function findOrder(sql: Sql, orderId: string): OrderFacts {
  const order = sql.get<Kept<OrderFacts>>(`SELECT ${facts} FROM orders WHERE orderId = @orderId`, { orderId });
  if (!order) throw notFound(orderId);
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
export function assertTakes(order: Terms, { unitSerial, at }: { unitSerial: string; at: string }): void {
  assertOpen(order, at);
  enforce(orderTakesSerial({ order, unitSerial }) ?? orderHasRoom({ order }));
}

/** Checks that the order takes new units now. @throws order.paused */
export const assertNotPaused = (order: OrderFacts): void => enforce(orderIsNotPaused({ order }));

/** An order as one unit meets it. `left` is as `leftIn` says; `onList`: the order has a list, and the unit is on it. */
type Terms = OrderFacts & { left: number; onList: boolean };

/**
 * The order with its limits for this unit, in one statement: each certificate needs them three times.
 *
 * @throws order.notFound
 */
export function termsOf(sql: Sql, orderId: string, unitSerial: string): Terms {
  const row = sql.get<Kept<OrderFacts> & { taken: number; onList: number }>(
    `SELECT ${facts}, ${takenColumn}, listed IS NOT NULL AND EXISTS
       (SELECT 1 FROM orderSerials WHERE orderId = @orderId AND unitSerial = @unitSerial) AS onList
     FROM orders WHERE orderId = @orderId`,
    { orderId, unitSerial },
  );
  if (!row) throw notFound(orderId);
  const { taken, onList, ...order } = row;
  return { ...withLabel(order), left: order.quantity - taken, onList: onList === 1 };
}

/**
 * The number of certificates that the order still allows. A certificate that `unitSerial` already holds does not count
 * against it. Units that are being reworked keep their places.
 */
export const leftIn = (sql: Sql, { orderId, quantity }: OrderFacts, unitSerial: string): number =>
  quantity - placesTaken(sql, { orderId, unitSerial });
