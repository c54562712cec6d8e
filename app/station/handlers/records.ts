import type { Handlers } from '../dispatch.ts';
import type { StationParts } from '../parts.ts';

type Names =
  | 'units.list'
  | 'units.show'
  | 'orders.list'
  | 'orders.make'
  | 'orders.activate'
  | 'orders.close'
  | 'people.list'
  | 'people.add'
  | 'people.deactivate';

export const recordsHandlers = (parts: StationParts): Pick<Handlers, Names> => {
  const { ledger, bench, recipes } = parts;
  return {
    'units.list': (params) => ledger.listUnits(params),
    'units.show': ({ unitSerial }) => ledger.showUnit(unitSerial),

    'orders.list': () => ledger.listOrders(),
    'orders.make': async (order, { actor }) => {
      const ofRecipe = await recipes.profileFor(order.model, order.recipe ?? null);
      const profile = order.profile ?? ofRecipe ?? parts.authority.current().profile.name;
      const made = await ledger.makeOrder({ ...order, profile, actor });
      await bench.refresh();
      return made;
    },
    'orders.close': async ({ orderId }, { actor }) => {
      await ledger.closeOrder({ orderId, actor });
      await bench.refresh();
      return {};
    },
    'orders.activate': async ({ orderId }, { actor }) => {
      await ledger.activateOrder({ orderId, actor });
      await bench.refresh();
      return {};
    },

    'people.list': () => ledger.listPeople(),
    'people.add': (person, { actor }) => ledger.addPerson({ ...person, actor }),
    'people.deactivate': async ({ personId }, { actor }) => {
      await ledger.deactivatePerson({ personId, actor });
      return {};
    },
  };
};
