/** PINs are short; scrypt (RFC 7914) makes each guess at a stolen file cost 32 MiB and some tens of milliseconds. */
import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';

const cost: ScryptOptions = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };

export type HashedPin = { pinSalt: Uint8Array; pinHash: Uint8Array };

const derive = (pin: string, salt: Uint8Array): Promise<Uint8Array> =>
  new Promise((resolve, reject) => {
    scrypt(pin, salt, 32, cost, (error, key) => (error ? reject(error) : resolve(new Uint8Array(key))));
  });

export async function hashPin(pin: string): Promise<HashedPin> {
  const pinSalt = new Uint8Array(randomBytes(16));
  return { pinSalt, pinHash: await derive(pin, pinSalt) };
}

/** Nobody's PIN: compared with when a badge is unknown, so that it takes as long. */
const nobody: HashedPin = { pinSalt: new Uint8Array(randomBytes(16)), pinHash: new Uint8Array(randomBytes(32)) };

/** In constant time, also when there is nothing to compare with. */
export async function pinMatches(pin: string, known: HashedPin | null): Promise<boolean> {
  const { pinSalt, pinHash } = known ?? nobody;
  return timingSafeEqual(await derive(pin, pinSalt), pinHash) && known !== null;
}
