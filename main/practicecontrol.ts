/** The file by which commands find a practice AWS that runs, and the acts that they send to it. */
import { readFile, rm } from 'node:fs/promises';
import { StationError } from '../app/contract/errors.ts';
import { createTemporary, hands } from '../app/files/index.ts';
import { type Act, controlPath, type PracticeAws, type Standing, tokenHeader } from '../app/practice/aws/index.ts';

/** In the data folder of a practice line. */
export const controlName = 'practice-aws.control.json';

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
