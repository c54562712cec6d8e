/** Programs of this folder in processes of their own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const start = (program: URL, args: readonly string[]) =>
  spawn(process.execPath, [...process.execArgv, program.pathname, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });

/** Runs `act` with the line of JSON that the program says when it is ready. It ends with its standard input. */
export async function withProgram<Ready, T>(
  program: URL,
  args: readonly string[],
  act: (ready: Ready) => Promise<T>,
): Promise<T> {
  const child = start(program, args);
  try {
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    return await act(JSON.parse(line) as Ready);
  } finally {
    child.stdin.end();
    await once(child, 'exit');
  }
}

/** The line of JSON that the program ends with. */
export const runProgram = <T>(program: URL, args: readonly string[]): Promise<T> =>
  withProgram<T, T>(program, args, async (said) => said);
