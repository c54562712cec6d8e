/**
 * The places of ports where the system names the place of a device only, on macOS and Windows. A place is the text after
 * `usb:` in a port's name.
 */
import type { PortInfo } from '../../app/device/channel.ts';

/** The serialport package's description of a port. */
export type SystemPort = {
  path: string;
  manufacturer?: string | undefined;
  pnpId?: string | undefined;
  vendorId?: string | undefined;
  productId?: string | undefined;
  /** On Windows the name of the USB device behind the port: its serial number, or one that Windows made up. */
  serialNumber?: string | undefined;
  locationId?: string | undefined;
};

/** A port with the place of its device. `index` numbers the ports of one device where the system does. */
export type Placed = { port: SystemPort; place?: string | undefined; index?: string | undefined };

export const placeMark = 'usb:';

const byPath = (a: Placed, b: Placed) => a.port.path.localeCompare(b.port.path, 'en', { numeric: true });

/**
 * The ports with their places. Further ports of a device are told apart as Linux does in by-id: by the number where the
 * system gives one, otherwise by their order (`-port1`). No two ports have the same place.
 */
export function byPlace(ports: readonly Placed[], infoOf: (port: SystemPort) => PortInfo): PortInfo[] {
  const taken = new Set<string>();
  return [...ports].sort(byPath).map(({ port, place, index }) => {
    if (place === undefined) return infoOf(port);
    let usbLocation = place + (index ?? '');
    for (let order = 1; taken.has(usbLocation); order += 1) usbLocation = `${place}-port${order}`;
    taken.add(usbLocation);
    return { ...infoOf(port), usbLocation, stablePath: placeMark + usbLocation };
  });
}
