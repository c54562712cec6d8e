import type { DriverSettings, Result } from '../../app/contract/index.ts';

export type SettingName = keyof DriverSettings;

/** Which settings a driver reads. A driver this version does not know has none to choose. */
const settingsOf: Readonly<Record<string, readonly SettingName[]>> = {
  agent: [],
  nrf91: ['secTag', 'shell'],
  zephyr: ['secTag'],
  freertos: ['certificateLabel', 'rootCaLabel'],
};

export const settingsRead = (driver: string): readonly SettingName[] =>
  Object.hasOwn(settingsOf, driver) ? (settingsOf[driver] ?? []) : [];

/** What a driver takes where nothing is chosen. */
export const usual = {
  secTag: '16842753',
  certificateLabel: 'tls_cert',
  rootCaLabel: 'root_ca_cert',
} as const satisfies Partial<Record<SettingName, string>>;

/** Settings with one changed; an empty text leaves it to the driver. A number that is none stays as it was typed. */
export function withSetting(
  settings: DriverSettings | undefined,
  name: SettingName,
  text: string,
): DriverSettings | undefined {
  const { [name]: _, ...others } = settings ?? {};
  const value = name === 'secTag' ? Number(text) : text;
  const next = text === '' ? others : { ...others, [name]: value };
  return Object.keys(next).length === 0 ? undefined : (next as DriverSettings);
}

/** Only those that the driver reads: another driver's would be kept for nothing. */
export function settingsFor(driver: string, settings: DriverSettings | undefined): DriverSettings | undefined {
  const kept = Object.entries(settings ?? {}).filter(([name]) => settingsRead(driver).includes(name as SettingName));
  return kept.length === 0 ? undefined : (Object.fromEntries(kept) as DriverSettings);
}

type Port = Result<'station.ports'>[number];

/** The place on the USB tree as people count it: `1.4` of Linux's `pci-…-usb-0:1.4:1.0-port0`. */
export const usbPlace = ({ usbLocation }: Pick<Port, 'usbLocation'>): string | undefined =>
  /usb(?:v\d)?-\d+:([\d.]+):/.exec(usbLocation ?? '')?.[1] ?? usbLocation;

export const usbIds = ({ vendorId, productId }: Pick<Port, 'vendorId' | 'productId'>): string | undefined =>
  vendorId === undefined ? undefined : `${vendorId.toLowerCase()}:${productId?.toLowerCase() ?? '?'}`;
