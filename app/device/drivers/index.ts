import { StationError } from '../../contract/errors.ts';
import type { Driver } from '../driver.ts';
import { agentDriver } from './agent/index.ts';
import { freertosDriver } from './freertos/index.ts';
import { nrf91Driver } from './nrf91/index.ts';
import { zephyrDriver } from './zephyr/index.ts';

/**
 * The protocols of this station, by the names that recipes and the command line use. A device is tried with them in
 * this order.
 */
export const drivers = {
  agent: agentDriver,
  nrf91: nrf91Driver,
  freertos: freertosDriver,
  zephyr: zephyrDriver,
} as const satisfies Record<string, Driver>;

/** The type for tables with one entry for each driver. A table that lacks a driver does not compile. */
export type DriverName = keyof typeof drivers;

/** In the order of `drivers`. */
export const driverNames = Object.keys(drivers) as DriverName[];

/** The driver when none is chosen. */
export const usualDriver: DriverName = 'agent';

/** Whether this is the name of a driver. */
export const isDriverName = (name: string): name is DriverName => Object.hasOwn(drivers, name);

/**
 * The driver with this name.
 *
 * @throws call.badParams – when there is none
 */
export function driverNamed(name: string): Driver {
  if (isDriverName(name)) return drivers[name];
  throw new StationError('call.badParams', `no driver is called ${name}; there are: ${driverNames.join(', ')}`);
}
