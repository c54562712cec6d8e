/** First connections for screens, commands and the rounds of the watch. */
import {
  type ConnectionCounts,
  type ConnectionFilter,
  type ConnectionReason,
  type ConnectionState,
  type ConnectionsSnapshot,
  type ConnectionWay,
  connectionWay,
  type FirstConnection,
} from '../../contract/firstconnections.ts';
import { read } from '../call.ts';
import type { Sql, SqlParams } from '../sql.ts';
import { assertUnit } from '../units/units.ts';

const columns = `unitSerial, target, orderId, way, state, thingName, madeName, certificateId, passedAt, dueAt, registeredAt, connectedAt,
  source, clientId, sourceIp, tries, lastTryAt, reason`;

const openStates = ['waiting', 'failed', 'overdue'] as const;
const open = `state IN (${openStates.map((state) => `'${state}'`).join(', ')})`;

/**
 * Conditions by the filter; the same on the rows and on their counts.
 *
 * @param targetTerm `+target` keeps SQLite from reading by target
 */
function whereOf(filter: ConnectionFilter, targetTerm = 'target'): { where: string; params: SqlParams } {
  const { orderId, target, state, reason } = filter;
  const params: SqlParams = {};
  const where = ["state <> 'ended'"];
  for (const [column, value] of Object.entries({ orderId, target, state, reason })) {
    if (value === undefined) continue;
    where.push(`${column === 'target' ? targetTerm : column} = @${column}`);
    params[column] = value;
  }
  return { where: where.join(' AND '), params };
}

/** Whether the units of the target are more than those that fit the rest of the filter. SQLite cannot know it. */
const isWide = (sql: Sql, { target, ...rest }: ConnectionFilter): boolean => {
  const { orderId, state, reason } = rest;
  if (target === undefined || (orderId === undefined && state === undefined && reason === undefined)) return false;
  return countOf(sql, { orderId, state, reason }) < countOf(sql, { target });
};

type Page = ConnectionFilter & {
  offset?: number | undefined;
  /** In place of `offset`: the page after this row. */
  after?: { unitSerial: string; target: string } | undefined;
  limit?: number | undefined;
};

/** A page in the order of unit serials; `total` counts all that match, from kept counts. */
export const listConnections = read((sql, page: Page): { total: number; rows: FirstConnection[] } => {
  const total = countOf(sql, page);
  // A filter that nothing fits would otherwise look at each unit.
  return { total, rows: total === 0 ? [] : pageOf(sql, page, total) };
});

/** @param total of the rows that fit: a page in the second half is counted from the end, which is nearer */
function pageOf(sql: Sql, page: Page, total = Number.POSITIVE_INFINITY): FirstConnection[] {
  const { offset = 0, after, limit = 100 } = page;
  const { where, params } = whereOf(page, isWide(sql, page) ? '+target' : 'target');
  const rowsOf = (behind: string, order: string, more: SqlParams): FirstConnection[] =>
    sql.all(
      `SELECT ${columns} FROM firstConnections WHERE ${where} ${behind}
       ORDER BY unitSerial ${order}, target ${order} LIMIT @limit OFFSET @offset`,
      { ...params, ...more },
    );
  if (after) {
    const place = { afterUnit: after.unitSerial, afterTarget: after.target, limit, offset: 0 };
    return rowsOf('AND (unitSerial, target) > (@afterUnit, @afterTarget)', 'ASC', place);
  }
  const left = total - offset;
  if (left >= total / 2) return rowsOf('', 'ASC', { limit, offset });
  const size = Math.min(limit, Math.max(left, 0));
  return rowsOf('', 'DESC', { limit: size, offset: left - size }).reverse();
}

function countOf(sql: Sql, filter: ConnectionFilter): number {
  const { where, params } = whereOf(filter);
  return sql.get<{ total: number }>(
    `SELECT coalesce(sum(units), 0) AS total FROM connectionCounts WHERE ${where}`,
    params,
  )!.total;
}

/** The rows of one unit, one for each target. */
export const connectionsOf = (sql: Sql, unitSerial: string): FirstConnection[] =>
  sql.all(
    `SELECT ${columns} FROM firstConnections WHERE unitSerial = @unitSerial AND state <> 'ended' ORDER BY target`,
    { unitSerial },
  );

/**
 * The first connections of one unit, one for each target.
 *
 * @throws unit.notFound
 */
export const showConnections = read((sql, unitSerial: string): FirstConnection[] => {
  assertUnit(sql, unitSerial);
  return connectionsOf(sql, unitSerial);
});

type Counts = Pick<ConnectionsSnapshot, 'total' | 'orders' | 'reasons'>;
type CountRow = { orderId: string; target: string; state: ConnectionState; reason: string; units: number };
const shownOrders = 100;

