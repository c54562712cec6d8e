/** Joins the parts into one station and hands out connections to it. */
import { defaultProfile } from '../ca/index.ts';
import type { EventName } from '../contract/methods.ts';
import type { Person } from '../contract/model.ts';
import type { Connection, Origin } from '../contract/wire.ts';
import { createBench, type LineTools, recover } from '../line/index.ts';
import { createAuthority } from './authority.ts';
import { createBatchJobs } from './batchjobs.ts';
import { createCloudLink } from './cloudlink.ts';
import { autoLockMinutes, isTaught } from './config.ts';
import { createCrlJobs } from './crljobs.ts';
import { actorOf, createDispatch, type Handlers, type Session } from './dispatch.ts';
import { authorityHandlers, unlockKept } from './handlers/authority.ts';
import { batchHandlers } from './handlers/batches.ts';
import { benchHandlers } from './handlers/bench.ts';
import { certificateHandlers } from './handlers/certificates.ts';
import { flowHandlers } from './handlers/flows.ts';
import { profileHandlers } from './handlers/profiles.ts';
import { recipeHandlers } from './handlers/recipes.ts';
import { recordsHandlers } from './handlers/records.ts';
import { scanHandlers } from './handlers/scans.ts';
import { sessionHandlers } from './handlers/session.ts';
import { setupHandlers } from './handlers/setup.ts';
import { stationHandlers } from './handlers/station.ts';
import { createHub, type Hub, nextSeq } from './hub.ts';
import { createInterlocks } from './interlocks.ts';
import { createKeptSecrets } from './kept.ts';
import { createKeyHomes } from './keyhomes.ts';
import { createLabels } from './labels.ts';
import type { StationParts, StationPorts } from './parts.ts';
import { readProfiles } from './profiles.ts';
import { createRecipes } from './recipes.ts';
import { createScanners } from './scanners/index.ts';
import { statusOf } from './status.ts';

export type StationHandle = {
  /** `person` is who the connection acts as before anyone signs in: the CLI's operating-system user. */
  connect: (origin: Origin, person?: Person) => Connection;
  /** For hosts inside this process: the parts a command works with directly. */
  parts: StationParts;
  close: () => Promise<void>;
};

const lineRoles = ['operator', 'engineer'];

