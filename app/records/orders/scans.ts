/** The knowledge of the records about a scanned text. */
import type { LabelRule } from '../../contract/model.ts';
import { read } from '../call.ts';
import { activeFacts } from './orders.ts';

export type ScanFacts = {
  /** Whether it is the badge of an active person, or was one: a badge that was found again is no label of a unit. */
  isBadge: boolean;
  /** Whether it is an order, open or closed. */
  isOrder: boolean;
  active: { orderId: string; model: string; recipe: string | null; label: LabelRule | null } | null;
};

/** Looks a text up: whether it is a badge or an order, and the order that the line works on. */
export const scanFacts = read((sql, text: string): ScanFacts => {
  const active = activeFacts(sql);
  return {
    isBadge:
      sql.get(
        `SELECT 1 FROM people WHERE badge = @text AND active = 1
         UNION ALL SELECT 1 FROM formerBadges f JOIN people p USING (personId) WHERE f.badge = @text AND p.active = 1`,
        { text },
      ) !== undefined,
    isOrder: sql.get('SELECT 1 FROM orders WHERE orderId = @text', { text }) !== undefined,
    active: active
      ? { orderId: active.orderId, model: active.model, recipe: active.recipe, label: active.label }
      : null,
  };
});
