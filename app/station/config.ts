/** The station's own settings: `station.json` in its data folder. No secrets in it. */
import { z } from 'zod';
import { cloudTarget, deviceConfig, isoTime, slotConfig } from '../contract/model.ts';

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
});
export type StationConfig = z.infer<typeof stationConfig>;

/** Where the settings are kept between starts. */
export type ConfigStore = {
  current: () => StationConfig;
  save: (next: StationConfig) => Promise<void>;
};
