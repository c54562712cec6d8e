/** Encryption by passphrase: PBES2 (RFC 8018 §6.2), with the ciphers and hashes that common tools write. */
import { createCipheriv, createDecipheriv, pbkdf2, randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { type Asn1, dotted, integer, nothing, octetString, oid, sequence } from '../asn1/der.ts';
import { DerError, type DerNode, expect, items, smallOf, tags, upTo } from '../asn1/node.ts';
import { oids } from '../asn1/oids.ts';
import { type Budget, badKeyFile } from './fault.ts';
import { withOctets } from './wipe.ts';

const pbkdf2Async = promisify(pbkdf2);
const scryptAsync = promisify<Uint8Array | string, Uint8Array, number, object, Buffer>(scrypt);

/** OWASP Password Storage Cheat Sheet, PBKDF2-HMAC-SHA-256. About 0.2 s on a line PC. */
export const rounds = 600_000;
const saltBytes = 32;
export const keyBytes = 32;

/** Encrypts with AES-256-CBC under PBKDF2-HMAC-SHA-256. `scheme` is the AlgorithmIdentifier. `plain` is not changed. */
export async function encryptPbes2(
  plain: Uint8Array,
  passphrase: string,
): Promise<{ scheme: Asn1; encrypted: Uint8Array }> {
  const salt = randomBytes(saltBytes);
  const iv = randomBytes(16);
  const key = await withOctets(passphrase, (octets) => pbkdf2Async(octets, salt, rounds, keyBytes, 'sha256'));
  const cipher = createCipheriv('aes-256-cbc', key, iv);
  key.fill(0);
  const encrypted = Buffer.concat([cipher.update(plain), cipher.final()]);
  const derivation = sequence(octetString(salt), integer(rounds), sequence(oid(oids.hmacWithSHA256), nothing()));
  const scheme = sequence(
    oid(oids.pbes2),
    sequence(sequence(oid(oids.pbkdf2), derivation), sequence(oid(oids.aes256Cbc), octetString(iv))),
  );
  return { scheme, encrypted };
}

type CipherRule = { name: string; key: number; block: number };

const ciphers: Readonly<Record<string, CipherRule>> = {
  '2.16.840.1.101.3.4.1.2': { name: 'aes-128-cbc', key: 16, block: 16 },
  '2.16.840.1.101.3.4.1.22': { name: 'aes-192-cbc', key: 24, block: 16 },
  [oids.aes256Cbc]: { name: 'aes-256-cbc', key: 32, block: 16 },
  '1.2.840.113549.3.7': { name: 'des-ede3-cbc', key: 24, block: 8 },
};

/** RFC 8018 appendix B.1. PBKDF2-params that name no PRF mean SHA-1. */
const prfs: Readonly<Record<string, string>> = {
  '1.2.840.113549.2.7': 'sha1',
  '1.2.840.113549.2.8': 'sha224',
  [oids.hmacWithSHA256]: 'sha256',
  '1.2.840.113549.2.10': 'sha384',
  '1.2.840.113549.2.11': 'sha512',
};

/**
 * Decrypts under `parameters` (PBES2-params). Returns undefined when the passphrase does not fit.
 * @throws `DerError`; `ca.badKeyFile` – when the file uses other algorithms or too many rounds
 */
export async function decryptPbes2(
  parameters: DerNode | undefined,
  encrypted: Uint8Array,
  passphrase: string,
  budget: Budget,
): Promise<Buffer | undefined> {
  const [derivation, encryption] = items(parameters, 'PBES2-params', 2);
  const [cipherOid, ivNode] = items(encryption, 'encryptionScheme', 2);
  const cipher = named(ciphers, cipherOid, 'cipher');
  const iv = expect(ivNode, tags.octetString, 'iv').content;
  if (iv.length !== cipher.block) throw new DerError('an iv that is not one block');
  const key = await derive(derivation, passphrase, cipher.key, budget);
  try {
    return decrypt(cipher.name, key, iv, encrypted);
  } finally {
    key.fill(0);
  }
}

/** Undefined when the padding is wrong. One wrong key in 256 gives a right one by chance. */
export function decrypt(cipher: string, key: Uint8Array, iv: Uint8Array, encrypted: Uint8Array): Buffer | undefined {
  const decipher = createDecipheriv(cipher, key, iv);
  const plain = decipher.update(encrypted);
  try {
    return Buffer.concat([plain, decipher.final()]);
  } catch {
    return undefined;
  } finally {
    plain.fill(0);
  }
}

const scryptOid = '1.3.6.1.4.1.11591.4.11';

async function derive(node: DerNode | undefined, passphrase: string, length: number, budget: Budget): Promise<Buffer> {
  const [kind, parameters] = items(node, 'keyDerivationFunc', 2);
  const name = nameOf(kind);
  if (name === scryptOid) return deriveScrypt(parameters, passphrase, length, budget);
  if (name !== oids.pbkdf2) throw unsupported(`key derivation ${name}`);
  const [salt, count, ...options] = upTo(parameters, 'PBKDF2-params', 4);
  // keyLength OPTIONAL, prf DEFAULT hmacWithSHA1 (RFC 8018 §A.2).
  const stated = options[0]?.tag === tags.integer ? smallOf(options[0], 'keyLength') : length;
  if (stated !== length) throw new DerError('a key length that is not the cipher’s');
  const prf = options.find(({ tag }) => tag === tags.sequence);
  const hash = prf === undefined ? 'sha1' : named(prfs, upTo(prf, 'prf', 2)[0], 'hash');
  const iterations = atLeastOne(smallOf(count, 'iterationCount'));
  budget.spend(iterations);
  const { content } = expect(salt, tags.octetString, 'salt');
  return withOctets(passphrase, (octets) => pbkdf2Async(octets, content, iterations, length, hash));
}

/** RFC 7914 §7. One unit of its work costs about two rounds of PBKDF2. It may take 64 MiB. */
async function deriveScrypt(
  node: DerNode | undefined,
  passphrase: string,
  length: number,
  budget: Budget,
): Promise<Buffer> {
  const [salt, cost, blockSize, parallelization] = upTo(node, 'scrypt-params', 5);
  const numberOf = (one: DerNode | undefined): number => atLeastOne(smallOf(one, 'scrypt parameter'));
  const [N, r, p] = [numberOf(cost), numberOf(blockSize), numberOf(parallelization)];
  const maxmem = 64 * 2 ** 20;
  if (N < 2 || (N & (N - 1)) !== 0 || 128 * N * r + 128 * r * p > maxmem / 2)
    throw badKeyFile('tooManyRounds', `it asks for scrypt with N ${N}, r ${r} and p ${p}`);
  budget.spend(2 * N * r * p);
  const { content } = expect(salt, tags.octetString, 'salt');
  return withOctets(passphrase, (octets) => scryptAsync(octets, content, length, { N, r, p, maxmem }));
}

const atLeastOne = (value: number): number => {
  if (value < 1) throw new DerError('zero rounds');
  return value;
};

const nameOf = (node: DerNode | undefined): string => dotted(expect(node, tags.oid, 'algorithm').content);

function named<T>(known: Readonly<Record<string, T>>, node: DerNode | undefined, what: string): T {
  const name = nameOf(node);
  const found = known[name];
  if (found === undefined) throw unsupported(`${what} ${name}`);
  return found;
}

export const unsupported = (what: string) =>
  badKeyFile('unsupported', `it is encrypted with ${what}, which is not read here`);
