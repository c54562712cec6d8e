import { execFile } from 'node:child_process';

/** The output of a system program; `undefined` when it is missing, fails or takes too long. */
export type Ask = (program: string, ...args: string[]) => Promise<string | undefined>;

const limitMs = 5000;

export const ask: Ask = (program, ...args) =>
  new Promise((resolve) => {
    // Callers read numbers and names, not sentences. A program that knows several languages is asked for English.
    const options = { timeout: limitMs, windowsHide: true, env: { ...process.env, LC_ALL: 'C' } };
    execFile(program, args, options, (error, stdout) => resolve(error ? undefined : stdout));
  });
