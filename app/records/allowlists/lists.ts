/** Which orders' units an account lets in by just-in-time registration, and how far the account knows. */
import type { AllowList } from '../../contract/model.ts';
import { audit } from '../audit/audit.ts';
import { read, write } from '../call.ts';
import { findOrder } from '../orders/orders.ts';
import { dueToGo, dueToList } from './due.ts';

type Place = { orderId: string; target: string };

/**
 * Says whether the units of an order are on the allow-list of a target. Audit `allowlist.asked`. The account is told
 * later.
 *
 * @throws order.notFound
 */
export const setAllowList = write((sql, asked: Place & { wanted: boolean; actor: string }, at): void => {
  const { orderId, target, actor } = asked;
  findOrder(sql, orderId);
  const wanted = asked.wanted ? 1 : 0;
  sql.run(
    `INSERT INTO allowLists (orderId, target, wanted, actor, changedAt) VALUES (@orderId, @target, @wanted, @actor, @at)
     ON CONFLICT DO UPDATE SET wanted = @wanted, actor = @actor, changedAt = @at`,
    { orderId, target, wanted, actor, at },
  );
  audit(sql, { at, entry: 'allowlist.asked', actor, subject: orderId, data: { target, wanted: asked.wanted } });
});

/**
 * As `setAllowList`, by the recipe of the order. What a person has said about the order and the target stays.
 *
 * @returns whether anything was new
 */
export const listByRecipe = write((sql, place: Place, at): boolean => {
  const known = sql.get('SELECT 1 FROM allowLists WHERE orderId = @orderId AND target = @target', place);
  if (known) return false;
  setAllowList(sql, { ...place, wanted: true, actor: 'station' }, at);
  return true;
});

/** The orders and targets of which anything was ever asked. */
export const wantedAllowLists = read((sql): Place[] =>
  sql.all('SELECT orderId, target FROM allowLists ORDER BY orderId, target'),
);

/** The lists of one order, or of all, with their counts. */
export const allowLists = read((sql, { orderId = null }: { orderId?: string | null }): AllowList[] =>
  sql
    .all<Omit<AllowList, 'wanted'> & { wanted: number }>(
      `SELECT l.orderId, l.target, l.wanted, l.actor, l.changedAt,
         (SELECT count(*) FROM allowed a JOIN certificates c USING (serialHex)
          WHERE a.target = l.target AND c.orderId = l.orderId AND a.state = 'listed') AS listed,
         (SELECT count(*) ${dueToList('l.orderId', 'l.target')}) AS toList,
         (SELECT count(*) ${dueToGo('l.orderId', 'l.target')}) AS toGo
       FROM allowLists l WHERE @orderId IS NULL OR l.orderId = @orderId ORDER BY l.orderId, l.target`,
      { orderId },
    )
    .map((row) => ({ ...row, wanted: row.wanted === 1 })),
);

export type AllowedUnit = { unitSerial: string; serialHex: string; certificateId: string; listedAt: string };

/** The units of an order that are on the list, by unit serial; at most `limit` after `after`. */
export const allowedUnits = read(
  (sql, { after = '', limit = 100, ...place }: Place & { after?: string; limit?: number }): AllowedUnit[] =>
    sql.all<AllowedUnit>(
      `SELECT c.unitSerial, a.serialHex, c.certificateId, a.changedAt AS listedAt
       FROM allowed a JOIN certificates c USING (serialHex)
       WHERE a.target = @target AND c.orderId = @orderId AND a.state = 'listed' AND c.unitSerial > @after
       ORDER BY c.unitSerial LIMIT @limit`,
      { ...place, after, limit },
    ),
);
