/** Composition: a data folder on disk becomes a station with real parts; the practice line gets practice parts. */

import { X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import type { Vault } from '../app/ca/index.ts';
import type { Clock } from '../app/contract/clock.ts';
import { StationError } from '../app/contract/errors.ts';
import type { CloudTarget } from '../app/contract/model.ts';
import type { Ports } from '../app/device/channel.ts';
import { driverNamed, drivers } from '../app/device/drivers/index.ts';
import { createLedger } from '../app/records/index.ts';
import { createAwsCloud, createKeyService } from '../app/registration/index.ts';
import {
  configStore,
  createLog,
  createStation,
  type KeyPorts,
  type PracticeControl,
  paths,
  readConfig,
  type SetupControl,
  type StationHandle,
} from '../app/station/index.ts';
import { serialPorts } from '../native/serial.ts';
import { systemClock } from './clock.ts';
import { openDatabase } from './threads/database.ts';
import { lockFolder } from './threads/lock.ts';
import { openTokens } from './threads/tokens.ts';
import { version } from './version.ts';

export type OpenOptions = {
  dir: string;
  /** A host stays open and refuses a second one at once; a command waits its turn for a moment. */
  kind: 'host' | 'command';
  ports?: Ports;
  /** Where scanners are plugged in; the real ones unless a test has others. */
  scannerPorts?: Ports;
  practice?: PracticeControl;
  /** Homes of CA keys; the real ones unless a test has its own. */
  keys?: KeyPorts;
  clock?: Clock;
  /** Program of the thread that writes the records; the real one unless a bench has a disk of its own. */
  writer?: URL;
  setup?: SetupControl;
  vault?: Vault | undefined;
  /** Of the disk; its own unless a test has another. */
  freeBytes?: (dir: string) => Promise<number>;
  /** Set where the target is not the configured one: the practice AWS, or a command's own flags. */
  cloud?: { target: CloudTarget; credentials?: { accessKeyId: string; secretAccessKey: string } };
};

const commandWaitMs = 60_000;

/** Opens the records of a folder, creating them when they are missing. */
export async function openLedger(recordsFile: string) {
  const database = await openDatabase(recordsFile, { create: true });
  return { ledger: createLedger(database, systemClock), close: () => database.close() };
}

/** Opens the station in a folder. Rejects with `records.*`, `ca.missing` or `ca.damaged`. */
export async function openStation(options: OpenOptions): Promise<StationHandle> {
  const { dir, cloud, clock = systemClock } = options;
  const config = await readConfig(dir);
  const lock = await lockFolder(dir, options.kind, { waitMs: options.kind === 'command' ? commandWaitMs : 0 });
  try {
    const database = await openDatabase(paths(dir).records, { create: false, writer: options.writer });
    const log = createLog(paths(dir).log);
    const store = configStore(dir, config);
    const station = await createStation({
      dir,
      version,
      config: cloud ? { ...store, current: () => ({ ...store.current(), cloud: cloud.target }) } : store,
      ledger: createLedger(database, clock),
      clock,
      keys: options.keys ?? {
        tokens: openTokens(),
        keyService: createKeyService(keyServiceOf(cloud)),
      },
      ports: options.ports ?? serialPorts,
      scannerPorts: options.scannerPorts ?? serialPorts,
      driverNamed,
      driverNames: Object.keys(drivers),
      openCloud: (target) =>
        createAwsCloud({ ...target, ...(cloud?.credentials ? { credentials: cloud.credentials } : {}) }),
      ...(config.practice ? {} : { deviceRootDer: amazonRootDer() }),
      log,
      ...(options.practice ? { practice: options.practice } : {}),
      ...(options.setup ? { setup: options.setup } : {}),
      ...(options.vault ? { vault: options.vault } : {}),
      ...(options.freeBytes ? { freeBytes: options.freeBytes } : {}),
    }).catch(async (thrown) => {
      await database.close();
      throw thrown;
    });
    if (options.kind === 'host') station.parts.scanners.start(store.current().scanners);
    return {
      ...station,
      async close() {
        await station.close();
        await database.close();
        lock.release();
      },
    };
  } catch (thrown) {
    lock.release();
    throw thrown;
  }
}

const keyServiceOf = (cloud: OpenOptions['cloud']) => ({
  ...(cloud?.credentials ? { credentials: cloud.credentials } : {}),
  endpointUrl: cloud?.target.endpointUrl,
});

/** Amazon Root CA 1, which every AWS IoT data endpoint (iot:Data-ATS) chains to; Node ships it among its own roots. */
function amazonRootDer(): Uint8Array {
  for (const pem of rootCertificates) {
    const certificate = new X509Certificate(pem);
    if (certificate.subject.split('\n').includes('CN=Amazon Root CA 1')) return new Uint8Array(certificate.raw);
  }
  throw new StationError('internal', 'Amazon Root CA 1 is not among the roots of this Node');
}
