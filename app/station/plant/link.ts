/**
 * This station's side of the plant: its log is shipped while the station runs, and the plant is asked before a unit goes
 * on. The station works without it: what the plant misses is shipped once it is there again.
 */
import type { Clock } from '../../contract/clock.ts';
import { StationError, type WireError } from '../../contract/errors.ts';
import type { EventName } from '../../contract/methods.ts';
import { type PlantConfig, type PlantStatus, type PlantTried, plantConfig } from '../../contract/model.ts';
import { asStationError } from '../../line/index.ts';
import {
  joinPlant,
  type OpenPlant,
  type PlantSql,
  plantKeyId,
  readPublicKey,
  shipAll,
  tryPlant,
} from '../../plant/index.ts';
import type { Ledger } from '../../records/index.ts';
import type { ConfigStore } from '../folder/config.ts';
import type { Log } from '../log.ts';
import { createAsking } from './asking.ts';
import { createPlantDocuments, type PlantDocumentTools } from './documents.ts';
import { type GivenAddress, stationAddress } from './keptaddress.ts';
import { createLeasing } from './leasing.ts';
import { createPlantReader } from './reader.ts';

export type PlantLinkOptions = Pick<PlantDocumentTools, 'profiles'> & {
  dir: string;
  ledger: Ledger;
  config: ConfigStore;
  clock: Clock;
  log: Log;
  /** Absent on the practice line, which joins no plant. */
  openPlant?: OpenPlant | undefined;
  /** The rest of the station, once it is made. */
  parts: () => {
    bench: { refresh(): Promise<void> };
    crlJobs: { settle(): Promise<void> };
    changed: (...events: EventName[]) => void;
  };
  onUnexpected: (thrown: unknown) => void;
};
export type PlantLink = ReturnType<typeof createPlantLink>;

/** How long the log may stand still at the plant until the station asks what it has to tell. */
const quietMs = 30_000;
const lookEveryMs = 2000;
const firstWaitMs = 1000;
const longestWaitMs = 60_000;

type Joining = GivenAddress & { again: boolean; key?: string | undefined } & {
  [K in 'offline' | 'askMs']?: PlantConfig[K] | undefined;
};

