/** The file by which commands find a practice AWS that runs, and the acts that they send to it. */
import { access, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { StationError } from '../app/contract/errors.ts';
import { createTemporary, hands } from '../app/files/index.ts';
import {
  type Act,
  controlPath,
  type Gateway,
  type PracticeAws,
  type Standing,
  tokenHeader,
} from '../app/practice/aws/index.ts';

/**
 * The practice AWS of a practice line keeps its files in a folder of its own. It writes them whenever it likes, and the
 * station's folder belongs to the process that holds the station's lock: what is half-written there is swept away at the start.
 */
const folderOf = (dir: string): string => join(dir, 'practice-aws');
export const controlOf = (dir: string): string => join(folderOf(dir), 'control.json');
const stateOf = (dir: string): string => join(folderOf(dir), 'state.json');

/** The file of the account in the practice line of `dir`. Those of a version that had them beside the records move. */
export async function statePlace(dir: string): Promise<string> {
  await mkdir(folderOf(dir), { recursive: true, mode: 0o700 });
  const older = join(dir, 'practice-aws.json');
  // The file itself goes last: until it is there, the move is done again.
  for (const part of ['.objects', '.journal', '']) {
    if (await exists(`${older}${part}`)) await hands.rename(`${older}${part}`, `${stateOf(dir)}${part}`);
  }
  return stateOf(dir);
}

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

/** Where devices connect, as a target and the command line say it. */
export const placeOf = ({ host, port, rootCaPem }: Gateway) => ({ host, port, rootCaPem });

/** Only this user can read it, because it holds the token. Returns the function that removes it. */
export async function writeControl(file: string, aws: PracticeAws): Promise<() => Promise<void>> {
  const { temporary, handle } = await createTemporary(file, 0o600);
  const text = JSON.stringify({ endpoint: aws.endpoint, token: aws.controlToken });
  try {
    await handle.writeFile(text);
  } finally {
    await handle.close();
  }
  await hands.rename(temporary, file);
  return async () => {
    // Another practice AWS may have been started since.
    if ((await readFile(file, 'utf8').catch(() => '')) === text) await rm(file, { force: true });
  };
}

/** @throws StationError call.badParams – no practice AWS runs there, or it refuses the act */
export async function sendAct(file: string, act: Act): Promise<Standing> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new StationError('call.badParams', `no practice AWS runs by ${file}; start one with --control ${file}`, {
      cause,
    });
  });
  const { endpoint, token } = readControl(file, text);
  const response = await fetch(`${endpoint}${controlPath}`, {
    method: 'POST',
    headers: { [tokenHeader]: token, 'content-type': 'application/json' },
    body: JSON.stringify(act),
  }).catch((cause: unknown) => {
    throw new StationError('call.badParams', `the practice AWS of ${file} does not answer at ${endpoint}`, { cause });
  });
  const answer = (await response.json()) as Standing & { error?: string };
  if (answer.error !== undefined) throw new StationError('call.badParams', answer.error);
  return answer;
}

function readControl(file: string, text: string): { endpoint: string; token: string } {
  try {
    const { endpoint, token } = JSON.parse(text) as Record<string, unknown>;
    if (typeof endpoint === 'string' && /^http:\/\/127\.0\.0\.1:\d+$/.test(endpoint) && typeof token === 'string') {
      return { endpoint, token };
    }
  } catch {
    // The refusal below says it.
  }
  throw new StationError('call.badParams', `${file} is not the control file of a practice AWS`);
}
