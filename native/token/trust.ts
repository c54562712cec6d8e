/**
 * Decides whether a library may be loaded: only root and the station's own user may be able to change the file or to
 * replace it, through any folder or link above it. A loaded library can do anything inside the station.
 */
import { lstatSync, readlinkSync, realpathSync, type Stats } from 'node:fs';
import { dirname, isAbsolute, join, sep, win32 } from 'node:path';
import { StationError } from '../../app/contract/errors.ts';

/** These are values of `data.reason`. `data.at` is the file or folder at fault. */
const reasons = {
  moduleMissing: 'ca.noTokens',
  moduleNotFile: 'ca.noTokens',
  moduleOwner: 'ca.moduleUnsafe',
  moduleWritable: 'ca.moduleUnsafe',
  modulePlace: 'ca.moduleUnsafe',
} as const;
type Reason = keyof typeof reasons;

const othersMayWrite = 0o022;
/** In a folder with this bit, such as /tmp, each user can rename and remove only their own files. */
const sticky = 0o1000;
const mostLinks = 40;

const refused = (reason: Reason, path: string, at: string, why: string): StationError =>
  new StationError(reasons[reason], `${at} ${why}`, { data: { reason, path, at } });

/**
 * The file itself, behind all links.
 * @throws `ca.moduleUnsafe`; `ca.noTokens` – when there is no such file
 */
export function trustedFile(path: string): string {
  if (!isAbsolute(path)) throw refused('modulePlace', path, path, 'is not a full path');
  return process.platform === 'win32' ? inProgramFolder(path) : walked(path);
}

/**
 * Checks from the root down: other users cannot change a checked folder, because they cannot change the folders above
 * it.
 */
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

/** Undefined when the path does not exist, also when a parent is a file. */
function look(at: string): Stats | undefined {
  try {
    return lstatSync(at);
  } catch {
    return undefined;
  }
}

const isOpen = (found: Stats): boolean =>
  (found.mode & othersMayWrite) !== 0 && !(found.isDirectory() && (found.mode & sticky) !== 0);

/** Node tells no access rights on Windows. There the file must lie where only administrators may write by default. */
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

/** `environment` is that of Windows, which names the folders. */
export function isInProgramFolder(file: string, environment: NodeJS.ProcessEnv = process.env): boolean {
  const { ProgramFiles, SystemRoot } = environment;
  const folders = [ProgramFiles, environment['ProgramFiles(x86)'], SystemRoot && win32.join(SystemRoot, 'System32')];
  const plain = (name: string) => win32.normalize(name).toLowerCase();
  return folders.some((folder) => folder !== undefined && plain(file).startsWith(`${plain(folder)}\\`));
}
