/** Programs of this folder in processes of their own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const start = (name: string, args: readonly string[]) =>
  spawn(process.execPath, [...process.execArgv, new URL(name, import.meta.url).pathname, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });

/** Runs `act` with the line of JSON that the program says when it is ready. It ends with its standard input. */
export async function withProgram<Ready, T>(
  name: string,
  args: readonly string[],
  act: (ready: Ready) => Promise<T>,
): Promise<T> {
  const child = start(name, args);
  try {
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    return await act(JSON.parse(line) as Ready);
  } finally {
    child.stdin.end();
    await once(child, 'exit');
  }
}

/** The line of JSON that the program ends with. */
export const runProgram = <T>(name: string, args: readonly string[]): Promise<T> =>
  withProgram<T, T>(name, args, async (said) => said);
