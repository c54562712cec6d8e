import type { DriverFacts, DriverSetting, DriverSettings, Result } from '../../app/contract/index.ts';

/** What may be chosen for a driver, by key. A driver that the station does not know has nothing to choose. */
export const settingsOf = (drivers: readonly DriverFacts[], name: string): DriverFacts['settings'] =>
  drivers.find((driver) => driver.name === name)?.settings ?? {};

/** Settings with one changed; an empty text leaves it to the driver. A number that is none stays as it was typed. */
export function withSetting(
  settings: DriverSettings | undefined,
  key: string,
  { kind }: Pick<DriverSetting, 'kind'>,
  text: string,
): DriverSettings | undefined {
  const { [key]: _, ...others } = settings ?? {};
  const next = text === '' ? others : { ...others, [key]: kind === 'number' ? Number(text) : text };
  return Object.keys(next).length === 0 ? undefined : next;
}

/** Only those that the driver reads: another driver's would be kept for nothing. */
export function settingsFor(
  drivers: readonly DriverFacts[],
  name: string,
  settings: DriverSettings | undefined,
): DriverSettings | undefined {
  const read = settingsOf(drivers, name);
  const kept = Object.entries(settings ?? {}).filter(([key]) => Object.hasOwn(read, key));
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

type Port = Result<'station.ports'>[number];

/** The place on the USB tree as people count it: `1.4` of Linux's `pci-…-usb-0:1.4:1.0-port0`. */
export const usbPlace = ({ usbLocation }: Pick<Port, 'usbLocation'>): string | undefined =>
  /usb(?:v\d)?-\d+:([\d.]+):/.exec(usbLocation ?? '')?.[1] ?? usbLocation;

export const usbIds = ({ vendorId, productId }: Pick<Port, 'vendorId' | 'productId'>): string | undefined =>
  vendorId === undefined ? undefined : `${vendorId.toLowerCase()}:${productId?.toLowerCase() ?? '?'}`;
