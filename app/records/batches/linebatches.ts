/** Batches that take the units of an order as they pass. An order has one open batch for each target. */
import type { BatchWay, UnitWay } from '../../contract/batches.ts';
import { audit } from '../audit/audit.ts';
import { read, write } from '../call.ts';
import type { Sql } from '../sql.ts';
import { addMembers, insertBatch } from './batches.ts';
import { waitingOf } from './head.ts';
import { advanceBatch } from './states.ts';

export type LineRegistration = { orderId: string; target: string; way: UnitWay };

/**
 * The orders whose units are registered as they pass, once for each target. A closed one stays: its last units may have
 * passed just now.
 */
export const lineRegistrations = read((sql): LineRegistration[] =>
  sql.all(
    `SELECT orderId, target, way FROM (
       SELECT orderId, createdAt, 0 AS place, registration ->> 'target' AS target, registration ->> 'way' AS way
       FROM orders WHERE registration IS NOT NULL
       UNION ALL SELECT orderId, createdAt, 1 + j.key, j.value, registration ->> 'way'
       FROM orders, json_each(registration, '$.also') j WHERE registration IS NOT NULL
     ) ORDER BY createdAt, orderId, place`,
  ),
);

/** A day's units are easy to look through. A batch that is older takes no more. */
const openMs = 24 * 60 * 60_000;

type Joining = LineRegistration & {
  /** The id of a new batch, if one is needed. */
  batchId: string;
  units: readonly { unitSerial: string; certificateId: string }[];
};
type Open = { batchId: string; way: BatchWay; createdAt: string; waiting: number };

/**
 * Puts units that passed into the order's open batch, which is made if there is none. A unit that is in the batch with
 * an earlier certificate joins the next one. Audit `batch.made` for a new batch, `batch.member` in the stories of the units.
 *
 * @returns the batch; undefined when no unit joined one
 */
export const joinLineBatch = write((sql, joining: Joining, at): string | undefined => {
  const { orderId, target, way, units } = joining;
  const actor = 'station';
  const open = openBatch(sql, joining);
  const isOver = open && (open.way !== way || Date.parse(at) - Date.parse(open.createdAt) >= openMs);
  const isFull = open !== undefined && isIn(sql, open.batchId, units);
  if (open && (isOver || isFull) && open.waiting === 0) endLineBatch(sql, open.batchId, at);
  const current = openBatch(sql, joining);
  const batchId = current?.batchId ?? joining.batchId;
  const others = units.filter((unit) => !isIn(sql, batchId, [unit]));
  if (others.length === 0) return undefined;
  if (!current) {
    insertBatch(sql, { batchId, target, way, lineOrder: orderId, at, actor });
    audit(sql, {
      ...{ at, entry: 'batch.made', actor, subject: batchId },
      data: { count: others.length, target, way, lineOrder: orderId },
    });
  }
  addMembers(sql, { batchId, target, way, actor, at }, others);
  return batchId;
});

/** The batch of this order and target that is not done. */
const openBatch = (sql: Sql, { orderId, target }: LineRegistration): Open | undefined =>
  sql.get<Open>(
    `SELECT b.batchId, b.way, b.createdAt, ${waitingOf('b')} AS waiting
     FROM batches b WHERE b.lineOrder = @orderId AND b.target = @target AND b.state <> 'done'`,
    { orderId, target },
  );

const isIn = (sql: Sql, batchId: string, units: Joining['units']): boolean =>
  units.some(
    ({ unitSerial }) =>
      sql.get('SELECT 1 FROM members WHERE batchId = @batchId AND unitSerial = @unitSerial', {
        batchId,
        unitSerial,
      }) !== undefined,
  );

/** Its units are free: those without a thing may join the next batch. One that a person stopped ends, too. */
function endLineBatch(sql: Sql, batchId: string, at: string): void {
  const { state } = sql.get<{ state: string }>('SELECT state FROM batches WHERE batchId = @batchId', { batchId })!;
  if (state !== 'running') advanceBatch(sql, { batchId, state: 'running' }, at);
  advanceBatch(sql, { batchId, state: 'done' }, at);
}

export type OpenLineBatch = {
  batchId: string;
  /** Members without a result. */
  waiting: number;
  /** It takes no more units: its order is closed or goes elsewhere, or it is older than a day. */
  isOver: boolean;
};

/** The batches of orders that are not done and that no person has stopped. */
export const openLineBatches = read((sql, _: undefined, at: string): OpenLineBatch[] =>
  sql
    .all<Omit<OpenLineBatch, 'isOver'> & { createdAt: string; takes: number }>(
      `SELECT b.batchId, b.createdAt, ${waitingOf('b')} AS waiting,
         o.state = 'open' AND (coalesce(o.registration ->> 'target' = b.target, 0)
           OR EXISTS (SELECT 1 FROM json_each(o.registration, '$.also') j WHERE j.value = b.target)) AS takes
       FROM batches b JOIN orders o ON o.orderId = b.lineOrder WHERE b.state IN ('made', 'running')`,
    )
    .map(({ batchId, waiting, createdAt, takes }) => ({
      batchId,
      waiting,
      isOver: takes === 0 || Date.parse(at) - Date.parse(createdAt) >= openMs,
    })),
);

/** Removes the reason why the batch rested, because it goes on. */
export const forgetBatchError = write((sql, batchId: string): void => {
  sql.run('UPDATE batches SET error = NULL WHERE batchId = @batchId', { batchId });
});
