/** What the records know of a scanned text. */
import type { LabelRule } from '../../contract/model.ts';
import type { Sql } from '../sql.ts';
import { activeFacts } from './orders.ts';

export type ScanFacts = {
  /** The badge of an active person. */
  isBadge: boolean;
  /** An order, open or closed. */
  isOrder: boolean;
  active: { orderId: string; model: string; recipe: string | null; label: LabelRule | null } | null;
};

export function scanFacts(sql: Sql, { text }: { text: string }): ScanFacts {
  const active = activeFacts(sql);
  return {
    isBadge: sql.get('SELECT 1 FROM people WHERE badge = @text AND active = 1', { text }) !== undefined,
    isOrder: sql.get('SELECT 1 FROM orders WHERE orderId = @text', { text }) !== undefined,
    active: active
      ? { orderId: active.orderId, model: active.model, recipe: active.recipe, label: active.label }
      : null,
  };
}
