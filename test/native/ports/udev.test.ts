/** The udev rules, judged by udev itself: what it makes of a device on a bus of our own making, in namespaces where nothing is real. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { needTools } from '../../ca/support.ts';
import { folderFor } from '../../device/support.ts';

const rules = join(import.meta.dirname, '../../../native/udev/60-birthmark.rules');

/** A /sys with one USB device and the terminal it brings, after Documentation/ABI/testing/sysfs-bus-usb of Linux. */
function makeSys(folder: string, idVendor: string, idProduct: string): void {
  const device = join(folder, 'sys/devices/usb1/1-1');
  const terminal = join(device, '1-1:1.0/tty/ttyACM0');
  for (const each of [terminal, join(folder, 'sys/bus/usb'), join(folder, 'sys/class/tty')])
    mkdirSync(each, { recursive: true });
  writeFileSync(join(device, 'idVendor'), `${idVendor}\n`);
  writeFileSync(join(device, 'idProduct'), `${idProduct}\n`);
  mkdirSync(join(device, 'power'));
  writeFileSync(join(device, 'power/control'), 'auto\n');
  writeFileSync(join(device, 'uevent'), 'DEVTYPE=usb_device\nMAJOR=189\nMINOR=1\nDEVNAME=bus/usb/001/002\n');
  writeFileSync(join(device, '1-1:1.0/uevent'), 'DEVTYPE=usb_interface\n');
  writeFileSync(join(terminal, 'uevent'), 'MAJOR=166\nMINOR=0\nDEVNAME=ttyACM0\n');
  symlinkSync('../../../bus/usb', join(device, 'subsystem'));
  symlinkSync('../../../../bus/usb', join(device, '1-1:1.0/subsystem'));
  symlinkSync('../../../../../../class/tty', join(terminal, 'subsystem'));
  symlinkSync('../../devices/usb1/1-1/1-1:1.0/tty/ttyACM0', join(folder, 'sys/class/tty/ttyACM0'));
}

const devices = { device: '/sys/devices/usb1/1-1', terminal: '/sys/class/tty/ttyACM0' };

/** What `udevadm test` says; `undefined` where this user may not make namespaces. */
function judge(folder: string, what: keyof typeof devices): string | undefined {
  const inside = [
    `mount --bind ${folder}/rules /etc/udev/rules.d`,
    `mount --bind ${folder}/sys /sys`,
    // What udev would write is written here and gone with the namespace.
    'mount -t tmpfs none /run',
    'mount -t tmpfs none /dev',
    'echo READY',
    `SYSTEMD_DEVICE_VERIFY_SYSFS=0 udevadm test ${devices[what]}`,
  ];
  const ran = spawnSync('unshare', ['-rm', 'sh', '-c', inside.join(' && ')], { encoding: 'utf8' });
  return ran.stdout?.includes('READY') ? ran.stdout + ran.stderr : undefined;
}

test('every line is one that the rules are meant to have', () => {
  const lines = readFileSync(rules, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  const part =
    /^(ACTION|SUBSYSTEM|SUBSYSTEMS|GOTO|LABEL|GROUP|MODE|TAG|TEST|ATTR\{power\/control\}|ENV\{\w+\}|ATTRS\{id(Vendor|Product)\})(==|!=|\+=|=)"[\w|/]+"$/;
  for (const line of lines) for (const each of line.split(', ')) assert.match(each, part);
  const ids = lines.filter((line) => line.startsWith('ATTRS')).join('\n');
  for (const id of ['0403', '10c4', '1a86', '0483', '374e', '1915', '1366', '303a']) assert.match(ids, new RegExp(id));
});

test('udev takes them as they are meant: known devices are kept from others, and strangers are left alone', (t) => {
  if (!needTools(t, 'udevadm', 'unshare')) return;
  const bed = (idVendor: string, idProduct: string) => {
    const folder = folderFor(t);
    makeSys(folder, idVendor, idProduct);
    mkdirSync(join(folder, 'rules'));
    copyFileSync(rules, join(folder, 'rules/60-birthmark.rules'));
    return folder;
  };
  const complaint = /60-birthmark\.rules:\d+ (?!GROUP \d|MODE 0660)/;
  const kept = /60-birthmark\.rules:\d+ .*power\/control.*\bon\b/;
  for (const [idVendor, idProduct] of [
    ['0483', '374e'],
    ['1a86', '7523'],
    ['1915', '520f'],
  ] as const) {
    const folder = bed(idVendor, idProduct);
    const terminal = judge(folder, 'terminal');
    if (terminal === undefined) return t.diagnostic('NOT JUDGED by udev: namespaces may not be made here');
    assert.doesNotMatch(terminal, complaint);
    for (const effect of ['ID_MM_DEVICE_IGNORE=1', 'MTP_NO_PROBE=1']) {
      assert.match(terminal, new RegExp(`^${effect}$`, 'm'));
      assert.match(judge(folder, 'device') ?? '', new RegExp(`^${effect}$`, 'm'), 'older ModemManagers ask the device');
    }
    assert.match(judge(folder, 'device') ?? '', kept, 'the kernel may not suspend it');
    assert.doesNotMatch(terminal, kept, 'a terminal has no power of its own');
    assert.match(terminal, /^TAGS=.*:uaccess:/m);
    assert.match(terminal, /60-birthmark\.rules:\d+ MODE 0660/);
  }
  const modem = judge(bed('12d1', '1506'), 'terminal') ?? '';
  assert.match(modem, /^DEVNAME=\/dev\/ttyACM0$/m);
  assert.doesNotMatch(modem, /ID_MM_DEVICE_IGNORE|60-birthmark\.rules:\d+ MODE/);

  assert.doesNotMatch(judge(bed('12d1', '1506'), 'device') ?? '', kept, 'what others plug in sleeps as it likes');

  const spoilt = bed('0483', '374e');
  writeFileSync(join(spoilt, 'rules/60-birthmark.rules'), 'SUBSYSTEM=="tty", GRUOP="dialout"\n');
  assert.match(judge(spoilt, 'terminal') ?? '', complaint, 'the judge sees a mistake');
});
