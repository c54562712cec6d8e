/** Programs of others as the bench runs them. */
import { spawn, spawnSync } from 'node:child_process';
import type { Request } from './material.ts';

/** The first line a program says, or undefined where it is not installed. */
export function firstLine(program: string, args: readonly string[]): string | undefined {
  const { error, stdout } = spawnSync(program, args, { encoding: 'utf8' });
  return error === undefined ? stdout.split('\n')[0]!.trim() : undefined;
}

/** Resolves with its stdout when the program has ended well; rejects with its stderr otherwise. */
export function run(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const said = { out: '', error: '' };
    child.stdout.on('data', (chunk: Buffer) => {
      said.out += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      said.error += chunk.toString();
    });
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve(said.out) : reject(new Error(`${program} ended with ${code}:\n${said.error.slice(-2000)}`)),
    );
  });
}

/** `command` for each request's file as `$csr`, by a shell: to start a process, it needs a tenth of what node does. */
export async function shellLoop(
  command: string,
  requests: readonly Request[],
  read: (csrFile: string) => string,
): Promise<string[]> {
  const files = requests.map(({ csrFile }) => csrFile);
  await run('sh', ['-ec', `for csr in "$@"; do ${command}; done`, 'sh', ...files]);
  return files.map(read);
}
