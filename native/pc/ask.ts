import { execFile } from 'node:child_process';

/** What a program of the system prints; `undefined` where it is missing, refuses or takes too long. */
export type Ask = (program: string, ...args: string[]) => Promise<string | undefined>;

const limitMs = 5000;

export const ask: Ask = (program, ...args) =>
  new Promise((resolve) => {
    // Numbers and names are read, not sentences; English wherever the program lets itself be asked.
    const options = { timeout: limitMs, windowsHide: true, env: { ...process.env, LC_ALL: 'C' } };
    execFile(program, args, options, (error, stdout) => resolve(error ? undefined : stdout));
  });
