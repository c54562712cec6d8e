/**
 * What a window or a browser is served from: the practice line or the real station. This also changes from one to the
 * other.
 */
import { access } from 'node:fs/promises';
import type { Connection, EventName, Origin } from '../app/contract/index.ts';
import { StationError, type StationPlan } from '../app/contract/index.ts';
import {
  defaultOrder,
  initStation,
  paths,
  readConfig,
  type SetupControl,
  type StationHandle,
} from '../app/station/index.ts';
import { dataFolder } from './datafolders.ts';
import type { Host, HostOptions } from './host.ts';
import { assertFolder, initTools, openStation } from './openstation.ts';
import { openPracticeLine } from './practiceline.ts';
import { checkNewStation } from './setupcheck.ts';

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

export async function openHost(options: HostOptions = {}): Promise<Host> {
  const { practice = false, dataDir, vault, window } = options;
  const realDir = practice ? dataFolder('real') : (dataDir ?? dataFolder('real'));
  const practiceDir = practice ? (dataDir ?? dataFolder('practice')) : dataFolder('practice');
  let realExists = await exists(paths(realDir).config);
  // A folder that is named is a station, or the reason why not is told.
  if (dataDir !== undefined && !practice) await readConfig(realDir);
  let which: 'practice' | 'real' = practice || !realExists ? 'practice' : 'real';
  let station: StationHandle;
  const connections = new Set<ReturnType<typeof rewirable>>();
  /** Two windows may ask for a change at once. The changes happen one after the other. */
  let turn: Promise<void> = Promise.resolve();
  let closing: Promise<void> | undefined;
  const workListeners = new Map<(units: number) => void, () => void>();

  const setup: SetupControl = {
    folder: () => ({ folder: realDir, exists: realExists }),
    async make(plan, actor) {
      await assertFolder(realDir);
      const { config } = await initStation(realDir, newStation(plan, actor), initTools);
      realExists = true;
      station.parts.changed('station.changed');
      const checks = await checkNewStation(realDir, plan.passphrase, actor);
      return { stationId: config.stationId, folder: realDir, checks };
    },
    open(next, actor) {
      const from = which;
      const mine = turn.then(async () => {
        await change(next);
        const { ledger, config } = station.parts;
        const { stationId } = config.current();
        await ledger.audit({ entry: 'station.opened', actor, subject: stationId, data: { from } });
      });
      turn = mine.catch(() => {});
      return mine;
    },
    other: () => {
      if (which === 'real') return 'practice';
      return realExists ? 'real' : 'none';
    },
  };

  const change = async (next: 'practice' | 'real'): Promise<void> => {
    if (next === which) return;
    if (closing) throw new StationError('call.cancelled', 'the program is closing');
    if (next === 'real' && !realExists)
      throw new StationError('records.notStation', 'no real station has been set up yet');
    const before = which;
    // The records must still be open, because they record the end of a person's session.
    for (const connection of connections) connection.endSession();
    await station.close();
    try {
      station = await open(next);
      which = next;
    } catch (thrown) {
      station = await open(before);
      throw thrown;
    } finally {
      for (const connection of connections) connection.rewire(station);
      for (const [listener, stop] of workListeners) {
        stop();
        workListeners.set(listener, station.onWork(listener));
      }
    }
  };

  const open = (next: 'practice' | 'real'): Promise<StationHandle> =>
    next === 'practice'
      ? openPracticeLine(practiceDir, { setup, ...(vault && { vault }), ...(window && { window }) })
      : openStation({ dir: realDir, kind: 'host', setup, vault, window });

  station = await open(which);
  return {
    folder: which === 'practice' ? practiceDir : realDir,
    connect: (origin) => {
      const connection = rewirable(station, origin, () => connections.delete(connection));
      connections.add(connection);
      return connection;
    },
    onWork: (listener) => {
      const own = (units: number) => listener(units);
      workListeners.set(own, station.onWork(own));
      return () => {
        workListeners.get(own)?.();
        workListeners.delete(own);
      };
    },
    // A station that is about to be replaced has no unit at work. The next station is asked instead.
    suspend: () => turn.then(() => station.suspend()),
    resume: () => turn.then(() => station.resume()),
    close: () => {
      closing ??= turn.then(() => station.close());
      return closing;
    },
    describe: () => (which === 'practice' ? 'the practice line' : `the station in ${realDir}`),
  };
}

/** A connection that survives a change of station. Its subscriptions move to the new station; its sign-in does not. */
function rewirable(first: StationHandle, origin: Origin, onClose: () => void) {
  let inner: Connection = first.connect(origin);
  const subscriptions = new Set<{ event: EventName; listener: (data: unknown) => void; stop: () => void }>();
  return {
    call: (envelope: Parameters<Connection['call']>[0]) => inner.call(envelope),
    subscribe(event: EventName, listener: (data: unknown) => void) {
      const subscription = { event, listener, stop: inner.subscribe(event, listener) };
      subscriptions.add(subscription);
      return () => {
        subscription.stop();
        subscriptions.delete(subscription);
      };
    },
    endSession: () => inner.close(),
    rewire(next: StationHandle) {
      inner.close();
      inner = next.connect(origin);
      for (const subscription of subscriptions)
        subscription.stop = inner.subscribe(subscription.event, subscription.listener);
    },
    close() {
      inner.close();
      onClose();
    },
  };
}

const newStation = (plan: StationPlan, actor: string) => ({
  name: plan.name,
  organisation: plan.organisation,
  passphrase: plan.passphrase,
  practice: false,
  people: [
    { ...plan.engineer, role: 'engineer' as const },
    ...(plan.operator ? [{ ...plan.operator, role: 'operator' as const }] : []),
  ],
  slots: plan.slots,
  cloud: plan.cloud ?? null,
  device: plan.device,
  order: plan.order ?? defaultOrder,
  actor,
});
