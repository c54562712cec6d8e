/** Joins the parts into one station and makes connections to it. */
import { defaultProfile } from '../ca/index.ts';
import { StationError } from '../contract/errors.ts';
import { line } from '../contract/method.ts';
import type { EventName } from '../contract/methods.ts';
import type { Person } from '../contract/model.ts';
import type { Connection, Origin } from '../contract/wire.ts';
import { createBench, type LineTools, recover } from '../line/index.ts';
import { createKeptSecrets } from './authorities/keptpassphrases.ts';
import { createKeyHomes } from './authorities/keyhomes.ts';
import { createModuleList } from './authorities/modulelist.ts';
import { createAuthority, type StationAuthority } from './authorities/signing.ts';
import { createBackupJobs } from './backups/jobs.ts';
import { createBatchJobs } from './batches/jobs.ts';
import { createLineRegistration } from './batches/lineregistration.ts';
import { createInterlocks } from './bench/interlocks.ts';
import { createLabels } from './bench/labels.ts';
import { createLineRuns } from './bench/lineruns.ts';
import { createWatched } from './bench/workcount.ts';
import { createCheckpointJobs } from './checkpoints/jobs.ts';
import { createClaimKeys } from './claims/keys.ts';
import { closeParts } from './closing.ts';
import * as cloud from './cloud/index.ts';
import type { StationParts, StationPorts } from './composition.ts';
import { createConnect } from './connections.ts';
import { createCrlJobs } from './crls/jobs.ts';
import { actorOf, createDispatch } from './dispatch.ts';
import { sourcesOf } from './events.ts';
import { createExportJobs } from './exports/jobs.ts';
import { createConnectionWatch } from './firstconnections/watch.ts';
import { autoLockMinutes, idleMinutes, isTaught } from './folder/config.ts';
import { handlersOf } from './handlers/index.ts';
import { sessionState } from './handlers/session.ts';
import { createAlertWatch } from './orders/alertwatch.ts';
import { createOrderImports } from './orders/imports.ts';
import { handedTo } from './people/handover.ts';
import { agreementOf } from './people/secondperson.ts';
import { createSessions, type Session } from './people/sessions.ts';
import { createRoll } from './people/working.ts';
import { createPlantLink } from './plant/link.ts';
import { readProfiles } from './recipes/profiles.ts';
import { createRecipes } from './recipes/recipes.ts';
import { createRetention } from './records/retention.ts';
import { createScanners } from './scanners/index.ts';
import { createPower } from './sleep/power.ts';
import { lookAnew } from './sleep/wake.ts';
import { createSnapshotHub, type SnapshotHub } from './snapshots.ts';
import { beginParts } from './starting.ts';
import { statusOf } from './status.ts';
import { followWindow } from './window.ts';

export type StationHandle = {
  /** `person` acts on the connection before any sign-in. The command line gives the operating-system user. */
  connect: (origin: Origin, person?: Person) => Connection;
  /** The parts, for hosts in this process whose commands use them directly. */
  parts: StationParts;
  /** Tells the number of units at work, now and at each change. Returns the function that stops this. */
  onWork: (listener: (units: number) => void) => () => void;
  /** Call it when the PC goes to sleep. Running work ends as `station.suspended` and is on record when this resolves. */
  suspend: () => Promise<void>;
  /** Call it when the PC is awake: clock, ports, tokens, CAs and AWS are checked again. */
  resume: () => Promise<void>;
  close: () => Promise<void>;
};

const readsNone = () => Promise.reject(new StationError('order.badFile', 'this program reads no files of orders'));
const closed = { entry: 'session.closed', data: {} } as const;

/**
 * Closes what a crash left open, then starts.
 *
 * @throws `records.*`, `ca.*`
 */
