/** The tokens that a module sees, the state of their PINs, and their visible keys. */
import type { Token } from '../../app/contract/authority.ts';
import { type Handle, type Module, quietly } from '../pkcs11.ts';
import { keyTypeOf, objects, read } from './objects.ts';

export type Present = Omit<Token, 'keys'> & { slot: Handle };

/** Tokens that are plugged in. One that is pulled during the call is left out. */
export function presentTokens(module: Module): Present[] {
  const found: Present[] = [];
  for (const slot of module.calls.C_GetSlotList(true)) quietly(() => found.push(tokenIn(module, slot)));
  return found;
}

export const findToken = (module: Module, serial: string): Present | undefined =>
  presentTokens(module).find((token) => token.initialized && token.serial === serial);

/** Texts are padded with blanks to their full length. */
export function tokenIn({ calls, ck }: Module, slot: Handle): Present {
  const { label, serialNumber, manufacturerID, model, flags } = calls.C_GetTokenInfo(slot);
  return {
    slot,
    label: label.trim(),
    serial: serialNumber.trim(),
    manufacturer: manufacturerID.trim(),
    model: model.trim(),
    initialized: (flags & ck.CKF_TOKEN_INITIALIZED) !== 0,
    pin: pinOf(ck, flags),
  };
}

/** The flags of PKCS#11 v2.40 table 6; a token need not set the two warnings. */
function pinOf(ck: Module['ck'], flags: number): Token['pin'] {
  if ((flags & ck.CKF_USER_PIN_INITIALIZED) === 0) return 'notSet';
  if ((flags & ck.CKF_USER_PIN_LOCKED) !== 0) return 'locked';
  if ((flags & ck.CKF_USER_PIN_FINAL_TRY) !== 0) return 'finalTry';
  return (flags & ck.CKF_USER_PIN_COUNT_LOW) !== 0 ? 'countLow' : 'ok';
}

/** Includes the visible keys: at least public keys, when the token shows them without a login. */
export function listTokens(module: Module): Token[] {
  return presentTokens(module).map(({ slot, ...token }) => ({
    ...token,
    keys: token.initialized ? visibleKeys(module, slot) : [],
  }));
}

function visibleKeys(module: Module, slot: Handle): Token['keys'] {
  const { calls, ck } = module;
  const keys = new Map<string, Token['keys'][number]>();
  quietly(() => {
    const session = calls.C_OpenSession(slot, ck.CKF_SERIAL_SESSION);
    try {
      for (const kind of [ck.CKO_PUBLIC_KEY, ck.CKO_PRIVATE_KEY]) {
        for (const object of objects(module, session, [{ type: ck.CKA_CLASS, value: kind }])) {
          const keyIdHex = read(module, session, object, ck.CKA_ID)?.toString('hex') ?? '';
          const label = read(module, session, object, ck.CKA_LABEL)?.toString('utf8') ?? '';
          if (keyIdHex !== '') keys.set(keyIdHex, { label, keyIdHex, keyType: keyTypeOf(module, session, object) });
        }
      }
    } finally {
      calls.C_CloseSession(session);
    }
  });
  return [...keys.values()];
}
