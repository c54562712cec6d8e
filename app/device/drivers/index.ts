import type { Driver } from '../driver.ts';
import { agentDriver } from './agent.ts';

/** The protocols this station speaks, by the name recipes and the command line use. */
export const drivers: Record<string, Driver> = { [agentDriver.name]: agentDriver };

/** `undefined` for an unknown name. */
export const driverNamed = (name: string): Driver | undefined =>
  Object.hasOwn(drivers, name) ? drivers[name] : undefined;
