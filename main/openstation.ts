/** Composition: turns a data folder on disk into a station with real parts. The practice line gets practice parts. */

import { X509Certificate } from 'node:crypto';
import { dirname } from 'node:path';
import { rootCertificates } from 'node:tls';
import type { Vault } from '../app/ca/index.ts';
import type { Clock } from '../app/contract/clock.ts';
import { StationError } from '../app/contract/errors.ts';
import { type CloudTarget, type DoctorCheck, firstTargetName, type GivenTarget } from '../app/contract/model.ts';
import type { Ports } from '../app/device/channel.ts';
import { driverNamed, driverNames } from '../app/device/drivers/index.ts';
import type { Place } from '../app/files/index.ts';
import type { OpenPlant } from '../app/plant/index.ts';
import { createLedger } from '../app/records/index.ts';
import { createAwsCloud, createKeyService } from '../app/registration/index.ts';
import {
  type ConfigStore,
  closeFolders,
  configStore,
  createLog,
  createStation,
  type InitTools,
  type KeyPorts,
  type PracticeControl,
  paths,
  readConfig,
  type SetupControl,
  type StationHandle,
  sweepFolders,
  type WindowControl,
} from '../app/station/index.ts';
import { pcChecks } from '../native/pc/checks.ts';
import { assertNotNetwork, lookUpPlace, syncedWords } from '../native/pc/datafolder.ts';
import { serialPorts } from '../native/serial.ts';
import { openBackups } from './backup/open.ts';
import { makeBeside } from './beside.ts';
import { endableClock, redetectZone, systemClock, systemUptimeMs } from './clock.ts';
import { createIntake } from './intake/intake.ts';
import { readOrderFile } from './orders/read.ts';
import { createBatchLoad } from './threads/batchload.ts';
import { openDatabase, openDatabaseHere } from './threads/database.ts';
import { openExports } from './threads/exports.ts';
import { collectSooner } from './threads/heap.ts';
import { lockFolder } from './threads/lock.ts';
import { quickCheck } from './threads/quickcheck.ts';
import { openTokens } from './threads/tokens.ts';
import { openVerification } from './threads/verification.ts';
import { version } from './version.ts';
import { askWitness } from './witness/ask.ts';

export type OpenOptions = {
  dir: string;
  /** A host stays open, and refuses a second host at once. A command waits a moment for its turn. */
  kind: 'host' | 'command';
  /** How long a command waits for its turn, in ms. The default is a minute. */
  waitMs?: number;
  /** How long a command waits for a host, which stays. The default is ten seconds, for one that is closing. */
  hostWaitMs?: number | undefined;
  ports?: Ports;
  /** The ports of scanners. The default is the real ones; a test may give others. */
  scannerPorts?: Ports;
  practice?: PracticeControl;
  /** The homes of CA keys. The default is the real ones; a test may give its own. */
  keys?: KeyPorts;
  clock?: Clock;
  /**
   * Whether the records run on threads of their own. The default is true for a host, so that its screens do not wait for
   * the disk. A command ends sooner without.
   */
  threads?: boolean;
  /** The program of the thread that writes the records. A bench may give one with a special disk. */
  writer?: URL;
  setup?: SetupControl;
  vault?: Vault | undefined;
  window?: WindowControl | undefined;
  /** How a plant is reached. A test may give another function. */
  openPlant?: OpenPlant;
  /** Free bytes of the disk. A test may give another function. */
  freeBytes?: (dir: string) => Promise<number>;
  /** How long a drive of backups may be silent before it is given up. A test may give less. */
  silentMs?: number;
  /** Milliseconds since the PC was started, including time asleep. A test may give another function. */
  uptimeMs?: () => number;
  /** The doctor's checks of this PC. A test may give others. */
  pcChecks?: () => Promise<DoctorCheck[]>;
  /** The kind of place the folder lies in. A test may give another function. */
  placeOf?: (dir: string) => Promise<Place>;
  /** Set when the target is not the configured one: the practice AWS, or a command's own flags. */
  cloud?: { target: GivenTarget; credentials?: { accessKeyId: string; secretAccessKey: string } };
};

const commandWaitMs = 60_000;

/**
 * Opens the records of a folder, and creates them when they are missing.
 * @throws `records.networkFolder`
 */
export async function openLedger(recordsFile: string) {
  await assertFolder(dirname(recordsFile));
  const database = openDatabaseHere(recordsFile, { create: true });
  return { ledger: createLedger(database, systemClock), close: () => database.close() };
}

/** What `initStation` needs of this PC. */
export const initTools: InitTools = { clock: systemClock, openLedger, makeBeside };

/**
 * Checks a folder before anything is made in it. A synchronised folder is reported on the terminal.
 * @throws `records.networkFolder`
 */
export async function assertFolder(dir: string, { quiet = true, placeOf = lookUpPlace } = {}): Promise<Place> {
  const place = await placeOf(dir);
  assertNotNetwork(dir, place);
  if (place.kind === 'synchronised' && !quiet) process.stderr.write(`${syncedWords(dir, place.by)}\n`);
  return place;
}

/**
 * Opens the station in a folder.
 * @throws `records.*`, `ca.missing`, `ca.damaged`
 */
