/**
 * PINs are short, so each guess at a stolen file must be expensive. scrypt (RFC 7914) makes a guess cost 32 MiB and a
 * third of a second: N = 2^15, r = 8, p = 3. OWASP's Password Storage Cheat Sheet rates this as equal to N = 2^17, p =
 * 1 in 128 MiB. Each hash has its cost on record beside it.
 */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

export type PinCost = { pinN: number; pinR: number; pinP: number };
export type HashedPin = PinCost & { pinSalt: Uint8Array; pinHash: Uint8Array };

export const pinCost: PinCost = { pinN: 2 ** 15, pinR: 8, pinP: 3 };

let newCost = pinCost;
/**
 * Makes new PINs cheap from now on: the least that the records accept, 7 ms. Only tests may import this, for people
 * whose PINs do not matter.
 */
export function hashCheaply(): void {
  newCost = { pinN: 2 ** 14, pinR: 1, pinP: 1 };
}

/** The memory limit for Node: what scrypt needs, and a margin. */
const memoryOf = ({ pinN, pinR, pinP }: PinCost): number => 2 * 128 * pinR * (pinN + pinP);

/** Derives the hash. The PIN's octets are overwritten afterwards; only the garbage collector can remove the string. */
function derive(pin: string, salt: Uint8Array, cost: PinCost): Promise<Uint8Array> {
  const octets = Buffer.from(pin, 'utf8');
  const options = { N: cost.pinN, r: cost.pinR, p: cost.pinP, maxmem: memoryOf(cost) };
  return new Promise<Uint8Array>((resolve, reject) => {
    scrypt(octets, salt, 32, options, (error, key) => (error ? reject(error) : resolve(new Uint8Array(key))));
  }).finally(() => {
    octets.fill(0);
  });
}

/** The hash of a PIN with a fresh salt, at the present cost. */
export async function hashPin(pin: string): Promise<HashedPin> {
  const pinSalt = new Uint8Array(randomBytes(16));
  return { ...newCost, pinSalt, pinHash: await derive(pin, pinSalt, newCost) };
}

/** Whether guessing at this hash is cheaper than at a new one. */
export const isCheap = ({ pinN, pinR, pinP }: PinCost): boolean =>
  pinN * pinR * pinP < newCost.pinN * newCost.pinR * newCost.pinP || pinN * pinR < newCost.pinN * newCost.pinR;

/**
 * A hash that belongs to no person. The PIN of an unknown badge is compared with it, so that the answer takes as long.
 */
const noPerson = { pinSalt: new Uint8Array(randomBytes(16)), pinHash: new Uint8Array(randomBytes(32)) };

/** Whether the PIN fits the hash. The comparison takes constant time, also for `null`. */
export async function pinMatches(pin: string, known: HashedPin | null): Promise<boolean> {
  const hashed = known ?? { ...newCost, ...noPerson };
  return timingSafeEqual(await derive(pin, hashed.pinSalt, hashed), hashed.pinHash) && known !== null;
}
