/** Places of ports on Windows, from what it says about a port (`pnpId`) and about the USB device behind it. */
import type { Ask } from '../pc/ask.ts';
import type { Placed, SystemPort } from './places.ts';

const usbDevices = 'HKLM\\SYSTEM\\CurrentControlSet\\Enum\\USB';

export type WindowsPlaces = (ports: readonly SystemPort[]) => Promise<Placed[]>;

/**
 * FTDI's own driver hangs its ports on a bus of its own (`FTDIBUS\…`), whose ports have no location; that of the USB
 * device above them is in the registry. It is read once for each port that is plugged in, because the list is made up to
 * four times a second.
 */
export function createWindowsPlaces(ask: Ask): WindowsPlaces {
  let known = new Map<string, Promise<string | undefined>>();

  const parentOf = ({ vendorId, productId, serialNumber }: SystemPort): Promise<string | undefined> =>
    ask(
      'reg',
      'query',
      `${usbDevices}\\VID_${vendorId}&PID_${productId}\\${serialNumber}`,
      '/v',
      'LocationInformation',
    ).then((text) => /\bREG_SZ\s+(\S.*?)\s*$/m.exec(text ?? '')?.[1]);

  return async (ports) => {
    const before = known;
    known = new Map();
    const parents = ports.map((port) => {
      if (port.locationId || !port.pnpId?.startsWith('FTDIBUS\\') || !port.serialNumber) return undefined;
      const { pnpId } = port;
      const parent = before.get(pnpId) ?? parentOf(port);
      known.set(pnpId, parent);
      // A device that was plugged in just now may not be in the registry yet.
      return parent.then((place) => {
        if (place === undefined) known.delete(pnpId);
        return place;
      });
    });
    const places = await Promise.all(parents);
    return ports.map((port, at) => placeOf(port, port.locationId ?? places[at]));
  };
}

/**
 * Without a location the instance takes its place: the adapter's serial number, or what Windows made up for a device
 * without one (`6&2F3E8C0A&0&2`), which stays with the socket. Windows also reports the latter as serial number.
 */
function placeOf(port: SystemPort, location: string | undefined): Placed {
  const { pnpId = '' } = port;
  const [, ftdi] = /^FTDIBUS\\[^\\]*\+([^\\+]+)\\/.exec(pnpId) ?? [];
  const [, usb] = /^USB\\[^\\]+\\([^\\]+)$/.exec(pnpId) ?? [];
  const number = /&MI_([0-9a-f]{2})\b/i.exec(pnpId)?.[1]?.toLowerCase();
  const instance = ftdi === undefined ? withoutInterface(usb, number) : deviceOf(ftdi, port.serialNumber);
  const index = ftdi === undefined ? interfaceWord(number) : channelWord(ftdi, port.serialNumber);
  return { port, place: location || instance, index };
}

/** Windows ends the instance of an interface with its number once more. */
const withoutInterface = (instance: string | undefined, number: string | undefined): string | undefined =>
  number === undefined ? instance : instance?.replace(/&[0-9a-f]{4}$/i, '');

const interfaceWord = (number: string | undefined): string | undefined =>
  number === undefined || number === '00' ? undefined : `-if${number}`;

/** The device of a port on FTDI's bus. The bus appends the channel to the serial number: `A`, or `&1`. */
const deviceOf = (instance: string, serialNumber: string | undefined): string =>
  serialNumber && instance.startsWith(serialNumber) ? serialNumber : instance;

function channelWord(instance: string, serialNumber: string | undefined): string | undefined {
  const [, letter = '', number] =
    /^(?:([A-D])|&([1-4]))$/.exec(instance.slice(deviceOf(instance, serialNumber).length)) ?? [];
  const channel = number === undefined ? Math.max(0, 'ABCD'.indexOf(letter)) : Number(number) - 1;
  return channel === 0 ? undefined : `-port${channel}`;
}
