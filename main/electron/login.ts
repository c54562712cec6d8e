/** Starts the program with the PC: by the system's own list on Windows and macOS, by a desktop entry on Linux. */
import { rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type * as Electron from 'electron';
import { writeWhole } from '../../app/station/index.ts';

export type Program = { path: string; args: readonly string[] };

/** The freedesktop.org autostart folder of this user. */
export const autostartFile = (env: NodeJS.ProcessEnv = process.env): string =>
  join(env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'autostart', 'birthmark.desktop');

/** Quotes one argument of an Exec line as the Desktop Entry Specification (1.5, "The Exec key") asks. */
function quoted(text: string): string {
  // The value is unescaped once as a string before it is read as a command. So one backslash needs two.
  const escaped = text.replace(/["`$\\]/g, (character) => `\\\\${character === '\\' ? '\\\\' : character}`);
  return `"${escaped.replaceAll('%', '%%')}"`;
}

export const desktopEntry = ({ path, args }: Program): string =>
  [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Birthmark',
    'Comment=Provisioning station',
    `Exec=${[path, ...args].map(quoted).join(' ')}`,
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');

/** Sets whether this program starts when this user signs in to the PC. */
export async function startWithPc(
  app: Pick<Electron.App, 'setLoginItemSettings'>,
  on: boolean,
  program: Program,
  platform: NodeJS.Platform = process.platform,
  file: string = autostartFile(),
): Promise<void> {
  if (platform === 'linux') {
    if (on) await writeWhole(file, desktopEntry(program));
    else await rm(file, { force: true });
    return;
  }
  const args = program.args.map((text) => (text.includes(' ') ? `"${text}"` : text));
  app.setLoginItemSettings({ openAtLogin: on, path: program.path, args });
}
