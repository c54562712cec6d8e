/** Parts of the plant's orders: taken, listed and given back. */
import type { PlantLease, PlantOrder } from '../../contract/model.ts';
import { leaseOf, type PlantSql, plantOrders, returnsOf } from '../../plant/index.ts';
import type { Ledger } from '../../records/index.ts';

type LeasingTools = {
  ledger: Pick<Ledger, 'giveBackLease' | 'keepPlantLeases' | 'leasesHere'>;
  /** After what was asked before. */
  next: <T>(work: () => Promise<T>) => Promise<T>;
  /** Ships the log. */
  ship: () => Promise<void>;
  open: () => Promise<PlantSql>;
  /** @throws plant.none */
  assertJoined: () => void;
};

/** What a station does with its leases, each after what was asked before it. */
export const createLeasing = ({ ledger, next, ship, open, assertJoined }: LeasingTools) => ({
  /**
   * Leases a part of an order. Returns the leases that have no order here yet, with its name, the new one last.
   *
   * @throws plant.noLease, plant.none, plant.unreachable, plant.refused, plant.forked
   */
  lease: (orderId: string, quantity: number): Promise<(PlantLease & { orderId: string })[]> =>
    next(async () => {
      assertJoined();
      // The plant has to know what it leased before it was restored.
      await ship();
      const sql = await open();
      const leases = await leaseOf(sql, orderId, quantity).finally(() => sql.close());
      return ledger.keepPlantLeases(leases);
    }),

  /** The orders of which parts can be leased. @throws plant.none, plant.unreachable, plant.refused */
  async orders(): Promise<PlantOrder[]> {
    assertJoined();
    const sql = await open();
    return plantOrders(sql).finally(() => sql.close());
  },

  /**
   * Ends the leases here that the plant has back: these records are from a backup that is older than the return.
   *
   * @throws plant.none, plant.unreachable, plant.refused
   */
  settle: (actor: string): Promise<void> =>
    next(async () => {
      const sql = await open();
      const returned = await returnsOf(sql).finally(() => sql.close());
      for (const { leaseId, returned: back } of await ledger.leasesHere())
        if (back === null && returned.includes(leaseId)) await ledger.giveBackLease({ lease: leaseId, actor });
    }),

  /**
   * Gives back a lease. `told`: the plant knows it already; else it goes there with the log.
   *
   * @throws order.notFound, plant.returned, plant.none
   */
  giveBack: (lease: string, actor: string) =>
    next(async () => {
      assertJoined();
      const returned = await ledger.giveBackLease({ lease, actor });
      const told = await ship().then(
        () => true,
        () => false,
      );
      return { ...returned, told };
    }),
});
