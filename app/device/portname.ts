import type { PortInfo } from './channel.ts';

/** Whether a port has this name: its path or another one, its place (`usb:…`), or its name in /dev/serial/by-path. */
export const answersTo =
  (name: string) =>
  ({ path, stablePath, usbLocation, otherPaths }: PortInfo): boolean =>
    path === name ||
    stablePath === name ||
    (usbLocation !== undefined && name === `usb:${usbLocation}`) ||
    (otherPaths?.includes(name) ?? false);
