import { StationError } from '../../contract/errors.ts';
import type { Driver } from '../driver.ts';
import { agentDriver } from './agent/index.ts';
import { freertosDriver } from './freertos/index.ts';
import { nrf91Driver } from './nrf91/index.ts';
import { zephyrDriver } from './zephyr/index.ts';

/** The protocols this station speaks, by the name recipes and the command line use; in the order a device is asked for them. */
export const drivers = {
  agent: agentDriver,
  nrf91: nrf91Driver,
  freertos: freertosDriver,
  zephyr: zephyrDriver,
} as const satisfies Record<string, Driver>;

/** Tables with one entry a driver are typed by this: a driver that lacks its entry does not compile. */
export type DriverName = keyof typeof drivers;

/** In the order of `drivers`. */
export const driverNames = Object.keys(drivers) as DriverName[];

/** Where none is chosen. */
export const usualDriver: DriverName = 'agent';

/** Whether this station speaks it. */
export const isDriverName = (name: string): name is DriverName => Object.hasOwn(drivers, name);

/** @throws call.badParams – for a name that is no driver's */
export function driverNamed(name: string): Driver {
  if (isDriverName(name)) return drivers[name];
  throw new StationError('call.badParams', `no driver is called ${name}; there are: ${driverNames.join(', ')}`);
}
