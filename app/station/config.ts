/** The station's own settings: `station.json` in its data folder. No secrets in it. */
import { z } from 'zod';
import {
  caConfig,
  cloudTarget,
  crlConfig,
  deviceConfig,
  isoTime,
  modulePath,
  pinConfig,
  slotConfig,
  usualPinDigits,
} from '../contract/model.ts';

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
  /** A day, and a month for whoever reads the CRL while the station is off: a broker without a current one lets nobody in. */
  /** Two hours, and never on the practice line, unless set. */
  ca: caConfig.optional(),
  /** What a new PIN must be; six digits unless set. */
  pins: pinConfig.default({ leastDigits: usualPinDigits, reason: '' }),
  /** PKCS#11 modules that may be loaded; without it, those that the CAs on record were made with. */
  tokenModules: z.array(modulePath).max(20).optional(),
  crl: crlConfig.default({ everyHours: 24, validDays: 30 }),
});
export type StationConfig = z.infer<typeof stationConfig>;

/** Where the settings are kept between starts. */
export type ConfigStore = {
  current: () => StationConfig;
  save: (next: StationConfig) => Promise<void>;
};

/** Minutes without a signature after which the CA is locked; 0 never. */
export const autoLockMinutes = ({ ca, practice }: StationConfig): number => ca?.autoLockMinutes ?? (practice ? 0 : 120);
