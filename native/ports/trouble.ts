/** Why a port cannot be opened, in words, with the remedy. When the system does not tell, nothing is guessed. */
import { constants, type Stats } from 'node:fs';
import { access, open, readFile, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { type PortProgram, portPrograms } from '../../app/contract/health.ts';
import type { OpenSettings, PortTrouble } from '../../app/device/channel.ts';
import { holderOf, processes } from './holder.ts';

/** The folders in which the machine describes itself. Tests use other folders. */
export type Machine = {
  platform: NodeJS.Platform;
  dev: string;
  proc: string;
  etc: string;
  /** Folders of installed udev rules. */
  rules: readonly string[];
  /** Whether this process may read and write the node. */
  mayUse: (node: string, stats: Stats) => Promise<boolean>;
  user: string;
  groups: readonly number[];
};

export const thisMachine = (): Machine => ({
  platform: process.platform,
  dev: '/dev',
  proc: '/proc',
  etc: '/etc',
  rules: [
    '/etc/udev/rules.d',
    '/run/udev/rules.d',
    '/usr/local/lib/udev/rules.d',
    '/usr/lib/udev/rules.d',
    '/lib/udev/rules.d',
  ],
  mayUse: (node) => succeeds(access(node, constants.R_OK | constants.W_OK)),
  user: userName(),
  groups: process.getgroups?.() ?? [],
});

const succeeds = (act: Promise<unknown>): Promise<boolean> => act.then(() => true).catch(() => false);

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `number ${process.getuid?.()}`; // in a container, with a number that has no name
  }
}

export type Why = {
  reason: 'gone' | 'permission' | 'busy' | 'notAPort' | 'line' | 'unknown';
  detail: string;
  remedy?: string;
  data: Data;
};
type Data = Record<string, string | number>;

const rulesFile = '60-birthmark.rules';
const installRules = `install ${rulesFile} (docs/ports.md): sudo cp ${rulesFile} /etc/udev/rules.d/ && sudo udevadm control --reload && sudo udevadm trigger`;

/** Programs that open every serial port they see, and how to keep them off ours. */
const meddlers: Record<PortProgram, string> = {
  ModemManager: `${installRules}; or, without modems on this PC: sudo systemctl disable --now ModemManager`,
  brltty: 'without a braille display on this PC: sudo apt-get remove brltty, then plug the device in again',
};

const isMeddler = (name: string): name is PortProgram => Object.hasOwn(meddlers, name);

const notAPort: Why = { reason: 'notAPort', detail: 'it is not a serial port', data: {} };

/**
 * Why the settings of the line were refused, after the port itself was opened; `undefined` for another failure. The
 * package says `… setting custom baud rate of 12345`, on Windows `Open (SetCommState): …`.
 */
export function whyLineRefused(cause: unknown, { baud, flowControl }: OpenSettings): Why | undefined {
  const message = cause instanceof Error ? cause.message : '';
  if (!/setting custom baud rate|SetCommState/.test(message)) return undefined;
  if (message.includes('Inappropriate ioctl')) return notAPort;
  return {
    reason: 'line',
    detail: `its adapter does not take ${baud} baud with flow control ${flowControl}`,
    remedy: "set another speed or flow control in the slot's line or the recipe's",
    data: { baud, flowControl },
  };
}

