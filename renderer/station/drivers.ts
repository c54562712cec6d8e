import type { DriverFacts, DriverSetting, DriverSettings, LineChoice, Result } from '../../app/contract/index.ts';
import { settingProblems } from '../../app/contract/model.ts';

/** The settings of a driver, by key. A driver that the station does not know has none. */
export const settingsOf = (drivers: readonly DriverFacts[], name: string): DriverFacts['settings'] =>
  drivers.find((driver) => driver.name === name)?.settings ?? {};

/** The settings of a driver's line, by key. */
export const lineOfDriver = (drivers: readonly DriverFacts[], name: string): DriverFacts['line'] =>
  drivers.find((driver) => driver.name === name)?.line ?? {};

/** The line without choices that the driver does not offer. */
export function lineFor(
  drivers: readonly DriverFacts[],
  name: string,
  line: LineChoice | undefined,
): LineChoice | undefined {
  const offered = lineOfDriver(drivers, name);
  const fits = ([key, value]: [string, unknown]) =>
    settingProblems({ name, settings: offered }, { [key]: value }).length === 0;
  const kept = Object.entries(line ?? {}).filter(fits);
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

/**
 * The settings with one changed. An empty text leaves the choice to the driver. Text that is not a number stays as it
 * was typed.
 */
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

/** Only the settings that the driver reads, because those of another driver would be kept for nothing. */
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

/** Whether the port has this name. */
export const isAt =
  (name: string) =>
  ({ path, names }: Pick<Port, 'path' | 'names'>): boolean =>
    path === name || names.includes(name);

/** The place on the USB tree as people count it: `1.4` for Linux's `pci-…-usb-0:1.4:1.0-port0`. */
export const usbPlace = ({ usbLocation }: Pick<Port, 'usbLocation'>): string | undefined =>
  /usb(?:v\d)?-\d+:([\d.]+):/.exec(usbLocation ?? '')?.[1] ?? usbLocation;

export const usbIds = ({ vendorId, productId }: Pick<Port, 'vendorId' | 'productId'>): string | undefined =>
  vendorId === undefined ? undefined : `${vendorId.toLowerCase()}:${productId?.toLowerCase() ?? '?'}`;
