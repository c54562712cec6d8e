import { spawn } from 'node:child_process';

export type Ended = { code: number; text: string; timedOut: boolean };

export type CommandOptions = {
  limitMs: number;
  /** Takes each line of stdout, which is then left out of `text`. */
  onLine?: (line: string) => void;
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Ends the command before its time. */
  signal?: AbortSignal;
};

const running = new Set<() => void>();
/** Nothing that was started outlives the runner. */
process.on('exit', () => {
  for (const kill of running) kill();
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(1));

/**
 * Runs a command in a process group of its own and ends the whole group when its time is over, so that neither a test
 * nor what a test started can keep us waiting. `signal` ends its time early.
 */
export function runCommand(
  command: string,
  args: readonly string[],
  { limitMs, onLine, cwd, env, signal }: CommandOptions,
): Promise<Ended> {
  const grouped = process.platform !== 'win32';
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: grouped });
  const kill = () => {
    try {
      if (grouped && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      else child.kill('SIGKILL');
    } catch {
      // It has gone already.
    }
  };
  running.add(kill);
  let text = '';
  let line = '';
  let timedOut = false;
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    if (onLine === undefined) {
      text += chunk;
      return;
    }
    const lines = (line + chunk).split('\n');
    line = lines.pop() ?? '';
    for (const whole of lines) onLine(whole);
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  return new Promise((resolve) => {
    const finish = (code: number) => {
      clearTimeout(timer);
      running.delete(kill);
      resolve({ code, text, timedOut });
    };
    const end = () => {
      timedOut = true;
      kill();
      finish(1);
    };
    const timer = setTimeout(end, limitMs);
    signal?.addEventListener('abort', end);
    child.on('error', (error) => {
      text += String(error);
      finish(1);
    });
    // What it left behind would hold our pipes open.
    child.on('exit', kill);
    child.on('close', (code, signal) => {
      if (signal !== null && !timedOut) text += `\nIt was ended by ${signal}.`;
      finish(code ?? 1);
    });
  });
}
