/** Reads scans for this station: by its rules, the rules of the present order and recipe, and the records. */
import type { LabelRule, ScanReading, ScanRules, UnitReading } from '../../contract/model.ts';
import { type KnownToScan, lookedUp, readScan, readUnit, unitFrom } from '../../line/index.ts';
import type { Ledger } from '../../records/index.ts';
import type { ConfigStore } from '../folder/config.ts';
import type { Recipes } from '../recipes/recipes.ts';

export type Labels = {
  /** Tells what a scan is. `rules` replace those in use. */
  read(text: string, rules?: ScanRules): Promise<ScanReading>;
  /**
   * The unit that the scan names. `chosen` means that a person said it is a unit's label; `orderId` names another order
   * than the active one.
   * @throws `scan.*`, `unit.badSerial`, `order.notFound`
   */
  unitOf(text: string, options?: { chosen?: boolean; orderId?: string }): Promise<UnitReading>;
};

/** The reader of scans for this station. */
export function createLabels(tools: {
  ledger: Pick<Ledger, 'scanFacts' | 'order'>;
  recipes: Pick<Recipes, 'labelOf'>;
  config: Pick<ConfigStore, 'current'>;
}): Labels {
  /** The order's own rule comes first, then its recipe's, then the station's. */
  const looked = async (
    text: string,
    given?: ScanRules,
    named?: string,
  ): Promise<{ rules: ScanRules; known: KnownToScan }> => {
    const rules = given ?? tools.config.current().scan;
    const { active: activeNow, ...known } = await tools.ledger.scanFacts(lookedUp(text));
    const active = named === undefined ? activeNow : await tools.ledger.order(named);
    if (!active) return { rules, known };
    const { orderId, label } = active;
    const recipe = await tools.recipes.labelOf(active);
    const unit: LabelRule = given?.unit ?? label ?? recipe?.label ?? rules.unit;
    const model = active.model === '*' ? (recipe?.model ?? '*') : active.model;
    return { rules: { ...rules, unit }, known: { ...known, active: { orderId, model } } };
  };

  return {
    async read(text, given) {
      const { rules, known } = await looked(text, given);
      return readScan(text, rules, known);
    },
    async unitOf(text, { chosen = false, orderId } = {}) {
      const { rules, known } = await looked(text, undefined, orderId);
      return unitFrom(chosen ? readUnit(text, rules.unit, known) : readScan(text, rules, known));
    },
  };
}
