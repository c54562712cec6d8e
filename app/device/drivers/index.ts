import { StationError } from '../../contract/errors.ts';
import type { Driver } from '../driver.ts';
import { agentDriver } from './agent/device.ts';
import { freertosDriver } from './freertos/device.ts';
import { nrf91Driver } from './nrf91/device.ts';
import { zephyrDriver } from './zephyr/device.ts';

/** The protocols this station speaks, by the name recipes and the command line use; in the order a device is asked for them. */
export const drivers: Record<string, Driver> = {
  [agentDriver.name]: agentDriver,
  [nrf91Driver.name]: nrf91Driver,
  [freertosDriver.name]: freertosDriver,
  [zephyrDriver.name]: zephyrDriver,
};

/** Throws `call.badParams` for an unknown name. */
export function driverNamed(name: string): Driver {
  const driver = Object.hasOwn(drivers, name) ? drivers[name] : undefined;
  if (driver) return driver;
  throw new StationError(
    'call.badParams',
    `no driver is called ${name}; there are: ${Object.keys(drivers).join(', ')}`,
  );
}
