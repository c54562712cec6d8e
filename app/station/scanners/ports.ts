/** A port belongs to a slot or to a scanner, never to both, under any of its names. */
import { StationError } from '../../contract/errors.ts';
import type { ScannerConfig, SlotConfig } from '../../contract/model.ts';
import type { Ports } from '../../device/channel.ts';
import { answersTo } from '../../device/portname.ts';

/** @throws `call.badParams` – when a scanner and a slot, or two scanners, share one port */
export async function assertApart(
  slots: readonly SlotConfig[],
  scanners: readonly ScannerConfig[],
  ports: Ports,
): Promise<void> {
  if (scanners.length === 0) return;
  const placeOf = await placesOf(ports);
  const taken = new Map(slots.map(({ port, name }) => [placeOf(port), name]));
  for (const { name, port } of scanners) {
    const place = placeOf(port);
    const other = taken.get(place);
    if (other !== undefined)
      throw new StationError('call.badParams', `${port} is used by ${other} already: ${name} needs a port of its own`, {
        data: { path: 'scanners', port },
      });
    taken.set(place, name);
  }
}

/** Maps each name of a port to the same place: its device node, if something is plugged in there. */
async function placesOf(ports: Ports): Promise<(name: string) => string> {
  const present = await ports.list().catch(() => []);
  return (name) => present.find(answersTo(name))?.path ?? name;
}

/**
 * Checks that no scanner is at the port, because no unit is worked on there.
 *
 * @throws call.badParams – when the port is a scanner's
 */
export async function assertNoScanner(port: string, scanners: readonly ScannerConfig[], ports: Ports): Promise<void> {
  if (scanners.length === 0) return;
  const placeOf = await placesOf(ports);
  const there = scanners.find((scanner) => placeOf(scanner.port) === placeOf(port));
  if (!there) return;
  throw new StationError('call.badParams', `${port} is the port of ${there.name}: a unit needs another one`, {
    data: { path: 'port', port },
  });
}
