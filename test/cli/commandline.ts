/**
 * The command line for tests of what commands do: one process for all commands of a test file, so that Node and the
 * station's code are loaded once. That each command is a process of its own, and ends, `journey.test.ts` proves.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';

export type Done = { code: number; out: string; err: string };

let child: ChildProcess | undefined;
let last: Promise<unknown> = Promise.resolve();

async function runNext(args: string[], env: NodeJS.ProcessEnv): Promise<Done> {
  // No terminal to ask on; on stdout and stderr is only what breaks.
  child ??= fork(fileURLToPath(new URL('./warmchild.ts', import.meta.url)), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = new AbortController();
  const { signal } = ended;
  try {
    const answer = once(child, 'message', { signal }) as Promise<[Done]>;
    const exit = once(child, 'exit', { signal }).then(([code]): never => {
      throw new Error(`the process of the command line ended with ${code} in "${args.join(' ')}"`);
    });
    child.send({ args, env });
    const [done] = await Promise.race([answer, exit]);
    return done;
  } finally {
    ended.abort();
  }
}

type Answer = { code: number; value: ReturnType<typeof JSON.parse> };
type Credentials = { accessKeyId: string; secretAccessKey: string };

/** The command line of one file of tests, among others of its process: it may have an AWS of its own. */
export function commandLine() {
  let env: NodeJS.ProcessEnv = {};
  /** One command after the other, in the order they are given. */
  const run = (...args: string[]): Promise<Done> => {
    const done = last.then(() => runNext(args, env));
    last = done.catch(() => {});
    return done;
  };
  /** Runs with `--json`: exactly one JSON value on stdout, whatever happens. */
  const json = async (...args: string[]): Promise<Answer> => {
    const { code, out } = await run(...args, '--json');
    return { code, value: JSON.parse(out) };
  };
  /** Commands find these in their environment, from now on. Targets hold none. */
  const giveCredentials = ({ accessKeyId, secretAccessKey }: Credentials): void => {
    env = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
  };
  return { run, json, giveCredentials };
}

export const { run, json } = commandLine();

after(async () => {
  if (!child) return;
  const exited = once(child, 'exit');
  child.disconnect();
  await exited;
});
