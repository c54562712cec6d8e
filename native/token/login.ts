/**
 * An open token. It is logged in with a PIN that stays here until the token is released, even while the token is
 * unplugged.
 */
import { StationError } from '../../app/contract/errors.ts';
import { finalize, type Handle, initialize, type Module, quietly, returned, wrapped } from '../pkcs11.ts';
import { curves, findKey, flag, keyTypeOf, publicKeyOf } from './objects.ts';
import type { SigningKey } from './sign.ts';
import { findToken, type Present, tokenIn } from './slots.ts';

export type TokenKey = SigningKey & { keyIdHex: string; spkiDer: Uint8Array };

export type OpenToken = {
  readonly module: Module;
  readonly serial: string;
  readonly label: string;
  /** Overwritten when the token is released. Strings made from it for a call are left to the garbage collector. */
  readonly pin: Buffer;
  /** Undefined while the token is absent. */
  session: { handle: Handle; slot: Handle } | undefined;
  /** The number of looks in a row that did not find the token. */
  misses: number;
  /** Wrong PINs in a row that were compared here. The token does not know about them. */
  guesses: number;
};

/**
 * Some modules see a token again only after they are initialised again. This is often enough to be quick and seldom
 * enough to be gentle.
 */
const anewEachMisses = 3;

/**
 * Opens the token and logs in.
 *
 * @throws `ca.tokenAbsent`, `ca.wrongPin`, `ca.pinLocked`, `ca.tokenFailed`
 */
export function hold(module: Module, serial: string, pin: string): OpenToken {
  const token = findToken(module, serial);
  if (token === undefined) throw new StationError('ca.tokenAbsent', `no token ${serial} is plugged in`);
  const kept = Buffer.from(pin, 'utf8');
  try {
    const session = { handle: openSession(module, token, kept), slot: token.slot };
    return { module, serial, label: token.label, pin: kept, session, misses: 0, guesses: 0 };
  } catch (thrown) {
    kept.fill(0);
    throw thrown;
  }
}

/** Opens a session and logs in. The token counts wrong PINs, so each PIN is tried only once. */
function openSession(module: Module, token: Present, pin: Buffer): Handle {
  const { calls, ck } = module;
  if (token.pin === 'locked') throw pinLocked(token);
  const session = calls.C_OpenSession(token.slot, ck.CKF_SERIAL_SESSION);
  const login = () => calls.C_Login(session, ck.CKU_USER, pin.toString('utf8'));
  try {
    try {
      login();
    } catch (thrown) {
      if (returned(thrown)?.code !== ck.CKR_USER_ALREADY_LOGGED_IN) throw thrown;
      // An abandoned thread left the session logged in. In that state the token would not check a PIN.
      calls.C_Logout(session);
      login();
    }
    return session;
  } catch (thrown) {
    quietly(() => calls.C_CloseSession(session));
    throw loginError(module, token, thrown);
  }
}

const pinLocked = (token: Present, cause?: unknown) =>
  new StationError('ca.pinLocked', `the token ${token.label} has locked its PIN`, { cause });

export function loginError(module: Module, token: Present, cause: unknown): StationError {
  const code = returned(cause)?.code;
  if (code === module.ck.CKR_PIN_LOCKED) return pinLocked(token, cause);
  return isPinRefused(module, cause)
    ? wrongPin(module, token, cause)
    : wrapped(module, cause, `logging in to ${token.label}`);
}

/** The error includes what the token says about the remaining tries. */
export function wrongPin(module: Module, token: Present, cause?: unknown): StationError {
  let { pin } = token;
  quietly(() => {
    pin = tokenIn(module, token.slot).pin;
  });
  return new StationError('ca.wrongPin', `the PIN does not open the token ${token.label}`, { data: { pin }, cause });
}

export function isPinRefused({ ck }: Module, thrown: unknown): boolean {
  const code = returned(thrown)?.code;
  return [ck.CKR_PIN_INCORRECT, ck.CKR_PIN_INVALID, ck.CKR_PIN_LEN_RANGE, ck.CKR_PIN_LOCKED].some(
    (one) => one === code,
  );
}

/**
 * The key with this id.
 *
 * @throws `ca.tokenFailed` – when the token does not have it
 */
export function keyIn(held: OpenToken, keyIdHex: string): TokenKey {
  const { module, session } = held;
  if (session === undefined) throw new StationError('ca.tokenAbsent', `the token ${held.label} is not plugged in`);
  const { ck } = module;
  const privateKey = findKey(module, session.handle, ck.CKO_PRIVATE_KEY, keyIdHex);
  if (privateKey === undefined)
    throw new StationError('ca.tokenFailed', `the token ${held.label} has no key ${keyIdHex}`);
  const keyType = keyTypeOf(module, session.handle, privateKey);
  return {
    keyIdHex,
    privateKey,
    spkiDer: publicKeyOf(module, session.handle, keyIdHex, privateKey),
    orderOctets: curves.find(({ name }) => name === keyType)?.octets ?? Number.POSITIVE_INFINITY,
    pinEachTime: flag(module, session.handle, privateKey, ck.CKA_ALWAYS_AUTHENTICATE) === true,
  };
}

/** Whether the token is plugged in and its session is alive. */
export function isThere({ module, session, serial }: OpenToken): boolean {
  if (session === undefined) return false;
  try {
    const { state } = module.calls.C_GetSessionInfo(session.handle);
    return loggedInStates.includes(state) && tokenIn(module, session.slot).serial === serial;
  } catch {
    return false;
  }
}

/** CKS_RO_USER_FUNCTIONS and CKS_RW_USER_FUNCTIONS, which pkcs11js does not name. */
const loggedInStates = [1, 3];

export function loseSession(held: OpenToken): void {
  const { session, module } = held;
  held.session = undefined;
  held.misses = 0;
  if (session !== undefined) quietly(() => module.calls.C_CloseSession(session.handle));
}

/**
 * Looks for a token that was pulled, and logs in again. `alone` means that nothing else of the module is in use, so the
 * module may be initialised again.
 * @throws `ca.wrongPin`, `ca.pinLocked` – after these, no code may try again without a person
 */
export function comeBack(held: OpenToken, alone: boolean): boolean {
  const { module, serial, pin } = held;
  held.misses += 1;
  try {
    if (alone && held.misses % anewEachMisses === 0) finalize(module);
    initialize(module);
    const token = findToken(module, serial);
    if (token === undefined) return false;
    held.session = { handle: openSession(module, token, pin), slot: token.slot };
    held.misses = 0;
    return true;
  } catch (thrown) {
    if (thrown instanceof StationError && ['ca.wrongPin', 'ca.pinLocked'].includes(thrown.code)) throw thrown;
    return false;
  }
}

/** Logs out and forgets the PIN. */
export function letGo(held: OpenToken): void {
  const { session, module } = held;
  held.pin.fill(0);
  if (session !== undefined) quietly(() => module.calls.C_Logout(session.handle));
  loseSession(held);
}
