/**
 * Reads PKCS #12 (RFC 7292) as other tools write it. node-forge reads BER, which Windows and Firefox write, and has
 * RC2, which node:crypto lacks. But node-forge's own PKCS #12 reader knows no EC keys, re-encodes certificates instead
 * of returning their bytes, and derives keys in JavaScript for as many rounds as a file asks. So this module walks the
 * file itself.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import forge from 'node-forge';
import { dotted } from '../asn1/der.ts';
import { DerError, type DerNode, expect, items, smallOf, tags, upTo } from '../asn1/node.ts';
import { oids } from '../asn1/oids.ts';
import { type Budget, badKeyFile, wrongPassphrase } from './fault.ts';
import { bmpOf, deriveP12, type P12Hash, purposes } from './p12kdf.ts';
import { decrypt, decryptPbes2, unsupported } from './pbes.ts';

const { asn1, rc2, util } = forge;

/** Keys are PKCS#8 DER. */
export type P12Contents = { keys: Buffer[]; certificates: Uint8Array[] };

const maxParts = 64;
const maxDepth = 32;

/** @throws `ca.wrongPassphrase`, `ca.badKeyFile`, `DerError` */
export async function readP12(content: Uint8Array, passphrase: string, budget: Budget): Promise<P12Contents> {
  const [version, authSafe, mac] = upTo(readBer(content), 'PFX', 3);
  if (smallOf(version, 'version') !== 3) throw new DerError('PKCS #12 of another version than 3');
  const safe = contentOf(authSafe);
  if (safe.type !== oids.data) throw unsupported(`a public key (content type ${safe.type})`);
  const safes = octets(safe.content, 'authSafe');
  const password = mac === undefined ? passphrase : await checkMac(mac, safes, passphrase, budget);
  const found: P12Contents = { keys: [], certificates: [] };
  const parts = upTo(readBer(safes), 'AuthenticatedSafe', maxParts);
  for (const part of parts) {
    for (const bag of await bagsIn(part, password, budget)) await collect(bag, found, password, budget);
  }
  return found;
}

/** A passphrase, or undefined for none: the derivation distinguishes "" from no passphrase. */
type Password = string | undefined;

async function bagsIn(part: DerNode, password: Password, budget: Budget): Promise<readonly DerNode[]> {
  const { type, content } = contentOf(part);
  if (type === oids.data) return upTo(readBer(octets(content, 'data')), 'SafeContents', maxParts);
  if (type !== oids.encryptedData) throw unsupported(`a public key (content type ${type})`);
  const [, info] = upTo(content, 'EncryptedData', 3);
  const [, scheme, encrypted] = items(info, 'EncryptedContentInfo', 3);
  if (encrypted?.tag !== 0x80 && encrypted?.tag !== 0xa0) throw new DerError('EncryptedContentInfo without content');
  const plain = await decryptPbe(scheme, joined(encrypted), password, budget);
  const bags = plain === undefined ? undefined : asBags(plain);
  if (bags === undefined) throw wrongPassphrase();
  return bags;
}

/** Undefined when `plain` is not a SafeContents: a wrong key can leave a padding that looks right. */
function asBags(plain: Uint8Array): readonly DerNode[] | undefined {
  try {
    return upTo(readBer(plain), 'SafeContents', maxParts);
  } catch {
    return undefined;
  }
}

async function collect(bag: DerNode, found: P12Contents, password: Password, budget: Budget): Promise<void> {
  const [type, value] = upTo(bag, 'SafeBag', 3);
  const content = expect(value, 0xa0, 'bagValue').children[0];
  const name = nameOf(type);
  if (name === oids.keyBag) found.keys.push(Buffer.from(expect(content, tags.sequence, 'PrivateKeyInfo').der));
  if (name === oids.shroudedKeyBag) found.keys.push(await openShrouded(content, password, budget));
  // Bags of CRLs and of secrets are ignored.
  if (name !== oids.certBag) return;
  const [kind, certificate] = items(content, 'CertBag', 2);
  if (nameOf(kind) !== oids.x509Certificate) return;
  found.certificates.push(octets(expect(certificate, 0xa0, 'certValue').children[0], 'certificate'));
}

/**
 * Opens an EncryptedPrivateKeyInfo, which also occurs in PKCS#8 files.
 * @throws `ca.wrongPassphrase`, `ca.badKeyFile`, `DerError`
 */
export async function openShrouded(node: DerNode | undefined, password: Password, budget: Budget): Promise<Buffer> {
  const [scheme, encrypted] = items(node, 'EncryptedPrivateKeyInfo', 2);
  const plain = await decryptPbe(scheme, octets(encrypted, 'encryptedData'), password, budget);
  if (plain === undefined || !looksLikeKey(plain)) throw wrongPassphrase();
  return plain;
}

/** A SEQUENCE that begins with version 0 or 1. A wrong passphrase leaves noise. */
function looksLikeKey(plain: Uint8Array): boolean {
  try {
    return smallOf(expect(readBer(plain), tags.sequence, 'PrivateKeyInfo').children[0], 'version') <= 1;
  } catch {
    return false;
  }
}

type OldScheme = { cipher: 'des-ede3-cbc' | 'rc2'; key: number };

/** RFC 7292 appendix C, except RC4. Two-key triple DES repeats its first key as the third. */
const oldSchemes: Readonly<Record<string, OldScheme>> = {
  '1.2.840.113549.1.12.1.3': { cipher: 'des-ede3-cbc', key: 24 },
  '1.2.840.113549.1.12.1.4': { cipher: 'des-ede3-cbc', key: 16 },
  '1.2.840.113549.1.12.1.5': { cipher: 'rc2', key: 16 },
  '1.2.840.113549.1.12.1.6': { cipher: 'rc2', key: 5 },
};

