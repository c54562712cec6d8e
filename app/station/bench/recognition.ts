import type { Clock } from '../../contract/clock.ts';
import { StationError } from '../../contract/errors.ts';
import type { LineJob } from '../../contract/issuingmethods.ts';
import { type LineSettings, lineOf } from '../../contract/model.ts';
import type { Ports } from '../../device/channel.ts';
import type { Driver } from '../../device/driver.ts';
import { recognise } from '../../device/recognise.ts';
import type { Bench } from '../../line/index.ts';

export type RecognitionParts = {
  bench: Pick<Bench, 'busy'>;
  clock: Clock;
  driverNamed: (name: string) => Driver;
  driverNames: string[];
  ports: Ports;
};

/**
 * The name of the driver that the device at this port speaks with.
 *
 * @throws `unit.inProgress` – while units are worked on; `device.incompatible` – when no driver fits; as `Ports.open`
 */
export async function recogniseAt(
  { port, settings, line }: Pick<LineJob, 'port' | 'settings' | 'line'>,
  parts: RecognitionParts,
): Promise<string> {
  if (parts.bench.busy()) throw new StationError('unit.inProgress', 'a unit is being worked on');
  const drivers = parts.driverNames.map(parts.driverNamed);
  const candidates = drivers.map((driver) => ({ driver, line: lineOf(driver, { recipe: {}, place: line }) }));
  const open = (settled: LineSettings) => parts.ports.open(port, settled);
  const found = await recognise(open, candidates, { clock: parts.clock, settings });
  if (found !== 'unknown') return found.name;
  const names = parts.driverNames.join(', ');
  throw new StationError('device.incompatible', `the device at ${port} speaks none of ${names}`);
}