/** Nothing is shipped by itself before `start`. */
export function createPlantLink(options: PlantLinkOptions) {
  const { dir, ledger, profiles, config, clock, log, openPlant, parts, onUnexpected } = options;
  const onChange = () => parts().changed('station.changed');
  const documents = createPlantDocuments({
    ...{ ledger, profiles },
    onApplied: () => {
      onChange();
      parts().bench.refresh().catch(onUnexpected);
    },
    onRevoked: () => {
      parts().changed('batches.changed');
      void parts().crlJobs.settle();
    },
  });
  const reader = createPlantReader({ dir, openPlant, ledger });
  let closed = false;
  let cancel = () => {};
  const address = stationAddress(dir);
  let problem: WireError | null = null;
  let failures = 0;
  let shippedAtMs = Number.NEGATIVE_INFINITY;
  let turn: Promise<unknown> = Promise.resolve();

  const joined = (): PlantConfig | undefined => config.current().plant;
  const stationId = () => config.current().stationId;
  const open = async (given?: string): Promise<PlantSql> => {
    if (openPlant === undefined) throw new StationError('plant.none', 'the practice line joins no plant');
    return openPlant(given ?? (await address.read()));
  };
  const asking = createAsking({
    ...{ ledger, clock, log, open, problem: () => problem },
    settings: () => (openPlant === undefined ? undefined : joined()),
  });
  /** One after the other: a command and the schedule never ship at once. */
  const next = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work);
    turn = mine.catch(() => {});
    return mine;
  };

  const ship = async (): Promise<void> => {
    const before = problem;
    try {
      const sql = await open();
      const isStopped = () => closed;
      try {
        await shipAll({ sql, ledger, stationId: stationId(), isStopped });
        const { mark } = await ledger.plantStanding();
        if (mark !== null && !closed) await documents.take(sql, { trust: joined()?.trust, plantId: mark.plantId });
      } finally {
        await sql.close();
      }
      shippedAtMs = clock.monotonicMs();
      [problem, failures] = [null, 0];
    } catch (thrown) {
      const { code, detail, data } = asStationError(thrown);
      failures += 1;
      problem = { code, detail, data };
      if (before?.detail !== detail && !closed) log.warn({ code, detail }, 'the plant');
      throw thrown;
    } finally {
      if (before?.detail !== problem?.detail) onChange();
    }
  };
  const look = async (): Promise<void> => {
    if (closed || joined() === undefined) return;
    const { size, mark } = await ledger.plantStanding();
    if (mark?.acknowledged === size && clock.monotonicMs() - shippedAtMs < quietMs) return;
    // The status says why, and the next look is later.
    await ship().catch(() => {});
  };
  const plan = () => {
    if (closed) return;
    const waitMs = failures === 0 ? lookEveryMs : Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(failures, 10));
    cancel = clock.after(waitMs, () => void next(look).then(plan));
  };

  const assertJoined = () => {
    if (joined() === undefined)
      throw new StationError('plant.none', 'this station has joined no plant: use "plant join"');
  };
  type Change = { changes: Pick<Joining, 'offline' | 'askMs'>; again: boolean; actor: string };
  /** How the station uses its plant, from now on. Audit `plant.joined`. */
  const keepRules = async (
    { trust, ...before }: PlantConfig,
    { plantId, logId }: { plantId: string; logId: number },
    { changes, again, actor }: Change,
  ): Promise<PlantStatus> => {
    const rules = { offline: changes.offline ?? before.offline, askMs: changes.askMs ?? before.askMs };
    await config.save({ ...config.current(), plant: { ...rules, ...(trust && { trust }) } });
    const keyId = trust && plantKeyId(readPublicKey(trust.publicKey));
    const data = { plantId, logId, again, ...rules, ...(keyId && { keyId }) };
    await ledger.audit({ entry: 'plant.joined', actor, subject: stationId(), data });
    asking.reset();
    onChange();
    return status();
  };
  const status = async (): Promise<PlantStatus> => {
    const { size, refused, mark } = await ledger.plantStanding();
    const readsBy = await reader.shown();
    return {
      config: joined() ?? null,
      plantId: mark?.plantId ?? null,
      readable: readsBy !== null,
      reader: readsBy,
      ...{ size, refused, acknowledged: mark?.acknowledged ?? 0, reachedAt: mark?.reachedAt ?? null },
      ...{ problem, error: problem?.detail ?? null, address: joined() ? await address.shown() : null },
      documents: await documents.status(joined()?.trust?.plantId ?? mark?.plantId ?? ''),
    };
  };

  return {
    status,
    /** QA's look at the plant. */
    reader,
    /** From now on the log is shipped by itself. */
    start: plan,

    ask: asking.ask,

    /** @throws plant.refused, plant.unreachable, plant.untrusted, plant.none, call.badParams */
    async tryAt(reached: GivenAddress): Promise<PlantTried> {
      const { url } = await address.given(reached);
      const sql = await open(url);
      const { plantId, publicKey } = await tryPlant(sql, stationId()).finally(() => sql.close());
      return { plantId, keyId: publicKey && plantKeyId(new Uint8Array(publicKey)) };
    },

    /** @throws plant.refused, plant.unreachable, plant.forked, plant.none, call.badParams */
    async join({ again, ...changes }: Joining, actor: string): Promise<PlantStatus> {
      const standing = joined();
      const { mark } = await ledger.plantStanding();
      const isRule = [changes.url, changes.login, changes.key].every((given) => given === undefined) && !again;
      // While the plant is away an engineer lets the line work: that is no question to the plant, and waits for none.
      if (standing && mark && isRule) return keepRules(standing, mark, { changes, again, actor });
      return next(async () => {
        const { url, key: keyOfUrl } = await address.given(changes);
        const keyText = changes.key ?? keyOfUrl;
        const key = keyText === undefined ? undefined : readPublicKey(keyText);
        const { publicKey } = await ledger.plantStanding();
        if (publicKey === null) throw new StationError('plant.refused', 'the log of this station is not signed');
        const before = joined() ?? plantConfig.parse({});
        const sql = await open(url);
        const { stationId, name } = config.current();
        const said = await joinPlant(sql, { stationId, name, publicKey, again }).finally(() => sql.close());
        if (url !== undefined) await address.keep(url);
        const trust = key ? { publicKey: Buffer.from(key).toString('base64url'), plantId: said.plantId } : before.trust;
        const { plantId, logId, size: acknowledged } = said;
        await ledger.keepPlantMark({ plantId, logId, acknowledged });
        [problem, failures] = [null, 0];
        return keepRules({ ...before, trust }, said, { changes, again, actor });
      });
    },

    /** What was shipped stays in the plant. @throws plant.none */
    leave: (actor: string): Promise<void> =>
      next(async () => {
        assertJoined();
        const { plant: _, ...others } = config.current();
        await config.save(others);
        await address.remove();
        await reader.remove();
        await ledger.keepPlantMark(null);
        await ledger.audit({ entry: 'plant.left', actor, subject: stationId(), data: {} });
        asking.forget();
        problem = null;
        onChange();
      }),

    ...createLeasing({ ledger, next, ship, open, assertJoined }),

    /** Ships all at once. @throws plant.none, plant.unreachable, plant.refused, plant.forked */
    ship: (): Promise<PlantStatus> =>
      next(async () => {
        assertJoined();
        await ship();
        return status();
      }),

    async close(): Promise<void> {
      closed = true;
      cancel();
      asking.forget();
      await turn;
    },
  };
}
