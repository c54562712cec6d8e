import type { Clock } from '../../contract/clock.ts';
import { StationError } from '../../contract/errors.ts';
import type { DriverSettings } from '../../contract/model.ts';
import type { Ports } from '../../device/channel.ts';
import type { Driver } from '../../device/driver.ts';
import { listen } from '../../device/hearing.ts';
import { recognise, recognitionLine } from '../../device/recognise.ts';
import { troubleOf } from '../../device/signs.ts';
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
 * @throws `unit.inProgress` – while units are worked on; `device.incompatible` – when no driver fits;
 * `link.*` – when a wrong line is the cause, see signs.ts; as `Ports.open`
 */
export async function recogniseAt(port: string, settings: DriverSettings, parts: RecognitionParts): Promise<string> {
  if (parts.bench.busy()) throw new StationError('unit.inProgress', 'a unit is being worked on');
  const drivers = parts.driverNames.map(parts.driverNamed);
  const ear = listen(await parts.ports.open(port, recognitionLine), parts.clock);
  try {
    const found = await recognise(ear.channel, drivers, { clock: parts.clock, settings });
    if (found !== 'unknown') return found.name;
  } finally {
    await ear.channel.close();
  }
  const asked = { name: 'auto', title: 'any driver', line: recognitionLine };
  const trouble = troubleOf({ ...ear.heard(), driver: asked, understood: false });
  if (trouble && trouble.code !== 'link.wrongFirmware') throw trouble;
  const names = parts.driverNames.join(', ');
  const what = trouble ? `is ${trouble.data?.found}: it` : 'answers, but';
  throw new StationError('device.incompatible', `the device at ${port} ${what} speaks none of ${names}`);
}
