/**
 * A private key at rest: PKCS#8 EncryptedPrivateKeyInfo (RFC 5958 §3) with PBES2 (RFC 8018). Node writes this form with
 * 2048 rounds and offers no way to raise them, so the key is derived here, on node's thread pool.
 */
import { createDecipheriv, createPrivateKey, type KeyObject, pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';
import { StationError } from '../../contract/errors.ts';
import { dotted, encode, octetString, readDer, sequence } from '../asn1/der.ts';
import { DerError, expect, items, sameBytes, smallOf, tags } from '../asn1/node.ts';
import { oids } from '../asn1/oids.ts';
import { derOf, pemOf } from '../asn1/pem.ts';
import { contentStart } from '../asn1/reader.ts';
import { encryptPbes2, keyBytes, rounds } from './pbes.ts';
import { withOctets } from './wipe.ts';

/** A file with more rounds could keep the station busy for minutes. */
const maxRounds = 20_000_000;
const minPassphraseLength = 12;
const label = 'ENCRYPTED PRIVATE KEY';

const pbkdf2Async = promisify(pbkdf2);

/** @throws `ca.weakPassphrase` – when it has fewer than 12 characters */
export function checkPassphrase(passphrase: string): void {
  const length = [...normal(passphrase)].length;
  if (length < minPassphraseLength) {
    const data = { least: minPassphraseLength };
    throw new StationError('ca.weakPassphrase', `the passphrase needs ${minPassphraseLength} characters or more`, {
      data,
    });
  }
}

/** Gives the same bytes for passphrases that look the same, whichever keyboard or system typed them. */
export const normal = (passphrase: string): string => passphrase.normalize('NFC');

/**
 * The encrypted key as PEM.
 * @throws `ca.weakPassphrase`
 */
export async function encryptKey(privateKey: KeyObject, passphrase: string): Promise<string> {
  return pemOf(label, await sealKey(privateKey, passphrase));
}

/**
 * As `encryptKey`, but the DER of the EncryptedPrivateKeyInfo.
 * @throws `ca.weakPassphrase`
 */
export async function sealKey(privateKey: KeyObject, passphrase: string): Promise<Uint8Array> {
  checkPassphrase(passphrase);
  const plain = privateKey.export({ type: 'pkcs8', format: 'der' });
  try {
    const { scheme, encrypted } = await encryptPbes2(plain, normal(passphrase));
    return encode(sequence(scheme, octetString(encrypted)));
  } finally {
    plain.fill(0);
  }
}

/**
 * Decrypts the key.
 * @throws `ca.wrongPassphrase`; `ca.damaged` – when this station did not write the file in this form. A file with fewer
 * rounds than this station uses has been exchanged, and no passphrase should be tried on it.
 */
export async function decryptKey(pem: string, passphrase: string): Promise<KeyObject> {
  const { salt, iterations, iv, encrypted } = readEncrypted(pem);
  const key = await withOctets(normal(passphrase), (octets) =>
    pbkdf2Async(octets, salt, iterations, keyBytes, 'sha256'),
  );
  // This function judges the padding itself: an intact header tells a damaged file from a wrong passphrase.
  const decipher = createDecipheriv('aes-256-cbc', key, iv).setAutoPadding(false);
  const plain = decipher.update(encrypted);
  decipher.final();
  key.fill(0);
  try {
    if (!looksLikePkcs8(plain))
      throw new StationError('ca.wrongPassphrase', 'the passphrase does not open the key file');
    return createPrivateKey({ key: unpadded(plain), format: 'der', type: 'pkcs8' });
  } catch (cause) {
    throw cause instanceof StationError ? cause : damaged('what it holds is no key', cause);
  } finally {
    plain.fill(0);
  }
}

function readEncrypted(pem: string): { salt: Uint8Array; iterations: number; iv: Uint8Array; encrypted: Uint8Array } {
  try {
    const [scheme, data] = items(readDer(derOf(pem, label)), 'EncryptedPrivateKeyInfo', 2);
    const [pbes2, parameters] = items(scheme, 'encryptionAlgorithm', 2);
    const [derivation, cipher] = items(parameters, 'PBES2-params', 2);
    const [pbkdf2Oid, derivationParameters] = items(derivation, 'keyDerivationFunc', 2);
    const [salt, iterations, prf] = items(derivationParameters, 'PBKDF2-params', 3);
    const [cipherOid, iv] = items(cipher, 'encryptionScheme', 2);
    const algorithms = [pbes2, pbkdf2Oid, items(prf, 'prf', 2)[0], cipherOid];
    const names = algorithms.map((one) => dotted(expect(one, tags.oid, 'algorithm').content));
    const wanted = [oids.pbes2, oids.pbkdf2, oids.hmacWithSHA256, oids.aes256Cbc];
    if (names.join() !== wanted.join()) throw new DerError('other algorithms than this station uses');
    const count = smallOf(iterations, 'iterationCount');
    if (count < rounds || count > maxRounds) throw new DerError(`${count} rounds`);
    const fields = {
      salt: expect(salt, tags.octetString, 'salt').content,
      iv: expect(iv, tags.octetString, 'iv').content,
      encrypted: expect(data, tags.octetString, 'encryptedData').content,
    };
    if (fields.iv.length !== 16 || fields.encrypted.length % 16 !== 0) throw new DerError('not whole blocks');
    return { ...fields, iterations: count };
  } catch (error) {
    throw damaged((error as Error).message, error);
  }
}

/** INTEGER 0. */
const versionZero = Uint8Array.of(tags.integer, 1, 0);

/**
 * A SEQUENCE with a two- or three-octet header, then version 0. Noise looks like this with a chance of 2^-32 or less.
 */
function looksLikePkcs8(plain: Uint8Array): boolean {
  const version = plain.subarray(contentStart(plain, 0)).subarray(0, 3);
  return plain[0] === tags.sequence && sameBytes(version, versionZero);
}

/** PKCS#7 padding (RFC 8018 §6.1.1). */
function unpadded(plain: Buffer): Buffer {
  const pad = plain.at(-1)!;
  if (pad < 1 || pad > 16 || plain.subarray(-pad).some((octet) => octet !== pad)) throw new DerError('bad padding');
  return plain.subarray(0, -pad);
}

const damaged = (why: string, cause: unknown): StationError =>
  new StationError('ca.damaged', `key file: ${why}`, { cause });