/** Recovers what a crash left open, then starts. Rejects with `records.*` or `ca.*`. */
export async function createStation(ports: StationPorts): Promise<StationHandle> {
  const { ledger, clock, config, log } = ports;
  const settings = config.current();
  const onUnexpected = (thrown: unknown) => log.error({ err: thrown }, 'unexpected');
  const { practice, organisation } = settings;
  const sessions = new Set<Session>();

  for (const recovered of await recover(ledger, 'recovery')) log.warn(recovered, 'an open attempt was closed');

  const profiles = await readProfiles(ports.dir);
  for (const { name, problems } of profiles.list())
    if (problems.length > 0) log.warn({ profile: name, problems }, 'a profile cannot be used');

  const homes = createKeyHomes(ports.dir, ports.keys);
  const kept = createKeptSecrets(ports.dir, ports.vault);
  /** What changes before the hub is there, nobody has subscribed to. */
  let hub: Hub | undefined;
  const changed = (...events: EventName[]) => {
    for (const event of events) hub?.changed(event);
  };
  const authority = await createAuthority({
    dir: ports.dir,
    ledger,
    homes,
    profile: () => profiles.named(config.current().profile ?? defaultProfile.name),
    organisation,
    clock,
    autoLockMinutes: () => autoLockMinutes(config.current()),
    onChange: () => changed('station.changed', 'bench.changed'),
    onAutoLock: (ids) => {
      for (const subject of ids) {
        const data = { minutes: autoLockMinutes(config.current()) };
        ledger.audit({ entry: 'ca.autoLocked', actor: 'station', subject, data }).catch(onUnexpected);
      }
    },
  });
  const cloudLink = createCloudLink(() => config.current().cloud, ports.openCloud);
  hub = createHub(
    {
      'station.changed': () => parts.status(),
      'bench.changed': async () => bench.snapshot(),
      'batches.changed': () => batchJobs.snapshot(),
      'scanners.changed': async () => scanners.snapshot(),
      ...(ports.practice ? { 'practice.changed': async () => ports.practice!.snapshot() } : {}),
    },
    onUnexpected,
  );

  const recipes = createRecipes({
    ledger,
    profiles,
    driverNames: ports.driverNames,
    driverNamed: ports.driverNamed,
    authority: () => authority,
    config,
    cloudRootDer: ports.deviceRootDer,
  });
  const scanners = createScanners({
    ports: ports.scannerPorts ?? ports.ports,
    clock,
    taught: () => isTaught(config.current()),
    onChange: () => changed('scanners.changed'),
    onLog: (scannerId, line) => log.info({ scannerId, line }, 'scanner'),
  });
  const labels = createLabels({ ledger, recipes, config });
  const interlocks = await createInterlocks({
    dir: ports.dir,
    ledger,
    authority,
    clock,
    log,
    onChange: () => changed('bench.changed'),
    freeBytes: ports.freeBytes,
  });
  const lineTools: LineTools = {
    ledger,
    clock,
    authority: () => authority.current(),
    recipeFor: (orderId, slot) => recipes.forOrder(orderId, slot),
    profileNamed: profiles.named,
    driverNamed: ports.driverNamed,
    assertSound: interlocks.assertSound,
    practice,
  };
  const bench = createBench({
    tools: lineTools,
    ports: ports.ports,
    slots: settings.slots,
    interlocks,
    readLabel: (text, chosen) => labels.unitOf(text, { chosen }),
    signedIn: () => [...sessions].some((session) => session.person && lineRoles.includes(session.person.role)),
    onChange: () => changed('bench.changed'),
    onLocked: (reason) => {
      ledger.audit({ entry: 'bench.locked', actor: 'station', subject: 'bench', data: { reason } }).catch(onUnexpected);
    },
    onPassed: () => changed('station.changed', 'batches.changed'),
    onLog: (slot, line) => log.info({ slot: slot.slotId, line }, 'device'),
    onUnexpected,
  });
  const batchJobs = createBatchJobs({
    dir: ports.dir,
    tools: lineTools,
    authorityOf: (issuerId) => authority.current(undefined, issuerId),
    cloudLink,
    log,
    onChange: (...events) => changed(...events),
  });

  const crlJobs = createCrlJobs({
    dir: ports.dir,
    tools: lineTools,
    authority,
    schedule: () => config.current().crl,
    cloudLink,
    log,
    onChange: (...events) => changed(...events),
  });

  const parts: StationParts = {
    ...ports,
    authority,
    homes,
    kept,
    profiles,
    recipes,
    labels,
    scanners,
    interlocks,
    bench,
    lineTools,
    cloudLink,
    batchJobs,
    crlJobs,
    hub,
    startedAt: clock.now().toISOString(),
    changed,
    status: () => statusOf(parts),
  };
  ports.practice?.onChange(() => changed('practice.changed'));

  const handlers: Handlers = {
    ...sessionHandlers(parts),
    ...stationHandlers(parts),
    ...setupHandlers(parts),
    ...authorityHandlers(parts),
    ...profileHandlers(parts),
    ...recipeHandlers(parts),
    ...benchHandlers(parts),
    ...scanHandlers(parts),
    ...recordsHandlers(parts),
    ...flowHandlers(parts),
    ...batchHandlers(parts),
    ...certificateHandlers(parts),
  };
  const dispatch = createDispatch({ handlers, audit: (entry) => ledger.audit(entry), log });

  // Not waited for: a key store that is locked may take a minute, and the line shows that the CA is.
  const unlocking = unlockKept(parts).catch(onUnexpected);
  await bench.refresh();
  batchJobs.resume().catch(onUnexpected);

  const connect = (origin: Origin, person: Person | null = null): Connection => {
    const listeners = new Set<(data: unknown) => void>();
    const stops = new Set<() => void>();
    const session: Session = {
      origin,
      person,
      onChange: () => {
        for (const listener of listeners) listener({ seq: nextSeq(), person: session.person });
        changed('bench.changed');
      },
    };
    sessions.add(session);
    return {
      call: (envelope) => dispatch(session, envelope),
      subscribe(event, listener) {
        if (event === 'session.changed') {
          listeners.add(listener);
          queueMicrotask(() => listeners.has(listener) && listener({ seq: nextSeq(), person: session.person }));
          return () => void listeners.delete(listener);
        }
        if (event === 'practice.changed' && !ports.practice) return () => {};
        const stop = parts.hub.subscribe(event, listener);
        stops.add(stop);
        return () => {
          stop();
          stops.delete(stop);
        };
      },
      close() {
        if (!sessions.delete(session)) return;
        for (const stop of stops) stop();
        listeners.clear();
        if (session.person) {
          ledger
            .audit({ entry: 'session.closed', actor: actorOf(session.person, origin), subject: origin, data: {} })
            .catch(() => {});
          session.person = null;
          changed('bench.changed');
        }
      },
    };
  };

  let closing: Promise<void> | undefined;
  return {
    connect,
    parts,
    close: () => {
      closing ??= (async () => {
        await unlocking;
        interlocks.close();
        await scanners.close();
        await bench.close();
        await batchJobs.close();
        await crlJobs.close();
        cloudLink.close();
        hub?.close();
        authority.lock();
        await homes.close();
      })();
      return closing;
    },
  };
}
