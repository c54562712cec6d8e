/** The requests that the token thread answers, one at a time. Each waits for the token. */

import type { CaKeyState, Tokens } from '../../app/ca/authorities/key.ts';
import type { SignatureAlgorithm } from '../../app/ca/x509/algorithm.ts';
import type { Custody, Token } from '../../app/contract/authority.ts';
import { StationError } from '../../app/contract/errors.ts';
import { finalize, type Handle, initialize, loadModule, type Module, quietly, wrapped } from '../pkcs11.ts';
import {
  comeBack,
  hold,
  isPinRefused,
  isThere,
  keyIn,
  letGo,
  loseSession,
  type OpenToken,
  type TokenKey,
  wrongPin,
} from './login.ts';
import { assertTakes, makePair } from './make.ts';
import { signWith } from './sign.ts';
import { findToken, listTokens } from './slots.ts';
import { trustedFile } from './trust.ts';

type TokenCustody = Extract<Custody, { kind: 'token' }>;
export type OpenedKey = { keyId: number; spkiDer: Uint8Array };
type MakeRequest = Parameters<Tokens['makeKey']>[0];

/** Requests by name. These types cross the thread's boundary; errors are `StationError`. */
export type Desk = {
  /** Checks the file without loading it. */
  check(params: { module: string }): null;
  list(params: { module: string }): Token[];
  makeKey(params: MakeRequest): OpenedKey & { custody: TokenCustody };
  open(params: { custody: TokenCustody; pin: string }): OpenedKey;
  state(params: { custody: TokenCustody }): Token['pin'] | 'absent';
  sign(params: { keyId: number; algorithm: SignatureAlgorithm; data: Uint8Array }): Uint8Array;
  /** The state of each open key, after a look at its token. A closed key is forgotten. */
  look(params: null): Map<number, CaKeyState>;
  closeKey(params: { keyId: number }): void;
  /** Releases everything. */
  close(params: null): void;
};

/** The usual limit of tokens. After that many wrong PINs its keys are closed, and then the token itself counts. */
const guessesAllowed = 3;

