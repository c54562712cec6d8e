/** Tells whether the PC suspends its USB sockets, or itself. */
import { readdir, readFile, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { DoctorCheck } from '../../app/contract/model.ts';
import type { Pc } from './pc.ts';

const rule =
  'install 60-birthmark.rules (docs/ports.md), which keeps these devices awake: sudo cp 60-birthmark.rules /etc/udev/rules.d/ && sudo udevadm control --reload && sudo udevadm trigger; where TLP or powertop is installed, tell it to leave USB alone';

export async function usbCheck(pc: Pc): Promise<DoctorCheck | undefined> {
  if (pc.platform === 'linux') return linuxUsb(pc.root);
  return pc.platform === 'win32' ? windowsUsb(pc) : undefined;
}

const text = (file: string): Promise<string> =>
  readFile(file, 'utf8').then(
    (content) => content.trim(),
    () => '',
  );

/**
 * The USB device that a terminal belongs to: the folder above it that has a vendor.
 * Documentation/ABI/testing/sysfs-bus-usb.
 */
async function usbDeviceOf(terminal: string): Promise<string | undefined> {
  let at = await realpath(join(terminal, 'device')).catch(() => undefined);
  for (; at !== undefined && dirname(at) !== at; at = dirname(at))
    if ((await text(join(at, 'idVendor'))) !== '') return at;
  return undefined;
}

/**
 * `power/control` is `auto` when the kernel may suspend the device: Documentation/driver-api/usb/power-management.rst.
 */
async function linuxUsb(root: string): Promise<DoctorCheck | undefined> {
  const terminals = join(root, '/sys/class/tty');
  const names = await readdir(terminals).catch(() => []);
  const devices = new Set<string>();
  for (const name of names) {
    const device = await usbDeviceOf(join(terminals, name));
    if (device !== undefined) devices.add(device);
  }
  if (devices.size === 0) return undefined;
  const asleep: string[] = [];
  for (const device of devices) {
    if ((await text(join(device, 'power/control'))) !== 'auto') continue;
    const ids = `${await text(join(device, 'idVendor'))}:${await text(join(device, 'idProduct'))}`;
    asleep.push([basename(device), await text(join(device, 'product')), ids].filter(Boolean).join(' '));
  }
  if (asleep.length === 0)
    return {
      name: 'usbPower',
      ok: true,
      detail: `${devices.size} USB serial devices are kept awake`,
      finding: { what: 'usbAwake', values: { count: devices.size } },
    };
  const detail = `the PC may suspend ${asleep.length} of ${devices.size} USB serial devices: ${asleep.join(', ')}`;
  const values = { count: asleep.length, all: devices.size, devices: asleep.join(', ') };
  const finding = { what: 'usbAsleep', remedy: 'usbRules', values } as const;
  return { name: 'usbPower', ok: false, detail, remedy: rule, finding };
}

/** GUIDs of "USB settings" and "USB selective suspend", the same on every Windows. */
const usbSuspend = ['2a737441-1930-4402-8d77-b2bebba308a3', '48e6b7a6-50f5-4782-a5d4-53bb8f07e226'] as const;
const windowsSleep = ['238c9fa8-0aad-41ed-83f4-97be242c8f20', '29f6c1db-86da-48c5-9fdb-f2b67b1f44da'] as const;

/**
 * The words are translated, the numbers are not. The last two numbers are the current values, plugged in and on
 * battery.
 */
async function windowsSetting({ ask }: Pc, [group, setting]: readonly [string, string]): Promise<number | undefined> {
  const said = await ask('powercfg', '/query', 'SCHEME_CURRENT', group, setting);
  const plugged = said?.match(/0x[0-9a-f]{8}/gi)?.at(-2);
  return plugged === undefined ? undefined : Number(plugged);
}

const setTo0 = ([group, setting]: readonly [string, string]) =>
  `powercfg /setacvalueindex SCHEME_CURRENT ${group} ${setting} 0 && powercfg /setactive SCHEME_CURRENT`;

async function windowsUsb(pc: Pc): Promise<DoctorCheck | undefined> {
  const setting = await windowsSetting(pc, usbSuspend);
  if (setting === undefined) return undefined;
  if (setting === 0)
    return { name: 'usbPower', ok: true, detail: 'USB selective suspend is off', finding: { what: 'usbSelectiveOff' } };
  const detail = 'Windows may switch USB sockets off (USB selective suspend)';
  const commands = setTo0(usbSuspend);
  const finding = { what: 'usbSelectiveOn', remedy: 'asAdministrator', values: { commands } } as const;
  return { name: 'usbPower', ok: false, detail, remedy: `as an administrator: ${commands}`, finding };
}

/** Undefined when the setting cannot be read. No system says for certain that it never sleeps. */
export async function sleepCheck(pc: Pc): Promise<DoctorCheck | undefined> {
  const minutes =
    pc.platform === 'win32' ? await windowsMinutes(pc) : pc.platform === 'darwin' ? await macMinutes(pc) : undefined;
  if (minutes === undefined) return undefined;
  if (minutes === 0)
    return {
      name: 'sleep',
      ok: true,
      detail: 'this PC does not go to sleep by itself while it is plugged in',
      finding: { what: 'sleepNever' },
    };
  const windows = pc.platform === 'win32';
  const commands = windows ? setTo0(windowsSleep) : 'sudo pmset -c sleep 0';
  const finding = {
    what: 'sleepAfter',
    remedy: windows ? 'asAdministrator' : 'asRoot',
    values: { minutes, commands },
  } as const;
  return {
    name: 'sleep',
    ok: false,
    detail: `this PC goes to sleep after ${minutes} minutes without a key`,
    remedy: windows ? `as an administrator: ${commands}` : commands,
    finding,
  };
}

async function windowsMinutes(pc: Pc): Promise<number | undefined> {
  const seconds = await windowsSetting(pc, windowsSleep);
  return seconds === undefined ? undefined : Math.ceil(seconds / 60);
}

/** pmset(1): ` sleep                10` in minutes, under "AC Power" when the Mac also has a battery. */
async function macMinutes({ ask }: Pc): Promise<number | undefined> {
  const said = await ask('/usr/bin/pmset', '-g', 'custom');
  const plugged = said?.slice(Math.max(0, said.indexOf('AC Power')));
  const [, minutes] = /^\s*sleep\s+(\d+)/m.exec(plugged ?? '') ?? [];
  return minutes === undefined ? undefined : Number(minutes);
}
