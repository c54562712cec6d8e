import { type DriverName, isDriverName } from '../../device/drivers/index.ts';
import { agentFirmware } from './agent/index.ts';
import { type Fault, type FaultKind, faultKinds, faultNames } from './faults.ts';
import type { SimulatedFirmware } from './firmware.ts';
import { freertosFirmware } from './freertos/index.ts';
import { nrf91Firmware } from './nrf91/index.ts';
import { zephyrFirmware } from './zephyr/index.ts';

/** Simulated firmware for every driver. */
export const simulated: Readonly<Record<DriverName, SimulatedFirmware>> = {
  agent: agentFirmware,
  nrf91: nrf91Firmware,
  freertos: freertosFirmware,
  zephyr: zephyrFirmware,
};

/** The firmware for this driver; `undefined` for an unknown name. */
export const firmwareOf = (driver: string): SimulatedFirmware | undefined =>
  isDriverName(driver) ? simulated[driver] : undefined;

/** The fault in the terms of this driver's firmware; `null` if the firmware cannot have it. */
export function faultOf(driver: string, kind: FaultKind): Fault | null {
  const own = firmwareOf(driver)?.faults[kind];
  return own === undefined ? faultKinds[kind] : own;
}

/** The faults that a device of this driver can have. */
export const faultsOf = (driver: string): FaultKind[] => faultNames.filter((kind) => faultOf(driver, kind) !== null);
