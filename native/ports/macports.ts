/** Ports on macOS, which has two names for each, and lists a port once for each driver that serves its adapter. */
import type { Placed, SystemPort } from './places.ts';

/** Of one port: the entry that stands for it, and its other names. */
export type MacPort = Placed & { otherPaths: string[] };

const nameOf = (path: string): string => path.replace(/^.*\/(?:tty|cu)\./, '');
/** The driver by the beginning of its names: `usbserial-1420` is Apple's, `wchusbserial1420` that of the chip's maker. */
const driverOf = (path: string): string =>
  /^(?:wchusbserial|usbserial|usbmodem|[A-Za-z_]+)/.exec(nameOf(path))?.[0] ?? '';
/** The callout name of a dial-in name, and the other way round. */
const twinOf = (path: string): string => path.replace(/\/(tty|cu)\./, (_, kind) => (kind === 'tty' ? '/cu.' : '/tty.'));

/** Each port once. At one place the first ports of two drivers are one port, and so are the second ones. */
export function onePerPort(ports: readonly SystemPort[]): MacPort[] {
  const found = new Map<string, MacPort>();
  const orders = new Map<string, number>();
  const named = new Set<string>();
  const sorted = [...ports].sort((a, b) => a.path.localeCompare(b.path, 'en', { numeric: true }));
  for (const port of sorted) {
    const { path, locationId: place } = port;
    if (named.has(path)) continue;
    named.add(twinOf(path));
    const series = `${place} ${driverOf(path)}`;
    const order = orders.get(series) ?? 0;
    orders.set(series, order + 1);
    const key = place ? `${place} ${order}` : path;
    const names = [path, twinOf(path)].filter((name, at, all) => all.indexOf(name) === at);
    const known = found.get(key);
    if (known) known.otherPaths.push(...names);
    else found.set(key, { port, place, otherPaths: names.slice(1) });
  }
  return [...found.values()];
}
