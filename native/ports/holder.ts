/** The program that has a port open, as far as Linux tells this user. */
import type { Stats } from 'node:fs';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';

export type Holder = { pid: number; name: string };

/**
 * Looks first at the lock that serialport and most terminal programs take, which shows for every user; then at the open
 * files of this user's processes.
 */
export async function holderOf(node: string, stats: Stats, proc: string): Promise<Holder | undefined> {
  const pid = (await lockHolder(stats, proc)) ?? (await fileHolder(node, proc));
  return pid === undefined ? undefined : { pid, name: await nameOf(pid, proc) };
}

/** Processes by their pid and name. */
export async function processes(proc: string): Promise<Holder[]> {
  const pids = await pidsIn(proc);
  return Promise.all(pids.map(async (pid) => ({ pid, name: await nameOf(pid, proc) })));
}

/** proc_locks(5): `1: FLOCK  ADVISORY  WRITE 1234 00:06:567 0 EOF`, with the numbers of the file system in hexadecimal. */
async function lockHolder({ dev, ino }: Stats, proc: string): Promise<number | undefined> {
  // The encoding of glibc's makedev for numbers below 2^32.
  const [major, minor] = [(dev >>> 8) & 0xfff, (dev & 0xff) | ((dev >>> 12) & 0xfff00)];
  const two = (value: number) => value.toString(16).padStart(2, '0');
  const file = `${two(major)}:${two(minor)}:${ino}`;
  const locks = await readFile(join(proc, 'locks'), 'utf8').catch(() => '');
  for (const line of locks.split('\n')) {
    const [, kind, , , pid, id] = line.trim().split(/\s+/);
    if (kind === 'FLOCK' && id === file && Number(pid) > 0) return Number(pid);
  }
  return undefined;
}

async function fileHolder(node: string, proc: string): Promise<number | undefined> {
  for (const pid of await pidsIn(proc)) {
    const folder = join(proc, String(pid), 'fd');
    // Processes of other users cannot be read.
    for (const fd of await readdir(folder).catch(() => []))
      if ((await readlink(join(folder, fd)).catch(() => '')) === node) return pid;
  }
  return undefined;
}

const pidsIn = async (proc: string): Promise<number[]> =>
  (await readdir(proc).catch(() => [])).filter((name) => /^\d+$/.test(name)).map(Number);

const nameOf = async (pid: number, proc: string): Promise<string> =>
  (await readFile(join(proc, String(pid), 'comm'), 'utf8').catch(() => '')).trim() || `process ${pid}`;
