/** Orders are made, changed, paused and closed. */
import { createHash } from 'node:crypto';
import { StationError } from '../../contract/errors.ts';
import type { LabelRule, Order, OrderRegistration } from '../../contract/model.ts';
import type { LeaseReturn } from '../../contract/plant.ts';
import { quantityProblem, type SerialsProblem, serialsProblem } from '../../contract/serials.ts';
import { enforce, orderIsOpen } from '../../issuing/rules/index.ts';
import { audit } from '../audit/audit.ts';
import { write } from '../call.ts';
import { assertLeased } from '../plant/leases.ts';
import { type HeldLease, heldLease, returnLeaseOf, returnOf } from '../plant/returns.ts';
import { bit, type Sql } from '../sql.ts';
import { assertOpen, findOrder, leftIn, showOrder } from './orders.ts';

/** The terms of a new order. */
export type NewOrder = {
  orderId: string;
  model: string;
  quantity: number;
  profile: string;
  /** The range of unit serials for this order: both ends or neither. */
  serialFrom?: string | null | undefined;
  serialTo?: string | null | undefined;
  /** What its unit serials look like, see `fitsPattern`. */
  pattern?: string | null | undefined;
  /** The only unit serials for this order, each once. */
  serials?: readonly string[] | undefined;
  /** When its units are to be made, ISO 8601 UTC. */
  dueAt?: string | null | undefined;
  /** The end of issuing for this order, ISO 8601 UTC. */
  endsAt?: string | null | undefined;
  /** The name of its recipe. Without a name, the approved recipe of its model counts. */
  recipe?: string | null | undefined;
  /** The rule for reading its labels; null when the recipe or the station says it. */
  label?: LabelRule | null | undefined;
  activate: boolean;
  actor: string;
  /** Of the request that asks for it: the same key and body make one order, however often they come. */
  once?: { key: string; bodySha256: string } | undefined;
};

/**
 * Makes an order. Audit `order.made`.
 *
 * @throws order.exists
 * @throws order.keyUsed – another request had the key
 * @throws call.badParams – the range, the pattern or the list of serials is not valid
 */
export const makeOrder = write((sql, { actor, activate, serials, once, ...given }: NewOrder, at): Order => {
  const { orderId, serialFrom = null, serialTo = null, endsAt = null, recipe = null, label = null } = given;
  const { pattern = null, dueAt = null } = given;
  const listed = serials?.length || null;
  const order = { ...given, serialFrom, serialTo, pattern, listed, dueAt, endsAt, recipe, label };
  const before = once && orderOfKey(sql, once);
  if (before !== undefined) return showOrder(sql, before, at);
  const problem = serialsProblem({ serialFrom, serialTo, pattern, serials, quantity: given.quantity });
  if (problem) throw refusalOf(problem, given.quantity);
  if (sql.get('SELECT 1 FROM orders WHERE orderId = @orderId', { orderId })) {
    throw new StationError('order.exists', `order ${orderId} exists already`, { data: { orderId } });
  }
  sql.run(
    `INSERT INTO orders (orderId, model, quantity, profile, serialFrom, serialTo, pattern, listed, dueAt, endsAt, recipe,
       label, state, active, createdAt)
     VALUES (@orderId, @model, @quantity, @profile, @serialFrom, @serialTo, @pattern, @listed, @dueAt, @endsAt, @recipe,
       @label, 'open', 0, @at)`,
    { ...order, label: order.label && JSON.stringify(order.label), at },
  );
  for (const unitSerial of serials ?? []) {
    sql.run('INSERT INTO orderSerials (orderId, unitSerial) VALUES (@orderId, @unitSerial)', { orderId, unitSerial });
  }
  if (once) {
    sql.run('INSERT INTO hookKeys (key, bodySha256, orderId, at) VALUES (@key, @bodySha256, @orderId, @at)', {
      ...once,
      orderId,
      at,
    });
  }
  const serialsSha256 = listed === null ? {} : { serialsSha256: sha256(serials ?? []) };
  audit(sql, { at, entry: 'order.made', actor, subject: orderId, data: { ...order, ...serialsSha256 } });
  if (activate) activateOrder(sql, { orderId, actor }, at);
  return showOrder(sql, orderId, at);
});

const refusalOf = ({ path, detail, has }: SerialsProblem, quantity: number): StationError =>
  new StationError('call.badParams', detail, {
    data: { path, ...(has === undefined ? {} : { reason: 'fewSerials', has, quantity }) },
  });

/** The order that the same request has made before. @throws order.keyUsed */
function orderOfKey(sql: Sql, { key, bodySha256 }: NonNullable<NewOrder['once']>): string | undefined {
  const found = sql.get<{ bodySha256: string; orderId: string }>(
    'SELECT bodySha256, orderId FROM hookKeys WHERE key = @key',
    { key },
  );
  if (found && found.bodySha256 !== bodySha256)
    throw new StationError('order.keyUsed', 'this Idempotency-Key came with another request before');
  return found?.orderId;
}

