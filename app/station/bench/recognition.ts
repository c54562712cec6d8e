import type { Clock } from '../../contract/clock.ts';
import { StationError } from '../../contract/errors.ts';
import type { LineJob } from '../../contract/issuingmethods.ts';
import { type LineSettings, lineOf } from '../../contract/model.ts';
import type { Ports } from '../../device/channel.ts';
import type { Driver } from '../../device/driver.ts';
import { listen } from '../../device/hearing.ts';
import { recognise } from '../../device/recognise.ts';
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
export async function recogniseAt(
  { port, settings, line }: Pick<LineJob, 'port' | 'settings' | 'line'>,
  parts: RecognitionParts,
): Promise<string> {
  if (parts.bench.busy()) throw new StationError('unit.inProgress', 'a unit is being worked on');
  const drivers = parts.driverNames.map(parts.driverNamed);
  const candidates = drivers.map((driver) => ({ driver, line: lineOf(driver, { recipe: {}, place: line }) }));
  const heard: { ear: ReturnType<typeof listen>; settled: LineSettings }[] = [];
  const open = async (settled: LineSettings) => {
    const ear = listen(await parts.ports.open(port, settled), parts.clock);
    heard.push({ ear, settled });
    return ear.channel;
  };
  const found = await recognise(open, candidates, { clock: parts.clock, settings });
  if (found !== 'unknown') return found.name;
  // At the speed of one driver there may be noise, and words at that of another: the words tell more.
  const troubles = heard.map(({ ear, settled }) =>
    troubleOf({ ...ear.heard(), driver: { name: 'auto', title: 'any driver', line: settled }, understood: false }),
  );
  const trouble = troubles.find((each) => each?.code === 'link.wrongFirmware') ?? troubles.find((each) => each);
  if (trouble && trouble.code !== 'link.wrongFirmware') throw trouble;
  const names = parts.driverNames.join(', ');
  const what = trouble ? `is ${trouble.data?.found}: it` : 'answers, but';
  throw new StationError('device.incompatible', `the device at ${port} ${what} speaks none of ${names}`);
}
