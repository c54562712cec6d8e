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

const acts = ({
  bench,
  config,
  ledger,
  lineRegistration,
  plant,
}: StationParts): Omit<Pick<Handlers, Names>, 'plant.lease'> => ({
  'plant.status': () => plant.status(),
  'plant.join': async (joining, { actor }) => {
    const status = await plant.join(joining, actor);
    if (!joining.again) return status;
    await plant.settle(actor);
    await bench.refresh();
    return plant.status();
  },
  'plant.try': (reached) => plant.tryAt(reached),
  'plant.leave': async (_, { actor }) => {
    await plant.leave(actor);
    return {};
  },
  'plant.ship': () => plant.ship(),
  'plant.tryReader': (reached) => plant.reader.tryAt(reached),
  'plant.readWith': async ({ url, login: parts }, { actor }) => {
    const login = url === null ? null : await plant.reader.use({ url, login: parts });
    if (url === null) await plant.reader.remove();
    await ledger.audit({ entry: 'plant.readerGiven', actor, subject: config.current().stationId, data: { login } });
    return plant.status();
  },
  'plant.overview': ({ since }) => plant.reader.overview(since),
  'plant.units': (wanted) => plant.reader.units(wanted),
  'plant.unit': (wanted) => plant.reader.unit(wanted),
  'plant.proof': ({ stationId, leafIndex }) => plant.reader.proof(stationId, leafIndex),
  'plant.orders': () => plant.orders(),
  'plant.leases': () => ledger.leasesHere(),
  'plant.giveBack': async ({ lease }, { actor }) => {
    const returned = await plant.giveBack(lease, actor);
    await bench.refresh();
    lineRegistration.wake();
    return returned;
  },
});