/** Call this after an attempt to open the node failed. */
export async function whyNotOpened(node: string, machine: Machine): Promise<Why> {
  const stats = await stat(node).catch(() => undefined);
  if (!stats) return { reason: 'gone', detail: 'it does not exist', data: {} };
  if (!stats.isCharacterDevice()) return notAPort;
  if (!(await machine.mayUse(node, stats))) return { reason: 'permission', ...(await permission(stats, machine)) };
  const holder = await holderOf(node, stats, machine.proc);
  if (holder) {
    const { pid, name } = holder;
    const detail =
      pid === process.pid ? 'this station itself has it open, in another slot' : `${name} (process ${pid}) has it open`;
    const remedy = isMeddler(name)
      ? meddlers[name]
      : pid === process.pid
        ? 'give each slot a port of its own'
        : `close ${name}`;
    return { reason: 'busy', detail, remedy, data: { pid, process: name } };
  }
  // Only an attempt to open shows another program's exclusive use (TIOCEXCL). O_NONBLOCK keeps it from waiting for a
  // carrier.
  const flags = constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK;
  const code = await open(node, flags).then(
    (handle) => handle.close(),
    (error: NodeJS.ErrnoException) => error.code,
  );
  if (code === 'EBUSY')
    return { reason: 'busy', detail: 'a program of another user has it open', remedy: 'close that program', data: {} };
  return { reason: 'unknown', detail: 'the system refuses', data: code ? { systemError: code } : {} };
}

async function permission({ gid, mode }: Stats, machine: Machine): Promise<Omit<Why, 'reason'>> {
  const group = await groupOf(gid, machine);
  const data = { group: group.name };
  const groupMay = (mode & 0o060) === 0o060 && gid !== 0;
  if (!groupMay) {
    const detail = `user ${machine.user} may not open it, and neither may the group that owns it (${group.name})`;
    return { detail, remedy: installRules, data };
  }
  const detail = `user ${machine.user} may not open it; the group ${group.name} may`;
  if (group.members.includes(machine.user) && !machine.groups.includes(gid))
    return {
      detail,
      remedy: `${machine.user} was put into ${group.name} after signing in: sign out and in again`,
      data,
    };
  return { detail, remedy: `sudo usermod -aG ${group.name} ${machine.user}, then sign out and in again`, data };
}

/** group(5): `dialout:x:20:ola,erin`. */
async function groupOf(gid: number, { etc }: Machine): Promise<{ name: string; members: string[] }> {
  const lines = (await readFile(join(etc, 'group'), 'utf8').catch(() => '')).split('\n').map((line) => line.split(':'));
  const [name = String(gid), , , members = ''] = lines.find(([, , id]) => id === String(gid)) ?? [];
  return { name, members: members.split(',') };
}

/**
 * The troubles that will keep slots from working on this PC: programs that take ports, and ports that this user may not
 * open.
 */
export async function portTroubles(machine: Machine, nodes: readonly string[]): Promise<PortTrouble[]> {
  if (machine.platform !== 'linux') return [];
  const running = await processes(machine.proc);
  const found: PortTrouble[] = [];
  for (const name of portPrograms) {
    const remedy = meddlers[name];
    const meddler = running.find((each) => each.name === name);
    // Our rules keep it away from the devices that they name.
    if (!meddler || (name === 'ModemManager' && (await rulesInstalled(machine)))) continue;
    const detail = `${name} is running (process ${meddler.pid}); it opens serial ports that are plugged in and writes to them`;
    const finding = {
      what: 'portHeld',
      remedy: 'asRoot',
      values: { name, pid: meddler.pid, commands: remedy },
    } as const;
    found.push({ name, detail, remedy, finding });
  }
  const closed: Omit<Why, 'reason'>[] = [];
  for (const node of nodes) {
    const stats = await stat(node).catch(() => undefined);
    if (!stats || (await machine.mayUse(node, stats))) continue;
    const { detail, remedy = installRules } = await permission(stats, machine);
    closed.push({ detail: `${node}: ${detail}`, remedy, data: {} });
  }
  if (closed.length > 0) {
    const all = <K extends 'detail' | 'remedy'>(key: K) => [...new Set(closed.map((each) => each[key]))].join('; ');
    const values = { user: machine.user, count: closed.length, commands: all('remedy') };
    const finding = { what: 'portsForbidden', remedy: 'joinGroup', values } as const;
    found.push({ name: 'portPermission', detail: all('detail'), remedy: all('remedy'), finding });
  }
  return found;
}

async function rulesInstalled({ rules }: Machine): Promise<boolean> {
  const there = await Promise.all(rules.map((folder) => succeeds(stat(join(folder, rulesFile)))));
  return there.includes(true);
}
