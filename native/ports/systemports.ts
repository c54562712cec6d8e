/**
 * Names of ports. A slot's port is a path (`/dev/ttyACM0`, `COM3`), a name of /dev/serial/by-path with or without its
 * folder, or `usb:` and a place on the USB tree, which stays the same for every device that is plugged in there.
 */
import { readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { PortInfo } from '../../app/device/channel.ts';
import { onePerPort } from './macports.ts';
import { byPlace, placeMark, type SystemPort } from './places.ts';
import type { Machine } from './trouble.ts';
import type { WindowsPlaces } from './windowsplaces.ts';

const byPathIn = (dev: string) => join(dev, 'serial/by-path');

/** The file to open and watch, or `undefined` when only the system's list knows the name. */
export function fileOf(name: string, platform: NodeJS.Platform, dev: string): string | undefined {
  if (platform === 'win32') return undefined;
  if (name.startsWith('/')) return name;
  if (platform !== 'linux') return undefined;
  return join(byPathIn(dev), name.startsWith(placeMark) ? name.slice(placeMark.length) : name);
}

export async function listPorts(
  ask: () => Promise<SystemPort[]>,
  { platform, dev }: Pick<Machine, 'platform' | 'dev'>,
  windowsPlaces: WindowsPlaces,
): Promise<PortInfo[]> {
  if (platform === 'win32') return byPlace(await windowsPlaces(await ask()), infoOf);
  if (platform !== 'linux') return macPorts(await ask());
  const places = placesIn(dev);
  const found = await ask().catch(() => terminalsIn(dev)); // It runs udevadm, which a lean line PC may lack.
  return found.map((port) => {
    const usbLocation = places.get(port.path);
    if (!usbLocation) return infoOf(port);
    return { ...infoOf(port), usbLocation, stablePath: join(byPathIn(dev), usbLocation) };
  });
}

function macPorts(ports: readonly SystemPort[]): PortInfo[] {
  const each = onePerPort(ports);
  const others = new Map(each.map(({ port, otherPaths }) => [port.path, otherPaths]));
  return byPlace(each, (port) => ({ ...infoOf(port), otherPaths: others.get(port.path) ?? [] }));
}

/** Nodes of USB serial ports, by their names. */
export const terminalsIn = (dev: string): SystemPort[] =>
  namesIn(dev)
    .filter((name) => /^tty(USB|ACM)\d+$/.test(name))
    .map((name) => ({ path: join(dev, name) }));

/**
 * Maps a device node to its name in by-path. Newer systems have two for each; the one with the USB version (`usbv2`) is
 * never shared.
 */
function placesIn(dev: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const name of namesIn(byPathIn(dev))) {
    try {
      found.set(realpathSync(join(byPathIn(dev), name)), name);
    } catch {
      // The device was pulled just now.
    }
  }
  return found;
}

function infoOf({ path, manufacturer, pnpId, vendorId, productId }: SystemPort): PortInfo {
  return {
    path,
    label: [manufacturer, pnpId].filter(Boolean).join(' ') || path,
    ...(vendorId ? { vendorId } : {}),
    ...(productId ? { productId } : {}),
  };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
