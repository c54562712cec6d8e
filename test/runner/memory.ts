/** Where the folders of a whole run lie. */
import { chmodSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const memory = '/dev/shm';
/** More than twice what a run has in its folders at once. */
const enoughBytes = 4 * 1024 ** 3;
const prefix = 'birthmark-run-';

/** How much memory programs could still have (proc_meminfo(5)), in bytes. */
function availableBytes(): number {
  const kilobytes = /^MemAvailable: *(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1];
  return Number(kilobytes ?? 0) * 1024;
}

/** A disk takes milliseconds for each of the many thousand commits of a run; memory takes none, where there is enough. */
export function placeOfRuns(): string {
  if (!existsSync(memory) || !existsSync('/proc/meminfo')) return tmpdir();
  const mounts = readFileSync('/proc/mounts', 'utf8').split('\n');
  const mount = mounts.map((line) => line.split(' ')).find(([, place]) => place === memory);
  // Tests compile programs and run them.
  if (mount === undefined || /\b(noexec|ro)\b/.test(mount[3] ?? '')) return tmpdir();
  const { bavail, bsize } = statfsSync(memory);
  return Math.min(bavail * bsize, availableBytes()) < enoughBytes ? tmpdir() : memory;
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** A folder that goes with this process. One that a killed run has left goes now: it may fill memory. */
export function makeRunFolder(): string {
  const place = placeOfRuns();
  const remove = (folder: string) => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  for (const name of globSync(`${prefix}*`, { cwd: place })) {
    const pid = Number(/^\d+/.exec(name.slice(prefix.length))?.[0]);
    if (pid > 0 && !isAlive(pid)) remove(join(place, name));
  }
  const folder = mkdtempSync(join(place, `${prefix}${process.pid}-`));
  // The PostgreSQL of the tests runs as another user, and has a folder in it.
  chmodSync(folder, 0o711);
  process.on('exit', () => remove(folder));
  return folder;
}
