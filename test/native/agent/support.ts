import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export const agentFolder = fileURLToPath(new URL('../../../native/agent', import.meta.url));

/** Why the C agent cannot be built here, or `undefined`. CI must have what it needs, so there a failing build is a failing test. */
export function whyNoAgent(): string | undefined {
  if (process.env.CI) return undefined;
  try {
    execFileSync('cc', ['-E', '-include', 'mbedtls/x509_csr.h', '-x', 'c', '/dev/null'], { stdio: 'ignore' });
    execFileSync('make', ['--version'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'THE C AGENT IS NOT TESTED: it needs a C compiler, make and the Mbed TLS 2.28 headers (Debian: libmbedtls-dev)';
  }
}

/** Runs make; its messages become the error's. */
export function makeAgent(...args: string[]): string {
  return execFileSync('make', ['-s', '-C', agentFolder, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** A running agent on a pseudo-terminal. */
export type RunningAgent = { path: string; child: ChildProcess; stop(signal?: NodeJS.Signals): Promise<number | null> };

export async function startAgent(program: string, args: string[]): Promise<RunningAgent> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'exit');
  let output = '';
  let errors = '';
  child.stderr.on('data', (text) => {
    errors += text;
  });
  const path = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (text) => {
      output += text;
      const end = output.indexOf('\n');
      if (end >= 0) resolve(output.slice(0, end));
    });
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`the agent ended with ${code}: ${errors}`)));
  });
  return {
    path,
    child,
    async stop(signal = 'SIGTERM') {
      child.kill(signal);
      await ended;
      if (errors) throw new Error(`the agent complained: ${errors}`);
      return child.exitCode;
    },
  };
}