/** How many units of each order stand where, the newest orders first. It reads a few rows for each order, not the units. */
export const connectionCounts = read((sql): Counts => {
  const total = emptyCounts();
  for (const { state, units } of sql.all<CountRow>(
    `SELECT state, sum(units) AS units FROM connectionCounts WHERE state <> 'ended' GROUP BY state`,
  ))
    total[state] = units;
  const rows = sql.all<CountRow>(
    `SELECT k.orderId, k.target, k.state, k.reason, k.units FROM connectionCounts k
     JOIN (SELECT orderId, createdAt FROM orders o WHERE EXISTS (SELECT 1 FROM connectionCounts c WHERE c.orderId = o.orderId)
       ORDER BY createdAt DESC, orderId LIMIT ${shownOrders}) o USING (orderId)
     WHERE k.state <> 'ended' AND k.units > 0 ORDER BY o.createdAt DESC, k.orderId, k.target`,
  );
  const orders: Counts['orders'] = [];
  const reasons = new Map<string, Counts['reasons'][number]>();
  for (const { orderId, target, state, reason, units } of rows) {
    const last = orders.at(-1);
    const order = last?.orderId === orderId && last.target === target ? last : { orderId, target, ...emptyCounts() };
    if (order !== last) orders.push(order);
    order[state] += units;
    if (reason === '') continue;
    const key = JSON.stringify([orderId, target, reason]);
    const known = reasons.get(key) ?? { orderId, target, reason: reason as ConnectionReason, count: 0 };
    reasons.set(key, { ...known, count: known.count + units });
  }
  return { total, orders, reasons: [...reasons.values()].sort((one, other) => other.count - one.count) };
});

const emptyCounts = (): ConnectionCounts => ({ waiting: 0, connected: 0, failed: 0, overdue: 0 });

/** AWS is asked about a unit that has not connected, and about one that came before AWS was seen to have made its thing. */
const toAsk = `(${open} OR (state = 'connected' AND registeredAt IS NULL
  AND way IN ('jitp', 'jitr', 'claim', 'trustedUser', 'stationClaim')))`;

/** The ways of the units that AWS has still to be asked about, for each of these targets that has some. */
export const watchedTargets = read(
  (sql, { targets }: { targets: readonly string[] }): { target: string; ways: ConnectionWay[] }[] =>
    targets
      .map((target) => ({
        target,
        ways: connectionWay.options.filter((way) =>
          sql.get(`SELECT 1 FROM firstConnections WHERE target = @target AND way = @way AND ${toAsk} LIMIT 1`, {
            target,
            way,
          }),
        ),
      }))
      .filter(({ ways }) => ways.length > 0),
);

type Asking = { target: string; ways: readonly ConnectionWay[]; limit: number };

/** Units of these ways that AWS is to be asked about now, the ones that have waited longest first. */
export const connectionsToAsk = read((sql, { target, ways, limit }: Asking, at): FirstConnection[] =>
  ways
    .flatMap((way) =>
      sql.all<FirstConnection & { askAt: string }>(
        `SELECT ${columns}, askAt FROM firstConnections WHERE target = @target AND way = @way AND ${toAsk} AND askAt <= @at
         ORDER BY askAt LIMIT @limit`,
        { target, way, at, limit },
      ),
    )
    .sort((one, other) => (one.askAt < other.askAt ? -1 : 1))
    .slice(0, limit)
    .map(({ askAt: _, ...row }) => row),
);

/**
 * The rows of these certificates and of these client ids (the name of a thing that waits for its certificate). The plus keeps
 * SQLite from looking at every unit of the target.
 */
export const connectionsNamed = read(
  (
    sql,
    asked: { target: string; certificateIds: readonly string[]; clientIds: readonly string[] },
  ): FirstConnection[] =>
    sql.all(
      `SELECT ${columns} FROM firstConnections WHERE +target = @target AND state <> 'ended'
         AND certificateId IN (SELECT value FROM json_each(@certificateIds))
       UNION SELECT ${columns} FROM firstConnections WHERE +target = @target AND state <> 'ended' AND certificateId IS NULL
         AND thingName IN (SELECT value FROM json_each(@clientIds))`,
      {
        target: asked.target,
        certificateIds: JSON.stringify(asked.certificateIds),
        clientIds: JSON.stringify(asked.clientIds),
      },
    ),
);

type Key = { unitSerial: string; target: string };
type OpenPage = Pick<ConnectionFilter, 'orderId' | 'target'> & { after?: Key | undefined; limit: number };

/** A page of the units that have not connected, by unit serial. Each state is read from its own index. */
export const openConnections = read((sql, { limit, after, ...wanted }: OpenPage): FirstConnection[] =>
  openStates
    .flatMap((state) => pageOf(sql, { ...wanted, state, after, limit }))
    .sort((one, other) => (isBehind(one, other) ? 1 : -1))
    .slice(0, limit),
);

/** How many of these units have not connected. */
export const countOpenConnections = read((sql, wanted: Pick<ConnectionFilter, 'orderId' | 'target'>): number =>
  openStates.reduce((sum, state) => sum + countOf(sql, { ...wanted, state }), 0),
);

const isBehind = (one: Key, other: Key): boolean =>
  one.unitSerial === other.unitSerial ? one.target > other.target : one.unitSerial > other.unitSerial;