export async function openStation(options: OpenOptions): Promise<StationHandle> {
  const { dir, cloud, threads = options.kind === 'host' } = options;
  const { clock, end: endTimers } = endableClock(options.clock ?? systemClock);
  const connectionOf = (target: CloudTarget) => ({
    ...target,
    ...(cloud?.credentials && isGiven(target, cloud) ? { credentials: cloud.credentials } : {}),
  });
  if (threads) collectSooner();
  const config = await readConfig(dir);
  const place = await assertFolder(dir, { quiet: options.kind === 'command', placeOf: options.placeOf });
  await closeFolders(dir);
  const lock = await lockFolder(dir, options.kind, {
    waitMs: options.waitMs ?? (options.kind === 'command' ? commandWaitMs : 0),
    hostWaitMs: options.hostWaitMs,
  });
  try {
    const batchLoad = createBatchLoad();
    const database = threads
      ? await openDatabase(paths(dir).records, { writer: options.writer, onPatientWrite: batchLoad.note })
      : openDatabaseHere(paths(dir).records);
    const log = createLog(paths(dir).log);
    const swept = await sweepFolders(dir);
    if (swept.length > 0) log.info({ swept }, 'what was left half-written is removed');
    const verification = threads ? openVerification(paths(dir).records, batchLoad) : undefined;
    const exports = threads ? openExports(paths(dir).records) : undefined;
    const store = configStore(dir, config);
    const intake = options.kind === 'host' ? createIntake({ dir, log }) : undefined;
    const station = await createStation({
      dir,
      version,
      config: cloud ? withTarget(store, cloud.target) : store,
      ledger: createLedger(database, clock),
      clock,
      goesOn: options.kind === 'host',
      keys: options.keys ?? {
        tokens: openTokens(),
        keyService: createKeyService(keyServiceOf(cloud)),
      },
      ports: options.ports ?? serialPorts,
      place,
      pcChecks: options.pcChecks ?? pcChecks,
      redetectZone,
      ...(verification ? { verification, foundAtStart: foundAtStart(paths(dir).records) } : {}),
      backups: openBackups(dir, { connectionOf, silentMs: options.silentMs }),
      askWitness,
      ...(exports ? { exportMaker: exports } : {}),
      uptimeMs: options.uptimeMs ?? systemUptimeMs,
      scannerPorts: options.scannerPorts ?? serialPorts,
      driverNamed,
      driverNames,
      openCloud: (target) => createAwsCloud(connectionOf(target)),
      ...(config.practice ? {} : { deviceRootDer: amazonRootDer() }),
      log,
      readOrderFile,
      ...(config.practice ? {} : { openPlant: options.openPlant ?? openPlant }),
      ...(intake ? { intake } : {}),
      ...(options.practice ? { practice: options.practice } : {}),
      ...(options.setup ? { setup: options.setup } : {}),
      ...(options.vault ? { vault: options.vault } : {}),
      ...(options.window ? { window: options.window } : {}),
      ...(options.freeBytes ? { freeBytes: options.freeBytes } : {}),
    }).catch(async (thrown) => {
      // A part that was begun would keep the process by its timers, and ask a closed database.
      endTimers();
      await database.close();
      throw thrown;
    });
    if (options.kind === 'host') {
      station.parts.scanners.start(store.current().scanners);
      station.parts.connectionWatch.start();
      station.parts.backupJobs.start();
      station.parts.checkpointJobs.start();
      station.parts.retention.start();
      station.parts.alertWatch.start();
      station.parts.plant.start();
    }
    await intake?.start(station.parts);
    return {
      ...station,
      async close() {
        await Promise.all([intake?.close(), station.parts.orderImports.close()]);
        verification?.close();
        await station.close();
        exports?.close();
        await database.close();
        lock.release();
      },
    };
  } catch (thrown) {
    lock.release();
    throw thrown;
  }
}

/** Loaded late: most stations join no plant. */
const openPlant: OpenPlant = async (url) => (await import('./plant/postgres.ts')).openPlant(url);

/** What the quick look at the records finds; the line begins only when it finds nothing. */
function foundAtStart(recordsFile: string): string | undefined {
  try {
    return quickCheck(recordsFile);
  } catch (thrown) {
    if (thrown instanceof StationError) return thrown.detail;
    throw thrown;
  }
}

/** The settings with a target that is given and comes first. It is not written into them, and no setting replaces it. */
function withTarget(store: ConfigStore, given: GivenTarget): ConfigStore {
  const first = { ...given, name: given.name ?? firstTargetName };
  const others = (all: readonly CloudTarget[]) => all.filter(({ name }) => name !== first.name);
  const kept = () => store.current().targets.find(({ name }) => name === first.name);
  type Settings = ReturnType<ConfigStore['current']>;
  let shown: { of: Settings; with: Settings } | undefined;
  return {
    current() {
      const now = store.current();
      if (shown?.of !== now) shown = { of: now, with: { ...now, targets: [first, ...others(now.targets)] } };
      return shown.with;
    },
    save(next) {
      const same = kept();
      return store.save({ ...next, targets: [...(same ? [same] : []), ...others(next.targets)] });
    },
    givenTarget: first.name,
  };
}

/** The credentials that came with a target are for it alone. */
const isGiven = ({ name }: CloudTarget, { target }: NonNullable<OpenOptions['cloud']>) =>
  name === (target.name ?? firstTargetName);

const keyServiceOf = (cloud: OpenOptions['cloud']) => ({
  ...(cloud?.credentials ? { credentials: cloud.credentials } : {}),
  endpointUrl: cloud?.target.endpointUrl,
});

/** Amazon Root CA 1. Every AWS IoT data endpoint (iot:Data-ATS) chains to it, and Node ships it among its own roots. */
function amazonRootDer(): Uint8Array {
  for (const pem of rootCertificates) {
    const certificate = new X509Certificate(pem);
    if (certificate.subject.split('\n').includes('CN=Amazon Root CA 1')) return new Uint8Array(certificate.raw);
  }
  throw new StationError('internal', 'Amazon Root CA 1 is not among the roots of this Node');
}
