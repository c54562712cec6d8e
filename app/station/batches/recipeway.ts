/** The way of a batch that names none: that of the recipe of its order. */
import { batchWay } from '../../contract/batches.ts';
import { StationError } from '../../contract/errors.ts';
import type { BatchWay } from '../../contract/model.ts';
import type { StationParts } from '../composition.ts';

/**
 * `bulk` where no readable recipe in use says a way.
 *
 * @throws `order.notFound`; `batch.ownWay` – its devices make themselves known, and a batch would register them first
 */
export async function wayByRecipe(
  { ledger, recipes }: Pick<StationParts, 'ledger' | 'recipes'>,
  orderId: string | undefined,
): Promise<BatchWay> {
  const recipe = orderId === undefined ? undefined : await recipes.fileOfOrder(await ledger.order(orderId));
  const way = recipe?.provisioning?.way ?? (recipe?.issuer ? 'registerThing' : 'bulk');
  const known = batchWay.safeParse(way);
  if (known.success) return known.data;
  const detail = `by the recipe of ${orderId}, its devices make themselves known (${way}); name a way to register them all the same`;
  throw new StationError('batch.ownWay', detail, { data: { orderId: orderId ?? '', way } });
}
