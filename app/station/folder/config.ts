/** The station's own settings: `station.json` in its data folder. No secrets in it. */
import { z } from 'zod';
import {
  caConfig,
  cloudTarget,
  crlConfig,
  deviceConfig,
  isoTime,
  keyboardScanner,
  modulePath,
  pinConfig,
  plainRules,
  rootCrlConfig,
  scannersConfig,
  scanRules,
  sessionConfig,
  slotConfig,
  usualPinDigits,
} from '../../contract/model.ts';

export const stationConfig = z.strictObject({
  version: z.literal(1),
  stationId: z.uuid(),
  name: z.string().min(1).max(60),
  organisation: z.string().min(1).max(60),
  practice: z.boolean(),
  createdAt: isoTime,
  slots: z.array(slotConfig).max(32),
  cloud: cloudTarget.nullable(),
  device: deviceConfig,
  /** The profile of the certificates; without it, the product's default. */
  profile: z.string().max(40).optional(),
  /** Two hours, and never on the practice line, unless set. */
  ca: caConfig.optional(),
  /** What a new PIN must be; six digits unless set. */
  pins: pinConfig.default({ leastDigits: usualPinDigits, reason: '' }),
  /** PKCS#11 modules that may be loaded; without it, those that the CAs on record were made with. */
  tokenModules: z.array(modulePath).max(20).optional(),
  /** A quarter of an hour, and never on the practice line, unless set. */
  session: sessionConfig.optional(),
  /** A day, and a month for whoever reads the CRL while the station is off: a broker without a current one lets nobody in. */
  crl: crlConfig.default({ everyHours: 24, validDays: 30 }),
  /** A year: somebody opens the root's key for it each time. */
  rootCrl: rootCrlConfig.default({ validDays: 365 }),
  /** How badges, orders' labels and units' labels are told apart. */
  scan: scanRules.default(plainRules),
  /** Barcode scanners on serial ports. */
  scanners: scannersConfig.default([]),
  /** How the keyboard scanner of this station types. */
  keyboardScanner: keyboardScanner.nullable().default(null),
});
export type StationConfig = z.infer<typeof stationConfig>;

/** Where the settings are kept between starts. */
export type ConfigStore = {
  current: () => StationConfig;
  save: (next: StationConfig) => Promise<void>;
};

/** Minutes without an act after which a person is signed out; 0 never. */
export const idleMinutes = ({ session, practice }: StationConfig): number =>
  session?.idleMinutes ?? (practice ? 0 : 15);

/** Whether a keyboard scanner was taught here. */
export const isTaught = (config: StationConfig): boolean =>
  config.keyboardScanner !== undefined && config.keyboardScanner !== null;

/** Minutes without a signature after which the CA is locked; 0 never. */
export const autoLockMinutes = ({ ca, practice }: StationConfig): number => ca?.autoLockMinutes ?? (practice ? 0 : 120);
