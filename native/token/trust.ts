/**
 * Whether a library may be loaded: nobody but root and the station's own user may change the file, or put another in its
 * place, by way of any folder or link above it. A library that is loaded does as it likes inside the station.
 */
import { lstatSync, readlinkSync, realpathSync, type Stats } from 'node:fs';
import { dirname, isAbsolute, join, sep, win32 } from 'node:path';
import { StationError } from '../../app/contract/errors.ts';

/** As `data.reason`; `data.at` is the file or folder that it is about. */
const reasons = {
  moduleMissing: 'ca.noTokens',
  moduleNotFile: 'ca.noTokens',
  moduleOwner: 'ca.moduleUnsafe',
  moduleWritable: 'ca.moduleUnsafe',
  modulePlace: 'ca.moduleUnsafe',
} as const;
type Reason = keyof typeof reasons;

const othersMayWrite = 0o022;
/** In a folder with this bit, as /tmp, each may rename and remove only what is their own. */
const sticky = 0o1000;
const mostLinks = 40;

const refused = (reason: Reason, path: string, at: string, why: string): StationError =>
  new StationError(reasons[reason], `${at} ${why}`, { data: { reason, path, at } });

/** The file itself, behind all links. Throws `ca.moduleUnsafe`, or `ca.noTokens` where there is none. */
export function trustedFile(path: string): string {
  if (!isAbsolute(path)) throw refused('modulePlace', path, path, 'is not a full path');
  return process.platform === 'win32' ? inProgramFolder(path) : walked(path);
}

/** From the root down: what is looked at cannot be changed by others, because what is above it cannot. */
function walked(path: string): string {
  const uid = process.geteuid?.() ?? 0;
  const rest = path.split(sep);
  let at = '/';
  let links = 0;
  for (let name = rest.shift(); name !== undefined; name = rest.shift()) {
    at = name === '..' ? dirname(at) : join(at, name);
    const found = look(at);
    if (found === undefined) throw refused('moduleMissing', path, at, 'is not there');
    if (found.uid !== 0 && found.uid !== uid) throw refused('moduleOwner', path, at, 'belongs to another user');
    if (found.isSymbolicLink()) {
      links += 1;
      if (links > mostLinks) throw refused('moduleMissing', path, at, 'leads in a circle');
      const target = readlinkSync(at);
      rest.unshift(...target.split(sep));
      at = isAbsolute(target) ? '/' : dirname(at);
    } else if (isOpen(found)) throw refused('moduleWritable', path, at, 'can be written by others');
  }
  if (!lstatSync(at).isFile()) throw refused('moduleNotFile', path, at, 'is not a file');
  return at;
}

/** Nothing where it is not there, also because what is above it is a file. */
function look(at: string): Stats | undefined {
  try {
    return lstatSync(at);
  } catch {
    return undefined;
  }
}

const isOpen = (found: Stats): boolean =>
  (found.mode & othersMayWrite) !== 0 && !(found.isDirectory() && (found.mode & sticky) !== 0);

/** Node tells nothing of the rights of Windows: there, it must lie where only administrators may write unless they changed that. */
function inProgramFolder(path: string): string {
  let file: string;
  try {
    file = realpathSync.native(path);
  } catch {
    throw refused('moduleMissing', path, path, 'is not there');
  }
  if (!isInProgramFolder(file))
    throw refused('modulePlace', path, file, 'is not in a folder of programs or of Windows');
  if (!lstatSync(file).isFile()) throw refused('moduleNotFile', path, file, 'is not a file');
  return file;
}

/** `environment`: of Windows, which names the folders. */
export function isInProgramFolder(file: string, environment: NodeJS.ProcessEnv = process.env): boolean {
  const { ProgramFiles, SystemRoot } = environment;
  const folders = [ProgramFiles, environment['ProgramFiles(x86)'], SystemRoot && win32.join(SystemRoot, 'System32')];
  const plain = (name: string) => win32.normalize(name).toLowerCase();
  return folders.some((folder) => folder !== undefined && plain(file).startsWith(`${plain(folder)}\\`));
}
