/** A unit serial has to fit into the device, and this is known before anything is begun. */
import { StationError } from '../contract/errors.ts';
import type { LineTools } from './unit.ts';

/**
 * Checks that a device of this driver can hold the serial. Without the check the unit would get a certificate and fail
 * when its serial is written.
 *
 * @throws `unit.serialTooLong` – with `longest` and `length` in characters
 */
export function assertSerialFits(
  unitSerial: string,
  driver: string,
  { driverNamed }: Pick<LineTools, 'driverNamed'>,
): void {
  const longest = driverNamed(driver).traits.longestSerial;
  const { length } = unitSerial;
  if (length <= longest) return;
  const detail = `the serial has ${length} characters; a unit with the driver ${driver} takes ${longest}`;
  throw new StationError('unit.serialTooLong', detail, { data: { unitSerial, driver, length, longest } });
}
