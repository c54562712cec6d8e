import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What a station that kills itself left behind: its acts as `killing` printed them, and the last line if it got there. */
export type Killed = { acts: string[]; last: string | undefined; signal: string | null };

/** On which sides of an act a life is killed: nothing durable is between two, so that before one is after another. */
export const sidesOf = (index: number): ('before' | 'after')[] => (index === 0 ? ['before', 'after'] : ['after']);

/** Runs a child program of this folder; resolves once it has ended, whichever way. */
export function runKilled(script: string, args: string[], env: Record<string, string> = {}): Promise<Killed> {
  const file = fileURLToPath(new URL(`./${script}`, import.meta.url));
  const child = spawn(process.execPath, [file, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  return new Promise((resolve) =>
    child.once('close', (_, signal) => {
      const lines = out.split('\n').filter(Boolean);
      const acts = lines.filter((line) => line.startsWith('act '));
      const last = lines.at(-1);
      resolve({ acts, last: last?.startsWith('act ') ? undefined : last, signal });
    }),
  );
}
