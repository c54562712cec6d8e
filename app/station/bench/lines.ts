/** The line of each slot, as the next unit there will get it. */
import { StationError } from '../../contract/errors.ts';
import type { Result } from '../../contract/methods.ts';
import { lineFacts, type SlotConfig } from '../../contract/model.ts';
import type { StationParts } from '../composition.ts';

type Parts = Pick<StationParts, 'config' | 'driverNamed' | 'driverNames' | 'ledger' | 'recipes'>;

/** The lines for the active order. Without a usable recipe the slot and its driver decide. */
export async function slotLines(parts: Parts): Promise<Result<'station.lines'>> {
  const order = await parts.ledger.activeOrder();
  return Promise.all(
    parts.config.current().slots.map(async (slot) => {
      const { driver, line } = await chosenFor(slot, order?.orderId, parts);
      const known = parts.driverNames.includes(driver);
      return { slotId: slot.slotId, driver, line: known ? lineFacts(parts.driverNamed(driver), line) : [] };
    }),
  );
}

async function chosenFor(slot: SlotConfig, orderId: string | undefined, { recipes }: Parts) {
  const alone = { driver: slot.driver, line: { recipe: {}, place: slot.line ?? {} } };
  if (orderId === undefined) return alone;
  return recipes.forOrder(orderId, slot).catch((thrown: unknown) => {
    if (thrown instanceof StationError && thrown.code !== 'internal') return alone;
    throw thrown;
  });
}
