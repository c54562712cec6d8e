/** What the doctor learns of a PC: real answers of such systems, in folders and texts of our own. */
import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { pcChecks } from '../../../native/pc/checks.ts';
import type { Pc } from '../../../native/pc/pc.ts';
import { folderFor } from '../../device/support.ts';

type Answers = Record<string, string>;

function pc(
  t: TestContext,
  platform: NodeJS.Platform,
  answers: Answers = {},
): Pc & { put(file: string, text: string): void } {
  const root = folderFor(t);
  return {
    platform,
    root,
    ask: async (program, ...args) => answers[[program, ...args].join(' ')],
    put(file, text) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), text);
    },
  };
}
const named = async (of: Pc, name: string) => (await pcChecks(of)).find((check) => check.name === name);

/** A terminal of a USB device as sysfs shows it. */
function plug(of: ReturnType<typeof pc>, device: string, terminal: string, control: string): void {
  const at = `sys/devices/usb1/${device}`;
  of.put(`${at}/idVendor`, '0403\n');
  of.put(`${at}/idProduct`, '6001\n');
  of.put(`${at}/product`, 'FT232R USB UART\n');
  of.put(`${at}/power/control`, `${control}\n`);
  of.put(`${at}/${device}:1.0/${terminal}/uevent`, '');
  mkdirSync(join(of.root, 'sys/class/tty', terminal), { recursive: true });
  symlinkSync(join(of.root, at, `${device}:1.0`, terminal), join(of.root, 'sys/class/tty', terminal, 'device'));
}

test('Linux: USB bridges that the kernel may suspend are named, and the rule is offered', async (t) => {
  const of = pc(t, 'linux');
  assert.equal(await named(of, 'usbPower'), undefined, 'nothing is plugged in');
  of.put('sys/class/tty/tty1/uevent', '');
  plug(of, '1-1', 'ttyUSB0', 'on');
  plug(of, '1-2', 'ttyUSB1', 'on');
  assert.deepEqual(await named(of, 'usbPower'), {
    name: 'usbPower',
    ok: true,
    detail: '2 USB serial devices are kept awake',
    finding: { what: 'usbAwake', values: { count: 2 } },
  });
  plug(of, '1-3', 'ttyUSB2', 'auto');
  const bad = await named(of, 'usbPower');
  assert.equal(bad?.ok, false);
  assert.match(bad?.detail ?? '', /1 of 3 .*: 1-3 FT232R USB UART 0403:6001$/);
  assert.match(bad?.remedy ?? '', /60-birthmark\.rules/);
});

/** Of a German Windows: words are translated, GUIDs and numbers are not. */
const powercfg = (index: string) => `
GUID des Energieschemas: 381b4222-f694-41f0-9685-ff5bb260df2e  (Ausbalanciert)
    GUID der Energieeinstellung: 48e6b7a6-50f5-4782-a5d4-53bb8f07e226  (Einstellung für selektives USB-Energiesparen)
      Index möglicher Einstellungen: 000
      Index möglicher Einstellungen: 001
    Index der aktuellen Wechselstromeinstellung: ${index}
    Index der aktuellen Gleichstromeinstellung: 0x00000001
`;
const usb = 'powercfg /query SCHEME_CURRENT 2a737441-1930-4402-8d77-b2bebba308a3 48e6b7a6-50f5-4782-a5d4-53bb8f07e226';
const standby =
  'powercfg /query SCHEME_CURRENT 238c9fa8-0aad-41ed-83f4-97be242c8f20 29f6c1db-86da-48c5-9fdb-f2b67b1f44da';

