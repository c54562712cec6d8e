/** SoftHSM2 made afresh for one test file, and `moody.c` before it: a token that is pulled, slow, hung. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import type { CaKey, CaKeyState, Tokens } from '../../app/ca/index.ts';
import { openTokens } from '../../main/threads/tokens.ts';
import { findModules, usualPlaces } from '../../native/token/modulepaths.ts';

export const pin = '73519-correct';
const soPin = '90210-officer';

const runs = (command: string, ...args: string[]) => spawnSync(command, args, { stdio: 'ignore' }).error === undefined;
const softhsm = (await findModules(usualPlaces().filter((path) => /softhsm/.test(path))))[0] ?? '';

/** Why no token can be tested here. */
export function whyNoTokens(): string | undefined {
  if (softhsm === '' || !runs('softhsm2-util', '--version')) return 'softhsm2 is missing';
  if (!runs('pkcs11-tool', '--version')) return 'pkcs11-tool (opensc) is missing';
  if (!runs('gcc', '--version')) return 'gcc is missing';
  try {
    createRequire(import.meta.url)('pkcs11js');
    return undefined;
  } catch {
    return 'pkcs11js is not compiled (npm test compiles it where there is a C++ compiler)';
  }
}

/** Modules of PKCS#11 read their environment in the process, so there is one for a test file. */
export function makeHsm() {
  const folder = mkdtempSync(join(tmpdir(), 'birthmark-hsm-'));
  const opened: Tokens[] = [];
  const tokenFolder = join(folder, 'tokens');
  const moody = join(folder, 'moody.so');
  const modeFile = join(folder, 'mode');
  const logFile = join(folder, 'log');
  mkdirSync(tokenFolder);
  writeFileSync(join(folder, 'softhsm2.conf'), `directories.tokendir = ${tokenFolder}\nobjectstore.backend = file\n`);
  const environment = {
    SOFTHSM2_CONF: join(folder, 'softhsm2.conf'),
    MOODY_REAL: softhsm,
    MOODY_MODE: modeFile,
    MOODY_LOG: logFile,
  };
  Object.assign(process.env, environment);
  after(async () => {
    writeFileSync(modeFile, '');
    for (const tokens of opened) await tokens.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const headers = join(import.meta.dirname, '../../node_modules/pkcs11js/includes');
  check(
    'gcc',
    '-shared',
    '-fPIC',
    '-fvisibility=hidden',
    `-I${headers}`,
    join(import.meta.dirname, 'moody.c'),
    '-o',
    moody,
  );

  return {
    folder,
    tokenFolder,
    softhsm,
    moody,
    environment,
    /** Closed after the tests. */
    open(options?: Parameters<typeof openTokens>[0]): Tokens {
      const tokens = openTokens(options);
      opened.push(tokens);
      return tokens;
    },
    addToken: (label: string) =>
      check('softhsm2-util', '--init-token', '--free', '--label', label, '--pin', pin, '--so-pin', soPin),
    setMode: (mode: '' | 'pulled' | 'blind' | 'slow' | 'hang' | 'leaky') => writeFileSync(modeFile, mode),
    /** How often a PIN was tried through `moody`. */
    logins: () => (existsSync(logFile) ? readFileSync(logFile, 'utf8').split('\n').length - 1 : 0),
    /** What opensc's tool says, as the token's user. */
    tool: (label: string, ...args: string[]) =>
      spawnSync('pkcs11-tool', ['--module', softhsm, '--token-label', label, '--login', '--pin', pin, ...args], {
        encoding: 'utf8',
      }),
  };
}

export function check(command: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ended with ${status}: ${stdout}${stderr}`);
  return stdout;
}

/** Resolves when the key says so. */
export async function becomes(key: CaKey, state: CaKeyState): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const look = () => key.state() === state && resolve();
  const stop = key.onState(look);
  look();
  await promise;
  stop();
}