export function createDesk(): Desk {
  const tokens = new Set<OpenToken>();
  const keys = new Map<number, { held: OpenToken; key: TokenKey | undefined }>();
  let lastKeyId = 0;

  const heldOf = (module: Module) => [...tokens].filter((held) => held.module === module);
  const keysOf = (held: OpenToken) => [...keys.values()].filter((open) => open.held === held);

  /**
   * A module stays initialised while one of its tokens is in use. Otherwise it is initialised again, so that it sees
   * new tokens.
   */
  function using<T>(path: string, what: string, act: (module: Module) => T): T {
    const module = loadModule(path);
    if (heldOf(module).every((held) => held.session === undefined)) finalize(module);
    initialize(module);
    try {
      return act(module);
    } catch (thrown) {
      throw wrapped(module, thrown, what);
    } finally {
      if (heldOf(module).length === 0) finalize(module);
    }
  }

  function drop(held: OpenToken): void {
    tokens.delete(held);
    letGo(held);
    if (heldOf(held.module).length === 0) finalize(held.module);
  }

  /** The PIN is refused. It is forgotten, and so is every key that it opened. */
  function shut(held: OpenToken): void {
    for (const open of keysOf(held)) open.key = undefined;
    drop(held);
  }

  /** A token logs in once for all its keys. For a second key, the PIN is compared with the kept one. */
  function holding(module: Module, serial: string, pin: string): OpenToken {
    const held = heldOf(module).find((one) => one.serial === serial);
    if (held !== undefined && held.session === undefined) reopen(held);
    if (held === undefined || !tokens.has(held)) {
      initialize(module);
      const made = hold(module, serial, pin);
      tokens.add(made);
      return made;
    }
    const token = findToken(module, serial);
    if (held.session === undefined || token === undefined)
      throw new StationError('ca.tokenAbsent', `the token ${held.label} is not plugged in`);
    const typed = Buffer.from(pin, 'utf8');
    const isSame = held.pin.equals(typed);
    typed.fill(0);
    if (isSame) {
      held.guesses = 0;
      return held;
    }
    held.guesses += 1;
    if (held.guesses === guessesAllowed) shut(held);
    throw wrongPin(module, token);
  }

  /** Looks for the token's keys again. A key that has changed or is gone is closed. */
  function reopen(held: OpenToken): void {
    const alone = heldOf(held.module).every((other) => other.session === undefined);
    try {
      if (!comeBack(held, alone)) return;
    } catch {
      shut(held);
      return;
    }
    for (const open of keysOf(held)) {
      const before = open.key;
      if (before === undefined) continue;
      open.key = undefined;
      quietly(() => {
        const now = keyIn(held, before.keyIdHex);
        if (Buffer.compare(now.spkiDer, before.spkiDer) === 0) open.key = now;
      });
    }
  }

  function openKey(held: OpenToken, keyIdHex: string): OpenedKey {
    const key = keyIn(held, keyIdHex);
    lastKeyId += 1;
    keys.set(lastKeyId, { held, key });
    return { keyId: lastKeyId, spkiDer: key.spkiDer };
  }

  /** Releases the token again if no key was opened on it. */
  function withToken<T>(module: Module, serial: string, pin: string, act: (held: OpenToken) => T): T {
    const held = holding(module, serial, pin);
    try {
      return act(held);
    } finally {
      if (tokens.has(held) && keysOf(held).length === 0) drop(held);
    }
  }

  return {
    check({ module }) {
      trustedFile(module);
      return null;
    },

    list: ({ module: path }) => using(path, 'looking for tokens', listTokens),

    makeKey: ({ module: path, tokenSerial, pin, keyType, label, keyIdHex: taken }) =>
      using(path, 'making a key', (module) =>
        withToken(module, tokenSerial, pin, (held) => {
          const keyIdHex = writing(held, (session) => {
            if (taken === undefined) return makePair(module, session, keyType, label);
            assertTakes(module, session, taken, keyType);
            return taken;
          });
          const custody = { kind: 'token' as const, module: path, tokenLabel: held.label, tokenSerial, keyIdHex };
          return { ...openKey(held, keyIdHex), custody };
        }),
      ),

    open: ({ custody, pin }) =>
      using(custody.module, 'opening a key', (module) =>
        withToken(module, custody.tokenSerial, pin, (held) => openKey(held, custody.keyIdHex)),
      ),

    state: ({ custody }) =>
      using(
        custody.module,
        'looking for a token',
        (module) => findToken(module, custody.tokenSerial)?.pin ?? ('absent' as const),
      ),

    sign({ keyId, algorithm, data }) {
      const { held, key } = keys.get(keyId) ?? {};
      if (held === undefined || key === undefined)
        throw new StationError('ca.locked', 'the key in the token is closed');
      const absent = (cause?: unknown) =>
        new StationError('ca.tokenAbsent', `the token ${held.label} is not plugged in`, { cause });
      if (held.session === undefined) throw absent();
      try {
        return signWith(held.module, held.session.handle, key, held.pin, algorithm, data);
      } catch (thrown) {
        if (isPinRefused(held.module, thrown)) {
          // The PIN was changed meanwhile. Every further signature would cost the token a try.
          shut(held);
          throw new StationError('ca.locked', `the token ${held.label} refuses its PIN now`, { cause: thrown });
        }
        const error = wrapped(held.module, thrown, 'signing');
        if (error.code !== 'ca.tokenAbsent' && isThere(held)) throw error;
        loseSession(held);
        throw absent(thrown);
      }
    },

    look() {
      for (const held of [...tokens]) {
        if (held.session !== undefined && !isThere(held)) loseSession(held);
        if (held.session === undefined) reopen(held);
      }
      const states = new Map<number, CaKeyState>();
      for (const [keyId, { held, key }] of keys) {
        if (key === undefined) keys.delete(keyId);
        states.set(keyId, key === undefined ? 'closed' : held.session === undefined ? 'absent' : 'ready');
      }
      for (const held of [...tokens]) if (keysOf(held).length === 0) drop(held);
      return states;
    },

    closeKey({ keyId }) {
      const open = keys.get(keyId);
      keys.delete(keyId);
      if (open !== undefined && tokens.has(open.held) && keysOf(open.held).length === 0) drop(open.held);
    },

    close() {
      keys.clear();
      for (const held of [...tokens]) drop(held);
    },
  };
}

/** Opens an extra session that may write. The login belongs to the token, not to the session. */
function writing<T>({ module: { calls, ck }, session }: OpenToken, act: (session: Handle) => T): T {
  if (session === undefined) throw new StationError('ca.tokenAbsent', 'the token is not plugged in');
  const handle = calls.C_OpenSession(session.slot, ck.CKF_SERIAL_SESSION | ck.CKF_RW_SESSION);
  try {
    return act(handle);
  } finally {
    quietly(() => calls.C_CloseSession(handle));
  }
}
