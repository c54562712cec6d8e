import { StationError } from '../contract/errors.ts';

/** The refusal of a device that cannot be asked to connect. */
export const noNetwork = (detail: string): StationError => new StationError('device.noNetwork', detail);

/** `provision` of a protocol without such a command. */
export const cannotProvision = async (): Promise<never> => {
  throw noNetwork('the firmware has no command by which the device uses a claim');
};

/** `callHome` of a protocol without such a command. */
export const cannotCallHome = async (): Promise<never> => {
  throw noNetwork('the firmware has no command by which the device connects');
};