test('Windows: selective suspend and the time until it sleeps, whatever the language', async (t) => {
  const bad = pc(t, 'win32', { [usb]: powercfg('0x00000001'), [standby]: powercfg('0x00000708') });
  assert.deepEqual([(await named(bad, 'usbPower'))?.ok, (await named(bad, 'sleep'))?.ok], [false, false]);
  assert.match((await named(bad, 'sleep'))?.detail ?? '', /after 30 minutes/);
  assert.match((await named(bad, 'usbPower'))?.remedy ?? '', /powercfg \/setacvalueindex .* 0 &&/);
  const good = pc(t, 'win32', { [usb]: powercfg('0x00000000'), [standby]: powercfg('0x00000000') });
  assert.deepEqual([(await named(good, 'usbPower'))?.ok, (await named(good, 'sleep'))?.ok], [true, true]);
  const mute = await pcChecks(pc(t, 'win32'));
  assert.deepEqual(
    mute.map(({ name }) => name),
    ['time'],
    'what is not told is not guessed',
  );
});

test('macOS: the time until it sleeps is that of AC power', async (t) => {
  const said = (minutes: number) =>
    `Battery Power:\n sleep                1\n displaysleep         2\nAC Power:\n sleep                ${minutes}\n displaysleep 10\n`;
  const of = (minutes: number) => pc(t, 'darwin', { '/usr/bin/pmset -g custom': said(minutes) });
  assert.match((await named(of(15), 'sleep'))?.detail ?? '', /after 15 minutes/);
  assert.equal((await named(of(0), 'sleep'))?.ok, true);
});

const timedate = 'timedatectl show --property=NTPSynchronized --property=NTP';
const tracking = (status: string) =>
  `Reference ID    : C0A80101 (192.0.2.1)\nStratum         : 3\nLeap status     : ${status}\n`;
const w32tm = (leap: string) =>
  `Sprungindikator: ${leap}\nStratum: 3 (Sekundärreferenz - synchr. über (S)NTP)\nPräzision: -23\n`;
const cases: [string, NodeJS.Platform, Answers, boolean, RegExp][] = [
  ['timedatectl yes', 'linux', { [timedate]: 'NTP=yes\nNTPSynchronized=yes\n' }, true, /follows/],
  ['timedatectl off', 'linux', { [timedate]: 'NTP=no\nNTPSynchronized=no\n' }, false, /is off/],
  ['timedatectl not reached', 'linux', { [timedate]: 'NTP=yes\nNTPSynchronized=no\n' }, false, /no time server/],
  ['a daemon systemd does not know', 'linux', { [timedate]: 'NTP=no\nNTPSynchronized=yes\n' }, true, /follows/],
  ['chrony without systemd', 'linux', { 'chronyc -n tracking': tracking('Normal') }, true, /follows/],
  [
    'chrony, not synchronised',
    'linux',
    { 'chronyc -n tracking': tracking('Not synchronised') },
    false,
    /no time server/,
  ],
  ['nothing that tells', 'linux', {}, true, /does not say/],
  ['Windows', 'win32', { 'w32tm /query /status': w32tm('0(keine Warnung)') }, true, /follows/],
  [
    'Windows, not reached',
    'win32',
    { 'w32tm /query /status': w32tm('3(nicht synchronisiert)') },
    false,
    /no time server/,
  ],
  ['Windows, stopped', 'win32', { 'sc query w32time': '        STATE              : 1  STOPPED\n' }, false, /is off/],
  ['macOS', 'darwin', { '/usr/sbin/systemsetup -getusingnetworktime': 'Network Time: On\n' }, true, /follows/],
  ['macOS, off', 'darwin', { '/usr/sbin/systemsetup -getusingnetworktime': 'Network Time: Off\n' }, false, /is off/],
  ['macOS, no administrator', 'darwin', {}, true, /does not say/],
];
for (const [what, platform, answers, ok, words] of cases)
  test(`time server, ${what}`, async (t) => {
    const check = await named(pc(t, platform, answers), 'time');
    assert.deepEqual([check?.ok, check?.remedy !== undefined], [ok, !ok]);
    assert.match(check?.detail ?? '', words);
  });

test('time server: what systemd-timesyncd leaves behind is enough', async (t) => {
  const of = pc(t, 'linux', { [timedate]: 'NTP=yes\nNTPSynchronized=no\n' });
  of.put('run/systemd/timesync/synchronized', '');
  assert.equal((await named(of, 'time'))?.ok, true);
});
