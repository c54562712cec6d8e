/** The station's own settings: `station.json` in its data folder. It contains no secrets. */
import { z } from 'zod';
import {
  alertRules,
  backupConfig,
  caConfig,
  checkpointConfig,
  cloudTargets,
  crlConfig,
  deviceConfig,
  intakeConfig,
  isoTime,
  keyboardScanner,
  modulePath,
  noAlerts,
  pinConfig,
  plainRules,
  plantConfig,
  rootCrlConfig,
  scannersConfig,
  scanRules,
  sessionConfig,
  shiftCalendar,
  slotConfig,
  transcriptRule,
  usualPinDigits,
  usualShifts,
} from '../../contract/model.ts';

const settings = z.strictObject({
  version: z.literal(1),
  stationId: z.uuid(),
  name: z.string().min(1).max(60),
  organisation: z.string().min(1).max(60),
  practice: z.boolean(),
  createdAt: isoTime,
  slots: z.array(slotConfig).max(32),
  /** The first is the default. */
  targets: cloudTargets,
  device: deviceConfig,
  /** The profile of the certificates. Without it, the product's default is used. */
  profile: z.string().max(40).optional(),
  /** The default is two hours, and never on the practice line. */
  ca: caConfig.optional(),
  /** The rules for a new PIN. The default is six digits. */
  pins: pinConfig.default({ leastDigits: usualPinDigits, reason: '' }),
  /** The default is three shifts of eight hours. */
  shifts: shiftCalendar.default(usualShifts),
  /** Conversations are kept without end by default. */
  transcripts: transcriptRule.default({ days: null, most: null }),
  /** When orders raise an alert. The default is never. */
  alerts: alertRules.default(noAlerts),
  /** PKCS#11 modules that may be loaded. Without it, the modules of the CAs on record. */
  tokenModules: z.array(modulePath).max(20).optional(),
  /** The default is a quarter of an hour, and never on the practice line. */
  session: sessionConfig.optional(),
  /**
   * A CRL every day, valid for a month, for brokers that read it while the station is off: without a current one they
   * admit no device.
   */
  crl: crlConfig.default({ everyHours: 24, validDays: 30 }),
  /** A year, because a person opens the root's key for each one. */
  rootCrl: rootCrlConfig.default({ validDays: 365 }),
  /** The rules that tell badges, orders' labels and units' labels apart. */
  scan: scanRules.default(plainRules),
  /** Barcode scanners on serial ports. */
  scanners: scannersConfig.default([]),
  /** How the keyboard scanner of this station types. */
  keyboardScanner: keyboardScanner.nullable().default(null),
  /** How orders come in without a person. */
  intake: intakeConfig.prefault({}),
  /** Where backups go. Without it none are made by themselves. */
  backup: backupConfig.optional(),
  /** Where checkpoints of the log are published. Without it they go nowhere. */
  checkpoints: checkpointConfig.optional(),
  /** The plant that the station has joined. How to connect is in `plant.url`, a secret. */
  plant: plantConfig.optional(),
});

/** The settings of releases before targets had names: one target, or none, as `cloud`. */
const withTargets = (read: unknown): unknown => {
  if (typeof read !== 'object' || read === null || !('cloud' in read) || 'targets' in read) return read;
  const { cloud, ...others } = read;
  return { ...others, targets: cloud === null ? [] : [cloud] };
};

export const stationConfig = z.preprocess(withTargets, settings);
export type StationConfig = z.infer<typeof stationConfig>;

/** The place where the settings are kept between starts. */
export type ConfigStore = {
  current: () => StationConfig;
  save: (next: StationConfig) => Promise<void>;
  /** The name of the target that is given (the practice AWS, or the flags of a command). It is the default, and cannot be set. */
  givenTarget?: string;
};

/** Minutes without an act after which a person is signed out; 0 means never. */
export const idleMinutes = ({ session, practice }: StationConfig): number =>
  session?.idleMinutes ?? (practice ? 0 : 15);

/** Whether a keyboard scanner was taught here. */
export const isTaught = (config: StationConfig): boolean =>
  config.keyboardScanner !== undefined && config.keyboardScanner !== null;

/** Minutes without a signature after which the CA is locked; 0 means never. */
export const autoLockMinutes = ({ ca, practice }: StationConfig): number => ca?.autoLockMinutes ?? (practice ? 0 : 120);
