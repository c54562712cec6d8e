import { StationError } from '../../contract/errors.ts';

/** For protocols that have no way to write a private key. */
export const takesNoClaim = (driver: string) => async (): Promise<never> => {
  throw new StationError('device.incompatible', `${driver} has no way to write a private key to a device`, {
    data: { field: 'claim' },
  });
};
