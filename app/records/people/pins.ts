/**
 * PINs are short; scrypt (RFC 7914) makes each guess at a stolen file cost 32 MiB and a third of a second:
 * N = 2^15, r = 8, p = 3, which OWASP's Password Storage Cheat Sheet holds to be as good as N = 2^17, p = 1 in 128 MiB. What
 * a hash was made with is on record beside it.
 */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

export type PinCost = { pinN: number; pinR: number; pinP: number };
export type HashedPin = PinCost & { pinSalt: Uint8Array; pinHash: Uint8Array };

export const pinCost: PinCost = { pinN: 2 ** 15, pinR: 8, pinP: 3 };

let newCost = pinCost;
/** From now on a new PIN costs what the records take at least, 7 ms. Only tests may import this, for people whose PINs they are not about. */
export function hashCheaply(): void {
  newCost = { pinN: 2 ** 14, pinR: 1, pinP: 1 };
}

/** Node's limit is what scrypt needs, and some. */
const memoryOf = ({ pinN, pinR, pinP }: PinCost): number => 2 * 128 * pinR * (pinN + pinP);

/** The PIN as octets of our own, overwritten when the hash is made; of the string only the collector can dispose. */
function derive(pin: string, salt: Uint8Array, cost: PinCost): Promise<Uint8Array> {
  const octets = Buffer.from(pin, 'utf8');
  const options = { N: cost.pinN, r: cost.pinR, p: cost.pinP, maxmem: memoryOf(cost) };
  return new Promise<Uint8Array>((resolve, reject) => {
    scrypt(octets, salt, 32, options, (error, key) => (error ? reject(error) : resolve(new Uint8Array(key))));
  }).finally(() => {
    octets.fill(0);
  });
}

export async function hashPin(pin: string): Promise<HashedPin> {
  const pinSalt = new Uint8Array(randomBytes(16));
  return { ...newCost, pinSalt, pinHash: await derive(pin, pinSalt, newCost) };
}

/** Whether a hash costs less to guess at than a new one would. */
export const isCheap = ({ pinN, pinR, pinP }: PinCost): boolean =>
  pinN * pinR * pinP < newCost.pinN * newCost.pinR * newCost.pinP || pinN * pinR < newCost.pinN * newCost.pinR;

/** No person's PIN: compared with when a badge is unknown, so that it takes as long. */
const noPerson = { pinSalt: new Uint8Array(randomBytes(16)), pinHash: new Uint8Array(randomBytes(32)) };

/** In constant time, also when there is nothing to compare with. */
export async function pinMatches(pin: string, known: HashedPin | null): Promise<boolean> {
  const hashed = known ?? { ...newCost, ...noPerson };
  return timingSafeEqual(await derive(pin, hashed.pinSalt, hashed), hashed.pinHash) && known !== null;
}
