/**
 * The key derivation of PKCS #12 (RFC 7292 appendix B.2). Old ciphers use it, and the MAC still does. node:crypto does
 * not have it, and node-forge's would block the thread for a second. This one yields to other work every few
 * milliseconds.
 */
import { hash } from 'node:crypto';
import type { Budget } from './fault.ts';
import { badKeyFile } from './fault.ts';

/** The use of the derived bytes (§B.3). */
export const purposes = { key: 1, iv: 2, mac: 3 } as const;

export type P12Hash = 'sha1' | 'sha256' | 'sha384' | 'sha512';
/** Octets of output, and octets of a block. */
const sizes = { sha1: [20, 64], sha256: [32, 64], sha384: [48, 128], sha512: [64, 128] } as const;

/** Rounds between two yields: about 5 ms. */
const roundsAtOnce = 16_000;
/** One round here costs as much as this many rounds of PBKDF2 in OpenSSL. */
const costOfRound = 3;

export type Derivation = {
  hash: P12Hash;
  /** `bmpOf` of the passphrase. */
  password: Uint8Array;
  salt: Uint8Array;
  rounds: number;
};

/**
 * Derives `length` octets.
 * @throws `ca.badKeyFile` – when there are too many rounds
 */
export async function deriveP12(
  { hash: name, password, salt, rounds }: Derivation,
  purpose: number,
  length: number,
  budget: Budget,
): Promise<Buffer> {
  const [size, block] = sizes[name];
  if (rounds < 1) throw badKeyFile('unreadable', 'it asks for no round of key derivation');
  const blocks = Math.ceil(length / size);
  budget.spend(blocks * rounds * costOfRound);
  const diversifier = Buffer.alloc(block, purpose);
  const input = Buffer.concat([filled(salt, block), filled(password, block)]);
  const derived: Buffer[] = [];
  for (let i = 0; i < blocks; i++) {
    const first = Buffer.concat([diversifier, input]);
    const one = await repeated(name, first, rounds);
    first.fill(0);
    derived.push(one);
    const addend = filled(one, block).subarray(0, block);
    for (let at = 0; at < input.length; at += block) addWithOne(input.subarray(at, at + block), addend);
  }
  input.fill(0);
  return Buffer.concat(derived).subarray(0, length);
}

/** §B.2 steps 2 and 3: repeats `bytes` to a whole number of blocks. Empty stays empty. */
function filled(bytes: Uint8Array, block: number): Buffer {
  return Buffer.alloc(block * Math.ceil(bytes.length / block)).map((_, i) => bytes[i % bytes.length]!) as Buffer;
}

/**
 * Asked for a buffer, Node gives each its own memory, which takes four times as long as the hash. A string of one byte
 * each goes into the same memory again and again.
 */
async function repeated(name: P12Hash, first: Buffer, rounds: number): Promise<Buffer> {
  const digest = hash(name, first, 'buffer');
  for (let done = 1; done < rounds; done++) {
    digest.write(hash(name, digest, 'binary'), 'latin1');
    if (done % roundsAtOnce === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return digest;
}

/** §B.2 step 6C: I = I + B + 1, as one large number. */
function addWithOne(into: Buffer, addend: Buffer): void {
  let carry = 1;
  for (let at = into.length - 1; at >= 0; at--) {
    const sum = into[at]! + addend[at]! + carry;
    into[at] = sum & 0xff;
    carry = sum >> 8;
  }
}

/** A passphrase as BMPString with its closing zero (§B.1). No passphrase gives no bytes. */
export const bmpOf = (passphrase: string | undefined): Buffer =>
  passphrase === undefined ? Buffer.alloc(0) : Buffer.from(`${passphrase}\0`, 'utf16le').swap16();
