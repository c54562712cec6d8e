import { StationError } from '../contract/errors.ts';

/** The error for firmware that the chosen driver does not speak with: `link.wrongFirmware`. Both are names for people. */
export const wrongFirmware = (setTo: string, found: string): StationError =>
  new StationError('link.wrongFirmware', `the slot is set to ${setTo}, this is ${found}`, {
    data: { sign: 'firmware', setTo, found },
  });
