/** Keeps allow-lists, and what the hooks of claims read, as the records say: what differs is told to the accounts. */
import type { Clock } from '../../contract/clock.ts';
import { StationError } from '../../contract/errors.ts';
import type { EventName } from '../../contract/methods.ts';
import type { AllowList, AllowListView } from '../../contract/model.ts';
import { asStationError } from '../../line/index.ts';
import type { Ledger } from '../../records/index.ts';
import { createPatience, deviceTable, pause, rowsAtOnce } from '../../registration/index.ts';
import type { Log } from '../log.ts';
import type { Recipes } from '../recipes/recipes.ts';
import type { CloudLink } from './cloudlink.ts';
import type { HookRows } from './hookrows.ts';

type Tools = {
  ledger: Ledger;
  clock: Clock;
  cloudLink: CloudLink;
  hookRows: Pick<HookRows, 'work' | 'tell'>;
  recipes: Pick<Recipes, 'fileOfOrder'>;
  log: Log;
  changed: (...events: EventName[]) => void;
};
export type AllowLists = ReturnType<typeof createAllowLists>;

/** A list that rests, e.g. because AWS denies it, is tried again after this. */
const restMs = 60_000;
const hookOf = (target: string): string => `hook ${target}`;

/** What is to be told is read from the records each time, so that a restart loses nothing and repeats at most a page. */
export function createAllowLists({ ledger, clock, cloudLink, hookRows, recipes, log, changed }: Tools) {
  const stop = new AbortController();
  /** Why the list of a target rests, or what its hook reads: the latter as `hook TARGET`. */
  const resting = new Map<string, StationError>();
  let isWanted = false;
  /** The time of the last round that went into telling hooks. */
  let hookMs = 0;
  let working: Promise<void> | undefined;
  let stopTimer: (() => void) | undefined;

  /** Orders whose recipe says so are listed by themselves. */
  const listByRecipes = async () => {
    for (const order of await ledger.listOrders()) {
      if (order.state === 'closed') continue;
      const provisioning = (await recipes.fileOfOrder(order))?.provisioning;
      if (provisioning?.way !== 'jitr') continue;
      for (const target of provisioning.targets) await ledger.listByRecipe({ orderId: order.orderId, target });
    }
  };

  /** One page. @returns whether there was anything to tell */
  const tellPage = async ({ orderId, target }: Pick<AllowList, 'orderId' | 'target'>): Promise<boolean> => {
    const page = { orderId, target, limit: rowsAtOnce };
    const off = await ledger.dueOffAllowList(page);
    const due = off.length > 0 ? [] : await ledger.dueOnAllowList(page);
    if (off.length + due.length === 0) return false;
    // A row that goes and a row that comes for it are two.
    const gone = off.slice(0, Math.floor(rowsAtOnce / 2));
    const revoked = gone.filter((one) => one.revoked).map(({ serialHex }) => serialHex);
    const { account } = await cloudLink.cloud(target);
    const change = {
      put: due.map(({ serialHex: _, ...unit }) => ({ ...unit, orderId })),
      remove: gone.map(({ spkiSha256 }) => spkiSha256),
      revoke: revoked,
    };
    if (due.length > 0) await ledger.beginAllowList({ target, serials: due.map(({ serialHex }) => serialHex) });
    const patience = createPatience(clock, stop.signal);
    await patience.through(
      () => account.allowList(deviceTable(target)).change(change, stop.signal),
      () => {},
    );
    await ledger.noteAllowList({
      ...{ orderId, target, revoked },
      listed: due.map(({ serialHex }) => serialHex),
      off: gone.filter((one) => !one.revoked).map(({ serialHex }) => serialHex),
    });
    changed('cloud.changed');
    return true;
  };

  /** @returns whether nothing rests by it */
  const telling = async (target: string, name: string, act: () => Promise<void>): Promise<boolean> => {
    if (!cloudLink.target(target) || stop.signal.aborted) return true;
    try {
      await act();
      return true;
    } catch (thrown) {
      if (stop.signal.aborted) return true;
      resting.set(name, asStationError(thrown));
      log.warn({ target, err: thrown }, 'an allow-list rests');
      changed('cloud.changed');
      return false;
    }
  };

  const tellAll = async () => {
    await listByRecipes();
    for (const list of await ledger.wantedAllowLists())
      if (
        await telling(list.target, list.target, async () => {
          while (!stop.signal.aborted && (await tellPage(list))) resting.delete(list.target);
        })
      )
        resting.delete(list.target);
    const places = await hookRows.work();
    const beganMs = clock.monotonicMs();
    // A hook that has something due for two templates rests if either cannot be told it.
    const failed = new Set<string>();
    for (const place of places) {
      const name = hookOf(place.target);
      const tell = () => hookRows.tell(place, createPatience(clock, stop.signal), stop.signal);
      if (!(await telling(place.target, name, tell))) failed.add(name);
    }
    for (const name of [...resting.keys()]) {
      if (!name.startsWith(hookOf('')) || failed.has(name)) continue;
      resting.delete(name);
      changed('cloud.changed');
    }
    hookMs = clock.monotonicMs() - beganMs;
    stopTimer?.();
    if (resting.size > 0 && !stop.signal.aborted) stopTimer = clock.after(restMs, wake);
  };

  const work = async () => {
    while (isWanted && !stop.signal.aborted) {
      isWanted = false;
      const beganMs = clock.monotonicMs();
      hookMs = 0;
      await tellAll();
      // A large station looks less often, so that looking takes at most a twentieth of the time. Hooks are told by units
      // of a page, and what AWS takes for it is no looking.
      if (isWanted) await pause(clock, 20 * (clock.monotonicMs() - beganMs - hookMs), stop.signal);
    }
  };

  /** Units may have passed, or their certificates have changed. It returns at once: a PASS never waits for AWS. */
  function wake(): void {
    isWanted = true;
    working ??= work()
      .catch((thrown: unknown) => {
        if (!stop.signal.aborted) log.warn({ err: thrown }, 'allow-lists were not looked at');
      })
      .finally(() => {
        working = undefined;
        if (isWanted && !stop.signal.aborted) wake();
      });
  }

  const viewOf = (list: AllowList): AllowListView => {
    const error = resting.get(list.target);
    const left = list.toList + list.toGo;
    if (left === 0) return { ...list, state: 'settled' };
    return error ? { ...list, state: 'resting', error: error.toJSON() } : { ...list, state: 'telling' };
  };
  const views = async (orderId?: string) => (await ledger.allowLists({ orderId: orderId ?? null })).map(viewOf);

  return {
    wake,
    views,
    /** Why the hook of a target cannot be told which units may come; undefined when all is well. */
    hookError: (target: string): StationError | undefined => resting.get(hookOf(target)),
    /** @throws `order.notFound` */
    async set(asked: { orderId: string; target: string; wanted: boolean; actor: string }): Promise<AllowListView> {
      await ledger.setAllowList(asked);
      resting.delete(asked.target);
      wake();
      changed('cloud.changed');
      const { orderId, target } = asked;
      const found = (await views(orderId)).find((one) => one.target === target);
      if (!found) throw new StationError('internal', 'the list is not on record');
      return found;
    },
    /** Resolves when nothing is under way. A command waits for it. */
    async idle(): Promise<void> {
      while (working !== undefined) await working;
    },
    async close(): Promise<void> {
      stop.abort();
      stopTimer?.();
      await working;
    },
  };
}
