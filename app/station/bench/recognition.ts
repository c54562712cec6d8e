import { StationError } from '../../contract/errors.ts';
import type { DriverSettings } from '../../contract/model.ts';
import { recognise, recognitionLine } from '../../device/recognise.ts';
import type { StationParts } from '../composition.ts';

type Parts = Pick<StationParts, 'bench' | 'clock' | 'driverNamed' | 'driverNames' | 'ports'>;

/**
 * The name of the driver that the device at this port speaks with. Throws `unit.inProgress` while units are worked on,
 * `device.incompatible` where no driver is spoken there, and what opening the port throws.
 */
export async function recogniseAt(port: string, settings: DriverSettings, parts: Parts): Promise<string> {
  if (parts.bench.busy()) throw new StationError('unit.inProgress', 'a unit is being worked on');
  const drivers = parts.driverNames.map(parts.driverNamed);
  const channel = await parts.ports.open(port, recognitionLine);
  try {
    const found = await recognise(channel, drivers, { clock: parts.clock, settings });
    if (found !== 'unknown') return found.name;
  } finally {
    await channel.close();
  }
  const names = parts.driverNames.join(', ');
  throw new StationError('device.incompatible', `the device at ${port} speaks none of ${names}`);
}
