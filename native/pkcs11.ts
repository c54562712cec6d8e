/** The only importer of pkcs11js: the PKCS#11 modules of token makers. Every call blocks until the token answers. */
import { createRequire } from 'node:module';
import { isAbsolute } from 'node:path';
import type * as Pkcs11js from 'pkcs11js';
import { StationError } from '../app/contract/errors.ts';
import { trustedFile } from './token/trust.ts';

export type Handle = Pkcs11js.Handle;
export type Template = Pkcs11js.Template;
export type Mechanism = Pkcs11js.Mechanism;

/** A maker's module. It is loaded once in a process and never unloaded, because some modules crash when they are. */
export type Module = {
  readonly path: string;
  readonly ck: typeof Pkcs11js;
  readonly calls: Pkcs11js.PKCS11;
  initialized: boolean;
};

const loaded = new Map<string, Module>();

/**
 * Loads a module from a file that other users cannot have changed. The file is checked right before it is loaded.
 * @throws `ca.moduleUnsafe`; `ca.noTokens` – with what to install
 */
export function loadModule(path: string): Module {
  const known = loaded.get(path);
  if (known !== undefined) return known;
  // The loader would look for a bare name in other places, such as the folder the station was started in.
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

/** pkcs11js is optional and comes as source. The set-up compiles it where it can (main/setup/pkcs11.mjs). */
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

/** @throws `ca.noTokens` – when the module does not start, e.g. because it lacks its configuration */
export function initialize(module: Module): void {
  if (module.initialized) return;
  const { calls, ck, path } = module;
  try {
    calls.C_Initialize({ flags: ck.CKF_OS_LOCKING_OK });
  } catch (cause) {
    // An abandoned thread initialised it. The module belongs to the process, not to the thread.
    if (returned(cause)?.code !== ck.CKR_CRYPTOKI_ALREADY_INITIALIZED) {
      const said = returned(cause)?.name ?? 'an error';
      throw new StationError('ca.noTokens', `the PKCS#11 module ${path} does not start: ${said}`, { cause });
    }
  }
  module.initialized = true;
}

/** Ends every session with the module's tokens. A module sees new tokens only after it is initialised again. */
export function finalize(module: Module): void {
  if (!module.initialized) return;
  module.initialized = false;
  quietly(() => module.calls.C_Finalize());
}

/** For acts of cleaning up, when a token may already be gone. */
export function quietly(act: () => void): void {
  try {
    act();
  } catch {
    // The session is gone in either case.
  }
}

/** A call's return value as name and number. Undefined for an error that is not the module's. */
export function returned(thrown: unknown): { name: string; code: number } | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const { code } = thrown as { code?: unknown };
  if (typeof code === 'number' && code > 0) return { name: thrown.message, code };
  // pkcs11js does not wrap C_FindObjects: the error of that call has the number in its text only.
  const [, name, number] = /^(CKR_\w+):(\d+)/.exec(thrown.message) ?? [];
  return name === undefined ? undefined : { name, code: Number(number) };
}

/** Wraps the error of a call, once: `ca.tokenAbsent` when the token went away, `ca.tokenFailed` otherwise. */
export function wrapped({ ck }: Module, thrown: unknown, act: string): StationError {
  if (thrown instanceof StationError) return thrown;
  const value = returned(thrown);
  if (value !== undefined && awayCodes(ck).includes(value.code))
    return new StationError('ca.tokenAbsent', `the token is not there: ${value.name}`, { cause: thrown });
  const said = value === undefined ? 'an unknown error' : `${value.name} (0x${value.code.toString(16)})`;
  return new StationError('ca.tokenFailed', `${act}: the token said ${said}`, { cause: thrown });
}

/** The token was pulled, or it was pulled and came back. In either case our session with it has ended. */
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
