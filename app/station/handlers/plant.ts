import type { Order } from '../../contract/model.ts';
import type { StationParts } from '../composition.ts';
import type { Handlers } from '../dispatch.ts';
import { makeOrder } from '../orders/desk.ts';

type Names = Extract<keyof Handlers, `plant.${string}`>;

/** Methods about the plant. */
export const plantHandlers = (parts: StationParts): Pick<Handlers, Names> => ({
  ...acts(parts),
  'plant.lease': async ({ orderId, quantity, activate }, { actor }) => {
    const made: Order[] = [];
    for (const lease of await parts.plant.lease(orderId, quantity)) {
      const { model, serialFrom, serialTo } = lease;
      const given = { orderId: lease.orderId, model, quantity: lease.quantity };
      const range = serialFrom !== null && serialTo !== null ? { serialFrom, serialTo } : {};
      made.push(await makeOrder(parts, { ...given, ...range }, { actor, activate }));
    }
    return made;
  },
});

const acts = ({ plant }: StationParts): Omit<Pick<Handlers, Names>, 'plant.lease'> => ({
  'plant.status': () => plant.status(),
  'plant.join': (joining, { actor }) => plant.join(joining, actor),
  'plant.leave': async (_, { actor }) => {
    await plant.leave(actor);
    return {};
  },
  'plant.ship': () => plant.ship(),
});
