/** CPU time of each thread of a process, as Linux counts it. */
import { readdirSync, readFileSync } from 'node:fs';

/** `cpuMs`: at work. `waitMs`: ready to work, while every core was busy with something else. */
export type ThreadTime = { cpuMs: number; waitMs: number };
/** By thread name; the main thread is `main`, threads of one name are added up. */
export type ThreadTimes = Map<string, ThreadTime>;

/** Empty where there is no /proc. */
export function threadTimes(pid: number): ThreadTimes {
  const times: ThreadTimes = new Map();
  const dir = `/proc/${pid}/task`;
  for (const task of list(dir)) {
    try {
      const [cpu, wait] = readFileSync(`${dir}/${task}/schedstat`, 'utf8').split(' ').map(Number);
      const name = task === String(pid) ? 'main' : readFileSync(`${dir}/${task}/comm`, 'utf8').trim();
      const { cpuMs, waitMs } = times.get(name) ?? { cpuMs: 0, waitMs: 0 };
      times.set(name, { cpuMs: cpuMs + (cpu ?? 0) / 1e6, waitMs: waitMs + (wait ?? 0) / 1e6 });
    } catch {
      // The thread has ended since.
    }
  }
  return times;
}

export function since(before: ThreadTimes, after: ThreadTimes): ThreadTimes {
  const passed = [...after].map(([name, { cpuMs, waitMs }]) => {
    const then = before.get(name) ?? { cpuMs: 0, waitMs: 0 };
    return [name, { cpuMs: cpuMs - then.cpuMs, waitMs: waitMs - then.waitMs }] as const;
  });
  return new Map(passed);
}

export function total(times: ThreadTimes): ThreadTime {
  const all = [...times.values()];
  const sum = (part: keyof ThreadTime) => all.reduce((so, time) => so + time[part], 0);
  return { cpuMs: sum('cpuMs'), waitMs: sum('waitMs') };
}

function list(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}