/** Undefined when the passphrase does not fit. */
async function decryptPbe(
  scheme: DerNode | undefined,
  encrypted: Uint8Array,
  password: Password,
  budget: Budget,
): Promise<Buffer | undefined> {
  const [type, parameters] = items(scheme, 'encryption algorithm', 2);
  const name = nameOf(type);
  if (name === oids.pbes2) return decryptPbes2(parameters, encrypted, password ?? '', budget);
  const old = oldSchemes[name];
  if (old === undefined) throw unsupported(`algorithm ${name}`);
  const [salt, count] = items(parameters, 'pkcs-12PbeParams', 2);
  const derivation = {
    hash: 'sha1',
    password: bmpOf(password),
    salt: octets(salt, 'salt'),
    rounds: smallOf(count, 'iterations'),
  } as const;
  let key: Buffer = Buffer.alloc(0);
  try {
    key = await deriveP12(derivation, purposes.key, old.key, budget);
    const iv = await deriveP12(derivation, purposes.iv, 8, budget);
    if (old.cipher === 'rc2') return decryptRc2(key, iv, encrypted);
    return decrypt(old.cipher, key.length === 16 ? Buffer.concat([key, key.subarray(0, 8)]) : key, iv, encrypted);
  } finally {
    key.fill(0);
    derivation.password.fill(0);
  }
}

function decryptRc2(key: Buffer, iv: Buffer, encrypted: Uint8Array): Buffer | undefined {
  if (encrypted.length === 0 || encrypted.length % 8 !== 0) return undefined;
  const cipher = rc2.createDecryptionCipher(key.toString('latin1'), key.length * 8);
  cipher.start(iv.toString('latin1'));
  cipher.update(util.createBuffer(latin1(encrypted)));
  if (!cipher.finish()) return undefined;
  return Buffer.from(cipher.output.getBytes(), 'latin1');
}

const macHashes: Readonly<Record<string, P12Hash>> = {
  '1.3.14.3.2.26': 'sha1',
  [oids.sha256]: 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

/**
 * RFC 7292 §4, appendix A. Returns the password that the MAC was made with.
 * @throws `ca.wrongPassphrase`
 */
async function checkMac(mac: DerNode, safes: Uint8Array, passphrase: string, budget: Budget): Promise<Password> {
  const [digestInfo, salt, count] = upTo(mac, 'MacData', 3);
  const [algorithm, digest] = items(digestInfo, 'DigestInfo', 2);
  const name = nameOf(upTo(algorithm, 'MAC algorithm', 2)[0]);
  const hash = macHashes[name];
  if (hash === undefined)
    throw badKeyFile('unsupported', `its integrity is protected with ${name}, which is not read here`);
  const wanted = octets(digest, 'MAC');
  const rounds = count === undefined ? 1 : smallOf(count, 'iterations');
  for (const password of passphrase === '' ? ['', undefined] : [passphrase]) {
    const derivation = { hash, password: bmpOf(password), salt: octets(salt, 'salt'), rounds };
    const key = await deriveP12(derivation, purposes.mac, wanted.length, budget);
    derivation.password.fill(0);
    const found = createHmac(hash, key).update(safes).digest();
    key.fill(0);
    if (found.length === wanted.length && timingSafeEqual(found, wanted)) return password;
  }
  throw wrongPassphrase();
}

function contentOf(node: DerNode | undefined): { type: string; content: DerNode | undefined } {
  const [type, content] = upTo(node, 'ContentInfo', 2);
  return { type: nameOf(type), content: content && expect(content, 0xa0, 'content').children[0] };
}

const nameOf = (node: DerNode | undefined): string => dotted(expect(node, tags.oid, 'type').content);
const octets = (node: DerNode | undefined, what: string): Uint8Array => expect(node, tags.octetString, what).content;
/** `[0] IMPLICIT OCTET STRING`, in one piece or in several. */
const joined = ({ tag, content, children }: DerNode): Uint8Array =>
  tag === 0x80 ? content : Buffer.concat(children.map((piece) => octets(piece, 'piece')));

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

/**
 * Reads BER: indefinite lengths become definite, and strings in pieces become whole.
 * @throws `DerError`
 */
function readBer(bytes: Uint8Array): DerNode {
  try {
    const options = { strict: true, parseAllBytes: true, decodeBitStrings: false, maxDepth };
    return nodeOf(asn1.fromDer(latin1(bytes), options as never));
  } catch (error) {
    throw error instanceof DerError ? error : new DerError(`no BER: ${(error as Error).message}`, 'notDer');
  }
}

function nodeOf(value: forge.asn1.Asn1): DerNode {
  const children = Array.isArray(value.value) ? value.value.map(nodeOf) : [];
  const pieces = value.tagClass === 0 && value.type === tags.octetString && Array.isArray(value.value);
  return {
    tag: pieces ? tags.octetString : value.tagClass | (value.constructed ? 0x20 : 0) | value.type,
    children: pieces ? [] : children,
    content: pieces
      ? Buffer.concat(children.map((piece) => octets(piece, 'piece')))
      : Buffer.from(Array.isArray(value.value) ? '' : value.value, 'latin1'),
    get der() {
      return Buffer.from(asn1.toDer(value).getBytes(), 'latin1');
    },
  };
}