/** SHA-256 of the sorted serials, one a line, lower-case hex. */
const sha256 = (serials: readonly string[]): string =>
  createHash('sha256')
    .update([...serials].sort().join('\n'))
    .digest('hex');

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
 * Closes the order: it takes no more units, and what it has of the plant goes back. Audit `order.closed`.
 *
 * @throws order.notFound
 */
export const closeOrder = write((sql, { orderId, actor }: OrderAct, at): void => {
  findOrder(sql, orderId);
  sql.run(`UPDATE orders SET active = 0, state = 'closed', pausedAt = NULL WHERE orderId = @orderId`, { orderId });
  audit(sql, { at, entry: 'order.closed', actor, subject: orderId, data: {} });
  returnLeaseOf(sql, { orderId, actor }, at);
});

/**
 * Gives back what was not used of a lease, by its id or its order here, and closes that order. Audit `lease.returned`.
 *
 * @throws order.notFound
 * @throws plant.returned
 */
export const giveBackLease = write(
  (sql, { lease, actor }: { lease: string; actor: string }, at): HeldLease & LeaseReturn => {
    const held = heldLease(sql, lease);
    const { orderId } = held;
    const order = sql.get<{ state: string }>('SELECT state FROM orders WHERE orderId = @orderId', { orderId });
    if (order?.state === 'open') closeOrder(sql, { orderId, actor }, at);
    else returnLeaseOf(sql, { orderId, actor }, at);
    return { ...held, ...returnOf(sql, held.leaseId) };
  },
);

/**
 * Pauses the order: it takes no new units, and those that were begun are finished. Audit `order.paused`.
 *
 * @throws order.notFound
 * @throws order.closed
 */
export const pauseOrder = write((sql, { orderId, actor }: OrderAct, at): void => {
  if (stateToChange(sql, orderId) === 'paused') return;
  sql.run('UPDATE orders SET pausedAt = @at WHERE orderId = @orderId', { orderId, at });
  audit(sql, { at, entry: 'order.paused', actor, subject: orderId, data: {} });
});

/**
 * Ends the pause of an order. Audit `order.resumed`.
 *
 * @throws order.notFound
 * @throws order.closed
 */
export const resumeOrder = write((sql, { orderId, actor }: OrderAct, at): void => {
  if (stateToChange(sql, orderId) === 'open') return;
  sql.run('UPDATE orders SET pausedAt = NULL WHERE orderId = @orderId', { orderId });
  audit(sql, { at, entry: 'order.resumed', actor, subject: orderId, data: {} });
});

type Change = OrderAct & {
  quantity?: number | undefined;
  dueAt?: string | null | undefined;
  endsAt?: string | null | undefined;
};

/**
 * Changes the quantity, the due day or the end of an order. Audit `order.changed`.
 *
 * @throws order.notFound
 * @throws order.closed
 * @throws order.leased – the quantity is more than the plant has leased to this station
 * @throws call.badParams – the quantity is less than what has been issued, or more than its range, pattern or list has serials
 */
export const changeOrder = write((sql, { orderId, actor, ...change }: Change, at): Order => {
  stateToChange(sql, orderId);
  const order = findOrder(sql, orderId);
  const quantity = change.quantity ?? order.quantity;
  if (quantity > order.quantity) assertLeased(sql, orderId, quantity);
  const used = order.quantity - leftIn(sql, order, '');
  if (quantity < used)
    throw new StationError('call.badParams', `the quantity ${quantity} does not do: ${used} of them are made already`, {
      data: { path: 'quantity', reason: 'fewerThanMade', quantity, used },
    });
  // One that an earlier version took with too few serials keeps its quantity, and its days can be changed.
  const problem = quantity > order.quantity ? quantityProblem(quantity, order) : undefined;
  if (problem) throw refusalOf(problem, quantity);
  const next = {
    quantity,
    dueAt: change.dueAt === undefined ? order.dueAt : change.dueAt,
    endsAt: change.endsAt === undefined ? order.endsAt : change.endsAt,
  };
  sql.run('UPDATE orders SET quantity = @quantity, dueAt = @dueAt, endsAt = @endsAt WHERE orderId = @orderId', {
    orderId,
    ...next,
  });
  audit(sql, { at, entry: 'order.changed', actor, subject: orderId, data: next });
  return showOrder(sql, orderId, at);
});

/** @throws order.notFound, order.closed */
function stateToChange(sql: Sql, orderId: string): 'open' | 'paused' {
  const order = findOrder(sql, orderId);
  enforce(orderIsOpen({ order }));
  return order.state === 'paused' ? 'paused' : 'open';
}
