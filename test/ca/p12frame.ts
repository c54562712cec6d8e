/** PKCS #12 as the tests of its reader put it together: each structure by hand, with few rounds. */
import { createCipheriv, createHash, createHmac, generateKeyPairSync, pbkdf2Sync } from 'node:crypto';
import { type Asn1, encode, oid } from '../../app/ca/asn1/der.ts';
import { oids } from '../../app/ca/asn1/oids.ts';
import { newBudget } from '../../app/ca/keyfiles/fault.ts';
import { readP12 } from '../../app/ca/keyfiles/p12.ts';
import { bmpOf, deriveP12, type P12Hash, purposes } from '../../app/ca/keyfiles/p12kdf.ts';
import { StationError } from '../../app/contract/errors.ts';
import { hex, passphrase, tlv } from './support.ts';

export const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
export const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'der' });
export const certificate = hex('300402020abc');
export const salt = hex('0102030405060708');

export const seq = (...parts: Uint8Array[]) => tlv(0x30, ...parts);
export const bytesOf = (value: Asn1) => Buffer.from(encode(value));
export const typed = (type: string, ...rest: Uint8Array[]) => seq(bytesOf(oid(type)), ...rest);
export const data = (content: Uint8Array) => typed(oids.data, tlv(0xa0, tlv(4, content)));
export const bag = (type: string, value: Uint8Array, ...more: Uint8Array[]) => typed(type, tlv(0xa0, value), ...more);
export const keyBag = bag(oids.keyBag, pkcs8);
export const certBag = bag(oids.certBag, typed(oids.x509Certificate, tlv(0xa0, tlv(4, certificate))));
export const one = (...bags: Uint8Array[]) => data(seq(...bags));
export const version = hex('020103');
export const file = (safes: Uint8Array, ...mac: Uint8Array[]) => seq(version, data(safes), ...mac);
export const open = (content: Uint8Array, word = passphrase) => readP12(content, word, newBudget());
export const outcome = async (content: Uint8Array, word = passphrase): Promise<string> => {
  try {
    const { keys, certificates } = await open(content, word);
    return `${keys.length} keys, ${certificates.length} certificates`;
  } catch (error) {
    if (error instanceof StationError) return String(error.data?.reason ?? error.code);
    return (error as Error).message;
  }
};

export const digests: Record<P12Hash, string> = {
  sha1: '1.3.14.3.2.26',
  sha256: oids.sha256,
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
};

export type MacTerms = {
  hash?: P12Hash;
  word?: string | undefined;
  rounds?: Uint8Array[];
  algorithm?: Uint8Array;
  digest?: Uint8Array;
};
/** A MAC with one round, as a file without a count means it. */
export function macOf(_safes: Uint8Array, { hash = 'sha256', rounds = [], algorithm, digest }: MacTerms = {}): Buffer {
  const named = algorithm ?? typed(digests[hash], hex('0500'));
  return seq(seq(named, tlv(4, digest ?? Buffer.alloc(32))), tlv(4, salt), ...rounds);
}
export async function withMac(safes: Uint8Array, hash: P12Hash, word: string | undefined, rounds = 1): Promise<Buffer> {
  const length = createHash(hash).digest().length;
  const key = await deriveP12({ hash, password: bmpOf(word), salt, rounds }, purposes.mac, length, newBudget());
  return createHmac(hash, key).update(safes).digest();
}

/** PBES2 with one round. */
export const aes = { oid: oids.aes256Cbc as string, name: 'aes-256-cbc', key: 32, block: 16 };
export type Pbes2 = {
  cipher?: typeof aes;
  hash?: string;
  prf?: Uint8Array[];
  iv?: Uint8Array;
  length?: Uint8Array[];
  rounds?: Uint8Array;
  plain?: Uint8Array;
};
export function pbes2({
  cipher = aes,
  hash = 'sha1',
  prf = [],
  iv = Buffer.alloc(cipher.block, 7),
  length = [],
  rounds = hex('020101'),
  plain = pkcs8,
}: Pbes2 = {}): [Buffer, Buffer] {
  const key = pbkdf2Sync(passphrase, salt, 1, cipher.key, hash);
  const sealing = createCipheriv(cipher.name, key, Buffer.alloc(cipher.block, 7));
  const encrypted = Buffer.concat([sealing.update(plain), sealing.final()]);
  const derivation = typed(oids.pbkdf2, seq(tlv(4, salt), rounds, ...length, ...prf));
  return [typed(oids.pbes2, seq(derivation, typed(cipher.oid, tlv(4, iv)))), tlv(4, encrypted)];
}
export const shrouded = (...parts: Uint8Array[]) => file(seq(one(bag(oids.shroudedKeyBag, seq(...parts)))));

/** What `openssl pkcs12 -legacy` writes, by node:crypto. RC2 is judged by the files of OpenSSL itself. */
export async function old(
  type: string,
  cipher: string,
  size: number,
  plain: Uint8Array,
  word: string | undefined,
): Promise<[Buffer, Buffer]> {
  const from = { hash: 'sha1', password: bmpOf(word), salt, rounds: 2 } as const;
  const key = await deriveP12(from, purposes.key, size, newBudget());
  const iv = await deriveP12(from, purposes.iv, 8, newBudget());
  const sealing = createCipheriv(cipher, size === 16 ? Buffer.concat([key, key.subarray(0, 8)]) : key, iv);
  return [typed(type, seq(tlv(4, salt), hex('020102'))), Buffer.concat([sealing.update(plain), sealing.final()])];
}
