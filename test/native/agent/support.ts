import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

export const agentFolder = fileURLToPath(new URL('../../../native/agent', import.meta.url));

/** What the agent's cryptography can be built on. The default of the Makefile is the first. */
export const backends = [
  { name: 'Mbed TLS 2.28', args: ['BACKEND=mbedtls'], folder: join(agentFolder, 'build') },
  { name: 'PSA on Mbed TLS 3.6', args: ['BACKEND=psa'], folder: join(agentFolder, 'build/psa') },
] as const;
export type Backend = (typeof backends)[number];

/** Why the C agent cannot be built here, or `undefined`. CI must have what it needs, so there a failing build is a failing test. */
export function whyNoAgent(backend: Backend = backends[0]): string | undefined {
  if (process.env.CI) return undefined;
  try {
    execFileSync('make', ['--version'], { stdio: 'ignore' });
    if (backend === backends[0])
      execFileSync('cc', ['-E', '-include', 'mbedtls/ecdsa.h', '-x', 'c', '/dev/null'], { stdio: 'ignore' });
    else if (!existsSync(join(backend.folder, 'libmbedtls.a')))
      return `THE C AGENT IS NOT TESTED ON ${backend.name}: npm test fetches and compiles it where apt has Debian's archive`;
    return undefined;
  } catch {
    return 'THE C AGENT IS NOT TESTED: it needs a C compiler, make and the headers of Mbed TLS 2.28 or 3.6 (Debian: libmbedtls-dev)';
  }
}

/**
 * The backends that can be built here, each with the agent under the sanitizers: what goes wrong in memory ends the
 * process, and the test with it. The others are a skipped test with this title.
 */
export function builtBackends(title: string): { name: string; program: string }[] {
  return backends.flatMap((backend) => {
    const missing = whyNoAgent(backend);
    if (missing) {
      test(`${title} on ${backend.name}`, (t) => t.skip(missing));
      return [];
    }
    makeAgent('SANITIZE=1', ...backend.args);
    return [{ name: backend.name, program: join(backend.folder, 'sanitized/agent') }];
  });
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
