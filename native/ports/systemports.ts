/**
 * Names of ports. A slot's port is a path (`/dev/ttyACM0`, `COM3`), a name of /dev/serial/by-path with or without its
 * folder, or `usb:` and a place on the USB tree, which stays the same for every device that is plugged in there.
 */
import { readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { PortInfo } from '../../app/device/channel.ts';

/** The serialport package's description of a port. */
export type SystemPort = {
  path: string;
  manufacturer?: string | undefined;
  pnpId?: string | undefined;
  vendorId?: string | undefined;
  productId?: string | undefined;
  locationId?: string | undefined;
};

const placeMark = 'usb:';
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
  platform: NodeJS.Platform,
  dev: string,
): Promise<PortInfo[]> {
  if (platform !== 'linux') return byLocation(await ask());
  const places = placesIn(dev);
  const found = await ask().catch(() => terminalsIn(dev)); // It runs udevadm, which a lean line PC may lack.
  return found.map((port) => {
    const usbLocation = places.get(port.path);
    if (!usbLocation) return infoOf(port);
    return { ...infoOf(port), usbLocation, stablePath: join(byPathIn(dev), usbLocation) };
  });
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

/**
 * macOS and Windows name the place of a device, not of its interfaces. Further interfaces are told apart as Linux does
 * in by-id: by the interface number where Windows gives it (`MI_02` → `-if02`), otherwise by their order (`-port1`).
 */
function byLocation(ports: readonly SystemPort[]): PortInfo[] {
  const seen = new Map<string, number>();
  return [...ports]
    .sort((a, b) => a.path.localeCompare(b.path, 'en', { numeric: true }))
    .map((port) => {
      const { locationId, pnpId } = port;
      if (!locationId) return infoOf(port);
      const order = seen.get(locationId) ?? 0;
      seen.set(locationId, order + 1);
      const number = /&MI_([0-9a-f]{2})\b/i.exec(pnpId ?? '')?.[1]?.toLowerCase();
      const suffix =
        number === undefined ? (order === 0 ? '' : `-port${order}`) : number === '00' ? '' : `-if${number}`;
      const usbLocation = locationId + suffix;
      return { ...infoOf(port), usbLocation, stablePath: placeMark + usbLocation };
    });
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
