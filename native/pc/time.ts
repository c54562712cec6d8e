/**
 * Tells whether the PC's clock follows a time server. Certificates state when they begin, and a drifting clock states
 * it wrongly.
 */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { DoctorCheck } from '../../app/contract/model.ts';
import type { Pc } from './pc.ts';

type Answer = 'yes' | 'no' | 'off' | 'unknown';

/** The commands alone, for screens that have words of their own. */
const commandsOf: Partial<Record<NodeJS.Platform, string>> = {
  linux: 'sudo timedatectl set-ntp true',
  win32: 'net start w32time && w32tm /resync',
  darwin: 'sudo systemsetup -setusingnetworktime on',
};

const remedies: Partial<Record<NodeJS.Platform, string>> = {
  linux: 'sudo timedatectl set-ntp true, or install chrony; on a line without a network, a time server of the factory',
  win32:
    'as an administrator: net start w32time && w32tm /resync; without a network, w32tm /config with a time server of the factory',
  darwin: 'sudo systemsetup -setusingnetworktime on',
};

export async function timeCheck(pc: Pc): Promise<DoctorCheck> {
  const answer = await answerOf(pc);
  const name = 'time';
  switch (answer) {
    case 'yes':
      return {
        name,
        ok: true,
        detail: 'the clock of this PC follows a time server',
        finding: { what: 'timeFollows' },
      };
    case 'unknown':
      return {
        name,
        ok: true,
        detail: 'this PC does not say whether its clock follows a time server',
        finding: { what: 'timeUnknown' },
      };
    case 'no':
    case 'off': {
      const detail =
        answer === 'off'
          ? 'time synchronisation is off'
          : 'time synchronisation is on, but no time server has been reached';
      const commands = commandsOf[pc.platform] ?? '';
      const what = answer === 'off' ? 'timeOff' : 'timeUnreached';
      const finding = { what, remedy: 'timeServer', values: { commands } } as const;
      return {
        name,
        ok: false,
        detail,
        remedy: remedies[pc.platform] ?? 'have the clock set by a time server',
        finding,
      };
    }
  }
}

function answerOf(pc: Pc): Promise<Answer> {
  if (pc.platform === 'win32') return windows(pc);
  return pc.platform === 'darwin' ? mac(pc) : linux(pc);
}

/** The kernel's own flag, which every daemon sets, read through timedated. Without systemd, chrony's answer. */
async function linux({ root, ask }: Pc): Promise<Answer> {
  // systemd-timesyncd(8) touches this file when it has set the clock.
  const touched = await access(join(root, '/run/systemd/timesync/synchronized')).then(
    () => true,
    () => false,
  );
  if (touched) return 'yes';
  const said = await ask('timedatectl', 'show', '--property=NTPSynchronized', '--property=NTP');
  if (said !== undefined && /^NTPSynchronized=(yes|no)$/m.test(said)) {
    if (/^NTPSynchronized=yes$/m.test(said)) return 'yes';
    return /^NTP=no$/m.test(said) ? 'off' : 'no';
  }
  const tracking = await ask('chronyc', '-n', 'tracking');
  if (tracking === undefined) return 'unknown';
  return /^Leap status\s*:\s*(Normal|Insert second|Delete second)/m.test(tracking) ? 'yes' : 'no';
}

/** The first number is the leap indicator (RFC 5905 §7.3), whatever the name of its line: 3 is "not synchronised". */
async function windows({ ask }: Pc): Promise<Answer> {
  const said = await ask('w32tm', '/query', '/status');
  const [, leap] = /:\s*(\d)\s*\(/.exec(said ?? '') ?? [];
  if (leap === undefined) return (await ask('sc', 'query', 'w32time'))?.includes('STOPPED') ? 'off' : 'unknown';
  return leap === '3' ? 'no' : 'yes';
}

/** macOS tells whether a time server is asked, not whether one answers, and tells it to administrators only. */
async function mac({ ask }: Pc): Promise<Answer> {
  const said = await ask('/usr/sbin/systemsetup', '-getusingnetworktime');
  if (said?.includes('Network Time: On')) return 'yes';
  return said?.includes('Network Time: Off') ? 'off' : 'unknown';
}
