/** The only importer of pkcs11js: the PKCS#11 modules of tokens' makers. Every call waits for the token. */
import { createRequire } from 'node:module';
import { isAbsolute } from 'node:path';
import type * as Pkcs11js from 'pkcs11js';
import { StationError } from '../app/contract/errors.ts';
import { trustedFile } from './token/trust.ts';

export type Handle = Pkcs11js.Handle;
export type Template = Pkcs11js.Template;
export type Mechanism = Pkcs11js.Mechanism;

/** A maker's module, loaded once in a process and never unloaded: some crash when they are. */
export type Module = {
  readonly path: string;
  readonly ck: typeof Pkcs11js;
  readonly calls: Pkcs11js.PKCS11;
  initialized: boolean;
};

const loaded = new Map<string, Module>();

/**
 * Only a file that others cannot have changed, looked at right before it is loaded. Throws `ca.moduleUnsafe`, and
 * `ca.noTokens`, saying what to install.
 */
export function loadModule(path: string): Module {
  const known = loaded.get(path);
  if (known !== undefined) return known;
  // The loader would look for a bare name in places of its own, the folder the station was started in among them.
  if (!isAbsolute(path)) throw new StationError('ca.noTokens', `${path} is not the full path of a PKCS#11 module`);
  const file = trustedFile(path);
  const ck = binding();
  const calls = new ck.PKCS11();
  try {
    calls.load(file);
  } catch (cause) {
    throw new StationError('ca.noTokens', `the PKCS#11 module ${path} cannot be loaded`, { cause });
  }
  const module = { path, ck, calls, initialized: false };
  loaded.set(path, module);
  return module;
}

/** pkcs11js is optional and comes as source, which the set-up compiles where it can (main/setup/pkcs11.mjs). */
function binding(): typeof Pkcs11js {
  try {
    return createRequire(import.meta.url)('pkcs11js') as typeof Pkcs11js;
  } catch (cause) {
    const how = {
      darwin: 'install a C++ compiler (xcode-select --install) and start again',
      win32: 'install Visual Studio’s Build Tools and run: npm rebuild pkcs11js',
    };
    const other = 'install a C++ compiler (Debian, Ubuntu: sudo apt-get install g++) and start again';
    const hint = process.platform in how ? how[process.platform as keyof typeof how] : other;
    throw new StationError('ca.noTokens', `pkcs11js is not compiled here: ${hint}`, { cause });
  }
}

/** Throws `ca.noTokens` where the module will not start, e.g. for want of its own configuration. */
export function initialize(module: Module): void {
  if (module.initialized) return;
  const { calls, ck, path } = module;
  try {
    calls.C_Initialize({ flags: ck.CKF_OS_LOCKING_OK });
  } catch (cause) {
    // By a thread that was given up; the module is the process's, not the thread's.
    if (returned(cause)?.code !== ck.CKR_CRYPTOKI_ALREADY_INITIALIZED) {
      const said = returned(cause)?.name ?? 'an error';
      throw new StationError('ca.noTokens', `the PKCS#11 module ${path} does not start: ${said}`, { cause });
    }
  }
  module.initialized = true;
}

/** Ends every session with the module's tokens. A module sees tokens that came since only when it is initialised anew. */
export function finalize(module: Module): void {
  if (!module.initialized) return;
  module.initialized = false;
  quietly(() => module.calls.C_Finalize());
}

/** For what is done on the way out, where a token may be gone already. */
export function quietly(act: () => void): void {
  try {
    act();
  } catch {
    // It is as good as done.
  }
}

/** A call's return value, as name and number, or undefined for an error that is not the module's. */
export function returned(thrown: unknown): { name: string; code: number } | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const { code } = thrown as { code?: unknown };
  if (typeof code === 'number' && code > 0) return { name: thrown.message, code };
  // pkcs11js forgets to wrap C_FindObjects: what it throws there has the number in its text only.
  const [, name, number] = /^(CKR_\w+):(\d+)/.exec(thrown.message) ?? [];
  return name === undefined ? undefined : { name, code: Number(number) };
}

/** Wraps what a call threw, once: `ca.tokenAbsent` where the token went away, `ca.tokenFailed` otherwise. */
export function wrapped({ ck }: Module, thrown: unknown, act: string): StationError {
  if (thrown instanceof StationError) return thrown;
  const value = returned(thrown);
  if (value !== undefined && awayCodes(ck).includes(value.code))
    return new StationError('ca.tokenAbsent', `the token is not there: ${value.name}`, { cause: thrown });
  const said = value === undefined ? 'an unknown error' : `${value.name} (0x${value.code.toString(16)})`;
  return new StationError('ca.tokenFailed', `${act}: the token said ${said}`, { cause: thrown });
}

/** That the token was pulled, or that it was and is back: either way our session with it is no more. */
const awayCodes = (ck: typeof Pkcs11js): number[] => [
  ck.CKR_DEVICE_ERROR,
  ck.CKR_DEVICE_REMOVED,
  ck.CKR_TOKEN_NOT_PRESENT,
  ck.CKR_TOKEN_NOT_RECOGNIZED,
  ck.CKR_SLOT_ID_INVALID,
  ck.CKR_SESSION_HANDLE_INVALID,
  ck.CKR_SESSION_CLOSED,
  ck.CKR_USER_NOT_LOGGED_IN,
  ck.CKR_CRYPTOKI_NOT_INITIALIZED,
];