export async function createStation(ports: StationPorts): Promise<StationHandle> {
  const { clock, config, log } = ports;
  const settings = config.current();
  const onUnexpected = (thrown: unknown) => log.error({ err: thrown }, 'unexpected');
  const { practice, organisation } = settings;
  const roll = await createRoll(ports.ledger, {
    onLeave: (personId, why) => sessions.endPerson(personId, why),
    onChange: (person) => sessions.follow(person),
  });
  const { ledger } = roll;
  const told = new Map<Session, Set<(data: unknown) => void>>();
  const sessions = createSessions({
    clock,
    idleMinutes: () => idleMinutes(config.current()),
    find: roll.find,
    onChange(session, gone) {
      for (const listener of told.get(session) ?? []) listener(sessionState(session, sessions));
      if (gone) bench.leave(actorOf(gone, session.origin));
      if (gone && (session.person !== null || sessions.signedIn().length === 0)) checkpointJobs.soon('shift');
      changed('bench.changed');
    },
    onEnded(session, gone, why, to) {
      const { origin } = session;
      const next = to && { to: actorOf(to, origin) };
      const fact = why === 'closed' ? closed : ({ entry: 'session.ended', data: { why, ...next } } as const);
      ledger.audit({ ...fact, actor: actorOf(gone, origin), subject: origin }).catch(onUnexpected);
    },
  });

  for (const recovered of await recover(ledger, 'recovery')) log.warn(recovered, 'an open attempt was closed');

  const profiles = await readProfiles(ports.dir, await ledger.plantProfiles());
  for (const { name, problems } of profiles.list())
    if (problems.length > 0) log.warn({ profile: name, problems }, 'a profile cannot be used');

  let known: StationAuthority | undefined;
  const modules = createModuleList({ config, authority: () => known });
  const homes = createKeyHomes(ports.dir, modules, ports.keys);
  const kept = createKeptSecrets(ports.dir, ports.vault);
  /** Undefined until the hub is made. No one has subscribed before that. */
  let hub: SnapshotHub | undefined;
  const changed = (...events: EventName[]) => {
    for (const event of events) hub?.changed(event);
  };
  const claimKeys = createClaimKeys(ledger);
  const authority = await createAuthority({
    dir: ports.dir,
    ...{ ledger, homes, claimKeys },
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
  known = authority;
  const cloudLink = cloud.createCloudLink(() => config.current().targets, ports.openCloud);
  const hookRows = cloud.createHookRows({ ledger, cloudLink });
  const endpoints = cloud.createEndpointWatch({ cloudLink, config, log, onChange: () => changed('station.changed') });
  hub = createSnapshotHub(
    sourcesOf(() => parts, ports.practice),
    onUnexpected,
  );

  const recipes = createRecipes({
    ledger,
    profiles,
    driverNames: ports.driverNames,
    driverNamed: ports.driverNamed,
    authority: () => authority,
    config,
    targets: () => config.current().targets,
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
    ...{ dir: ports.dir, ledger, authority, clock, log },
    onChange: () => changed('bench.changed'),
    freeBytes: ports.freeBytes,
    redetectZone: ports.redetectZone,
    ...{ verification: ports.verification, foundAtStart: ports.foundAtStart },
    checkpoints: () => checkpointJobs.kept(),
  });
  const plant = createPlantLink({ ...ports, ledger, profiles, onUnexpected, parts: () => parts });
  const lineTools: LineTools = {
    ledger,
    clock,
    authority: () => authority.current(),
    recipeFor: (orderId, slot) => recipes.forOrder(orderId, slot),
    profileNamed: profiles.named,
    driverNamed: ports.driverNamed,
    assertSound: interlocks.assertSound,
    ...cloud.createIssuingInAws({ ...ports, ledger, cloudLink, claimKeys, hookRows }),
    lookForSleep: () => power.look(),
    homeOf: (target, endpoint) => cloud.homeOf(cloudLink, target, endpoint),
    handedTo: (actor) => handedTo(sessions, actor),
    ...{ practice, askPlant: plant.ask },
  };
  const alertWatch = createAlertWatch({ ledger, config, clock, log, onChange: () => changed('station.changed') });
  const work = createWatched(() => bench.atWork());
  const bench = createBench({
    tools: lineTools,
    ports: ports.ports,
    slots: settings.slots,
    shifts: () => config.current().shifts,
    interlocks,
    readLabel: (text, chosen) => labels.unitOf(text, { chosen }),
    signedIn: () => sessions.anyOf(line),
    onChange: () => {
      changed('bench.changed');
      work.changed();
      alertWatch.wake();
    },
    onLocked: (reason) => {
      ledger.audit({ entry: 'bench.locked', actor: 'station', subject: 'bench', data: { reason } }).catch(onUnexpected);
    },
    onPassed: () => onPassed(),
    onLog: (slot, line) => log.info({ slot: slot.slotId, line }, 'device'),
    onUnexpected,
  });
  const onJob = { dir: ports.dir, tools: lineTools, cloudLink, claimKeys, log, onChange: changed };
  const authorityOf = (issuerId?: string) => authority.current(undefined, issuerId);
  const batchJobs = createBatchJobs({ ...onJob, authorityOf });
  const backupJobs = createBackupJobs({ ...onJob, maker: ports.backups, ledger, config, clock });
  const checkpointJobs = createCheckpointJobs({
    ...{ ...onJob, ledger, config, clock, askWitness: ports.askWitness },
    onProved: () => void interlocks.verify().catch(onUnexpected),
  });
  const retention = createRetention({ ledger, config, clock, log, isClockSound: interlocks.isClockSound });
  const driftJobs = cloud.createDriftJobs({ ledger, cloudLink, clock, onChange: () => changed('drift.changed') });
  const exportJobs = createExportJobs({
    ...{ ...onJob, maker: ports.exportMaker, clock },
    onMade: () => checkpointJobs.soon('export'),
  });
  const connectionWatch = createConnectionWatch({ ...onJob, ledger, clock, recipes });
  const lineRegistration = createLineRegistration({ ledger, clock, log, batchJobs, changed });
  const allowLists = cloud.createAllowLists({ ledger, clock, cloudLink, hookRows, recipes, log, changed });
  const onPassed = () => {
    changed('station.changed', 'batches.changed');
    for (const part of [lineRegistration, connectionWatch, allowLists]) part.wake();
  };
  const crlJobs = createCrlJobs({
    ...onJob,
    onSettle: allowLists.wake,
    authority,
    schedule: () => config.current().crl,
    rootValidDays: () => config.current().rootCrl.validDays,
  });
  const certificateJobs = cloud.createCertificateJobs({ ...onJob, ledger, clock, settleCrl: () => crlJobs.settle() });

  const power = createPower({
    bench,
    ledger,
    clock,
    uptimeMs: ports.uptimeMs,
    log,
    lookAnew: (missedMs) => lookAnew(parts, missedMs),
  });

  const lineRuns = createLineRuns({
    ...ports,
    ...{ bench, interlocks, labels, ledger, power, recipes, tools: lineTools },
    onChange: () => changed('line.changed'),
    onResult: async ({ outcome }, golden) => {
      await bench.refresh().catch(onUnexpected);
      if (outcome === 'PASS' && !golden) onPassed();
    },
  });

  const parts: StationParts = {
    ...ports,
    readOrderFile: ports.readOrderFile ?? readsNone,
    ...{ power, ledger, sessions, authority, homes, modules, kept, profiles, recipes, labels, scanners },
    ...{ interlocks, bench, lineRuns, lineTools, orderImports: createOrderImports() },
    ...{ cloudLink, claimKeys, hookRows, endpoints, certificateJobs },
    ...{ backupJobs, checkpointJobs, batchJobs, retention, alertWatch, plant },
    ...{ lineRegistration, allowLists, driftJobs, exportJobs, connectionWatch, crlJobs, hub },
    startedAt: clock.now().toISOString(),
    changed,
    status: () => statusOf(parts),
  };
  ports.practice?.onChange(() => changed('practice.changed'));
  const stopFollowing = followWindow(ports.window, log, () => changed('station.changed'));

  const dispatch = createDispatch({
    handlers: handlersOf(parts),
    agree: (asked, caller) => agreementOf(ledger, asked, caller),
    audit: (entry) => ledger.audit(entry),
    log,
    present: sessions.present,
    onAct: sessions.touch,
  });

  const unlocking = beginParts(parts, onUnexpected);
  await bench.refresh();

  const connect = createConnect({
    ...{ sessions, told, dispatch, hub },
    onClose: lineRuns.abort,
    practice: ports.practice !== undefined,
  });

  let closing: Promise<void> | undefined;
  return {
    connect,
    parts,
    onWork: work.on,
    suspend: power.suspend,
    resume: power.resume,
    close: () => {
      closing ??= closeParts(parts, unlocking, stopFollowing);
      return closing;
    },
  };
}
