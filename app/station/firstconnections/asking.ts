/** Asks an account about units, and records what it says. */
import type { Clock } from '../../contract/clock.ts';
import { type CloudTarget, type FirstConnection, isSelfMade } from '../../contract/model.ts';
import type { Ledger, NotedConnection } from '../../records/index.ts';
import {
  askAbout,
  type Cloud,
  createPace,
  createPatience,
  deviceTable,
  lookThrough,
  watchRates,
} from '../../registration/index.ts';

type Tools = {
  ledger: Ledger;
  clock: Clock;
  cloud: Cloud;
  target: CloudTarget;
  signal: AbortSignal;
  /** AWS cannot be reached or throttles; `false` once it answers again. */
  onWaiting: (waiting: boolean) => void;
};

export type Asking = ReturnType<typeof createAsking>;

/** Calls under way at once. The rates of the account set the pace. */
const workers = 8;
const soonMs = 5_000;

/** What can be asked of one target. All of it shares the watch's part of the account's rates. */
export function createAsking({ ledger, clock, cloud, target, signal, onWaiting }: Tools) {
  const pace = createPace(clock, watchRates(target.rates));
  const calmWith = (stop: AbortSignal) => {
    const patience = createPatience(clock, stop);
    return <T>(act: () => Promise<T>): Promise<T> =>
      patience
        .through(act, () => onWaiting(true))
        .then((result) => {
          onWaiting(false);
          return result;
        });
  };
  const atMs = (ms: number) => (Number.isFinite(ms) ? new Date(clock.now().getTime() + ms).toISOString() : null);

  /** Whether the function of the account refused the unit, by what it wrote. An account without our table says nothing. */
  const isNotListed = async ({ certificateId }: FirstConnection): Promise<boolean> => {
    if (certificateId === null) return false;
    const table = cloud.account.allowList(deviceTable(target.name));
    return table.results([certificateId], signal).then(
      (results) => results.get(certificateId)?.result === 'notListed',
      () => false,
    );
  };

  const factsOf = async (row: FirstConnection, stop: AbortSignal): Promise<NotedConnection[]> => {
    const { unitSerial, target: name } = row;
    const { reason, isPending, made, cameAt, againMs } = await askAbout(row, {
      ...{ calls: cloud.connections, things: cloud.things, pace, signal: stop, calm: calmWith(stop) },
      now: clock.now,
      typeName: target.thingTypeName,
    });
    const about = { unitSerial, target: name };
    // What the function wrote is its answer, however lately the device came.
    const why = isPending && row.way === 'jitr' && (await isNotListed(row)) ? 'notAllowed' : reason;
    const found: NotedConnection = { ...about, fact: { kind: 'found', reason: why, made }, askAt: atMs(againMs) };
    if (cameAt === null) return [found];
    const seen = { kind: 'seen', connectedAt: cameAt.toISOString(), source: 'registry' } as const;
    return [found, { ...about, fact: { ...seen, clientId: null, sourceIp: null } }];
  };

  /**
   * Asks about each of these units; some dozens at a time.
   *
   * @returns how many have another state now
   * @throws as `Cloud`, except what passes: then it waits; `call.cancelled`
   */
  const ask = async (rows: readonly FirstConnection[], stop = signal): Promise<number> => {
    const facts: NotedConnection[] = [];
    const queue = [...rows];
    const work = async () => {
      for (let row = queue.shift(); row; row = queue.shift()) facts.push(...(await factsOf(row, stop)));
    };
    const ends = await Promise.allSettled(Array.from({ length: Math.min(workers, rows.length) }, work));
    // What AWS has said counts, also when the work ended before its end.
    const changed = facts.length === 0 ? 0 : await ledger.noteConnections({ noted: facts });
    const failed = ends.find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
    return changed;
  };

  /** Asks about the units of these certificates that have not connected, or whose thing was not seen yet. */
  const askNamed = async (certificateIds: readonly string[], stop: AbortSignal): Promise<number> => {
    const rows = await ledger.connectionsNamed({ target: target.name, certificateIds, clientIds: [] });
    return ask(
      rows.filter(
        ({ state, registeredAt, way }) => state !== 'connected' || (registeredAt === null && isSelfMade(way)),
      ),
      stop,
    );
  };

  /** Looks for the devices that came since the last time, in the lists of our CAs. */
  const lookInLists = async (caCertificateIds: readonly string[], stop = signal): Promise<number> => {
    let changed = 0;
    for (const caCertificateId of caCertificateIds) {
      const of = { target: target.name, caCertificateId };
      const since = (await ledger.watchMark(of)) ?? undefined;
      const mark = await lookThrough(caCertificateId, since, {
        ...{ calls: cloud.connections, pace, calm: calmWith(stop), signal: stop },
        onPage: async (ids) => {
          changed += await askNamed(ids, stop);
        },
      });
      if (mark !== undefined && mark !== since) await ledger.putWatchMark({ ...of, mark });
    }
    return changed;
  };

  return { ask, lookInLists, soon: () => atMs(soonMs) };
}
